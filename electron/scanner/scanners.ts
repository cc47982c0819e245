import type { Health } from "../../shared/station.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { createHidScanner } from "./hid.ts";
import { loadNodeHid, type LoadedHid } from "./node-hid.ts";
import type { DeviceScan, ScannerFound } from "./port.ts";

export type Scanners = Readonly<{
  list: () => readonly ScannerFound[];
  /** the scanner pill of the screen */
  status: () => Readonly<{ health: Health; words: string }>;
  start: () => void;
  stop: () => Promise<void>;
}>;

const GS1_SYMBOLOGIES: ReadonlySet<string> = new Set(["]C1", "]d2", "]Q3", "]e0", "]J1"]);

/** The text as a scanner set to send AIM identifiers would have typed it, where that tells more than the text alone. */
const wholeText = ({ text, symbology }: DeviceScan): string =>
  symbology !== null && GS1_SYMBOLOGIES.has(symbology) && !text.startsWith("]") ? symbology + text : text;

/**
 * All scanners the station reads itself. Keyboard scanners are the screen's and can't be listed: without another one the pill says
 * so and is fine. Never fails: what can't be used is in the list, with words.
 */
export const openScanners = async ({
  clock,
  log,
  onScan,
  onChange,
  load = loadNodeHid,
  platform = process.platform,
}: {
  clock: Clock;
  log: Log;
  onScan: (text: string) => void;
  onChange: () => void;
  load?: () => Promise<LoadedHid>;
  platform?: NodeJS.Platform;
}): Promise<Scanners> => {
  const loaded = await load();
  if (!loaded.ok) {
    log.warn({}, loaded.words);
    return {
      list: () => [{ path: "usb", name: "USB scanners", health: "broken", words: loaded.words }],
      status: () => ({ health: "fine", words: "Scanner · keyboard" }),
      start: () => {},
      stop: async () => {},
    };
  }
  const hid = createHidScanner({ library: loaded.library, clock, log, platform });
  hid.onScan((scan) => onScan(wholeText(scan)));
  hid.onChange(onChange);
  return {
    list: hid.list,
    status: () => {
      const found = hid.list().filter(({ path }) => path !== "usb");
      const ready = found.filter(({ health }) => health === "fine");
      const bad = found.find(({ health }) => health === "broken");
      if (bad !== undefined) return { health: ready.length > 0 ? "careful" : "broken", words: `Scanner · ${bad.name}: ${bad.words}` };
      if (found.length === 0) return { health: "fine", words: "Scanner · keyboard" };
      const [first] = found;
      return {
        health: ready.length === found.length ? "fine" : "careful",
        words: found.length === 1 ? `Scanner · ${first?.name}` : `${found.length} scanners`,
      };
    },
    start: hid.start,
    stop: hid.stop,
  };
};
