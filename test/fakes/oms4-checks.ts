import type { Exchange } from "../../electron/practice/oms4-server.ts";
import { checkKeys, isMs, isText, type Fields } from "./oms4-check-fields.ts";
import { checkPacked } from "./oms4-check-packed.ts";

/**
 * What the documentation asks of every request, written down apart from the client's own table: a wrong field must not be
 * right because both sides share the mistake. Each gives words for what it finds.
 */

const METHODS: Readonly<Record<string, string>> = {
  "/rest/fp_api/fulfillment_task/get": "GET",
  "/rest/fp_api/fulfillment_task/get_by_no": "GET",
  "/rest/fp_api/fulfillment_task/get_shipping_info": "GET",
  "/rest/fp_api/fulfillment_task/update_activity": "POST",
  "/rest/fp_api/fulfillment_task/update_parcel_activity": "POST",
  "/rest/fp_api/fulfillment_task/set_parcel_packed": "POST",
  "/rest/fp_api/cancellation_task/get": "GET",
  "/rest/fp_api/cancel_request/get": "GET",
  "/rest/fp_api/inventory/sync": "POST",
};

const PAGE = ["created_from", "created_to", "updated_from", "updated_to", "status", "offset", "limit"];
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  "/rest/fp_api/fulfillment_task/get": PAGE,
  "/rest/fp_api/fulfillment_task/get_by_no": ["ft_nos"],
  "/rest/fp_api/fulfillment_task/get_shipping_info": ["ft_no", "fp_parcel_no"],
  "/rest/fp_api/cancellation_task/get": [...PAGE, "ft_no"],
  "/rest/fp_api/cancel_request/get": ["ft_no"],
};

const MILESTONES = ["SHIPPING", "DELIVERED", "PENDING DELIVERY", "RETURNED TO FP", "LOST"];
const checkList = (text: string | undefined, most: number, name: string): string[] => {
  if (text === undefined) return [`${name} is missing`];
  if (!/^\[[^[\]]+\]$/.test(text)) return [`${name} is not written as [a,b]: ${text}`];
  const count = text.slice(1, -1).split(",").length;
  return count > most ? [`${name} has ${count} numbers, at most ${most}`] : [];
};

const checkQuery = (path: string, query: Readonly<Record<string, string>>): string[] => {
  const found = checkKeys(query, QUERIES[path] ?? [], "query");
  for (const name of ["created_from", "created_to", "updated_from", "updated_to"]) {
    if (query[name] !== undefined && !isMs(Number(query[name]))) found.push(`${name} is not in ms: ${query[name]}`);
  }
  if (query["limit"] !== undefined && !(Number(query["limit"]) >= 1 && Number(query["limit"]) <= 50))
    found.push(`limit is ${query["limit"]}`);
  if (query["offset"] !== undefined && !/^\d+$/.test(query["offset"])) found.push(`offset is ${query["offset"]}`);
  if (path.endsWith("get_by_no")) found.push(...checkList(query["ft_nos"], 5, "ft_nos"));
  if (path.endsWith("get_shipping_info")) found.push(...checkList(query["ft_no"], 5, "ft_no"));
  if (path.endsWith("cancel_request/get")) found.push(...checkList(query["ft_no"], 20, "ft_no"));
  return found;
};

const checkActivity = (body: Fields, parcel: boolean): string[] => {
  const found = checkKeys(body, ["ft_no", "milestone", "description", "event_time", ...(parcel ? ["fp_parcel_no"] : [])], "body");
  if (!isText(body["ft_no"])) found.push("ft_no is missing");
  if (parcel && !isText(body["fp_parcel_no"])) found.push("fp_parcel_no is missing");
  if (!isText(body["description"])) found.push("description is missing");
  if (!isMs(body["event_time"])) found.push(`event_time is not in ms: ${String(body["event_time"])}`);
  if (body["milestone"] !== undefined && !MILESTONES.includes(String(body["milestone"])))
    found.push(`milestone is ${String(body["milestone"])}`);
  return found;
};

const checkInventory = (body: Fields): string[] => {
  const rows = body["inventory"];
  if (!Array.isArray(rows) || rows.length === 0) return ["inventory is missing"];
  const found = rows.length > 200 ? [`inventory has ${rows.length} rows, at most 200`] : [];
  const seen = new Set<string>();
  for (const row of rows as Fields[]) {
    found.push(...checkKeys(row, ["brand_code", "brand_sku_code", "qty", "na_ind"], "inventory row"));
    if (!isText(row["brand_code"]) || !isText(row["brand_sku_code"])) found.push("brand_code or brand_sku_code is missing");
    if ((row["qty"] === undefined) === (row["na_ind"] === undefined)) found.push("exactly one of qty and na_ind must be there");
    if (row["qty"] !== undefined && !(Number.isInteger(row["qty"]) && Number(row["qty"]) >= 0)) found.push(`qty is ${String(row["qty"])}`);
    if (row["na_ind"] !== undefined && row["na_ind"] !== 1) found.push(`na_ind is ${String(row["na_ind"])}`);
    const product = `${String(row["brand_code"])}|${String(row["brand_sku_code"])}`.toUpperCase();
    if (seen.has(product)) found.push(`${product} is in one call twice`);
    seen.add(product);
  }
  return found;
};

/** What must lie near OMS4's own time: of activities when they happened, of parcels when they were packed. */
const timesIn = (body: Fields): readonly (readonly [string, unknown])[] => [
  ["event_time", body["event_time"]],
  ...(Array.isArray(body["parcels"]) ? (body["parcels"] as Fields[]) : []).map(
    (parcel) => ["parcel_packed_time", parcel["parcel_packed_time"]] as const,
  ),
];
/** Times of a report that are further than `withinMs` from OMS4's clock. Only for tests in which all is told soon after it happened. */
export const timeViolations = (bodyText: string, { now, withinMs }: Readonly<{ now: number; withinMs: number }>): readonly string[] =>
  timesIn(JSON.parse(bodyText) as Fields).flatMap(([name, at]) =>
    typeof at === "number" && Math.abs(at - now) > withinMs ? [`${name} is ${Math.round((at - now) / 60_000)} min from OMS4's clock`] : [],
  );

/** Everything about a request that the documentation does not allow. */
export const violationsOf = (exchange: Exchange, taskOf: (ftNo: string) => Fields | null): readonly string[] => {
  const { method, path, query, headers, bodyText } = exchange;
  const expected = METHODS[path];
  if (expected === undefined) return [`there is no ${path}`];
  if (method !== expected) return [`${path} is asked with ${method} instead of ${expected}`];
  const found: string[] = [];
  if (!/^\d{13}$/.test(headers["timestamp"] ?? "")) found.push(`timestamp is not in ms: ${headers["timestamp"] ?? "missing"}`);
  if (!/^[0-9a-f]{64}$/.test(headers["signature"] ?? "")) found.push("signature is not 64 lower-case hexadecimal characters");
  if (method === "GET") {
    if (bodyText !== "") found.push("a GET has a body");
    return [...found, ...checkQuery(path, query)];
  }
  if (Object.keys(query).length > 0) found.push("a POST has a query");
  if (!/^application\/json/.test(headers["content-type"] ?? "")) found.push(`content-type is ${headers["content-type"] ?? "missing"}`);
  let body: Fields;
  try {
    body = JSON.parse(bodyText) as Fields;
  } catch {
    return [...found, "the body is no JSON"];
  }
  if (path.endsWith("update_activity")) return [...found, ...checkActivity(body, false)];
  if (path.endsWith("update_parcel_activity")) return [...found, ...checkActivity(body, true)];
  if (path.endsWith("set_parcel_packed")) return [...found, ...checkPacked(body, taskOf(String(body["ft_no"])))];
  return [...found, ...checkInventory(body)];
};
