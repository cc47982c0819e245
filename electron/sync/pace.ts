export type PaceStep = Readonly<{
  /** up to this age, ms */
  until: number;
  everyMs: number;
}>;

/**
 * How often each of many things is asked for: fast at first, then more slowly with its age since the first asking. Kept in
 * memory only: after a restart everything is fresh again, which is what a person at the bench expects.
 */
export const createPace = (steps: readonly PaceStep[]) => {
  const known = new Map<string, Readonly<{ since: number; nextAt: number }>>();
  return {
    isDue: (key: string, now: number): boolean => (known.get(key)?.nextAt ?? now) <= now,
    dueAt: (key: string, now: number): number => known.get(key)?.nextAt ?? now,
    asked: (key: string, now: number): void => {
      const since = known.get(key)?.since ?? now;
      const step = steps.find(({ until }) => now - since < until) ?? steps.at(-1);
      known.set(key, { since, nextAt: now + (step?.everyMs ?? 0) });
    },
    forget: (key: string): void => void known.delete(key),
  };
};
