import type { HidDevice, HidHandle, HidLibrary } from "../../electron/device/hid-library.ts";
import type { Clock } from "../../electron/kit/clock.ts";

type OpenHandle = { report: (bytes: Uint8Array) => void; error: (error: unknown) => void; dead: boolean };

/**
 * A USB bus with scanners on it, as node-hid shows it: devices come and go, reports arrive only while a handle is open, and
 * after an error a handle gives nothing more. A transcript is played by calling these in order.
 */
export const createHidBus = () => {
  const plugged = new Map<string, HidDevice>();
  const handles = new Map<string, OpenHandle>();
  const refuseOpen = new Set<string>();
  let opens = 0;
  let closes = 0;
  let looks = 0;
  let lookError: Error | null = null;

  const library: HidLibrary = {
    devices: async () => {
      looks += 1;
      if (lookError !== null) throw lookError;
      return [...plugged.values()];
    },
    open: async (path, place) => {
      const isAnother = place !== undefined && plugged.get(path)?.place !== place;
      if (!plugged.has(path) || refuseOpen.has(path) || isAnother) throw new TypeError(`cannot open device with path ${path}`);
      opens += 1;
      const handle: OpenHandle = { report: () => {}, error: () => {}, dead: false };
      handles.set(path, handle);
      return {
        onReport: (listener) => void (handle.report = listener),
        onError: (listener) => void (handle.error = listener),
        close: async () => {
          closes += 1;
          handle.dead = true;
          if (handles.get(path) === handle) handles.delete(path);
        },
      } satisfies HidHandle;
    },
  };

  return {
    library,
    plug: (path: string, device: Partial<HidDevice> = {}): void =>
      void plugged.set(path, { path, manufacturer: "Honeywell", product: "1900", usagePage: 0x8c, usage: 2, ...device }),
    /** Unplugged: an open handle gets its error, as with hidraw. */
    unplug: (path: string): void => {
      plugged.delete(path);
      const handle = handles.get(path);
      if (handle !== undefined && !handle.dead) {
        handle.dead = true;
        handle.error(new Error("could not read from HID device"));
      }
    },
    fail: (path: string): void => {
      const handle = handles.get(path);
      if (handle === undefined || handle.dead) throw new Error(`${path} is not open`);
      handle.dead = true;
      handle.error(new Error("could not read from HID device"));
    },
    refuseOpen,
    refuseLooking: (error: Error | null): void => void (lookError = error),
    /** False when nobody reads: the report is lost, as in life. */
    report: (path: string, bytes: readonly number[]): boolean => {
      const handle = handles.get(path);
      if (handle === undefined || handle.dead) return false;
      handle.report(Uint8Array.from(bytes));
      return true;
    },
    isOpen: (path: string): boolean => handles.get(path)?.dead === false,
    counts: () => ({ opens, closes, looks }),
  };
};
export type HidBus = ReturnType<typeof createHidBus>;

/** Reports of one scan: id 2, length, AIM identifier, 56 bytes of data, two unused, flags (64 bytes, as Access-IS, Zebra and Honeywell send). */
export const reportsOf = (text: string, symbology = "]C0", { reportId = 2 as number | null } = {}): number[][] => {
  const bytes = [...new TextEncoder().encode(text)];
  const parts = Array.from({ length: Math.max(1, Math.ceil(bytes.length / 56)) }, (_, index) => bytes.slice(index * 56, index * 56 + 56));
  return parts.map((part, index) => [
    ...(reportId === null ? [] : [reportId]),
    part.length,
    ...new TextEncoder().encode(symbology.padEnd(3, "\u0000")),
    ...part,
    ...Array.from({ length: 56 - part.length }, () => 0),
    0,
    0,
    index < parts.length - 1 ? 1 : 0,
  ]);
};

/** A clock that stands until it is moved; `settle` lets promises run before and between. */
export const createHeldClock = () => {
  let now = 1_000_000;
  let timers: { at: number; action: () => void }[] = [];
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  const clock: Clock = {
    now: () => now,
    after: (ms, action) => {
      const timer = { at: now + ms, action };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
  };
  return {
    clock,
    settle,
    /** Moves on by `ms`, running what falls due in order. */
    move: async (ms: number): Promise<void> => {
      const until = now + ms;
      await settle();
      for (;;) {
        const next = timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.action();
        await settle();
      }
      now = until;
    },
    waiting: () => timers.length,
  };
};
