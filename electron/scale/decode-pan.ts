import type { OnThePan, PanDone, ScaleReading } from "../../shared/weight.ts";

/**
 * What lies on the pan, from the readings alone: still or not, less tare, and whether it is a new weight. A weight that was taken for a
 * parcel is never taken again: first the pan must have been empty, or the weight must have changed.
 */
export type Pan = Readonly<{
  reading: ScaleReading | null;
  /** equal readings in a row */
  run: Readonly<{ kg: number; count: number; since: number }> | null;
  /** what the empty pan shows */
  zeroKg: number;
  tareKg: number;
  /**
   * the weight on the pan that is spoken for, and the parcel it was taken for; `null` as a parcel: it lay there when the scale came; not
   * `still`: it moved when it was taken, and is the first weight that stands still after that
   */
  taken: Readonly<{ kg: number; parcelNo: string | null; still: boolean }> | null;
  /** it has stood still once since the scale came: what lies there is known */
  known: boolean;
}>;

export const emptyPan: Pan = { reading: null, run: null, zeroKg: 0, tareKg: 0, taken: null, known: false };

/** Scales that don't tell stand still when they say the same this often, for this long. */
const EQUAL_READINGS = 4;
const EQUAL_FOR_MS = 400;
/** An empty pan may show a little: dust, tape, a breath of air. */
const EMPTY_KG = 0.003;
/** Less than this is drift, not another parcel. */
const CHANGED_KG = 0.008;
const CHANGED_GRADUATIONS = 3;
/** The most that zero may be moved by: more is something that was left on the pan. */
export const MOST_ZERO_KG = 0.3;
/** Binary fractions of decimal readings. */
const ROUNDING_KG = 1e-9;

const emptyBelow = ({ graduationKg }: ScaleReading): number => Math.max(EMPTY_KG, 2 * graduationKg) + ROUNDING_KG;
const changedFrom = ({ graduationKg }: ScaleReading): number => Math.max(CHANGED_KG, CHANGED_GRADUATIONS * graduationKg) + ROUNDING_KG;

/** Whether a weight is another one than that before it, and no drift of it; kg. */
export const isAnotherWeight = ({ reading }: Pick<Pan, "reading">, kg: number, beforeKg: number): boolean =>
  reading !== null && Math.abs(kg - beforeKg) > changedFrom(reading);

/** Takes a reading; `at`: ms, any clock that only grows. */
export const stepPan = (pan: Pan, reading: ScaleReading, at: number): Pan => {
  if (reading.problem !== null) return { ...pan, reading, run: null };
  const same = pan.run !== null && Math.abs(reading.kg - pan.run.kg) <= reading.graduationKg + ROUNDING_KG;
  const run =
    reading.stability === "moving"
      ? null
      : same && pan.run !== null
        ? { ...pan.run, count: pan.run.count + 1 }
        : { kg: reading.kg, count: 1, since: at };
  const empty = reading.kg - pan.zeroKg - pan.tareKg <= emptyBelow(reading);
  const next: Pan = { ...pan, reading, run };
  // Nobody knows for which parcel a weight was meant that lay there before the scale was
  if (!pan.known && !empty) return { ...next, taken: { kg: reading.kg, parcelNo: null, still: true }, known: isStill(next, at) };
  if (!pan.known) return { ...next, taken: null, known: isStill(next, at) };
  if (pan.taken?.still === false && !empty)
    return isStill(next, at) ? { ...next, taken: { ...pan.taken, kg: reading.kg, still: true } } : next;
  const changed = pan.taken !== null && isStill(next, at) && isAnotherWeight(next, reading.kg, pan.taken.kg);
  return empty || changed ? { ...next, taken: null } : next;
};

/**
 * The scale went or fell silent: what it says when it is back is judged anew. Many take what lies on them when they are switched on as zero: a
 * tare from before would then count twice.
 */
export const losePan = (): Pan => emptyPan;

const isStill = ({ reading, run }: Pan, at: number): boolean =>
  reading !== null && run !== null && (reading.stability === "stable" || (run.count >= EQUAL_READINGS && at - run.since >= EQUAL_FOR_MS));

const netOf = ({ reading, zeroKg, tareKg }: Pan): number => (reading === null ? 0 : reading.kg - zeroKg - tareKg);

const wholeGrams = (kg: number): number => Math.round(kg * 1_000) / 1_000 + 0;

export const weighingOf = (pan: Pan, at: number): OnThePan => {
  const { reading, tareKg } = pan;
  const tare = wholeGrams(tareKg);
  if (reading === null) return { state: "silent", kg: null, tareKg: tare, problem: null };
  if (reading.problem !== null) return { state: "problem", kg: null, tareKg: tare, problem: reading.problem };
  const net = netOf(pan);
  const state = !isStill(pan, at) ? "moving" : net <= emptyBelow(reading) ? "empty" : pan.taken !== null ? "earlier" : "steady";
  return { state, kg: wholeGrams(net), tareKg: tare, problem: null };
};

/** Marks what lies on the pan as this parcel's, which was closed: also where it still moves, and its weight was not taken. */
export const takeWeight = (pan: Pan, parcelNo: string, at: number): Pan => {
  const { reading } = pan;
  if (reading === null) return pan;
  const still = isStill(pan, at) || netOf(pan) <= emptyBelow(reading);
  return { ...pan, taken: { kg: reading.kg, parcelNo, still } };
};

/** The parcel is open again: the weight that lies there is its own. */
export const giveBack = (pan: Pan, parcelNo: string): Pan => (pan.taken?.parcelNo === parcelNo ? { ...pan, taken: null } : pan);

export type PanChange = PanDone & Readonly<{ pan: Pan }>;

/** What the pan shows now is zero from now on. */
export const zeroPan = (pan: Pan, at: number): PanChange => {
  if (pan.reading === null || pan.reading.problem !== null) return { pan, done: null, why: "silent" };
  if (!isStill(pan, at)) return { pan, done: null, why: "moving" };
  if (Math.abs(pan.reading.kg) > MOST_ZERO_KG) return { pan, done: null, why: "too-much" };
  return { pan: { ...pan, zeroKg: pan.reading.kg, tareKg: 0, taken: null }, done: "zero" };
};

/** What lies on the pan is tare from now on: a tray, a crate. With an empty pan the tare ends. */
export const tarePan = (pan: Pan, at: number): PanChange => {
  const { reading } = pan;
  if (reading === null || reading.problem !== null) return { pan, done: null, why: "silent" };
  if (!isStill(pan, at)) return { pan, done: null, why: "moving" };
  const gross = reading.kg - pan.zeroKg;
  if (gross <= emptyBelow(reading)) return { pan: { ...pan, tareKg: 0 }, done: "tare-off" };
  return { pan: { ...pan, tareKg: gross, taken: null }, done: "tare" };
};
