import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { CorrectField, OutboxCall } from "../../shared/outbox.ts";
import { DELIVERY_TYPES } from "../../shared/settings.ts";

type Body = Readonly<Record<string, unknown>>;
type Read = (typed: string) => Result<unknown>;

/**
 * `keys`: the body's own names for it; the documentation spells the carrier in two ways. `own`: only where we name the carrier ourselves.
 * `receiver`: says where somebody lives, so that the journal notes only that it was changed.
 */
type Rule = Readonly<{ label: string; keys: readonly string[]; own: boolean; receiver: boolean; choices: readonly string[]; read: Read }>;
/** One value that may be put right, and the part of the body that holds it. */
type Slot = Readonly<{ name: string; label: string; rule: Rule; part: Record<string, unknown> }>;

const LONGEST_TEXT = 500;

/** A blank one is left out of the body: better no weight than a wrong one. */
const measure =
  (label: string): Read =>
  (typed) => {
    if (typed === "") return succeed(undefined);
    const value = Number(typed.replace(",", "."));
    return Number.isFinite(value) && value >= 0 && value < 1_000_000
      ? succeed(value)
      : fail("setting-bad", `${label}: write a number, not ${typed}.`);
  };
const words =
  (label: string, must: boolean): Read =>
  (typed) => {
    if (typed === "") return must ? fail("setting-bad", `${label} must not be empty.`) : succeed(undefined);
    return typed.length <= LONGEST_TEXT ? succeed(typed) : fail("setting-bad", `${label}: at most ${LONGEST_TEXT} characters.`);
  };
const choice =
  (label: string, choices: readonly string[]): Read =>
  (typed) => {
    const found = choices.find((each) => each.toUpperCase() === typed.toUpperCase());
    return found === undefined ? fail("setting-bad", `${label}: one of ${choices.join(", ")}.`) : succeed(found);
  };

const rule = (label: string, key: string, read: (label: string) => Read, own = false): Rule => ({
  label,
  keys: [key],
  own,
  receiver: false,
  choices: [],
  read: read(label),
});

const needed = (label: string): Read => words(label, true);
const optional = (label: string): Read => words(label, false);

const parcelRules: readonly Rule[] = [
  rule("Weight (kg)", "weight", measure),
  rule("Length (cm)", "length", measure),
  rule("Width (cm)", "width", measure),
  rule("Height (cm)", "height", measure),
  { ...rule("Carrier", "", needed, true), keys: ["actual_delivery_partner", "actual_delivery_carrier"] },
  { ...rule("Delivery type", "actual_delivery_type", (label) => choice(label, DELIVERY_TYPES), true), choices: DELIVERY_TYPES },
  rule("Carrier id", "delivery_carrier_id", optional, true),
  rule("Cost", "actual_delivery_cost", measure, true),
];
/** Stands last: it is scanned, and a scan into the last field sends. */
const trackingRule = rule("Tracking number", "tracking_no", needed, true);
const placeRules: readonly Rule[] = [
  rule("Source location", "source_location", optional),
  { ...rule("Destination", "dest_location", optional), receiver: true },
];
const orderRules: readonly Rule[] = [rule("Order number", "order_no", optional), rule("Sales channel", "sales_channel", optional)];
const lineRules: readonly Rule[] = [rule("Brand code", "brand_code", needed), rule("Brand SKU code", "brand_sku_code", needed)];
const activityRules: readonly Rule[] = [rule("Words", "description", needed)];

/** What OMS4 says of a line's product; a parcel may hold dozens of lines, so they are offered only then, or where something is missing. */
const PRODUCT_WORDS = /brand|sku|item|product|detail/i;
/** Stands in the journal for what says where somebody lives. */
const NOT_NOTED = "not noted";

const slot = (rule: Rule, part: Record<string, unknown>): Slot => ({ name: rule.keys[0] ?? "", label: rule.label, rule, part });

/** Everything of a report that has a rule; the parts are those of `body` itself. Upstream gives an integrated carrier's number and cost: nothing of ours to put right. */
const slotsOf = (call: OutboxCall, body: Record<string, unknown>): readonly Slot[] => {
  if (call !== "parcel-packed") return activityRules.map((each) => slot(each, body));
  const [parcel] = Array.isArray(body["parcels"]) ? (body["parcels"] as Record<string, unknown>[]) : [];
  if (parcel === undefined) return [];
  const mine = (each: Rule): boolean => !each.own || parcel["actual_delivery_partner"] !== undefined;
  const lines = Array.isArray(parcel["parcel_items"]) ? (parcel["parcel_items"] as Record<string, unknown>[]) : [];
  return [
    ...[...parcelRules, ...placeRules].filter(mine).map((each) => slot(each, parcel)),
    ...orderRules.map((each) => slot(each, body)),
    ...[trackingRule].filter(mine).map((each) => slot(each, parcel)),
    ...lines.flatMap((line) =>
      lineRules.map((each) => {
        const { name, label, ...rest } = slot(each, line);
        const id = String(line["ft_detail_id"] ?? "");
        return { ...rest, name: `${name}.${id}`, label: `${label} · ${String(line["brand_sku_code"] || line["seller_sku_code"] || id)}` };
      }),
    ),
  ];
};

const valueOf = ({ rule, part }: Slot): string => String(part[rule.keys[0] ?? ""] ?? "");

/**
 * What of a report may be put right at the bench, with its values as they stand. Its lines and number never change: that is what undo is
 * for. `said`: OMS4's words.
 */
export const correctFields = (call: OutboxCall, body: Body, said: string): readonly CorrectField[] =>
  slotsOf(call, structuredClone(body))
    .filter((each) => !lineRules.includes(each.rule) || PRODUCT_WORDS.test(said) || valueOf(each) === "")
    .map((each) => ({ name: each.name, label: each.label, value: valueOf(each), choices: [...each.rule.choices] }));

export type Correction = Readonly<{ body: Record<string, unknown>; before: Record<string, unknown>; after: Record<string, unknown> }>;

/** Lays typed values over a report's body; `before` and `after` hold what really changed. Failures: `setting-bad` with the field's name. */
export const correctBody = (call: OutboxCall, body: Body, values: Readonly<Record<string, string>>): Result<Correction> => {
  const next: Record<string, unknown> = structuredClone(body);
  const slots = slotsOf(call, next);
  if (slots.length === 0) return fail("not-now", "There is nothing in this report that can be corrected.");
  const before: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  for (const each of slots) {
    const { name, rule, part } = each;
    const typed = values[name];
    if (typed === undefined || typed.trim() === valueOf(each)) continue;
    const value = rule.read(typed.trim());
    if (!value.ok) return value;
    before[name] = rule.receiver ? NOT_NOTED : (part[rule.keys[0] ?? ""] ?? null);
    after[name] = rule.receiver ? NOT_NOTED : (value.value ?? null);
    for (const key of rule.keys) {
      if (value.value === undefined) delete part[key];
      else part[key] = value.value;
    }
  }
  return succeed({ body: next, before, after });
};
