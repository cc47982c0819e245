import { z } from "zod";
import { receiverViewSchema } from "./parcel-about.ts";
import { parcelStateSchema, printStateSchema } from "./parcel.ts";
import { carrierChoiceSchema, shippingWaySchema } from "./task.ts";

export const lineViewSchema = z.object({
  detailId: z.string(),
  name: z.string(),
  brandCode: z.string(),
  brandSkuCode: z.string(),
  sellerSkuCode: z.string(),
  barcodes: z.array(z.string()),
  imageUrl: z.string().nullable(),
  qty: z.number(),
  /** units in all parcels of this task */
  packed: z.number(),
  /** `elsewhere`: another station has packed the task */
  state: z.enum(["next", "todo", "done", "cancelled", "elsewhere"]),
  /** units of a cancelled line that are still in a box */
  takeOut: z.number(),
});
export type LineView = Readonly<z.infer<typeof lineViewSchema>>;

/** One rung of the label's ladder as drawn; `unknown` is drawn as a question mark. */
export const rungSchema = z.object({
  name: z.enum(["here", "checked", "sent", "printed", "scanned"]),
  state: z.enum(["done", "now", "todo", "unknown", "failed"]),
});

export const parcelViewSchema = z.object({
  parcelNo: z.string(),
  ftNo: z.string(),
  sequence: z.number(),
  state: parcelStateSchema,
  units: z.number(),
  carton: z.string().nullable(),
  /** kg; null where nobody knows */
  weightKg: z.number().nullable(),
  /** "30 × 20 × 15 cm", "" where the carton's size isn't known */
  size: z.string(),
  /** what an own delivery costs; null where nobody said */
  cost: z.number().nullable(),
  carrier: z.string(),
  deliveryType: z.string(),
  trackingNo: z.string(),
  closedAt: z.number().nullable(),
  /** where Packing Finished stands at OMS4 */
  report: z.enum(["none", "waiting", "sent", "parked"]),
  print: printStateSchema.nullable(),
  /** how many times a label was printed for it */
  copies: z.number(),
  ladder: z.array(rungSchema),
  /** plain words for the ladder: "label printed", "waiting for the label · 12 s" */
  words: z.string(),
  /**
   * `parked`: the label is here and waits for the box's slip; `changed`: the printed one is not in force any more; `unscanned`: it is still
   * to be scanned where it is pasted
   */
  label: z.enum(["fine", "waiting", "late", "overdue", "parked", "changed", "unscanned"]),
});
export type ParcelView = Readonly<z.infer<typeof parcelViewSchema>>;

export const taskViewSchema = z.object({
  ftNo: z.string(),
  orderNo: z.string(),
  salesChannel: z.string(),
  way: shippingWaySchema,
  maySplit: z.boolean(),
  shipBy: z.number().nullable(),
  receiver: receiverViewSchema,
  /** the fulfillment point it leaves from */
  fpName: z.string(),
  /** OMS4's own words for the task and for its lines */
  status: z.string(),
  itemStatuses: z.array(z.string()),
  carrier: z.string(),
  deliveryType: z.string(),
  crossBorder: z.literal(true).optional(),
  carrierId: z.string().nullable(),
  availableCarriers: z.array(carrierChoiceSchema),
  packingInstruction: z.string(),
  deliveryInstruction: z.string(),
  /** false until the packer has seen the instruction: the first item scan or Enter says so */
  acknowledged: z.boolean(),
  lines: z.array(lineViewSchema),
  parcels: z.array(parcelViewSchema),
  currentParcel: z.number(),
  /** units the next item scan packs (CMDQTY) */
  quantityNext: z.number(),
  unitsLeft: z.number(),
  openedAt: z.number(),
  cancellation: z.object({ ctNo: z.string(), at: z.number() }).nullable(),
  /** why nothing of it may go on now: cancelled, packed by another station, the buyer asks to cancel, or nobody can read how OMS4 decided */
  stopped: z.enum(["cancelled", "elsewhere", "request", "unclear"]).nullable(),
  /** units to scan out of their boxes again, by line and parcel */
  putBack: z.array(z.object({ detailId: z.string(), qty: z.number(), parcelNo: z.string(), sequence: z.number(), closed: z.boolean() })),
});
export type TaskView = Readonly<z.infer<typeof taskViewSchema>>;

export const waitingTaskSchema = z.object({
  ftNo: z.string(),
  orderNo: z.string(),
  salesChannel: z.string(),
  units: z.number(),
  carrier: z.string(),
  way: shippingWaySchema,
  shipBy: z.number().nullable(),
  started: z.boolean(),
});
export type WaitingTask = Readonly<z.infer<typeof waitingTaskSchema>>;
