import { z } from "zod";
import { weighingStateSchema } from "./weight.ts";

/** round = fine, diamond = careful, square = broken */
export const healthSchema = z.enum(["fine", "careful", "broken"]);
export type Health = z.infer<typeof healthSchema>;

export const pillSchema = z.object({ health: healthSchema, words: z.string() });

/** The scale of this bench and what is on it. */
export const scaleViewSchema = pillSchema.extend({
  /** null: no scale is read now */
  state: weighingStateSchema.nullable(),
  /** net, kg; null while it says nothing */
  kg: z.number().nullable(),
  tareKg: z.number(),
  /** everything is in: the box goes on the scale now */
  waiting: z.boolean(),
  /** what such a parcel weighs, where the weight in question doesn't fit; else null */
  expectedKg: z.number().nullable(),
});
export type ScaleView = Readonly<z.infer<typeof scaleViewSchema>>;

/** A scan that went to the scanner test instead of to the bench. Of keyboards only the screen knows. */
export const scannerReadSchema = z.object({
  /** grows with every read */
  number: z.number(),
  text: z.string(),
  /** AIM identifier, where the device told it */
  symbology: z.string().nullable(),
  way: z.enum(["hid", "serial"]),
  path: z.string(),
  name: z.string(),
  at: z.number(),
});
export type ScannerRead = Readonly<z.infer<typeof scannerReadSchema>>;

export const printerFoundSchema = z.object({ uri: z.string(), name: z.string(), health: healthSchema, words: z.string() });

/** A scanner or a scale that was found. `node`: the system's name of a device whose path is its USB place; settings of older versions name it so. */
export const deviceFoundSchema = z.object({
  path: z.string(),
  node: z.string().optional(),
  name: z.string(),
  health: healthSchema,
  words: z.string(),
});

/** `setting`: what to set for this scale to be read; null where it names none that could be. */
export const scaleFoundSchema = deviceFoundSchema.extend({ setting: z.string().nullable() });
