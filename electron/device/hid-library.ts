/**
 * What is used of node-hid, so that tests can play a transcript. Paths are the system's, one per device and stable while it is plugged in.
 * `place`: where it is plugged in, where the path doesn't say so itself (`hidPlaceOf`).
 */
export type HidDevice = Readonly<{
  path?: string | undefined;
  place?: string | undefined;
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
export type HidLibrary = Readonly<{
  devices: () => Promise<readonly HidDevice[]>;
  /** Opens the device at this path, and no other: throws when meanwhile another one, of another place, has got the path. */
  open: (path: string, place?: string) => Promise<HidHandle>;
}>;

export type LoadedHid = Readonly<{ ok: true; library: HidLibrary }> | Readonly<{ ok: false; words: string }>;
