import type { Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { LabelDocument } from "./format.ts";
import type { LabelMaker } from "./label-maker.ts";
import type { LabelQuestion } from "./label-worker.ts";
import { createWorkerClient } from "./worker-client.ts";

/** `tidy`: the worker gives back memory. */
export type LabelArtist = LabelMaker & Readonly<{ tidy: () => void; stop: () => Promise<void> }>;

/**
 * The label maker beside the event loop: drawing a label takes 30 ms and more of shaping text and writing a PDF, and the next
 * scan shall not wait for it. Failures: `label-unreadable`.
 */
export const createLabelArtist = ({ clock, log }: Readonly<{ clock: Clock; log: Log }>): LabelArtist => {
  const worker = createWorkerClient<LabelQuestion>({ file: "label-worker", doing: "Drawing it", clock, log });
  const drawn = async (question: LabelQuestion): Promise<Result<LabelDocument>> => {
    const answer = await worker.ask(question);
    // The worker is our own code: it answers with what label-maker.ts gives
    return answer.ok ? (answer.value as Result<LabelDocument>) : answer;
  };
  return {
    ownLabel: (facts, on) => drawn({ what: "own-label", facts, on }),
    parkingSlip: (facts, on) => drawn({ what: "parking-slip", facts, on }),
    packingSlip: (facts, on) => drawn({ what: "packing-slip", facts, on }),
    testLabel: (facts, on) => drawn({ what: "test-label", facts, on }),
    commandSheet: (boxes, on) => drawn({ what: "command-sheet", boxes, on }),
    scannerSheet: (dpi) => drawn({ what: "scanner-sheet", dpi }),
    warmUp: async () => {
      await worker.ask({ what: "warm-up" });
    },
    tidy: worker.tidy,
    stop: worker.stop,
  };
};
