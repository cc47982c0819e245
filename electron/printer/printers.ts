import { homedir } from "node:os";
import { resolve } from "node:path";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { PaperSize } from "../../shared/printers.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { findCupsServer } from "./cups-client.ts";
import { noCupsGuard, type CupsGuard } from "./cups-guard.ts";
import { openCups } from "./cups.ts";
import { openFolder } from "./folder.ts";
import { USUAL_ROLL } from "./paper-fit.ts";
import type { PrinterPort } from "./port.ts";
import type { Rasteriser } from "./rasteriser.ts";
import { loadWindowsPrinting, openWindows, type WindowsPrinting } from "./windows.ts";
import { createWindowsSpooler, runPowerShell, type PowerShell } from "./windows-spooler.ts";
import { openZplTcp } from "./zpl-tcp.ts";

export type PrinterOptions = Readonly<{
  /** dots per inch of this printer, for what we rasterise */
  dpi: number;
  /** what is in it where somebody said so; left out: a roll of the usual width */
  paper?: PaperSize | null;
  clock: Clock;
  log: Log;
  rasteriser: Rasteriser;
  /** `CUPS_SERVER` is read from it */
  environment: Readonly<Record<string, string | undefined>>;
  guard?: CupsGuard;
  platform?: NodeJS.Platform;
  loadWindows?: () => Promise<WindowsPrinting>;
  powerShell?: PowerShell;
}>;

const PORTS = 65_535;
const bad = (uri: string, why: string) =>
  fail("setting-bad", `LABEL_PRINTER “${uri}”: ${why} Write it as cups:QUEUE, windows:NAME, zpl://HOST:PORT or folder:DIRECTORY.`);

/**
 * The way to print that a URI names: `cups:QUEUE`, `windows:NAME`, `zpl://HOST:PORT`, `folder:DIR` (`~/` is the user's
 * home). Nothing is asked of the device yet. Failure `setting-bad`, which names the URI.
 */
export const openPrinter = (uri: string, options: PrinterOptions): Result<PrinterPort> => {
  const text = uri.trim();
  const colon = text.indexOf(":");
  const [scheme, rest] = [text.slice(0, Math.max(0, colon)).toLowerCase(), text.slice(colon + 1)];
  const { dpi, clock, log, rasteriser, environment, guard = noCupsGuard, platform = process.platform } = options;
  const paper = options.paper ?? USUAL_ROLL;
  const { loadWindows = loadWindowsPrinting, powerShell = runPowerShell } = options;
  // Every way but the folder reads labels before it sends them
  if (scheme !== "folder") rasteriser.warmUp();
  switch (scheme) {
    case "cups":
      // CUPS allows no space, / or # in queue names
      if (!/^[^\s/#?]{1,127}$/.test(rest)) return bad(uri, "that is no queue name.");
      return succeed(openCups({ uri: text, queue: rest, server: findCupsServer(environment), dpi, paper, clock, log, rasteriser, guard }));
    case "windows":
      if (rest.trim() === "") return bad(uri, "the printer's name is missing.");
      if (platform !== "win32") return bad(uri, "windows: works on Windows only.");
      return succeed(
        openWindows({ uri: text, name: rest.trim(), dpi, clock, rasteriser, load: loadWindows, spooler: createWindowsSpooler(powerShell) }),
      );
    case "zpl": {
      const found = /^\/\/(\[[0-9a-f:.]+\]|[^\s:/]+):(\d{1,5})\/?$/i.exec(rest);
      const port = Number(found?.[2] ?? 0);
      if (found === null || port < 1 || port > PORTS) return bad(uri, "host and port are missing.");
      return succeed(openZplTcp({ uri: text, host: (found[1] ?? "").replace(/^\[|\]$/g, ""), port, dpi, paper, clock, rasteriser }));
    }
    case "folder":
      if (rest.trim() === "" || rest.includes("\0")) return bad(uri, "the folder is missing.");
      return succeed(openFolder(text, resolve(rest.trim().replace(/^~(?=\/|$)/, homedir()))));
    default:
      return bad(uri, "that way to print is unknown.");
  }
};
