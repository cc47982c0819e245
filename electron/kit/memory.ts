import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A packer who is gone for so long is at the shelf, or at lunch: nobody waits for the next answer. */
const QUIET_MS = 20_000;

/** Collects this thread's garbage at once, for some tens of ms. V8 by itself lets a heap grow to several times what is in it. */
export const collectGarbage = (): void => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
};

/** Gives memory back once in each pause of the bench, so that a long shift needs no more than its first hour. */
export const createTidying = ({
  lastScanAt,
  tidy,
}: Readonly<{
  /** ms; null before the first scan */
  lastScanAt: () => number | null;
  tidy: () => void;
}>) => {
  let tidiedFor: number | null = null;
  return {
    /** Call it now and then. */
    look: (now: number): void => {
      const at = lastScanAt();
      if (at === null || at === tidiedFor || now - at < QUIET_MS) return;
      tidiedFor = at;
      tidy();
    },
  };
};
