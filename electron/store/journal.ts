import type { Database } from "./database.ts";

/** One decision: what, about which task and parcel, and how it was before and after. */
export type JournalEntry = Readonly<{ kind: string; ftNo: string | null; parcelNo: string | null; before: unknown; after: unknown }>;

export type JournalLine = JournalEntry & Readonly<{ id: number; at: number; stationId: string; packer: string | null }>;

type Row = {
  id: number;
  at: number;
  station_id: string;
  packer: string | null;
  ft_no: string | null;
  parcel_no: string | null;
  kind: string;
  before: string | null;
  after: string | null;
};

const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
const readRow = (row: Row): JournalLine => ({
  id: row.id,
  at: row.at,
  stationId: row.station_id,
  packer: row.packer,
  ftNo: row.ft_no,
  parcelNo: row.parcel_no,
  kind: row.kind,
  before: parsed(row.before),
  after: parsed(row.after),
});

/** The append-only journal: the database itself refuses to change or delete a line. */
export const createJournal = ({
  database,
  stationId,
  packer,
}: Readonly<{ database: Database; stationId: () => string; packer: () => string | null }>) => {
  const insert = database.prepare(
    "insert into journal (at, station_id, packer, ft_no, parcel_no, kind, before, after) values (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const ofTask = database.prepare<Row>("select * from journal where ft_no = ? order by id limit 1000");
  const ofParcel = database.prepare<Row>(
    `select * from journal where ft_no = (select ft_no from parcel where parcel_no = ?) and (parcel_no = ? or parcel_no is null)
     order by id limit 1000`,
  );
  const contents = database.prepare<{ after: string | null }>(
    `select after from journal where ft_no = (select ft_no from parcel where parcel_no = ?) and parcel_no = ?
       and kind in ('parcel-closed','parcel-resumed') and at <= ? order by id desc limit 1`,
  );
  const wrongStopped = database.prepare<{ n: number }>(
    "select count(*) as n from journal where kind in ('wrong-item','over-scan') and at >= ?",
  );

  return {
    add: (entry: JournalEntry, at: number): void => {
      const text = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
      insert.run(at, stationId(), packer(), entry.ftNo, entry.parcelNo, entry.kind, text(entry.before), text(entry.after));
    },
    ofTask: (ftNo: string): readonly JournalLine[] => ofTask.all(ftNo).map(readRow),
    /** A parcel's life: its own lines and those of its task that concern every parcel. */
    ofParcel: (parcelNo: string): readonly JournalLine[] => ofParcel.all(parcelNo, parcelNo).map(readRow),
    /** What was in a parcel when it was last closed up to then, as `{ items }`; null when nothing tells. */
    contentsAt: (parcelNo: string, at: number): unknown => parsed(contents.get(parcelNo, parcelNo, at)?.after ?? null),
    /** Wrong items and over-scans that were stopped since then. */
    wrongStoppedSince: (since: number): number => wrongStopped.get(since)?.n ?? 0,
  };
};
export type Journal = ReturnType<typeof createJournal>;
