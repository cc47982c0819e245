import { errorWords } from "../../shared/error-words.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { HidDevice, HidHandle, HidLibrary } from "./hid-library.ts";
import { FIRST_RETRY_MS, LONGEST_RETRY_MS, type DeviceFound } from "./port.ts";

/** What is to be read: `isMine` tells the devices, `noun` names them in words ("scanner"). */
export type HidKind = Readonly<{
  noun: string;
  isMine: (device: HidDevice) => boolean;
  /** One report, in the order in which the device sent them. */
  onReport: (path: string, report: Uint8Array) => void;
  /** The device went, failed, or the reading stopped: what came half is to be thrown away. */
  onLost: (path: string) => void;
  onChange: () => void;
}>;

const LOOK_EVERY_MS = 2_000; // a person plugs a device in and reaches for it: that takes longer
const FORGET_AFTER_MS = 10 * 60_000; // by then another one does its work, and nobody looks for it any more
const BEING_OPENED = "It is being opened.";

type Known = {
  device: HidDevice;
  handle: HidHandle | null;
  opening: boolean;
  /** it was read once: then it isn't the rights that are missing */
  worked: boolean;
  /** why it can't be read now; null when it can */
  trouble: string | null;
  plugged: boolean;
  /** when it was unplugged, ms */
  goneAt: number;
  retryMs: number;
  cancelRetry: () => void;
};

/**
 * Each device by its place, and where that is not known, or two have the same, by its path. One that says several things of itself is
 * listed several times, with one path.
 */
const byIdentity = (found: readonly HidDevice[]): ReadonlyMap<string, HidDevice> => {
  const byPath = new Map(
    found.flatMap((device) => (device.path === undefined || device.path === "" ? [] : [[device.path, device] as const])),
  );
  const places = [...byPath.values()].map(({ place }) => place);
  const isAlone = (place: string): boolean => places.indexOf(place) === places.lastIndexOf(place);
  return new Map([...byPath].map(([path, device]) => [device.place !== undefined && isAlone(device.place) ? device.place : path, device]));
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * HID devices of one kind through node-hid. Looks for them every two seconds, knows each by its place, opens it by its path, and after an
 * error or a loss opens it again for as long as it is plugged in. Reports are read on node-hid's own thread and only handed on here: the
 * kernel keeps 64 of them and drops the rest without a word.
 */
export const createHidReader = ({
  library,
  kind,
  clock,
  log,
  platform,
}: Readonly<{ library: HidLibrary; kind: HidKind; clock: Clock; log: Log; platform: NodeJS.Platform }>) => {
  const { noun } = kind;
  const known = new Map<string, Known>();
  let running = false;
  let looking: Promise<void> = Promise.resolve();
  let cancelLook = (): void => {};
  let lookTrouble: string | null = null;

  const nameOf = ({ manufacturer = "", product = "" }: HidDevice): string => {
    const [maker, model] = [manufacturer.trim(), product.trim()];
    if (model === "") return maker === "" ? capital(noun) : maker;
    return maker === "" || model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${maker} ${model}`;
  };

  const close = async (path: string, one: Known): Promise<void> => {
    const { handle } = one;
    one.handle = null;
    one.cancelRetry();
    kind.onLost(path);
    try {
      await handle?.close();
    } catch (error) {
      log.info({ path, error: errorWords(error) }, `closing a ${noun} that is gone`);
    }
  };

  const openWords = (worked: boolean, error: unknown): string =>
    worked
      ? `It does not answer: plug it in again. (${errorWords(error)})`
      : platform === "linux"
        ? `Packbench may not read it: install resources/70-packbench-scanner.rules and plug it in again. (${errorWords(error)})`
        : `It can't be opened: close other programs that use it, or plug it in again. (${errorWords(error)})`;

  const retryLater = (path: string, one: Known): void => {
    if (!running || !one.plugged) return;
    one.cancelRetry = clock.after(one.retryMs, () => void open(path, one));
    one.retryMs = Math.min(LONGEST_RETRY_MS, one.retryMs * 2);
  };

  const fail = async (path: string, one: Known, handle: HidHandle, error: unknown): Promise<void> => {
    if (one.handle !== handle) return;
    one.trouble = `It stopped answering and is opened again. (${errorWords(error)})`;
    log.warn({ path, error: errorWords(error) }, `a ${noun} failed while reading`);
    // After a read error node-hid reads no more: only a new handle does
    await close(path, one);
    kind.onChange();
    retryLater(path, one);
  };

  const handOn = (path: string, report: Uint8Array): void => {
    try {
      kind.onReport(path, report);
    } catch (error) {
      // node-hid would take it for the device's error and stop reading
      log.error({ path, error: errorWords(error) }, `a ${noun} was read but what it said could not be handed on`);
    }
  };

  const open = async (path: string, one: Known): Promise<void> => {
    if (!running || !one.plugged || one.opening || one.handle !== null) return;
    one.opening = true;
    try {
      const handle = await library.open(one.device.path ?? path, one.device.place);
      one.handle = handle;
      if (!running || !one.plugged) return void (await close(path, one));
      handle.onError((error) => void fail(path, one, handle, error));
      handle.onReport((report) => {
        one.retryMs = FIRST_RETRY_MS;
        if (one.handle === handle) handOn(path, report);
      });
      one.trouble = null;
      one.worked = true;
      log.info({ path, name: nameOf(one.device) }, `${noun} opened`);
      kind.onChange();
    } catch (error) {
      const words = openWords(one.worked, error);
      if (one.trouble !== words) {
        one.trouble = words;
        log.warn({ path }, words);
        kind.onChange();
      }
      retryLater(path, one);
    } finally {
      one.opening = false;
    }
  };

  /** A device plugged in again may get another path: the entry of the lost one goes then. */
  const forgetTwin = (device: HidDevice): void => {
    const twin = [...known].find(
      ([, other]) => !other.plugged && nameOf(other.device) === nameOf(device) && other.device.serialNumber === device.serialNumber,
    );
    if (twin !== undefined) known.delete(twin[0]);
  };

  const take = async (found: readonly HidDevice[]): Promise<void> => {
    const present = byIdentity(found.filter(kind.isMine));
    for (const [path, one] of known) {
      if (present.has(path) || !one.plugged) continue;
      one.plugged = false;
      one.goneAt = clock.now();
      one.trouble = "It is unplugged.";
      log.warn({ path, name: nameOf(one.device) }, `${noun} unplugged`);
      await close(path, one);
      kind.onChange();
    }
    for (const [path, device] of present) {
      const before = known.get(path);
      if (before?.plugged === true && before.device.path === device.path) continue;
      // Out and in again between two looks
      if (before?.plugged === true) {
        before.plugged = false;
        await close(path, before);
      }
      if (before === undefined) forgetTwin(device);
      const one: Known = {
        device,
        handle: null,
        opening: false,
        worked: false,
        trouble: BEING_OPENED,
        plugged: true,
        goneAt: 0,
        retryMs: FIRST_RETRY_MS,
        cancelRetry: () => {},
      };
      known.set(path, one);
      void open(path, one);
    }
  };

  /** A broken one that was replaced for good is no trouble for ever. */
  const forgetReplaced = (): void => {
    if (![...known.values()].some(({ handle }) => handle !== null)) return;
    for (const [path, { plugged, goneAt }] of known) {
      if (plugged || clock.now() - goneAt < FORGET_AFTER_MS) continue;
      known.delete(path);
      kind.onChange();
    }
  };

  const look = async (): Promise<void> => {
    try {
      await take(await library.devices());
      forgetReplaced();
      lookTrouble = null;
    } catch (error) {
      const words = `USB ${noun}s can't be looked for. (${errorWords(error)})`;
      if (lookTrouble !== words) log.warn({}, words);
      lookTrouble = words;
    }
    if (running) cancelLook = clock.after(LOOK_EVERY_MS, lookAgain);
  };
  const lookAgain = (): void => {
    looking = look();
  };

  const foundOf = (path: string, { device, handle, trouble, plugged }: Known): DeviceFound => ({
    path,
    ...(device.path === path ? {} : { node: device.path }),
    name: nameOf(device),
    health: handle !== null ? "fine" : plugged && trouble === BEING_OPENED ? "careful" : "broken",
    words: handle !== null ? "Ready" : (trouble ?? BEING_OPENED),
  });

  return {
    list: (): readonly DeviceFound[] => [
      ...[...known].map(([path, one]) => foundOf(path, one)),
      ...(lookTrouble === null ? [] : [{ path: "usb", name: `USB ${noun}s`, health: "broken" as const, words: lookTrouble }]),
    ],
    start: (): void => {
      if (running) return;
      running = true;
      lookAgain();
    },
    stop: async (): Promise<void> => {
      running = false;
      cancelLook();
      await looking;
      await Promise.all([...known].map(([path, one]) => close(path, one)));
      known.clear();
    },
  };
};
