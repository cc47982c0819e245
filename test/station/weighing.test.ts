import { describe, expect, it, onTestFinished } from "vitest";
import { silentLog } from "../../electron/kit/log.ts";
import type { PinCheck } from "../../electron/packing/supervisor.ts";
import { openScales } from "../../electron/scale/scales.ts";
import { fail, succeed } from "../../shared/failures.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { createHeldClock, createHidBus } from "../fakes/hid.ts";
import { HID_STATUS, HID_UNIT, hidScaleReport } from "../fakes/scale.ts";

const SCALE = "/dev/hidraw3";
const PIN: PinCheck = { isSet: () => true, verify: (pin) => (pin === "4711" ? succeed(null) : fail("not-now", "Wrong PIN.")) };

/** A bench with a real database and the station's own scale parts, on a USB bus of the test's own. */
const openBench = async ({ plugged = true, pin }: Readonly<{ plugged?: boolean; pin?: PinCheck }> = {}) => {
  const time = createHeldClock();
  const bus = createHidBus();
  const scales = openScales({
    setting: () => "usb",
    hid: { ok: true, library: bus.library },
    serial: async () => ({ ok: false, words: "none" }),
    clock: time.clock,
    log: silentLog,
    platform: "linux",
    onChange: () => desk.desk.weighed(),
  });
  const desk = openTestDesk(undefined, { scale: scales, clock: time.clock, ...(pin === undefined ? {} : { pin }) });
  onTestFinished(() => scales.stop());
  scales.start();
  const plug = async (): Promise<void> => {
    bus.plug(SCALE, { manufacturer: "DYMO", product: "M25", usagePage: 0x8d, usage: 0x20 });
    await time.move(2_000);
    weigh(0);
  };
  const weigh = (grams: number, status: number = HID_STATUS.stable): boolean =>
    bus.report(SCALE, hidScaleReport({ status: grams === 0 ? HID_STATUS.zero : status, unit: HID_UNIT.g, exponent: 0, weight: grams }));
  if (plugged) await plug();
  let number = 0;
  /** A task with one line, opened. */
  const start = (qty = 1, more: Parameters<typeof taskOf>[2] = {}): string => {
    number += 1;
    const ftNo = `FT${String(number).padStart(4, "0")}`;
    desk.store(taskOf(ftNo, [detailOf(`${number}`, "SKU1", qty)], more));
    expect(desk.scan(ftNo)).toBe("task-opened");
    return ftNo;
  };
  const verdict = () => desk.desk.state().verdict;
  /** The weight in each Packing Finished, in order. */
  const reported = () =>
    desk
      .told()
      .filter(({ call, state }) => call === "parcel-packed" && state !== "discarded")
      .map(({ body }) => (JSON.parse(body) as { parcels: { weight?: number }[] }).parcels[0]?.weight ?? null);
  /** Packs one such parcel whose box weighs this much. */
  const pack = (grams: number): void => {
    weigh(0);
    start();
    desk.scan("SKU1");
    weigh(grams);
  };
  return { ...desk, time, bus, plug, weigh, start, pack, verdict, reported };
};

describe("with a scale a parcel", () => {
  it("closes by itself when its box stands still on the scale, and its weight is reported", async () => {
    const bench = await openBench();
    bench.start();
    expect(bench.scan("SKU1")).toBe("item-ok");
    expect(bench.verdict()?.text).toContain("scale");
    bench.weigh(800, HID_STATUS.moving);
    expect(bench.verdict()?.kind).toBe("item-ok");
    bench.weigh(1_250);
    expect(bench.verdict()).toMatchObject({ kind: "task-done", text: expect.stringContaining("1.250 kg") });
    expect(bench.reported()).toEqual([1.25]);
    expect(bench.stores.parcels.lastClosed(1)[0]).toMatchObject({ weightG: 1_250, weightSource: "scale" });
  });

  it("is not closed with the weight it had before the last item went in, unless that weight stays", async () => {
    const bench = await openBench();
    bench.start(2);
    bench.weigh(600);
    bench.scan("SKU1");
    bench.scan("SKU1");
    bench.weigh(600);
    expect(bench.verdict()?.kind).toBe("item-ok");
    bench.weigh(900);
    expect(bench.verdict()?.kind).toBe("task-done");
    expect(bench.reported()).toEqual([0.9]);
    // The next packer puts the item in first and scans it then
    bench.weigh(0);
    bench.start();
    bench.weigh(450);
    bench.scan("SKU1");
    expect(bench.verdict()?.kind).toBe("item-ok");
    await bench.time.move(2_500);
    expect(bench.verdict()?.kind).toBe("task-done");
    expect(bench.reported()).toEqual([0.9, 0.45]);
  });

  it("is not closed while its last item is in a hand: what settles after the scan, or drifts, lacks that item", async () => {
    const bench = await openBench();
    bench.start(2);
    bench.weigh(200);
    bench.scan("SKU1");
    bench.weigh(480, HID_STATUS.moving);
    bench.scan("SKU1");
    bench.weigh(500);
    bench.weigh(501, HID_STATUS.moving);
    bench.weigh(506);
    expect(bench.verdict()?.kind).toBe("item-ok");
    bench.weigh(700);
    expect(bench.verdict()?.kind).toBe("task-done");
    // The box stood still at the scan, and is only touched
    bench.weigh(0);
    bench.start();
    bench.weigh(500);
    bench.scan("SKU1");
    bench.weigh(501, HID_STATUS.moving);
    bench.weigh(502);
    expect(bench.verdict()?.kind).toBe("item-ok");
    bench.weigh(800);
    expect(bench.reported()).toEqual([0.7, 0.8]);
  });

  it("is not closed by a box that is lifted and put back as it was, unless it stays so", async () => {
    const bench = await openBench();
    bench.start();
    bench.weigh(500);
    bench.weigh(300, HID_STATUS.moving);
    bench.scan("SKU1");
    bench.weigh(0);
    bench.weigh(500);
    expect(bench.verdict()?.kind).toBe("item-ok");
    bench.weigh(0);
    bench.weigh(700);
    expect(bench.reported()).toEqual([0.7]);
    bench.weigh(0);
    bench.start();
    bench.weigh(500);
    bench.scan("SKU1");
    bench.weigh(0);
    bench.weigh(500);
    expect(bench.verdict()?.kind).toBe("item-ok");
    await bench.time.move(2_500);
    expect(bench.reported()).toEqual([0.7, 0.5]);
  });

  it("closes two seconds after the pan stands still when it moved at the last scan, and by FINISH at once", async () => {
    const bench = await openBench();
    bench.start();
    bench.weigh(300, HID_STATUS.moving);
    bench.scan("SKU1");
    await bench.time.move(3_000);
    bench.weigh(700);
    expect(bench.verdict()?.kind).toBe("item-ok");
    await bench.time.move(2_500);
    expect(bench.reported()).toEqual([0.7]);
    bench.weigh(0);
    bench.start();
    bench.weigh(300, HID_STATUS.moving);
    bench.scan("SKU1");
    bench.weigh(700);
    expect(bench.scan("CMDFINISH")).toBe("task-done");
    expect(bench.reported()).toEqual([0.7, 0.7]);
  });

  it("never gets the weight of the parcel before it", async () => {
    const bench = await openBench();
    bench.pack(1_250);
    // The box before still stands on the scale
    bench.start();
    bench.scan("SKU1");
    bench.weigh(1_250);
    await bench.time.move(10_000);
    expect(bench.verdict()?.kind).toBe("item-ok");
    expect(bench.scan("CMDFINISH")).toBe("task-done");
    expect(bench.reported()).toEqual([1.25, null]);
    bench.start();
    bench.scan("SKU1");
    bench.weigh(0);
    bench.weigh(1_250);
    expect(bench.reported()).toEqual([1.25, null, 1.25]);
  });

  it("closes by FINISH without a weight when the scale is unplugged in the middle, and is weighed again when it is back", async () => {
    const bench = await openBench();
    bench.start();
    bench.scan("SKU1");
    bench.bus.unplug(SCALE);
    await bench.time.move(2_000);
    expect(bench.scan("CMDFINISH")).toBe("task-done");
    await bench.plug();
    bench.pack(700);
    expect(bench.reported()).toEqual([null, 0.7]);
  });

  it("keeps a keyed weight: the scale is not waited for and does not overrule it", async () => {
    const bench = await openBench();
    bench.start();
    expect(bench.scan("CMDWEIGHT2000")).toBe("command-ok");
    bench.weigh(1_250);
    expect(bench.scan("SKU1")).toBe("task-done");
    expect(bench.reported()).toEqual([2]);
    expect(bench.stores.parcels.lastClosed(1)[0]).toMatchObject({ weightSource: "keyed" });
  });

  it("that waits for its weight closes when that is keyed instead", async () => {
    const bench = await openBench();
    bench.start();
    expect(bench.scan("SKU1")).toBe("item-ok");
    expect(bench.scan("CMDWEIGHT2000")).toBe("task-done");
    expect(bench.reported()).toEqual([2]);
  });

  it("of a task that may be split is weighed when it is closed, each for itself; a moving scale is waited for once", async () => {
    const bench = await openBench();
    bench.start(2, { allowSplit: true, way: "split" });
    bench.scan("SKU1");
    bench.weigh(500, HID_STATUS.moving);
    expect(bench.scan("CMDNEWPARCEL")).toBe("command-refused");
    bench.weigh(500);
    expect(bench.scan("CMDNEWPARCEL")).toBe("parcel-closed");
    bench.weigh(0);
    bench.scan("SKU1");
    bench.weigh(300);
    expect(bench.scan("CMDFINISH")).toBe("task-done");
    expect(bench.reported()).toEqual([0.5, 0.3]);
  });

  it("never gets the weight of the box before it, also where that was closed while it still moved", async () => {
    const bench = await openBench();
    bench.start();
    bench.scan("SKU1");
    bench.weigh(300, HID_STATUS.moving);
    expect([bench.scan("CMDFINISH"), bench.scan("CMDFINISH")]).toEqual(["command-refused", "task-done"]);
    bench.weigh(500);
    bench.start();
    expect(bench.scan("SKU1")).toBe("item-ok");
    await bench.time.move(5_000);
    bench.weigh(500);
    expect(bench.reported()).toEqual([null]);
    bench.weigh(0);
    bench.weigh(700);
    expect(bench.reported()).toEqual([null, 0.7]);
  });

  it("is weighed again when it was opened again", async () => {
    const bench = await openBench();
    bench.pack(1_250);
    expect(bench.scan("CMDUNDO")).toBe("command-ok");
    expect(bench.stores.parcels.lastClosed(1)).toEqual([]);
    bench.scan("SKU1");
    bench.weigh(1_300);
    expect(bench.verdict()?.kind).toBe("task-done");
    expect(bench.reported()).toEqual([1.3]);
  });

  it("is weighed without the tare; TARE and ZERO say what they did and what is in the way", async () => {
    const bench = await openBench();
    bench.weigh(200);
    expect(bench.scan("CMDTARE")).toBe("command-ok");
    bench.start();
    bench.scan("SKU1");
    bench.weigh(900);
    expect(bench.reported()).toEqual([0.7]);
    expect(bench.scan("CMDZERO")).toBe("command-refused");
    expect(bench.verdict()?.title).toBe("Too much is on the scale");
    bench.weigh(0);
    expect(bench.scan("CMDTARE")).toBe("command-ok");
    expect(bench.verdict()?.title).toBe("No tare");
  });

  it("is not held up by a scale that has a fault", async () => {
    const bench = await openBench();
    bench.weigh(0, HID_STATUS.stable);
    bench.weigh(5, HID_STATUS.fault);
    bench.start();
    expect(bench.scan("SKU1")).toBe("task-done");
    expect(bench.reported()).toEqual([null]);
  });

  it("without one closes with its last item, and TARE says that there is none", async () => {
    const bench = await openBench({ plugged: false });
    bench.start();
    expect(bench.scan("SKU1")).toBe("task-done");
    expect(bench.reported()).toEqual([null]);
    expect(bench.scan("CMDTARE")).toBe("command-refused");
  });
});

describe("a weight that does not fit what such parcels weighed", () => {
  const taught = async (pin?: PinCheck) => {
    const bench = await openBench(pin === undefined ? {} : { pin });
    for (const grams of [1_000, 1_010, 990]) bench.pack(grams);
    expect(bench.reported()).toEqual([1, 1.01, 0.99]);
    return bench;
  };

  it("holds the parcel: nothing is reported and nothing prints, until the box weighs what it should", async () => {
    const bench = await taught();
    bench.pack(1_400);
    expect(bench.verdict()).toMatchObject({ kind: "weight-off", title: "Weight is off: 1.400 kg, not 1.000 kg" });
    expect(bench.reported()).toHaveLength(3);
    expect(bench.scan("CMDFINISH")).toBe("weight-off");
    bench.weigh(0);
    bench.weigh(1_005);
    expect(bench.verdict()?.kind).toBe("task-done");
    expect(bench.reported()[3]).toBe(1.005);
  });

  it("is let go by a supervisor with a reason, and by nobody else", async () => {
    const bench = await taught(PIN);
    bench.pack(1_400);
    expect(bench.verdict()?.text).toContain("1 NEWBOX, 2 GIFT");
    expect(bench.scan("CMDWEIGHTOK")).toBe("command-refused");
    expect(bench.verdict()?.text).toContain("1 NEWBOX, 2 GIFT");
    expect(bench.scan("CMDWEIGHTOKNEWBOX")).toBe("weight-off");
    expect(bench.scan("CMDWEIGHTOKNEWBOX")).toBe("weight-off");
    expect(bench.scan("CMDSUPER0000")).toBe("command-refused");
    expect(bench.scan("CMDSUPER4711")).toBe("command-ok");
    expect(bench.scan("CMDWEIGHTOKNEWBOX")).toBe("task-done");
    expect(bench.reported()[3]).toBe(1.4);
    const notes = bench.database.prepare<{ after: string }>("select after from journal where kind = 'weight-accepted'").all();
    expect(notes.map(({ after }) => JSON.parse(after) as unknown)).toEqual([
      { grams: 1_400, reason: "NEWBOX (another box or filling)", allowedBy: "supervisor" },
    ]);
  });

  it("where no PIN is set is let go by a second scan, and another weight is in question again", async () => {
    const bench = await taught();
    bench.pack(1_400);
    expect(bench.scan("CMDWEIGHTOKNEWBOX")).toBe("weight-off");
    bench.weigh(1_900);
    expect(bench.verdict()?.kind).toBe("weight-off");
    expect(bench.reported()).toHaveLength(3);
    bench.weigh(1_400);
    expect(bench.scan("CMDWEIGHTOKNEWBOX")).toBe("task-done");
    expect(bench.reported()[3]).toBe(1.4);
  });

  it("that was accepted is accepted for this parcel and this weight only", async () => {
    const bench = await taught();
    bench.start(1, { allowSplit: true, way: "split" });
    bench.scan("SKU1");
    bench.weigh(1_400);
    expect(bench.scan("CMDFINISH")).toBe("weight-off");
    bench.scan("CMDWEIGHTOKNEWBOX");
    expect(bench.scan("CMDWEIGHTOKNEWBOX")).toBe("command-ok");
    bench.weigh(1_900);
    expect(bench.scan("CMDFINISH")).toBe("weight-off");
    bench.weigh(1_400);
    expect(bench.scan("CMDFINISH")).toBe("task-done");
    bench.pack(1_900);
    expect(bench.verdict()?.kind).toBe("weight-off");
  });

  it("is asked of a keyed weight too, and the item is counted all the same", async () => {
    const bench = await taught();
    bench.start();
    bench.scan("CMDWEIGHT3000");
    expect(bench.scan("SKU1")).toBe("weight-off");
    expect(bench.desk.state().bench.open?.units).toHaveLength(1);
    expect(bench.scan("CMDWEIGHT1000")).toBe("task-done");
    expect(bench.reported()[3]).toBe(1);
  });

  it("is learned only from parcels that stayed closed", async () => {
    const bench = await openBench();
    for (const grams of [1_000, 1_000]) bench.pack(grams);
    bench.pack(1_000);
    bench.scan("CMDUNDO");
    bench.scan("CMDCLOSE");
    const sums = () => bench.database.prepare<{ parcels: number; sum_g: number }>("select parcels, sum_g from learned_weight").all();
    expect(sums()).toEqual([{ parcels: 2, sum_g: 2_000 }]);
  });
});
