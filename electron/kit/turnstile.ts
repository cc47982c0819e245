import type { Clock } from "./clock.ts";

/** Lets background work in, one piece at a time. */
export type Turnstile = Readonly<{ pass: () => Promise<void> }>;

/** While somebody packs, background work rests this many times as long as it worked. */
const REST_FACTOR = 2;
const SHORTEST_REST_MS = 4;
const LONGEST_REST_MS = 40;

/**
 * Each piece of background work gets a turn of the event loop of its own: between two of them the loop looks at what came in, so that
 * a scan waits for one piece at the most and never for a queue of them. While `busy`, there is a rest between two pieces: a backlog
 * of a hundred thousand then takes its time, and the packer doesn't notice it.
 */
export const createTurnstile = ({ clock, busy }: Readonly<{ clock: Clock; busy: () => boolean }>): Turnstile => {
  const waiting: (() => void)[] = [];
  let turning = false;

  const next = (): void => {
    const go = waiting.shift();
    turning = go !== undefined;
    if (go === undefined) return;
    const startedAt = performance.now();
    go();
    // Queued within an immediate, this runs after the loop has polled, so all that follows from `go` at once is over
    setImmediate(() => {
      if (!busy()) return next();
      const worked = performance.now() - startedAt;
      clock.after(Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, worked * REST_FACTOR)), next);
    });
  };
  return {
    pass: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (turning) return;
        turning = true;
        setImmediate(next);
      }),
  };
};
