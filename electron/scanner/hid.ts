import { createHidReader } from "../device/hid-reader.ts";
import type { HidDevice, HidLibrary } from "../device/hid-library.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { emptyHidPos, PARTS_GAP_MS, stepHidPos, type HidPosState } from "./decode-hid-pos.ts";
import { createScanListeners } from "./listeners.ts";
import type { Scanner } from "./port.ts";

const BAR_CODE_SCANNER_PAGE = 0x8c; // HID Point of Sale Usage Tables 1.02
const SCANNER_USAGES: ReadonlySet<number> = new Set([0x01, 0x02, 0x03, 0x04, 0x05]); // badge reader, scanner, dumb scanner, cordless base, cradle

const isScanner = ({ usagePage, usage = 0 }: HidDevice): boolean => usagePage === BAR_CODE_SCANNER_PAGE && SCANNER_USAGES.has(usage);

/** HID POS scanners: found, opened and kept by their paths; scans are put together from the reports of each for itself. */
export const createHidScanner = ({
  library,
  clock,
  log,
  platform,
}: {
  library: HidLibrary;
  clock: Clock;
  log: Log;
  platform: NodeJS.Platform;
}): Scanner => {
  const news = createScanListeners(log);
  /** scans of which a part is still to come, by path */
  const halves = new Map<string, Readonly<{ state: HidPosState; cancel: () => void }>>();
  const hasHalf = (path: string): boolean => (halves.get(path)?.state.bytes.length ?? 0) > 0;
  const wait = (path: string, state: HidPosState): void => {
    halves.get(path)?.cancel();
    const tellTorso = (): void => {
      halves.delete(path);
      news.brokeOff(path, "the rest of a scan did not come: scan it again");
    };
    halves.set(path, { state, cancel: state.bytes.length === 0 ? () => {} : clock.after(PARTS_GAP_MS, tellTorso) });
  };

  const reader = createHidReader({
    library,
    clock,
    log,
    platform,
    kind: {
      noun: "scanner",
      isMine: isScanner,
      onReport: (path, report) => {
        const half = hasHalf(path);
        const { state, scan, problem } = stepHidPos(halves.get(path)?.state ?? emptyHidPos, [...report], clock.now());
        wait(path, state);
        // Reports that are no scan also come from scanners that tell their battery
        if (problem !== null && half) news.brokeOff(path, problem);
        else if (problem !== null) log.warn({ path }, problem);
        if (scan !== null) news.scanned({ ...scan, path });
      },
      onLost: (path) => {
        const half = hasHalf(path);
        halves.get(path)?.cancel();
        halves.delete(path);
        if (half) news.brokeOff(path, "the scanner went in the middle of a scan: scan it again");
      },
      onChange: news.changed,
    },
  });

  return { ...reader, ...news.ports };
};
