/** How a serial line is set; a USB device that plays a serial port ignores it. */
export type SerialLine = Readonly<{ baudRate: number; dataBits: 7 | 8; parity: "none" | "even" | "odd"; stopBits: 1 | 2 }>;

/** A port of this PC. `path` is the one that stays the same when the device is plugged in again, where the system has one. */
export type SerialDevice = Readonly<{ path: string; name: string }>;

export type SerialHandle = Readonly<{
  onData: (listener: (bytes: Uint8Array) => void) => void;
  /** It went or failed; no more comes from this handle. */
  onGone: (listener: (error: unknown) => void) => void;
  write: (bytes: Uint8Array) => void;
  close: () => Promise<void>;
}>;

/** What is used of serialport, so that tests can play a transcript. `open` throws words of the system. */
export type SerialLibrary = Readonly<{
  list: () => Promise<readonly SerialDevice[]>;
  open: (path: string, line: SerialLine) => Promise<SerialHandle>;
}>;

export type LoadedSerial = Readonly<{ ok: true; library: SerialLibrary }> | Readonly<{ ok: false; words: string }>;

const PARITIES = { n: "none", e: "even", o: "odd" } as const;
type ParityLetter = keyof typeof PARITIES;

/** `PORT`, `PORT@9600` or `PORT@9600,7e1`; null when it is none of these. What is not said is taken from `usual`. */
export const readSerialAddress = (text: string, usual: SerialLine): Readonly<{ path: string; line: SerialLine }> | null => {
  const found = /^([^@\s,]+)(?:@(\d{3,7})(?:,([78])([neo])([12]))?)?$/i.exec(text.trim());
  if (found === null) return null;
  const [, path = "", rate, bits, parity, stop] = found;
  if (rate === undefined) return { path, line: usual };
  if (bits === undefined || parity === undefined) return { path, line: { ...usual, baudRate: Number(rate) } };
  return {
    path,
    line: {
      baudRate: Number(rate),
      dataBits: bits === "7" ? 7 : 8,
      parity: PARITIES[parity.toLowerCase() as ParityLetter],
      stopBits: stop === "2" ? 2 : 1,
    },
  };
};
