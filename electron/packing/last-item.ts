import type { OnThePan } from "../../shared/weight.ts";
import type { Clock } from "../kit/clock.ts";

/** A weight that doesn't change after the last scan: the item was in the box before it was scanned. */
const DWELL_MS = 2_000;

/** Weights that lack the item, or may lack it; `moving`: the pan moved at its scan and has not stood still since. */
type LastItem = Readonly<{ at: number; beforeKg: readonly number[]; moving: boolean; onDue: (() => void) | null }>;

/** The last item that was counted: it was scanned before it lay in the box, so a weight that is the same as before is not yet one with it. */
export const createLastItem = ({
  scale,
  clock,
}: Readonly<{ scale: Readonly<{ weighing: () => OnThePan; isAnother: (kg: number, beforeKg: number) => boolean }>; clock: Clock }>) => {
  let item: LastItem | null = null;
  /** where the pan stood still last; another parcel's weight is none */
  let stillKg: number | null = null;
  let cancelDwell = (): void => {};

  const before = (): readonly number[] => (stillKg === null ? [] : [stillKg]);

  const waitFor = (next: LastItem): void => {
    item = next;
    cancelDwell();
    if (next.onDue !== null) cancelDwell = clock.after(DWELL_MS, next.onDue);
  };

  /** Call it whenever the scale says something else. */
  const notice = (): void => {
    const { state, kg } = scale.weighing();
    if (kg === null || state === "moving") return;
    stillKg = state === "earlier" ? null : kg;
    // What moved at the scan was the item before this one, the box or a hand
    if (item?.moving === true) waitFor({ ...item, at: clock.now(), beforeKg: [...item.beforeKg, ...before()], moving: false });
  };

  return {
    notice,
    /** An item was counted. `onDue` runs when its box may have been complete before; null: more is to come. */
    scanned: (onDue: (() => void) | null): void => {
      notice();
      const { state, kg } = scale.weighing();
      waitFor({ at: clock.now(), beforeKg: before(), moving: kg === null || state === "moving", onDue });
    },
    /** Whether this weight, on a pan that stands still, is one with the item in it. */
    isIn: (kg: number): boolean =>
      item === null || item.beforeKg.every((beforeKg) => scale.isAnother(kg, beforeKg)) || clock.now() - item.at >= DWELL_MS,
    /** The parcel is closed, or the bench: nothing comes due any more. */
    forget: (): void => {
      item = null;
      cancelDwell();
    },
  };
};
