import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { makeCommandSheet } from "./command-sheet.ts";
import { createFonts } from "./fonts.ts";
import type { LabelDocument } from "./format.ts";
import { makeOwnLabel, type OwnLabelFacts } from "./own-label.ts";
import { makeTestLabel, type TestLabelFacts } from "./test-label.ts";
import { createTextLayout } from "./text-layout.ts";

/** Everything the station draws itself. Failures: `label-unreadable` when a number can't be made a barcode. */
export type LabelMaker = Readonly<{
  ownLabel: (facts: OwnLabelFacts, dpi: number) => Promise<Result<LabelDocument>>;
  testLabel: (facts: TestLabelFacts, dpi: number) => Promise<Result<LabelDocument>>;
  commandSheet: () => Promise<Result<LabelDocument>>;
  /** Reads and tries the fonts, so that the first label is as quick as the others. */
  warmUp: () => void;
}>;

export const createLabelMaker = ({ clock, log }: Readonly<{ clock: Clock; log: Log }>): LabelMaker => {
  const fonts = createFonts({ log });
  const layout = createTextLayout(fonts);
  const made = async (work: () => Promise<Uint8Array>): Promise<Result<LabelDocument>> => {
    try {
      return succeed({ format: "pdf", bytes: await work() });
    } catch (error) {
      return fail("label-unreadable", `The station can't make it (${error instanceof Error ? error.message : String(error)}).`);
    }
  };
  return {
    ownLabel: (facts, dpi) =>
      made(async () => {
        const { bytes, cut } = await makeOwnLabel(facts, { layout, dpi });
        if (cut) log.warn({ parcelNo: facts.parcelNo }, "a text was too long for the label even at the smallest size, and was cut");
        return bytes;
      }),
    testLabel: (facts, dpi) => made(() => makeTestLabel(facts, { layout, dpi })),
    commandSheet: () => made(() => makeCommandSheet({ layout, at: clock.now() })),
    warmUp: () => fonts.warmUp(),
  };
};
