import type { Value } from "../store/database.ts";

export type Row = Readonly<Record<string, Value>>;

/**
 * The tables that hold work, in the order in which they are written: messages before parcels, because a message that is queued anew changes
 * what a parcel's label waits for. `key` finds a row again; null: its number is the file's own.
 */
export const workTables = [
  { name: "outbox", key: null },
  { name: "task", key: ["ft_no"] },
  { name: "task_code", key: ["code", "ft_no", "kind"] },
  { name: "cancellation", key: ["ct_no"] },
  { name: "cancel_request", key: ["ft_no", "requested_at"] },
  { name: "parcel", key: ["parcel_no"] },
  { name: "packed_unit", key: null },
  { name: "label", key: null },
  { name: "label_out_of_force", key: ["label_id"] },
  { name: "print_job", key: null },
  { name: "parcel_stop", key: ["parcel_no"] },
  { name: "old_own_label", key: ["parcel_no"] },
  { name: "parcel_elsewhere", key: ["parcel_no"] },
  { name: "told_elsewhere", key: ["code"] },
  { name: "parked_box", key: ["parcel_no"] },
  { name: "label_change", key: ["parcel_no"] },
  { name: "scan_back", key: ["parcel_no"] },
  { name: "unsettled", key: ["ft_no"] },
] as const;
export type WorkTable = (typeof workTables)[number]["name"];
/** Counts belong to no task. */
export type OwedTable = WorkTable | "count_row";
export const owedTables: readonly OwedTable[] = [...workTables.map(({ name }) => name), "count_row"];

/** Work as read from a database file. */
export type Work = Readonly<{
  installId: string;
  stationId: string;
  /** the file's schema version */
  schema: number;
  /** the task that lay on the bench */
  openFtNo: string | null;
  lastParcelAt: number;
  packer: string | null;
  rows: Readonly<Record<OwedTable, readonly Row[]>>;
  /** lines of the journal; only where the same station goes on with them */
  journal: readonly Row[];
  /** which messages of other stations were taken over; only where the same station goes on with them */
  imported: readonly Row[];
  /** codes that no order gave; only where the same station goes on with them, and the file has them */
  aliases: readonly Row[] | null;
  /** tables of which some rows could not be read */
  notWhole: readonly string[];
}>;

export const textOf = (row: Row, column: string): string => {
  const value = row[column];
  return typeof value === "string" ? value : "";
};
export const numberOf = (row: Row, column: string): number => {
  const value = row[column];
  return typeof value === "number" ? value : 0;
};
