/** What is used of node-hid, so that tests can play a transcript. Paths are the system's, one per device and stable while it is plugged in. */
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

export type LoadedHid = Readonly<{ ok: true; library: HidLibrary }> | Readonly<{ ok: false; words: string }>;
