import { kgOfUnit, type ScaleReading, type WeightUnit } from "../../shared/weight.ts";

/**
 * A&D's standard format (AD-4401 and EK/GX manuals), also spoken by many others: one line a reading, in stream mode or when asked with Q.
 *
 *   ST,GS,+00123.45kg CR LF      ST stable · US unstable · OL overload      GS gross · NT net · TR tare
 *   ST,+00012.34  g CR LF        the same of balances, without the second word
 */

export type AndState = Readonly<{ text: string }>;
export type AndStep = Readonly<{ state: AndState; readings: readonly ScaleReading[]; broken: number }>;

export const emptyAnd: AndState = { text: "" };

const LONGEST_LINE = 64;
const LINE = /^(ST|US|OL)(?:,(?:GS|NT))?,\s*([+-])?\s*(\d+)(?:\.(\d+))?\s*(mg|g|kg|t|ct|oz|ozt|lb)\s*$/i;
const OVERLOAD = /^OL\b/i;
const UNITS: Readonly<Record<string, WeightUnit>> = { mg: "mg", g: "g", kg: "kg", t: "t", ct: "ct", oz: "oz", ozt: "oz t", lb: "lb" };

/** A tare line says nothing of what is on the pan. */
const TARE = /^(?:ST|US),TR,/i;

const readLine = (line: string): ScaleReading | null => {
  if (OVERLOAD.test(line)) return { kg: 0, stability: "moving", graduationKg: 0, problem: /,\s*-/.test(line) ? "under" : "over" };
  const found = LINE.exec(line);
  if (found === null) return null;
  const [, header = "", sign = "+", whole = "0", places = "", unitText = ""] = found;
  const unit = UNITS[unitText.toLowerCase()];
  if (unit === undefined) return null;
  const weight = Number(`${whole}.${places}0`) * kgOfUnit[unit];
  return {
    kg: weight === 0 ? 0 : sign === "-" ? -weight : weight,
    stability: header.toUpperCase() === "ST" ? "stable" : "moving",
    graduationKg: 10 ** -places.length * kgOfUnit[unit],
    problem: null,
  };
};

/** Takes some bytes; `broken` counts lines that are no reading. The first line after plugging in may be half of one. */
export const stepAnd = (before: AndState, bytes: Iterable<number>): AndStep => {
  const text = before.text + String.fromCharCode(...[...bytes].map((byte) => byte & 0x7f));
  const lines = text.split(/[\r\n]+/);
  const rest = lines.pop() ?? "";
  const full = lines.map((line) => line.trim()).filter((line) => line !== "" && !TARE.test(line));
  const readings = full.map(readLine);
  const tooLong = rest.length > LONGEST_LINE;
  return {
    state: { text: tooLong ? "" : rest },
    readings: readings.filter((reading) => reading !== null),
    broken: readings.filter((reading) => reading === null).length + (tooLong ? 1 : 0),
  };
};
