import { z } from "zod";
import {
  countRowSchema,
  countSessionSchema,
  type CountRow,
  type CountRowView,
  type CountSession,
  type CountState,
} from "../../shared/count.ts";
import { failureSchema, type Failure } from "../../shared/failures.ts";
import type { Database } from "./database.ts";
import { createTally } from "./tally.ts";

/** A row that OMS4 is to hear. `most`: it may go with so many others at most, because a larger batch of it was refused. */
export type DueCount = Readonly<{
  id: number;
  brandCode: string;
  brandSkuCode: string;
  qty: number | null;
  attempts: number;
  most: number;
}>;

/** How many rows lie in each state. */
export type CountSizes = Readonly<{ counting: number; waiting: number; failed: number }>;

type Row = {
  id: number;
  product: string;
  brand_code: string;
  brand_sku_code: string;
  name: string;
  qty: number | null;
  state: CountState;
  failure: string | null;
};

const readRow = (row: Row): CountRow => ({
  product: row.product,
  brandCode: row.brand_code,
  brandSkuCode: row.brand_sku_code,
  name: row.name,
  qty: row.qty,
  state: row.state,
  failure: row.failure === null ? null : failureSchema.parse(JSON.parse(row.failure)),
});

const stepSchema = z.object({ before: countRowSchema.nullable(), after: countRowSchema.nullable() });
export type CountStep = Readonly<{ step: number; change: Readonly<z.infer<typeof stepSchema>> }>;

const COLUMNS = "id, product, brand_code, brand_sku_code, name, qty, state, failure";
/** On screen: what a person must look at first, then the count, newest first. */
const LISTED =
  "state in ('failed','counting') and not (state = 'failed' and product in (select product from count_row where state = 'counting'))";
const IN_ORDER = "order by state = 'failed' desc, id desc";

/**
 * The cycle count: rows of the count in progress, rows OMS4 is to hear, rows it refused, and for each product the row it took
 * last. Of one product there is at most one row in each state. Every write belongs into the caller's transaction.
 */
export const createCountStore = ({ database }: Readonly<{ database: Database }>) => {
  let changes = 0;
  const session = database.prepare<{ state: string }>("select state from count_session");
  const keepSession = database.prepare(
    "insert into count_session (one, state) values (1, ?) on conflict (one) do update set state = excluded.state",
  );
  const get = database.prepare<Row>(`select ${COLUMNS} from count_row where product = ? and state = ?`);
  const forget = database.prepare("delete from count_row where product = ? and state = ?");
  const insert = database.prepare(
    `insert into count_row (product, brand_code, brand_sku_code, name, qty, state, failure, packer, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    `update count_row set qty = ?, name = ?, state = ?, failure = ?, packer = ?, changed_at = ? where product = ? and state = ?`,
  );
  const addStep = database.prepare("insert into count_step (change) values (?)");
  const lastStep = database.prepare<{ id: number; change: string }>("select id, change from count_step order by id desc limit 1");
  const dropStep = database.prepare("delete from count_step where id = ?");
  const dropSteps = database.prepare("delete from count_step");
  const replaced = database.prepare<Row>(
    `select ${COLUMNS} from count_row where state in ('waiting','failed') and product in (select product from count_row where state = 'counting')`,
  );
  // Anew, so that an answer to the row it replaces says nothing about it
  const finish = database.prepare(
    `insert into count_row (product, brand_code, brand_sku_code, name, qty, state, packer, changed_at)
     select product, brand_code, brand_sku_code, name, qty, 'waiting', packer, ? from count_row where state = 'counting' order by id`,
  );
  const dropIn = database.prepare("delete from count_row where state = ?");
  const retry = database.prepare(
    "update count_row set state = 'waiting', failure = null, attempts = 0, most = 200, next_at = 0, changed_at = ? where product = ? and state = 'failed'",
  );
  const sizes = createTally(database, "count_row", { counting: ["counting"], waiting: ["waiting"], failed: ["failed"] });
  const sentSince = database.prepare<{ n: number }>("select count(*) as n from count_row where state = 'done' and changed_at >= ?");
  const failedRows = database.prepare<Row & { changed_at: number }>(
    `select ${COLUMNS}, changed_at from count_row where state = 'failed' and ${LISTED} order by id limit ?`,
  );
  const inOrder = database.prepare<{ product: string }>(`select product from count_row where ${LISTED} ${IN_ORDER}`);
  const done = database.prepare<{ qty: number | null; changed_at: number }>(
    "select qty, changed_at from count_row where product = ? and state = 'done'",
  );
  const DUE =
    "select id, brand_code as brandCode, brand_sku_code as brandSkuCode, qty, attempts, most from count_row where state = 'waiting'";
  // Suspects first: what was refused together is settled before the next rows go
  const first = database.prepare<{ most: number }>(
    "select most from count_row where state = 'waiting' and next_at <= ? order by most, id limit 1",
  );
  const due = database.prepare<DueCount>(`${DUE} and next_at <= ? and most = ? order by id limit ?`);
  const nextAt = database.prepare<{ at: number | null }>("select min(next_at) as at from count_row where state = 'waiting'");
  const byId = database.prepare<Row>(`select ${COLUMNS} from count_row where id = ? and state = 'waiting'`);
  const markDone = database.prepare(
    "update count_row set state = 'done', failure = null, attempts = 0, most = 200, next_at = 0, changed_at = ? where id = ?",
  );
  const markFailed = database.prepare("update count_row set state = 'failed', failure = ?, changed_at = ? where id = ?");
  const markLater = database.prepare(
    "update count_row set attempts = ?, most = ?, next_at = ?, failure = ? where id = ? and state = 'waiting'",
  );
  const hurry = database.prepare("update count_row set next_at = 0 where state = 'waiting'");
  const stuck = database.prepare<{ n: number; failure: string; at: number }>(
    "select count(*) as n, max(failure) as failure, min(changed_at) as at from count_row where state = 'waiting' and attempts >= ? and failure is not null",
  );

  const rowOf = (product: string, state: CountState): CountRow | null => {
    const row = get.get(product, state);
    return row === null ? null : readRow(row);
  };
  const text = (failure: Failure | null): string | null => (failure === null ? null : JSON.stringify(failure));
  const changed = <T>(value: T): T => {
    changes += 1;
    return value;
  };
  return {
    /** Grows with every write: what was drawn from the rows holds until then. */
    changes: (): number => changes,
    /** What the count was in the middle of, as it was kept; null when nothing was counted here yet. */
    session: (): CountSession | null => {
      const row = session.get();
      return row === null ? null : countSessionSchema.parse(JSON.parse(row.state));
    },
    keepSession: (state: CountSession): void => changed(void keepSession.run(JSON.stringify(state))),
    /** The row that is counted, else the one OMS4 refused. */
    rowOf: (product: string): CountRow | null => rowOf(product, "counting") ?? rowOf(product, "failed"),
    /** Puts one row into another state or quantity, makes it, or takes it away; the step can be undone until FINISH. */
    change: (
      { before, after }: Readonly<{ before: CountRow | null; after: CountRow | null }>,
      { packer, at, undoable }: Readonly<{ packer: string | null; at: number; undoable: boolean }>,
    ): void => {
      if (before !== null && after !== null)
        update.run(after.qty, after.name, after.state, text(after.failure), packer, at, before.product, before.state);
      else if (before !== null) forget.run(before.product, before.state);
      else if (after !== null)
        insert.run(after.product, after.brandCode, after.brandSkuCode, after.name, after.qty, after.state, text(after.failure), packer, at);
      if (undoable) addStep.run(JSON.stringify({ before, after }));
      changed(null);
    },
    lastStep: (): CountStep | null => {
      const row = lastStep.get();
      return row === null ? null : { step: row.id, change: stepSchema.parse(JSON.parse(row.change)) };
    },
    dropStep: (step: number): void => void dropStep.run(step),
    /** The count goes to OMS4; gives what it replaces: older counts of the same products that OMS4 does not have. */
    finish: (at: number): readonly CountRow[] => {
      const older = replaced.all().map(readRow);
      for (const { product, state } of older) forget.run(product, state);
      finish.run(at);
      dropIn.run("counting");
      dropSteps.run();
      return changed(older);
    },
    retry: (products: readonly string[], at: number): void => {
      for (const product of products) {
        // A newer count of it waits already: that one is the truth
        if (rowOf(product, "waiting") === null) retry.run(at, product);
        else forget.run(product, "failed");
      }
      changed(null);
    },
    removeFailed: (product: string): boolean => changed(forget.run(product, "failed").changes === 1),
    /** Free to ask for: every picture of the bench does. */
    sizes: (): CountSizes => sizes(),
    sentSince: (since: number): number => sentSince.get(since)?.n ?? 0,
    /** The products of refused rows and of the count, as they stand on screen. */
    order: (): readonly string[] => inOrder.all().map(({ product }) => product),
    /** What OMS4 was told last of a product. */
    lastTold: (product: string): CountRowView["before"] => {
      const last = done.get(product);
      return last === null ? null : { qty: last.qty, at: last.changed_at };
    },
    failed: (limit: number): readonly (CountRow & Readonly<{ id: number; at: number }>)[] =>
      failedRows.all(limit).map((row) => ({ ...readRow(row), id: row.id, at: row.changed_at })),

    /** The next rows to go in one call: all of them may go together. */
    due: (now: number, limit: number): readonly DueCount[] => {
      const most = first.get(now)?.most;
      return most === undefined ? [] : due.all(now, most, Math.min(limit, most));
    },
    nextAt: (): number | null => nextAt.get()?.at ?? null,
    /** OMS4 has these; those that a newer count replaced meanwhile are left out. Gives the rows it marked. */
    markDone: (ids: readonly number[], at: number): readonly CountRow[] => {
      const rows = ids.flatMap((id) => {
        const row = byId.get(id);
        if (row === null) return [];
        forget.run(row.product, "done");
        markDone.run(at, id);
        return [readRow(row)];
      });
      return changed(rows);
    },
    /** OMS4 refuses this one; null when a newer count replaced it meanwhile. */
    markFailed: (id: number, failure: Failure, at: number): CountRow | null => {
      const row = byId.get(id);
      if (row === null) return null;
      forget.run(row.product, "failed");
      markFailed.run(text(failure), at, id);
      return changed({ ...readRow(row), state: "failed", failure });
    },
    /** To be tried again, not before `nextAt` and with at most `most` rows in one call. */
    markLater: (id: number, later: Readonly<{ attempts: number; most: number; nextAt: number; failure: Failure | null }>): void => {
      markLater.run(later.attempts, later.most, later.nextAt, text(later.failure), id);
      changed(null);
    },
    /** Whatever waits for its next try may go at once. */
    hurry: (): void => void hurry.run(),
    /** Rows that were tried in vain at least so often, and what the last try met; null when there are none. */
    stuck: (tries: number): Readonly<{ rows: number; failure: Failure; at: number }> | null => {
      const found = stuck.get(tries);
      return found === null || found.n === 0
        ? null
        : { rows: found.n, failure: failureSchema.parse(JSON.parse(found.failure)), at: found.at };
    },
  };
};
export type CountStore = ReturnType<typeof createCountStore>;
