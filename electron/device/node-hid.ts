import { errorWords } from "../../shared/error-words.ts";
import type { HidDevice, HidHandle, LoadedHid } from "./hid-library.ts";
import { hidPlaceOf } from "./hid-place.ts";

/**
 * Loads node-hid. Its native part is missing on platforms it has no build for, or when it was left out of an installation: the
 * station works on without it, with keyboard scanners.
 */
export const loadNodeHid = async (): Promise<LoadedHid> => {
  try {
    const { HIDAsync, devicesAsync, getHidapiVersion } = await import("node-hid");
    getHidapiVersion(); // loads the native part
    const devices = async (): Promise<readonly HidDevice[]> =>
      (await devicesAsync()).map((device) => ({ ...device, place: device.path === undefined ? undefined : hidPlaceOf(device.path) }));
    const open = async (path: string, place?: string): Promise<HidHandle> => {
      const found = place === undefined ? place : hidPlaceOf(path);
      if (found !== place) throw new Error(found === undefined ? `${path} is gone` : `${path} is another device now`);
      const device = await HIDAsync.open(path);
      return {
        onReport: (listener) => void device.on("data", listener),
        onError: (listener) => void device.on("error", listener),
        close: () => device.close(),
      };
    };
    return { ok: true, library: { devices, open } };
  } catch (error) {
    return { ok: false, words: `USB (HID) scanners and scales can't be used on this PC; keyboard scanners can. (${errorWords(error)})` };
  }
};
