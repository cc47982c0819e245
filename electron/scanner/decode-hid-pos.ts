/**
 * Reports of HID POS scanners (usage page 0x8C) → scans. The form follows the "Scanned Data Report" of the HID Point of Sale
 * Usage Tables 1.02, section 3, as Zebra, Honeywell, Datalogic and Access-IS fill it in:
 *
 *   [report id] length · AIM symbology identifier, 3 bytes · data, up to 56 bytes · (further identifier, reserved) · flags, bit 0: more follows
 *
 * Some drivers leave the report id out and some devices the identifier empty, so the form is told from the bytes.
 */

export type DecodedScan = Readonly<{ text: string; symbology: string | null }>;

export type HidPosState = Readonly<{
  bytes: readonly number[];
  symbology: string | null;
  /** when the last part came, ms */
  at: number;
}>;

export type HidPosStep = Readonly<{ state: HidPosState; scan: DecodedScan | null; problem: string | null }>;

export const emptyHidPos: HidPosState = { bytes: [], symbology: null, at: 0 };

const IDENTIFIER_BYTES = 3;
const FLAG_BYTES = 1;
const MORE_FOLLOWS = 0x01;
const AIM_FLAG = 0x5d; // "]"
export const PARTS_GAP_MS = 1_000; // parts of one scan follow within a poll of the bus or two; after this the rest is not coming
const MOST_BYTES = 16_000; // more than any symbol holds (QR: 7,089 digits): a device that never ends its scan

type Report = Readonly<{ data: readonly number[]; symbology: string | null; more: boolean }>;

const isZero = (byte: number): boolean => byte === 0;

/** Reads a report whose length byte is at `lengthAt`; null when it can't be of this form. */
const readAt = (report: readonly number[], lengthAt: number): (Report & { padded: boolean; identified: boolean }) | null => {
  const dataAt = lengthAt + 1 + IDENTIFIER_BYTES;
  const length = report[lengthAt] ?? 0;
  if (dataAt + length + FLAG_BYTES > report.length) return null;
  const identifier = report.slice(lengthAt + 1, dataAt);
  const identified = identifier[0] === AIM_FLAG;
  return {
    data: report.slice(dataAt, dataAt + length),
    symbology: identified ? String.fromCharCode(...identifier) : null,
    more: ((report.at(-1) ?? 0) & MORE_FOLLOWS) !== 0,
    padded: report.slice(dataAt + length, -3).every(isZero),
    identified,
  };
};

const readReport = (report: readonly number[]): Report | null => {
  const forms = [readAt(report, 1), readAt(report, 0)].filter((form) => form !== null);
  return forms.find(({ identified }) => identified) ?? forms.find(({ padded, data }) => padded && data.length > 0) ?? null;
};

/** Text of a scan's bytes: UTF-8 where it is valid, else Windows-1252, which has a character for every byte. */
const textOf = (bytes: readonly number[]): string => {
  const all = Uint8Array.from(bytes);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(all);
  } catch {
    text = new TextDecoder("windows-1252").decode(all);
  }
  // A suffix set for keyboard mode comes along here
  return text.replace(/[\r\n\t]+$/, "");
};

const hex = (report: readonly number[]): string =>
  report
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join(" ");

/**
 * Takes one report. `scan` is set when it ended one. `problem` says in words what had to be thrown away; it never costs the
 * scan that follows. `at`: ms, any clock.
 */
export const stepHidPos = (before: HidPosState, report: readonly number[], at: number): HidPosStep => {
  const read = readReport(report);
  if (read === null) {
    const half = before.bytes.length > 0 ? " The scan it came in was thrown away." : "";
    return { state: emptyHidPos, scan: null, problem: `The scanner sent ${report.length} bytes that are no scan (${hex(report)}).${half}` };
  }
  const other = before.symbology !== null && read.symbology !== null && before.symbology !== read.symbology;
  const broken = before.bytes.length > 0 && (at - before.at > PARTS_GAP_MS || other);
  const bytes = broken ? [...read.data] : [...before.bytes, ...read.data];
  const problem = broken ? `The rest of a scan of ${before.bytes.length} bytes or more did not come: scan it again.` : null;
  if (bytes.length > MOST_BYTES) return { state: emptyHidPos, scan: null, problem: "The scanner sent a scan that does not end." };
  const symbology = (broken ? null : before.symbology) ?? read.symbology;
  if (read.more) return { state: { bytes, symbology, at }, scan: null, problem };
  const text = textOf(bytes);
  return { state: emptyHidPos, scan: text === "" ? null : { text, symbology }, problem };
};
