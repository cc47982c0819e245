import { conflictWords, type CodeConflict } from "../../shared/alias.ts";
import { LARGEST_COUNT, type CountRow, type KnownProduct } from "../../shared/count.ts";
import { fenced } from "../packing/bench.ts";
import type { Answer } from "../packing/decision.ts";
import { make as answer, plural, shown } from "../packing/words.ts";

type Named = Pick<KnownProduct, "brandCode" | "brandSkuCode" | "name">;
const nameOf = ({ name, brandSkuCode }: Named): string => fenced(name.trim() === "" ? brandSkuCode : name);
const codesOf = ({ brandCode, brandSkuCode }: Named): string => `${brandCode} · ${brandSkuCode}`;

const figure = (qty: number | null): string => (qty === null ? "no longer here" : qty.toLocaleString("en"));
const LIMIT = LARGEST_COUNT.toLocaleString("en");

/** What was finished and OMS4 has not taken yet; "" when it has everything. */
const unsentWords = ({ waiting, failed }: Readonly<{ waiting: number; failed: number }>): string =>
  [
    failed > 0 ? `${plural(failed, "row")} refused by OMS4: COUNT or TROUBLE.` : "",
    waiting > 0 ? `${plural(waiting, "row")} ${waiting === 1 ? "goes" : "go"} to OMS4 as soon as it can be reached.` : "",
  ]
    .filter((words) => words !== "")
    .join(" ");

/** A count is about no task. */
const make = (kind: Answer["kind"], title: string, text: string): Answer => answer(kind, title, text, null);

/** The words of every answer a count gives: what happened to what, and what to do now. */
export const countAnswer = {
  started: (counting: number): Answer =>
    counting === 0
      ? make("command-ok", "Count stock", "Scan an item, then key how many there are. COUNT again ends it.")
      : make("command-ok", `Go on counting · ${plural(counting, "product")}`, "Scan the next item. FINISH sends the count."),
  left: ({ counting, ...unsent }: Readonly<{ counting: number; waiting: number; failed: number }>): Answer =>
    counting === 0
      ? make("command-ok", "Counting ended", `${unsentWords(unsent) || "Nothing is left to send from here."} Scan a task.`)
      : make(
          "command-ok",
          "Counting is put aside",
          `${plural(counting, "product")} counted, not sent: COUNT goes on with it. ${unsentWords(unsent)}`.trim(),
        ),
  taskIsOpen: (ftNo: string): Answer => make("command-refused", `${ftNo} is open`, "Finish it, or scan LEAVE, before you count."),
  otherWork: (): Answer => make("command-refused", "Something else is running", "End it first, then scan COUNT."),
  counted: (row: CountRow): Answer =>
    make("item-ok", `${nameOf(row)} · ${figure(row.qty)}`, `${codesOf(row)}. Scan again to count up, or key the number.`),
  quantity: (row: CountRow, before: CountRow): Answer =>
    make("item-ok", `${nameOf(row)} · ${figure(row.qty)}`, `${codesOf(row)}. It was ${figure(before.qty)}. Scan the next item.`),
  gone: (row: CountRow): Answer =>
    make("item-ok", `${nameOf(row)} · no longer here`, `${codesOf(row)}. OMS4 takes it off the stock list when the count is sent.`),
  goneAlready: (row: CountRow): Answer =>
    make("done-already", `${nameOf(row)} is marked as gone`, "Scan it to count it after all, or UNDO."),
  tooMany: (name: Named, wanted: number): Answer =>
    make("over-scan", `Too many: ${nameOf(name)}`, `${wanted.toLocaleString("en")} is more than ${LIMIT}. Nothing was counted.`),
  badNumber: (text: string): Answer =>
    make("scan-refused", `${shown(text)} is no count`, `Key a whole number from 0 to ${LIMIT}. Nothing was changed.`),
  nothingMarked: (): Answer => make("command-refused", "Which item?", "Scan the item first, then its number."),
  unknown: (code: string): Answer =>
    make(
      "unknown-code",
      `Unknown code: ${shown(code)}`,
      "No order here has it. Press T or scan TEACH, and type its brand code and SKU once; or scan another code of it.",
    ),
  incomplete: (code: string, known: KnownProduct): Answer =>
    make(
      "unknown-code",
      `${nameOf(known)} can't be counted yet`,
      `OMS4 gave no ${known.brandCode.trim() === "" ? "brand code" : "brand SKU code"} for ${shown(code)}. Press T or scan TEACH, and type it once.`,
    ),
  ambiguous: (products: readonly KnownProduct[]): Answer =>
    make(
      "ambiguous",
      `This code is on ${products.length === 2 ? "two" : products.length} products`,
      `${products
        .slice(0, 3)
        .map((known) => `${nameOf(known)} (${codesOf(known)})`)
        .join(" / ")}${products.length > 3 ? " …" : ""}. Scan another code of it, or TEACH and type its brand code.`,
    ),
  isTask: (code: string): Answer =>
    make("command-refused", `${shown(code)} is a task`, "A count is running: scan COUNT to end it, then the task."),
  typeBrand: (code: string): Answer =>
    make("command-ok", "Type its brand code, then Enter", `For ${shown(code)}. As OMS4 writes it. Escape stops it.`),
  typeSku: (brandCode: string): Answer =>
    make("command-ok", "Now its brand SKU code, then Enter", `Brand ${shown(brandCode)}. Escape stops it.`),
  notItsSku: (text: string, brandCode: string, known: KnownProduct): Answer =>
    make(
      "scan-refused",
      `${shown(text)} is a code of ${nameOf(known)}`,
      `${codesOf(known)}. Type the brand SKU code of brand ${shown(brandCode)}, then Enter. Escape stops it.`,
    ),
  badTeaching: (text: string): Answer =>
    make("scan-refused", `${shown(text)} can't be such a code`, "1 to 64 characters. Type it as OMS4 writes it, then Enter."),
  conflict: (code: string, known: KnownProduct, conflict: CodeConflict): Answer =>
    make("command-refused", `Not taught: ${shown(code)}`, conflictWords({ ...known, quantity: 1 }, conflict)),
  onlySupervisor: (how: string): Answer => make("command-refused", "Only a supervisor teaches codes", how),
  teachLater: (): Answer => make("command-refused", "A list of codes is being read", "Teach it in a moment."),
  teachingStopped: (): Answer => make("command-ok", "Not taught", "The code stays unknown. Scan the next item."),
  nothingToTeach: (): Answer => make("command-refused", "Nothing to teach", "Scan the unknown code first, then TEACH."),
  undone: (name: Named, after: CountRow | null): Answer =>
    make(
      "command-ok",
      `Undone: ${nameOf(name)} · ${after === null ? "not counted" : figure(after.qty)}`,
      `${codesOf(name)}. Go on scanning.`,
    ),
  nothingToUndo: (): Answer => make("command-refused", "Nothing to undo", "Sent counts are corrected by counting the item again."),
  marked: (row: CountRow): Answer =>
    make("command-ok", `${nameOf(row)} · ${figure(row.qty)}`, `${codesOf(row)}. Key the right number, GONE, or DISCARD.`),
  nothingCounted: (): Answer => make("command-refused", "Nothing is counted yet", "Scan an item first."),
  askRemove: (row: CountRow): Answer =>
    make("command-ok", `Take ${nameOf(row)} out of the count?`, "Scan DISCARD once more. OMS4 keeps the number it has."),
  removed: (row: CountRow): Answer => make("command-ok", `Out of the count: ${nameOf(row)}`, "OMS4 keeps the number it has."),
  finished: (rows: number): Answer =>
    make("task-done", `Count finished · ${plural(rows, "product")}`, "It goes to OMS4 by itself, also later. Count on, or COUNT to end."),
  nothingToSend: ({ waiting, failed }: Readonly<{ waiting: number; failed: number }>): Answer =>
    make(
      "command-refused",
      "Nothing new to send",
      failed > 0
        ? `${plural(failed, "row")} refused by OMS4: key the right number, or RETRY.`
        : waiting > 0
          ? `${plural(waiting, "row")} on the way to OMS4 already.`
          : "Scan an item first.",
    ),
  retried: (rows: number): Answer => make("command-ok", `Trying again · ${plural(rows, "row")}`, "What OMS4 refuses comes back here."),
  nothingToRetry: (): Answer => make("command-refused", "Nothing was refused", "RETRY sends refused rows again."),
  notHere: (): Answer => make("command-refused", "A count is running", "Scan COUNT to end it; the count is kept."),
} as const;
