/** First wait, ms; each further one doubles. */
const BASE_MS = 1_000;
/** Even full jitter never makes a busy loop. */
const SHORTEST_MS = 50;

/**
 * Exponential backoff with full jitter: anything from nothing to `BASE_MS · 2^(tries - 1)`, at most `longestMs`. `random` gives 0 to 1.
 */
export const backoff = (tries: number, longestMs: number, random: () => number): number =>
  Math.max(SHORTEST_MS, Math.round(random() * Math.min(longestMs, BASE_MS * 2 ** Math.min(Math.max(tries, 1) - 1, 30))));
