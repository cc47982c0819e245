import type { SyncMarks } from "../store/sync-marks.ts";

/** How far OMS4's clock is ahead of this PC's, ms, and OMS4's time of that measurement. */
const SKEW = "skew";
const MEASURED = "skew measured";
/** Below this it is the measurement that differs, not the clocks. */
const WORTH_KEEPING_MS = 1_000;
/** How old the kept time of measuring may get. */
const KEPT_AGAIN_MS = 10 * 60_000;
/** `Date` has whole seconds. */
const COARSE_MS = 2_000;

/** Keeps what was measured, so that a station that starts offline with a wrong clock still tells OMS4's time. `now`: this PC's clock, ms. */
export const keepSkew = (marks: SyncMarks, skewMs: number | null, now: number): void => {
  if (skewMs === null) return;
  const [kept, measured] = [marks.get(SKEW), marks.get(MEASURED)];
  const age = measured === null ? Number.POSITIVE_INFINITY : Math.abs(now + skewMs - measured);
  if (kept !== null && Math.abs(kept - skewMs) < WORTH_KEEPING_MS && age < KEPT_AGAIN_MS) return;
  marks.set(SKEW, skewMs);
  marks.set(MEASURED, now + skewMs);
};

/** The skew as it was last measured, ms; null when none was, or when OMS4's time would have gone back by it: then somebody has set this PC's clock. */
export const readKeptSkew = (marks: SyncMarks, now: number): number | null => {
  const [skewMs, measured] = [marks.get(SKEW), marks.get(MEASURED)];
  return skewMs === null || measured === null || now + skewMs < measured - COARSE_MS ? null : skewMs;
};
