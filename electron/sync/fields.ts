import { z } from "zod";

/**
 * Fields as OMS4 really writes them: its own examples contradict each other on ids (number or string), codes (string
 * or number), times (ms or seconds) and on what is missing. These readers accept all of it and give one form.
 */

/** A value below this is in seconds: 10^11 ms is 1973, 10^11 s is the year 5138. */
const SECONDS_BELOW = 1e11;

const complain = (context: z.RefinementCtx, message: string): never => {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
};
const isScalar = (value: unknown): value is string | number | boolean => ["string", "number", "boolean"].includes(typeof value);
const blank = (value: unknown): boolean => value === null || value === undefined || (typeof value === "string" && value.trim() === "");

// One step each, not a union with a transform behind it: a pull reads thousands of tasks, and this is most of its work

/** Text of any kind; null, missing and what is no text at all are "": an odd e-mail must not stop a parcel. */
export const text = z.transform((value: unknown): string => (isScalar(value) ? String(value) : ""));

/** An id, a number or a name of a thing: trimmed, and the words "null" and "undefined" are nothing. */
export const name = z.transform((value: unknown, context): string => {
  if (value === null || value === undefined) return "";
  if (!isScalar(value)) return complain(context, "is no text");
  const trimmed = String(value).trim();
  return /^(null|undefined|none)$/i.test(trimmed) ? "" : trimmed;
});

/** An id that must be there. */
export const id = name.refine((value) => value !== "", { error: "is missing" });

/** The last moment that a date can name (ECMA-262), ms: beyond it there is no time, and no column that holds it. */
const LAST_MS = 8.64e15;

/** ms since epoch; null when missing, blank, zero or no time at all. */
export const time = z.transform((value: unknown): number | null => {
  if (blank(value) || !isScalar(value)) return null;
  const number = Number(value);
  const ms = Number.isFinite(number) ? (Math.abs(number) < SECONDS_BELOW ? number * 1000 : number) : Date.parse(String(value));
  return ms > 0 && ms <= LAST_MS ? Math.round(ms) : null;
});

/** 1, "1", true and "true" are yes. */
export const flag = z.transform((value: unknown): boolean => isScalar(value) && /^(1|true|y|yes)$/i.test(String(value).trim()));

/** A number, also written as text; null when missing or blank. */
export const amount = z.transform((value: unknown, context): number | null => {
  if (blank(value)) return null;
  // Yes and no would be read as one and none
  const number = isScalar(value) && typeof value !== "boolean" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : complain(context, `is no number: ${isScalar(value) ? String(value) : "a list or an object"}`);
});

/** JSON of what OMS4 sent; null when it is nested so deep that nothing here can write it. */
export const rawOf = (value: unknown): string | null => {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return null;
  }
};

/** A record's own number as the readers below read it; "" where it has none or something that is no number. */
export const numberIn = (record: unknown, field: string): string => {
  const value = typeof record === "object" && record !== null ? (record as Readonly<Record<string, unknown>>)[field] : null;
  return isScalar(value) ? String(value).trim() : "";
};

/** A list that may be null or missing. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);

/** The first thing zod found wrong, in plain words: "task_details.0.qty is no number: x". */
export const firstIssue = (error: z.ZodError): string => {
  const [issue] = error.issues;
  if (issue === undefined) return "unreadable";
  return `${issue.path.join(".")} ${issue.message}`.trim();
};
