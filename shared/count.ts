import { z } from "zod";
import { failureSchema } from "./failures.ts";

/** No shelf holds more of one product; more digits are a barcode that slipped into the quantity. */
export const LARGEST_COUNT = 999_999;

/**
 * What Update Inventory counts: brand code and brand SKU code together, in capitals. Two brands may use the same SKU code,
 * and one SKU code may come in two spellings.
 */
export const productOf = (brandCode: string, brandSkuCode: string): string => `${brandCode.trim()}\n${brandSkuCode.trim()}`.toUpperCase();

/** `counting`: in the count in progress · `waiting`: finished, to be sent · `failed`: OMS4 refuses it · `done`: OMS4 has it. */
export const countStateSchema = z.enum(["counting", "waiting", "failed", "done"]);
export type CountState = z.infer<typeof countStateSchema>;

/** One product as it was counted. `qty` null: it is no longer here. */
export const countRowSchema = z.object({
  product: z.string(),
  brandCode: z.string(),
  brandSkuCode: z.string(),
  name: z.string(),
  qty: z.int().min(0).max(LARGEST_COUNT).nullable(),
  state: countStateSchema,
  failure: failureSchema.nullable(),
});
export type CountRow = Readonly<z.infer<typeof countRowSchema>>;

/** A product that a code names; either of its codes may be blank, as OMS4 gave them. */
export const knownProductSchema = z.object({
  product: z.string(),
  brandCode: z.string(),
  brandSkuCode: z.string(),
  name: z.string(),
  /** units of one scan: a case; left out, one */
  units: z.number().optional(),
});
export type KnownProduct = Readonly<z.infer<typeof knownProductSchema>>;

/** What the count is in the middle of: kept, so that a restart goes on with it. */
export const countSessionSchema = z.object({
  running: z.boolean(),
  /** the row that a keyed number, GONE and DISCARD are about */
  marked: z.string().nullable(),
  /** a code that was refused: nobody knows it, or it is on several products */
  pending: z.object({ code: z.string(), quantity: z.number(), products: z.array(knownProductSchema) }).nullable(),
  /** what of it a person is typing */
  teaching: z.object({ step: z.enum(["brand", "sku"]), brandCode: z.string() }).nullable(),
});
export type CountSession = Readonly<z.infer<typeof countSessionSchema>>;

export const countRowViewSchema = countRowSchema.extend({
  marked: z.boolean(),
  /** what OMS4 was told last */
  before: z.object({ qty: z.number().nullable(), at: z.number() }).nullable(),
});
export type CountRowView = Readonly<z.infer<typeof countRowViewSchema>>;

/** The cycle count as the screens draw it. */
export const countViewSchema = z.object({
  /** scans count stock now */
  running: z.boolean(),
  /** products in the count in progress */
  counting: z.number(),
  /** finished rows that OMS4 is still to hear */
  waiting: z.number(),
  /** rows OMS4 refuses */
  failed: z.number(),
  /** rows OMS4 took today */
  sentToday: z.number(),
  /** the marked row: what a keyed number, GONE and DISCARD are about */
  marked: countRowViewSchema.nullable(),
  /** refused rows, then those of the count, newest first: a window around the marked one */
  rows: z.array(countRowViewSchema),
  above: z.number(),
  below: z.number(),
  /** the code scanned last, if nobody knows it (or too many do) */
  unknown: z.object({ code: z.string(), ambiguous: z.boolean() }).nullable(),
  /** what is to be typed next, to make a code known */
  teaching: countSessionSchema.shape.teaching,
});
export type CountView = Readonly<z.infer<typeof countViewSchema>>;

export const noCount: CountView = {
  running: false,
  counting: 0,
  waiting: 0,
  failed: 0,
  sentToday: 0,
  marked: null,
  rows: [],
  above: 0,
  below: 0,
  unknown: null,
  teaching: null,
};
