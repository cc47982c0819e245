import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../electron/store/database.ts";
import { createOutbox, type OutboxAddition } from "../../electron/store/outbox.ts";
import { fail } from "../../shared/failures.ts";
import { testFolder } from "../fakes/folder.ts";

const open = (path = join(testFolder(), "packbench.db")) => {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  onTestFinished(() => opened.value.close());
  return { path, database: opened.value, outbox: createOutbox({ database: opened.value }) };
};
const entry = (ftNo: string, more: Partial<OutboxAddition> = {}): OutboxAddition => ({
  ftNo,
  parcelNo: null,
  call: "task-activity",
  body: { ftNo },
  urgent: true,
  ...more,
});
const { failure } = fail("oms4-refused", "no");

describe("the outbox", () => {
  test("lets only the first entry of each task go, urgent tasks first", () => {
    const { outbox } = open();
    const calm = outbox.add(entry("FT1", { urgent: false }), 1);
    const first = outbox.add(entry("FT2"), 2);
    const second = outbox.add(entry("FT2"), 3);
    expect(outbox.due(10, 10).map(({ id }) => id)).toEqual([first, calm]);
    outbox.markSending(first, 10);
    expect(outbox.due(10, 10).map(({ id }) => id)).toEqual([calm]);
    outbox.markDone(first, 11);
    expect(outbox.due(12, 10).map(({ id }) => id)).toEqual([second, calm]);
  });

  test("hurries what stands before an urgent entry of its own task", () => {
    const { outbox } = open();
    outbox.add(entry("FT0", { urgent: false }), 1);
    const received = outbox.add(entry("FT1", { urgent: false }), 2);
    outbox.add(entry("FT1", { call: "parcel-packed", parcelNo: "P1" }), 3);
    expect(outbox.due(10, 1).map(({ id }) => id)).toEqual([received]);
  });

  test("waits for an entry's time, and says when the next may go", () => {
    const { outbox } = open();
    const first = outbox.add(entry("FT1"), 1);
    outbox.add(entry("FT1"), 2);
    outbox.markSending(first, 5);
    outbox.markPending(first, fail("timeout", "x").failure, 500, true, 6);
    expect(outbox.due(499, 10)).toEqual([]);
    expect(outbox.nextAt()).toBe(500);
    expect(outbox.due(500, 10)).toMatchObject([{ id: first, ambiguous: true, attempts: 1, failure: { kind: "timeout" } }]);
  });

  test("holds only its own task behind a parked entry, until that is retried or given up", () => {
    const { outbox } = open();
    const bad = outbox.add(entry("FT1"), 1);
    const after = outbox.add(entry("FT1"), 2);
    const other = outbox.add(entry("FT2"), 3);
    outbox.markSending(bad, 5);
    outbox.park(bad, failure, false, 6);
    expect(outbox.due(10, 10).map(({ id }) => id)).toEqual([other]);
    expect(outbox.counts()).toEqual({ waiting: 2, parked: 1 });
    expect(outbox.parked(10)).toMatchObject([{ id: bad, failure: { detail: "no" } }]);
    expect(outbox.retry(bad, 7)).toBe(true);
    expect(outbox.due(10, 10).map(({ id }) => id)).toEqual([other, bad]);
    outbox.markSending(bad, 11);
    outbox.park(bad, failure, false, 12);
    expect(outbox.discard(bad, 13)).toBe(true);
    expect(outbox.due(20, 10).map(({ id }) => id)).toEqual([after, other]);
    expect(outbox.get(bad)?.state).toBe("discarded");
  });

  test("says where a parcel's report stands", () => {
    const { outbox } = open();
    expect(outbox.reportState("P1")).toBe("none");
    const id = outbox.add(entry("FT1", { call: "parcel-packed", parcelNo: "P1" }), 1);
    expect(outbox.reportState("P1")).toBe("waiting");
    outbox.markSending(id, 2);
    outbox.park(id, failure, false, 3);
    expect(outbox.reportState("P1")).toBe("parked");
    outbox.markDone(id, 4);
    expect(outbox.reportState("P1")).toBe("sent");
  });

  test("takes back only what can't have reached OMS4", () => {
    const { outbox } = open();
    const add = (parcelNo: string) => outbox.add(entry(`FT-${parcelNo}`, { call: "parcel-packed", parcelNo }), 1);
    add("P1");
    expect(outbox.withdraw("P1", 2)).toEqual(["parcel-packed"]);
    expect([outbox.reportState("P1"), outbox.has("P1", "parcel-packed")]).toEqual(["none", false]);
    const refused = add("P2");
    outbox.markSending(refused, 2);
    expect(outbox.withdraw("P2", 3)).toEqual([]);
    outbox.markPending(refused, fail("offline", "x").failure, 9, false, 4);
    expect(outbox.withdraw("P2", 5)).toEqual(["parcel-packed"]);
    const lost = add("P3");
    outbox.markSending(lost, 2);
    outbox.markPending(lost, fail("timeout", "x").failure, 9, true, 4);
    expect(outbox.withdraw("P3", 5)).toEqual([]);
    expect(outbox.markSending(refused, 6)).toBe(false);
  });

  test("treats what a crash left in the middle of sending as a doubt", () => {
    const first = open();
    const id = first.outbox.add(entry("FT1", { call: "parcel-packed", parcelNo: "P1" }), 1);
    first.outbox.markSending(id, 2);
    const again = open(first.path);
    expect(again.outbox.recoverSending(3)).toBe(1);
    expect(again.outbox.due(10, 10)).toMatchObject([{ id, ambiguous: true, state: "pending" }]);
  });

  test("counts and finds the next entry by an index, without sorting, however many wait", () => {
    const { database } = open();
    const prepared: string[] = [];
    const outbox = createOutbox({ database: { ...database, prepare: (sql) => (prepared.push(sql), database.prepare(sql)) } });
    database.transaction(() => {
      for (let index = 0; index < 2_000; index++) outbox.add(entry(`FT${index % 800}`, { urgent: index % 3 === 0 }), index);
    });
    expect(outbox.counts().waiting).toBe(2_000);
    expect(outbox.due(60_000, 4)).toHaveLength(4);
    expect(outbox.nextAt()).not.toBeNull();
    const queries = prepared.filter((sql) => sql.includes("order by next_at"));
    expect(queries).toHaveLength(2);
    for (const sql of queries) {
      const plan = database.prepare<{ detail: string }>(`explain query plan ${sql}`).all(...Array(sql.split("?").length - 1).fill(1));
      for (const { detail } of plan) expect(detail).toMatch(/^(SEARCH \w+ USING (COVERING )?INDEX|CORRELATED SCALAR SUBQUERY)/);
    }
  });
});
