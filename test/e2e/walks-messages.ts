import { expect } from "vitest";
import type { TroubleKind } from "../../electron/packing/trouble-ways.ts";
import { detailIdOf } from "../fakes/oms4-tasks.ts";
import { until } from "../fakes/until.ts";
import type { WalkBench } from "../fakes/walk-bench.ts";
import { askedAgain, handOver, pack, packAndPrint, skuOf, twoPulls, type Walked } from "./walk-hands.ts";
import type { Taken, Walks } from "./walks.ts";

/** `stop-request` has no way out on the trouble screen. */
type MessageKind = Exclude<TroubleKind, `label-${string}` | `print-${string}` | "stop-request">;

const MINUTE = 60_000;

const reports = ({ oms4 }: WalkBench, ftNo: string) =>
  oms4.told().filter(({ call, ...told }) => call === "setParcelPacked" && told.ftNo === ftNo);
const weightOf = ({ oms4 }: WalkBench, ftNo: string): unknown => oms4.parcels(ftNo)[0]?.told["weight"];
const arrives = (bench: WalkBench, ftNo: string): Promise<void> =>
  until(() => bench.oms4.parcels(ftNo).length === 1, `OMS4 has the parcel of ${ftNo}`);
const neverArrives: Taken["holds"] = async (bench, { ftNo }) => {
  const before = reports(bench, ftNo).length;
  bench.oms4.clearFaults();
  await bench.goAhead(10 * MINUTE);
  await twoPulls(bench);
  expect([bench.oms4.parcels(ftNo), reports(bench, ftNo).length]).toEqual([[], before]);
};

/** OMS4 refuses the parcel's report once. */
const refused = (bench: WalkBench, ftNo: string): Promise<Walked> => {
  bench.oms4.fault({ kind: "envelope", code: "400", message: "weight is required" }, { call: "setParcelPacked" });
  return pack(bench, ftNo, { reaches: false });
};
/** OMS4 breaks down over each report, while all else goes well. */
const breaksDown = async (bench: WalkBench, ftNo: string): Promise<Walked> => {
  bench.oms4.fault({ kind: "status", status: 500 }, { call: "setParcelPacked", times: null });
  const walked = await pack(bench, ftNo, { reaches: false });
  await until(() => reports(bench, ftNo).length > 0, "it is tried");
  await bench.goAhead(11 * MINUTE);
  return walked;
};
/** It goes at once although OMS4 still breaks down, and gets there as soon as it doesn't. */
const triedAtOnce =
  (weight: number | undefined): Taken["holds"] =>
  async (bench, { ftNo, asked }) => {
    await askedAgain(bench, "setParcelPacked", { asked });
    bench.oms4.clearFaults();
    await bench.goAhead(10 * MINUTE);
    await arrives(bench, ftNo);
    expect(weightOf(bench, ftNo)).toBe(weight);
  };

const pulled: Taken["holds"] = async ({ oms4 }, { parcelNo }) => {
  const isTold = () => oms4.told().some((told) => told.parcelNo === parcelNo && (told.description ?? "").startsWith("Pulled"));
  await until(isTold, "OMS4 hears that it was pulled");
};
const leaves: Taken["holds"] = async (bench, after) => {
  await twoPulls(bench);
  await handOver(bench, after);
};

const newLabel: Taken["holds"] = async (bench, after) => {
  await until(() => bench.printer.labels().length === after.labels + 1, "the new label is out");
  await leaves(bench, after);
};

/** Two own deliveries: the address of the first is changed when the second has been packed. */
const otherAddress = async (bench: WalkBench, ftNo: string): Promise<Walked> => {
  const labels = bench.printer.labels().length;
  const walked = await pack(bench, ftNo, { way: "own" });
  await pack(bench, `${ftNo}B`, { way: "own" });
  await until(() => bench.printer.labels().length === labels + 2, "both own labels are out");
  bench.oms4.changeTask(ftNo, { address: "Blk 9 Tampines St 11" });
  await bench.packer.until("verdict", "task-changed");
  return walked;
};

/** One product is counted: five of them. */
const counted = async ({ oms4, packer }: WalkBench, ftNo: string, how: "refuse" | "break"): Promise<Walked> => {
  oms4.addTask({ ftNo, lines: [{ sku: skuOf(ftNo) }] });
  oms4.setBadRow(skuOf(ftNo), { how, words: "It is not in the catalogue" });
  await until(async () => (await packer.scan(ftNo)) === "task-opened", `${ftNo} is here`);
  for (const scan of ["CMDCLOSE", "CMDCOUNT", skuOf(ftNo), "CMDQTY5", "CMDFINISH", "CMDCOUNT"]) await packer.scan(scan);
  await packer.until("activity", "packing");
  return { ftNo, parcelNo: "", trackingNo: "" };
};
const stockOf = ({ oms4 }: WalkBench, ftNo: string): number | undefined => oms4.inventory()[`BR01|${skuOf(ftNo)}`];
const rowIsGood = ({ oms4 }: WalkBench, { ftNo }: Walked): void => oms4.setBadRow(skuOf(ftNo), null);

export const messageWalks = {
  "report-refused": {
    shows: "Parcel packed is not at OMS4",
    make: refused,
    ways: {
      retry: [{ by: "key", holds: (bench, { ftNo }) => arrives(bench, ftNo) }],
      correct: [
        {
          by: "key",
          holds: async (bench, { ftNo }) => {
            await arrives(bench, ftNo);
            expect(weightOf(bench, ftNo)).toBe(1.5);
          },
        },
      ],
      discard: [
        { by: "scan", holds: neverArrives },
        { by: "key", holds: neverArrives },
      ],
    },
  },
  "report-keeps-failing": {
    shows: "OMS4 keeps failing on this: parcel packed",
    make: breaksDown,
    ways: {
      retry: [{ by: "scan", holds: triedAtOnce(undefined) }],
      correct: [{ by: "scan", holds: triedAtOnce(1.5) }],
      discard: [{ by: "key", holds: neverArrives }],
    },
  },
  "record-set-aside": {
    shows: "A task can't be used",
    make: async ({ oms4 }, ftNo) => {
      oms4.addRawTask({ ft_no: ftNo, status: "NEW", task_details: "nonsense" });
      return { ftNo, parcelNo: "", trackingNo: "" };
    },
    ways: { discard: [{ by: "key", holds: twoPulls }] },
  },
  "stop-pull": {
    shows: "Pull this parcel",
    make: async (bench, ftNo) => {
      const walked = await packAndPrint(bench, ftNo);
      bench.oms4.cancel(ftNo);
      await bench.packer.until("verdict", "cancelled");
      return walked;
    },
    ways: { discard: [{ by: "scan", holds: pulled }] },
  },
  "stop-take-out": {
    shows: "Take cancelled items out",
    make: async (bench, ftNo) => {
      const walked = await packAndPrint(bench, ftNo, { lines: [{ sku: skuOf(ftNo) }, { sku: "CANCELLED" }] });
      bench.oms4.cancel(ftNo, [detailIdOf(ftNo, 1)]);
      await bench.packer.until("verdict", "cancelled");
      return walked;
    },
    ways: { discard: [{ by: "key", holds: leaves }] },
  },
  "stop-relabel": {
    shows: "New address or carrier",
    make: otherAddress,
    ways: {
      reprint: [
        { by: "scan", holds: newLabel },
        { by: "key", holds: newLabel },
      ],
      discard: [
        {
          by: "key",
          holds: async (bench, after) => {
            await leaves(bench, after);
            expect(bench.printer.labels()).toHaveLength(after.labels);
          },
        },
      ],
    },
  },
  "stop-more": {
    shows: "More was ordered",
    make: async (bench, ftNo) => {
      const walked = await packAndPrint(bench, ftNo);
      const [detail] = bench.oms4.core.task(ftNo)?.raw.task_details ?? [];
      bench.oms4.changeTask(ftNo, { task_details: [{ ...detail, qty: 2 }] });
      await bench.packer.until("verdict", "task-changed");
      return walked;
    },
    ways: { discard: [{ by: "scan", holds: leaves }] },
  },
  "stop-left": {
    shows: "Cancelled after it left",
    make: async (bench, ftNo) => {
      const walked = await packAndPrint(bench, ftNo);
      await handOver(bench, walked);
      bench.oms4.cancel(ftNo);
      await bench.packer.until("verdict", "cancelled");
      return walked;
    },
    ways: { discard: [{ by: "key", holds: twoPulls }] },
  },
  "count-row-refused": {
    shows: "Counted 5: not at OMS4",
    make: (bench, ftNo) => counted(bench, ftNo, "refuse"),
    ways: {
      retry: [
        {
          by: "scan",
          first: rowIsGood,
          holds: (bench, { ftNo }) => until(() => stockOf(bench, ftNo) === 5, "OMS4 has the row"),
        },
      ],
      discard: [
        {
          by: "key",
          first: rowIsGood,
          holds: async (bench, { ftNo }) => {
            await twoPulls(bench);
            expect(stockOf(bench, ftNo)).toBeUndefined();
          },
        },
      ],
    },
  },
  "count-keeps-failing": {
    shows: "OMS4 keeps failing on counted rows",
    make: async (bench, ftNo) => {
      const walked = await counted(bench, ftNo, "break");
      for (let more = 0; more < 6; more++) {
        const asked = bench.oms4.asked();
        await bench.goAhead(6 * MINUTE);
        await askedAgain(bench, "updateInventory", { asked });
        await twoPulls(bench);
      }
      return walked;
    },
    ways: {
      retry: [
        {
          by: "key",
          holds: async (bench, after) => {
            await askedAgain(bench, "updateInventory", after);
            rowIsGood(bench, after);
            await bench.goAhead(6 * MINUTE);
            await until(() => stockOf(bench, after.ftNo) === 5, "OMS4 has the row");
          },
        },
      ],
    },
  },
} satisfies Walks<MessageKind>;
