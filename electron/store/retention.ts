import { normaliseCode } from "../../shared/scan.ts";
import { fulfillmentTaskSchema, isOnItsWay, readStatus, type BenchState } from "../../shared/task.ts";
import { DAY_MS, type Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Database } from "./database.ts";
import { blankedRaw, isBlanked, withoutReceiver } from "./receiver-data.ts";

/** How long data is kept, in days: the receiver's after the task is over, everything of a task after that. */
export type RetentionDays = Readonly<{ receiverDays: number; workDays: number }>;

/** Rows looked at in one bite: milliseconds, so that a scan that comes in between is not kept waiting. */
const ROWS_A_BITE = 100;
const PASS_EVERY_MS = 6 * 60 * 60 * 1000;

type TaskRow = {
  row: number;
  ft_no: string;
  order_no: string;
  state: BenchState;
  status: string;
  over_at: number;
  raw: string;
  task: string;
};

/** The journal stays: it is append-only, and says who did what with numbers and codes, never who got it. */
const KEPT_TABLES = ["journal"];
/** Large tables that no index leads to by the task's number. */
const BY_ANOTHER_INDEX = ["outbox", "print_job", "task_code"];

/**
 * Removes old data in small bites, a pass every few hours: first what says who the receiver is, later the whole task. Nothing is touched
 * that is open, on the bench, still owed to OMS4, in trouble, waiting for a label, or packed and not known to have left. Pages are
 * overwritten as they become free.
 */
export const createRetention = ({
  database,
  days,
  clock,
  log,
}: Readonly<{ database: Database; days: () => RetentionDays; clock: Clock; log: Log }>) => {
  const next = database.prepare<TaskRow>(
    `select rowid as row, ft_no, order_no, state, status, coalesce(done_at, changed_at) as over_at, raw, task from task
     where rowid > ? and rowid <= ? + ${ROWS_A_BITE} and state in ('done','cancelled','done-elsewhere') and coalesce(done_at, changed_at) < ? order by rowid`,
  );
  const lastTask = database.prepare<{ row: number | null }>("select max(rowid) as row from task");
  const parcels = database.prepare<{ parcel_no: string; state: string; label_wanted: number; tracking_no: string | null }>(
    "select parcel_no, state, label_wanted, tracking_no from parcel where ft_no = ?",
  );
  // Each of these is a reason to leave a task alone; all of them are answered by an index
  const reasons = [
    "select 1 as one from outbox where ft_no = ? and state in ('pending','sending','parked')",
    "select 1 as one from identity where open_ft_no = ?",
    "select 1 as one from unsettled where ft_no = ?",
    "select 1 as one from cancel_request where ft_no = ? and state in ('open','unclear')",
    "select 1 as one from set_aside where name = ? and dismissed = 0",
  ].map((sql) => database.prepare<{ one: number }>(`${sql} limit 1`));
  const parcelReasons = [
    "select 1 as one from print_job where parcel_no = ? and (settled = 0 or state in ('failed','unknown'))",
    "select 1 as one from parcel_stop where parcel_no = ? and done_at is null",
    "select 1 as one from parked_box where parcel_no = ?",
    "select 1 as one from label_change where parcel_no = ?",
  ].map((sql) => database.prepare<{ one: number }>(`${sql} limit 1`));

  const blankTask = database.prepare("update task set task = ?, raw = ? where ft_no = ?");
  const blankLabels = database.prepare("update label set bytes = x'' where ft_no = ?");
  const blankReport = database.prepare(
    `update outbox set body = json_set(body, '$.parcels[0].dest_location', '') where parcel_no = ? and call = 'parcel-packed' and state in ('done','discarded','moved')`,
  );
  const dropAside = database.prepare("delete from set_aside where dismissed = 1 and at < ?");
  const dropReports = database.prepare(
    `delete from outbox where id > ? and id <= ? + ${ROWS_A_BITE} and state in ('done','discarded','moved') and changed_at < ?
       and not exists (select 1 from parcel where parcel.parcel_no = outbox.parcel_no)`,
  );
  const dropLearned = database.prepare("delete from learned_weight where changed_at < ?");
  const lastReport = database.prepare<{ row: number | null }>("select max(id) as row from outbox");
  // Whatever table names a task holds something of it, also one that is yet to be invented
  const ofTask = database
    .prepare<{ name: string }>(
      `select t.name from pragma_table_list t join pragma_table_info(t.name) c on c.name = 'ft_no'
       where t.schema = 'main' and t.type = 'table' order by t.name = 'task', t.name`,
    )
    .all()
    .filter(({ name }) => !KEPT_TABLES.includes(name) && !BY_ANOTHER_INDEX.includes(name))
    .map(({ name }) => database.prepare(`delete from ${name} where ft_no = ?`));
  const dropReportsOfParcel = database.prepare("delete from outbox where parcel_no = ? and state in ('done','discarded','moved')");
  const dropChecks = database.prepare("delete from label_check where label_id in (select id from label where ft_no = ?)");
  const dropPrints = database.prepare("delete from print_job where parcel_no = ?");
  const dropCode = database.prepare("delete from task_code where code = ? and ft_no = ?");
  const trackingNos = database.prepare<{ tracking_no: string }>("select tracking_no from label where ft_no = ?");

  let cursor = 0;
  let reportCursor = 0;
  let passEndedAt: number | null = null;

  const mustStay = (row: TaskRow): boolean => {
    const packed = parcels.all(row.ft_no);
    return (
      packed.some(({ state, label_wanted }) => state === "open" || label_wanted > 0 || (state === "closed" && !isOnItsWay(row.status))) ||
      reasons.some((reason) => reason.get(row.ft_no) !== null) ||
      packed.some(({ parcel_no }) => parcelReasons.some((reason) => reason.get(parcel_no) !== null))
    );
  };

  const blank = (row: TaskRow): boolean => {
    if (isBlanked(row.raw)) return false;
    const task = withoutReceiver(fulfillmentTaskSchema.parse(JSON.parse(row.task)));
    blankTask.run(JSON.stringify(task), blankedRaw(row.raw), row.ft_no);
    blankLabels.run(row.ft_no);
    for (const { parcel_no } of parcels.all(row.ft_no)) blankReport.run(parcel_no);
    return true;
  };
  const remove = (row: TaskRow): void => {
    for (const { parcel_no, tracking_no } of parcels.all(row.ft_no)) {
      dropReportsOfParcel.run(parcel_no);
      dropPrints.run(parcel_no);
      for (const code of [parcel_no, tracking_no ?? ""]) dropCode.run(normaliseCode(code), row.ft_no);
    }
    for (const code of [row.ft_no, row.order_no, ...trackingNos.all(row.ft_no).map(({ tracking_no }) => tracking_no)])
      dropCode.run(normaliseCode(code), row.ft_no);
    dropChecks.run(row.ft_no);
    for (const statement of ofTask) statement.run(row.ft_no);
  };

  const biteTasks = (now: number, { receiverDays, workDays }: RetentionDays): Readonly<{ blanked: number; removed: number }> => {
    let blanked = 0;
    let removed = 0;
    const receiverUntil = now - receiverDays * DAY_MS;
    for (const row of next.all(cursor, cursor, Math.max(receiverUntil, now - workDays * DAY_MS))) {
      if (mustStay(row)) continue;
      // What OMS4 still calls open would come again with the next sweep, as a task to pack
      if (row.over_at < now - workDays * DAY_MS && readStatus(row.status) !== "open") {
        remove(row);
        removed += 1;
      } else if (row.over_at < receiverUntil && blank(row)) blanked += 1;
    }
    return { blanked, removed };
  };

  const bite = (now: number): void => {
    if (passEndedAt !== null && now - passEndedAt < PASS_EVERY_MS && now >= passEndedAt) return;
    const kept = days();
    const last = lastTask.get()?.row ?? 0;
    const lastEntry = lastReport.get()?.row ?? 0;
    // Foreign keys off: for each removed row their check would read whole tables that no index of ours needs
    database.exec("pragma secure_delete = on; pragma foreign_keys = off");
    try {
      const done = database.transaction(() => {
        const { blanked, removed } = biteTasks(now, kept);
        dropReports.run(reportCursor, reportCursor, now - kept.workDays * DAY_MS);
        dropAside.run(now - kept.receiverDays * DAY_MS);
        return { blanked, removed };
      });
      if (done.blanked + done.removed > 0) log.info(done, "old data was removed");
    } finally {
      database.exec("pragma secure_delete = off; pragma foreign_keys = on");
    }
    cursor += ROWS_A_BITE;
    reportCursor += ROWS_A_BITE;
    if (cursor < last || reportCursor < lastEntry) return;
    cursor = 0;
    reportCursor = 0;
    dropLearned.run(now - kept.workDays * DAY_MS);
    passEndedAt = now;
  };

  return {
    /** Looks at the next hundred tasks and messages; nothing between two passes. */
    bite,
    /** A pass is under way. */
    hasMore: (): boolean => cursor > 0 || reportCursor > 0 || passEndedAt === null || clock.now() - passEndedAt >= PASS_EVERY_MS,
  };
};
export type Retention = ReturnType<typeof createRetention>;
