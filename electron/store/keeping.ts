import { succeed, type Failure, type Result } from "../../shared/failures.ts";
import { MEGABYTE } from "../../shared/megabyte.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { createBackups } from "./backups.ts";
import { listBackups } from "./database-files.ts";
import { storageFailure, type Database } from "./database.ts";
import { createDiskWatch, type DiskLook, type DiskState } from "./disk-watch.ts";
import { createFileCheck } from "./file-check.ts";
import type { Journal } from "./journal.ts";
import { createRetention, type RetentionDays } from "./retention.ts";
import type { SyncMarks } from "./sync-marks.ts";
import { createUpkeep } from "./upkeep.ts";

export type KeepingParts = Readonly<{
  database: Database;
  /** The folder of the database. */
  folder: string;
  journal: Journal;
  marks: SyncMarks;
  clock: Clock;
  log: Log;
  days: () => RetentionDays;
  /** When somebody scanned last, ms; null: not since the start. */
  lastScanAt: () => number | null;
  /** The file is damaged: no scan may be taken any more. */
  onDamage: (words: string) => void;
  /** Something to be shown changed. */
  onChange: () => void;
  look?: (folder: string) => DiskLook;
}>;

const CHECKED_AT = "file-checked-at";
const megabytes = (bytes: number): string => `${Math.floor(bytes / MEGABYTE).toLocaleString("en")} MB`;

/** What keeps the database and its disk well, as one part: the watch over free space, backups, nightly check, retention, the log. */
export const createKeeping = (parts: KeepingParts) => {
  const { database, folder, journal, marks, clock, log, onDamage, onChange } = parts;
  let roomMade = 0;

  /** A line for people who look later; on a full disk the log has it alone. */
  const note = (kind: string, facts: Readonly<Record<string, unknown>>): void => {
    try {
      database.transaction(() => journal.add({ kind, ftNo: null, parcelNo: null, before: null, after: facts }, clock.now()));
    } catch (error) {
      log.warn({ kind, ...facts, failure: storageFailure(error, database.path) }, "a journal line could not be written");
    }
  };

  const watch = createDiskWatch({
    folder,
    clock,
    log,
    ...(parts.look === undefined ? {} : { look: parts.look }),
    makeRoom: (enough) => {
      const removed = backups.makeRoom(enough);
      roomMade += removed;
      return removed;
    },
    onChange: ({ level, freeBytes }, before) => {
      if (before !== null || level !== "fine") note("disk", { level, before, freeMb: Math.floor(freeBytes / MEGABYTE) });
      if (level === "fine") roomMade = 0;
      onChange();
    },
  });
  const backups = createBackups({ database, clock, log, freeBytes: watch.freeBytes, note, onDamagedCopy: (words) => void verify(words) });
  const check = createFileCheck({
    path: database.path,
    clock,
    log,
    onDamage,
    onWell: (tookMs) => {
      const at = clock.now();
      database.transaction(() => {
        marks.set(CHECKED_AT, at);
        journal.add({ kind: "file-checked", ftNo: null, parcelNo: null, before: null, after: { tookMs } }, at);
      });
      onChange();
    },
  });
  /** A bad copy of a good file is the disk's way of saying so; a bad file is told as one. */
  const verify = async (words: string): Promise<void> => {
    log.error({ words }, "a backup was damaged as it was made");
    note("backup-damaged", { words });
    await check.run();
  };
  const retention = createRetention({ database, days: parts.days, clock, log });
  const upkeep = createUpkeep({
    path: database.path,
    clock,
    log,
    check,
    retention,
    lastScanAt: parts.lastScanAt,
    checkedAt: () => marks.get(CHECKED_AT),
    checkedAtOpen: database.checkedAtOpen,
    mayWrite: () => watch.refusal() === null,
  });

  const pillOf = (state: DiskState | null): Readonly<{ health: "fine" | "careful" | "broken"; words: string }> => {
    const made = roomMade === 0 ? "" : ` · ${roomMade} old ${roomMade === 1 ? "backup" : "backups"} removed to make room`;
    switch (state?.level) {
      case "full":
        return { health: "broken", words: `Disk full: ${megabytes(state.freeBytes)} left${made}` };
      case "read-only":
        return { health: "broken", words: "The disk can't be written" };
      case "low":
        return { health: "careful", words: `Disk nearly full: ${megabytes(state.freeBytes)} left${made}` };
      case "fine":
      case undefined:
        return { health: "fine", words: state === null || state === undefined ? "Disk" : `${megabytes(state.freeBytes)} free` };
    }
  };

  return {
    start: (): void => {
      // A small file was checked whole as it was opened
      if (database.checkedAtOpen && watch.refusal() === null) marks.set(CHECKED_AT, clock.now());
      watch.start();
      backups.start();
      upkeep.start();
    },
    stop: async (): Promise<void> => {
      watch.stop();
      await Promise.all([backups.stop(), upkeep.stop()]);
    },
    /** Why nothing can be kept now; null while it can. Asked before a scan is counted. */
    refusal: (): Failure | null => watch.refusal(),
    pill: () => pillOf(watch.state()),
    backUp: async (): Promise<Result<Readonly<{ name: string }>>> => {
      const made = await backups.now();
      return made.ok ? succeed(made.value) : made;
    },
    facts: () => ({
      disk: watch.state(),
      databaseBytes: upkeep.databaseBytes(),
      logBytes: upkeep.logBytes(),
      checkedAt: marks.get(CHECKED_AT),
      backups: listBackups(database.path).map(({ name, at, bytes }) => ({ name, at, bytes })),
    }),
    check: check.run,
  };
};
export type Keeping = ReturnType<typeof createKeeping>;
