import { describe, expect, test } from "vitest";
import { silentLog } from "../../electron/kit/log.ts";
import { createCancelCheck } from "../../electron/sync/cancel-check.ts";
import { CHECK_DEADLINE_MS } from "../../shared/outbox.ts";
import { readings } from "../../electron/scanner/read-scan.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { detailIdOf, startTestOms4, tinyPdf, type TestOms4 } from "../fakes/oms4.ts";
import { openTestSync } from "../fakes/oms4-sync.ts";
import { openTestStation, type TestStation } from "../fakes/open-station.ts";
import { standingClock } from "../fakes/standing-clock.ts";
import { until } from "../fakes/until.ts";

/** A station that pulls once an hour: whatever it hears in between it has asked for itself. While its clock stands, no deadline passes. */
const ground = async (more: Parameters<typeof openTestStation>[1] = {}) => {
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A", qty: 2 }, { sku: "B" }] });
  oms4.addTask({ ftNo: "FT2", way: "split", lines: [{ sku: "A", qty: 2 }, { sku: "B" }] });
  oms4.addTask({ ftNo: "FT3", way: "own", lines: [{ sku: "C" }] });
  const { clock, stand, go } = standingClock();
  const bench = await openTestStation(oms4, { clock, ...more });
  await until(() => bench.snapshot().waiting.count === 3 && bench.snapshot().online, "the tasks are here");
  await until(() => (oms4.asked()["getShippingInfo"] ?? 0) > 0 && told(oms4, "updateTaskActivity") === 3, "all is quiet");
  return { oms4, bench, stand, go };
};
const told = (oms4: TestOms4, call: string): number => oms4.told().filter((one) => one.call === call && one.committed).length;
const says = (bench: TestStation, kind: string) => until(() => bench.snapshot().verdict?.kind === kind, `the band says ${kind}`);
const stops = (bench: TestStation) => bench.snapshot().troubles.filter(({ source }) => source === "stop");
const request = (oms4: TestOms4, ftNo: string, status: string, more: Record<string, unknown> = {}): void => {
  const { cancelRequests } = oms4.core.state;
  cancelRequests.splice(0, cancelRequests.length, {
    ft_no: ftNo,
    // Seconds here, and possibly ""
    requested_Time: 1_790_000_000,
    handling_Result: "",
    reply_Time: "",
    status,
    items: [],
    ...more,
  });
};

describe("OMS4 is asked before the scan that may be the last", () => {
  /** The moments at which it is asked, after each scan. */
  const asked = (lines: readonly (readonly [sku: string, qty: number])[], scans: readonly string[]): readonly (readonly string[])[] => {
    let moments: string[] = [];
    const bench = openTestDesk(undefined, {
      onCheckDue: (_, moment) => void moments.push(moment),
      readings: (text) => readings(text),
    });
    bench.store(
      taskOf(
        "FT1",
        lines.map(([sku, qty]) => detailOf(sku, sku, qty, { barcodes: sku === "B" ? ["8884567004013"] : [] })),
      ),
    );
    bench.scan("FT1");
    return scans.map((text) => {
      moments = [];
      bench.scan(text);
      return moments;
    });
  };

  test("the last unit, and no unit before it", () => {
    expect(asked([["A", 3]], ["A", "A", "A"])).toEqual([[], ["nearly-in"], ["closed"]]);
  });

  test("a keyed quantity, where what is left is of one product", () => {
    expect(asked([["A", 5]], ["CMDQTY5", "A"])).toEqual([["nearly-in"], ["closed"]]);
    expect(
      asked(
        [
          ["A", 2],
          ["C", 1],
        ],
        ["CMDQTY2", "A"],
      ),
    ).toEqual([[], ["nearly-in"]]);
  });

  test("a code that counts: the product it is on is the only one left, or as many are left as it counted before", () => {
    const six = "]C10108884567004013376";
    expect(
      asked(
        [
          ["A", 1],
          ["B", 12],
        ],
        ["A", six, six],
      ),
    ).toEqual([["nearly-in"], ["nearly-in"], ["closed"]]);
  });
});

describe("between two pulls", () => {
  test("what was cancelled before the opening is heard while the packer reaches for the first item", async () => {
    const { oms4, bench } = await ground();
    oms4.cancel("FT1", [detailIdOf("FT1", 0)]);
    expect(bench.scan("FT1")).toEqual(["task-opened"]);
    await says(bench, "cancelled");
    expect(bench.scan("B")).toEqual(["task-done"]);
  });

  test("what was cancelled in mid-pack is heard at the closing: no report leaves, no label comes out", async () => {
    const { oms4, bench, stand, go } = await ground();
    bench.scan("FT1", "A", "A");
    await until(() => (oms4.asked()["getCancelRequests"] ?? 0) >= 2, "the check of the opening is over");
    stand();
    oms4.cancel("FT1");
    expect(bench.scan("B")).toEqual(["task-done"]);
    await says(bench, "cancelled");
    go();
    expect(stops(bench)).toHaveLength(1);
    await until(() => bench.snapshot().outbox.waiting === 0, "all that may go is sent");
    expect(told(oms4, "setParcelPacked")).toBe(0);
    expect(bench.printed()).toEqual([]);
    expect(bench.snapshot().lastParcels[0]?.print).toBe("cancelled");
    // Nothing has a label: its items are put back one by one
    expect(bench.scan("FT1", "A", "A", "B", "CMDCLOSE")).toEqual(["cancelled", "cancelled", "cancelled", "cancelled", "command-ok"]);
    expect(stops(bench)).toEqual([]);
  });

  test("an OMS4 that does not answer, or can't be reached, keeps no label back for good", async () => {
    for (const spoil of [
      (oms4: TestOms4) => {
        for (const call of ["getCancellations", "getTasksByNo", "getCancelRequests"] as const)
          oms4.fault({ kind: "hang" }, { call, times: null });
      },
      (oms4: TestOms4) => oms4.setOnline(false),
    ]) {
      const { oms4, bench } = await ground();
      bench.scan("FT1", "A", "A");
      await until(() => (oms4.asked()["getCancelRequests"] ?? 0) >= 2, "the check of the opening is over");
      await spoil(oms4);
      expect(bench.scan("B")).toEqual(["task-done"]);
      await until(() => bench.printed().length === 1, "the label comes out");
    }
  });

  /** The other station has packed one item of the split task: its status still says that something is to be packed. */
  const packPartElsewhere = async (oms4: TestOms4, parcelNo = "PBZZZZ1", line = 1): Promise<void> => {
    const parcel_items = [{ ft_detail_id: detailIdOf("FT2", line), qty: 1 }];
    const parcels = [{ fp_parcel_no: parcelNo, parcel_packed_time: Date.now(), parcel_items }];
    expect((await oms4.core.answer({ call: "setParcelPacked", query: {}, body: { ft_no: "FT2", parcels } })).code).toBe("200");
  };

  test("a split task that another station packed is recognised at the opening, by the parcel OMS4 has of it", async () => {
    const { oms4, bench } = await ground();
    await packPartElsewhere(oms4);
    bench.scan("FT2", "A");
    await says(bench, "done-already");
    expect(bench.snapshot().verdict).toMatchObject({ tone: "stop", text: expect.stringContaining("Put back") });
    expect(bench.scan("A", "CMDFINISH")).toEqual(["done-already", "done-already"]);
    expect(bench.scan("CMDCLOSE", "FT2")).toEqual(["command-ok", "done-already"]);
    expect(told(oms4, "setParcelPacked")).toBe(0);
  });

  test("a split task of which another station packed a part is packed on here once a supervisor says so, and closes without the rest", async () => {
    const { oms4, bench } = await ground();
    await packPartElsewhere(oms4);
    bench.scan("FT2");
    await says(bench, "done-already");
    expect(bench.snapshot().task).toBeNull();
    // Some other scan in between: nobody released this one
    expect(bench.scan("FT2", "NOBODY1", "CMDRELEASE")).toEqual(["done-already", "unknown-task", "command-refused"]);
    expect(bench.scan("FT2")).toEqual(["done-already"]);
    expect(bench.snapshot().verdict?.text).toContain("A supervisor who knows what is left scans FT2, then RELEASE.");
    expect(bench.scan("CMDRELEASE", "A")).toEqual(["task-opened", "item-ok"]);
    // What OMS4 hears and says meanwhile stops it no more
    await packPartElsewhere(oms4, "PBZZZZ2", 0);
    await until(() => told(oms4, "updateTaskActivity") >= 5, "OMS4 hears of it");
    expect(bench.scan("CMDCLOSE", "FT2", "CMDFINISH")).toEqual(["command-ok", "task-opened", "task-done"]);
    expect(bench.snapshot().verdict?.text).toContain("2 units left to the other station");
    await until(() => told(oms4, "setParcelPacked") === 1 && bench.snapshot().outbox.waiting === 0, "the parcel is told");
    expect(oms4.parcels("FT2").map(({ units }) => units)[2]).toEqual({ [detailIdOf("FT2", 0)]: 1 });
    expect([stops(bench), bench.snapshot().outbox.parked]).toEqual([[], 0]);
    await until(() => bench.printed().length === 1, "its label comes");
    expect(bench.scan("CMDHANDOVER", bench.snapshot().lastParcels[0]?.parcelNo ?? "")).toEqual(["command-ok", "parcel-ok"]);
    expect(oms4.violations()).toEqual([]);
  });

  test("what lies in the box already stays there when the rest is released", async () => {
    const { oms4, bench } = await ground();
    await packPartElsewhere(oms4);
    bench.scan("FT2", "A");
    await says(bench, "done-already");
    expect(bench.scan("CMDRELEASE", "A", "CMDFINISH")).toEqual(["task-opened", "item-ok", "task-done"]);
    await until(() => told(oms4, "setParcelPacked") === 1, "the parcel is told");
    expect(oms4.parcels("FT2")[1]?.units).toEqual({ [detailIdOf("FT2", 0)]: 2 });
    expect(stops(bench)).toEqual([]);
  });

  test("a label that OMS4 changed is what prints, also where its answer comes after the last scan", async () => {
    const oms4 = await startTestOms4();
    const { trackingNo } = oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const { clock, stand, go } = standingClock();
    const bench = await openTestStation(oms4, { clock });
    await until(() => bench.snapshot().waiting.count === 1 && bench.snapshot().outbox.waiting === 0, "the task is here");
    await until(() => (oms4.asked()["getShippingInfo"] ?? 0) > 0, "its label is here");
    oms4.setLabel("FT1", Buffer.from(tinyPdf(`${trackingNo} FT1 anew`)).toString("base64"));
    const answer = oms4.hold("getShippingInfo");
    stand();
    expect(bench.scan("FT1", "A")).toEqual(["task-opened", "task-done"]);
    await until(() => (oms4.asked()["getCancelRequests"] ?? 0) > 0, "OMS4 is asked");
    expect(bench.printed()).toEqual([]);
    answer();
    await until(() => bench.printed().length === 1, "a label comes out");
    go();
    expect(bench.papers()[0]).toContain("anew");
    expect([bench.snapshot().verdict?.kind, bench.snapshot().troubles]).toEqual(["task-done", []]);
  });

  test("a task that another station finished while it lay here is never reported a second time", async () => {
    const { oms4, bench, stand, go } = await ground();
    bench.scan("FT1", "A", "A");
    await until(() => (oms4.asked()["getCancelRequests"] ?? 0) >= 2, "the check of the opening is over");
    stand();
    oms4.changeTask("FT1", { status: "PACKED" });
    expect(bench.scan("B")).toEqual(["task-done"]);
    await until(() => stops(bench).length === 1, "the parcel is stopped");
    go();
    await until(() => bench.snapshot().outbox.waiting === 0, "all that may go is sent");
    expect(told(oms4, "setParcelPacked")).toBe(0);
    expect(bench.printed()).toEqual([]);
    expect(bench.scan("FT1")).toEqual(["done-already"]);
  });
});

describe("waiting for OMS4's word", () => {
  /** A check over real HTTP whose clock the test holds: what waits for a deadline waits until the test lets it pass. */
  const held = async (online = true, hangs = false, labelAsked: (ftNo: string) => Promise<unknown> | null = () => null) => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    expect((await sync.pull.run()).ok).toBe(true);
    if (hangs) oms4.fault({ kind: "hang" }, { call: "*", times: null });
    const timers = new Map<number, () => void>();
    const check = createCancelCheck({
      ...sync,
      clock: {
        now: Date.now,
        after: (ms, action) => {
          timers.set(ms, action);
          return () => void timers.delete(ms);
        },
      },
      log: silentLog,
      nearest: () => [],
      holding: () => ({ ftNos: [], next: "" }),
      packed: () => ({ ftNos: [], next: null }),
      tell: () => {},
      labelAsked,
      onChecked: () => {},
      online: () => online,
    });
    return { oms4, timers, fresh: check.fresh("FT1", Date.now()) };
  };

  test("ends with its answer: the deadline is taken back", async () => {
    const { oms4, timers, fresh } = await held();
    await fresh;
    expect([...timers.keys()]).toEqual([]);
    expect(oms4.asked()).toMatchObject({ getCancellations: 2, getCancelRequests: 1, getTasksByNo: 1 });
  });

  test("ends with the deadline when there is no answer, and not before", async () => {
    const { timers, fresh } = await held(true, true);
    let ended = false;
    const end = fresh.then(() => (ended = true));
    await until(() => timers.has(CHECK_DEADLINE_MS), "it waits");
    expect(ended).toBe(false);
    timers.get(CHECK_DEADLINE_MS)?.();
    await end;
  });

  test("waits for the label that is being asked for as well, and for nothing else's", async () => {
    const { promise: answered, resolve: answers } = Promise.withResolvers<null>();
    const { oms4, timers, fresh } = await held(true, false, (ftNo) => (ftNo === "FT1" ? answered : null));
    let ended = false;
    const end = fresh.then(() => (ended = true));
    await until(() => oms4.asked()["getTasksByNo"] === 1 && timers.has(CHECK_DEADLINE_MS), "OMS4 has answered all else");
    expect(ended).toBe(false);
    answers(null);
    await end;
    expect([...timers.keys()]).toEqual([]);
  });

  test("is not begun when OMS4 can't be reached", async () => {
    const { oms4, timers, fresh } = await held(false);
    await fresh;
    expect(timers.size).toBe(0);
    expect(oms4.asked()["getCancelRequests"]).toBeUndefined();
  });
});

describe("a buyer's request", () => {
  test("holds the task at the closing, and refused lets the report go and the label print by itself", async () => {
    const { oms4, bench } = await ground({ pollMs: 100 });
    bench.scan("FT1", "A", "A");
    request(oms4, "FT1", "OPEN");
    await says(bench, "on-hold");
    expect(bench.scan("B", "CMDFINISH")).toEqual(["on-hold", "on-hold"]);
    request(oms4, "FT1", "CLOSE", { handling_Result: "REJECTED", reply_Time: Math.round(Date.now() / 1000) });
    await says(bench, "task-opened");
    expect(bench.scan("B")).toEqual(["task-done"]);
    await until(() => bench.printed().length === 1, "the label comes out");
  });

  test("found at the closing keeps label and report back until it is decided", async () => {
    const { oms4, bench, stand, go } = await ground({ pollMs: 100 });
    bench.scan("FT3");
    await until(() => (oms4.asked()["getCancelRequests"] ?? 0) >= 2, "the check of the opening is over");
    stand();
    request(oms4, "FT3", "OPEN");
    expect(bench.scan("C")).toEqual(["task-done"]);
    await says(bench, "on-hold");
    go();
    const asked = oms4.asked()["getTasks"] ?? 0;
    await until(() => (oms4.asked()["getTasks"] ?? 0) > asked + 2, "some pulls go by");
    expect([bench.printed(), told(oms4, "setParcelPacked")]).toEqual([[], 0]);
    request(oms4, "FT3", "CLOSE", { handling_Result: "REJECTED", reply_Time: Math.round(Date.now() / 1000) });
    await until(() => bench.printed().length === 1 && told(oms4, "setParcelPacked") === 1, "label and report go");
  });

  test("granted for one of two units leaves one to pack, also after OMS4 has cut the line itself", async () => {
    const { oms4, bench } = await ground({ pollMs: 100 });
    bench.scan("FT1", "A", "A");
    const items = [{ task_detail_id: Number(detailIdOf("FT1", 0)), qty: 1 }];
    request(oms4, "FT1", "OPEN", { items });
    await says(bench, "on-hold");
    request(oms4, "FT1", "CLOSE", { items, handling_Result: "Approved", reply_Time: Math.round(Date.now() / 1000) });
    await says(bench, "cancelled");
    expect(bench.snapshot().task?.putBack).toMatchObject([{ detailId: detailIdOf("FT1", 0), qty: 1 }]);
    const task = oms4.core.task("FT1")?.raw;
    oms4.changeTask("FT1", { task_details: task?.task_details.map((line, index) => (index === 0 ? { ...line, qty: 1 } : line)) });
    const asked = oms4.asked()["getTasks"] ?? 0;
    await until(() => (oms4.asked()["getTasks"] ?? 0) > asked + 1, "the line was cut here too");
    expect(bench.scan("A", "B")).toEqual(["item-ok", "task-done"]);
    await until(() => told(oms4, "setParcelPacked") === 1, "the report is there");
    expect(oms4.parcels("FT1")[0]?.units).toEqual({ [detailIdOf("FT1", 0)]: 1, [detailIdOf("FT1", 1)]: 1 });
    expect(oms4.violations()).toEqual([]);
  });

  test("is asked about in turns where many tasks are held, and those that are next keep their place", async () => {
    const oms4 = await startTestOms4();
    const numbers = Array.from({ length: 45 }, (_, index) => `FT${String(index + 1).padStart(2, "0")}`);
    for (const ftNo of numbers) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    expect((await sync.pull.run()).ok).toBe(true);
    const held = numbers.slice(0, 25);
    const asked = { requested_Time: 1_790_000_000, handling_Result: "", reply_Time: "", status: "OPEN", items: [] };
    for (const ftNo of held) oms4.addCancelRequest({ ...asked, ft_no: ftNo });
    const answer = { repliedAt: null, requestedAt: 1_790_000_000_000, result: "", open: true, items: [] };
    sync.ingest.cancelRequests(
      held.map((ftNo) => ({ ...answer, ftNo })),
      held,
      1,
    );
    oms4.core.state.cancelRequests.splice(24, 1, { ...asked, ft_no: "FT25", status: "CLOSE", handling_Result: "REJECTED" });
    oms4.addCancelRequest({ ...asked, ft_no: "FT30" });
    const check = createCancelCheck({
      ...sync,
      log: silentLog,
      nearest: () => numbers.slice(25),
      holding: sync.cancelRequests.allHolding,
      packed: () => ({ ftNos: [], next: null }),
      tell: () => {},
      labelAsked: () => null,
      onChecked: () => {},
      online: () => true,
    });
    for (let pulls = 0; pulls < 3; pulls++) expect((await check.poll()).ok).toBe(true);
    expect(sync.cancelRequests.holding("FT25")).toBeNull();
    expect(sync.cancelRequests.holding("FT30")?.state).toBe("open");
    expect(oms4.violations()).toEqual([]);
  });

  test("an OMS4 that does not know the call is left in peace, and nothing else suffers", async () => {
    const oms4 = await startTestOms4();
    oms4.fault({ kind: "envelope", code: "404", message: "no such api" }, { call: "getCancelRequests", times: null });
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const bench = await openTestStation(oms4, { pollMs: 50 });
    await until(() => bench.snapshot().waiting.count === 1, "the task is here");
    const asked = oms4.asked()["getTasks"] ?? 0;
    await until(() => (oms4.asked()["getTasks"] ?? 0) > asked + 5, "more pulls");
    expect(oms4.asked()["getCancelRequests"]).toBe(1);
    expect(bench.snapshot().online).toBe(true);
  });
});
