import { errorWords } from "../../shared/error-words.ts";
import { openPlainFile, sealWords, storageFailure } from "./database.ts";
import { sealChecks } from "./seals.ts";

const TABLES = "select name from sqlite_schema where type = 'table' order by name";
type Found = Readonly<Record<string, string>>;

/**
 * Reads a file in use from end to end, table by table with its indexes, over a connection of its own: null when all is well, SQLite's
 * words otherwise. `breathe` runs between two tables. Throws where the file can't be read for another reason.
 */
export const checkFile = async (path: string, breathe: () => Promise<void>): Promise<string | null> => {
  try {
    const file = openPlainFile(path, "read");
    try {
      for (const { name } of file.all<{ name: string }>(TABLES)) {
        // Not the quick check: it never compares an index with its table, and what an index has lost is never found again
        const [first] = file.all<Found>(`pragma integrity_check('${name.replaceAll("'", "''")}')`);
        const found = first === undefined ? "the check gave no answer" : Object.values(first)[0];
        if (found !== "ok") return found ?? "the check gave no answer";
        await breathe();
      }
      for (const { table, sql } of sealChecks(file.all<{ name: string }>(TABLES).map(({ name }) => name))) {
        const changed = file.all<{ n: number }>(sql)[0]?.n ?? 0;
        if (changed > 0) return sealWords(table, changed);
        await breathe();
      }
      return null;
    } finally {
      file.close();
    }
  } catch (error) {
    if (storageFailure(error, path).kind === "storage-corrupt") return errorWords(error);
    throw error;
  }
};

/**
 * Checks a fresh copy and makes one file of it that needs no log beside it: null when it is well. Throws where it can't be read or
 * written.
 */
export const checkCopy = (path: string): string | null => {
  try {
    const file = openPlainFile(path, "write");
    try {
      file.exec("pragma journal_mode = delete");
      const [first] = file.all<Found>("pragma integrity_check(1)");
      const found = first === undefined ? undefined : Object.values(first)[0];
      if (found !== "ok") return found ?? "the check gave no answer";
      for (const { table, sql } of sealChecks(file.all<{ name: string }>(TABLES).map(({ name }) => name))) {
        const changed = file.all<{ n: number }>(sql)[0]?.n ?? 0;
        if (changed > 0) return sealWords(table, changed);
      }
      return null;
    } finally {
      file.close();
    }
  } catch (error) {
    if (storageFailure(error, path).kind === "storage-corrupt") return errorWords(error);
    throw error;
  }
};

/** Folds the log of a database in use back into it, as far as its readers allow; nobody waits for it. Gives null. */
export const checkpoint = (path: string): null => {
  const file = openPlainFile(path, "write");
  try {
    file.exec("pragma wal_checkpoint(passive)");
    return null;
  } finally {
    file.close();
  }
};
