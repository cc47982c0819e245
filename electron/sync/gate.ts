import type { Failure } from "../../shared/failures.ts";
import { backoff } from "./backoff.ts";

/** A network that is back is found within this, also without any other sign. */
const LONGEST_OFFLINE_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** Failures that the next entry would meet as well: they are nobody's own fault. */
const CONCERNS_ALL = ["offline", "not-oms4", "credentials-refused", "throttled"];
export const concernsAll = ({ kind }: Failure): boolean => CONCERNS_ALL.includes(kind);
/** Failures that may be one entry's own; when entry after entry meets them, they are OMS4's. */
const MAY_CONCERN_ALL = ["timeout", "answer-cut", "oms4-trouble", "answer-unreadable"];

/**
 * Decides whether the way to OMS4 is worth trying. Once it is closed, everybody waits for a single probe instead of each
 * knocking for itself; a probe that passes opens it.
 */
export const createGate = ({ random }: Readonly<{ random: () => number }>) => {
  let until: number | null = null;
  let closedAt = 0;
  let probing = false;
  let tries = 0;
  let failuresInARow = 0;
  let askedToWait = false;

  /** Until when, as the clock stands now: one that was set back since makes the wait meaningless, and the probe may go. */
  const untilAt = (now: number): number | null => (until !== null && now < closedAt ? now : until);

  const open = (): void => {
    until = null;
    probing = false;
    tries = 0;
    failuresInARow = 0;
    askedToWait = false;
  };

  return {
    /** A call got through. It opens the way, unless OMS4 has asked for a pause that isn't over. */
    open: (now: number): void => {
      const end = untilAt(now);
      if (!askedToWait || end === null || end <= now) open();
    },
    /** Takes note of a failure; true when it closed the gate, so that the entry itself needn't wait longer than all. */
    failed: (failure: Failure, now: number, width: number): boolean => {
      failuresInARow += 1;
      const all = concernsAll(failure) || (MAY_CONCERN_ALL.includes(failure.kind) && failuresInARow > width);
      if (!all) return false;
      // Several that were under way together are one failure of the way
      const end = untilAt(now);
      if (end !== null && end > now) {
        if (failure.retryAfterMs !== undefined) until = Math.max(end, now + failure.retryAfterMs);
        return true;
      }
      tries += 1;
      closedAt = now;
      probing = true;
      askedToWait = failure.kind === "throttled";
      const longest = failure.kind === "offline" ? LONGEST_OFFLINE_WAIT_MS : LONGEST_WAIT_MS;
      until = now + (failure.retryAfterMs ?? backoff(tries, longest, random));
      return true;
    },
    /** ms until which nothing may be tried; null when the way is free. */
    closedUntil: (now: number): number | null => {
      const end = untilAt(now);
      return end !== null && end > now ? end : null;
    },
    /** Free again, but only for one at a time until it passes. */
    probing: (): boolean => probing,
  };
};
export type Gate = ReturnType<typeof createGate>;
