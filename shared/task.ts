import { z } from "zod";

/** One line to pack. Ids are strings inside, whatever OMS4 sends. */
export const taskDetailSchema = z.object({
  detailId: z.string(),
  name: z.string(),
  brandCode: z.string(),
  brandSkuCode: z.string(),
  sellerSkuCode: z.string(),
  /** Barcodes beside the SKU codes, as they came. */
  barcodes: z.array(z.string()),
  /** Units ordered. */
  qty: z.int().positive(),
  /** True when OMS4 sent `qty` itself: only then it goes back in Packing Finished. */
  qtyGiven: z.boolean(),
  imageUrl: z.string().nullable(),
  /** One unit, kg. */
  weightKg: z.number().nullable(),
  /** OMS4's own word for the line; left out where it sends none. */
  itemStatus: z.string().optional(),
  /** True for a line that OMS4 took off the task after packing began: it stays here so that what was packed of it can be named. */
  gone: z.boolean().optional(),
  /** Units ordered before OMS4 changed them, oldest first; `until`: when this station heard of the change, ms. */
  earlier: z.array(z.object({ qty: z.int(), until: z.number() })).optional(),
});
export type TaskDetail = Readonly<z.infer<typeof taskDetailSchema>>;

export const carrierChoiceSchema = z.object({ id: z.string(), name: z.string() });
export type CarrierChoice = Readonly<z.infer<typeof carrierChoiceSchema>>;

/**
 * The three ways OMS4 ships: `single` = integrated carrier, one parcel, label known beforehand; `split` = integrated
 * carrier, several parcels, each label only after packing is reported; `own` = no integrated carrier, we make the label.
 */
export const shippingWaySchema = z.enum(["single", "split", "own"]);
export type ShippingWay = z.infer<typeof shippingWaySchema>;

/** A fulfillment task as the station understands it. All times in ms since epoch. */
export const fulfillmentTaskSchema = z.object({
  ftNo: z.string(),
  orderNo: z.string(),
  fpName: z.string(),
  /** OMS4's own word, kept as it came. */
  status: z.string(),
  way: shippingWaySchema,
  allowSplit: z.boolean(),
  salesChannel: z.string(),
  salesChannelType: z.string(),
  createdAt: z.number().nullable(),
  shipBy: z.number().nullable(),
  packingInstruction: z.string(),
  deliveryInstruction: z.string(),
  receiver: z.object({
    name: z.string(),
    organization: z.string(),
    phone: z.string(),
    email: z.string(),
    address: z.string(),
    district: z.string(),
    city: z.string(),
    state: z.string(),
    postcode: z.string(),
    country: z.string(),
  }),
  carrier: z.string(),
  deliveryType: z.string(),
  /** It leaves the country: papers go with it. Left out for all others. */
  crossBorder: z.literal(true).optional(),
  availableCarriers: z.array(carrierChoiceSchema),
  details: z.array(taskDetailSchema),
});
export type FulfillmentTask = Readonly<z.infer<typeof fulfillmentTaskSchema>>;

/** Where the station stands with a task; OMS4's own status is kept beside it. */
export const benchStateSchema = z.enum(["waiting", "packing", "done", "held", "cancelled", "done-elsewhere"]);
export type BenchState = z.infer<typeof benchStateSchema>;

/**
 * OMS4 lists its task statuses nowhere; these spellings are our reading of "nothing left to pack" (inferred).
 * Any other status is packable.
 */
const CANCELLED_STATUSES = ["CANCELLED", "CANCELED", "CANCEL", "VOID", "VOIDED"];
const FINISHED_STATUSES = [
  "PACKED",
  "SHIPPED",
  "SHIPPING",
  "DELIVERED",
  "COMPLETED",
  "COMPLETE",
  "CLOSED",
  "FULFILLED",
  "FINISHED",
  "DONE",
  "RETURNED",
];

const statusWord = (status: string): string =>
  status
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, "_");

/** What a status text means for the bench: still to pack, cancelled, or finished somewhere. */
export const readStatus = (status: string): "open" | "cancelled" | "finished" => {
  const word = statusWord(status);
  if (CANCELLED_STATUSES.includes(word)) return "cancelled";
  return FINISHED_STATUSES.includes(word) ? "finished" : "open";
};

/** Statuses that say that the goods have left: our reading as well (inferred). */
const LEFT_STATUSES = ["SHIPPED", "SHIPPING", "DELIVERED", "COMPLETED", "COMPLETE", "RETURNED"];
/** True when OMS4's status says that the parcels are no longer here, whoever handed them over. */
export const isOnItsWay = (status: string): boolean => LEFT_STATUSES.includes(statusWord(status));

/** What can be a task's number at OMS4, in capitals: worth asking for. */
export const PLAUSIBLE_TASK_NUMBER = /^[A-Z0-9][A-Z0-9_-]{3,63}$/;

/** The physical product of a detail: two details of one product are packed with the same barcode. */
export const productKey = (detail: TaskDetail): string =>
  detail.brandSkuCode !== ""
    ? `${detail.brandCode}|${detail.brandSkuCode}`.toUpperCase()
    : detail.sellerSkuCode !== ""
      ? `|${detail.sellerSkuCode}`.toUpperCase()
      : `#${detail.detailId}`;

/** Every code that packs a unit of this detail, as it came. */
export const detailCodes = (detail: TaskDetail): readonly string[] => [
  ...new Set([detail.brandSkuCode, detail.sellerSkuCode, ...detail.barcodes].filter((code) => code.trim() !== "")),
];
