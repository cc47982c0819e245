import { checkKeys, isMs, isText, textOf, type Fields } from "./oms4-check-fields.ts";

const PARCEL_KEYS = [
  "fp_parcel_no",
  "parcel_packed_time",
  "weight",
  "length",
  "height",
  "width",
  "actual_delivery_partner",
  "actual_delivery_carrier",
  "actual_delivery_type",
  "tracking_no",
  "source_location",
  "dest_location",
  "actual_delivery_cost",
  "delivery_carrier_id",
  "parcel_items",
];
const ITEM_KEYS = ["ft_detail_id", "seller_sku_code", "brand_code", "brand_sku_code", "qty"];

const MEASURES = ["weight", "length", "height", "width", "actual_delivery_cost"];
const ADDRESS_PARTS = ["address", "district", "city", "state", "postcode", "country"];

/** Words for each of these that is not as the task, or its line, has it. */
const checkSame = (names: readonly string[], told: Fields, known: Fields): string[] =>
  names.flatMap((name) =>
    textOf(told[name]) === textOf(known[name]) ? [] : [`${name} is ${String(told[name])}, the task has ${String(known[name])}`],
  );

const checkPlaces = (parcel: Fields, task: Fields): string[] => {
  const destination = textOf(parcel["dest_location"]);
  const missing = ADDRESS_PARTS.filter((name) => !destination.includes(textOf(task[name])));
  return [
    ...(missing.length > 0 ? [`dest_location lacks the task's ${missing.join(", ")}: ${destination}`] : []),
    ...(textOf(task["fp_name"]) !== "" && !isText(parcel["source_location"]) ? ["source_location is empty"] : []),
  ];
};

/** The ids that a task offers; one page calls them `value`. */
const offeredIds = (task: Fields): readonly string[] =>
  (Array.isArray(task["avail_delivery_carrier"]) ? (task["avail_delivery_carrier"] as unknown[]) : []).flatMap((carrier) =>
    typeof carrier === "object" && carrier !== null ? [textOf((carrier as Fields)["id"] ?? (carrier as Fields)["value"])] : [],
  );

/** Everything about a Parcel Packing Finished that the documentation does not allow. `task`: the task as this OMS4 gave it out. */
export const checkPacked = (body: Fields, task: Fields | null): string[] => {
  const found = checkKeys(body, ["ft_no", "order_no", "sales_channel", "parcels"], "body");
  if (task !== null) found.push(...checkSame(["order_no", "sales_channel"], body, task));
  if (!isText(body["ft_no"])) found.push("ft_no is missing");
  if (!Array.isArray(body["parcels"]) || body["parcels"].length === 0) return [...found, "parcels is missing"];
  const carrier = task?.["delivery_carrier"];
  const own = carrier === null || carrier === undefined || carrier === "";
  const details = Array.isArray(task?.["task_details"]) ? (task["task_details"] as Fields[]) : [];
  for (const parcel of body["parcels"] as Fields[]) {
    found.push(...checkKeys(parcel, PARCEL_KEYS, "parcel"));
    if (!isText(parcel["fp_parcel_no"])) found.push("fp_parcel_no is missing");
    if (!isMs(parcel["parcel_packed_time"])) found.push(`parcel_packed_time is not in ms: ${String(parcel["parcel_packed_time"])}`);
    for (const name of MEASURES) {
      const value = parcel[name];
      if (value !== undefined && !(typeof value === "number" && Number.isFinite(value) && value >= 0))
        found.push(`${name} is ${String(value)}`);
    }
    if (task !== null) found.push(...checkPlaces(parcel, task));
    const carrierId = parcel["delivery_carrier_id"];
    if (carrierId !== undefined && task !== null && !offeredIds(task).includes(textOf(carrierId)))
      found.push(`delivery_carrier_id ${String(carrierId)} is not one of those offered`);
    if (own) {
      if (!isText(parcel["actual_delivery_partner"])) found.push("actual_delivery_partner is missing");
      if (parcel["actual_delivery_partner"] !== parcel["actual_delivery_carrier"]) found.push("the two spellings of the carrier differ");
      if (!["Standard", "Economic", "Premium"].includes(String(parcel["actual_delivery_type"])))
        found.push(`actual_delivery_type is ${String(parcel["actual_delivery_type"])}`);
      if (!isText(parcel["tracking_no"])) found.push("tracking_no is missing for an own delivery");
    } else if (isText(parcel["tracking_no"])) found.push("tracking_no must be blank when upstream provides it");
    const items = parcel["parcel_items"];
    if (!Array.isArray(items) || items.length === 0) return [...found, "parcel_items is missing"];
    for (const item of items as Fields[]) {
      found.push(...checkKeys(item, ITEM_KEYS, "parcel item"));
      for (const name of ["ft_detail_id", "brand_code", "brand_sku_code"]) if (!isText(item[name])) found.push(`${name} is missing`);
      const detail = details.find((one) => textOf(one["task_detail_id"] ?? one["ft_detail_id"]) === item["ft_detail_id"]);
      if (detail !== undefined) found.push(...checkSame(["seller_sku_code", "brand_code", "brand_sku_code"], item, detail));
      if (detail !== undefined && (detail["qty"] === undefined) !== (item["qty"] === undefined)) {
        found.push(`qty of ${String(item["ft_detail_id"])} must come back exactly when the task carried one`);
      }
    }
  }
  return found;
};
