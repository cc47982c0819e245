import type { Database } from "./database.ts";

/**
 * OMS4 has another label for a parcel than the one that went to the printer. `labelId` null: only its new tracking number is known,
 * the label is still to come. `at` in ms.
 */
export type LabelChange = Readonly<{
  parcelNo: string;
  ftNo: string;
  oldLabelId: number;
  labelId: number | null;
  oldTrackingNo: string;
  trackingNo: string;
  at: number;
}>;

type Row = {
  parcel_no: string;
  ft_no: string;
  old_label_id: number;
  label_id: number | null;
  old_tracking_no: string;
  tracking_no: string;
  at: number;
};

const readRow = (row: Row): LabelChange => ({
  parcelNo: row.parcel_no,
  ftNo: row.ft_no,
  oldLabelId: row.old_label_id,
  labelId: row.label_id,
  oldTrackingNo: row.old_tracking_no,
  trackingNo: row.tracking_no,
  at: row.at,
});
const COLUMNS = "parcel_no, ft_no, old_label_id, label_id, old_tracking_no, tracking_no, at";

/**
 * Printed labels that are not the ones in force any more. A change is over when a print of the new label is out (a trigger on the print
 * jobs) or a person gives it up. Writes belong into the caller's transaction.
 */
export const createLabelChanges = ({ database }: Readonly<{ database: Database }>) => {
  // What is on the box stays what it was when OMS4 changes its mind a second time
  const raise = database.prepare(
    `insert into label_change (parcel_no, ft_no, old_label_id, label_id, old_tracking_no, tracking_no, at) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (parcel_no) do update set label_id = excluded.label_id, tracking_no = excluded.tracking_no, at = excluded.at`,
  );
  const get = database.prepare<Row>(`select ${COLUMNS} from label_change where parcel_no = ?`);
  const list = database.prepare<Row>(`select ${COLUMNS} from label_change order by at, parcel_no limit ?`);
  const remove = database.prepare("delete from label_change where parcel_no = ?");

  return {
    raise: (change: LabelChange): void =>
      void raise.run(change.parcelNo, change.ftNo, change.oldLabelId, change.labelId, change.oldTrackingNo, change.trackingNo, change.at),
    get: (parcelNo: string): LabelChange | null => {
      const row = get.get(parcelNo);
      return row === null ? null : readRow(row);
    },
    list: (limit: number): readonly LabelChange[] => list.all(limit).map(readRow),
    /** OMS4 went back to the label that is on the box, or a person gives it up. False when there was none. */
    remove: (parcelNo: string): boolean => remove.run(parcelNo).changes > 0,
  };
};
export type LabelChanges = ReturnType<typeof createLabelChanges>;
