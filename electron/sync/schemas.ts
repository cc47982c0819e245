import { z } from "zod";
import { amount, id, listOf, name, text, time } from "./fields.ts";

/** `{"code":"200","data":…,"message":"success","request_id":"…"}`; the code is a string by the documentation, a number by habit. */
export const envelopeSchema = z.object({
  code: z.union([z.string(), z.number()]).transform((code) => String(code).trim()),
  data: z.unknown().optional(),
  message: text,
  request_id: text,
});
export type Envelope = z.infer<typeof envelopeSchema>;

export type Page = Readonly<{ items: readonly unknown[]; totalCount: number | null }>;

/**
 * One page of a list. The documentation shows `{total_count, cursor, ct_list}` for cancellations; `ft_list` is inferred from
 * it, and a bare array is taken as well. The items stay raw: each is read on its own, so that one bad one stops no other.
 */
const pageOf = (key: string) =>
  z.unknown().transform((data, context): Page => {
    if (data === null || data === undefined) return { items: [], totalCount: null };
    if (Array.isArray(data)) return { items: data, totalCount: null };
    if (typeof data === "object") {
      const fields: Record<string, unknown> = { ...data };
      const list = fields[key] ?? fields["list"] ?? fields["items"] ?? [];
      const total = Number(fields["total_count"] ?? Number.NaN);
      if (Array.isArray(list)) return { items: list, totalCount: Number.isFinite(total) ? total : null };
    }
    context.addIssue({ code: "custom", message: `holds no ${key}` });
    return z.NEVER;
  });

export const taskPageSchema = pageOf("ft_list");
export const cancellationPageSchema = pageOf("ct_list");
/** Get … By FT NOs answers with an array of tasks; a page of them is taken as well. */
export const taskListSchema = pageOf("ft_list").transform(({ items }) => items);

export const shippingParcelSchema = z.object({
  parcel_id: name,
  fp_parcel_no: name,
  delivery_carrier: name,
  delivery_type: name,
  tracking_no: name,
  shipping_label: text,
  // I: what is in it, where OMS4 says so (parcel-content.ts reads it)
  parcel_items: z.unknown().optional(),
  items: z.unknown().optional(),
});
export type ShippingParcel = Readonly<z.infer<typeof shippingParcelSchema>>;

export const shippingInfoSchema = z
  .union([z.array(z.unknown()), z.object({}).loose()])
  .nullish()
  .transform((data) => (data === null || data === undefined ? [] : Array.isArray(data) ? data : [data]))
  .pipe(z.array(z.object({ ft_no: name, parcels: listOf(shippingParcelSchema) })));
export type ShippingInfo = Readonly<z.infer<typeof shippingInfoSchema>>[number];

export const cancellationSchema = z.object({
  ct_no: id,
  ft_no: id,
  order_no: name,
  created_time: time,
  updated_time: time,
  status: text,
  // The detail's id is called ft_detail_id here and task_detail_id elsewhere
  task_details: listOf(
    z
      .object({ ft_detail_id: name, task_detail_id: name })
      .transform((detail) => detail.ft_detail_id || detail.task_detail_id)
      .refine((detailId) => detailId !== "", { error: "names no line" }),
  ),
});

export const cancelRequestSchema = z.object({
  ft_no: id,
  // Capital letters as in the documentation, small ones as everywhere else
  requested_Time: time,
  requested_time: time,
  handling_Result: text,
  handling_result: text,
  reply_Time: time,
  reply_time: time,
  status: text,
  items: listOf(z.object({ task_detail_id: name, ft_detail_id: name, qty: amount })),
});
/** What can still be told of a request that is not written as it should be: whose it is, and whether it is open. */
const oddRequestSchema = z.object({
  ft_no: id,
  requested_Time: time.catch(null),
  requested_time: time.catch(null),
  status: text.catch(""),
});
const isOpen = (status: string): boolean => /^open$/i.test(status.trim());
const UNREADABLE = "unreadable";

const readRequestRow = (row: unknown) => {
  const read = cancelRequestSchema.safeParse(row);
  if (read.success) {
    const request = read.data;
    return {
      ftNo: request.ft_no,
      requestedAt: request.requested_Time ?? request.requested_time,
      result: request.handling_Result || request.handling_result,
      repliedAt: request.reply_Time ?? request.reply_time,
      open: isOpen(request.status),
      items: request.items.map((item) => ({ detailId: item.task_detail_id || item.ft_detail_id, qty: item.qty })),
    };
  }
  const odd = oddRequestSchema.safeParse(row);
  if (!odd.success) return null;
  // Its answer can't be known: the task is held until a person decides
  const { ft_no: ftNo, requested_Time, requested_time, status } = odd.data;
  return { ftNo, requestedAt: requested_Time ?? requested_time, result: UNREADABLE, repliedAt: null, open: isOpen(status), items: [] };
};

/** Each request is read on its own: an odd one must not hide the buyers of nineteen other tasks. */
export const cancelRequestsSchema = z
  .array(z.unknown())
  .nullish()
  .transform((data) => (data ?? []).flatMap((row) => readRequestRow(row) ?? []));

export type CancelRequest = Readonly<z.infer<typeof cancelRequestsSchema>>[number];

export const inventoryAnswerSchema = z
  .object({ success_sync_records: amount })
  .nullish()
  .transform((data) => ({ rows: data?.success_sync_records ?? null }))
  // the deed is done whatever the count looks like
  .catch({ rows: null });

/** What a POST answers beside its code is of no use to us, so nothing in it can be wrong. */
export const anyAnswerSchema = z.unknown().transform(() => null);
