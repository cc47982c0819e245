import { FNC1 } from "./fnc1.ts";

/** What became of the characters of a test code; `lead` and `trail` stand before and behind it. */
export type Alignment = Readonly<{
  cost: number;
  lead: string;
  trail: string;
  lost: string;
  doubled: string;
  /** characters that are none of the code's */
  extra: string;
  /** what came for FNC1: itself, "" for nothing, or something else; null where the code has none */
  separator: string | null;
}>;

// A fault that a scanner really has is cheaper than a character out of nowhere
const LOST = 1;
const DOUBLED = 1;
const EXTRA = 1.3;
const OTHER = 1.8; // one character in another's place
const OUTSIDE = 0.3; // what a scanner adds stands before or behind the code
const SEPARATOR = 0.9; // FNC1 left out, or replaced …
const SEPARATOR_GOES_ON = 0.4; // … by several characters

const STEP = { match: 0, lost: 1, doubled: 2, extra: 3, other: 4, outside: 5, replaced: 6 } as const;

/** Cheapest costs and the last step to every place; places are read row by row, a row a character of the code. */
type Table = Readonly<{ costs: Float64Array; steps: Uint8Array; width: number }>;

const tableOf = (expected: string, came: string): Table => {
  const [rows, columns] = [expected.length, came.length];
  const width = columns + 1;
  const costs = new Float64Array((rows + 1) * width).fill(Number.POSITIVE_INFINITY);
  const steps = new Uint8Array((rows + 1) * width);
  costs[0] = 0;
  const reach = (at: number, cost: number, step: number): void => {
    if (cost >= (costs[at] ?? 0)) return;
    costs[at] = cost;
    steps[at] = step;
  };
  for (let row = 0; row <= rows; row++) {
    const before = row === 0 ? "" : expected.charAt(row - 1);
    const wanted = expected.charAt(row);
    const outside = row === 0 || row === rows;
    for (let column = 0; column <= columns; column++) {
      const at = row * width + column;
      const here = costs[at] ?? 0;
      if (row < rows) reach(at + width, here + (wanted === FNC1 ? SEPARATOR : LOST), STEP.lost);
      if (column === columns) continue;
      const next = came.charAt(column);
      if (outside) reach(at + 1, here + OUTSIDE, STEP.outside);
      else reach(at + 1, here + (before === FNC1 ? SEPARATOR_GOES_ON : EXTRA), STEP.extra);
      if (next === before) reach(at + 1, here + DOUBLED, STEP.doubled);
      if (row === rows) continue;
      if (wanted === next) reach(at + width + 1, here, STEP.match);
      else if (wanted === FNC1) reach(at + width + 1, here + SEPARATOR, STEP.replaced);
      else reach(at + width + 1, here + OTHER, STEP.other);
    }
  }
  return { costs, steps, width };
};

/** What it costs to get from one text to the other; 0 where they are the same. */
export const alignmentCost = (expected: string, came: string): number =>
  expected === came ? 0 : (tableOf(expected, came).costs.at(-1) ?? 0);

/**
 * The cheapest way from what a scanner should have sent to what came. Both are short: a test code has at most 40 characters.
 * `names`: what the characters of `expected` are called in the answer, where a layout turned them into others.
 */
export const align = (expected: string, came: string, names: string): Alignment => {
  const { costs, steps, width } = tableOf(expected, came);
  let [row, column] = [expected.length, came.length];
  let [lead, trail, lost, doubled, extra] = ["", "", "", "", ""];
  let separator: string | null = expected.includes(FNC1) ? FNC1 : null;
  /** characters right behind FNC1's place belong to what replaced it: {GS} */
  let behind = "";
  while (row > 0 || column > 0) {
    const step = steps[row * width + column] ?? STEP.match;
    const [wanted, name, next] = [expected.charAt(row - 1), names.charAt(row - 1), came.charAt(column - 1)];
    if (step === STEP.outside) {
      if (row === 0) lead = next + lead;
      else trail = next + trail;
    } else if (step === STEP.doubled) doubled = name + doubled;
    else if (step === STEP.extra) {
      if (wanted === FNC1) behind = next + behind;
      else extra = next + extra;
    } else if (step === STEP.lost) {
      if (wanted === FNC1) separator = behind;
      else lost = name + lost;
    } else if (step === STEP.replaced) separator = next + behind;
    else if (step === STEP.other) [lost, extra] = [name + lost, next + extra];
    if (step !== STEP.lost) column -= 1;
    if (step === STEP.match || step === STEP.lost || step === STEP.replaced || step === STEP.other) row -= 1;
  }
  return { cost: costs.at(-1) ?? 0, lead, trail, lost, doubled, extra, separator };
};
