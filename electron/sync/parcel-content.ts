import { z } from "zod";
import { amount, name } from "./fields.ts";

/** Units of one line; `qty` null where OMS4 doesn't say how many. */
export type ContentItem = Readonly<{ detailId: string; qty: number | null }>;

/** What OMS4 says is in a parcel, as it gives it back; `items` null where the answer doesn't carry them. */
export type ParcelContent = Readonly<{ items: readonly ContentItem[] | null; trackingNo: string }>;

const itemSchema = z
  .object({ ft_detail_id: name, task_detail_id: name, packed_qty: amount, qty: amount })
  .transform((item): ContentItem => ({ detailId: item.ft_detail_id || item.task_detail_id, qty: item.packed_qty ?? item.qty }))
  .refine(({ detailId }) => detailId !== "");
const itemsSchema = z.array(itemSchema).min(1);

/** Names under which a parcel's content may come back: I, the documentation shows none (oms4-api, section 2). */
const CONTENT_KEYS = ["parcel_items", "items", "task_details"];

type Fields = Readonly<Record<string, unknown>>;

const objectsIn = (value: unknown): readonly Fields[] => {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== "object" || value === null) return [];
  return [{ ...value }, ...Object.values(value).flatMap(objectsIn)];
};

const itemsOf = (fields: Fields): readonly ContentItem[] | null => {
  for (const key of CONTENT_KEYS) {
    const read = itemsSchema.safeParse(fields[key]);
    if (read.success) return read.data;
  }
  const itself = itemSchema.safeParse(fields);
  return itself.success ? [itself.data] : null;
};

/** Finds our parcel anywhere in an answer, by its number; null when it isn't named there. Case doesn't matter. */
export const findParcel = (answer: unknown, parcelNo: string): ParcelContent | null => {
  const wanted = parcelNo.toUpperCase();
  const found = objectsIn(answer).filter((fields) => String(fields["fp_parcel_no"] ?? "").toUpperCase() === wanted);
  if (found.length === 0) {
    const isNamed = JSON.stringify(answer ?? null)
      .toUpperCase()
      .includes(JSON.stringify(wanted));
    return isNamed ? { items: null, trackingNo: "" } : null;
  }
  const items = found.flatMap((fields) => itemsOf(fields) ?? []);
  const tracking = found.map((fields) => String(fields["tracking_no"] ?? "").trim()).find((text) => text !== "");
  return { items: items.length === 0 ? null : items, trackingNo: tracking ?? "" };
};

const bodySchema = z.object({
  parcels: z.tuple([
    z.object({
      tracking_no: name,
      parcel_items: z.array(z.object({ ft_detail_id: name, brand_sku_code: name, qty: amount })),
    }),
  ]),
});

const sums = (items: readonly ContentItem[]): ReadonlyMap<string, number | null> => {
  const units = new Map<string, number | null>();
  for (const { detailId, qty } of items) {
    const before = units.get(detailId);
    units.set(detailId, qty === null || before === null ? null : (before ?? 0) + qty);
  }
  return units;
};

/**
 * What of a Packing Finished body isn't as OMS4 has the parcel, in words that name both; "" when all that can be compared is the
 * same. `known`: the answer carried the parcel's items, so that there was something to compare.
 */
export const compareContent = (body: unknown, there: ParcelContent): Readonly<{ known: boolean; difference: string }> => {
  const read = bodySchema.safeParse(body);
  if (!read.success) return { known: false, difference: "" };
  const [ours] = read.data.parcels;
  const skus = new Map(ours.parcel_items.map((item) => [item.ft_detail_id, item.brand_sku_code]));
  const list = (units: ReadonlyMap<string, number | null>): string =>
    [...units].map(([detailId, qty]) => `${qty === null ? "" : `${qty} × `}${skus.get(detailId) || `line ${detailId}`}`).join(", ");
  const differences: string[] = [];
  if (there.items !== null) {
    const [theirs, mine] = [
      sums(there.items),
      sums(ours.parcel_items.map((item) => ({ detailId: item.ft_detail_id, qty: item.qty ?? 1 }))),
    ];
    const same =
      theirs.size === mine.size &&
      [...mine].every(([detailId, qty]) => theirs.has(detailId) && [qty, null].includes(theirs.get(detailId) ?? null));
    if (!same) differences.push(`OMS4 has ${list(theirs)} in it, this report says ${list(mine)}`);
  }
  if (ours.tracking_no !== "" && there.trackingNo !== "" && ours.tracking_no.toUpperCase() !== there.trackingNo.toUpperCase())
    differences.push(`OMS4 has tracking number ${there.trackingNo}, this report says ${ours.tracking_no}`);
  return { known: there.items !== null, difference: differences.join("; ") };
};
