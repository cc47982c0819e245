import { failureSchema, type Failure } from "../../shared/failures.ts";
import type { OutboxCall, OutboxState } from "../../shared/outbox.ts";
import type { ParcelItem } from "../../shared/parcel.ts";
import type { Database } from "./database.ts";
import { createTally } from "./tally.ts";

export type OutboxAddition = Readonly<{
  ftNo: string;
  parcelNo: string | null;
  call: OutboxCall;
  /** The request body, made with the decision; every try sends the same. */
  body: Readonly<Record<string, unknown>>;
  /** false: may wait behind everything else (task received) */
  urgent: boolean;
}>;

export type OutboxEntry = OutboxAddition &
  Readonly<{
    id: number;
    state: OutboxState;
    /** An earlier try may have taken effect: look before sending again. */
    ambiguous: boolean;
    /** Tries so far. */
    attempts: number;
    nextAt: number;
    failure: Failure | null;
    createdAt: number;
    changedAt: number;
  }>;

type Row = {
  id: number;
  ft_no: string;
  parcel_no: string | null;
  call: OutboxCall;
  body: string;
  urgent: number;
  state: OutboxState;
  ambiguous: number;
  attempts: number;
  next_at: number;
  failure: string | null;
  created_at: number;
  changed_at: number;
};

const readRow = (row: Row): OutboxEntry => ({
  id: row.id,
  ftNo: row.ft_no,
  parcelNo: row.parcel_no,
  call: row.call,
  body: JSON.parse(row.body) as Record<string, unknown>,
  urgent: row.urgent === 1,
  state: row.state,
  ambiguous: row.ambiguous === 1,
  attempts: row.attempts,
  nextAt: row.next_at,
  failure: row.failure === null ? null : failureSchema.parse(JSON.parse(row.failure)),
  createdAt: row.created_at,
  changedAt: row.changed_at,
});

const COLUMNS = "id, ft_no, parcel_no, call, body, urgent, state, ambiguous, attempts, next_at, failure, created_at, changed_at";
/** Written like this in the index as well: SQLite takes a partial index only for its very condition. */
const OPEN = "state in ('pending','sending','parked')";
/** Nothing of the same task is before it: not sent, not on its way, not parked. */
const FIRST_OF_TASK = `not exists (select 1 from outbox before where before.ft_no = entry.ft_no and before.id < entry.id
  and before.state in ('pending','sending','parked'))`;

/**
 * What OMS4 is still to hear. pending → sending → done | parked; nothing is ever deleted. Entries of one task go in the
 * order of their ids, and a parked one holds only its own task. Every write belongs into the caller's transaction or is one.
 */
export const createOutbox = ({ database }: Readonly<{ database: Database }>) => {
  const counts = createTally(database, "outbox", { waiting: ["pending", "sending"], parked: ["parked"] });
  const insert = database.prepare(
    `insert into outbox (ft_no, parcel_no, call, body, urgent, state, next_at, created_at, changed_at)
     values (?, ?, ?, ?, ?, 'pending', ?, ?, ?)`,
  );
  // What is urgent can't wait behind its own task's unhurried entries
  const hurry = database.prepare(
    `update outbox indexed by outbox_open set urgent = 1 where ft_no = ? and ${OPEN} and state = 'pending' and urgent = 0`,
  );
  const due = database.prepare<Row>(
    `select ${COLUMNS} from outbox entry where state = 'pending' and urgent = ? and next_at <= ? and ${FIRST_OF_TASK}
     order by next_at, id limit ?`,
  );
  const next = database.prepare<{ next_at: number }>(
    `select next_at from outbox entry where state = 'pending' and urgent = ? and ${FIRST_OF_TASK} order by next_at, id limit 1`,
  );
  const sending = database.prepare(
    "update outbox set state = 'sending', attempts = attempts + 1, changed_at = ? where id = ? and state = 'pending'",
  );
  const giveBack = database.prepare(
    "update outbox set state = 'pending', attempts = attempts - 1, changed_at = ? where id = ? and state = 'sending'",
  );
  const done = database.prepare("update outbox set state = 'done', failure = null, ambiguous = 0, changed_at = ? where id = ?");
  const pending = database.prepare(
    "update outbox set state = 'pending', failure = ?, next_at = ?, ambiguous = ?, changed_at = ? where id = ? and state = 'sending'",
  );
  const park = database.prepare("update outbox set state = 'parked', failure = ?, ambiguous = ?, changed_at = ? where id = ?");
  const parked = database.prepare<Row>(`select ${COLUMNS} from outbox where state = 'parked' order by id limit ?`);
  const get = database.prepare<Row>(`select ${COLUMNS} from outbox where id = ?`);
  const ofTask = database.prepare<Row>(
    `select ${COLUMNS} from outbox where ft_no = ? and state in ('pending','sending','parked') order by id`,
  );
  const report = database.prepare<{ state: OutboxState }>(
    "select state from outbox where parcel_no = ? and call = 'parcel-packed' and state <> 'discarded' order by id desc limit 1",
  );
  const unreached = database.prepare<{ id: number; call: OutboxCall }>(
    "select id, call from outbox where parcel_no = ? and state in ('pending','parked') and ambiguous = 0 order by id",
  );
  const withdraw = database.prepare("update outbox set state = 'discarded', changed_at = ? where id = ?");
  const has = database.prepare<{ id: number }>("select id from outbox where parcel_no = ? and call = ? and state <> 'discarded' limit 1");
  const reportedBefore = database.prepare<{ id: number }>(
    "select id from outbox where parcel_no = ? and id < ? and call = 'parcel-packed' and state = 'done' limit 1",
  );
  // The body's own form (Parcel Packing Finished): a line that came without `qty` is one unit
  const reportedItems = database.prepare<ParcelItem>(
    `select json_extract(item.value, '$.ft_detail_id') as detailId, coalesce(json_extract(item.value, '$.qty'), 1) as qty
     from outbox, json_each(outbox.body, '$.parcels[0].parcel_items') item where outbox.id =
       (select max(id) from outbox where parcel_no = ? and call = 'parcel-packed' and state <> 'discarded')`,
  );
  const retry = database.prepare(
    "update outbox set state = 'pending', attempts = 0, next_at = ?, changed_at = ? where id = ? and state = 'parked'",
  );
  const discard = database.prepare("update outbox set state = 'discarded', changed_at = ? where id = ? and state = 'parked'");
  // The try that was cut off says nothing about OMS4: it neither counts nor makes the next one wait
  const recover = database.prepare(
    `update outbox set state = 'pending', ambiguous = 1, attempts = max(0, attempts - 1), next_at = min(next_at, ?), changed_at = ?
     where state = 'sending'`,
  );
  const afresh = database.prepare("update outbox set next_at = ? where state = 'pending' and next_at > ?");
  const failureOf = (failure: Failure): string => JSON.stringify(failure);

  return {
    /** Queues a call with the decision it reports; returns its id. */
    add: ({ ftNo, parcelNo, call, body, urgent }: OutboxAddition, now: number): number => {
      const { lastId } = insert.run(ftNo, parcelNo, call, JSON.stringify(body), urgent ? 1 : 0, now, now, now);
      if (urgent) hurry.run(ftNo);
      return lastId;
    },
    /** Entries that may go now: the first of each task, if its time has come; urgent ones first, then longest waiting. */
    due: (now: number, limit: number): readonly OutboxEntry[] => {
      const urgent = due.all(1, now, limit);
      const rest = urgent.length < limit ? due.all(0, now, limit - urgent.length) : [];
      return [...urgent, ...rest].map(readRow);
    },
    /** When the next entry may go, ms; null when none waits. */
    nextAt: (): number | null => {
      const times = [next.get(1), next.get(0)].flatMap((row) => (row === null ? [] : [row.next_at]));
      return times.length === 0 ? null : Math.min(...times);
    },
    /** Several marks as one: one wait for the disk, and all of them or none. */
    together: <T>(work: () => T): T => database.transaction(work),
    /** False when it isn't pending any more (withdrawn meanwhile): then it must not be sent. */
    markSending: (id: number, now: number): boolean => sending.run(now, id).changes === 1,
    /** Marked as being sent, but nothing of it has left: as if it had never been marked. */
    giveBack: (id: number, now: number): void => void giveBack.run(now, id),
    markDone: (id: number, now: number): void => void done.run(now, id),
    /** Notes at once, before the disk has it, that OMS4 has heard an entry: a station killed now must not tell it again. */
    noteDone: (id: number, now: number): void => void database.transactionAhead(() => done.run(now, id)),
    markPending: (id: number, failure: Failure, nextAt: number, ambiguous: boolean, now: number): void =>
      void pending.run(failureOf(failure), nextAt, ambiguous ? 1 : 0, now, id),
    /** Stops its task until a person retries or discards it. `ambiguous` keeps a later retry looking first. */
    park: (id: number, failure: Failure, ambiguous: boolean, now: number): void =>
      void park.run(failureOf(failure), ambiguous ? 1 : 0, now, id),
    counts: (): Readonly<{ waiting: number; parked: number }> => counts(),
    parked: (limit: number): readonly OutboxEntry[] => parked.all(limit).map(readRow),
    get: (id: number): OutboxEntry | null => {
      const row = get.get(id);
      return row === null ? null : readRow(row);
    },
    /** What OMS4 is still to hear of one task, in order. */
    openOfTask: (ftNo: string): readonly OutboxEntry[] => ofTask.all(ftNo).map(readRow),
    /** Where Packing Finished of a parcel stands. */
    reportState: (parcelNo: string): "none" | "waiting" | "sent" | "parked" => {
      const state = report.get(parcelNo)?.state;
      if (state === undefined) return "none";
      return state === "done" ? "sent" : state === "parked" ? "parked" : "waiting";
    },
    /** What the newest Packing Finished of a parcel says is in it, of those not taken back; null when there is none. */
    reportedItems: (parcelNo: string): readonly ParcelItem[] | null => {
      const items = reportedItems.all(parcelNo);
      return items.length === 0 ? null : items;
    },
    /** True when a call about this parcel was queued and not taken back. */
    has: (parcelNo: string, call: OutboxCall): boolean => has.get(parcelNo, call) !== null,
    /** True when an earlier Packing Finished of this parcel reached OMS4: then finding the parcel there proves nothing for a later one. */
    reportedBefore: (parcelNo: string, id: number): boolean => reportedBefore.get(parcelNo, id) !== null,
    /** Takes back what was queued about a parcel and can't have taken effect at OMS4, refused reports too; says which calls these were. */
    withdraw: (parcelNo: string, now: number): readonly OutboxCall[] => {
      const rows = unreached.all(parcelNo);
      for (const { id } of rows) withdraw.run(now, id);
      return rows.map(({ call }) => call);
    },
    retry: (id: number, now: number): boolean => retry.run(now, now, id).changes === 1,
    discard: (id: number, now: number): boolean => discard.run(now, id).changes === 1,
    /** After a crash nobody knows what became of an entry that was being sent: it is looked for before it goes again. */
    recoverSending: (now: number): number => recover.run(now, now).changes,
    /** The station starts: what was waiting for its next try may go at once, whatever kept it before. */
    startAfresh: (now: number): number => afresh.run(now, now).changes,
  };
};
export type Outbox = ReturnType<typeof createOutbox>;
