import type { LoadedHid } from "./hid-library.ts";
import { loadNodeHid } from "./node-hid.ts";
import type { LoadedSerial } from "./serial-library.ts";
import { loadSerialPort } from "./serial-port.ts";

/** How USB and serial devices are reached; each is loaded when it is needed. */
export type Devices = Readonly<{ hid: () => Promise<LoadedHid>; serial: () => Promise<LoadedSerial> }>;

export const systemDevices: Devices = { hid: loadNodeHid, serial: loadSerialPort };
