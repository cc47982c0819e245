import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createRasteriser } from "../../electron/printer/rasteriser.ts";
import { createWindowsSpooler, scripts } from "../../electron/printer/windows-spooler.ts";
import { openWindows, type WindowsPrinting } from "../../electron/printer/windows.ts";

const require = createRequire(import.meta.url);

/** What the queue's driver calls its papers; Windows and Wine both show the driver's own names. */
export const paperNames = (ppd: string): readonly string[] =>
  [...ppd.matchAll(/^\*PageSize ([^:/\s]+)(?:\/([^:]*))?:/gm)].map(([, name = "", words = ""]) => (words === "" ? name : words));

/**
 * Prints a label through the station's own Windows printer and the real pdf-to-printer, with a recorder in SumatraPDF's place: the words that
 * SumatraPDF would get on Windows (but for the file's name, which comes last), and the document. Throws when the station refuses the label.
 */
export const sumatraWords = async (
  folder: string,
  printer: string,
  papers: readonly string[],
  bytes: Uint8Array,
): Promise<Readonly<{ words: readonly string[]; pdf: string }>> => {
  const [recorder, wordsFile, pdf] = [join(folder, "recorder.sh"), join(folder, "words.txt"), join(folder, "label.pdf")];
  writeFileSync(recorder, `#!/bin/sh\nfor last; do :; done\ncp "$last" '${pdf}'\nprintf '%s\\n' "$@" > '${wordsFile}'\n`);
  chmodSync(recorder, 0o755);
  // The package asks for Windows once, in this one function
  const os = require("node:os") as { platform: () => string };
  const own = os.platform;
  os.platform = () => "win32";
  const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
  try {
    const { print } = require("pdf-to-printer") as { print: (path: string, options: object) => Promise<void> };
    const load = async (): Promise<WindowsPrinting> => ({
      print: (path, options) => print(path, { ...options, sumatraPdfPath: recorder }),
    });
    // PowerShell as it would tell the driver's papers; of the queue it knows nothing
    const spooler = createWindowsSpooler(async (script) => {
      if (script !== scripts.papers) throw new Error("there is no PowerShell here");
      return JSON.stringify({ printers: [{ Name: printer, Papers: papers.join("\n") }] });
    });
    const port = openWindows({ uri: `windows:${printer}`, name: printer, dpi: 203, clock: systemClock, rasteriser, load, spooler });
    const prepared = await port.prepare({ name: "PB-WINE", document: "shipping-label", format: "pdf", bytes });
    if (!prepared.ok) throw new Error(prepared.failure.detail);
    const end = await prepared.value.send(() => {}, new AbortController().signal);
    if (!end.ok) throw new Error(end.failure.detail);
  } finally {
    os.platform = own;
    await rasteriser.stop();
  }
  return { words: readFileSync(wordsFile, "utf8").trimEnd().split("\n").slice(0, -1), pdf };
};

/** SumatraPDF as pdf-to-printer brings it; null when the package has none. */
export const findSumatra = (): string | null => {
  const found = join(require.resolve("pdf-to-printer"), "..");
  const name = "SumatraPDF-3.4.6-32.exe";
  return existsSync(join(found, name)) ? join(found, name) : null;
};
