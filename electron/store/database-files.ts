import { closeSync, copyFileSync, existsSync, fsyncSync, linkSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What lies beside a database: its backups, and files that were set aside. */
export type Backup = Readonly<{ name: string; path: string; at: number; bytes: number }>;

const backupFolder = (databasePath: string): string => join(dirname(databasePath), "backups");

/** `2026-11-23T09-30-00.db`, UTC */
const NAMED_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})\.db$/;
/** A copied data folder has new times on all its files: the name says when a backup was made. */
const timeOf = (name: string, otherwise: number): number => {
  const [, day, hours, minutes, seconds] = NAMED_TIME.exec(name) ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(at) ? otherwise : at;
};

/** Backups of a database, newest first. */
export const listBackups = (databasePath: string): readonly Backup[] => {
  const folder = backupFolder(databasePath);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".db"))
    .map((name) => {
      const { mtimeMs, size } = statSync(join(folder, name));
      return { name, path: join(folder, name), at: timeOf(name, mtimeMs), bytes: size };
    })
    .toSorted((a, b) => b.at - a.at);
};

/** Where the backup of a moment is kept: `backups/2026-11-23T09-30-00.db` beside the database. */
export const backupPath = (databasePath: string, at: number): string =>
  join(backupFolder(databasePath), `${new Date(at).toISOString().slice(0, 19).replaceAll(":", "-")}.db`);

/** Takes away what a copy left that was cut off by a crash. */
export const clearHalfBackups = (databasePath: string): void => {
  const folder = backupFolder(databasePath);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder))
    if (/\.(part|unchecked)(-journal|-wal|-shm)?$/.test(name)) rmSync(join(folder, name), { force: true });
};

/** Makes a rename or a new file in a folder outlive a power cut; Windows does so by itself and can't open folders. */
export const syncFolder = (folder: string): void => {
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/**
 * Sets a database aside under a name with the reason and the time; nothing is deleted. Returns its new path.
 *
 * @param why `damaged`: it can't be used; `replaced`: it was well, and a backup takes its place
 */
export const setDatabaseAside = (path: string, at: number, why: "damaged" | "replaced" = "damaged"): string => {
  const aside = join(dirname(path), `${basename(path)}.${why}-${new Date(at).toISOString().replaceAll(/[:.]/g, "-")}`);
  const log = `${path}-wal`;
  // The log is there under both names until the file has moved: a file without its log would be an older one, and nobody would know
  if (existsSync(log)) linkOrCopy(log, `${aside}-wal`);
  if (existsSync(path)) renameSync(path, aside);
  for (const left of [log, `${path}-shm`]) rmSync(left, { force: true });
  return aside;
};

const linkOrCopy = (from: string, to: string): void => {
  try {
    linkSync(from, to);
  } catch {
    // A file system without links
    copyDurably(from, to);
  }
};

/** A whole copy of a file under another name, on the disk when it returns. */
export const copyDurably = (from: string, to: string): void => {
  try {
    copyFileSync(from, to);
    const file = openSync(to, "r+");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  }
};
