import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { silentLog } from "../../electron/kit/log.ts";
import { createCancelCheck } from "../../electron/sync/cancel-check.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";
import { labelPng } from "../fakes/labels.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { jumpingClock, openTestSync } from "../fakes/oms4-sync.ts";
import { createPrintBench } from "../fakes/print-bench.ts";

/** A PC that took its own clock for local time until the network put it right. */
const BACK = -8 * 3_600_000;

describe("after the PC's clock was set back", () => {
  test("the label that OMS4 gave last is the one that prints, and the one that REPRINT prints", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [detailOf("1", "A")]));
    bench.label("FT1", "T1");
    bench.jump(BACK);
    const second = bench.label("FT1", "T2");
    expect([bench.scan("FT1"), bench.scan("A")]).toEqual(["task-opened", "task-done"]);
    const [parcel] = bench.stores.parcels.lastClosed(1);
    const prints = () => bench.stores.printJobs.ofParcel(parcel?.parcelNo ?? "").map(({ labelId }) => labelId);
    expect(prints()).toEqual([second]);
    bench.jump(BACK);
    const third = bench.label("FT1", "T2", parcel?.parcelNo, " once more");
    expect(prints()).toEqual([third]);
    // OMS4 goes back to one that it gave before
    bench.jump(BACK);
    expect(bench.label("FT1", "T2")).toBe(second);
    expect(bench.stores.labels.forParcel(parcel?.parcelNo ?? "")?.id).toBe(second);
  });

  test("REPRINT and UNDO mean the parcel that was closed last", () => {
    const bench = openTestDesk();
    for (const ftNo of ["FT1", "FT2", "FT3"]) bench.store(taskOf(ftNo, [detailOf(ftNo, "A")], { way: "own" }));
    for (const ftNo of ["FT1", "FT2"]) expect([bench.scan(ftNo), bench.scan("A")]).toEqual(["task-opened", "task-done"]);
    bench.jump(BACK);
    expect([bench.scan("FT3"), bench.scan("A")]).toEqual(["task-opened", "task-done"]);
    expect(bench.stores.parcels.lastClosed(3).map(({ ftNo }) => ftNo)).toEqual(["FT3", "FT2", "FT1"]);
    bench.scan("CMDUNDO");
    expect(bench.stores.parcels.ofTask("FT3").map(({ state }) => state)).toEqual(["open"]);
  });

  test("a label that waits for its next try goes out, and those behind it", async () => {
    const { clock, jump } = jumpingClock();
    const folder = testFolder();
    const labels = join(folder, "labels");
    writeFileSync(labels, "a file where the folder belongs");
    const bench = createPrintBench({ folder, printer: `folder:${labels}`, clock });
    onTestFinished(bench.stop);
    const [first, second] = ["PB1", "PB2"].map((parcelNo) => bench.add(parcelNo, { format: "png", bytes: labelPng(8, 8) }));
    bench.queue.start();
    await bench.until(first ?? 0, ({ state, attempts }) => state === "failed" && attempts > 1, "it can't print");
    jump(BACK);
    rmSync(labels);
    for (const id of [first, second]) await bench.until(id ?? 0, ({ state }) => state === "printed", "it prints");
  });

  test("a parcel's label is asked for as before", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }], labelAfterMs: null });
    const sync = openTestSync(oms4.connection, { stands: true });
    await sync.pull.run();
    sync.pack("FT1", "PBTEST1");
    await sync.push.drain();
    const asked = () => oms4.asked()["getShippingInfo"] ?? 0;
    expect((await sync.labelPull.run()).ok).toBe(true);
    const before = asked();
    expect((await sync.labelPull.run()).ok).toBe(true);
    expect(asked()).toBe(before);
    sync.jump(BACK);
    expect(sync.parcels.wantsLabel("PBTEST1")).toBe(true);
    expect((await sync.labelPull.run()).ok).toBe(true);
    expect(asked()).toBeGreaterThan(before);
  });

  test("what is sent waits for the question about cancellations, as before", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection, { stands: true });
    await sync.pull.run();
    const check = createCancelCheck({
      ...sync,
      // However slow the machine is
      clock: { ...sync.clock, after: () => () => {} },
      log: silentLog,
      nearest: () => [],
      holding: () => ({ ftNos: [], next: "" }),
      packed: () => ({ ftNos: [], next: null }),
      tell: () => {},
      labelAsked: () => null,
      onChecked: () => {},
      online: () => true,
    });
    check.pulled(sync.clock.now());
    await check.fresh("FT1", sync.clock.now() - 1);
    expect(oms4.asked()["getTasksByNo"] ?? 0).toBe(0);
    for (let time = 0; time < 2; time++) {
      const before = oms4.asked()["getTasksByNo"] ?? 0;
      sync.jump(BACK);
      await check.fresh("FT1", sync.clock.now());
      expect(oms4.asked()["getTasksByNo"] ?? 0).toBeGreaterThan(before);
    }
  });
});
