import { openPlainFile, storageFailure, type PlainFile, type Value } from "../store/database.ts";
import { isSealed } from "../store/seals.ts";
import type { Row } from "./tables.ts";

/** Steps over damage double: this many cross any table. */
const MOST_STEPS = 60;
const LAST_ROW = Number.MAX_SAFE_INTEGER;

const isDamage = (error: unknown, path: string): boolean => storageFailure(error, path).kind === "storage-corrupt";

/** The columns that tell a table's rows apart. */
const keyOf = (file: PlainFile, table: string): readonly string[] =>
  file.all<{ name: string }>("select name from pragma_table_info(?) where pk > 0 order by pk", table).map(({ name }) => name);

/** True for a row whose like came before: a damaged page may give one twice, in the place of another. */
const createTwice = (key: readonly string[]): ((row: Row) => boolean) => {
  const seen = new Set<string>();
  return (row) => {
    const found = JSON.stringify(key.map((column) => String(row[column])));
    const before = seen.size;
    return key.length > 0 && seen.add(found).size === before;
  };
};

/** Reads a table of a file that may be damaged: row by row, stepping over what can't be read. `whole`: nothing was stepped over. */
export const readRows = (
  file: PlainFile,
  path: string,
  table: string,
  keep: (row: Row) => boolean,
): Readonly<{ rows: readonly Row[]; whole: boolean }> => {
  const rows: Row[] = [];
  let changed = 0;
  const key = keyOf(file, table);
  let isTwice = createTwice(key);
  const take = (row: Row): void => {
    if (!isSealed(table, row) || isTwice(row)) changed += 1;
    else if (keep(row)) rows.push(row);
  };
  try {
    file.each<Row>(`select * from ${table} not indexed`, [], take);
    return { rows, whole: changed === 0 };
  } catch (error) {
    if (!isDamage(error, path)) throw error;
  }
  rows.length = 0;
  isTwice = createTwice(key);
  const hasRowNumbers = !file
    .all<{ wr: number }>("select wr from pragma_table_list where schema = 'main' and name = ?", table)
    .some(({ wr }) => wr === 1);
  if (hasRowNumbers) stepOver(file, path, table, take);
  else fromBothEnds(file, path, table, key, take);
  return { rows, whole: false };
};

/**
 * Whether a table lost rows without a word, as a damaged page may: all that is read is sound then, and yet some are missing. An index that can
 * be read knows of more than the table has; a table without one is believed only if SQLite finds nothing wrong with it.
 */
export const lacksRows = (file: PlainFile, path: string, table: string): boolean => {
  const ask = (sql: string): readonly Value[] | null => {
    try {
      return file.all<Row>(sql).map((row) => Object.values(row)[0] ?? null);
    } catch (error) {
      if (isDamage(error, path)) return null;
      throw error;
    }
  };
  const count = (how: string): number | null => {
    const [found = null] = ask(`select count(*) from ${table} ${how}`) ?? [];
    return typeof found === "number" ? found : null;
  };
  const here = count("not indexed");
  // What can't be read to its end is stepped over, and said
  if (here === null) return false;
  const indexes = ask(`select name from pragma_index_list('${table}') where partial = 0`) ?? [];
  const known = indexes.map((name) => count(`indexed by "${String(name)}"`)).filter((found) => found !== null);
  return known.length > 0 ? Math.max(...known) > here : ask(`pragma integrity_check("${table}")`)?.[0] !== "ok";
};

const stepOver = (file: PlainFile, path: string, table: string, take: (row: Row) => void): void => {
  let from = 0;
  let step = 1;
  for (let steps = 0; steps < MOST_STEPS && from < LAST_ROW;) {
    const startedFrom = from;
    try {
      file.each<Row & Readonly<{ row_number_: number }>>(
        `select rowid as row_number_, * from ${table} not indexed where rowid >= ? order by rowid`,
        [from],
        ({ row_number_: number, ...row }) => {
          from = Number(number) + 1;
          take(row as Row);
        },
      );
      return;
    } catch (error) {
      if (!isDamage(error, path)) throw error;
    }
    if (from > startedFrom) {
      // Rows came before the damage: the way goes on just behind the last of them
      step = 1;
      steps = 0;
    } else {
      from += step;
      step *= 2;
      steps += 1;
    }
  }
};

/** Tables ordered by their key have no numbers to step over: what lies before the damage and what lies behind it. */
const fromBothEnds = (file: PlainFile, path: string, table: string, key: readonly string[], take: (row: Row) => void): void => {
  for (const way of ["asc", "desc"]) {
    try {
      // What both ways give is taken once
      file.each<Row>(`select * from ${table} order by ${key.map((column) => `${column} ${way}`).join(", ")}`, [], take);
    } catch (error) {
      if (!isDamage(error, path)) throw error;
    }
  }
};

/** One value of a file, null where it isn't there or can't be read. */
export const readValue = (file: PlainFile, path: string, sql: string): Value => {
  try {
    const [row] = file.all<Row>(sql);
    return row === undefined ? null : (Object.values(row)[0] ?? null);
  } catch (error) {
    if (isDamage(error, path)) return null;
    throw error;
  }
};

/** Opens a file to read what can be read of it, without changing it. */
export const openToRead = (path: string): PlainFile => openPlainFile(path, "read");
