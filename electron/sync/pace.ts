import { isOver } from "../kit/clock.ts";

export type PaceStep = Readonly<{
  /** up to this age, ms */
  until: number;
  everyMs: number;
}>;

const FORGOTTEN_AFTER_MS = 3_600_000;

/**
 * How often each of many things is asked for: fast at first, then more slowly with its age since the first asking. Kept in
 * memory only: after a restart everything is fresh again, which is what a person at the bench expects.
 */
export const createPace = (steps: readonly PaceStep[]) => {
  const known = new Map<string, Readonly<{ since: number; nextAt: number }>>();
  const longestMs = steps.reduce((longest, { everyMs }) => Math.max(longest, everyMs), 0);
  let tidiedAt = 0;
  /** What is still wanted is asked for when it is due; what was not asked for an hour after that is wanted by nobody any more. */
  const tidy = (now: number): void => {
    if (Math.abs(now - tidiedAt) < FORGOTTEN_AFTER_MS) return;
    tidiedAt = now;
    for (const [key, { nextAt }] of known) if (Math.abs(now - nextAt) > FORGOTTEN_AFTER_MS) known.delete(key);
  };
  const dueAt = (key: string, now: number): number => {
    const nextAt = known.get(key)?.nextAt ?? now;
    return isOver(nextAt, now, longestMs) ? now : nextAt;
  };
  return {
    isDue: (key: string, now: number): boolean => dueAt(key, now) <= now,
    dueAt,
    asked: (key: string, now: number): void => {
      tidy(now);
      const since = known.get(key)?.since ?? now;
      const step = steps.find(({ until }) => now - since < until) ?? steps.at(-1);
      known.set(key, { since, nextAt: now + (step?.everyMs ?? 0) });
    },
    forget: (key: string): void => void known.delete(key),
    /** How many are remembered. */
    size: (): number => known.size,
  };
};
