import { z } from "zod";
import { readStatus, type CarrierChoice, type FulfillmentTask, type ShippingWay, type TaskDetail } from "../../shared/task.ts";
import { amount, firstIssue, flag, listOf, name, text, time } from "./fields.ts";

/** A field that may hold one text, a list of them, or nothing. */
const texts = z.transform((value: unknown): readonly string[] =>
  [value]
    .flat()
    .flatMap((one) => (typeof one === "string" || typeof one === "number" ? [String(one).trim()] : []))
    .filter((one) => one !== ""),
);

const rawDetailSchema = z.object({
  task_detail_id: name,
  // the same id in Parcel Packing Finished and Get Cancellation Tasks
  ft_detail_id: name,
  order_item_status: text,
  seller_sku_code: name,
  brand_code: name,
  brand_sku_code: name,
  sku_name: text,
  qty: amount,
  barcode: texts,
  barcodes: texts,
  image_url: text,
  weight: amount.catch(null),
});
type RawDetail = z.infer<typeof rawDetailSchema>;

const rawTaskSchema = z.object({
  ft_no: name.refine((ftNo) => ftNo !== "", { error: "is missing" }),
  fp_name: text,
  created_time: time,
  status: text,
  allow_ft_split: flag,
  cross_border: flag,
  order_no: name,
  sc_type: text,
  sales_channel: text,
  packing_instruction: text,
  delivery_instruction: text,
  ship_by_date: time,
  country: text,
  state: text,
  city: text,
  district: text,
  address: text,
  postcode: text,
  name: text,
  organization: text,
  phone: text,
  email: text,
  delivery_carrier: name,
  delivery_type: name,
  // {name, id} here, {name, value} on another page, a bare name in practice
  avail_delivery_carrier: listOf(
    z.union([z.string().transform((carrier) => ({ name: carrier, id: "", value: "" })), z.object({ name: name, id: name, value: name })]),
  ).catch([]),
  task_details: z.array(rawDetailSchema, { error: "is missing or no list" }),
});
type RawTask = z.infer<typeof rawTaskSchema>;

/**
 * The way an order ships (oms4-api, section 3): no carrier on the task means that we deliver it ourselves; a task that
 * may be split gets its labels only after packing; any other has one parcel whose label is there beforehand.
 */
const wayOf = (raw: RawTask): ShippingWay => (raw.delivery_carrier === "" ? "own" : raw.allow_ft_split ? "split" : "single");

const readDetail = (raw: RawDetail): TaskDetail => ({
  detailId: raw.task_detail_id || raw.ft_detail_id,
  name: raw.sku_name.trim(),
  brandCode: raw.brand_code,
  brandSkuCode: raw.brand_sku_code,
  sellerSkuCode: raw.seller_sku_code,
  barcodes: [...new Set([...raw.barcode, ...raw.barcodes])],
  qty: raw.qty ?? 1,
  qtyGiven: raw.qty !== null,
  imageUrl: /^https?:\/\//.test(raw.image_url) ? raw.image_url : null,
  weightKg: raw.weight !== null && raw.weight > 0 ? raw.weight : null,
  ...(raw.order_item_status.trim() === "" ? {} : { itemStatus: raw.order_item_status.trim() }),
});

const readCarriers = (raw: RawTask): readonly CarrierChoice[] =>
  raw.avail_delivery_carrier
    .map((carrier) => ({ id: carrier.id || carrier.value || carrier.name, name: carrier.name || carrier.id || carrier.value }))
    .filter(({ id }) => id !== "");

/** More than anybody packs by hand: such a number is a mistake, and one of twenty digits fits into no column. */
const MOST_UNITS = 1_000_000;

/** What makes a readable task unpackable, in words; null when nothing does. */
const objection = (task: FulfillmentTask, allCancelled: boolean): string | null => {
  if (task.details.length === 0) return readStatus(task.status) === "open" && !allCancelled ? "it has no lines to pack" : null;
  const ids = new Set<string>();
  for (const [index, detail] of task.details.entries()) {
    if (detail.detailId === "") return `line ${index + 1} has no task_detail_id`;
    if (ids.has(detail.detailId)) return `two lines have the task_detail_id ${detail.detailId}`;
    if (!Number.isInteger(detail.qty) || detail.qty < 1 || detail.qty > MOST_UNITS)
      return `line ${detail.detailId} has the quantity ${detail.qty}`;
    ids.add(detail.detailId);
  }
  return null;
};

export type ReadTask =
  | Readonly<{
      ok: true;
      task: FulfillmentTask;
      /** All of it is cancelled: its status says so, or no line asks for anything any more. */
      allCancelled: boolean;
      /** Lines whose own order_item_status says cancelled. */
      cancelledDetailIds: readonly string[];
    }>
  | Readonly<{ ok: false; name: string; reason: string }>;

const nameOf = (raw: unknown): string => {
  const read = z.object({ ft_no: name }).safeParse(raw);
  return read.success && read.data.ft_no !== "" ? read.data.ft_no : "a task without ft_no";
};

/**
 * Reads one raw fulfillment task of OMS4. Missing optional fields are tolerated; a task that can't be packed as it is comes
 * back with its reason, so that the caller can set it aside and go on with the rest of the page.
 */
export const readTask = (raw: unknown): ReadTask => {
  const parsed = rawTaskSchema.safeParse(raw);
  if (!parsed.success) return { ok: false, name: nameOf(raw), reason: firstIssue(parsed.error) };
  const fields = parsed.data;
  const status = readStatus(fields.status);
  // A line that was cut to nothing is one that vanished. Of a packed task that asks for nothing at all nobody knows what it means
  const left = fields.task_details.filter(({ qty }) => qty !== 0);
  const lines = left.length === 0 && status === "finished" ? fields.task_details : left;
  const allCancelled = status === "cancelled" || (lines.length === 0 && fields.task_details.length > 0);
  const task: FulfillmentTask = {
    ftNo: fields.ft_no,
    orderNo: fields.order_no,
    fpName: fields.fp_name,
    status: fields.status,
    way: wayOf(fields),
    allowSplit: fields.allow_ft_split,
    salesChannel: fields.sales_channel,
    salesChannelType: fields.sc_type,
    createdAt: fields.created_time,
    shipBy: fields.ship_by_date,
    packingInstruction: fields.packing_instruction.trim(),
    deliveryInstruction: fields.delivery_instruction.trim(),
    receiver: {
      name: fields.name,
      organization: fields.organization,
      phone: fields.phone,
      email: fields.email,
      address: fields.address,
      district: fields.district,
      city: fields.city,
      state: fields.state,
      postcode: fields.postcode,
      country: fields.country,
    },
    carrier: fields.delivery_carrier,
    deliveryType: fields.delivery_type,
    ...(fields.cross_border ? { crossBorder: true } : {}),
    availableCarriers: [...readCarriers(fields)],
    details: lines.map(readDetail),
  };
  const reason = objection(task, allCancelled);
  if (reason !== null) return { ok: false, name: task.ftNo, reason };
  const cancelledDetailIds = lines
    .filter((detail) => readStatus(detail.order_item_status) === "cancelled")
    .map((detail) => detail.task_detail_id || detail.ft_detail_id);
  return { ok: true, task, allCancelled, cancelledDetailIds };
};
