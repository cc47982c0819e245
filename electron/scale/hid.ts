import { createHidReader } from "../device/hid-reader.ts";
import type { HidLibrary } from "../device/hid-library.ts";
import type { DeviceFound } from "../device/port.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { decodeHidScale } from "./decode-hid-scale.ts";
import type { ScaleDevice, ScaleListener } from "./port.ts";

export const SCALE_PAGE = 0x8d; // HID Point of Sale Usage Tables 1.02, section 5

/**
 * HID scales. With `path` the one of that place is read, or, as older settings have it, the one that has that path now; a single scale is
 * read wherever it is plugged in. Of two without a chosen one neither is: nobody knows on which the parcel stands.
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
    const meant = all.find(({ path }) => path === wanted) ?? all.find(({ node }) => node !== undefined && node === wanted);
    return meant?.path ?? (all.length === 1 ? (all[0]?.path ?? null) : null);
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
  const doubtOf = ({ path, node, health }: DeviceFound): string | null => {
    if (health !== "fine" || working().length < 2) return null;
    if (!isRead()) return "Two scales: choose one.";
    return path === readPath && node !== undefined && node === wanted
      ? "Chosen by a name that may be the other scale's after a restart: choose it again."
      : null;
  };
  return {
    list: () =>
      reader
        .list()
        .map((found) => {
          const words = doubtOf(found);
          return words === null ? found : { ...found, health: "careful" as const, words };
        })
        .toSorted((a, b) => Number(b.path === readPath) - Number(a.path === readPath)),
    isRead,
    start: reader.start,
    stop: reader.stop,
  };
};
