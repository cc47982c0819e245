export const DAY_MS = 24 * 60 * 60 * 1_000;

/** Time and waiting, passed in so that tests can hold them. */
export type Clock = Readonly<{
  /** ms since epoch */
  now: () => number;
  /** Runs `action` once after `ms`; the returned function takes it back. */
  after: (ms: number, action: () => void) => () => void;
}>;

/** More than any correction of a second or two. */
const WENT_BACK_MS = 5_000;

/** Tells at each look whether the PC's clock was set back since the one before: what was to happen at a time reckoned before may be hours off. */
export const watchForSetBack = ({ now }: Pick<Clock, "now">): (() => boolean) => {
  let last = -Infinity;
  return () => {
    const at = now();
    const wentBack = at < last - WENT_BACK_MS;
    last = at;
    return wentBack;
  };
};

/** Whether a wait until then is over. One longer than it can ever be was reckoned before the clock was set back, and means nothing. */
export const isOver = (until: number, now: number, longestMs: number): boolean => until <= now || until - now > longestMs;

/** Whether then is less than `withinMs` ago. What lies ahead was noted before the clock was set back: nobody knows how long ago it is. */
export const isWithin = (then: number, now: number, withinMs: number): boolean => then <= now && now - then < withinMs;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
