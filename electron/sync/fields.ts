import { z } from "zod";

/**
 * Fields as OMS4 really writes them: its own examples contradict each other on ids (number or string), codes (string
 * or number), times (ms or seconds) and on what is missing. These readers accept all of it and give one form.
 */

/** A value below this is in seconds: 10^11 ms is 1973, 10^11 s is the year 5138. */
const SECONDS_BELOW = 1e11;

/** Text of any kind; null and missing are "". */
export const text = z
  .union([z.string(), z.number(), z.boolean(), z.bigint()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? "" : String(value)));

/** An id, a number or a name of a thing: trimmed, and the words "null" and "undefined" are nothing. */
export const name = text.transform((value) => (/^(null|undefined|none)$/i.test(value.trim()) ? "" : value.trim()));

/** An id that must be there. */
export const id = name.refine((value) => value !== "", { error: "is missing" });

/** ms since epoch; null when missing, blank, zero or no time at all. */
export const time = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value): number | null => {
    if (value === null || value === undefined || String(value).trim() === "") return null;
    const number = Number(value);
    const ms = Number.isFinite(number) ? (Math.abs(number) < SECONDS_BELOW ? number * 1000 : number) : Date.parse(String(value));
    return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : null;
  });

/** 1, "1", true and "true" are yes. */
export const flag = text.transform((value) => /^(1|true|y|yes)$/i.test(value.trim()));

/** A number, also written as text; null when missing or blank. */
export const amount = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value, context): number | null => {
    if (value === null || value === undefined || String(value).trim() === "") return null;
    const number = Number(value);
    if (Number.isFinite(number)) return number;
    context.addIssue({ code: "custom", message: `is no number: ${String(value)}` });
    return z.NEVER;
  });

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
