// The Windows way to print, as far as a machine without Windows can show it: too heavy for every test run, so it is asked for.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBarcodeReader } from "../../electron/printer/barcode-reader.ts";
import { startCups } from "../fakes/cups.ts";
import { labelPdf } from "../fakes/labels.ts";
import { drawPages, inkBox } from "../fakes/poppler.ts";
import { until } from "../fakes/until.ts";
import { readPrinted } from "../fakes/print-truth/truth-label.ts";
import { printInWine, whyNoWine } from "./guest.ts";
import { findSumatra, paperNames, sumatraWords } from "./sumatra-words.ts";
import { makeWineRoot, whatIsMissing } from "./wine-root.ts";

const say = (words: string): void => void process.stderr.write(`packbench: ${words}\n`);
/** Neither passed nor failed. */
const SKIPPED = 75;
const skip = (words: string): void => {
  say(`WINDOWS PRINTING SKIPPED: SumatraPDF printed nothing, because it can't be done here: ${words}.`);
  process.exitCode = SKIPPED;
};
const PARCEL = "PB-WINE";
const DPI = 203;
/** Rounding once on the way to PostScript and once on the way back. */
const WITHIN_DOTS = 1;

/** What is wrong with what came out, against the label that went in. */
const compareLabel = async (label: string, printed: readonly string[]): Promise<readonly string[]> => {
  const [path, ...more] = printed;
  if (path === undefined) return ["nothing came out"];
  const found = more.length === 0 ? [] : [`${printed.length} jobs came out`];
  const [[wanted], [got, ...blank]] = [await drawPages(label, DPI), await drawPages(path, DPI)];
  if (wanted === undefined || got === undefined) return [...found, "a page is missing"];
  if (blank.length > 0) found.push(`${blank.length} extra page`);
  if (Math.abs(got.width - wanted.width) > WITHIN_DOTS || Math.abs(got.height - wanted.height) > WITHIN_DOTS)
    found.push(`the page measures ${got.width} × ${got.height} dots, not ${wanted.width} × ${wanted.height}`);
  const [inkWanted, inkGot] = [inkBox(wanted), inkBox(got)];
  if (inkGot.some((edge, at) => Math.abs(edge - (inkWanted[at] ?? 0)) > WITHIN_DOTS))
    found.push(`its ink lies at ${inkGot.join(", ")} dots, not at ${inkWanted.join(", ")}`);
  const codes = await readPrinted(await createBarcodeReader(), path);
  if (codes.join() !== PARCEL) found.push(`its barcode says ${codes.join() || "nothing"}`);
  const scale = (inkGot[2] - inkGot[0]) / (inkWanted[2] - inkWanted[0]);
  say(`windows printing: page ${got.width} × ${got.height} dots, ink at ${(scale * 100).toFixed(1)} %, barcode ${codes.join()}`);
  return found;
};

const run = async (): Promise<void> => {
  const missing = whatIsMissing();
  if (missing !== null) return skip(missing);
  const sumatra = findSumatra();
  if (sumatra === null) return skip("pdf-to-printer brings no SumatraPDF");
  const folder = join(import.meta.dirname, "../../test-results/windows-print");
  mkdirSync(folder, { recursive: true });
  const from = performance.now();
  const made = makeWineRoot(folder);
  if ("words" in made) return skip(made.words);
  const why = whyNoWine(made.root);
  if (why !== null) return skip(why);
  const scratch = mkdtempSync(join(tmpdir(), "packbench-windows-"));
  const cups = await startCups();
  try {
    const ppdFile = join(cups.folder, `root/ppd/${cups.queue}.ppd`);
    await until(() => existsSync(ppdFile) && paperNames(readFileSync(ppdFile, "utf8")).length > 0, "CUPS writes the queue's papers");
    // Wine takes "203dpi" for 20 by 3
    const ppd = readFileSync(ppdFile, "utf8").replace(/^\*DefaultResolution: (\d+)dpi$/m, "*DefaultResolution: $1x$1dpi");
    writeFileSync(ppdFile, ppd);
    const bytes = await labelPdf(PARCEL);
    const { words, pdf } = await sumatraWords(scratch, cups.queue, paperNames(ppd), bytes);
    say(`windows printing: SumatraPDF ${words.join(" ")} label.pdf`);
    const { exitCode, console } = await printInWine(folder, { ...made, sumatra, label: pdf }, cups.server, words);
    writeFileSync(join(folder, "console.log"), `${console.join("\n")}\n`);
    // SumatraPDF's end says that the spooler took it: the filters come after
    await until(() => cups.printed().length > 0, "the label comes out").catch(() => {
      writeFileSync(join(folder, "cups-error.log"), readFileSync(join(cups.folder, "log/error_log")));
    });
    const printed = cups.printed().map(({ name }) => join(cups.outFolder, name));
    const found = [...(exitCode === 0 ? [] : [`SumatraPDF ended with ${exitCode ?? "nothing"}`]), ...(await compareLabel(pdf, printed))];
    for (const fault of found) say(`windows printing: ${fault}`);
    if (exitCode === null) say(`Wine's last words:\n${console.slice(-20).join("\n")}`);
    const seconds = ((performance.now() - from) / 1_000).toFixed(0);
    process.stdout.write(`windows printing: ${found.length === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed"} (${seconds} s)\n`);
    process.exitCode = found.length === 0 ? 0 : 1;
  } finally {
    await cups.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
};

await run();
