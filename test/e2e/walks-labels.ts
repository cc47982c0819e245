import { expect } from "vitest";
import type { TroubleKind } from "../../electron/packing/trouble-ways.ts";
import { until } from "../fakes/until.ts";
import { labelWith, type WalkBench } from "../fakes/walk-bench.ts";
import { handOver, marks, pack, packAndPrint, twoPulls, type Walked } from "./walk-hands.ts";
import type { After, Taken, Walks } from "./walks.ts";

type LabelKind = Extract<TroubleKind, `label-${string}` | `print-${string}`>;

const MINUTE = 60_000;
const LOOKS_AGAIN_MS = 10_000;
const NEIGHBOUR = "FTNEXT";

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const newNumber = (trackingNo: string): string => `${trackingNo}NEW`;

const printsOnce =
  (numberOf: (after: After) => string) =>
  async (bench: WalkBench, after: After): Promise<void> => {
    await until(() => bench.printed(numberOf(after)) > 0, `the label ${numberOf(after)} is out`);
    await twoPulls(bench);
    expect(bench.printer.labels()).toHaveLength(after.labels + 1);
  };
const itsOwn = printsOnce(({ trackingNo }) => trackingNo);
const printsNothing = async (bench: WalkBench, { labels }: After): Promise<void> => {
  await twoPulls(bench);
  expect(bench.printer.labels()).toHaveLength(labels);
};

/** A parcel whose label is on its way when the printer goes away. */
const inDoubt = async (bench: WalkBench, ftNo: string): Promise<Walked> => {
  bench.printer.setMode("half-read");
  const walked = await pack(bench, ftNo);
  await marks(bench, "Shipping label: did it come out?");
  bench.printer.setMode("normal");
  return walked;
};

/** A parcel whose label bears the number of one that was packed before. */
const wrongNumber = async (bench: WalkBench, ftNo: string): Promise<Walked> => {
  if (bench.oms4.parcels(NEIGHBOUR).length === 0) await packAndPrint(bench, NEIGHBOUR, { trackingNo: "JTNEIGHBOUR" });
  bench.oms4.setLabel(ftNo, base64(labelWith("JTNEIGHBOUR", ftNo)));
  return pack(bench, ftNo);
};
const acceptedPrints = async (bench: WalkBench, after: After): Promise<void> => {
  await until(() => bench.printer.labels().length === after.labels + 1, "the accepted label is out");
  expect(bench.printer.labels().at(-1)?.includes(`^FD${after.ftNo}^FS`)).toBe(true);
};
const labelIsRight = ({ oms4 }: WalkBench, { ftNo, trackingNo }: Walked): void => oms4.setLabel(ftNo, base64(labelWith(trackingNo)));

/** OMS4 gives a parcel another number, and a label with it after `inMs`; the station looks at the labels that are out. */
const madeAnew = async ({ oms4, goAhead }: WalkBench, { ftNo, trackingNo }: Walked, inMs = 0): Promise<void> => {
  const number = newNumber(trackingNo);
  oms4.relabel({ ftNo, parcelNo: null }, { trackingNo: number, bytes: labelWith(number), inMs });
  await goAhead(LOOKS_AGAIN_MS);
};
/** Which brings its own screen: only then is there a way to trouble. */
const alarm = ({ packer }: WalkBench): Promise<unknown> => packer.until("verdict", "tracking-changed");
const changed = async (bench: WalkBench, ftNo: string, inMs = 0): Promise<Walked> => {
  const walked = await packAndPrint(bench, ftNo);
  await madeAnew(bench, walked, inMs);
  await alarm(bench);
  return walked;
};
const CHANGED = "Another tracking number: wrong label on the box";

/** It leaves as it is: a person said so. */
const mayLeave: Taken["holds"] = async (bench, after) => {
  await printsNothing(bench, after);
  await handOver(bench, after);
};

export const labelWalks = {
  // First of all: the station looks at the labels of five tasks at a time
  "label-changed-left": {
    shows: "OMS4 changed the label of a parcel that has left",
    // OMS4's answer was on its way when the parcel left
    make: async (bench, ftNo) => {
      const walked = await packAndPrint(bench, ftNo);
      const asked = (): number => bench.oms4.asked()["getShippingInfo"] ?? 0;
      const before = asked();
      const answer = bench.oms4.hold("getShippingInfo");
      await madeAnew(bench, walked);
      await until(() => asked() > before, "OMS4 is asked about the label");
      await handOver(bench, walked);
      answer();
      await alarm(bench);
      return walked;
    },
    ways: { discard: [{ by: "key", holds: printsNothing }] },
  },
  "print-in-doubt": {
    shows: "Shipping label: did it come out?",
    make: inDoubt,
    ways: {
      printed: [
        {
          by: "key",
          holds: async (bench, after) => {
            await printsNothing(bench, after);
            expect(await bench.packer.scan(after.parcelNo)).toBe("done-already");
          },
        },
      ],
      reprint: [{ by: "scan", holds: itsOwn }],
      discard: [
        {
          by: "key",
          holds: async (bench, after) => {
            await printsNothing(bench, after);
            // Its number asks for the label once more
            expect(await bench.packer.scan(after.parcelNo)).toBe("parcel-ok");
            await itsOwn(bench, after);
          },
        },
      ],
    },
  },
  "print-failed": {
    shows: "Shipping label did not print",
    make: (bench, ftNo) => {
      bench.oms4.setLabel(ftNo, base64(Buffer.from("%PDF-1.4\nno page\n%%EOF\n")));
      return pack(bench, ftNo);
    },
    ways: {
      retry: [{ by: "scan", first: labelIsRight, holds: itsOwn }],
      discard: [{ by: "key", holds: printsNothing }],
    },
  },
  "label-kept-back": {
    shows: "Shipping label did not print",
    make: wrongNumber,
    ways: {
      retry: [{ by: "key", first: labelIsRight, holds: itsOwn }],
      accept: [
        { by: "scan", holds: acceptedPrints },
        { by: "key", holds: acceptedPrints },
      ],
      discard: [{ by: "scan", holds: printsNothing }],
    },
  },
  "label-late": {
    shows: "The label does not come",
    make: async (bench, ftNo) => {
      bench.oms4.setSplitLabelMs(60 * MINUTE);
      const walked = await pack(bench, ftNo, { way: "split" });
      await bench.goAhead(11 * MINUTE);
      return walked;
    },
    ways: {
      retry: [
        {
          by: "scan",
          first: ({ oms4 }, { parcelNo }) => {
            const parcel = oms4.core.parcel(parcelNo);
            if (parcel !== null) parcel.labelAt = 0;
          },
          holds: itsOwn,
        },
      ],
      discard: [
        {
          by: "key",
          holds: async (bench, after) => {
            await bench.goAhead(11 * MINUTE);
            await printsNothing(bench, after);
          },
        },
      ],
    },
  },
  "label-changed": {
    shows: CHANGED,
    make: changed,
    ways: {
      reprint: [{ by: "key", holds: printsOnce(({ trackingNo }) => newNumber(trackingNo)) }],
      discard: [{ by: "scan", holds: mayLeave }],
    },
  },
  "label-changed-to-come": {
    shows: "The new label is not there yet.",
    make: (bench, ftNo) => changed(bench, ftNo, 60 * MINUTE),
    ways: { discard: [{ by: "key", holds: printsNothing }] },
  },
  "label-changed-in-doubt": {
    shows: "Say first whether the new one came out.",
    make: async (bench, ftNo) => {
      const walked = await changed(bench, ftNo);
      await marks(bench, CHANGED);
      bench.printer.setMode("half-read");
      expect(await bench.packer.scan("CMDREPRINT")).toBe("command-ok");
      await marks(bench, "Say first whether the new one came out.");
      bench.printer.setMode("normal");
      return walked;
    },
    ways: {
      discard: [
        {
          by: "scan",
          holds: async (bench, after) => {
            await marks(bench, "Shipping label: did it come out?");
            expect(await bench.packer.scan("CMDPRINTED")).toBe("command-ok");
            await printsNothing(bench, after);
          },
        },
      ],
    },
  },
} satisfies Walks<LabelKind>;
