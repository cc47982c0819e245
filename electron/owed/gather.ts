import { fail, succeed, type Result } from "../../shared/failures.ts";
import { storageFailure, type PlainFile } from "../store/database.ts";
import { borrowSchema } from "./borrow-schema.ts";
import { lacksRows, openToRead, readRows, readValue } from "./read-rows.ts";
import { numberOf, textOf, workTables, type OwedTable, type Row, type Work, type WorkTable } from "./tables.ts";

/**
 * `owed`: what OMS4, the printer or the bench still waits for. `since`: every task somebody worked on from that time on (ms), for the same
 * station to go on with.
 */
export type Scope = Readonly<{ kind: "owed" }> | Readonly<{ kind: "since"; at: number }>;

const OWED_STATES = ["pending", "sending", "parked"];

const rememberTask = (row: Row, ftNos: Set<string>): void => {
  const ftNo = textOf(row, "ft_no");
  if (ftNo !== "") ftNos.add(ftNo);
};

/** Tests of the tables that say which tasks have work in them. */
const owedIn: Readonly<Partial<Record<WorkTable, (row: Row) => boolean>>> = {
  // That a task was received, its next station tells by itself
  outbox: (row) => OWED_STATES.includes(textOf(row, "state")) && numberOf(row, "urgent") === 1,
  parcel: (row) => textOf(row, "state") === "open" || numberOf(row, "label_wanted") > 0,
  print_job: (row) => numberOf(row, "settled") === 0 || ["failed", "unknown"].includes(textOf(row, "state")),
  parcel_stop: (row) => row["done_at"] === null,
  old_own_label: () => true,
  parked_box: () => true,
  label_change: () => true,
  scan_back: () => true,
};
const touchedSince =
  (at: number) =>
  (row: Row): boolean =>
    ["at", "changed_at", "created_at", "opened_at", "closed_at", "parked_at"].some((column) => numberOf(row, column) >= at);
const TOUCHED_TABLES: readonly WorkTable[] = [
  "outbox",
  "parcel",
  "packed_unit",
  "print_job",
  "parcel_stop",
  "old_own_label",
  "parked_box",
  "label_change",
  "label_out_of_force",
  "scan_back",
];

/** A small file is read whole; the rows of few tasks in a large, sound one are found by its indexes. */
const rowsOf = (
  file: PlainFile,
  path: string,
  table: WorkTable,
  ftNos: ReadonlySet<string>,
  sound: boolean,
): Readonly<{ rows: readonly Row[]; whole: boolean }> => {
  if (!sound) return readRows(file, path, table, (row) => ftNos.has(textOf(row, "ft_no")));
  return {
    rows: file.all<Row>(`select * from ${table} where ft_no in (select value from json_each(?)) order by 1`, JSON.stringify([...ftNos])),
    whole: true,
  };
};

/**
 * Reads work out of a database file that no station uses, as far as it can be read; the file stays as it is. `sound`: it was checked and
 * is well. `backup`: a sound backup of the same database, whose schema is used where the file's own is damaged. Failures: `storage-*` where nothing at all can be read.
 */
export const gatherWork = (path: string, scope: Scope, sound: boolean, backup: string | null = null): Result<Work> => {
  const read = gather(path, scope, sound);
  if (read.ok || backup === null) return read;
  try {
    const borrowed = borrowSchema(path, backup);
    try {
      return gather(borrowed.path, scope, false);
    } finally {
      borrowed.remove();
    }
  } catch {
    // What the damaged file itself said is what counts
    return read;
  }
};

const gather = (path: string, scope: Scope, sound: boolean): Result<Work> => {
  let file: PlainFile | null = null;
  try {
    file = openToRead(path);
    const opened = file;
    const notWhole = new Set<string>();
    const tables = new Set(opened.all<{ name: string }>("select name from sqlite_schema where type = 'table'").map(({ name }) => name));
    if (!sound)
      for (const table of [...workTables.map(({ name }) => name), "count_row", "journal", "alias"])
        if (tables.has(table) && lacksRows(opened, path, table)) notWhole.add(table);
    const read = (table: string, keep: (row: Row) => boolean): readonly Row[] => {
      if (!tables.has(table)) return [];
      const { rows, whole } = readRows(opened, path, table, keep);
      if (!whole) notWhole.add(table);
      return rows;
    };
    if (!tables.has("outbox") || !tables.has("parcel")) return fail("storage-corrupt", `${path} (it holds no packing work).`);

    const ftNos = new Set<string>();
    if (scope.kind === "owed") {
      for (const [table, test] of Object.entries(owedIn)) for (const row of read(table, test)) rememberTask(row, ftNos);
    } else {
      for (const table of TOUCHED_TABLES) for (const row of read(table, touchedSince(scope.at))) rememberTask(row, ftNos);
    }
    // Lines are in the order of their time: what is older than the scope is of no interest
    const journal = scope.kind === "since" ? read("journal", (row) => numberOf(row, "at") >= scope.at) : [];
    for (const row of journal) rememberTask(row, ftNos);
    const imported = scope.kind === "since" ? read("imported_entry", () => true) : [];
    // An import that was not through means nothing. A file of an older version has neither table
    const hasAliases = scope.kind === "since" && tables.has("alias") && tables.has("alias_version");
    const inForce = hasAliases ? Number(readValue(opened, path, "select current from alias_version") ?? 0) : 0;
    const aliases = hasAliases ? read("alias", (row) => numberOf(row, "version") <= inForce) : null;
    const openFtNo = readValue(opened, path, "select open_ft_no from identity");
    if (typeof openFtNo === "string") ftNos.add(openFtNo);

    const rows = Object.fromEntries(
      workTables.map(({ name }) => {
        if (!tables.has(name)) return [name, []];
        const found = rowsOf(opened, path, name, ftNos, sound);
        if (!found.whole) notWhole.add(name);
        return [name, found.rows];
      }),
    ) as Record<WorkTable, readonly Row[]>;
    const counts = read("count_row", (row) => scope.kind === "since" || textOf(row, "state") !== "done");
    const text = (sql: string): string | null => {
      const value = readValue(opened, path, sql);
      return typeof value === "string" ? value : null;
    };
    return succeed({
      installId: text("select install_id from identity") ?? "",
      stationId: text("select station_id from journal order by id desc limit 1") ?? "",
      schema: Number(readValue(opened, path, "pragma user_version") ?? 0),
      openFtNo: typeof openFtNo === "string" ? openFtNo : null,
      lastParcelAt: Number(readValue(opened, path, "select last_parcel_at from identity") ?? 0),
      packer: text("select packer from identity"),
      rows: { ...rows, count_row: counts } satisfies Record<OwedTable, readonly Row[]>,
      journal,
      imported,
      aliases,
      notWhole: [...notWhole],
    });
  } catch (error) {
    return { ok: false, failure: storageFailure(error, path) };
  } finally {
    file?.close();
  }
};
