import type { Database } from "./database.ts";
import { IS_LABEL } from "./print-jobs.ts";

/** A closed parcel whose pasted label was not scanned yet. `asked`: it stands at the bench and is asked for now. `at` in ms. */
export type ScanBackRow = Readonly<{ parcelNo: string; ftNo: string; asked: boolean; at: number }>;

type Row = { parcel_no: string; ft_no: string; asked: number; at: number };
const readRow = (row: Row): ScanBackRow => ({ parcelNo: row.parcel_no, ftNo: row.ft_no, asked: row.asked === 1, at: row.at });
const COLUMNS = "s.parcel_no, s.ft_no, s.asked, s.at";
/** Put aside, with a label that is or may come out, and nothing else about it that a person has to do first. */
const TO_SCAN = `from scan_back s where s.asked = 0
  and exists (select 1 from print_job j where j.parcel_no = s.parcel_no and ${IS_LABEL} and j.state <> 'cancelled')
  and not exists (select 1 from parcel_stop p where p.parcel_no = s.parcel_no and p.done_at is null)`;

/**
 * Parcels whose pasted label is still to be scanned. Triggers keep it true: a parcel that is no longer closed waits for nothing, and one
 * that is stopped is not asked for. Writes belong into the caller's transaction.
 */
export const createScanBacks = ({ database }: Readonly<{ database: Database }>) => {
  const want = database.prepare(
    `insert into scan_back (parcel_no, ft_no, asked, at) values (?, ?, ?, ?)
     on conflict (parcel_no) do update set asked = max(asked, excluded.asked), at = excluded.at`,
  );
  const get = database.prepare<Row>(`select ${COLUMNS} from scan_back s where s.parcel_no = ?`);
  const asked = database.prepare<Row>(`select ${COLUMNS} from scan_back s where s.asked = 1 order by s.at desc limit 1`);
  const putAside = database.prepare("update scan_back set asked = 0 where parcel_no = ?");
  const done = database.prepare("delete from scan_back where parcel_no = ?");
  const toScan = database.prepare<Row>(`select ${COLUMNS} ${TO_SCAN} order by s.at, s.parcel_no limit ?`);
  const toScanCount = database.prepare<{ n: number }>(`select count(*) as n from (select 1 ${TO_SCAN} limit ?)`);

  return {
    /** `isAsked` false leaves a parcel that is asked for as it is. */
    want: (parcelNo: string, ftNo: string, isAsked: boolean, at: number): void => void want.run(parcelNo, ftNo, isAsked ? 1 : 0, at),
    get: (parcelNo: string): ScanBackRow | null => {
      const row = get.get(parcelNo);
      return row === null ? null : readRow(row);
    },
    /** The one that is asked for at the bench now. */
    asked: (): ScanBackRow | null => {
      const row = asked.get();
      return row === null ? null : readRow(row);
    },
    putAside: (parcelNo: string): void => void putAside.run(parcelNo),
    /** Its label was scanned. */
    done: (parcelNo: string): void => void done.run(parcelNo),
    /** Those put aside, longest waiting first. */
    toScan: (limit: number): readonly ScanBackRow[] => toScan.all(limit).map(readRow),
    /** How many; counted up to `most`. */
    toScanCount: (most: number): number => toScanCount.get(most)?.n ?? 0,
  };
};
export type ScanBacks = ReturnType<typeof createScanBacks>;
