import { z } from "zod";

/** `pulled`: taken out of the way because what was in it was cancelled; it never leaves. */
export const parcelStateSchema = z.enum(["open", "closed", "handed-over", "pulled"]);
export type ParcelState = z.infer<typeof parcelStateSchema>;

export const milestoneSchema = z.enum(["SHIPPING", "DELIVERED", "PENDING DELIVERY", "RETURNED TO FP", "LOST"]);
export type Milestone = z.infer<typeof milestoneSchema>;

/** What is in a parcel, by task detail. */
export const parcelItemSchema = z.object({ detailId: z.string(), qty: z.int().positive() });
export type ParcelItem = Readonly<z.infer<typeof parcelItemSchema>>;

/** One accepted item scan. A case code that fills several lines makes several with one `scanNo`. */
export type PackedUnit = Readonly<{
  scanNo: number;
  parcelNo: string;
  detailId: string;
  qty: number;
  code: string;
  batch: string | null;
  serial: string | null;
  /** yyyy-mm-dd */
  expiry: string | null;
}>;

/** A parcel; `parcelNo` is OMS4's `fp_parcel_no`, made by us and unique for ever. */
export const parcelSchema = z.object({
  parcelNo: z.string(),
  ftNo: z.string(),
  /** 1 for the task's first parcel. */
  sequence: z.int().positive(),
  state: parcelStateSchema,
  items: z.array(parcelItemSchema).readonly(),
  carton: z.string().nullable(),
  /** Chosen carrier of a task without an integrated carrier. */
  carrier: z.object({ id: z.string().nullable(), name: z.string(), type: z.string() }).nullable(),
  closedAt: z.number().nullable(),
});
export type Parcel = Readonly<z.infer<typeof parcelSchema>>;

/** A parcel as OMS4 has it, whichever station packed it; `parcelNo` as OMS4 spells it. */
export type ParcelAtOms4 = Readonly<{ ftNo: string; parcelNo: string; trackingNo: string; carrier: string }>;

export const documentKindSchema = z.enum([
  "shipping-label",
  "own-label",
  "parking-slip",
  "packing-slip",
  "test-label",
  "command-sheet",
  "scanner-sheet",
]);
export type DocumentKind = z.infer<typeof documentKindSchema>;

/** Slips are no labels: whatever becomes of them, the parcel still wants one. */
export const SLIPS = ["parking-slip", "packing-slip"] as const satisfies readonly DocumentKind[];
export const isSlip = (document: DocumentKind): boolean => SLIPS.some((slip) => slip === document);

export const labelFormatSchema = z.enum(["pdf", "png", "jpeg", "zpl"]);
export type LabelFormat = z.infer<typeof labelFormatSchema>;

/**
 * The ladder a print job climbs. `sent`: bytes are on their way or out; `accepted`: the spooler or device has them;
 * `printed`: the device says it came out. `unknown`: a crash or fault hides what became of it, a person must look.
 */
export const printStateSchema = z.enum(["queued", "rendered", "sent", "accepted", "printed", "scanned", "unknown", "failed", "cancelled"]);
export type PrintState = z.infer<typeof printStateSchema>;
