import { codeOf, TWICE_WITHIN_MS, type DoctorRead } from "../shared/doctor.ts";
import type { TestCode } from "../shared/doctor-codes.ts";
import type { ScannerRead } from "../shared/device-view.ts";
import type { ScanKeys } from "./wedge.ts";

export type ScanOrigin = Readonly<{ way: "wedge" | "hid" | "serial"; path: string; name: string }>;
export type DoctorScan = DoctorRead & Readonly<{ origin: ScanOrigin; code: TestCode["id"] }>;

const KEYBOARD: ScanOrigin = { way: "wedge", path: "", name: "" };

/** A scan of the keyboard wedge for the doctor; null when it is no code of the test sheet. */
export const wedgeDoctorScan = (keys: ScanKeys, end: DoctorRead["end"], at: number): DoctorScan | null => {
  const code = codeOf(keys.physical, keys.typed);
  if (code === null) return null;
  const { physical: text, typed, gaps, capsLock } = keys;
  return { text, typed, end, symbology: null, gaps, capsLock, at, origin: KEYBOARD, code: code.id };
};

/** The same of a scanner that the station reads itself. */
export const deviceDoctorScan = ({ text, symbology, way, path, name, at }: ScannerRead): DoctorScan | null => {
  const code = codeOf(text, null);
  if (code === null) return null;
  return { text, typed: null, end: null, symbology, gaps: null, capsLock: false, at, origin: { way, path, name }, code: code.id };
};

/** One scanner at a time: another one begins anew, a code scanned again takes the place of its first scan. */
export const addDoctorScan = (scans: readonly DoctorScan[], scan: DoctorScan): readonly DoctorScan[] => {
  const sameScanner = scans.filter(({ origin }) => origin.way === scan.origin.way && origin.path === scan.origin.path);
  const last = sameScanner.at(-1);
  const twice = last?.code === scan.code && scan.at - last.at < TWICE_WITHIN_MS;
  return [...(twice ? sameScanner : sameScanner.filter(({ code }) => code !== scan.code)), scan];
};
