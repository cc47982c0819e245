import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import { MEGABYTE } from "../../shared/megabyte.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { surplusBackups } from "./backup-ages.ts";
import { backupPath, clearHalfBackups, copyDurably, listBackups, setDatabaseAside, syncFolder } from "./database-files.ts";
import { storageFailure, type Database } from "./database.ts";
import { startFileJob } from "./file-worker.ts";

/** An hour's work is what a damaged disk could cost at most, besides what can still be read of the damaged file (restore.ts). */
const BACKUP_EVERY_MS = 60 * 60 * 1000;
const LOOK_EVERY_MS = BACKUP_EVERY_MS / 12;
/** A busy start must not wait for a copy of the file. */
const FIRST_LOOK_MS = 60_000;
/** All backups together take no more than this part of what they and the free space make up. */
const SHARE_OF_DISK = 0.5;
/** What stays free beside a new copy. */
const ROOM_LEFT_BYTES = MEGABYTE;

export type BackupParts = Readonly<{
  database: Database;
  clock: Clock;
  log: Log;
  /** Free bytes of the data folder's disk. */
  freeBytes: () => number;
  /** A line for the journal: what became of the backups. */
  note: (kind: "backups-removed", facts: Readonly<Record<string, unknown>>) => void;
  /** The copy is damaged: so is the file it was made from, or the disk. */
  onDamagedCopy: (words: string) => void;
}>;

/**
 * Copies the database by SQLite's online backup, so that packing goes on meanwhile, reads the copy from end to end beside the event
 * loop, and only then gives it its name and lets older ones go: the newest in the list is always a good one.
 */
export const createBackups = ({ database, clock, log, freeBytes, note, onDamagedCopy }: BackupParts) => {
  let stopped = false;
  let takeBack: () => void = () => {};
  let running: Promise<unknown> = Promise.resolve();
  let check: ReturnType<typeof startFileJob> | null = null;

  const remove = (names: readonly string[], why: "age" | "space"): void => {
    if (names.length === 0) return;
    for (const { name, path } of listBackups(database.path)) if (names.includes(name)) rmSync(path, { force: true });
    log.info({ names, why }, "old backups were removed");
    if (why === "space") note("backups-removed", { names, why });
  };

  const budget = (): number => {
    const bytes = listBackups(database.path).reduce((sum, backup) => sum + backup.bytes, 0);
    return (freeBytes() + bytes) * SHARE_OF_DISK;
  };
  const thin = (): void => {
    const surplus = surplusBackups(listBackups(database.path), clock.now(), Number.POSITIVE_INFINITY).map(({ name }) => name);
    remove(surplus, "age");
    remove(
      surplusBackups(listBackups(database.path), clock.now(), budget()).map(({ name }) => name),
      "space",
    );
  };

  /** The oldest goes, the last never: true when one went. */
  const removeOldest = (): boolean => {
    const oldest = listBackups(database.path).at(-1);
    if (oldest === undefined || listBackups(database.path).length < 2) return false;
    remove([oldest.name], "space");
    return true;
  };

  /** A copy must never be what fills the disk: packing needs the room. */
  const hasRoom = (): boolean => freeBytes() >= statSync(database.path).size + ROOM_LEFT_BYTES;

  const copyAndCheck = async (path: string): Promise<Result<null>> => {
    if (!hasRoom()) return fail("storage-full", `${path} (no room for a copy).`);
    const unchecked = `${path}.unchecked`;
    const copied = await database.backup(unchecked);
    if (!copied.ok) return copied;
    try {
      check = startFileJob({ job: "check-copy", path: unchecked });
      const words = await check.done;
      if (stopped) return fail("not-now", "The station stops.");
      if (words !== null) {
        onDamagedCopy(words);
        return fail("storage-corrupt", `the copy of ${database.path} (${words}).`);
      }
      renameSync(unchecked, path);
      syncFolder(dirname(path));
      return succeed(null);
    } catch (error) {
      return { ok: false, failure: storageFailure(error, unchecked) };
    } finally {
      check = null;
      rmSync(unchecked, { force: true });
    }
  };

  const backUp = async (): Promise<Result<Readonly<{ name: string }>>> => {
    try {
      clearHalfBackups(database.path);
      const path = backupPath(database.path, clock.now());
      for (;;) {
        const made = await copyAndCheck(path);
        if (made.ok) break;
        // A full disk makes room from the oldest backups; with one left it stays, and packing needs the rest more than a new one
        if (made.failure.kind !== "storage-full" || stopped || !removeOldest()) {
          log.error({ failure: made.failure }, "the backup failed");
          return made;
        }
      }
      thin();
      const made = listBackups(database.path)[0];
      log.info({ path }, "backed up");
      return succeed({ name: made?.name ?? "" });
    } catch (error) {
      // A folder that can't be read, an old copy that a virus scanner holds: the next look tries again
      const failure = storageFailure(error, database.path);
      log.error({ failure }, "the backup failed");
      return { ok: false, failure };
    }
  };
  const isDue = (): boolean => {
    try {
      const [newest] = listBackups(database.path);
      if (newest !== undefined && clock.now() - newest.at < BACKUP_EVERY_MS && newest.at <= clock.now()) return false;
      // More than half of what is left is not taken for one more copy
      return newest === undefined || statSync(database.path).size <= budget();
    } catch {
      // It will say why when it is tried
      return true;
    }
  };
  const oneAtATime = (): Promise<Result<Readonly<{ name: string }>>> => {
    const mine = running.then(backUp);
    running = mine;
    return mine;
  };

  const look = (): void => {
    void (isDue() ? oneAtATime() : running).then(() => {
      if (!stopped) takeBack = clock.after(LOOK_EVERY_MS, look);
    });
  };

  return {
    start: (): void => {
      takeBack = clock.after(FIRST_LOOK_MS, look);
    },
    /** Waits for a copy under way: a half one would be thrown away. */
    stop: async (): Promise<void> => {
      stopped = true;
      takeBack();
      await check?.stop();
      await running;
    },
    now: oneAtATime,
    /** Removes the oldest backups, never the last one, until `enough`: gives how many went. */
    makeRoom: (enough: () => boolean): number => {
      let removed = 0;
      while (!enough() && removeOldest()) removed += 1;
      return removed;
    },
  };
};
export type Backups = ReturnType<typeof createBackups>;

/**
 * Puts a backup in the place of a database. The copy is on the disk before the file in use is set aside, under a name with the time and
 * never deleted: cut off or on a full disk, either the old one is there or the backup. Failures: `not-found`, `storage-*`.
 */
export const restoreBackup = (
  databasePath: string,
  name: string,
  at: number,
  why: "damaged" | "replaced" = "damaged",
): Result<Readonly<{ aside: string }>> => {
  const backup = listBackups(databasePath).find((candidate) => candidate.name === name);
  if (backup === undefined || !existsSync(backup.path)) return fail("not-found", `The backup ${name}.`);
  const copy = `${databasePath}.restored`;
  try {
    copyDurably(backup.path, copy);
    const aside = setDatabaseAside(databasePath, at, why);
    renameSync(copy, databasePath);
    syncFolder(dirname(databasePath));
    return succeed({ aside });
  } catch (error) {
    return { ok: false, failure: storageFailure(error, databasePath) };
  }
};

/** Sets an unusable database aside and leaves its place empty: the next start makes a new one. Failures: `storage-*`. */
export const startAfresh = (databasePath: string, at: number): Result<Readonly<{ aside: string }>> => {
  try {
    return succeed({ aside: setDatabaseAside(databasePath, at) });
  } catch (error) {
    return { ok: false, failure: storageFailure(error, databasePath) };
  }
};
