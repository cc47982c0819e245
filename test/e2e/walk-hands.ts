import { expect } from "vitest";
import type { TestTask } from "../fakes/oms4-tasks.ts";
import { until } from "../fakes/until.ts";
import type { WalkBench } from "../fakes/walk-bench.ts";

/** What a case is about. `trackingNo`: what the label bears. */
export type Walked = Readonly<{ ftNo: string; parcelNo: string; trackingNo: string }>;

export const skuOf = (ftNo: string): string => `SKU-${ftNo}`;

/** A new task, packed until its last item closes its parcel. The parcel's number is OMS4's: "" where its report doesn't get there. */
export const pack = async (bench: WalkBench, ftNo: string, { reaches = true, ...task }: Partial<TestTask> & { reaches?: boolean } = {}) => {
  const { oms4, packer } = bench;
  const lines = task.lines ?? [{ sku: skuOf(ftNo) }];
  const { trackingNo } = oms4.addTask({ ...task, ftNo, lines });
  await until(async () => (await packer.scan(ftNo)) === "task-opened", `${ftNo} is here`);
  for (const { sku } of lines) await packer.scan(sku);
  if (task.way === "split") await packer.scan("CMDFINISH");
  expect((await packer.root()).verdict).toBe("task-done");
  if (!reaches) return { ftNo, parcelNo: "", trackingNo };
  await until(() => oms4.parcels(ftNo).length === 1, `OMS4 has the parcel of ${ftNo}`);
  const [parcel] = oms4.parcels(ftNo);
  return { ftNo, parcelNo: parcel?.parcelNo ?? "", trackingNo: parcel?.trackingNo ?? trackingNo };
};

/** The same, until its label is out. */
export const packAndPrint = async (bench: WalkBench, ftNo: string, task: Partial<TestTask> = {}): Promise<Walked> => {
  const walked = await pack(bench, ftNo, task);
  await until(() => bench.printed(walked.trackingNo) === 1, `the label of ${ftNo} is out`);
  return walked;
};

/** The parcel leaves with the carrier, and OMS4 hears it. */
export const handOver = async ({ oms4, packer }: WalkBench, { parcelNo }: Walked): Promise<void> => {
  expect([await packer.scan("CMDHANDOVER"), await packer.scan(parcelNo), await packer.scan("CMDHANDOVER")]).toEqual([
    "command-ok",
    "parcel-ok",
    "command-ok",
  ]);
  await until(() => oms4.told().some((told) => told.parcelNo === parcelNo && told.milestone === "SHIPPING"), `${parcelNo} has left`);
};

/** OMS4 gets this call again. */
export const askedAgain = async (
  { oms4 }: WalkBench,
  call: string,
  { asked }: Readonly<{ asked: Readonly<Record<string, number>> }>,
): Promise<void> => until(() => (oms4.asked()[call] ?? 0) > (asked[call] ?? 0), `${call} is called again`);

/** OMS4 was asked for news twice more: whatever was to come by itself has come. */
export const twoPulls = async (bench: WalkBench): Promise<void> => {
  for (let pull = 0; pull < 2; pull++) await askedAgain(bench, "getTasks", { asked: bench.oms4.asked() });
};

/** The marked entry of the trouble screen, while it shows these words. */
export const entryOf = ({ packer }: WalkBench, shows: string) => packer.page.locator(".trouble-marked").filter({ hasText: shows });

/** On the trouble screen the marked entry shows these words. */
export const marks = async (bench: WalkBench, shows: string): Promise<void> => {
  if ((await bench.packer.page.locator('[data-screen="trouble"]').count()) === 0)
    expect(await bench.packer.scan("CMDTROUBLE")).toBe("command-ok");
  await entryOf(bench, shows).waitFor({ timeout: 30_000 });
};

export const noTrouble = ({ packer }: WalkBench): Promise<void> =>
  until(async () => (await packer.page.locator("[data-trouble]").count()) === 0, "nothing is in trouble any more");
