import type { Health } from "../../shared/device-view.ts";
import type { HidLibrary } from "../device/hid-library.ts";
import type { LoadedSerial } from "../device/serial-library.ts";
import type { DeviceFound } from "../device/port.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { createHidScanner } from "./hid.ts";
import type { DeviceScan, Scanner } from "./port.ts";
import { createSerialScanner } from "./serial.ts";

export type Scanners = Readonly<{
  list: () => readonly DeviceFound[];
  /** the scanner pill of the screen */
  status: () => Readonly<{ health: Health; words: string }>;
  start: () => void;
  /** After a change of the settings: another port. */
  reopen: () => Promise<void>;
  stop: () => Promise<void>;
}>;

export type DeviceRead = DeviceScan & Readonly<{ name: string; way: "hid" | "serial" }>;

const GS1_SYMBOLOGIES: ReadonlySet<string> = new Set(["]C1", "]d2", "]Q3", "]e0", "]J1"]);

/** The text as a scanner set to send AIM identifiers would have typed it, where that tells more than the text alone. */
const wholeText = ({ text, symbology }: DeviceScan): string =>
  symbology !== null && GS1_SYMBOLOGIES.has(symbology) && !text.startsWith("]") ? symbology + text : text;

/** A way to scan that can't be used on this PC, as a line of the list. */
const missing = (path: string, name: string, words: string): DeviceFound => ({ path, name, health: "broken", words });

/**
 * All scanners the station reads itself: HID ones as they are plugged in, and the one on the serial port of the settings. Keyboard
 * scanners are the screen's and can't be listed: without another one the pill says so and is fine. Never fails: what can't be used is in
 * the list, with words.
 */
export const openScanners = ({
  clock,
  log,
  onScan,
  onTorso = () => {},
  onChange,
  hid,
  serial,
  serialAddress,
  names = () => ({}),
  platform = process.platform,
}: {
  clock: Clock;
  log: Log;
  /** `read`: the scan as the device told it, with its name and way */
  onScan: (text: string, read: DeviceRead) => void;
  /** A scan of the scanner of this name did not come to its end. */
  onTorso?: (name: string) => void;
  onChange: () => void;
  /** node-hid, or why it can't be used */
  hid: Readonly<{ ok: true; library: HidLibrary }> | Readonly<{ ok: false; words: string }>;
  /** loaded when a port is set */
  serial: () => Promise<LoadedSerial>;
  /** the port of the settings; empty: none */
  serialAddress: () => string;
  /** the names of the settings, by path */
  names?: () => Readonly<Record<string, string>>;
  platform?: NodeJS.Platform;
}): Scanners => {
  /** Names that people gave, by path: two of one model are told apart by them. */
  const called = (found: DeviceFound): DeviceFound => ({
    ...found,
    name: names()[found.path] ?? names()[found.node ?? found.path] ?? found.name,
  });
  const nameOf = (scanner: Scanner, path: string): string =>
    scanner
      .list()
      .map(called)
      .find((found) => found.path === path)?.name ?? path;
  const connect = (scanner: Scanner, way: "hid" | "serial"): Scanner => {
    scanner.onScan((scan) => onScan(wholeText(scan), { ...scan, way, name: nameOf(scanner, scan.path) }));
    scanner.onTorso((path) => onTorso(nameOf(scanner, path)));
    scanner.onChange(onChange);
    return scanner;
  };
  const usb = hid.ok ? connect(createHidScanner({ library: hid.library, clock, log, platform }), "hid") : null;
  let line: Scanner | null = null;
  let lineTrouble: DeviceFound | null = null;
  let running = false;
  let openedAddress = "";

  const openLine = async (): Promise<void> => {
    const address = serialAddress();
    if (address === openedAddress) return;
    openedAddress = address;
    const before = line;
    line = null;
    lineTrouble = null;
    await before?.stop();
    if (address === "" || !running) return;
    const loaded = await serial();
    if (openedAddress !== address || !running) return;
    if (loaded.ok) {
      line = connect(createSerialScanner({ library: loaded.library, address, clock, log }), "serial");
      line.start();
    } else {
      lineTrouble = missing(address, "Serial scanner", loaded.words);
      log.warn({ address }, loaded.words);
    }
    onChange();
  };

  const devices = (): readonly DeviceFound[] => [
    ...(usb?.list().filter(({ path }) => path !== "usb") ?? []).map(called),
    ...(line?.list() ?? []).map(called),
    ...(lineTrouble === null ? [] : [lineTrouble]),
  ];

  return {
    list: () => [
      ...devices(),
      ...(usb?.list().filter(({ path }) => path === "usb") ?? []),
      ...(hid.ok ? [] : [missing("usb", "USB scanners", hid.words)]),
    ],
    status: () => {
      const found = devices();
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
    start: () => {
      running = true;
      usb?.start();
      void openLine();
    },
    reopen: openLine,
    stop: async () => {
      running = false;
      await Promise.all([usb?.stop(), line?.stop()]);
    },
  };
};
