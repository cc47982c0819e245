import { z } from "zod";
import {
  anyAnswerSchema,
  cancellationPageSchema,
  cancelRequestsSchema,
  inventoryAnswerSchema,
  shippingInfoSchema,
  taskListSchema,
  taskPageSchema,
} from "./schemas.ts";

/** Most items a page may have (D for cancellation tasks, I for fulfillment tasks). */
export const PAGE_LIMIT = 50;
/** Most numbers in one Get Fulfillment Tasks By FT NOs or Get Shipping Information (D). */
export const NUMBERS_LIMIT = 5;
/** Most numbers in one Get Cancel Request status (D). */
export const CANCEL_REQUEST_LIMIT = 20;
/** Most rows in one Update Inventory (D). */
export const INVENTORY_LIMIT = 200;

const ms = z.int().nonnegative();
const nonBlank = z.string().min(1);
/** A list parameter is written in square brackets with commas, so a number can't hold either. */
const ftNumber = nonBlank.regex(/^[^,[\]]+$/);

const pageQuery = z.strictObject({
  created_from: ms.optional(),
  created_to: ms.optional(),
  updated_from: ms.optional(),
  updated_to: ms.optional(),
  status: nonBlank.optional(),
  offset: ms.optional(),
  limit: z.int().min(1).max(PAGE_LIMIT).optional(),
});

const parcelItem = z.looseObject({
  ft_detail_id: nonBlank,
  brand_code: z.string(),
  brand_sku_code: z.string(),
  qty: z.int().positive().optional(),
});
const packedParcel = z.looseObject({ fp_parcel_no: nonBlank, parcel_packed_time: ms, parcel_items: z.array(parcelItem).min(1) });

/**
 * All nine calls in one place. D = documented, I = inferred (oms4-api.md, section 2): a correction of an inference is a
 * change of one line here. `title` is OMS4's own name of the call, `input` what we send, `answer` reads `data`.
 */
export const endpoints = {
  // method and path I, by analogy with Get Cancellation Tasks; the query and `ft_list` I
  getTasks: {
    title: "Get Fulfillment Tasks",
    method: "GET",
    path: "/rest/fp_api/fulfillment_task/get",
    input: pageQuery,
    answer: taskPageSchema,
  },
  // path D, method I
  getTasksByNo: {
    title: "Get Fulfillment Tasks By FT NOs",
    method: "GET",
    path: "/rest/fp_api/fulfillment_task/get_by_no",
    input: z.strictObject({ ft_nos: z.array(ftNumber).min(1).max(NUMBERS_LIMIT) }),
    answer: taskListSchema,
  },
  // path D, method I
  getShippingInfo: {
    title: "Get Shipping Information",
    method: "GET",
    path: "/rest/fp_api/fulfillment_task/get_shipping_info",
    input: z.strictObject({ ft_no: z.array(ftNumber).min(1).max(NUMBERS_LIMIT), fp_parcel_no: nonBlank.optional() }),
    answer: shippingInfoSchema,
  },
  // method, path and body I, by analogy with Update Parcel Activity
  updateTaskActivity: {
    title: "Update Fulfillment Activity",
    method: "POST",
    path: "/rest/fp_api/fulfillment_task/update_activity",
    input: z.looseObject({ ft_no: nonBlank, description: nonBlank, event_time: ms, milestone: nonBlank.optional() }),
    answer: anyAnswerSchema,
  },
  // D
  updateParcelActivity: {
    title: "Update Parcel Activity",
    method: "POST",
    path: "/rest/fp_api/fulfillment_task/update_parcel_activity",
    input: z.looseObject({
      ft_no: nonBlank,
      fp_parcel_no: nonBlank,
      description: nonBlank,
      event_time: ms,
      milestone: nonBlank.optional(),
    }),
    answer: anyAnswerSchema,
  },
  // path and body D, method I
  setParcelPacked: {
    title: "Parcel Packing Finished",
    method: "POST",
    path: "/rest/fp_api/fulfillment_task/set_parcel_packed",
    input: z.looseObject({ ft_no: nonBlank, parcels: z.array(packedParcel).min(1) }),
    answer: anyAnswerSchema,
  },
  // path and query D, method I
  getCancellations: {
    title: "Get Cancellation Tasks",
    method: "GET",
    path: "/rest/fp_api/cancellation_task/get",
    input: pageQuery.extend({ ft_no: ftNumber.optional() }),
    answer: cancellationPageSchema,
  },
  // D
  getCancelRequests: {
    title: "Get Cancel Request status",
    method: "GET",
    path: "/rest/fp_api/cancel_request/get",
    input: z.strictObject({ ft_no: z.array(ftNumber).min(1).max(CANCEL_REQUEST_LIMIT) }),
    answer: cancelRequestsSchema,
  },
  // path and body D, method I
  updateInventory: {
    title: "Update Inventory",
    method: "POST",
    path: "/rest/fp_api/inventory/sync",
    input: z.strictObject({
      inventory: z
        .array(z.looseObject({ brand_code: nonBlank, brand_sku_code: nonBlank, qty: z.int().optional(), na_ind: z.literal(1).optional() }))
        .min(1)
        .max(INVENTORY_LIMIT),
    }),
    answer: inventoryAnswerSchema,
  },
} as const satisfies Record<
  string,
  { title: string; method: "GET" | "POST"; path: `/rest/${string}`; input: z.ZodType; answer: z.ZodType }
>;

export type EndpointName = keyof typeof endpoints;
export type EndpointInput<Name extends EndpointName> = z.input<(typeof endpoints)[Name]["input"]>;
export type EndpointAnswer<Name extends EndpointName> = z.output<(typeof endpoints)[Name]["answer"]>;
export const endpointNames = Object.keys(endpoints) as readonly EndpointName[];

/** A list parameter in a query string: `[a,b]` (D); signed like this, URL-encoded only on the wire. */
export const queryParameters = (input: Readonly<Record<string, unknown>>): Record<string, string> => {
  const parameters: Record<string, string> = {};
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue;
    parameters[key] = Array.isArray(value) ? `[${value.join(",")}]` : String(value);
  }
  return parameters;
};
