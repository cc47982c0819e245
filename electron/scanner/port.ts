import type { DeviceFound } from "../device/port.ts";

/** `symbology`: the AIM identifier (`]C1`), null when the device didn't tell. */
export type DeviceScan = Readonly<{ text: string; symbology: string | null; path: string }>;

/** A kind of scanner that comes and goes by itself. `stop` ends with every device closed. */
export type Scanner = Readonly<{
  list: () => readonly DeviceFound[];
  start: () => void;
  stop: () => Promise<void>;
  /** Scans in the order in which each device sent them. The function returned ends the listening. */
  onScan: (listener: (scan: DeviceScan) => void) => () => void;
  /** A scan of the device at this path began and did not come to its end. */
  onTorso: (listener: (path: string) => void) => () => void;
  /** A scanner came, went, failed or works again. */
  onChange: (listener: () => void) => () => void;
}>;
