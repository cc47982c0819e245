import { z } from "zod";

/** How fast the scanners of a bench type: median gaps of the last scans, ms, newest last. */
export const paceSchema = z.object({ medians: z.array(z.number().nonnegative()).max(64) });
export type Pace = Readonly<{ medians: readonly number[] }>;

/** What a page keeps of its keyboard scanners over a restart. */
export const wedgeLearnedSchema = z.object({
  pace: paceSchema,
  /** scans in a row that were known codes only as the PC's own layout read them */
  typedHits: z.int().nonnegative(),
});
export type WedgeLearnedStored = Readonly<{ pace: Pace; typedHits: number }>;
