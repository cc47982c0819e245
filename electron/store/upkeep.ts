import { statSync } from "node:fs";
import { MEGABYTE } from "../../shared/megabyte.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { storageFailure } from "./database.ts";
import type { FileCheck } from "./file-check.ts";
import { startFileJob } from "./file-worker.ts";
import type { Retention } from "./retention.ts";

const TICK_MS = 5_000;
/** Nobody has scanned for this long: the disk is free for a moment. */
const QUIET_AFTER_MS = 3_000;
const LONG_QUIET_AFTER_MS = 10 * 60_000;
/** Worth folding back when it is quiet; and when it is never quiet, before SQLite does it itself in the middle of a scan (4 MB). */
const LOG_WORTH_IT_BYTES = MEGABYTE / 4;
const LOG_TOO_LONG_BYTES = 2 * MEGABYTE;
/** A log this long has a reader that doesn't let go; our own check is the one we can end. */
const LOG_OUT_OF_HAND_BYTES = 64 * MEGABYTE;
/** The night's check begins when the shift is most likely over. */
const CHECK_HOUR = 3;
const HOUR_MS = 60 * 60_000;
/** A PC that is switched off at night is checked when it is quiet by day. */
const CHECK_AT_LEAST_EVERY_MS = 26 * HOUR_MS;
/** The first scans have the disk for themselves. */
const FIRST_CHECK_AFTER_MS = 5_000;

export type UpkeepParts = Readonly<{
  path: string;
  clock: Clock;
  log: Log;
  check: FileCheck;
  retention: Retention;
  /** When somebody scanned last, ms; null: not since the start. */
  lastScanAt: () => number | null;
  /** When the file was last found well, ms; null: never. */
  checkedAt: () => number | null;
  /** False where the file was too large to be checked before the first scan. */
  checkedAtOpen: boolean;
  /** The disk refuses writing: nothing is cleared up then. */
  mayWrite: () => boolean;
}>;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** What the store needs done beside the scans: its log folded back, old data removed in small bites, the file checked at night. */
export const createUpkeep = (parts: UpkeepParts) => {
  const { path, clock, log, check, retention } = parts;
  const startedAt = clock.now();
  let takeBack = (): void => {};
  let stopped = false;
  let folding: ReturnType<typeof startFileJob> | null = null;
  let firstCheckDue = !parts.checkedAtOpen;
  let toldOfReader = false;

  const quietFor = (): number => clock.now() - Math.max(startedAt, parts.lastScanAt() ?? 0);

  const fold = (): void => {
    const bytes = sizeOf(`${path}-wal`);
    if (bytes < LOG_OUT_OF_HAND_BYTES) toldOfReader = false;
    else if (!toldOfReader) {
      toldOfReader = true;
      log.warn({ bytes }, "the database's log has grown: something reads it for long");
      void check.giveUp();
    }
    if (folding !== null || bytes < LOG_WORTH_IT_BYTES || (quietFor() < QUIET_AFTER_MS && bytes < LOG_TOO_LONG_BYTES)) return;
    const job = startFileJob({ job: "checkpoint", path });
    folding = job;
    job.done
      .catch((error: unknown) => log.warn({ error: String(error) }, "the database's log could not be folded back"))
      .finally(() => (folding = null));
  };

  const checkIsDue = (): boolean => {
    if (check.running()) return false;
    if (firstCheckDue) return clock.now() - startedAt >= FIRST_CHECK_AFTER_MS;
    const now = clock.now();
    const last = parts.checkedAt();
    if (last === null || now - last >= CHECK_AT_LEAST_EVERY_MS || last > now) return quietFor() >= LONG_QUIET_AFTER_MS;
    return new Date(now).getHours() === CHECK_HOUR && now - last >= 2 * HOUR_MS && quietFor() >= QUIET_AFTER_MS;
  };

  const tick = (): void => {
    try {
      fold();
      if (checkIsDue()) {
        firstCheckDue = false;
        void check.run();
      }
      if (quietFor() >= QUIET_AFTER_MS && parts.mayWrite()) retention.bite(clock.now());
    } catch (error) {
      // The disk or a bug: the next tick tries again, a scan says it to the packer
      log.error({ failure: storageFailure(error, path) }, "the upkeep of the store broke off");
    }
    if (!stopped) takeBack = clock.after(retention.hasMore() && quietFor() >= QUIET_AFTER_MS ? TICK_MS / 20 : TICK_MS, tick);
  };

  return {
    start: (): void => {
      takeBack = clock.after(TICK_MS, tick);
    },
    stop: async (): Promise<void> => {
      stopped = true;
      takeBack();
      await Promise.all([check.stop(), folding?.done.catch(() => null)]);
    },
    databaseBytes: (): number => sizeOf(path),
    /** Bytes of the log beside it now. */
    logBytes: (): number => sizeOf(`${path}-wal`),
  };
};
