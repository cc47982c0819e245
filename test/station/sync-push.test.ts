import { describe, expect, test } from "vitest";
import { openTestSync } from "../fakes/oms4-sync.ts";
import { detailIdOf, startTestOms4, type TestOms4 } from "../fakes/oms4.ts";
import { packedSync, settleOutbox } from "../fakes/packed-sync.ts";

/** ms; for what is never answered: all else is given its time */
const SHORT_MS = 2_000;
/** Calls of a drain that may arrive before the most urgent one: those it is sent beside. */
const BESIDE = 3;

const shipped = (oms4: TestOms4) => oms4.told().filter(({ milestone, committed }) => milestone === "SHIPPING" && committed);
const ALREADY = { kind: "envelope", code: "400", message: "this milestone of the parcel already exists" } as const;
const parcelCalls = (oms4: TestOms4) => oms4.told().filter(({ call }) => call === "setParcelPacked");

describe("what OMS4 hears", () => {
  test("is every entry once, and of each task in the order in which it happened", async () => {
    const oms4 = await startTestOms4();
    const numbers = Array.from({ length: 12 }, (_, index) => `FT${index}`);
    for (const ftNo of numbers) oms4.addTask({ ftNo, lines: [{ sku: "A", qty: 2 }] });
    const sync = openTestSync(oms4.connection);
    expect((await sync.pull.run()).ok).toBe(true);
    for (const ftNo of numbers) {
      sync.tellTask(ftNo, "Packing started");
      sync.pack(ftNo, `PB${ftNo}`);
      sync.tellTask(ftNo, "Packed: 1 parcel");
      sync.handOver(ftNo, `PB${ftNo}`);
    }
    expect(await sync.push.drain()).toBeNull();
    for (const ftNo of numbers) {
      expect(
        oms4
          .told()
          .filter((one) => one.ftNo === ftNo)
          .map(({ call, description, milestone }) => milestone ?? description ?? call),
      ).toEqual(["Received at packing station Bench 1", "Packing started", "setParcelPacked", "Packed: 1 parcel", "SHIPPING"]);
    }
    expect(sync.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    expect(oms4.violations()).toEqual([]);
  });

  test("of new tasks goes in small bites while somebody scans, a parcel at once beside them", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 30; index++) oms4.addTask({ ftNo: `FT${index}`, lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection, { stands: true });
    expect((await sync.pull.run()).ok).toBe(true);
    const received = () => oms4.told().filter(({ description }) => description?.startsWith("Received")).length;
    sync.scanned();
    const scannedAt = sync.clock.now();
    expect([await sync.push.drain(), received()]).toEqual([scannedAt + 200, 4]);
    sync.pack("FT20", "PBTEST1");
    expect([await sync.push.drain(), received(), parcelCalls(oms4).length]).toEqual([scannedAt + 200, 5, 1]);
    sync.jump(200);
    expect([await sync.push.drain(), received()]).toEqual([scannedAt + 400, 9]);
    // The clock is set back: nothing waits until it has caught up
    sync.jump(-100);
    expect([await sync.push.drain(), received()]).toEqual([scannedAt + 300, 13]);
    sync.jump(3_000);
    expect([await sync.push.drain(), received()]).toEqual([null, 30]);
  });

  test("comes urgent first: a packed parcel doesn't wait behind fifty tasks received", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    for (let index = 0; index < 50; index++) {
      oms4.addTask({ ftNo: `CALM${index}`, lines: [{ sku: "A" }] });
    }
    expect((await sync.pull.run()).ok).toBe(true);
    sync.tellTask("FT1", "Packed");
    expect(await sync.push.drain()).toBeNull();
    const told = oms4.told().filter(({ ftNo, description }) => ftNo === "FT1" || description?.startsWith("Received"));
    expect(told).toHaveLength(53);
    // Behind its own task's "received" of before
    const at = told.findIndex(({ call }) => call === "setParcelPacked");
    expect(at).toBeGreaterThanOrEqual(1);
    expect(at).toBeLessThanOrEqual(1 + BESIDE);
  });

  test("of an own delivery and of two parcels of a split task stands up to the documentation", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "OWN", way: "own", lines: [{ sku: "A", qty: 3 }] });
    oms4.addTask({ ftNo: "SPLIT", way: "split", lines: [{ sku: "A" }, { sku: "B", qty: 2 }] });
    const sync = openTestSync(oms4.connection);
    expect((await sync.pull.run()).ok).toBe(true);
    sync.pack("OWN", "PBO");
    sync.pack("SPLIT", "PBS1", [detailIdOf("SPLIT", 0)]);
    sync.pack("SPLIT", "PBS2", [detailIdOf("SPLIT", 1)]);
    await sync.push.drain();
    expect(oms4.violations()).toEqual([]);
    expect(oms4.parcels("OWN")).toMatchObject([{ parcelNo: "PBO", trackingNo: "PBO" }]);
    expect(oms4.parcels("SPLIT").map(({ parcelNo }) => parcelNo)).toEqual(["PBS1", "PBS2"]);
  });
});

describe("a report whose answer was lost", () => {
  for (const [what, fault] of [
    ["after it took effect, by a dropped connection", { kind: "drop", after: true }],
    ["before it took effect, by a dropped connection", { kind: "drop" }],
    ["after it took effect, by a timeout", { kind: "hang", after: true }],
    ["before it took effect, by a timeout", { kind: "hang" }],
    ["in the middle", { kind: "half" }],
    ["behind a status 500 after it took effect", { kind: "status", status: 500, after: true }],
    ["behind a sign-in page", { kind: "html" }],
    ["behind an unknown code after it took effect", { kind: "envelope", code: "E99", message: "?", after: true }],
  ] as const) {
    test(`${what} is looked for, and is there exactly once`, async () => {
      const oms4 = await startTestOms4();
      const sync = await packedSync(oms4, fault.kind === "hang" ? { timeoutMs: SHORT_MS } : {});
      oms4.fault(fault, { call: "setParcelPacked" });
      await settleOutbox(sync);
      expect(oms4.parcels("FT1")).toHaveLength(1);
      const took = parcelCalls(oms4).filter(({ committed }) => committed);
      expect(took).toHaveLength(1);
      expect(parcelCalls(oms4)).toHaveLength(parcelCalls(oms4)[0]?.committed === true ? 1 : 2);
      expect(oms4.asked()["getShippingInfo"]).toBe(1);
      expect(sync.outbox.reportState("PBTEST1")).toBe("sent");
    });
  }

  test("is found among all parcels of its task where asking by its number finds nothing", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    oms4.fault({ kind: "drop", after: true }, { call: "setParcelPacked" });
    oms4.fault({ kind: "envelope", code: "200", message: "success" }, { call: "getShippingInfo" });
    await settleOutbox(sync);
    expect(parcelCalls(oms4)).toHaveLength(1);
    expect(sync.outbox.reportState("PBTEST1")).toBe("sent");
  });

  test.each([
    ["names no parcel", []],
    ["names it in a way of its own", [{ parcel_id: 7, fp_parcel_no: "SHP-7", tracking_no: "JT1", shipping_label: "" }]],
  ])("counts as told where OMS4 counts the task as packed and %s: a second report could book it twice", async (_name, parcels) => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    const body = JSON.stringify({ code: "200", message: "success", request_id: "r", data: [{ ft_no: "FT1", parcels }] });
    oms4.fault({ kind: "drop", after: true }, { call: "setParcelPacked" });
    oms4.fault({ kind: "status", status: 200, body }, { call: "getShippingInfo", times: null });
    await settleOutbox(sync);
    expect(parcelCalls(oms4)).toHaveLength(1);
    expect(oms4.parcels("FT1")).toHaveLength(1);
    expect(sync.outbox.reportState("PBTEST1")).toBe("sent");
  });

  test("of a split task is not believed for the task's status: that may be another parcel's", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", way: "split", lines: [{ sku: "A" }, { sku: "B" }] });
    const sync = openTestSync(oms4.connection);
    expect((await sync.pull.run()).ok).toBe(true);
    expect(await sync.push.drain()).toBeNull();
    sync.pack("FT1", "PBTEST1", [detailIdOf("FT1", 0)]);
    oms4.fault({ kind: "drop" }, { call: "setParcelPacked" });
    oms4.changeTask("FT1", { status: "Packed" });
    await settleOutbox(sync);
    expect(oms4.parcels("FT1")).toHaveLength(1);
  });

  test("is not sent again while the look itself fails", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    oms4.fault({ kind: "drop", after: true }, { call: "setParcelPacked" });
    oms4.fault({ kind: "drop" }, { call: "getShippingInfo", times: 3 });
    await settleOutbox(sync);
    expect(parcelCalls(oms4)).toHaveLength(1);
    expect(oms4.asked()["getShippingInfo"]).toBe(4);
    expect(sync.outbox.reportState("PBTEST1")).toBe("sent");
  });

  test("is looked for after a crash in the middle of sending", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    const [entry] = sync.outbox.due(sync.clock.now(), 1);
    if (entry === undefined) throw new Error("nothing to send");
    sync.outbox.markSending(entry.id, sync.clock.now());
    // It reached OMS4, and the station died before it heard
    await sync.api.setParcelPacked(entry.body as never);
    sync.close();
    const again = openTestSync(oms4.connection, { path: sync.path });
    await again.push.drain();
    expect(oms4.parcels("FT1")).toHaveLength(1);
    expect(parcelCalls(oms4)).toHaveLength(1);
    expect(again.outbox.reportState("PBTEST1")).toBe("sent");
  });

  test("counts as told when OMS4 calls it a duplicate after a doubt", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    oms4.fault({ kind: "drop", after: true }, { call: "setParcelPacked" });
    // The look comes too early and doesn't see it yet
    oms4.fault({ kind: "envelope", code: "200", message: "success" }, { call: "getShippingInfo" });
    oms4.fault({ kind: "envelope", code: "200", message: "success" }, { call: "getTasksByNo" });
    await settleOutbox(sync);
    expect(parcelCalls(oms4).map(({ code }) => code)).toEqual([null, "400"]);
    expect(oms4.parcels("FT1")).toHaveLength(1);
    expect(sync.outbox.reportState("PBTEST1")).toBe("sent");
  });

  test("of a parcel that was changed after its first report is parked: OMS4 keeps the first", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    await sync.push.drain();
    const body = { ...parcelCalls(oms4)[0]?.body };
    const id = sync.outbox.add({ ftNo: "FT1", parcelNo: "PBTEST1", call: "parcel-packed", body, urgent: true }, sync.clock.now());
    await settleOutbox(sync);
    expect(sync.outbox.get(id)).toMatchObject({ state: "parked", failure: { kind: "duplicate-parcel" } });
  });

  test("of a number that another task's parcel has is parked, not believed", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    oms4.fault({ kind: "envelope", code: "400", message: "duplicate parcel" }, { call: "setParcelPacked" });
    await settleOutbox(sync);
    expect(sync.outbox.parked(5)).toMatchObject([{ parcelNo: "PBTEST1", failure: { kind: "duplicate-parcel" } }]);
  });
});

describe("a refusal", () => {
  test("with a server's number but words about the matter is parked too, where a person sees it", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    oms4.fault({ kind: "envelope", code: "500", message: "order is frozen by finance" }, { call: "setParcelPacked", times: null });
    await settleOutbox(sync);
    expect(sync.outbox.parked(5)).toMatchObject([{ parcelNo: "PBTEST1", failure: { kind: "oms4-refused" } }]);
  });

  test("parks with OMS4's words and holds only its own task", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    oms4.addTask({ ftNo: "FT2", lines: [{ sku: "A" }] });
    expect((await sync.pull.run()).ok).toBe(true);
    oms4.fault({ kind: "envelope", code: "400", message: "order is frozen by finance" }, { call: "setParcelPacked" });
    sync.tellTask("FT1", "Packed");
    sync.tellTask("FT2", "Packing started");
    await settleOutbox(sync);
    expect(sync.outbox.parked(5)).toMatchObject([
      { ftNo: "FT1", failure: { kind: "oms4-refused", detail: "order is frozen by finance (code 400)." } },
    ]);
    expect(sync.outbox.counts()).toEqual({ waiting: 1, parked: 1 });
    expect(oms4.told().map(({ ftNo, description }) => `${ftNo} ${description ?? ""}`)).toContain("FT2 Packing started");
    const [parked] = sync.outbox.parked(1);
    sync.outbox.retry(parked?.id ?? 0, sync.clock.now());
    await settleOutbox(sync);
    expect(sync.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    expect(oms4.parcels("FT1")).toHaveLength(1);
  });

  test("by a code that nobody documented is asked again a few times before it parks", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    oms4.fault({ kind: "envelope", code: "E77", message: "odd" }, { call: "setParcelPacked", times: null });
    await settleOutbox(sync);
    expect(parcelCalls(oms4)).toHaveLength(4);
    expect(sync.outbox.parked(5)).toMatchObject([{ failure: { kind: "oms4-refused" }, ambiguous: true }]);
  });

  test("of the credentials parks nothing: all waits, and goes once they are right", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    sync.tellTask("FT1", "Packed");
    sync.connect({ ...oms4.connection, apiSecret: "wrong" });
    for (let round = 0; round < 6; round++) {
      const next = await sync.push.drain();
      sync.jump(Math.max(0, (next ?? 0) - sync.clock.now()));
    }
    expect(sync.outbox.counts()).toEqual({ waiting: 2, parked: 0 });
    sync.connect(oms4.connection);
    await settleOutbox(sync);
    expect(sync.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    expect(oms4.parcels("FT1")).toHaveLength(1);
  });

  test("to be called so often is honoured to the second, by all", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    oms4.addTask({ ftNo: "FT2", lines: [{ sku: "A" }] });
    expect((await sync.pull.run()).ok).toBe(true);
    oms4.fault({ kind: "throttle", retryAfter: "90" }, { call: "setParcelPacked" });
    const before = sync.clock.now();
    const next = await sync.push.drain();
    expect((next ?? 0) - before).toBeGreaterThanOrEqual(90_000);
    const calls = oms4.told().length;
    sync.push.wayIsOpen();
    await sync.push.drain();
    expect(oms4.told()).toHaveLength(calls);
    await settleOutbox(sync);
    expect(sync.outbox.counts().waiting).toBe(0);
  });
});

describe("without a network", () => {
  test("one entry knocks instead of all, and nothing is lost or doubled when it is back", async () => {
    const oms4 = await startTestOms4();
    const numbers = Array.from({ length: 30 }, (_, index) => `FT${index}`);
    for (const ftNo of numbers) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    expect((await sync.pull.run()).ok).toBe(true);
    await sync.push.drain();
    await oms4.setOnline(false);
    for (const ftNo of numbers) sync.pack(ftNo, `PB${ftNo}`);
    const tries = (): number =>
      sync.database.prepare<{ n: number }>("select sum(attempts) as n from outbox where call = 'parcel-packed'").get()?.n ?? 0;
    await sync.push.drain();
    const first = tries();
    expect(first).toBeLessThanOrEqual(8);
    for (let round = 0; round < 5; round++) {
      const next = await sync.push.drain();
      sync.jump(Math.max(0, (next ?? 0) - sync.clock.now()));
      await sync.push.drain();
    }
    expect(tries() - first).toBeLessThanOrEqual(12);
    await oms4.setOnline(true);
    sync.push.wayIsOpen();
    await settleOutbox(sync);
    expect(oms4.parcels()).toHaveLength(30);
    expect(parcelCalls(oms4).filter(({ committed }) => committed)).toHaveLength(30);
    expect(sync.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
  });

  test("one poisoned entry that OMS4 always stumbles over doesn't keep the others waiting", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    for (let index = 0; index < 10; index++) oms4.addTask({ ftNo: `GOOD${index}`, lines: [{ sku: "A" }] });
    expect((await sync.pull.run()).ok).toBe(true);
    oms4.fault({ kind: "status", status: 500 }, { call: "setParcelPacked", times: null });
    for (let round = 0; round < 4; round++) {
      const next = await sync.push.drain();
      sync.jump(Math.max(0, (next ?? 0) - sync.clock.now()));
    }
    expect(oms4.told().filter(({ ftNo, committed }) => ftNo.startsWith("GOOD") && committed)).toHaveLength(10);
    expect(sync.outbox.counts()).toEqual({ waiting: 1, parked: 0 });
  });
});

describe("news that OMS4 calls a duplicate", () => {
  test("is told when an earlier try of it was left without an answer", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    await settleOutbox(sync);
    oms4.fault({ kind: "drop", after: true }, { call: "updateParcelActivity" });
    oms4.fault(ALREADY, { call: "updateParcelActivity" });
    sync.handOver("FT1", "PBTEST1");
    await settleOutbox(sync);
    expect([sync.outbox.counts(), shipped(oms4).length]).toEqual([{ waiting: 0, parked: 0 }, 1]);
  });

  test("is for a person, in OMS4's words, when nothing of it was sent before", async () => {
    const oms4 = await startTestOms4();
    const sync = await packedSync(oms4);
    await settleOutbox(sync);
    oms4.fault(ALREADY, { call: "updateParcelActivity" });
    sync.handOver("FT1", "PBTEST1");
    await settleOutbox(sync);
    expect(sync.outbox.parked(5).map(({ failure }) => failure?.detail)).toEqual([expect.stringContaining(ALREADY.message)]);
  });
});
