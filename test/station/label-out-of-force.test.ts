import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { startTestOms4, tinyPdf } from "../fakes/oms4.ts";

const item = (sku: string, qty = 1) => detailOf(`D-${sku}`, sku, qty);
type Bench = ReturnType<typeof openTestDesk>;

/** A one-parcel task with its label `JT1` that waits to be packed. */
const stocked = (bench: Bench): void => {
  bench.store(taskOf("FT1", [item("A"), item("B")]));
  bench.label("FT1", "JT1");
};
const named = (bench: Bench, trackingNo: string): boolean =>
  bench.database.transaction(() => bench.stores.labels.numberNamed({ ftNo: "FT1", parcelNo: null }, trackingNo, 1));
const parcelNoOf = (bench: Bench): string => bench.stores.parcels.ofTask("FT1")[0]?.parcelNo ?? "";
const documents = (bench: Bench) =>
  bench.stores.printJobs.ofParcel(parcelNoOf(bench)).map(({ document, copy, state, labelId }) => `${document} ${copy} ${state} ${labelId}`);
const waits = (bench: Bench): boolean => bench.stores.parcels.wantsLabel(parcelNoOf(bench));

describe("a stored label of which OMS4 has named another number", () => {
  test("does not print at the closing; the new one prints by itself when it comes, and nobody is alarmed", () => {
    const bench = openTestDesk();
    stocked(bench);
    expect(named(bench, "JT2")).toBe(true);
    expect(["FT1", "A", "B"].map(bench.scan)).toEqual(["task-opened", "item-ok", "task-done"]);
    expect([documents(bench), waits(bench)]).toEqual([[], true]);
    const renewed = bench.label("FT1", "JT2");
    expect([documents(bench), waits(bench)]).toEqual([[`shipping-label 1 queued ${renewed}`], false]);
    expect([bench.trouble.list(), bench.desk.state().verdict?.kind]).toEqual([[], "task-done"]);
    expect(bench.stores.parcels.get(parcelNoOf(bench))?.trackingNo).toBe("JT2");
  });

  test("stays out of force through a restart of the station", () => {
    const path = join(testFolder(), "packbench.db");
    const before = openTestDesk(path);
    stocked(before);
    named(before, "JT2");
    const bench = openTestDesk(path);
    ["FT1", "A", "B"].forEach(bench.scan);
    expect([documents(bench), waits(bench)]).toEqual([[], true]);
  });

  test("gets its box a parking slip, whose scan prints the new label and never the old one", () => {
    const bench = openTestDesk(undefined, { slipAfterMs: 1_000 });
    bench.parking.start();
    stocked(bench);
    named(bench, "JT2");
    ["FT1", "A", "B"].forEach(bench.scan);
    bench.jump(2_000);
    bench.parking.kick();
    bench.printed();
    expect(bench.scan(parcelNoOf(bench))).toBe("label-waiting");
    bench.jump(60_000);
    const renewed = bench.label("FT1", "JT2");
    expect(documents(bench)).toEqual(["parking-slip 1 printed null"]);
    expect(bench.scan(parcelNoOf(bench))).toBe("parcel-ok");
    expect(documents(bench).at(-1)).toBe(`shipping-label 1 queued ${renewed}`);
  });

  test("does not print when the box is opened and closed again, nor when a stop is lifted, nor by REPRINT", () => {
    const bench = openTestDesk();
    stocked(bench);
    ["FT1", "A", "B"].forEach(bench.scan);
    const parcelNo = parcelNoOf(bench);
    bench.database.transaction(() => {
      bench.stores.labels.numberNamed({ ftNo: "FT1", parcelNo: null }, "JT2", 1);
      bench.desk.trackingChanged({ ftNo: "FT1", parcelNo, trackingNo: "JT2" });
    });
    expect(documents(bench)).toEqual(["shipping-label 1 cancelled 1"]);
    expect(bench.scan("CMDREPRINT")).toBe("command-refused");
    expect([bench.scan("CMDUNDO"), bench.scan("B")]).toEqual(["command-ok", "task-done"]);
    expect([documents(bench), waits(bench)]).toEqual([["shipping-label 1 cancelled 1"], true]);
    expect(bench.scan(parcelNo)).toBe("label-waiting");
    const renewed = bench.label("FT1", "JT2", parcelNo);
    expect(documents(bench).at(-1)).toBe(`shipping-label 2 queued ${renewed}`);
    expect(bench.stores.parcels.get(parcelNo)?.trackingNo).toBe("JT2");
  });

  test("is in force again when OMS4 gives it, or its number, again", () => {
    const bench = openTestDesk();
    stocked(bench);
    named(bench, "JT2");
    expect(bench.stores.labels.forTask("FT1")?.outOfForce).toBe(true);
    named(bench, "JT1");
    expect(bench.stores.labels.forTask("FT1")?.outOfForce).toBe(false);
    named(bench, "JT2");
    const again = bench.label("FT1", "JT1");
    expect(bench.stores.labels.forTask("FT1")).toMatchObject({ id: again, outOfForce: false });
    ["FT1", "A", "B"].forEach(bench.scan);
    expect(documents(bench)).toEqual([`shipping-label 1 queued ${again}`]);
  });
});

const base64 = (text: string): string => Buffer.from(tinyPdf(text)).toString("base64");
const ask = async (sync: TestSync): Promise<void> => {
  sync.jump(60_000);
  expect((await sync.labelPull.checkAgain(["FT1"])).ok).toBe(true);
};
/** A task that waits with its label, and of which OMS4 names another number while the new label is still being made. */
const renumbered = async () => {
  const oms4 = await startTestOms4();
  const { trackingNo } = oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
  const sync = openTestSync(oms4.connection);
  await sync.pull.run();
  expect((await sync.labelPull.run()).ok).toBe(true);
  expect(sync.labels.forTask("FT1")).toMatchObject({ trackingNo, outOfForce: false });
  oms4.relabel({ ftNo: "FT1", parcelNo: null }, { trackingNo: "JT2", bytes: tinyPdf("the new one"), inMs: 3_600_000 });
  await ask(sync);
  return { oms4, sync, trackingNo };
};

describe("a number that comes before its label", () => {
  test("puts the stored one out of force, and the new one is asked for by itself until it is there", async () => {
    const { oms4, sync } = await renumbered();
    expect(sync.labels.forTask("FT1")?.outOfForce).toBe(true);
    expect([sync.tasks.wantsLabel("FT1"), sync.tasks.byCode("JT2").length]).toEqual([true, 1]);
    // What OMS4 calls a change of the task must not end the waiting
    oms4.changeTask("FT1", { packing_instruction: "With care" });
    await sync.pull.run();
    expect(sync.tasks.wantsLabel("FT1")).toBe(true);
    oms4.setLabelAt("FT1", 0);
    sync.jump(600_000);
    expect((await sync.labelPull.run()).ok).toBe(true);
    expect(sync.labels.forTask("FT1")).toMatchObject({ trackingNo: "JT2", outOfForce: false });
    expect([sync.tasks.wantsLabel("FT1"), sync.labels.ofTask("FT1").map(({ outOfForce }) => outOfForce)]).toEqual([false, [true, false]]);
    expect(oms4.violations()).toEqual([]);
  });

  test("and goes back to the old one puts that into force again", async () => {
    const { oms4, sync, trackingNo } = await renumbered();
    oms4.relabel({ ftNo: "FT1", parcelNo: null }, { trackingNo, bytes: tinyPdf("unused"), inMs: 0 });
    await ask(sync);
    expect(sync.labels.forTask("FT1")).toMatchObject({ trackingNo, outOfForce: false });
  });

  test("is told to the bench at once where its parcel is closed: the label of the old number is on the box", async () => {
    const { oms4, sync } = await renumbered();
    oms4.relabel({ ftNo: "FT1", parcelNo: null }, { trackingNo: "JT1", bytes: tinyPdf("the first"), inMs: 0 });
    oms4.setLabelAt("FT1", 0);
    await ask(sync);
    sync.pack("FT1", "P-01");
    sync.parcels.setTracking("P-01", "JT1");
    const before = sync.labelNews();
    oms4.relabel({ ftNo: "FT1", parcelNo: null }, { trackingNo: "JT9", bytes: tinyPdf("the last"), inMs: 3_600_000 });
    await ask(sync);
    expect([sync.heard.at(-1), sync.labelNews()]).toEqual(["tracking JT9 P-01", before + 1]);
  });

  test("with a label that can't be read counts as well", async () => {
    const { oms4, sync } = await renumbered();
    oms4.setLabel("FT1", base64("unused"));
    oms4.relabel({ ftNo: "FT1", parcelNo: null }, { trackingNo: "JT3", bytes: Buffer.from("<html>not yet</html>"), inMs: 0 });
    oms4.setLabelAt("FT1", 0);
    await ask(sync);
    expect(sync.setAside.list(5)).toMatchObject([{ name: "FT1" }]);
    expect(sync.labels.forTask("FT1")?.outOfForce).toBe(true);
    expect(sync.tasks.byCode("JT3")).toHaveLength(1);
  });

  test("says nothing where it is the number that is stored", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await sync.labelPull.run();
    oms4.setLabel("FT1", "");
    await ask(sync);
    expect([sync.labels.forTask("FT1")?.outOfForce, sync.tasks.wantsLabel("FT1")]).toEqual([false, false]);
  });
});
