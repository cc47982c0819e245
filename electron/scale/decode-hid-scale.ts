import { kgOfUnit, type ScaleReading, type WeightUnit } from "../../shared/weight.ts";

/**
 * The Scale Data Report of HID POS scales (usage page 0x8D, HID Point of Sale Usage Tables 1.02, section 5), as Dymo, Mettler Toledo,
 * Fairbanks and Stamps.com send it:
 *
 *   [report id, usually 3] status · unit · exponent, signed · weight, little-endian, 2 to 4 bytes
 */

const UNITS: readonly (WeightUnit | null)[] = [null, "mg", "g", "kg", "ct", "tael", "gr", "dwt", "t", "short t", "oz t", "oz", "lb"];

const FAULT = 1;
const STABLE_AT_ZERO = 2;
const IN_MOTION = 3;
const STABLE = 4;
const UNDER_ZERO = 5;
const OVER_LIMIT = 6;
const CALIBRATE = 7;
const RE_ZERO = 8;

const FARTHEST_EXPONENT = 9;
const WEIGHT_AT = 3;
const MOST_WEIGHT_BYTES = 4;

const problemOf = (status: number): ScaleReading["problem"] => {
  switch (status) {
    case FAULT:
      return "fault";
    case OVER_LIMIT:
      return "over";
    case CALIBRATE:
      return "calibrate";
    case RE_ZERO:
      return "zero";
    default:
      return null;
  }
};

const readAt = (report: readonly number[], at: number): ScaleReading | null => {
  const [status = 0, unitNo = 0, exponentByte = 0] = report.slice(at);
  const bytes = report.slice(at + WEIGHT_AT, at + WEIGHT_AT + MOST_WEIGHT_BYTES);
  const exponent = exponentByte > 127 ? exponentByte - 256 : exponentByte;
  if (status < FAULT || status > RE_ZERO || bytes.length < 2 || Math.abs(exponent) > FARTHEST_EXPONENT) return null;
  const problem = problemOf(status);
  const unit = UNITS[unitNo] ?? null;
  // A device in trouble may leave the rest empty
  if (unit === null && problem === null) return null;
  const count = bytes.reduce((sum, byte, index) => sum + byte * 2 ** (8 * index), 0);
  const step = 10 ** exponent * (unit === null ? 0 : kgOfUnit[unit]);
  const sign = status === UNDER_ZERO ? -1 : 1;
  return {
    kg: status === STABLE_AT_ZERO || count === 0 ? 0 : sign * count * step,
    stability: status === IN_MOTION ? "moving" : status === STABLE || status === STABLE_AT_ZERO ? "stable" : "unknown",
    graduationKg: step,
    problem,
  };
};

const BARE_BYTES = 5;

/**
 * Reads one report; null when it is no weight (an attribute, a limit, statistics). Only the plain five bytes are taken without a report id: by
 * trying both, a strange report would pass for a weight of tons.
 */
export const decodeHidScale = (report: readonly number[]): ScaleReading | null => readAt(report, report.length === BARE_BYTES ? 0 : 1);
