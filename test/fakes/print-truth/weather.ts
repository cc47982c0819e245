import type { FakeCups } from "../cups.ts";
import type { Random } from "../crash/random.ts";

/** What goes wrong on the printing side, each undone again after a while. */
export const mishaps = [
  "printer-killed-in-mid-job",
  "printer-killed",
  "cups-restarted",
  "paper-out",
  "queue-disabled",
  "queue-rejects",
  "job-cancelled-by-hand",
  "device-gives-up",
] as const;
export type Mishap = (typeof mishaps)[number];

type Parts = Readonly<{
  cups: FakeCups;
  random: Random;
  pause: (ms: number) => Promise<void>;
  /** resolves to true once it is so, to false when the run is over or it takes too long */
  awaits: (so: () => boolean) => Promise<boolean>;
  note: (words: string) => void;
}>;

/** How often each comes, against the others. */
const WEIGHTS: Readonly<Record<Mishap, number>> = {
  "printer-killed-in-mid-job": 4,
  "printer-killed": 1,
  "cups-restarted": 3,
  "paper-out": 2,
  "queue-disabled": 2,
  "queue-rejects": 1,
  "job-cancelled-by-hand": 3,
  "device-gives-up": 2,
};
/** A label takes up to that long before it comes out, and as long after it. */
const LONGEST_S = 0.5;

/** Bad weather for one printer; `strike` lets one thing go wrong and undoes it, and says what happened. */
export const createWeather = ({ cups, random, pause, awaits, note }: Parts) => {
  const list = mishaps.flatMap((mishap) => Array.from({ length: WEIGHTS[mishap] }, () => mishap));
  const whilePrinting = async (): Promise<boolean> => {
    const prints = await awaits(cups.printing);
    // Before the label comes out, while it does, or after it has
    if (prints) await pause(random.between(0, 2 * LONGEST_S * 1_000));
    return prints;
  };
  const away = (): Promise<void> => pause(random.between(100, 2_500));
  // Nobody stops and starts a queue faster than that
  const byHand = (): Promise<void> => pause(random.between(2_000, 4_000));
  const acts: Readonly<Record<Mishap, () => Promise<boolean>>> = {
    "printer-killed-in-mid-job": async () => {
      if (!(await whilePrinting())) return false;
      await cups.killPrinter();
      await away();
      await cups.startPrinter();
      return true;
    },
    "printer-killed": async () => {
      await cups.killPrinter();
      await away();
      await cups.startPrinter();
      return true;
    },
    "cups-restarted": async () => {
      if (random.chance(0.5)) await whilePrinting();
      await cups.stopCups();
      await away();
      await cups.startCups();
      return true;
    },
    "paper-out": async () => {
      cups.mediaEmpty(true);
      await away();
      cups.mediaEmpty(false);
      return true;
    },
    "queue-disabled": async () => {
      if (random.chance(0.5)) await whilePrinting();
      await cups.tool("cupsdisable", cups.queue);
      await byHand();
      await cups.tool("cupsenable", cups.queue);
      return true;
    },
    "queue-rejects": async () => {
      await cups.tool("cupsreject", cups.queue);
      await away();
      await cups.tool("cupsaccept", cups.queue);
      return true;
    },
    "job-cancelled-by-hand": async () => {
      if (random.chance(0.7)) await whilePrinting();
      await cups.tool("cancel", "-a", cups.queue);
      return true;
    },
    "device-gives-up": async () => {
      cups.fail(true);
      await away();
      cups.fail(false);
      return true;
    },
  };
  return {
    strike: async (): Promise<Mishap | null> => {
      cups.pace(random.between(4, 10) / 20);
      const mishap = random.pick(list);
      note(mishap);
      const done = await acts[mishap]();
      note(`${mishap} is over`);
      return done ? mishap : null;
    },
  };
};
