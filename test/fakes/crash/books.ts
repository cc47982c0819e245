import SqliteDriver from "better-sqlite3";

export type ParcelRow = Readonly<{
  parcel_no: string;
  ft_no: string;
  sequence: number;
  state: "open" | "closed" | "handed-over";
  carton: string | null;
  carrier_id: string | null;
  tracking_no: string | null;
  label_wanted: number;
}>;
export type UnitRow = Readonly<{ parcel_no: string; ft_no: string; detail_id: string; qty: number; scan_no: number }>;
export type JobRow = Readonly<{
  id: number;
  parcel_no: string;
  document: string;
  copy: number;
  reason: string | null;
  state: string;
  settled: number;
  label_id: number | null;
  /** of the label it printed; null where that is made here */
  sha256: string | null;
}>;
export type OutboxRow = Readonly<{ id: number; ft_no: string; parcel_no: string | null; call: string; body: string; state: string }>;
export type JournalRow = Readonly<{
  id: number;
  ft_no: string | null;
  parcel_no: string | null;
  kind: string;
  before: string | null;
  after: string | null;
}>;
export type TaskRow = Readonly<{ ft_no: string; state: string; task: string }>;

/** Reads the station's database from outside, beside it or after it, by plain SQL: nothing of the station's own code is believed. */
const openBooks = (path: string) => {
  const driver = new SqliteDriver(path, { readonly: true, timeout: 5_000 });
  // All answers are of one moment: the station works on meanwhile
  driver.exec("begin");
  const list = <Row>(sql: string, ...values: readonly (string | number)[]): readonly Row[] => driver.prepare(sql).all(...values) as Row[];
  return {
    check: (): string => String(driver.pragma("integrity_check", { simple: true })),
    tasks: (): readonly TaskRow[] => list("select ft_no, state, task from task"),
    task: (ftNo: string): TaskRow | null => list<TaskRow>("select ft_no, state, task from task where ft_no = ?", ftNo)[0] ?? null,
    parcels: (): readonly ParcelRow[] => list("select * from parcel order by ft_no, sequence"),
    parcelsOf: (ftNo: string): readonly ParcelRow[] => list("select * from parcel where ft_no = ? order by sequence", ftNo),
    unitsOf: (ftNo: string): readonly UnitRow[] => list("select * from packed_unit where ft_no = ? order by id", ftNo),
    units: (): readonly UnitRow[] => list("select * from packed_unit order by id"),
    jobs: (): readonly JobRow[] =>
      list("select print_job.*, (select sha256 from label where label.id = print_job.label_id) as sha256 from print_job order by id"),
    outbox: (): readonly OutboxRow[] => list("select * from outbox order by id"),
    journal: (): readonly JournalRow[] => list("select * from journal order by id"),
    /** When a parcel was closed, every time. */
    closings: (parcelNo: string): readonly number[] =>
      list<{ at: number }>("select at from journal where parcel_no = ? and kind = 'parcel-closed' order by id", parcelNo).map(
        ({ at }) => at,
      ),
    /** Single tasks whose label, which OMS4 has, is not here yet. */
    unstocked: (): number =>
      list<{ n: number }>(
        "select count(*) as n from task where way = 'single' and state <> 'done' and not exists (select 1 from label where label.ft_no = task.ft_no)",
      )[0]?.n ?? 0,
    /** Messages that OMS4 has not heard. */
    owed: (): number => list<{ n: number }>("select count(*) as n from outbox where state in ('pending','sending','parked')")[0]?.n ?? 0,
    /** What the station still has to do by itself, in words; empty when it is quiet. */
    unfinished: (takenBack: ReadonlySet<string> = new Set()): readonly string[] => [
      ...list<{ id: number; ft_no: string; call: string; state: string; attempts: number }>(
        "select * from outbox where state in ('pending','sending','parked')",
      )
        .filter(({ ft_no }) => !takenBack.has(ft_no))
        .map((row) => `outbox ${row.id} ${row.ft_no} ${row.call} ${row.state} after ${row.attempts} tries`),
      ...list<JobRow & { ft_no: string }>("select * from print_job where settled = 0 or state in ('failed','unknown')")
        .filter(({ ft_no }) => !takenBack.has(ft_no))
        .map((row) => `print ${row.id} ${row.parcel_no} ${row.state}`),
      ...list<ParcelRow>("select * from parcel where label_wanted = 1")
        .filter(({ ft_no }) => !takenBack.has(ft_no))
        .map((row) => `parcel ${row.parcel_no} waits for its label`),
      ...list<ParcelRow>(
        "select * from parcel where state <> 'open' and not exists (select 1 from print_job where print_job.parcel_no = parcel.parcel_no and document <> 'parking-slip' and print_job.state <> 'cancelled')",
      )
        .filter(({ ft_no }) => !takenBack.has(ft_no))
        .map((row) => `parcel ${row.parcel_no} was never printed`),
      ...list<{ parcel_no: string; ft_no: string }>("select * from label_change")
        .filter(({ ft_no }) => !takenBack.has(ft_no))
        .map(({ parcel_no }) => `parcel ${parcel_no} bears an old label`),
    ],
    /** What OMS4 must still hear of tasks that were taken back: of their parcels only those that a person has to deal with first may wait. */
    unheardOfTakenBack: (takenBack: ReadonlySet<string>): readonly string[] =>
      list<OutboxRow & { attempts: number }>(
        `select * from outbox where state in ('pending','sending')
           and not exists (select 1 from parcel_stop stop where stop.ft_no = outbox.ft_no and stop.done_at is null)`,
      )
        .filter(({ ft_no }) => takenBack.has(ft_no))
        .map((row) => `outbox ${row.id} ${row.ft_no} ${row.call} ${row.state} after ${row.attempts} tries`),
    /** Packed parcels that nobody has to deal with, and whose report no person was asked about. */
    sound: (): readonly ParcelRow[] =>
      list(
        `select * from parcel where state in ('closed','handed-over')
           and exists (select 1 from packed_unit unit where unit.parcel_no = parcel.parcel_no)
           and not exists (select 1 from parcel_stop stop where stop.parcel_no = parcel.parcel_no)
           and not exists (select 1 from outbox where outbox.ft_no = parcel.ft_no and outbox.state in ('parked','discarded'))`,
      ),
    /** The newest label the station has of each parcel. */
    labelHashes: (): ReadonlyMap<string, string> =>
      new Map(
        list<{ parcel_no: string; sha256: string }>(
          "select parcel_no, sha256 from label where parcel_no is not null order by fetched_at, id",
        ).map(({ parcel_no, sha256 }) => [parcel_no, sha256]),
      ),
    /** Parked boxes whose label waits for the slip. */
    parkedReady: (): readonly Readonly<{ parcel_no: string; ft_no: string }>[] =>
      list("select parcel_no, ft_no from parked_box where label_at is not null order by label_at"),
    /** Closed parcels that bear an older label than the newest that is here, which is not out yet, without an alarm. */
    silentOldLabels: (): readonly Readonly<{ parcel_no: string; ft_no: string }>[] =>
      list(
        `with newest as (select parcel_no, max(id) as id from label where parcel_no is not null group by parcel_no)
         select parcel.parcel_no, parcel.ft_no from parcel join newest on newest.parcel_no = parcel.parcel_no
         where parcel.state = 'closed'
           and exists (select 1 from print_job job where job.parcel_no = parcel.parcel_no and job.label_id <> newest.id
             and job.state in ('sent','accepted','printed','scanned','unknown'))
           and not exists (select 1 from print_job job where job.parcel_no = parcel.parcel_no and job.label_id = newest.id
             and job.settled = 1 and job.state in ('sent','accepted','printed','scanned'))
           and not exists (select 1 from label_change change where change.parcel_no = parcel.parcel_no and change.label_id = newest.id)`,
      ),
    /** Labels that left for the printer although a newer one was here. */
    oldLabelsPrinted: (): readonly Readonly<{ parcel_no: string; ft_no: string; sent_at: number; known_at: number }>[] =>
      list(
        `select job.parcel_no, old.ft_no, job.sent_at, min(newer.fetched_at) as known_at from print_job job join label old on old.id = job.label_id
         join label newer on newer.ft_no = old.ft_no and newer.id > old.id and newer.parcel_no = job.parcel_no
         where job.document = 'shipping-label' and job.sent_at > newer.fetched_at group by job.id`,
      ),
    /** Parcels closed while their stored label was known to be out of force and the new one was not here. */
    closedBetween: (): number =>
      list<{ n: number }>(
        `select count(distinct line.parcel_no) as n from journal line join label_out_of_force known on known.ft_no = line.ft_no
         where line.kind = 'parcel-closed' and known.at <= line.at
           and not exists (select 1 from label newer where newer.ft_no = known.ft_no and newer.fetched_at between known.at and line.at
             and newer.id not in (select label_id from label_out_of_force))`,
      )[0]?.n ?? 0,
    /** Labels that left for the printer although OMS4's other tracking number was known here. */
    printedOutOfForce: (): readonly Readonly<{ parcel_no: string; ft_no: string; sent_at: number; known_at: number }>[] =>
      list(
        `select job.parcel_no, known.ft_no, job.sent_at, known.at as known_at from print_job job
         join label_out_of_force known on known.label_id = job.label_id where job.sent_at > known.at`,
      ),
    /** Parcels that left although a newer label than those that were out was here. */
    leftWithOldLabel: (): readonly Readonly<{ parcel_no: string; ft_no: string }>[] =>
      list(
        `select distinct line.parcel_no, line.ft_no from journal line join label newest on newest.parcel_no = line.parcel_no
         where line.kind = 'parcel-handed-over' and newest.fetched_at < line.at
           and not exists (select 1 from label newer where newer.parcel_no = line.parcel_no and newer.id > newest.id and newer.fetched_at <= line.at)
           and exists (select 1 from print_job job where job.parcel_no = line.parcel_no and job.label_id < newest.id
             and job.state in ('sent','accepted','printed','scanned','unknown'))
           and not exists (select 1 from print_job job where job.parcel_no = line.parcel_no and job.label_id >= newest.id
             and job.state in ('sent','accepted','printed','scanned') and job.sent_at <= line.at)`,
      ),
    /** Labels queued by themselves while a slip was out, and neither was it scanned nor the box opened again. */
    labelsBeforeSlipScan: (): readonly Readonly<{ parcel_no: string }>[] =>
      list(
        `select label.parcel_no from print_job slip join print_job label on label.parcel_no = slip.parcel_no and label.document <> 'parking-slip'
         where slip.document = 'parking-slip' and slip.state in ('sent','accepted','printed','unknown') and slip.sent_at < label.created_at and label.reason is null
           and not exists (select 1 from journal line where line.parcel_no = slip.parcel_no
             and line.kind in ('slip-scanned','parcel-reopened') and line.at >= slip.created_at and line.at <= label.created_at)`,
      ),
    /** Labels that left for the printer although all of their task was known to be cancelled. */
    printedAfterCancellation: () =>
      list<{ parcel_no: string; sent_at: number; known_at: number }>(
        `select print_job.parcel_no, print_job.sent_at, min(cancellation.first_seen_at) as known_at from print_job
         join parcel on parcel.parcel_no = print_job.parcel_no join cancellation on cancellation.ft_no = parcel.ft_no
         where cancellation.whole = 1 and cancellation.status not in ('WITHDRAWN','REJECTED') and print_job.document <> 'parking-slip'
           and print_job.sent_at > cancellation.first_seen_at group by print_job.id`,
      ),
    close: (): void => void driver.close(),
  };
};
export type Books = ReturnType<typeof openBooks>;

/** Opens the books, reads, and shuts them at once: a reader that stays would spare the station the recovery of its own log. */
export const readBooks = async <T>(path: string, read: (books: Books) => T | Promise<T>): Promise<T> => {
  const books = openBooks(path);
  try {
    return await read(books);
  } finally {
    books.close();
  }
};
