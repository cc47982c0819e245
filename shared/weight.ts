import { z } from "zod";

/** Where a parcel's weight comes from: read from a scale, typed by a person, or added up from what OMS4 says of its items. */
export const weightSourceSchema = z.enum(["scale", "keyed", "sum"]);

/** What a parcel weighs, whole grams. */
export const parcelWeightSchema = z.object({ grams: z.int().positive(), source: weightSourceSchema });
export type ParcelWeight = Readonly<z.infer<typeof parcelWeightSchema>>;

/** kg of one of each; the international pound and ounce are exact. */
export const kgOfUnit = {
  mg: 1e-6,
  g: 1e-3,
  kg: 1,
  t: 1_000,
  ct: 2e-4,
  gr: 6.479891e-5,
  dwt: 1.55517384e-3,
  "oz t": 3.11034768e-2,
  oz: 2.8349523125e-2,
  lb: 0.45359237,
  "short t": 907.18474,
  tael: 3.7799364167e-2,
} as const;
export type WeightUnit = keyof typeof kgOfUnit;

/** One word of a scale, in kg. */
export type ScaleReading = Readonly<{
  kg: number;
  /** `unknown`: the device doesn't tell, so that equal readings must do */
  stability: "stable" | "moving" | "unknown";
  /** the smallest step it shows, kg */
  graduationKg: number;
  /** why `kg` means nothing; null when it does */
  problem: "over" | "under" | "fault" | "calibrate" | "zero" | null;
}>;

/**
 * What lies on the pan, as the station sees it. `silent`: the scale is there and says nothing; `earlier`: what is on it was weighed for a
 * parcel that is closed already.
 */
export const weighingStateSchema = z.enum(["silent", "empty", "moving", "steady", "earlier", "problem"]);
export type WeighingState = z.infer<typeof weighingStateSchema>;

/** What is on the scale, as packing needs it. */
export type OnThePan = Readonly<{
  state: WeighingState;
  /** net, kg, whole grams; null while there is nothing to show */
  kg: number | null;
  tareKg: number;
  problem: ScaleReading["problem"];
}>;

/** What came of TARE or ZERO, or why nothing did. */
export type PanDone = Readonly<{ done: "zero" | "tare" | "tare-off" } | { done: null; why: "silent" | "moving" | "too-much" }>;

/** A weight for people: grams below a kilogram, else kilograms with three places. */
export const weightWords = (kg: number): string => (Math.abs(kg) < 1 ? `${Math.round(kg * 1000)} g` : `${kg.toFixed(3)} kg`);
