import type { Database } from "./database.ts";

/** A box that left the bench with a parking slip. Times in ms; `labelAt` null: its label has not come yet. */
export type ParkedBox = Readonly<{ parcelNo: string; ftNo: string; parkedAt: number; labelAt: number | null; backUntil: number }>;

type Row = { parcel_no: string; ft_no: string; parked_at: number; label_at: number | null; back_until: number };

const readRow = (row: Row): ParkedBox => ({
  parcelNo: row.parcel_no,
  ftNo: row.ft_no,
  parkedAt: row.parked_at,
  labelAt: row.label_at,
  backUntil: row.back_until,
});
const COLUMNS = "parcel_no, ft_no, parked_at, label_at, back_until";

/** Boxes whose label must not come out at the bench unasked, because they stand elsewhere. Writes belong into the caller's transaction. */
export const createParkedBoxes = ({ database }: Readonly<{ database: Database }>) => {
  const park = database.prepare(
    "insert into parked_box (parcel_no, ft_no, parked_at) values (?, ?, ?) on conflict (parcel_no) do update set back_until = 0",
  );
  const get = database.prepare<Row>(`select ${COLUMNS} from parked_box where parcel_no = ?`);
  const labelCame = database.prepare("update parked_box set label_at = coalesce(label_at, ?), back_until = 0 where parcel_no = ?");
  const labelGone = database.prepare("update parked_box set label_at = null where parcel_no = ?");
  const comeBack = database.prepare("update parked_box set back_until = ? where parcel_no = ?");
  const remove = database.prepare("delete from parked_box where parcel_no = ?");
  const ready = database.prepare<Row>(`select ${COLUMNS} from parked_box where label_at is not null order by label_at, parcel_no limit ?`);
  const readyCount = database.prepare<{ n: number }>("select count(*) as n from parked_box where label_at is not null");

  return {
    park: (parcelNo: string, ftNo: string, at: number): void => void park.run(parcelNo, ftNo, at),
    get: (parcelNo: string): ParkedBox | null => {
      const row = get.get(parcelNo);
      return row === null ? null : readRow(row);
    },
    /** Its label is here and waits for the slip. */
    labelCame: (parcelNo: string, at: number): void => void labelCame.run(at, parcelNo),
    /** The label that waited is not in force any more: the new one is still to come. */
    labelGone: (parcelNo: string): void => void labelGone.run(parcelNo),
    /** The slip was scanned before the label was there: until then the box stands at the bench. */
    comeBack: (parcelNo: string, until: number): void => void comeBack.run(until, parcelNo),
    /** It is parked no more: its label is queued, or it was opened again. */
    remove: (parcelNo: string): boolean => remove.run(parcelNo).changes > 0,
    /** Boxes whose labels wait for their slips, in the order in which the labels came. */
    ready: (limit: number): readonly ParkedBox[] => ready.all(limit).map(readRow),
    readyCount: (): number => readyCount.get()?.n ?? 0,
  };
};
export type ParkedBoxes = ReturnType<typeof createParkedBoxes>;
