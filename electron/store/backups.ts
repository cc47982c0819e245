import { copyFileSync, existsSync, rmSync } from "node:fs";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { backupPath, listBackups, setDatabaseAside, storageFailure, type Database } from "./database.ts";

/** A shift's half: what a damaged disk could cost at most, besides what OMS4 already knows. */
const BACKUP_EVERY_MS = 4 * 60 * 60 * 1000;
/** A busy start must not wait for a copy of the file. */
const FIRST_LOOK_MS = 60_000;
const BACKUPS_KEPT = 12;

/** Copies the database by SQLite's online backup, so that packing goes on meanwhile; the oldest copies make room. */
export const createBackups = ({ database, clock, log }: Readonly<{ database: Database; clock: Clock; log: Log }>) => {
  let stopped = false;
  let takeBack: () => void = () => {};
  let running: Promise<void> = Promise.resolve();

  const backUp = async (): Promise<void> => {
    const made = await database.backup(backupPath(database.path, clock.now()));
    if (!made.ok) {
      log.error({ failure: made.failure }, "the backup failed");
      return;
    }
    for (const old of listBackups(database.path).slice(BACKUPS_KEPT)) rmSync(old.path, { force: true });
    log.info({ path: made.value.path }, "backed up");
  };
  const backUpIfDue = async (): Promise<void> => {
    try {
      const newest = listBackups(database.path)[0]?.at ?? 0;
      if (clock.now() - newest >= BACKUP_EVERY_MS) await backUp();
    } catch (error) {
      // A folder that can't be read, an old copy that a virus scanner holds: the next look tries again
      log.error({ failure: storageFailure(error, database.path) }, "the backup failed");
    }
  };

  const look = (): void => {
    running = backUpIfDue();
    void running.then(() => {
      if (!stopped) takeBack = clock.after(BACKUP_EVERY_MS / 8, look);
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
      await running;
    },
    now: backUp,
  };
};

/**
 * Puts a backup in the place of a damaged or newer database. The file in use is set aside under a name with the time, never
 * deleted. Failures: `not-found`, `storage-*`.
 */
export const restoreBackup = (databasePath: string, name: string, at: number): Result<Readonly<{ aside: string }>> => {
  const backup = listBackups(databasePath).find((candidate) => candidate.name === name);
  if (backup === undefined || !existsSync(backup.path)) return fail("not-found", `The backup ${name}.`);
  try {
    const aside = setDatabaseAside(databasePath, at);
    copyFileSync(backup.path, databasePath);
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
