import SqliteDriver from "better-sqlite3";
import { chmodSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { bareNumber } from "../../shared/carried-number.ts";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import { MEGABYTE } from "../../shared/megabyte.ts";
import { isOfUnknownWriteVersion } from "./file-header.ts";
import { migrations as shippedMigrations, type Migration } from "./migrations.ts";
import { normaliseCode } from "../../shared/scan.ts";
import { ensureFolder } from "../kit/ensure-folder.ts";
import { contentHash, sealChecks, sealOf } from "./seals.ts";

/** What a column can hold. */
export type Value = string | number | bigint | Uint8Array | null;

export type Statement<Row> = Readonly<{
  run: (...values: readonly Value[]) => { changes: number; lastId: number };
  get: (...values: readonly Value[]) => Row | null;
  all: (...values: readonly Value[]) => readonly Row[];
}>;

/** One SQLite file. Only this module knows the driver. */
export type Database = Readonly<{
  path: string;
  /** Prepares once, runs often; the row type is the caller's promise about its own SQL. */
  prepare: <Row = never>(sql: string) => Statement<Row>;
  /** All or nothing, durable when it returns; nests as savepoints. */
  transaction: <T>(work: () => T) => T;
  /**
   * The same without waiting for the disk: kept when the program dies right after, perhaps not when the power goes. The next ordinary
   * transaction makes it durable. Never inside another transaction.
   */
  transactionAhead: <T>(work: () => T) => T;
  exec: (sql: string) => void;
  backup: (to: string) => Promise<Result<{ path: string }>>;
  /** SQLite's own integrity check: null when all is well, its words otherwise. */
  check: () => string | null;
  /** False where the file was too large to be checked before the first scan: file-check.ts does it beside the scans. */
  checkedAtOpen: boolean;
  close: () => void;
}>;

const OWNER_ONLY = 0o600;
const BUSY_TIMEOUT_MS = 2_000;
/** Pages of 4 KiB after which SQLite folds the write-ahead log back itself: upkeep.ts does it before, beside the scans. */
const WAL_CHECKPOINT_PAGES = 1_000;
/** A log that grew behind a long reader gives the disk back what is more than this. */
const WAL_KEPT_BYTES = 4 * MEGABYTE;

/**
 * A check reads the whole file. Up to this size that is a fifth of a second and done before the first scan; a hundred thousand tasks
 * with their labels are gigabytes, and a packer would wait for minutes.
 */
const CHECKED_AT_OPEN_BYTES = 64 * MEGABYTE;

const sqliteCode = (error: unknown): string => (error instanceof SqliteDriver.SqliteError ? error.code : "");

/** Says which storage failure an error of the driver or of the file system is. */
export const storageFailure = (error: unknown, path: string): Failure => {
  const code = sqliteCode(error) || (error instanceof Error && "code" in error ? String(error.code) : "");
  const detail = `${path} (${errorWords(error)}).`;
  if (code.startsWith("SQLITE_FULL") || code === "ENOSPC") return fail("storage-full", detail).failure;
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return fail("storage-corrupt", detail).failure;
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return fail("storage-in-use", detail).failure;
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_IOERR")) {
    return fail("storage-unwritable", detail).failure;
  }
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"].includes(code)) return fail("storage-unwritable", detail).failure;
  return fail("internal", detail).failure;
};

/** What the schema needs on every connection: its checksums (seals.ts), and codes in the form in which they are compared. */
const registerFunctions = (driver: SqliteDriver.Database): void => {
  driver.function("seal", { deterministic: true }, (text: Value) => sealOf(text));
  driver.function("content_hash", { deterministic: true }, (bytes: Value) => contentHash(bytes));
  driver.function("code_of", { deterministic: true }, (text: Value) => normaliseCode(String(text)));
  driver.function("bare_number", { deterministic: true }, (text: Value) => bareNumber(String(text)));
};

/** "ok", or what is wrong. A third slower than the quick check, which never looks whether an index has lost a row: lost, it is never sent. */
const checkWhole = (driver: SqliteDriver.Database): string => {
  const found = String(driver.pragma("integrity_check(1)", { simple: true }));
  if (found !== "ok") return found;
  const tables = driver.prepare<[], { name: string }>("select name from sqlite_schema where type = 'table'").all();
  for (const { table, sql } of sealChecks(tables.map(({ name }) => name))) {
    const changed = driver.prepare<[], { n: number }>(sql).get()?.n ?? 0;
    if (changed > 0) return sealWords(table, changed);
  }
  return "ok";
};
/** Said of rows that are not as they were written. */
export const sealWords = (table: string, rows: number): string => `${rows} ${rows === 1 ? "row" : "rows"} of ${table} not as written`;

const migrate = (driver: SqliteDriver.Database, steps: readonly Migration[], path: string): Result<null> => {
  const version = Number(driver.pragma("user_version", { simple: true }));
  const newest = steps.at(-1)?.version ?? 0;
  if (version > newest) return fail("storage-newer", `${path} has schema ${version}, this Packbench knows ${newest}.`);
  for (const step of steps.filter((candidate) => candidate.version > version)) {
    driver.transaction(() => {
      driver.exec(step.sql);
      driver.pragma(`user_version = ${step.version}`);
    })();
  }
  return succeed(null);
};

const schemaOf = (driver: SqliteDriver.Database): string =>
  driver
    .prepare<[], { words: string }>(
      "select type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') as words from sqlite_schema where name not like 'sqlite_%' order by words",
    )
    .all()
    .map(({ words: one }) => one)
    .join("\n");
/** A changed byte in a rule or a trigger breaks nothing that a check would find: the schema is compared with a fresh one, in milliseconds. */
const schemaAfter = (steps: readonly Migration[]): string => {
  const fresh = new SqliteDriver(":memory:");
  try {
    registerFunctions(fresh);
    for (const { sql } of steps) fresh.exec(sql);
    return schemaOf(fresh);
  } finally {
    fresh.close();
  }
};

/**
 * Opens the file, checks it and brings its schema up to date. Never falls back to memory: a file that can't be used is
 * a failure (`storage-*`) and stays as it is.
 */
export const openDatabase = (path: string, steps: readonly Migration[] = shippedMigrations): Result<Database> => {
  let driver: SqliteDriver.Database | null = null;
  let checkedAtOpen = true;
  try {
    ensureFolder(dirname(path));
    driver = new SqliteDriver(path, { timeout: BUSY_TIMEOUT_MS });
    registerFunctions(driver);
    // Receivers' names and addresses: for the station's own user only; SQLite gives its side files the same mode
    chmodSync(path, OWNER_ONLY);
    // Reading the schema finds a file that is no database at all, whatever its size
    driver.pragma("schema_version");
    checkedAtOpen = statSync(path).size <= CHECKED_AT_OPEN_BYTES;
    const checked = checkedAtOpen ? checkWhole(driver) : "ok";
    if (checked !== "ok") {
      driver.close();
      return fail("storage-corrupt", `${path} (${checked}).`);
    }
    driver.pragma("journal_mode = WAL");
    // The driver's default in WAL is NORMAL: the last commits would vanish in a power cut
    driver.pragma("synchronous = FULL");
    driver.pragma("foreign_keys = ON");
    // Counts that are kept along (tally.ts) live in memory only
    driver.pragma("temp_store = MEMORY");
    driver.pragma(`wal_autocheckpoint = ${WAL_CHECKPOINT_PAGES}`);
    driver.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
    const migrated = migrate(driver, steps, path);
    if (!migrated.ok) {
      driver.close();
      return migrated;
    }
    if (schemaOf(driver) !== schemaAfter(steps)) {
      driver.close();
      return fail("storage-corrupt", `${path} (its schema is not as it was written).`);
    }
    // A read-only disk lets everything above pass on an up-to-date file
    driver.transaction(() => driver?.exec("create table if not exists write_probe (one); drop table write_probe"))();
  } catch (error) {
    driver?.close();
    const failure = storageFailure(error, path);
    if (sqliteCode(error).startsWith("SQLITE_READONLY") && isOfUnknownWriteVersion(path)) return fail("storage-corrupt", failure.detail);
    // Our own words fit our own schema: where they don't, the file's was changed
    return sqliteCode(error) === "SQLITE_ERROR" ? fail("storage-corrupt", failure.detail) : { ok: false, failure };
  }
  return succeed(wrap(driver, path, checkedAtOpen));
};

/** A file opened as it is: no check, no schema, no lock of the folder. For checks, and for reading what others left. */
export type PlainFile = Readonly<{
  all: <Row>(sql: string, ...values: readonly Value[]) => readonly Row[];
  /** Hands over row by row: what was read before a failure has been handed over. */
  each: <Row>(sql: string, values: readonly Value[], take: (row: Row) => void) => void;
  exec: (sql: string) => void;
  close: () => void;
}>;

/** Throws where the file can't be opened (`storageFailure` says why). `read` never changes it. */
export const openPlainFile = (path: string, mode: "read" | "write"): PlainFile => {
  const driver = new SqliteDriver(path, { readonly: mode === "read", fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  registerFunctions(driver);
  return {
    all: <Row>(sql: string, ...values: readonly Value[]) => driver.prepare<Value[], Row>(sql).all(...values),
    each: <Row>(sql: string, values: readonly Value[], take: (row: Row) => void) => {
      for (const row of driver.prepare<Value[], Row>(sql).iterate(...values)) take(row);
    },
    exec: (sql) => void driver.exec(sql),
    close: () => driver.close(),
  };
};

const wrap = (driver: SqliteDriver.Database, path: string, checkedAtOpen: boolean): Database => {
  // Made once: the driver builds four functions for each it is given, which is a good part of what a small decision costs
  const { immediate } = driver.transaction((work: () => unknown): unknown => work());
  const transaction = <T>(work: () => T): T => immediate(work) as T;
  return {
    path,
    checkedAtOpen,
    prepare: <Row>(sql: string): Statement<Row> => {
      const statement = driver.prepare<Value[], Row>(sql);
      return {
        run: (...values) => {
          const { changes, lastInsertRowid } = statement.run(...values);
          return { changes, lastId: Number(lastInsertRowid) };
        },
        get: (...values) => statement.get(...values) ?? null,
        all: (...values) => statement.all(...values),
      };
    },
    transaction,
    transactionAhead: (work) => {
      driver.exec("pragma synchronous = normal");
      try {
        return transaction(work);
      } finally {
        driver.exec("pragma synchronous = full");
      }
    },
    exec: (sql) => {
      driver.exec(sql);
    },
    backup: async (to) => {
      try {
        ensureFolder(dirname(to));
        await driver.backup(`${to}.part`);
        renameSync(`${to}.part`, to);
        return succeed({ path: to });
      } catch (error) {
        rmSync(`${to}.part`, { force: true });
        return { ok: false, failure: storageFailure(error, to) };
      }
    },
    check: () => {
      const checked = checkWhole(driver);
      return checked === "ok" ? null : checked;
    },
    close: () => driver.close(),
  };
};

/**
 * Holds a data folder for one station. The lock is SQLite's own file lock: the system frees it when the process dies,
 * however it dies.
 */
export const lockFolder = (folder: string): Result<{ release: () => void }> => {
  const path = join(folder, "packbench.lock");
  let driver: SqliteDriver.Database | null = null;
  try {
    ensureFolder(folder);
    driver = new SqliteDriver(path, { timeout: 0 });
    // Nothing is ever written: a lock must be had on a full disk as well
    driver.pragma("journal_mode = MEMORY");
    driver.exec("begin exclusive");
    const held = driver;
    return succeed({ release: () => held.close() });
  } catch (error) {
    driver?.close();
    const failure = storageFailure(error, path);
    return {
      ok: false,
      failure: failure.kind === "storage-in-use" ? fail("storage-in-use", `${folder} is held by another station.`).failure : failure,
    };
  }
};
