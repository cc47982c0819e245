import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { silentLog } from "../../electron/kit/log.ts";
import { createRetention } from "../../electron/store/retention.ts";
import type { FulfillmentTask } from "../../shared/task.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

const DAY = 24 * 60 * 60 * 1000;
const PACKED_AT = Date.UTC(2026, 10, 23, 9);
const NAME = "Siti Nurhaliza";
const STREET = "12 Jalan Besar";

const receiver = { ...taskOf("", []).receiver, name: NAME, address: STREET, phone: "+6591234567", email: "siti@example.org" };
const personal = (ftNo: string, more: Partial<FulfillmentTask> = {}): FulfillmentTask =>
  taskOf(ftNo, [detailOf(`D-${ftNo}`, `SKU${ftNo}`)], { receiver, deliveryInstruction: `for ${NAME}`, ...more });

/** A bench with one task packed, reported, labelled and handed over, unless a change says otherwise. */
const packedBench = (ftNo: string, more: Partial<FulfillmentTask> = {}) => {
  const bench = openTestDesk();
  bench.store(personal(ftNo, more));
  bench.label(ftNo, `TRACK${ftNo}`);
  [ftNo, `SKU${ftNo}`].forEach(bench.scan);
  const retention = createRetention({
    database: bench.database,
    days: () => ({ receiverDays: 30, workDays: 90 }),
    clock: { now: () => PACKED_AT, after: () => () => {} },
    log: silentLog,
  });
  const sent = (): void => {
    for (const { id } of bench.stores.outbox.openOfTask(ftNo)) bench.stores.outbox.markDone(id, PACKED_AT);
    bench.database.exec("update print_job set state = 'printed', settled = 1");
  };
  const left = (): void => bench.database.exec("update parcel set state = 'handed-over'");
  const all = (): string =>
    ["task", "outbox", "journal", "set_aside", "cancellation"]
      .flatMap((table) => bench.database.prepare<Record<string, unknown>>(`select * from ${table}`).all())
      .map((row) => JSON.stringify(row))
      .join("\n");
  const count = (table: string): number => bench.database.prepare<{ n: number }>(`select count(*) as n from ${table}`).get()?.n ?? -1;
  return { ...bench, retention, sent, left, all, count };
};

describe("retention", () => {
  it("takes who and where away thirty days after a task is over, and leaves the work", () => {
    const { retention, sent, left, all, count, stores, database } = packedBench("FT1");
    sent();
    left();
    retention.bite(PACKED_AT + 29 * DAY);
    expect(all()).toContain(NAME);
    retention.bite(PACKED_AT + 31 * DAY);
    for (const gone of [NAME, STREET, "91234567", "siti@"]) expect(all()).not.toContain(gone);
    expect(database.prepare<{ n: number }>("select max(length(bytes)) as n from label").get()?.n).toBe(0);
    expect(stores.tasks.get("FT1")).toMatchObject({ state: "done", task: { ftNo: "FT1", receiver: { name: "", country: "SG" } } });
    expect([count("parcel"), count("packed_unit"), count("task_code") > 0]).toEqual([1, 1, true]);
  });

  it("overwrites what it takes away: the file itself no longer holds the name", () => {
    const { retention, sent, left, database } = packedBench("FT1");
    sent();
    left();
    database.exec("pragma wal_checkpoint(truncate)");
    expect(readFileSync(database.path).includes(NAME)).toBe(true);
    retention.bite(PACKED_AT + 31 * DAY);
    database.exec("pragma wal_checkpoint(truncate)");
    expect(readFileSync(database.path).includes(NAME)).toBe(false);
  });

  it("keeps a blanked task blank when OMS4 sends it again, changed or not", () => {
    const { retention, sent, left, all, store, stores } = packedBench("FT1");
    sent();
    left();
    retention.bite(PACKED_AT + 31 * DAY);
    expect(store(personal("FT1"))).toBe("same");
    expect(store(personal("FT1", { status: "DELIVERED" }))).toBe("changed");
    expect(store(personal("FT1", { status: "DELIVERED" }))).toBe("same");
    expect(all()).not.toContain(NAME);
    expect(stores.tasks.get("FT1")?.task.status).toBe("DELIVERED");
  });

  it("removes the whole task after ninety days, with its codes, and keeps the journal", () => {
    const { retention, sent, left, count, store, stores } = packedBench("FT1");
    sent();
    left();
    store(personal("FT1", { status: "DELIVERED" }));
    const lines = count("journal");
    for (let day = 31; day <= 200; day += 10) retention.bite(PACKED_AT + day * DAY);
    for (const table of ["task", "parcel", "packed_unit", "label", "print_job", "task_code", "outbox"])
      expect([table, count(table)]).toEqual([table, 0]);
    expect(count("journal")).toBe(lines);
    expect(stores.tasks.byCode("TRACKFT1")).toEqual([]);
  });

  it("does not store again what is over and older than its time, and still stores what is to be packed, however old", () => {
    const { database, retention } = packedBench("FT1");
    void retention;
    const old = { createdAt: PACKED_AT - 40 * DAY };
    const bench = openTestDesk(database.path.replace("packbench.db", "other.db"), { receiverDays: 30 });
    expect(bench.store(personal("FT2", { ...old, status: "DELIVERED" }))).toBe("same");
    expect(bench.stores.tasks.get("FT2")).toBeNull();
    expect(bench.store(personal("FT3", { ...old, status: "NEW" }))).toBe("new");
  });

  it.each([
    ["still owed to OMS4", ({ left }: ReturnType<typeof packedBench>) => left()],
    ["packed and not known to have left", ({ sent }: ReturnType<typeof packedBench>) => sent()],
    [
      "in doubt at the printer",
      ({ sent, left, database }: ReturnType<typeof packedBench>) => {
        sent();
        left();
        database.exec("update print_job set state = 'unknown'");
      },
    ],
    [
      "open again",
      ({ sent, scan }: ReturnType<typeof packedBench>) => {
        sent();
        scan("CMDUNDO");
      },
    ],
  ])("never touches what is %s", (_, prepare) => {
    const bench = packedBench("FT1");
    prepare(bench);
    for (let day = 31; day <= 400; day += 30) bench.retention.bite(PACKED_AT + day * DAY);
    expect(bench.all()).toContain(NAME);
    expect(bench.count("task")).toBe(1);
  });

  it("takes OMS4's word that a parcel has left, where nobody scans the handover", () => {
    const { retention, sent, store, all } = packedBench("FT1");
    sent();
    store(personal("FT1", { status: "SHIPPED" }));
    retention.bite(PACKED_AT + 31 * DAY);
    expect(all()).not.toContain(NAME);
  });

  it("works in bites: a bite of ten thousand old tasks takes a hundred, and the file's pages are used again", () => {
    const { database, retention, count } = packedBench("FT0");
    const task = JSON.stringify(personal("X", { status: "DELIVERED" }));
    const insert = database.prepare(
      `insert into task (ft_no, order_no, status, way, state, task, raw, first_seen_at, changed_at, units) values (?, '', 'DELIVERED', 'single', 'done-elsewhere', ?, ?, 0, 0, 1)`,
    );
    database.transaction(() => {
      for (let number = 0; number < 10_000; number++) insert.run(`OLD${number}`, task, task);
    });
    const removed: number[] = [];
    for (let bite = 0; bite < 110; bite++) {
      const before = count("task");
      retention.bite(PACKED_AT);
      removed.push(before - count("task"));
    }
    expect(Math.max(...removed)).toBe(100);
    expect(count("task")).toBe(1);
    expect(Object.values(database.prepare<Record<string, number>>("pragma freelist_count").get() ?? {})[0]).toBeGreaterThan(1_000);
  });
});
