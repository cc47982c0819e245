import { contradicts, isLineOf, type CodeMeaning } from "../../shared/alias.ts";
import { normaliseCode, type ReadScan } from "../../shared/scan.ts";
import { detailCodes, type TaskDetail } from "../../shared/task.ts";
import { nameOf, sameProduct, type BenchTask } from "./bench.ts";

/**
 * What an item scan means for the open task. `details` lists every line of the one product it names, `units` how many of it one such code
 * stands for; `names`: the products it may be, where nobody can tell which.
 */
export type ItemMatch =
  | Readonly<{ kind: "none" }>
  | Readonly<{ kind: "lines"; details: readonly TaskDetail[]; scan: ReadScan; units: number }>
  | Readonly<{ kind: "ambiguous"; names: readonly string[]; detailId: string | null }>;

/** Lines with this code, whatever of them is packed already; letter case and GTIN length don't matter. */
const linesWith = (bench: BenchTask, code: string): readonly TaskDetail[] => {
  const wanted = normaliseCode(code);
  return wanted === "" ? [] : bench.task.details.filter((detail) => detailCodes(detail).some((own) => normaliseCode(own) === wanted));
};

const ambiguous = (details: readonly TaskDetail[], more: readonly string[] = []): ItemMatch => ({
  kind: "ambiguous",
  names: [...details.map(nameOf), ...more],
  detailId: details[0]?.detailId ?? null,
});

/**
 * Finds the lines a scan names. Readings come in order of trust (the plain text first, then the GS1 reading, then other
 * keyboard layouts): the first that means anything wins. One code on two different products is ambiguous, never guessed.
 *
 * @param meanings what a file or a person says of the readings' codes: it counts only where the task itself doesn't know the code, and
 * never against it
 */
export const matchItem = (bench: BenchTask, readings: readonly ReadScan[], meanings: readonly CodeMeaning[] = []): ItemMatch => {
  for (const scan of readings) {
    const details = linesWith(bench, scan.code);
    const meaning = meanings.find(({ code }) => code === normaliseCode(scan.code));
    if (details.length > 0) {
      if (!sameProduct(details)) return ambiguous(details);
      return meaning !== undefined && details.some((detail) => contradicts(detail, meaning))
        ? ambiguous(details.slice(0, 1), [meaning.name])
        : { kind: "lines", details, scan, units: 1 };
    }
    if (meaning === undefined) continue;
    const meant = bench.task.details.filter((detail) => isLineOf(detail, meaning.product));
    // It is known as it stands: another way to read it would make something else of it
    return meant.length === 0 ? { kind: "none" } : { kind: "lines", details: meant, scan, units: meaning.quantity };
  }
  return { kind: "none" };
};

/**
 * Units that a scan of such a code is. GS1 counts trade items of the code's own number (AI 37), each of them a case of `units`; only AI 30
 * says what one of them holds, and so takes the place of what was taught.
 */
export const unitsOf = (scan: ReadScan, units: number): number =>
  scan.countsPieces === true ? (scan.quantity ?? units) : (scan.quantity ?? 1) * units;
