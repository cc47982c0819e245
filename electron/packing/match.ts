import { normaliseCode, type ReadScan } from "../../shared/scan.ts";
import { detailCodes, type TaskDetail } from "../../shared/task.ts";
import { sameProduct, type BenchTask } from "./bench.ts";

/** What an item scan means for the open task. `detail` lists every line of the one product it names. */
export type ItemMatch =
  | Readonly<{ kind: "none" }>
  | Readonly<{ kind: "lines"; details: readonly TaskDetail[]; scan: ReadScan }>
  | Readonly<{ kind: "ambiguous"; details: readonly TaskDetail[] }>;

/** Lines with this code, whatever of them is packed already; letter case and GTIN length don't matter. */
const linesWith = (bench: BenchTask, code: string): readonly TaskDetail[] => {
  const wanted = normaliseCode(code);
  return wanted === "" ? [] : bench.task.details.filter((detail) => detailCodes(detail).some((own) => normaliseCode(own) === wanted));
};

/**
 * Finds the lines a scan names. Readings come in order of trust (the plain text first, then the GS1 reading, then other
 * keyboard layouts): the first that names a line wins. One code on two different products is ambiguous, never guessed.
 */
export const matchItem = (bench: BenchTask, readings: readonly ReadScan[]): ItemMatch => {
  for (const scan of readings) {
    const details = linesWith(bench, scan.code);
    if (details.length > 0) return sameProduct(details) ? { kind: "lines", details, scan } : { kind: "ambiguous", details };
  }
  return { kind: "none" };
};
