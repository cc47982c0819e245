import { createHidReader } from "../device/hid-reader.ts";
import type { HidLibrary } from "../device/hid-library.ts";
import type { DeviceFound } from "../device/port.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { decodeHidScale } from "./decode-hid-scale.ts";
import type { ScaleDevice, ScaleListener } from "./port.ts";

export const SCALE_PAGE = 0x8d; // HID Point of Sale Usage Tables 1.02, section 5

/**
 * HID scales. With `path` the one on that path is read; a single scale is read wherever it is plugged in, because its path may change with
 * the socket. Of two without a chosen one neither is: nobody knows on which the parcel stands.
 */
export const createHidScale = ({
  library,
  path: wanted,
  clock,
  log,
  platform,
  onReading,
  onLost,
  onChange,
}: Readonly<{ library: HidLibrary; path: string | null; clock: Clock; log: Log; platform: NodeJS.Platform }> &
  ScaleListener): ScaleDevice => {
  let readPath: string | null = null;

  const working = (): readonly DeviceFound[] => reader.list().filter(({ health }) => health === "fine");
  const chosen = (): string | null => {
    const all = working();
    return all.find(({ path }) => path === wanted)?.path ?? (all.length === 1 ? (all[0]?.path ?? null) : null);
  };
  /** Which scale counts changes with what is plugged in: the weight of another one is no news of this one. */
  const choose = (): void => {
    const now = chosen();
    if (now !== readPath) onLost();
    readPath = now;
  };

  const reader = createHidReader({
    library,
    clock,
    log,
    platform,
    kind: {
      noun: "scale",
      isMine: ({ usagePage }) => usagePage === SCALE_PAGE,
      onReport: (path, report) => {
        const reading = path === readPath ? decodeHidScale([...report]) : null;
        if (reading !== null) onReading(reading);
      },
      onLost: (path) => {
        if (path !== readPath) return;
        readPath = null;
        onLost();
      },
      onChange: () => {
        choose();
        onChange();
      },
    },
  });

  const isRead = (): boolean => readPath !== null;
  return {
    list: () =>
      reader
        .list()
        .map((found) =>
          found.health === "fine" && !isRead() ? { ...found, health: "careful" as const, words: "Two scales: choose one." } : found,
        )
        .toSorted((a, b) => Number(b.path === readPath) - Number(a.path === readPath)),
    isRead,
    start: reader.start,
    stop: reader.stop,
  };
};
