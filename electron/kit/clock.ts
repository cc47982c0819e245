/** Time and waiting, passed in so that tests can hold them. */
export type Clock = Readonly<{
  /** ms since epoch */
  now: () => number;
  /** Runs `action` once after `ms`; the returned function takes it back. */
  after: (ms: number, action: () => void) => () => void;
}>;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
