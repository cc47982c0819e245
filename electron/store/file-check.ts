import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { startFileJob } from "./file-worker.ts";

/**
 * Reads the whole database file beside the scans, one check at a time. Damage is told as soon as it is found; what was accepted until
 * then is committed like everything else. A file that can't be read for another reason tells nothing here: the station meets it itself
 * with its next scan.
 */
export const createFileCheck = ({
  path,
  clock,
  log,
  onDamage,
  onWell,
}: Readonly<{ path: string; clock: Clock; log: Log; onDamage: (words: string) => void; onWell: (tookMs: number) => void }>) => {
  let job: ReturnType<typeof startFileJob> | null = null;
  let running: Promise<void> | null = null;
  let stopped = false;

  const check = async (): Promise<void> => {
    const startedAt = clock.now();
    const mine = startFileJob({ job: "check", path });
    job = mine;
    try {
      const words = await mine.done;
      // Ended early it has not read everything
      if (stopped || job !== mine) return;
      if (words !== null) return onDamage(words);
      log.info({ path, ms: clock.now() - startedAt }, "the database was checked and is well");
      onWell(clock.now() - startedAt);
    } catch (error) {
      if (!stopped) log.error({ path, error: String(error) }, "the database could not be checked");
    } finally {
      if (job === mine) job = null;
    }
  };
  const giveUp = async (): Promise<void> => {
    const mine = job;
    job = null;
    await mine?.stop();
    await running;
  };
  return {
    /** Starts a check, or joins the one under way. */
    run: (): Promise<void> => {
      if (stopped) return Promise.resolve();
      running ??= check().finally(() => (running = null));
      return running;
    },
    running: (): boolean => running !== null,
    /** Ends the check under way without a word. */
    giveUp,
    stop: async (): Promise<void> => {
      stopped = true;
      await giveUp();
    },
  };
};
export type FileCheck = ReturnType<typeof createFileCheck>;
