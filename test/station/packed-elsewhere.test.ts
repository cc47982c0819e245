import { describe, expect, test } from "vitest";
import { viewTask } from "../../electron/packing/view.ts";
import { fail, succeed } from "../../shared/failures.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { startTestOms4, tinyPdf, type TestOms4 } from "../fakes/oms4.ts";
import { packedSync, settleOutbox } from "../fakes/packed-sync.ts";
import { openTestStation, type TestStation } from "../fakes/open-station.ts";
import { until } from "../fakes/until.ts";

const elsewhereHeard = (sync: TestSync): readonly string[] => sync.heard.filter((words) => words.startsWith("elsewhere"));

describe("a task that another station packed meanwhile", () => {
  const lost = (oms4: TestOms4): void => oms4.fault({ kind: "drop" }, { call: "setParcelPacked" });
  const cutOff = (_oms4: TestOms4, sync: TestSync): void => {
    const [entry] = sync.outbox.due(sync.clock.now(), 1);
    sync.outbox.markSending(entry?.id ?? 0, sync.clock.now());
  };
  const restored = (_oms4: TestOms4, sync: TestSync): void => sync.database.exec("update outbox set ambiguous = 1 where state = 'pending'");

  test.each([
    ["lost before it took effect", lost],
    ["cut off by a crash", cutOff],
    ["in a restored backup", restored],
    ["never sent before", () => {}],
  ])("a report %s is not taken for told: nothing of our box is told any more, and the bench hears it", async (_name, spoil) => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    sync.tellTask("FT1", "Packing started");
    spoil(oms4, sync);
    if (spoil === lost) await sync.push.drain();
    oms4.packElsewhere("FT1", "PBOTHER1");
    await settleOutbox(sync);
    expect(oms4.parcels("FT1").map(({ parcelNo }) => parcelNo)).toEqual(["PBOTHER1"]);
    expect([sync.outbox.reportState("PBTEST1"), sync.outbox.reached("PBTEST1")]).toEqual(["none", false]);
    expect(sync.stops.elsewhere("FT1")).toEqual(["PBOTHER1"]);
    expect([sync.stops.unsettled(), elsewhereHeard(sync)]).toEqual([["FT1"], ["elsewhere FT1"]]);
    expect(sync.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
  });

  test("a report of a box that has left is for a person, in words that name both", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    sync.parcels.setMilestone("PBTEST1", "SHIPPING");
    oms4.packElsewhere("FT1", "PBOTHER1");
    await settleOutbox(sync);
    expect(sync.outbox.parked(5)).toMatchObject([
      { ambiguous: false, failure: { kind: "packed-elsewhere", detail: "OMS4 has PBOTHER1 of FT1, and PBTEST1 has left as well." } },
    ]);
    expect(elsewhereHeard(sync)).toEqual([]);
  });

  test("a duplicate that OMS4 speaks of is the other station's parcel, not ours", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    restored(oms4, sync);
    oms4.fault({ kind: "envelope", code: "200", message: "success" }, { call: "getTasksByNo" });
    oms4.fault({ kind: "envelope", code: "400", message: "the parcel of FT1 has already been packed" }, { call: "setParcelPacked" });
    oms4.packElsewhere("FT1", "PBOTHER1");
    await settleOutbox(sync);
    expect([sync.outbox.reportState("PBTEST1"), elsewhereHeard(sync)]).toEqual(["none", ["elsewhere FT1"]]);
  });

  test("a split task's report that OMS4 refuses stays for a person: the other parcel may stand beside it", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", way: "split", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    sync.pack("FT1", "PBTEST1");
    oms4.packElsewhere("FT1", "PBOTHER1");
    await settleOutbox(sync);
    expect(sync.outbox.parked(5)).toMatchObject([{ parcelNo: "PBTEST1", failure: { kind: "oms4-refused" } }]);
    expect(elsewhereHeard(sync)).toEqual([]);
  });
});

describe("a label that OMS4 gives for the one parcel of a task", () => {
  const named = (number: string) => {
    const shipping_label = Buffer.from(tinyPdf("JT1 FT1")).toString("base64");
    const parcel = { parcel_id: 1, fp_parcel_no: number, delivery_carrier: "J&T", delivery_type: "", tracking_no: "JT1", shipping_label };
    const data = [{ ft_no: "FT1", parcels: [parcel] }];
    return { kind: "status", status: 200, body: JSON.stringify({ code: "200", message: "success", request_id: "r", data }) } as const;
  };
  const late = async (isPacked: boolean) => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }], labelAfterMs: null });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    if (isPacked) sync.pack("FT1", "PBTEST1");
    return { oms4, sync };
  };

  test.each([true, false])("is no label of ours where it bears another station's number (packed here too: %s)", async (isPacked) => {
    const { oms4, sync } = await late(isPacked);
    oms4.fault(named("pbother1"), { call: "getShippingInfo", times: null });
    expect((await sync.labelPull.run()).ok).toBe(true);
    expect([sync.labels.ofTask("FT1"), sync.tasks.byCode("JT1")]).toEqual([[], []]);
    expect([sync.stops.elsewhere("FT1"), elsewhereHeard(sync)]).toEqual([["PBOTHER1"], ["elsewhere FT1"]]);
    sync.jump(60_000);
    sync.labelPull.askAgain(["FT1"]);
    await sync.labelPull.run();
    expect(elsewhereHeard(sync)).toHaveLength(1);
  });

  test.each([true, false])("is ours where OMS4 names it in a way of its own (packed: %s)", async (isPacked) => {
    const { oms4, sync } = await late(isPacked);
    oms4.fault(named("SHP-7"), { call: "getShippingInfo", times: null });
    await sync.labelPull.run();
    expect(sync.labels.forTask("FT1")).toMatchObject({ trackingNo: "JT1", parcelNo: isPacked ? "PBTEST1" : null });
    expect(elsewhereHeard(sync)).toEqual([]);
  });
});

test("the rest of a split task is released by a supervisor's badge only, where a PIN is set", () => {
  const bench = openTestDesk(undefined, {
    pin: { isSet: () => true, verify: (pin) => (pin === "4711" ? succeed(null) : fail("not-now", "This is not the supervisor's PIN.")) },
  });
  bench.store(taskOf("FT1", [detailOf("11", "A", 2)], { way: "split", allowSplit: true, status: "PACKING" }));
  bench.stores.stops.noteElsewhere("FT1", "PBOTHER1", 1);
  bench.desk.taskNews("FT1");
  expect(["FT1", "CMDRELEASE", "CMDSUPER4711", "CMDRELEASE"].map(bench.scan)).toEqual([
    "done-already",
    "command-refused",
    "command-ok",
    "task-opened",
  ]);
  expect(["A", "CMDFINISH"].map(bench.scan)).toEqual(["item-ok", "task-done"]);
  // The next task is one parcel: nobody can pack a part of it
  bench.store(taskOf("FT2", [detailOf("21", "A")], { status: "PACKING" }));
  bench.stores.stops.noteElsewhere("FT2", "PBOTHER2", 1);
  bench.desk.taskNews("FT2");
  expect(["FT2", "CMDRELEASE"].map(bench.scan)).toEqual(["done-already", "command-refused"]);
});

test("the lines of an open task that another station packed say that; only a line that was cancelled says so", () => {
  const bench = openTestDesk();
  bench.store(taskOf("FT1", [detailOf("11", "A"), detailOf("12", "B"), detailOf("13", "C")]));
  ["FT1", "A"].map(bench.scan);
  const linesNow = () => {
    const { open } = bench.desk.state().bench;
    return open === null ? [] : viewTask(open, [], { name: "", type: "" }).lines.map(({ state, takeOut }) => [state, takeOut]);
  };
  expect(linesNow()).toEqual([
    ["done", 0],
    ["next", 0],
    ["todo", 0],
  ]);
  bench.store(taskOf("FT1", [detailOf("11", "A"), detailOf("12", "B")], { status: "PACKED" }));
  bench.stores.stops.noteElsewhere("FT1", "PBOTHER1", 1);
  bench.desk.taskNews("FT1");
  expect(linesNow()).toEqual([
    ["elsewhere", 1],
    ["elsewhere", 0],
    ["cancelled", 0],
  ]);
});

describe("two benches", () => {
  /** A station that pulls once an hour, with one task here: whatever it hears in between it has asked for itself. */
  const ground = async (onAsked: (call: string | null) => void = () => {}): Promise<Readonly<{ oms4: TestOms4; bench: TestStation }>> => {
    const oms4 = await startTestOms4({ onAsked });
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const bench = await openTestStation(oms4);
    await until(() => bench.snapshot().waiting.count === 1 && bench.snapshot().outbox.waiting === 0, "the task is here");
    return { oms4, bench };
  };
  const says = (bench: TestStation, kind: string) => until(() => bench.snapshot().verdict?.kind === kind, `the band says ${kind}`);
  const reports = (oms4: TestOms4) => oms4.told().filter(({ call }) => call === "setParcelPacked");

  test("a report lost on its way, and another bench that packs the task: the box is stopped, and does not leave", async () => {
    // Before the lost report is looked for, however slow the machine is
    let packsElsewhere = (): void => {};
    const { oms4, bench } = await ground((call) => call === "setParcelPacked" && packsElsewhere());
    packsElsewhere = () => {
      packsElsewhere = () => {};
      oms4.packElsewhere("FT1", "PBOTHER1");
    };
    oms4.fault({ kind: "drop" }, { call: "setParcelPacked" });
    expect(bench.scan("FT1", "A")).toEqual(["task-opened", "task-done"]);
    await until(() => reports(oms4).length === 1, "the report is lost");
    await says(bench, "cancelled");
    expect(bench.snapshot().verdict).toMatchObject({ tone: "stop", title: "STOP · FT1 is packed elsewhere" });
    expect(bench.snapshot().troubles).toMatchObject([{ source: "stop", about: expect.stringContaining("FT1") }]);
    await until(() => bench.snapshot().outbox.waiting === 0, "nothing more is told");
    expect(reports(oms4)).toHaveLength(1);
    const parcelNo = bench.snapshot().lastParcels[0]?.parcelNo ?? "";
    expect(bench.scan("CMDHANDOVER", parcelNo)).toEqual(["command-ok", "cancelled"]);
    expect(bench.snapshot().verdict?.title).toBe("STOP · FT1 is packed elsewhere");
    expect(oms4.violations()).toEqual([]);
  });

  test("a task of one parcel is recognised at the opening by the number on its label, whatever its status says", async () => {
    const { oms4, bench } = await ground();
    oms4.packElsewhere("FT1", "PBOTHER1");
    oms4.changeTask("FT1", { status: "IN PROGRESS" });
    expect(bench.scan("FT1")).toEqual(["task-opened"]);
    await says(bench, "done-already");
    expect([bench.scan("FT1"), bench.snapshot().task]).toEqual([["done-already"], null]);
    expect(reports(oms4)).toEqual([]);
  });

  test("a report that OMS4 refuses, because another bench was first: the box is stopped as well", async () => {
    const { oms4, bench } = await ground();
    // What is asked at the closing says nothing: the report beats the news
    for (const call of ["getTasksByNo", "getCancellations"] as const)
      oms4.fault({ kind: "envelope", code: "200", message: "success" }, { call });
    bench.scan("FT1");
    await until(() => bench.snapshot().task?.ftNo === "FT1", "it is open");
    await until(() => (oms4.asked()["getTasksByNo"] ?? 0) === 1, "the check of the opening is over");
    oms4.fault({ kind: "envelope", code: "200", message: "success" }, { call: "getTasksByNo" });
    oms4.packElsewhere("FT1", "PBOTHER1");
    expect(bench.scan("A")).toEqual(["task-done"]);
    await until(() => reports(oms4).length === 1, "the report is refused");
    await says(bench, "cancelled");
    expect(bench.snapshot().verdict?.title).toBe("STOP · FT1 is packed elsewhere");
    expect(bench.snapshot().troubles).toMatchObject([{ source: "stop" }]);
    expect(oms4.parcels("FT1").map(({ parcelNo }) => parcelNo)).toEqual(["PBOTHER1"]);
  });
});
