import { isFinished, type JobFacts } from "./cups-queue.ts";
import { jobStates } from "./ipp.ts";

/** A job of CUPS as we remember it: its number, and when CUPS first gave it to the device (s since epoch; null: not seen yet). */
export type JobRef = Readonly<{ id: number; startedAt: number | null }>;

/** As it is stored: `12`, and `12@1795954138` once it was started. */
export const writeRef = ({ id, startedAt }: JobRef): string => (startedAt === null ? String(id) : `${id}@${startedAt}`);

/** Null when nothing, or nothing of ours, was stored. */
export const readRef = (text: string | null): JobRef | null => {
  const found = /^(\d+)(?:@(\d+))?$/.exec(text ?? "");
  return found === null ? null : { id: Number(found[1]), startedAt: found[2] === undefined ? null : Number(found[2]) };
};

/** When CUPS gave the job to the device, s since epoch; null when it has not. */
export const startOf = (job: JobFacts): number | null => (job["time-at-processing"] > 0 ? job["time-at-processing"] : null);

/**
 * CUPS has begun with the job before and is about to begin, or has begun, with it anew: after a restart of CUPS, or of the queue, in the middle
 * of it. What the device got the first time comes out as well, so that the label would come out twice.
 */
export const startsAgain = (job: JobFacts, firstStart: number | null): boolean => {
  const started = startOf(job);
  if (started === null || isFinished(job)) return false;
  return job["job-state"] !== jobStates.processing || (firstStart !== null && started > firstStart);
};
