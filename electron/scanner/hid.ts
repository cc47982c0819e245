import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { emptyHidPos, stepHidPos, type HidPosState } from "./decode-hid-pos.ts";
import type { DeviceScan, Scanner, ScannerFound } from "./port.ts";

/** What is used of node-hid, so that tests can play a transcript. Paths are the system's, one per scanner and stable while it is plugged in. */
export type HidDevice = Readonly<{
  path?: string | undefined;
  product?: string | undefined;
  manufacturer?: string | undefined;
  serialNumber?: string | undefined;
  usagePage?: number | undefined;
  usage?: number | undefined;
}>;
export type HidHandle = Readonly<{
  onReport: (listener: (report: Uint8Array) => void) => void;
  onError: (listener: (error: unknown) => void) => void;
  close: () => Promise<void>;
}>;
export type HidLibrary = Readonly<{ devices: () => Promise<readonly HidDevice[]>; open: (path: string) => Promise<HidHandle> }>;

const BAR_CODE_SCANNER_PAGE = 0x8c; // HID Point of Sale Usage Tables 1.02
const SCANNER_USAGES: ReadonlySet<number> = new Set([0x01, 0x02, 0x03, 0x04, 0x05]); // badge reader, scanner, dumb scanner, cordless base, cradle
const LOOK_EVERY_MS = 2_000; // a person plugs a scanner in and picks it up: that takes longer
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

type Known = {
  device: HidDevice;
  handle: HidHandle | null;
  opening: boolean;
  /** it was read once: then it isn't the rights that are missing */
  worked: boolean;
  /** why it can't be read now; null when it can */
  trouble: string | null;
  plugged: boolean;
  retryMs: number;
  cancelRetry: () => void;
  half: HidPosState;
};

const nameOf = ({ manufacturer = "", product = "" }: HidDevice): string => {
  const [maker, model] = [manufacturer.trim(), product.trim()];
  if (model === "") return maker === "" ? "Scanner" : maker;
  return maker === "" || model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${maker} ${model}`;
};

const isScanner = (device: HidDevice): device is HidDevice & { path: string } =>
  device.usagePage === BAR_CODE_SCANNER_PAGE && SCANNER_USAGES.has(device.usage ?? 0) && device.path !== undefined && device.path !== "";

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * HID POS scanners through node-hid. Looks for them every two seconds, opens each by its path, and after an error or a
 * loss opens that path again for as long as it is plugged in. Reports are read on node-hid's own thread and only decoded here: the
 * kernel keeps 64 of them and drops the rest without a word.
 */
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
  const known = new Map<string, Known>();
  const scanListeners = new Set<(scan: DeviceScan) => void>();
  const changeListeners = new Set<() => void>();
  let running = false;
  let looking: Promise<void> = Promise.resolve();
  let cancelLook = (): void => {};
  let lookTrouble: string | null = null;

  const changed = (): void => {
    for (const listener of changeListeners) listener();
  };

  const readReport = (path: string, scanner: Known, report: Uint8Array): void => {
    const { state, scan, problem } = stepHidPos(scanner.half, [...report], clock.now());
    scanner.half = state;
    if (problem !== null) log.warn({ path }, problem);
    if (scan === null) return;
    for (const listener of scanListeners) {
      try {
        listener({ ...scan, path });
      } catch (error) {
        // node-hid would take it for the device's error and stop reading
        log.error({ path, error: wordsOf(error) }, "a scan was read but could not be handed on");
      }
    }
  };

  const close = async (path: string, scanner: Known): Promise<void> => {
    const { handle } = scanner;
    scanner.handle = null;
    scanner.cancelRetry();
    if (scanner.half.bytes.length > 0) log.warn({ path }, "the scanner went in the middle of a scan: scan it again");
    scanner.half = emptyHidPos;
    try {
      await handle?.close();
    } catch (error) {
      log.info({ path, error: wordsOf(error) }, "closing a scanner that is gone");
    }
  };

  const openWords = (worked: boolean, error: unknown): string =>
    worked
      ? `It does not answer: plug it in again. (${wordsOf(error)})`
      : platform === "linux"
        ? `Packbench may not read it: install resources/70-packbench-scanner.rules and plug it in again. (${wordsOf(error)})`
        : `It can't be opened: close other programs that use it, or plug it in again. (${wordsOf(error)})`;

  const retryLater = (path: string, scanner: Known): void => {
    if (!running || !scanner.plugged) return;
    scanner.cancelRetry = clock.after(scanner.retryMs, () => void open(path, scanner));
    scanner.retryMs = Math.min(LONGEST_RETRY_MS, scanner.retryMs * 2);
  };

  const fail = async (path: string, scanner: Known, handle: HidHandle, error: unknown): Promise<void> => {
    if (scanner.handle !== handle) return;
    scanner.trouble = `It stopped answering and is opened again. (${wordsOf(error)})`;
    log.warn({ path, error: wordsOf(error) }, "a scanner failed while reading");
    // After a read error node-hid reads no more: only a new handle does
    await close(path, scanner);
    changed();
    retryLater(path, scanner);
  };

  const open = async (path: string, scanner: Known): Promise<void> => {
    if (!running || !scanner.plugged || scanner.opening || scanner.handle !== null) return;
    scanner.opening = true;
    try {
      const handle = await library.open(path);
      scanner.handle = handle;
      if (!running || !scanner.plugged) return void (await close(path, scanner));
      handle.onError((error) => void fail(path, scanner, handle, error));
      handle.onReport((report) => {
        scanner.retryMs = FIRST_RETRY_MS;
        if (scanner.handle === handle) readReport(path, scanner, report);
      });
      scanner.trouble = null;
      scanner.worked = true;
      log.info({ path, name: nameOf(scanner.device) }, "scanner opened");
      changed();
    } catch (error) {
      const words = openWords(scanner.worked, error);
      if (scanner.trouble !== words) {
        scanner.trouble = words;
        log.warn({ path }, words);
        changed();
      }
      retryLater(path, scanner);
    } finally {
      scanner.opening = false;
    }
  };

  /** A scanner plugged in again may get another path: the entry of the lost one goes then. */
  const forgetTwin = (device: HidDevice): void => {
    const twin = [...known].find(
      ([, other]) => !other.plugged && nameOf(other.device) === nameOf(device) && other.device.serialNumber === device.serialNumber,
    );
    if (twin !== undefined) known.delete(twin[0]);
  };

  const take = async (found: readonly HidDevice[]): Promise<void> => {
    const present = new Map(found.filter(isScanner).map((device) => [device.path, device]));
    for (const [path, scanner] of known) {
      if (present.has(path) || !scanner.plugged) continue;
      scanner.plugged = false;
      scanner.trouble = "It is unplugged.";
      log.warn({ path, name: nameOf(scanner.device) }, "scanner unplugged");
      await close(path, scanner);
      changed();
    }
    for (const [path, device] of present) {
      const before = known.get(path);
      if (before?.plugged === true) continue;
      if (before === undefined) forgetTwin(device);
      const scanner: Known = {
        device,
        handle: null,
        opening: false,
        worked: false,
        trouble: "It is being opened.",
        plugged: true,
        retryMs: FIRST_RETRY_MS,
        cancelRetry: () => {},
        half: emptyHidPos,
      };
      known.set(path, scanner);
      void open(path, scanner);
    }
  };

  const look = async (): Promise<void> => {
    try {
      await take(await library.devices());
      lookTrouble = null;
    } catch (error) {
      const words = `USB scanners can't be looked for. (${wordsOf(error)})`;
      if (lookTrouble !== words) log.warn({}, words);
      lookTrouble = words;
    }
    if (running) cancelLook = clock.after(LOOK_EVERY_MS, lookAgain);
  };
  const lookAgain = (): void => {
    looking = look();
  };

  const foundOf = (path: string, { device, handle, trouble, plugged }: Known): ScannerFound => ({
    path,
    name: nameOf(device),
    health: handle !== null ? "fine" : plugged && trouble === "It is being opened." ? "careful" : "broken",
    words: handle !== null ? "Ready" : (trouble ?? "It is being opened."),
  });

  return {
    list: () => [
      ...[...known].map(([path, scanner]) => foundOf(path, scanner)),
      ...(lookTrouble === null ? [] : [{ path: "usb", name: "USB scanners", health: "broken" as const, words: lookTrouble }]),
    ],
    start: () => {
      if (running) return;
      running = true;
      lookAgain();
    },
    stop: async () => {
      running = false;
      cancelLook();
      await looking;
      await Promise.all([...known].map(([path, scanner]) => close(path, scanner)));
      known.clear();
    },
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
