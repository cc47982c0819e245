import type { Database } from "../store/database.ts";
import { numberOf, textOf, workTables, type Row, type Work, type WorkTable } from "./tables.ts";
import { createRowWriter } from "./write-rows.ts";

/** What a restored backup got back of the time after it was made. */
export type CaughtUp = Readonly<{ tasks: number; parcels: number; messages: number; refused: number; notWhole: readonly string[] }>;

/** Rows that a decision takes away again: what the later file no longer has of a task is gone, if all of that table could be read. */
const SHRINKING: readonly WorkTable[] = [
  "packed_unit",
  "parcel",
  "parcel_stop",
  "old_own_label",
  "parked_box",
  "label_change",
  "label_out_of_force",
  "scan_back",
  "unsettled",
];

/**
 * Brings a restored backup up to what could be read of the file it replaces: the same station's later rows win. Every open message goes
 * behind a look at OMS4, because what was sent after the backup is known nowhere else. Foreign keys are off meanwhile: rows come table by
 * table.
 */
export const catchUp = (database: Database, work: Work | null, at: number): CaughtUp => {
  database.exec("pragma foreign_keys = off");
  try {
    return database.transaction(() => {
      const caught = work === null ? { tasks: 0, parcels: 0, messages: 0, refused: 0, notWhole: [] } : writeLater(database, work);
      database.exec("update outbox set state = 'pending', ambiguous = 1 where state in ('pending','sending')");
      // A number that was given out after the backup is never given out again
      database.prepare("update identity set last_parcel_at = max(last_parcel_at, ?)").run(at);
      return caught;
    });
  } finally {
    database.exec("pragma foreign_keys = on");
  }
};

const writeLater = (database: Database, work: Work): CaughtUp => {
  const rows = createRowWriter(database);
  let refused = 0;
  const put = (table: string, row: Row): boolean => {
    const written = rows.write(table, row, "replace");
    if (written.refused !== null) refused += 1;
    return written.changed;
  };
  const ftNos = new Set(work.rows.task.map((row) => textOf(row, "ft_no")));
  for (const table of SHRINKING) {
    if (work.notWhole.includes(table)) continue;
    const drop = database.prepare(`delete from ${table} where ft_no = ?`);
    for (const ftNo of ftNos) drop.run(ftNo);
  }
  const written = new Map<WorkTable, number>();
  for (const { name } of workTables) written.set(name, work.rows[name].filter((row) => put(name, row)).length);
  // A count that was sent after the backup must not go once more over a newer one; its steps can't be undone any more
  if (!work.notWhole.includes("count_row")) database.exec("delete from count_row; delete from count_step");
  for (const row of work.rows.count_row) put("count_row", row);
  // What was made unknown after the backup stays unknown, where the later file could be read whole
  if (work.aliases !== null && !work.notWhole.includes("alias")) database.exec("delete from alias");
  // In force here under the number that is in force here: below it a meaning of the backup would win over a later one
  const inForce = database.prepare<{ current: number }>("select current from alias_version").get()?.current ?? 0;
  for (const row of (work.aliases ?? []).toSorted((a, b) => numberOf(a, "version") - numberOf(b, "version")))
    put("alias", { ...row, version: inForce });
  // A message that was lost with the damaged file must come again from the file that brought it
  const messagesAreWhole = !["outbox", "count_row", "journal"].some((table) => work.notWhole.includes(table));
  for (const row of messagesAreWhole ? work.imported : []) rows.write("imported_entry", row, "ignore");
  for (const row of work.journal) if (rows.write("journal", row, "ignore").refused !== null) refused += 1;
  database
    .prepare("update identity set last_parcel_at = max(last_parcel_at, ?), packer = coalesce(?, packer)")
    .run(work.lastParcelAt, work.packer);
  if (work.openFtNo !== null && ftNos.has(work.openFtNo)) database.prepare("update identity set open_ft_no = ?").run(work.openFtNo);
  return {
    tasks: written.get("task") ?? 0,
    parcels: written.get("parcel") ?? 0,
    messages: written.get("outbox") ?? 0,
    refused,
    notWhole: work.notWhole,
  };
};
