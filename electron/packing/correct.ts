import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { CorrectField, OutboxCall } from "../../shared/outbox.ts";
import { DELIVERY_TYPES } from "../../shared/settings.ts";

type Body = Readonly<Record<string, unknown>>;
type Read = (typed: string) => Result<unknown>;

/** `keys`: the body's own names for it; the documentation spells the carrier in two ways. `own`: only where we name the carrier ourselves. */
type Rule = Readonly<{ label: string; keys: readonly string[]; own: boolean; choices: readonly string[]; read: Read }>;

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
  choices: [],
  read: read(label),
});

const parcelRules: readonly Rule[] = [
  rule("Weight (kg)", "weight", measure),
  rule("Length (cm)", "length", measure),
  rule("Width (cm)", "width", measure),
  rule("Height (cm)", "height", measure),
  { ...rule("Carrier", "", (label) => words(label, true), true), keys: ["actual_delivery_partner", "actual_delivery_carrier"] },
  { ...rule("Delivery type", "actual_delivery_type", (label) => choice(label, DELIVERY_TYPES), true), choices: DELIVERY_TYPES },
  rule("Carrier id", "delivery_carrier_id", (label) => words(label, false), true),
  rule("Cost", "actual_delivery_cost", measure, true),
  rule("Tracking number", "tracking_no", (label) => words(label, true), true),
];
const activityRules: readonly Rule[] = [rule("Words", "description", (label) => words(label, true))];

/** Where the corrected values live: in the one parcel of a Packing Finished, else in the body itself. */
const partOf = (call: OutboxCall, body: Body): Body | null => {
  if (call !== "parcel-packed") return body;
  const [parcel] = Array.isArray(body["parcels"]) ? (body["parcels"] as readonly Body[]) : [];
  return parcel ?? null;
};

const rulesOf = (call: OutboxCall, part: Body): readonly Rule[] => {
  if (call !== "parcel-packed") return activityRules;
  // Upstream gives an integrated carrier's number and cost: there is nothing of ours to put right
  const own = part["actual_delivery_partner"] !== undefined;
  return parcelRules.filter((each) => own || !each.own);
};

/** What of a report may be put right at the bench, with its values as they stand. Its content and number never change: that is what undo is for. */
export const correctFields = (call: OutboxCall, body: Body): readonly CorrectField[] => {
  const part = partOf(call, body);
  if (part === null) return [];
  return rulesOf(call, part).map(({ label, keys, choices }) => {
    const [name = ""] = keys;
    return { name, label, value: String(part[name] ?? ""), choices: [...choices] };
  });
};

export type Correction = Readonly<{ body: Record<string, unknown>; before: Record<string, unknown>; after: Record<string, unknown> }>;

/** Lays typed values over a report's body; `before` and `after` hold what really changed. Failures: `setting-bad` with the field's name. */
export const correctBody = (call: OutboxCall, body: Body, values: Readonly<Record<string, string>>): Result<Correction> => {
  const part = partOf(call, body);
  if (part === null) return fail("not-now", "There is nothing in this report that can be corrected.");
  const next: Record<string, unknown> = { ...part };
  const before: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  for (const { keys, read } of rulesOf(call, part)) {
    const [name = ""] = keys;
    const typed = values[name];
    if (typed === undefined || typed.trim() === String(part[name] ?? "")) continue;
    const value = read(typed.trim());
    if (!value.ok) return value;
    before[name] = part[name] ?? null;
    after[name] = value.value ?? null;
    for (const key of keys) {
      if (value.value === undefined) delete next[key];
      else next[key] = value.value;
    }
  }
  return succeed({ body: call === "parcel-packed" ? { ...body, parcels: [next] } : next, before, after });
};
