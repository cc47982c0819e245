import { createHidReader } from "../device/hid-reader.ts";
import type { HidDevice, HidLibrary } from "../device/hid-library.ts";
import { wordsOf } from "../device/port.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { emptyHidPos, stepHidPos, type HidPosState } from "./decode-hid-pos.ts";
import type { DeviceScan, Scanner } from "./port.ts";

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
  const scanListeners = new Set<(scan: DeviceScan) => void>();
  const changeListeners = new Set<() => void>();
  /** scans of which a part is still to come, by path */
  const halves = new Map<string, HidPosState>();

  const handOn = (scan: DeviceScan): void => {
    for (const listener of scanListeners) {
      try {
        listener(scan);
      } catch (error) {
        log.error({ path: scan.path, error: wordsOf(error) }, "a scan was read but could not be handed on");
      }
    }
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
        const { state, scan, problem } = stepHidPos(halves.get(path) ?? emptyHidPos, [...report], clock.now());
        halves.set(path, state);
        if (problem !== null) log.warn({ path }, problem);
        if (scan !== null) handOn({ ...scan, path });
      },
      onLost: (path) => {
        if ((halves.get(path)?.bytes.length ?? 0) > 0) log.warn({ path }, "the scanner went in the middle of a scan: scan it again");
        halves.delete(path);
      },
      onChange: () => {
        for (const listener of changeListeners) listener();
      },
    },
  });

  return {
    ...reader,
    onScan: (listener) => {
      scanListeners.add(listener);
      return () => void scanListeners.delete(listener);
    },
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => void changeListeners.delete(listener);
    },
  };
};
