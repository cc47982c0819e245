import { fail, type Failure, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { IppServer } from "./cups-client.ts";
import type { CupsEnds } from "./cups-ends.ts";
import { startOf, startsAgain, writeRef, type JobRef } from "./cups-job.ts";
import { heldTrouble, isFinished, readTrouble, type JobFacts, type QueueDesk, type QueueFacts } from "./cups-queue.ts";
import { createCupsWatch } from "./cups-watch.ts";
import { pause, type PrintNews, type PrintRun } from "./port.ts";

type Parts = Readonly<{
  queue: string;
  server: IppServer;
  desk: QueueDesk;
  ends: CupsEnds;
  atDevice: (facts: QueueFacts) => Promise<Result<QueueFacts> | null>;
  clock: Clock;
  log: Log;
  lookEveryMs: number;
}>;

/** `goneAt`: CUPS went at that time and is back since, ms; null while it has been there all the time. */
type Followed = JobRef & Readonly<{ goneAt?: number | null }>;

/**
 * A CUPS that comes back begins at once with what it was interrupted in, and its filters need a few hundredths of a second before the printer
 * has anything of it: it is met as soon as it is there. Most restarts take less than five seconds; after ten minutes it was switched off.
 */
const MEET_EVERY_MS = 2;
const MEET_WITHIN_MS = 5_000;
const COMES_BACK_LOOK_MS = 40;
const COMES_BACK_WITHIN_MS = 10 * 60_000;
const SECOND_MS = 1_000;

/** Follows jobs of one queue to their end, and takes back what CUPS would print a second time. */
export const createCupsFollow = ({ queue, server, desk, ends, atDevice, clock, log, lookEveryMs }: Parts) => {
  const lookAgainIn = (awayFor: number): number =>
    awayFor === 0 || awayFor > COMES_BACK_WITHIN_MS
      ? lookEveryMs
      : Math.min(awayFor > MEET_WITHIN_MS ? COMES_BACK_LOOK_MS : MEET_EVERY_MS, lookEveryMs);

  /** Takes the job back as soon as CUPS answers, before anything is asked. True when it was taken, false when it is over or CUPS stays away. */
  const meet = async (id: number, say: (failure: Failure) => void, signal: AbortSignal): Promise<boolean> => {
    for (const since = clock.now(); !signal.aborted && clock.now() - since < COMES_BACK_WITHIN_MS;) {
      const taken = await desk.cancel(id);
      if (taken.ok || taken.failure.kind !== "printer-unreachable") return taken.ok;
      say(taken.failure);
      await pause(clock, lookAgainIn(Math.max(1, clock.now() - since)), signal);
    }
    return false;
  };

  /** It was not seen to begin before CUPS went: what has begun by now may have begun before. */
  const mayHaveBegun = (job: JobFacts, goneAt: number | null): boolean => {
    const started = startOf(job);
    return goneAt !== null && started !== null && started * SECOND_MS <= goneAt && !isFinished(job);
  };

  return ({ id, startedAt, goneAt: wentAt = null }: Followed, name: string, watch = createCupsWatch({ server, clock })): PrintRun =>
    async (tell, signal) => {
      let [firstStart, goneAt, takenBack] = [startedAt, wentAt, false];
      let told = "none";
      const say = (failure: PrintNews["failure"]): void => {
        const deviceRef = writeRef({ id, startedAt: firstStart });
        const words = `${deviceRef} ${failure === null ? "" : `${failure.kind} ${failure.detail}`}`;
        if (words === told) return;
        told = words;
        tell({ state: "accepted", deviceRef, failure });
      };
      const warn = (): void =>
        log.warn({ queue, name }, "CUPS was interrupted in a label and would print it a second time; it is taken back");
      try {
        for (let answeredAt = clock.now(); ;) {
          const gone = watch.arm();
          const job = await desk.job(id);
          const now = clock.now();
          if (job.ok) answeredAt = now;
          if (signal.aborted) return fail("print-unknown", `${name} is no longer followed.`, { ambiguous: true });
          if (!job.ok) say(job.failure);
          // A CUPS that lost its notes in a crash gives its numbers a second time
          else if (job.value === null || job.value["job-name"] !== name)
            return fail("print-unknown", `${queue}: CUPS has forgotten job ${id}.`, { ambiguous: true });
          else if (isFinished(job.value)) {
            // CUPS answers again: what was said of it before is over, however long the printer takes
            say(null);
            const began = firstStart !== null || goneAt !== null;
            return await ends.judge(job.value, name, { began, takenBack }, signal);
          } else if (startsAgain(job.value, firstStart) || mayHaveBegun(job.value, goneAt)) {
            warn();
            const taken = await desk.cancel(id);
            if (!taken.ok && taken.failure.kind !== "printer-unreachable") return ends.printsAgain(name, taken.failure);
            takenBack ||= taken.ok;
          } else {
            firstStart ??= startOf(job.value);
            const facts = await desk.facts();
            const trouble = facts.ok ? (readTrouble(queue, facts.value, await atDevice(facts.value))?.failure ?? null) : facts.failure;
            say(trouble ?? heldTrouble(queue, job.value));
          }
          await pause(clock, lookAgainIn(now - answeredAt), signal, gone);
          if (!gone.aborted || signal.aborted || takenBack) continue;
          goneAt ??= clock.now();
          if (firstStart === null) continue;
          warn();
          takenBack = await meet(id, say, signal);
        }
      } finally {
        watch.close();
      }
    };
};
