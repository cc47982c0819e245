import { createSerialReader } from "../device/serial-reader.ts";
import { readSerialAddress, type SerialLibrary, type SerialLine } from "../device/serial-library.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { emptyLines, endOfPause, stepLines, type LinesStep } from "./decode-lines.ts";
import { createScanListeners } from "./listeners.ts";
import type { Scanner } from "./port.ts";

/** What Zebra, Honeywell and Datalogic ship for RS-232; over USB it makes no difference. */
const USUAL_LINE: SerialLine = { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 };
const PAUSE_MS = 60; // 9600 baud is a byte a millisecond; USB bridges hold bytes back for up to 16 ms
const SECOND_LOOK_MS = 30; // after a busy moment the timer comes before the bytes that wait: they are read in between
const BROKEN_OFF_MS = 1_000; // a scan whose ending is known to come

/** A scanner on a serial port, or on a USB cable that plays one. `address`: `PORT`, `PORT@9600` or `PORT@9600,7e1`. */
export const createSerialScanner = ({
  library,
  address,
  clock,
  log,
}: Readonly<{ library: SerialLibrary; address: string; clock: Clock; log: Log }>): Scanner => {
  const { path, line } = readSerialAddress(address, USUAL_LINE) ?? { path: address, line: USUAL_LINE };
  const news = createScanListeners(log);
  let half = emptyLines;
  let cancelPause = (): void => {};

  const take = ({ state, scans, problem }: LinesStep): void => {
    half = state;
    if (problem !== null) news.brokeOff(path, problem);
    for (const text of scans) news.scanned({ text, symbology: null, path });
  };

  const reader = createSerialReader({
    library,
    noun: "scanner",
    path,
    line,
    clock,
    log,
    onBytes: (bytes) => {
      cancelPause();
      take(stepLines(half, bytes));
      if (half.bytes.length === 0) return;
      cancelPause = clock.after(half.endsLines ? BROKEN_OFF_MS : PAUSE_MS, () => {
        cancelPause = clock.after(SECOND_LOOK_MS, () => take(endOfPause(half)));
      });
    },
    onLost: () => {
      cancelPause();
      const begun = half.bytes.length > 0;
      half = emptyLines;
      if (begun) news.brokeOff(path, "the scanner went in the middle of a scan: scan it again");
    },
    onChange: news.changed,
  });

  return { list: () => [reader.found()], start: reader.start, stop: reader.stop, ...news.ports };
};
