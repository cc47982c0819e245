/** What scales send, byte by byte, as their manuals show it. */

/** A HID scale's data report: id 3, status, unit, exponent, weight in two bytes. */
export const hidScaleReport = ({
  status,
  unit,
  exponent,
  weight,
  reportId = 3,
}: Readonly<{ status: number; unit: number; exponent: number; weight: number; reportId?: number | null }>): number[] => [
  ...(reportId === null ? [] : [reportId]),
  status,
  unit,
  exponent & 0xff,
  weight & 0xff,
  (weight >> 8) & 0xff,
];

export const HID_STATUS = { fault: 1, zero: 2, moving: 3, stable: 4, under: 5, over: 6, calibrate: 7, rezero: 8 } as const;
export const HID_UNIT = { g: 2, kg: 3, oz: 11, lb: 12 } as const;

/** A frame of Toledo's continuous output. `point`: digits behind the decimal point, 0 to 5; `step`: 1, 2 or 5 last digits. */
export const toledoFrame = ({
  digits,
  point,
  step = 1,
  kg = true,
  moving = false,
  negative = false,
  over = false,
  notZeroed = false,
  checksum = false,
}: Readonly<{
  digits: number | string;
  point: number;
  step?: 1 | 2 | 5;
  kg?: boolean;
  moving?: boolean;
  negative?: boolean;
  over?: boolean;
  notZeroed?: boolean;
  checksum?: boolean;
}>): number[] => {
  const a = 0x20 | (step === 1 ? 0x08 : step === 2 ? 0x10 : 0x18) | (point + 2);
  const b = 0x20 | (negative ? 2 : 0) | (over ? 4 : 0) | (moving ? 8 : 0) | (kg ? 0x10 : 0) | (notZeroed ? 0x40 : 0);
  const weight = typeof digits === "string" ? digits : String(digits).padStart(6, " ");
  const frame = [0x02, a, b, 0x20, ...[...weight, ..."000000"].map((character) => character.charCodeAt(0)), 0x0d];
  const sum = frame.reduce((total, byte) => total + byte, 0);
  return checksum ? [...frame, (128 - (sum % 128)) % 128] : frame;
};
