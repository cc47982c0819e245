import { conflictWords, productWords, type AliasRow, type CodesPreview } from "../../shared/alias.ts";
import { productOf } from "../../shared/count.ts";
import { normaliseCode } from "../../shared/scan.ts";
import type { Alias, AliasStore } from "../store/aliases.ts";
import type { CsvLine } from "./csv.ts";

type AboutLine = CodesPreview["problems"][number];
/** What a list of codes would do here. */
export type Plan = Readonly<{
  rows: number;
  fresh: readonly AliasRow[];
  changed: readonly Readonly<{ row: AliasRow; before: Alias }>[];
  same: number;
  conflicts: number;
  bad: number;
  problems: readonly AboutLine[];
  changes: readonly AboutLine[];
}>;

const ROWS_BETWEEN_BREATHS = 200;
/** Those of a file of another kind altogether would be a hundred thousand. */
const PROBLEMS_NAMED = 200;

const OTHERS_NAMED = 3;

const sameMeaning = (one: AliasRow, other: AliasRow): boolean =>
  one.quantity === other.quantity && productOf(one.brandCode, one.brandSkuCode) === productOf(other.brandCode, other.brandSkuCode);
const sameWords = (one: AliasRow, other: AliasRow): boolean =>
  sameMeaning(one, other) && one.barcode === other.barcode && one.brandCode === other.brandCode && one.brandSkuCode === other.brandSkuCode;

type GoodLine = Readonly<{ line: number; row: AliasRow }>;

/** Codes that the file itself gives two meanings, each with the lines that say so. */
const contradicted = async (lines: readonly CsvLine[], breathe: () => Promise<void>): Promise<ReadonlyMap<string, readonly GoodLine[]>> => {
  const first = new Map<string, GoodLine>();
  const found = new Map<string, readonly GoodLine[]>();
  for (const [index, each] of lines.entries()) {
    if (index % ROWS_BETWEEN_BREATHS === ROWS_BETWEEN_BREATHS - 1) await breathe();
    if ("bad" in each) continue;
    const code = normaliseCode(each.row.barcode);
    const before = first.get(code);
    if (before === undefined) first.set(code, each);
    else if (!sameMeaning(before.row, each.row)) found.set(code, [...(found.get(code) ?? [before]), each]);
  }
  return found;
};

/** Holds a list against what is known here, without changing anything. `breathe` runs between bites. */
export const planImport = async (lines: readonly CsvLine[], aliases: AliasStore, breathe: () => Promise<void>): Promise<Plan> => {
  const fresh: AliasRow[] = [];
  const changed: Readonly<{ row: AliasRow; before: Alias }>[] = [];
  const problems: AboutLine[] = [];
  const changes: AboutLine[] = [];
  const tally = { same: 0, conflicts: 0, bad: 0 };
  const seen = new Set<string>();
  const twice = await contradicted(lines, breathe);
  const problem = (what: "conflicts" | "bad", line: number, words: string): void => {
    tally[what] += 1;
    if (problems.length < PROBLEMS_NAMED) problems.push({ line, words });
  };
  for (const [index, each] of lines.entries()) {
    if (index % ROWS_BETWEEN_BREATHS === ROWS_BETWEEN_BREATHS - 1) await breathe();
    const { line } = each;
    if ("bad" in each) {
      problem("bad", line, each.bad);
      continue;
    }
    const { row } = each;
    const code = normaliseCode(row.barcode);
    const others = twice.get(code)?.filter((other) => other.line !== line);
    // Most rows need no name
    const nameOf = (one: AliasRow) => ({ ...one, name: aliases.nameOf(one.brandCode, one.brandSkuCode) });
    const named = () => nameOf(row);
    const unitsWords = (one: AliasRow): string => `${one.quantity} × ${productWords(nameOf(one))}`;
    if (others !== undefined) {
      const all = others.slice(0, OTHERS_NAMED).map((other) => `${unitsWords(other.row)} in line ${other.line}`);
      problem("conflicts", line, `${row.barcode}: ${unitsWords(row)} here, ${all.join(", ")}.`);
      continue;
    }
    if (seen.has(code)) {
      tally.same += 1;
      continue;
    }
    seen.add(code);
    const conflict = aliases.conflict(row);
    if (conflict !== null) {
      problem("conflicts", line, `${row.barcode}: ${conflictWords(named(), conflict)}`);
      continue;
    }
    const before = aliases.of(code);
    if (before === null) fresh.push(row);
    else if (sameWords(before, row)) tally.same += 1;
    else {
      changed.push({ row, before });
      const what = before.quantity === row.quantity ? "written otherwise" : `${before.quantity} → ${row.quantity} a scan`;
      if (changes.length < PROBLEMS_NAMED) changes.push({ line, words: `${row.barcode}: ${productWords(named())}, ${what}.` });
    }
  }
  return { rows: lines.length, fresh, changed, ...tally, problems, changes };
};

/** The counts of a plan in words: "96 new, 2 changed, 1 as it is · 1 in conflict, 0 bad". */
export const planWords = (plan: Plan): string =>
  `${plan.rows} rows: ${plan.fresh.length} new, ${plan.changed.length} changed, ${plan.same} as they are, ${plan.conflicts} in conflict, ${plan.bad} bad.`;
