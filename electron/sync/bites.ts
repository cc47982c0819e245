import { isWithin, type Clock } from "../kit/clock.ts";

/** Twenty a second: more than any bench is given orders. */
const MOST_A_BITE = 4;
const AIR_MS = 200;

/** What nobody waits for goes in small bites with air between them while somebody scans, else as quick as it goes. */
export const createBites = ({ clock, isScanning }: Readonly<{ clock: Clock; isScanning: () => boolean }>) => {
  let bitAt: number | null = null;
  /** ms, when the next bite may be taken; 0: at any time */
  const from = (): number => (bitAt !== null && isScanning() && isWithin(bitAt, clock.now(), AIR_MS) ? bitAt + AIR_MS : 0);
  return {
    from,
    /** How many may go now. */
    most: (): number => {
      if (!isScanning()) return Infinity;
      return from() > clock.now() ? 0 : MOST_A_BITE;
    },
    taken: (): void => void (bitAt = clock.now()),
  };
};
export type Bites = ReturnType<typeof createBites>;
