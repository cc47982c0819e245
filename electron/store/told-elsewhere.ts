import { milestoneSchema, type Milestone } from "../../shared/parcel.ts";
import { normaliseCode } from "../../shared/scan.ts";
import type { Database } from "./database.ts";

/** A parcel that another station packed and of which this one has told a milestone, the last one; `parcelNo` as OMS4 spells it. */
export type ToldElsewhere = Readonly<{ parcelNo: string; ftNo: string; trackingNo: string; carrier: string; milestone: Milestone }>;

type Row = { parcel_no: string; ft_no: string; tracking_no: string; carrier: string; milestone: string };
const readRow = (row: Row): ToldElsewhere => ({
  parcelNo: row.parcel_no,
  ftNo: row.ft_no,
  trackingNo: row.tracking_no,
  carrier: row.carrier,
  milestone: milestoneSchema.parse(row.milestone),
});
const COLUMNS = "parcel_no, ft_no, tracking_no, carrier, milestone";

/** Milestones told of other stations' parcels. Writes belong into the caller's transaction. */
export const createToldElsewhere = ({ database }: Readonly<{ database: Database }>) => {
  const get = database.prepare<Row>(`select ${COLUMNS} from told_elsewhere where code = ?`);
  const ofTask = database.prepare<Row>(`select ${COLUMNS} from told_elsewhere where ft_no = ? order by code`);
  const put = database.prepare(
    `insert into told_elsewhere (code, parcel_no, ft_no, tracking_no, carrier, milestone, at) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (code) do update set tracking_no = excluded.tracking_no, carrier = excluded.carrier, milestone = excluded.milestone, at = excluded.at`,
  );
  return {
    /** By the parcel's number, however it is written. */
    get: (parcelNo: string): ToldElsewhere | null => {
      const row = get.get(normaliseCode(parcelNo));
      return row === null ? null : readRow(row);
    },
    ofTask: (ftNo: string): readonly ToldElsewhere[] => ofTask.all(ftNo).map(readRow),
    put: ({ parcelNo, ftNo, trackingNo, carrier, milestone }: ToldElsewhere, at: number): void =>
      void put.run(normaliseCode(parcelNo), parcelNo, ftNo, trackingNo, carrier, milestone, at),
  };
};
export type ToldElsewhereStore = ReturnType<typeof createToldElsewhere>;
