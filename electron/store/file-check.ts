import { Worker } from "node:worker_threads";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";

/** The first scans have the disk for themselves. */
const CHECK_AFTER_MS = 5_000;

/** The worker's file lies beside this one as .ts, and beside the bundle as .cjs. */
const workerUrl = (): URL => new URL(`check-worker.${import.meta.url.endsWith(".ts") ? "ts" : "cjs"}`, import.meta.url);

/**
 * Checks a database that was too large to be checked before the first scan, once, beside the scans. Damage is told as soon as it
 * is found; what was accepted until then is committed like everything else. A file that can't be read for another reason tells
 * nothing here: the station meets it itself with its next scan.
 */
export const createFileCheck = ({
  path,
  clock,
  log,
  onDamage,
}: Readonly<{ path: string; clock: Clock; log: Log; onDamage: (words: string) => void }>) => {
  let worker: Worker | null = null;
  let stopped = false;
  let takeBack = (): void => {};

  const hear = (words: string | null): void => {
    if (stopped) return;
    if (words === null) log.info({ path }, "the database was checked and is well");
    else onDamage(words);
  };
  const look = (): void => {
    worker = new Worker(workerUrl(), { workerData: path });
    worker.on("message", hear);
    worker.on("error", (error) => log.error({ path, error: String(error) }, "the database could not be checked"));
    worker.unref();
  };
  return {
    start: (): void => {
      takeBack = clock.after(CHECK_AFTER_MS, look);
    },
    /** Ends after the table under check at the latest. */
    stop: async (): Promise<void> => {
      stopped = true;
      takeBack();
      await worker?.terminate();
    },
  };
};
export type FileCheck = ReturnType<typeof createFileCheck>;
