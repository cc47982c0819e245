import { failureSchema, type Failure } from "../../shared/failures.ts";
import type { OutboxCall, OutboxState } from "../../shared/outbox.ts";
import type { ParcelItem } from "../../shared/parcel.ts";
import type { Database } from "./database.ts";
import { createTally } from "./tally.ts";

export type OutboxAddition = Readonly<{
  ftNo: string;
  parcelNo: string | null;
  call: OutboxCall;
  /** The request body, made with the decision; every try sends the same, unless a person corrects it. */
  body: Readonly<Record<string, unknown>>;
  /** false: may wait behind everything else (task received) */
  urgent: boolean;
  /** not sent before, ms: what OMS4 says of the task is heard first */
  notBefore?: number;
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
    /** It fails for a reason of its own, again and again, since then (ms); null: it doesn't. */
    failingSince: number | null;
    /** A person changed the body after an earlier form of it may have arrived. */
    corrected: boolean;
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
  failing_since: number | null;
  corrected: number;
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
  failingSince: row.failing_since,
  corrected: row.corrected === 1,
});

const COLUMNS =
  "id, ft_no, parcel_no, call, body, urgent, state, ambiguous, attempts, next_at, failure, created_at, changed_at, failing_since, corrected";
/** Written like this in the index as well: SQLite takes a partial index only for its very condition. */
const OPEN = "state in ('pending','sending','parked')";
/** A person may deal with it: it is parked, or it fails again and again and is not on its way this moment. */
const STANDS = "(state = 'parked' or (state = 'pending' and failing_since is not null))";
/** A held report waits for a decision, not for a time: this is the last moment a date can name (ECMA-262), and is never come to. */
const HELD = 8_640_000_000_000_000;
/**
 * Nothing of the same task is before it: not sent, not on its way, not parked. News of a kind that OMS4 takes from nobody at this station
 * (`call-refused`) hold up their own kind only: a parcel must not go unreported because the key may not tell that its task was received.
 */
const FIRST_OF_TASK = `not exists (select 1 from outbox before where before.ft_no = entry.ft_no and before.id < entry.id
  and before.state in ('pending','sending','parked')
  and not (before.state = 'pending' and before.failing_since is not null and before.call not in ('parcel-packed', entry.call)
    and json_extract(before.failure, '$.kind') = 'call-refused'))`;

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
    `select next_at from outbox entry where state = 'pending' and urgent = ? and next_at < ${HELD} and ${FIRST_OF_TASK}
     order by next_at, id limit 1`,
  );
  const sending = database.prepare(
    "update outbox set state = 'sending', attempts = attempts + 1, changed_at = ? where id = ? and state = 'pending'",
  );
  const giveBack = database.prepare(
    "update outbox set state = 'pending', attempts = attempts - 1, changed_at = ? where id = ? and state = 'sending'",
  );
  const done = database.prepare(
    "update outbox set state = 'done', failure = null, ambiguous = 0, failing_since = null, changed_at = ? where id = ?",
  );
  const pending = database.prepare(
    `update outbox set state = 'pending', failure = ?, next_at = ?, ambiguous = ?, changed_at = ?,
       failing_since = case when ? = 1 then coalesce(failing_since, ?) else failing_since end where id = ? and state = 'sending'`,
  );
  // Both conditions: SQLite takes a partial index only for its very condition
  const failing = database.prepare<Row>(
    `select ${COLUMNS} from outbox where failing_since is not null and failing_since <= ? and state in ('pending','sending') order by failing_since limit ?`,
  );
  const failingCount = database.prepare<{ n: number }>(
    "select count(*) as n from outbox where failing_since is not null and failing_since <= ? and state in ('pending','sending')",
  );
  const correct = database.prepare(
    `update outbox set body = ?, state = 'pending', attempts = 0, next_at = ?, changed_at = ?, failing_since = null,
       corrected = case when ambiguous = 1 or json_extract(failure, '$.kind') = 'duplicate-parcel' then 1 else corrected end where id = ? and ${STANDS}`,
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
  const reached = database.prepare<{ id: number }>(
    `select id from outbox where parcel_no = ? and call = 'parcel-packed' and (state in ('done','sending','moved') or (ambiguous = 1 and state <> 'discarded')) limit 1`,
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
    `update outbox set state = 'pending', attempts = 0, next_at = ?, changed_at = ?, failing_since = null where id = ? and ${STANDS}`,
  );
  const discard = database.prepare(
    `update outbox set state = 'discarded', changed_at = ?, failing_since = null where id = ? and ${STANDS}`,
  );
  // The try that was cut off says nothing about OMS4: it neither counts nor makes the next one wait
  const recover = database.prepare(
    `update outbox set state = 'pending', ambiguous = 1, attempts = max(0, attempts - 1), next_at = min(next_at, ?), changed_at = ?
     where state = 'sending'`,
  );
  const afresh = database.prepare(`update outbox set next_at = ? where state = 'pending' and next_at > ? and next_at < ${HELD}`);
  const hold = database.prepare(
    `update outbox set next_at = ${HELD}, changed_at = ? where parcel_no = ? and call = 'parcel-packed' and state = 'pending' and next_at < ${HELD}`,
  );
  const unhold = database.prepare(
    `update outbox set next_at = ?, changed_at = ? where parcel_no = ? and call = 'parcel-packed' and state = 'pending' and next_at = ${HELD}`,
  );
  const checked = database.prepare(
    `update outbox indexed by outbox_open set next_at = ? where ft_no = ? and ${OPEN} and state = 'pending' and attempts = 0 and created_at <= ?
       and next_at > ? and next_at < ${HELD}`,
  );
  const rewrite = database.prepare(
    `update outbox set body = ?, changed_at = ? where parcel_no = ? and call = 'parcel-packed' and state = 'pending' and attempts = 0
       and failure is null and ambiguous = 0`,
  );
  const reportedAnew = database.prepare<{ id: number }>(
    "select id from outbox where parcel_no = ? and id > ? and call = 'parcel-packed' and state <> 'discarded' limit 1",
  );
  const drop = database.prepare("update outbox set state = 'discarded', changed_at = ? where id = ? and state = 'sending'");
  const dropNews = database.prepare(
    `update outbox set state = 'discarded', changed_at = ? where parcel_no = ? and call <> 'parcel-packed' and state = 'pending' and ambiguous = 0`,
  );
  const failureOf = (failure: Failure): string => JSON.stringify(failure);

  return {
    /** Queues a call with the decision it reports; returns its id. */
    add: ({ ftNo, parcelNo, call, body, urgent, notBefore }: OutboxAddition, now: number): number => {
      const { lastId } = insert.run(ftNo, parcelNo, call, JSON.stringify(body), urgent ? 1 : 0, notBefore ?? now, now, now);
      if (urgent) hurry.run(ftNo);
      return lastId;
    },
    /**
     * Entries that may go now: the first of each task, if its time has come; urgent ones first, then longest waiting, and at most
     * `unhurried` of those that are not urgent.
     */
    due: (now: number, limit: number, unhurried = limit): readonly OutboxEntry[] => {
      const urgent = due.all(1, now, limit);
      const more = Math.min(limit - urgent.length, unhurried);
      const rest = more > 0 ? due.all(0, now, more) : [];
      return [...urgent, ...rest].map(readRow);
    },
    /** When the next entry may go, ms; null when none waits. What is not urgent goes from `unhurriedFrom` on. */
    nextAt: (unhurriedFrom = 0): number | null => {
      const [urgent, rest] = [next.get(1), next.get(0)];
      const times = [...(urgent === null ? [] : [urgent.next_at]), ...(rest === null ? [] : [Math.max(rest.next_at, unhurriedFrom)])];
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
    /** `ownFault`: the failure is this entry's own, not one of the way to OMS4. */
    markPending: (id: number, failure: Failure, nextAt: number, ambiguous: boolean, now: number, ownFault = false): void =>
      void pending.run(failureOf(failure), nextAt, ambiguous ? 1 : 0, now, ownFault ? 1 : 0, now, id),
    /** Stops its task until a person retries or discards it. `ambiguous` keeps a later retry looking first. */
    park: (id: number, failure: Failure, ambiguous: boolean, now: number): void =>
      void park.run(failureOf(failure), ambiguous ? 1 : 0, now, id),
    counts: (): Readonly<{ waiting: number; parked: number }> => counts(),
    parked: (limit: number): readonly OutboxEntry[] => parked.all(limit).map(readRow),
    /** What is still tried but has failed for reasons of its own since then or longer. */
    failing: (since: number, limit: number): readonly OutboxEntry[] => failing.all(since, limit).map(readRow),
    failingCount: (since: number): number => failingCount.get(since)?.n ?? 0,
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
    /** True when a Packing Finished of this parcel is at OMS4, or may be: another station may have told what was moved there. */
    reached: (parcelNo: string): boolean => reached.get(parcelNo) !== null,
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
    /** The report of a parcel waits until somebody has decided. */
    hold: (parcelNo: string, now: number): void => void hold.run(now, parcelNo),
    unhold: (parcelNo: string, now: number): void => void unhold.run(now, now, parcelNo),
    /** OMS4 was asked about a task at that time: what waited for this may go. True when something did. */
    checked: (ftNo: string, askedAt: number, now: number): boolean => checked.run(now, ftNo, askedAt, now).changes > 0,
    /** A report that nobody has tried to send says what is true now. One that a person corrected stays theirs. */
    rewrite: (parcelNo: string, body: unknown, now: number): void => void rewrite.run(JSON.stringify(body), now, parcelNo),
    /** True when the parcel was closed again since, and reported once more. */
    reportedAnew: (parcelNo: string, id: number): boolean => reportedAnew.get(parcelNo, id) !== null,
    /** What is marked as being sent and surely never arrived is not told any more: something else takes its place. */
    takeBack: (id: number, now: number): void => void drop.run(now, id),
    /** What is being sent is given up, because it surely never arrived and must not any more; news of a parcel OMS4 never heard of go with it. */
    drop: (id: number, now: number): void => {
      drop.run(now, id);
      const parcelNo = get.get(id)?.parcel_no ?? null;
      if (parcelNo !== null && reached.get(parcelNo) === null) dropNews.run(now, parcelNo);
    },
    /** Ways out of what is parked or keeps failing; false when it is neither, or on its way this moment. */
    retry: (id: number, now: number): boolean => retry.run(now, now, id).changes === 1,
    /** A person's correction of the body, to be sent at once. What a look finds at OMS4 may be the form before it. */
    correct: (id: number, body: Readonly<Record<string, unknown>>, now: number): boolean =>
      correct.run(JSON.stringify(body), now, now, id).changes === 1,
    discard: (id: number, now: number): boolean => discard.run(now, id).changes === 1,
    /** After a crash nobody knows what became of an entry that was being sent: it is looked for before it goes again. */
    recoverSending: (now: number): number => recover.run(now, now).changes,
    /** The station starts: what was waiting for its next try may go at once, whatever kept it before. */
    startAfresh: (now: number): number => afresh.run(now, now).changes,
  };
};
export type Outbox = ReturnType<typeof createOutbox>;
