import { closeSync, openSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { fail, type Failure } from "../../shared/failures.ts";
import { MEGABYTE } from "../../shared/megabyte.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";

/** What a look at the data folder's disk finds; bytes that this user may still write. */
export type DiskLook = Readonly<{ freeBytes: number; totalBytes: number; writable: boolean }>;
export type DiskState = DiskLook & Readonly<{ level: "fine" | "low" | "full" | "read-only" }>;

/** Below this no scan is taken: what is on its way (labels, answers of OMS4, the log's folding back) still finds room. */
const FULL_BELOW_BYTES = 16 * MEGABYTE;
/** From here on somebody should clear up: a day of packing with its labels takes about this much. */
const LOW_BELOW_BYTES = 512 * MEGABYTE;
/** Of a small disk the bounds are a part of it. */
const FULL_BELOW_SHARE = 0.05;
const LOW_BELOW_SHARE = 0.2;
/** A look costs microseconds; scans a moment apart share one. */
const LOOK_HOLDS_MS = 250;
const LOOK_EVERY_MS = 5_000;

/** The bytes below which no scan is taken, and below which the station warns. */
export const diskBounds = (totalBytes: number): Readonly<{ full: number; low: number }> => ({
  full: Math.min(FULL_BELOW_BYTES, totalBytes * FULL_BELOW_SHARE),
  low: Math.min(LOW_BELOW_BYTES, totalBytes * LOW_BELOW_SHARE),
});

/** Opened for writing at each look, never written: a file system that broke down and turned read-only says so only then. */
const PROBE = ".writable";

const isReadOnly = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EROFS";

/** Asks the system. Throws where it does not know the folder. */
export const lookAtDisk = (folder: string): DiskLook => {
  const { bavail, blocks, bsize } = statfsSync(folder);
  let writable = true;
  try {
    closeSync(openSync(join(folder, PROBE), "a"));
  } catch (error) {
    // Whatever else is in the way is the driver's to meet: it knows better than this question
    writable = !isReadOnly(error);
  }
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, writable };
};

export type DiskWatchParts = Readonly<{
  folder: string;
  clock: Clock;
  log: Log;
  look?: (folder: string) => DiskLook;
  /** The disk is full: makes room until `enough`; gives how many files went. */
  makeRoom: (enough: () => boolean) => number;
  /** The level changed. `before` null: the first look. */
  onChange: (state: DiskState, before: DiskState["level"] | null) => void;
}>;

/** Keeps an eye on the disk, so that a scan is refused before it is counted and not by a write that fails in the middle. */
export const createDiskWatch = ({ folder, clock, log, look = lookAtDisk, makeRoom, onChange }: DiskWatchParts) => {
  let state: DiskState | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let blind = false;
  let takeBack = (): void => {};

  const read = (): DiskState | null => {
    try {
      const found = look(folder);
      const bounds = diskBounds(found.totalBytes);
      blind = false;
      return {
        ...found,
        level: !found.writable ? "read-only" : found.freeBytes < bounds.full ? "full" : found.freeBytes < bounds.low ? "low" : "fine",
      };
    } catch (error) {
      // A scan that can't be kept still says so itself
      if (!blind) log.warn({ folder, error: String(error) }, "the disk's free space can't be read");
      blind = true;
      return null;
    }
  };

  const refresh = (): DiskState | null => {
    const now = clock.now();
    if (now - lookedAt < LOOK_HOLDS_MS && now >= lookedAt) return state;
    lookedAt = now;
    let found = read();
    if (found?.level === "full") {
      const enough = (): boolean => read()?.level !== "full";
      if (makeRoom(enough) > 0) found = read();
    }
    const before = state?.level ?? null;
    state = found;
    if (found !== null && found.level !== before) {
      if (before !== null || found.level !== "fine") log.warn({ ...found }, "the disk changed");
      onChange(found, before);
    }
    return state;
  };

  const beat = (): void => {
    refresh();
    takeBack = clock.after(LOOK_EVERY_MS, beat);
  };

  return {
    start: beat,
    stop: (): void => takeBack(),
    state: refresh,
    /** Why nothing can be written now; null while it can. Looks itself where the last look is no longer fresh. */
    refusal: (): Failure | null => {
      const found = refresh();
      if (found?.level === "full") return fail("storage-full", `${folder} has ${Math.floor(found.freeBytes / MEGABYTE)} MB left.`).failure;
      if (found?.level === "read-only") return fail("storage-unwritable", `${folder} is read-only now.`).failure;
      return null;
    },
    /** Asked anew; without bounds where the system does not know. */
    freeBytes: (): number => read()?.freeBytes ?? Number.POSITIVE_INFINITY,
  };
};
