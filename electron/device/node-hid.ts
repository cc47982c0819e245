import type { HidHandle, LoadedHid } from "./hid-library.ts";

/**
 * Loads node-hid. Its native part is missing on platforms it has no build for, or when it was left out of an installation: the
 * station works on without it, with keyboard scanners.
 */
export const loadNodeHid = async (): Promise<LoadedHid> => {
  try {
    const { HIDAsync, devicesAsync, getHidapiVersion } = await import("node-hid");
    getHidapiVersion(); // loads the native part
    const open = async (path: string): Promise<HidHandle> => {
      const device = await HIDAsync.open(path);
      return {
        onReport: (listener) => void device.on("data", listener),
        onError: (listener) => void device.on("error", listener),
        close: () => device.close(),
      };
    };
    return { ok: true, library: { devices: () => devicesAsync(), open } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, words: `USB (HID) scanners and scales can't be used on this PC; keyboard scanners can. (${reason})` };
  }
};
