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
  const list = <Row>(sql: string, ...values: readonly (string | number)[]): readonly Row[] => driver.prepare(sql).all(...values) as Row[];
  return {
    check: (): string => String(driver.pragma("integrity_check", { simple: true })),
    tasks: (): readonly TaskRow[] => list("select ft_no, state, task from task"),
    task: (ftNo: string): TaskRow | null => list<TaskRow>("select ft_no, state, task from task where ft_no = ?", ftNo)[0] ?? null,
    parcels: (): readonly ParcelRow[] => list("select * from parcel order by ft_no, sequence"),
    parcelsOf: (ftNo: string): readonly ParcelRow[] => list("select * from parcel where ft_no = ? order by sequence", ftNo),
    unitsOf: (ftNo: string): readonly UnitRow[] => list("select * from packed_unit where ft_no = ? order by id", ftNo),
    units: (): readonly UnitRow[] => list("select * from packed_unit order by id"),
    jobs: (): readonly JobRow[] => list("select * from print_job order by id"),
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
        "select * from parcel where state <> 'open' and not exists (select 1 from print_job where print_job.parcel_no = parcel.parcel_no)",
      )
        .filter(({ ft_no }) => !takenBack.has(ft_no))
        .map((row) => `parcel ${row.parcel_no} was never printed`),
    ],
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
