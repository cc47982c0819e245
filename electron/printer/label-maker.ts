import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { makeCommandSheet } from "./command-sheet.ts";
import { createFonts } from "./fonts.ts";
import type { LabelDocument } from "./format.ts";
import { LABEL, makeOwnLabel, type OwnLabelFacts } from "./own-label.ts";
import { makePackingSlip, type PackingSlipFacts } from "./packing-slip.ts";
import type { DrawWith } from "./paper.ts";
import { makeParkingSlip, type ParkingSlipFacts } from "./parking-slip.ts";
import { makeScannerSheet } from "./scanner-sheet.ts";
import { makeTestLabel, type TestLabelFacts } from "./test-label.ts";
import { createTextLayout } from "./text-layout.ts";

/** The printer a document is drawn for. */
export type DrawnOn = Omit<DrawWith, "layout">;

/** Everything the station draws itself. Failures: `label-unreadable` when a number can't be made a barcode. */
export type LabelMaker = Readonly<{
  ownLabel: (facts: OwnLabelFacts, on: DrawnOn) => Promise<Result<LabelDocument>>;
  parkingSlip: (facts: ParkingSlipFacts, on: DrawnOn) => Promise<Result<LabelDocument>>;
  packingSlip: (facts: PackingSlipFacts, on: DrawnOn) => Promise<Result<LabelDocument>>;
  testLabel: (facts: TestLabelFacts, on: DrawnOn) => Promise<Result<LabelDocument>>;
  /** `boxes`: codes of the settings' boxes; `on` null: an A4 page for any office printer */
  commandSheet: (boxes: readonly string[], on: DrawnOn | null) => Promise<Result<LabelDocument>>;
  /** The scanner doctor's three barcodes. */
  scannerSheet: (dpi: number) => Promise<Result<LabelDocument>>;
  /** Makes a label for nobody, so that the first real one is as quick as the others (about 0.2 s of fonts and compiling). */
  warmUp: () => Promise<void>;
}>;

export const createLabelMaker = ({ clock, log }: Readonly<{ clock: Clock; log: Log }>): LabelMaker => {
  const fonts = createFonts({ log });
  const layout = createTextLayout(fonts);
  const made = async (work: () => Promise<Uint8Array>): Promise<Result<LabelDocument>> => {
    try {
      return succeed({ format: "pdf", bytes: await work() });
    } catch (error) {
      return fail("label-unreadable", `The station can't make it (${errorWords(error)}).`);
    }
  };
  return {
    ownLabel: (facts, on) =>
      made(async () => {
        const { bytes, cut } = await makeOwnLabel(facts, { layout, ...on });
        if (cut) log.warn({ parcelNo: facts.parcelNo }, "a text was too long for the label even at the smallest size, and was cut");
        return bytes;
      }),
    parkingSlip: (facts, on) => made(() => makeParkingSlip(facts, { layout, ...on })),
    packingSlip: (facts, on) =>
      made(async () => {
        const { bytes, cut } = await makePackingSlip(facts, { layout, ...on });
        if (cut) log.warn({ parcelNo: facts.parcelNo }, "a name was too long for its line of the packing slip, and was cut");
        return bytes;
      }),
    testLabel: (facts, on) => made(() => makeTestLabel(facts, { layout, ...on })),
    commandSheet: (boxes, on) => made(() => makeCommandSheet({ layout, at: clock.now(), boxes, on })),
    scannerSheet: (dpi) => made(() => makeScannerSheet({ layout, at: clock.now(), dpi })),
    warmUp: async () => {
      const nobody = {
        name: "Warm up 1",
        organization: "",
        phone: "",
        email: "",
        address: "Street 1",
        district: "",
        city: "",
        state: "",
        postcode: "1",
        country: "",
      };
      const facts = {
        parcelNo: "PB0",
        sequence: 1,
        total: 1,
        ftNo: "",
        orderNo: "",
        salesChannel: "",
        receiver: nobody,
        sender: { name: "", address: "", phone: "" },
      };
      await makeOwnLabel(
        { ...facts, carrier: { name: "", type: "" }, deliveryInstruction: "", packedAt: clock.now() },
        { layout, dpi: 203, paper: LABEL },
      );
    },
  };
};
