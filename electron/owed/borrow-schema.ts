import { closeSync, copyFileSync, existsSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { openPlainFile } from "../store/database.ts";

/** SQLite file format, 1.3: where the first page keeps what is the file's own. */
const HEADER = { writeVersion: 18, readVersion: 19, changeCounter: 24, pages: 28, freelist: 32, freePages: 36, validFor: 92 } as const;
const WAL_VERSION = 2;

/**
 * A copy of a damaged file with the schema of a sound backup of the same database: a backup is made page by page, so that both have their
 * schema in the same places. Gives the copy's path and how to take it away again; the damaged file stays as it is. Throws what the file
 * system throws.
 */
export const borrowSchema = (path: string, backup: string): Readonly<{ path: string; remove: () => void }> => {
  const copy = `${path}.reading`;
  const remove = (): void => {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(copy + suffix, { force: true });
  };
  const sound = openPlainFile(backup, "read");
  try {
    const pageSize = sound.all<{ page_size: number }>("pragma page_size")[0]?.page_size ?? 0;
    const pages = sound.all<{ pageno: number }>("select pageno from dbstat where name = 'sqlite_schema'").map(({ pageno }) => pageno);
    copyFileSync(path, copy);
    const log = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
    if (log) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const [from, to] = [openSync(backup, "r"), openSync(copy, "r+")];
    try {
      for (const page of pages) {
        const bytes = Buffer.alloc(pageSize);
        readSync(from, bytes, 0, pageSize, (page - 1) * pageSize);
        if (page === 1) {
          for (const place of [HEADER.writeVersion, HEADER.readVersion]) bytes[place] = log ? WAL_VERSION : 1;
          bytes.writeUInt32BE(Math.floor(statSync(path).size / pageSize), HEADER.pages);
          bytes.writeUInt32BE(0, HEADER.freelist);
          bytes.writeUInt32BE(0, HEADER.freePages);
          bytes.copy(bytes, HEADER.validFor, HEADER.changeCounter, HEADER.changeCounter + 4);
        }
        writeSync(to, bytes, 0, pageSize, (page - 1) * pageSize);
      }
    } finally {
      closeSync(from);
      closeSync(to);
    }
    return { path: copy, remove };
  } catch (error) {
    remove();
    throw error;
  } finally {
    sound.close();
  }
};
