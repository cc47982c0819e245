/** `Date` has whole seconds, cut off: on average the truth is half a second later. */
const DATE_RESOLUTION_MS = 1_000;
/** A clock off by less than this is left alone: the measurement itself is that coarse. */
const CORRECT_ABOVE_MS = 2_000;

export type Measurement = Readonly<{ date: string | null; age: string | null; sentAt: number; receivedAt: number }>;

/** How far OMS4's clock is ahead of this PC's, from the `Date` of its answers. `knownMs`: as measured before the start, null for unknown. */
export const createSkew = (knownMs: number | null) => {
  const neededFor = (ms: number): number => (Math.abs(ms) > CORRECT_ABOVE_MS ? ms : 0);
  let skewMs = knownMs;
  let correction = neededFor(knownMs ?? 0);
  return {
    measure: ({ date, age, sentAt, receivedAt }: Measurement): void => {
      // An answer out of a cache carries the date of when it was made
      if (date === null || Number(age ?? 0) > 0) return;
      const theirs = Date.parse(date);
      if (!Number.isFinite(theirs)) return;
      const midpoint = (sentAt + receivedAt) / 2;
      skewMs = Math.round(theirs + DATE_RESOLUTION_MS / 2 - midpoint);
      const needed = neededFor(skewMs);
      // Kept while it still fits, so that the coarse measurement makes no jitter in the timestamps
      if (needed === 0 || Math.abs(needed - correction) > CORRECT_ABOVE_MS / 2) correction = needed;
    },
    current: (): number | null => skewMs,
    /** ms to add to our clock for a timestamp OMS4 accepts */
    correction: (): number => correction,
  };
};
