import type { ParcelItem } from "../../shared/parcel.ts";
import { productKey, type TaskDetail } from "../../shared/task.ts";

/** What is known of parcels with the same content: how many were weighed, and their sums. Whole grams, so that nothing is rounded away. */
export type LearnedWeight = Readonly<{ parcels: number; sumG: number; sumOfSquares: number }>;

/** Fewer say nothing about the next one. */
const LEAST_PARCELS = 3;
const MOST_SHARE = 0.05;
const MOST_DEVIATIONS = 2;
/** Tape, filling and dunnage vary by as much. */
const FLOOR_G = 20;

/** The same for every parcel with the same products in the same numbers in the same box, in whatever order they were scanned. */
export const contentKey = (items: readonly ParcelItem[], details: readonly TaskDetail[], carton: string | null): string => {
  const counts = new Map<string, number>();
  for (const { detailId, qty } of items) {
    const detail = details.find((line) => line.detailId === detailId);
    const product = detail === undefined ? detailId : productKey(detail);
    counts.set(product, (counts.get(product) ?? 0) + qty);
  }
  return JSON.stringify([[...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)), carton ?? ""]);
};

export const averageG = ({ parcels, sumG }: LearnedWeight): number => sumG / parcels;

const deviationG = ({ parcels, sumG, sumOfSquares }: LearnedWeight): number =>
  Math.sqrt(Math.max(0, (sumOfSquares - (sumG * sumG) / parcels) / (parcels - 1)));

/**
 * Does a weight fit what parcels of this content weighed? It doesn't when it is off by more than 5 %, by more than two deviations and by more
 * than a floor of 20 g, after at least three parcels (ShipHero's rule). Null: it fits, or too little is known; else what was expected, grams.
 */
export const weightOff = (grams: number, learned: LearnedWeight | null): number | null => {
  if (learned === null || learned.parcels < LEAST_PARCELS) return null;
  const expected = averageG(learned);
  const most = Math.max(FLOOR_G, MOST_SHARE * expected, MOST_DEVIATIONS * deviationG(learned));
  return Math.abs(grams - expected) > most ? Math.round(expected) : null;
};
