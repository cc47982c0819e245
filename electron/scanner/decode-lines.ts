/**
 * Bytes of a scanner on a serial line → scans. A scan ends with CR, LF or both, with a tab, or, of a scanner set to send no ending at all,
 * with a pause. The bytes of one line are one scan, however they were cut on the way.
 */
export type LinesState = Readonly<{
  bytes: readonly number[];
  /** It has ended a scan by a character: a pause in its scans is only the line's. */
  endsLines: boolean;
}>;

export type LinesStep = Readonly<{ state: LinesState; scans: readonly string[]; problem: string | null }>;

export const emptyLines: LinesState = { bytes: [], endsLines: false };

const CR = 13;
const LF = 10;
const TAB = 9;
const STX = 2;
const ETX = 3;
const MOST_BYTES = 16_000; // more than any symbol holds: a line that never ends is noise

/** Text of a scan's bytes: UTF-8 where it is valid, else Windows-1252. */
const textOf = (bytes: readonly number[]): string => {
  const all = Uint8Array.from(bytes.filter((byte) => byte !== STX && byte !== ETX && byte !== 0));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(all);
  } catch {
    return new TextDecoder("windows-1252").decode(all);
  }
};

export const stepLines = (before: LinesState, bytes: Iterable<number>): LinesStep => {
  let line: number[] = [...before.bytes];
  let problem: string | null = null;
  const scans: string[] = [];
  let { endsLines } = before;
  for (const byte of bytes) {
    if (byte !== CR && byte !== LF && byte !== TAB) line.push(byte);
    else {
      const text = textOf(line);
      if (text !== "") scans.push(text);
      line = [];
      endsLines = true;
    }
    if (line.length > MOST_BYTES) {
      problem = "The scanner sent a scan that does not end: check its baud rate.";
      line = [];
    }
  }
  return { state: { bytes: line, endsLines }, scans, problem };
};

/** Nothing came for a while: what is there is a scan of a scanner that sends no ending, or the torso of one that does. */
export const endOfPause = (before: LinesState): LinesStep => {
  const text = textOf(before.bytes);
  const state = { ...before, bytes: [] };
  if (text === "") return { state, scans: [], problem: null };
  return before.endsLines
    ? { state, scans: [], problem: `A scan of ${text.length} characters broke off: scan it again.` }
    : { state, scans: [text], problem: null };
};
