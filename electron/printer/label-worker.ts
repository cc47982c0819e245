import { parentPort } from "node:worker_threads";
import { errorWords } from "../../shared/error-words.ts";
import type { Log } from "../kit/log.ts";
import { systemClock } from "../kit/clock.ts";
import { collectGarbage } from "../kit/memory.ts";
import { createLabelMaker, type DrawnOn } from "./label-maker.ts";
import type { OwnLabelFacts } from "./own-label.ts";
import type { PackingSlipFacts } from "./packing-slip.ts";
import type { ParkingSlipFacts } from "./parking-slip.ts";
import type { TestLabelFacts } from "./test-label.ts";
import type { WorkerNote, WorkerReply } from "./worker-client.ts";

/** What the label artist asks its worker. */
export type LabelQuestion =
  | Readonly<{ what: "own-label"; facts: OwnLabelFacts; on: DrawnOn }>
  | Readonly<{ what: "parking-slip"; facts: ParkingSlipFacts; on: DrawnOn }>
  | Readonly<{ what: "packing-slip"; facts: PackingSlipFacts; on: DrawnOn }>
  | Readonly<{ what: "test-label"; facts: TestLabelFacts; on: DrawnOn }>
  | Readonly<{ what: "command-sheet"; boxes: readonly string[]; on: DrawnOn | null }>
  | Readonly<{ what: "scanner-sheet"; dpi: number }>
  | Readonly<{ what: "warm-up" }>;

const port = parentPort;
if (port !== null) {
  const tell = (reply: WorkerReply): void => port.postMessage(reply);
  const say = (level: keyof Log) => (facts: Readonly<Record<string, unknown>>, words: string) => tell({ level, facts, words });
  const maker = createLabelMaker({ clock: systemClock, log: { info: say("info"), warn: say("warn"), error: say("error") } });
  const answer = (question: LabelQuestion): Promise<unknown> => {
    switch (question.what) {
      case "own-label":
        return maker.ownLabel(question.facts, question.on);
      case "parking-slip":
        return maker.parkingSlip(question.facts, question.on);
      case "packing-slip":
        return maker.packingSlip(question.facts, question.on);
      case "test-label":
        return maker.testLabel(question.facts, question.on);
      case "command-sheet":
        return maker.commandSheet(question.boxes, question.on);
      case "scanner-sheet":
        return maker.scannerSheet(question.dpi);
      case "warm-up":
        return maker.warmUp();
    }
  };
  port.on("message", (message: (LabelQuestion & { id: number }) | WorkerNote) => {
    if ("note" in message) return collectGarbage();
    const { id, ...question } = message;
    answer(question).then(
      (value) => tell({ id, value }),
      (error: unknown) => tell({ id, error: errorWords(error) }),
    );
  });
}
