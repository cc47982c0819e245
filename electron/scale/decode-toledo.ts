import { kgOfUnit, type ScaleReading, type WeightUnit } from "../../shared/weight.ts";

/**
 * Mettler Toledo's standard continuous output (IND560 Technical Manual, appendix C): the indicator sends some ten frames a second,
 *
 *   STX · status A · status B · status C · indicated weight, 6 digits · tare, 6 digits · CR · (checksum)
 *
 * in 7 bits, with or without a parity bit, with or without the checksum.
 */

export type ToledoState = Readonly<{ bytes: readonly number[] }>;
export type ToledoStep = Readonly<{ state: ToledoState; readings: readonly ScaleReading[]; broken: number }>;

export const emptyToledo: ToledoState = { bytes: [] };

const STX = 0x02;
const CR = 0x0d;
const SEVEN_BITS = 0x7f;
const WEIGHT_AT = 4;
const DIGITS = 6;
const CR_AT = 16;
const FRAME_BYTES = 17;

// Status A, bits 0 to 2: where the decimal point stands, as a power of ten of the last digit
const LAST_DIGIT = [100, 10, 1, 0.1, 0.01, 0.001, 0.0001, 0.00001] as const;
// Status A, bits 3 and 4: the size of a step, in last digits
const STEP = [1, 1, 2, 5] as const;
// Status C, bits 0 to 2; 0 says "as status B does", 7 is the operator's own unit
const UNITS: readonly (WeightUnit | null)[] = [null, "g", "t", "oz", "oz t", "dwt", "short t", null];

const ALWAYS_ONE = 0b10_0000;
const NEGATIVE = 0b10;
const OUT_OF_RANGE = 0b100;
const IN_MOTION = 0b1000;
const IS_KG = 0b1_0000;
const NOT_ZEROED = 0b100_0000;
const OWN_UNIT = 7;

const readFrame = (frame: readonly number[]): ScaleReading | null => {
  const [, a = 0, b = 0, c = 0] = frame;
  if ((a & b & c & ALWAYS_ONE) === 0) return null;
  const digits = String.fromCharCode(...frame.slice(WEIGHT_AT, WEIGHT_AT + DIGITS));
  const unitNo = c & 0b111;
  const outOfRange = (b & OUT_OF_RANGE) !== 0;
  if ((!outOfRange && !/^ *\d+$/.test(digits)) || unitNo === OWN_UNIT) return null;
  const unit: WeightUnit = UNITS[unitNo] ?? ((b & IS_KG) === 0 ? "lb" : "kg");
  const lastDigit = (LAST_DIGIT[a & 0b111] ?? 1) * kgOfUnit[unit];
  const negative = (b & NEGATIVE) !== 0;
  const weight = Number(digits.trim()) * lastDigit;
  return {
    kg: outOfRange || weight === 0 ? 0 : negative ? -weight : weight,
    stability: (b & IN_MOTION) === 0 ? "stable" : "moving",
    graduationKg: lastDigit * (STEP[(a >> 3) & 0b11] ?? 1),
    problem: outOfRange ? (negative ? "under" : "over") : (b & NOT_ZEROED) === 0 ? null : "zero",
  };
};

/** Two's complement of the sum of everything before it, in seven bits. */
const checksumFits = (frame: readonly number[], checksum: number): boolean =>
  (frame.reduce((sum, byte) => sum + byte, 0) + checksum) % 128 === 0;

/**
 * Takes some bytes. A frame counts when the byte after it is there: that is the next frame's STX, or a checksum, which must fit. `broken`
 * counts frames that were thrown away; what follows them is read again from its next STX.
 */
export const stepToledo = (before: ToledoState, bytes: Iterable<number>): ToledoStep => {
  let all = [...before.bytes, ...[...bytes].map((byte) => byte & SEVEN_BITS)];
  const readings: ScaleReading[] = [];
  let broken = 0;
  for (;;) {
    const start = all.indexOf(STX);
    if (start < 0) return { state: emptyToledo, readings, broken };
    all = all.slice(start);
    // One byte beyond the checksum: a checksum may look like an STX
    if (all.length < FRAME_BYTES + 2) return { state: { bytes: all }, readings, broken };
    const frame = all.slice(0, FRAME_BYTES);
    const [after = 0, beyond = 0] = all.slice(FRAME_BYTES);
    const next = after === STX && beyond !== STX ? FRAME_BYTES : checksumFits(frame, after) ? FRAME_BYTES + 1 : null;
    const reading = frame[CR_AT] === CR && next !== null ? readFrame(frame) : null;
    if (reading === null || next === null) {
      broken += 1;
      all = all.slice(1);
    } else {
      readings.push(reading);
      all = all.slice(next);
    }
  }
};
