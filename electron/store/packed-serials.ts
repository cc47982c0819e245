import type { Database } from "./database.ts";

/** A scan with a serial number that was packed before; `code`: the whole text that was scanned. `at` in ms. */
export type PackedSerial = Readonly<{ code: string; parcelNo: string; ftNo: string; hasLeft: boolean; at: number }>;

type Row = { code: string; parcel_no: string; ft_no: string; has_left: number; at: number };

/** A serial number such as 1 may be on a piece of each of a thousand products. */
const MOST_WITH_SERIAL = 200;

/** Which pieces with a serial number are packed. Undone scans and pulled parcels hold none. */
export const createPackedSerials = ({ database }: Readonly<{ database: Database }>) => {
  const find = database.prepare<Row>(
    `select u.code, u.parcel_no, u.ft_no, p.state = 'handed-over' as has_left, u.at
     from packed_unit u join parcel p on p.parcel_no = u.parcel_no
     where u.serial = ? and (p.state in ('open','closed') or p.state = 'handed-over' and p.milestone is not 'RETURNED TO FP' and u.at > ?)
     order by u.id desc limit ${MOST_WITH_SERIAL}`,
  );
  return {
    /**
     * Scans with this serial number, of whatever product, that are in parcels here or in ones that left and were packed after then (ms) and
     * not told as returned; newest first.
     */
    find: (serial: string, leftAfter: number): readonly PackedSerial[] =>
      find
        .all(serial, leftAfter)
        .map((row) => ({ code: row.code, parcelNo: row.parcel_no, ftNo: row.ft_no, hasLeft: row.has_left === 1, at: row.at })),
  };
};
export type PackedSerials = ReturnType<typeof createPackedSerials>;
