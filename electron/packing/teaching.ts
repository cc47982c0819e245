import { codeFault, conflictWords, productWords, type CodeConflict, type CodeMeaning } from "../../shared/alias.ts";
import { productOf, type KnownProduct } from "../../shared/count.ts";
import type { ReadScan } from "../../shared/scan.ts";
import type { TaskDetail } from "../../shared/task.ts";
import { nameOf, type BenchTask } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { matchItem } from "./match.ts";
import { make, plural, shown } from "./words.ts";

/** A code being made known: `quantity` units of the product that is scanned next. */
export type Teaching = Readonly<{ ftNo: string; code: string; barcode: string; quantity: number }>;
export type TeachScan = Readonly<{
  text: string;
  readings: readonly ReadScan[];
  meanings: readonly CodeMeaning[];
  /** typed at a person's pace: digits are then a line's number */
  byHand: boolean;
}>;

/** Lines are numbered as OMS4 gave them. */
const LINE_NUMBER = /^\d{1,3}$/;

const packs = ({ quantity }: Pick<Teaching, "quantity">): string => (quantity === 1 ? "one unit" : `${quantity} units, a case`);

/** The words of every answer that teaching gives. */
export const teachAnswer = {
  ask: (teaching: Teaching): Answer =>
    make(
      "command-ok",
      `Teach ${shown(teaching.barcode)}`,
      `Each scan of it: ${packs(teaching)}. Scan the product's own barcode, or key its line number. LEAVE stops it.`,
      teaching.ftNo,
    ),
  sure: (bench: BenchTask, code: string): Answer =>
    make("command-ok", `Teach ${shown(code)}? Scan TEACH again`, "Anything else leaves it unknown.", bench.task.ftNo),
  supervisor: (bench: BenchTask, how: string): Answer => make("command-refused", "Only a supervisor teaches codes", how, bench.task.ftNo),
  nothing: (bench: BenchTask | null): Answer =>
    bench === null
      ? make("command-refused", "Nothing to teach", "Open a task with this item first, or COUNT.", null)
      : make("command-refused", "Nothing to teach", "Scan the unknown code first, then TEACH.", bench.task.ftNo),
  unfit: (bench: BenchTask, code: string, fault: string): Answer =>
    make("command-refused", "This code can't be taught", `${shown(code)} ${fault}. Scan another code of the item.`, bench.task.ftNo),
  known: (bench: BenchTask, code: string, name: string): Answer =>
    make(
      "command-refused",
      `${shown(code)} is known: ${name}`,
      `It can't be made a code of ${[...new Set(bench.task.details.map(nameOf))].slice(0, 3).join(" / ")}.`,
      bench.task.ftNo,
    ),
  busy: (teaching: Teaching): Answer =>
    make("command-refused", "A code is being taught", "Scan the product's own barcode, or LEAVE to stop teaching.", teaching.ftNo),
  later: (bench: BenchTask): Answer => make("command-refused", "A list of codes is being read", "Teach it in a moment.", bench.task.ftNo),
  badQuantity: (teaching: Teaching): Answer => make("command-refused", "Not that many", "A case holds 1 to 9,999.", teaching.ftNo),
  stopped: (teaching: Teaching): Answer =>
    make("command-ok", "Not taught", `${shown(teaching.barcode)} stays unknown. Go on scanning items.`, teaching.ftNo),
  sameCode: (teaching: Teaching): Answer =>
    make("scan-refused", "That is the code itself", "Scan the product's own barcode, or key its line number.", teaching.ftNo),
  noLine: (teaching: Teaching, text: string): Answer =>
    make(
      "scan-refused",
      `Not in this task: ${shown(text)}`,
      "Scan the own barcode of a product in this task, or key its line number. LEAVE stops it.",
      teaching.ftNo,
    ),
  ambiguous: (teaching: Teaching, names: readonly string[]): Answer =>
    make("ambiguous", "Which product is it?", `${names.join(" / ")}: scan another code of it, or key its line number.`, teaching.ftNo),
  withoutCodes: (teaching: Teaching, detail: TaskDetail): Answer =>
    make(
      "scan-refused",
      `${nameOf(detail)} can't be taught`,
      `Its ${codeFault(detail.brandCode) === null ? "brand SKU code" : "brand code"} ${codeFault(detail.brandCode) ?? codeFault(detail.brandSkuCode) ?? ""}: OMS4 gave it so.`,
      teaching.ftNo,
      detail.detailId,
    ),
  conflict: (teaching: Teaching, wanted: KnownProduct, conflict: CodeConflict): Answer =>
    make(
      "command-refused",
      `Not taught: ${shown(teaching.barcode)}`,
      conflictWords({ ...wanted, quantity: teaching.quantity }, conflict),
      teaching.ftNo,
    ),
  /** It packs nothing yet: what was scanned to teach may be a label in the supervisor's hand, and only a scan says what goes into the box. */
  taught: (teaching: Teaching, known: KnownProduct): Answer =>
    make(
      "command-ok",
      `Taught: ${known.name}`,
      `${shown(teaching.barcode)} packs ${plural(teaching.quantity, "unit")} of ${productWords(known)}. Nothing is packed yet: scan it.`,
      teaching.ftNo,
    ),
} as const;

export type Taught = Readonly<{ known: KnownProduct; detailId: string }>;

const productOfLine = (teaching: Teaching, detail: TaskDetail): Taught | Answer => {
  const { brandCode, brandSkuCode, detailId } = detail;
  if (codeFault(brandCode) !== null || codeFault(brandSkuCode) !== null) return teachAnswer.withoutCodes(teaching, detail);
  return { known: { product: productOf(brandCode, brandSkuCode), brandCode, brandSkuCode, name: nameOf(detail) }, detailId };
};

/** Whose code it is, by the scan of a code that is known or by a line's number; an answer where that is not clear. */
export const readProduct = (teaching: Teaching, open: BenchTask, { text, readings, meanings, byHand }: TeachScan): Taught | Answer => {
  const typed = text.trim();
  const numbered = LINE_NUMBER.test(typed) ? open.task.details[Number(typed) - 1] : undefined;
  if (readings.some(({ code }) => code === teaching.code)) return teachAnswer.sameCode(teaching);
  const match = matchItem(open, readings, meanings);
  if (numbered !== undefined && (byHand || match.kind === "none")) return productOfLine(teaching, numbered);
  const [detail] = match.kind === "lines" ? match.details : [];
  if (match.kind === "ambiguous") return teachAnswer.ambiguous(teaching, match.names);
  return detail === undefined ? teachAnswer.noLine(teaching, typed) : productOfLine(teaching, detail);
};
