import fc from "fast-check";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../electron/store/database.ts";
import { createOutbox } from "../../electron/store/outbox.ts";
import { createTaskStore } from "../../electron/store/tasks.ts";
import { fail } from "../../shared/failures.ts";
import { detailOf, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";

const openStores = (path = join(testFolder(), "packbench.db")) => {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  const database = opened.value;
  onTestFinished(() => database.close());
  const number = (sql: string): number => database.prepare<{ n: number }>(sql).get()?.n ?? -1;
  return {
    database,
    outbox: createOutbox({ database }),
    tasks: createTaskStore({ database }),
    counted: () => ({
      waiting: number("select count(*) as n from outbox where state in ('pending','sending')"),
      parked: number("select count(*) as n from outbox where state = 'parked'"),
      open: number("select count(*) as n from task where state in ('waiting','packing')"),
    }),
  };
};
const told = (stores: ReturnType<typeof openStores>) => ({ ...stores.outbox.counts(), open: stores.tasks.waitingCount() });
const refused = fail("oms4-refused", "no").failure;

describe("counts that are kept along", () => {
  it("are those of the tables after any row of changes, kept or undone", () => {
    const stores = openStores();
    const { database, outbox, tasks } = stores;
    let last = 0;
    const steps = {
      add: (n: number) => outbox.add({ ftNo: `FT${n}`, parcelNo: `P${n}`, call: "parcel-packed", body: {}, urgent: true }, 1),
      send: (n: number) => outbox.markSending(n, 2),
      done: (n: number) => outbox.markDone(n, 3),
      pending: (n: number) => outbox.markPending(n, refused, 9, false, 3),
      park: (n: number) => outbox.park(n, refused, false, 3),
      retry: (n: number) => outbox.retry(n, 4),
      discard: (n: number) => outbox.discard(n, 4),
      withdraw: (n: number) => outbox.withdraw(`P${n}`, 5),
      recover: () => outbox.recoverSending(6),
      task: (n: number) =>
        tasks.ingest(taskOf(`FT${n}`, [detailOf("1", "A")], { status: n % 3 === 0 ? "CANCELLED" : "NEW" }), `${(last += 1)}`, 1),
      open: (n: number) => tasks.markOpened(`FT${n}`, 2),
      finish: (n: number) => tasks.markDone(`FT${n}`, 3),
      hold: (n: number) => tasks.markHeld(`FT${n}`, "", 3),
      reopen: (n: number) => tasks.markReopened(`FT${n}`, 4),
    };
    const step = fc.tuple(fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])), fc.integer({ min: 1, max: 8 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (row) => {
        for (const [name, n, undone] of row) {
          try {
            database.transaction(() => {
              steps[name](n);
              if (undone) throw new Error("undone");
            });
          } catch (error) {
            if (!undone) throw error;
          }
        }
        expect(told(stores)).toEqual(stores.counted());
      }),
      { numRuns: 60 },
    );
    expect(stores.counted().waiting).toBeGreaterThan(0);
  });

  it("begin with what the file holds, and leave nothing in it", () => {
    const path = join(testFolder(), "packbench.db");
    const first = openStores(path);
    first.outbox.add({ ftNo: "FT1", parcelNo: null, call: "task-activity", body: {}, urgent: false }, 1);
    first.tasks.ingest(taskOf("FT1", [detailOf("1", "A")]), "{}", 1);
    const again = openStores(path);
    expect(told(again)).toEqual({ waiting: 1, parked: 0, open: 1 });
    expect(again.database.prepare("select name from sqlite_schema where name like '%tally%'").all()).toEqual([]);
  });
});
