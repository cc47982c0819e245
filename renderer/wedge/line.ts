import { readUsKey } from "../../shared/keyboard-layouts.ts";
import type { ScannerLayout } from "../../shared/keyboard-layouts.ts";
import type { LineEnd } from "./keyboard.ts";
import { gapsOf, isBeyondHands, isKnownBurst, isKnownPace, median, noPace, type Pace } from "./pace.ts";

/** One character (or one piece of text that came without keys) of the line being typed. Times in ms, of the events themselves. */
export type Piece = Readonly<{
  physical: string;
  typed: string;
  at: number;
  /** typed into a field, which shows it too */
  inField: boolean;
  /** which kept state of the field this piece follows; null when the field was not looked at just before */
  mark: number | null;
  /** how it came: with AltGr no scanner set to US types; an Alt code may come a second time as text */
  by: "key" | "altgr" | "alt-code" | "text";
  capsLock: boolean;
}>;

/** What is known of this bench's scanners before a line ends. */
export type Known = Readonly<{
  pace: Pace;
  /** what the scanner is set to, as the settings say */
  layout: ScannerLayout;
  /** the settings don't say, but only the PC's own reading of its scans made known codes */
  typedFirst: boolean;
}>;
export const nothingKnown: Known = { pace: noPace, layout: "auto", typedFirst: false };

/** The keys of a scan, for whoever wants to know how it came. Gaps in ms. */
export type ScanKeys = Readonly<{
  /** by position on a US keyboard */
  physical: string;
  /** as the operating system read them */
  typed: string;
  gaps: Readonly<{ median: number; longest: number }>;
  capsLock: boolean;
}>;

export type WedgeScan = Readonly<{
  text: string;
  /** other readings of the same keys, best first */
  alternates: readonly string[];
  terminator: LineEnd;
  /** typed at a machine's pace */
  burst: boolean;
  /** typed at a person's pace; a few characters are neither this nor a burst */
  byHand: boolean;
  keys: ScanKeys;
  /** the bench's pace with this scan in it */
  pace: Pace;
}>;

// In a field a burst must be beyond doubt. Datalogic, Zebra and Honeywell leave 0–30 ms between characters as they come, 50 as set
// for slow PCs; the fastest typists need 60 and more, but roll a few keys faster. Median gaps, ms.
const FIELD_BURSTS = [
  { length: 4, gapMs: 35 },
  { length: 8, gapMs: 55 },
] as const;
const SCANNER = { length: 4, gapMs: 60 }; // outside of fields, where there is nothing to spoil
const STALE_MS = 5_000; // a line left alone this long is not the beginning of the burst that follows
const LEFT_MS = 60_000; // … nor of anything else, after this long
const HUMAN_GAP_MS = 80; // median; from here on it is fingers, or a scanner so slow that no burst follows it
const HUMAN_PAUSE_MS = 700; // a person stops, then the scanner begins
const AMID_MS = 60; // a key this soon after another belongs to the same burst
const FIELD_PAUSE_MS = 150; // in a field a burst begins after at least this pause: a busy bus may hold a scanner up for less …
const FIELD_PAUSE_FACTOR = 4; // … or this many times its own pace
const KEEP_GAP_MS = 35; // less than any pause a burst begins after
const PACE_SAMPLE = 3; // gaps that tell the pace of a burst's end: the shortest burst has no more
const END_PAUSE_MS = 100; // a scanner's Enter belongs to its characters
const TAB_GAP_MS = 120; // median; the slowest scanner settings; nobody else types text at nothing and presses Tab
const SUFFIX_FACTOR = 3;
const SUFFIX_MS = { least: 25, most: 250 }; // CR LF comes at the line's own pace

const hasPace = (pieces: readonly Piece[], { length, gapMs }: Readonly<{ length: number; gapMs: number }>): boolean =>
  pieces.length >= length && median(gapsOf(pieces)) <= gapMs;

/** Whether a key now would be in the middle of a burst. */
export const isAmid = (pieces: readonly Piece[], at: number): boolean => {
  const last = pieces.at(-1);
  return last !== undefined && at - last.at <= AMID_MS;
};

/** Where a burst may begin, so that the field's state must be known there. */
export const mayBegin = (pieces: readonly Piece[], at: number): boolean => {
  const last = pieces.at(-1);
  return last === undefined || at - last.at > KEEP_GAP_MS;
};

/** Whether `next` goes on where `before` stopped, or begins something new after what was typed into a field. */
const leftField = (before: Piece | undefined, next: Readonly<{ at: number; inField: boolean }>): boolean =>
  before !== undefined && before.inField && !next.inField && next.at - before.at > END_PAUSE_MS;

/**
 * The line of a scan typed outside every field: all of it, however slowly it came, but not what was left there before: a
 * half-typed text from long ago, a person's few keys before the scanner began, or text typed into a field. `at`: when it ended.
 */
export const lineOnPage = (typed: readonly Piece[], at: number): readonly Piece[] => {
  if (leftField(typed.at(-1), { at, inField: false })) return [];
  const pieces = typed.slice(
    Math.max(
      0,
      typed.findLastIndex((piece, index) => leftField(typed[index - 1], piece)),
    ),
  );
  const gaps = gapsOf(pieces);
  const beginning = gaps.findLastIndex((gap, index) => {
    if (gap < HUMAN_PAUSE_MS) return false;
    if (gap >= LEFT_MS) return true;
    const headIsHuman = index > 0 && median(gaps.slice(0, index)) > HUMAN_GAP_MS;
    return (gap >= STALE_MS || headIsHuman) && hasPace(pieces.slice(index + 1), SCANNER);
  });
  return pieces.slice(beginning + 1);
};

/** The burst at the end of what was typed while a field had the focus; null when a person typed. `at`: when the line ended. */
export const burstInField = (pieces: readonly Piece[], at: number, pace: Pace): readonly Piece[] | null => {
  const last = pieces.at(-1);
  const gaps = gapsOf(pieces);
  const pause = Math.max(FIELD_PAUSE_MS, FIELD_PAUSE_FACTOR * median(gaps.slice(-PACE_SAMPLE)));
  if (last === undefined || at - last.at > Math.max(END_PAUSE_MS, pause)) return null;
  const burst = pieces.slice(gaps.findLastIndex((gap) => gap > pause) + 1);
  return FIELD_BURSTS.some((fast) => hasPace(burst, fast)) || isKnownBurst(burst, at, pace) ? burst : null;
};

/** Whether text typed at nothing and ended by Tab is a scanner's. */
export const tabEnds = (pieces: readonly Piece[], at: number): boolean => {
  const last = pieces.at(-1);
  return last !== undefined && pieces.length >= SCANNER.length && median([...gapsOf(pieces), at - last.at]) <= TAB_GAP_MS;
};

/** For how long after a scan's end another Enter, LF or Tab is still that scan's suffix, ms. */
export const suffixWindow = (pieces: readonly Piece[]): number =>
  Math.min(SUFFIX_MS.most, Math.max(SUFFIX_MS.least, SUFFIX_FACTOR * median(gapsOf(pieces))));

/** The keys as a scanner of this layout means them. */
const readAs = (pieces: readonly Piece[], layout: Exclude<ScannerLayout, "auto">): string =>
  pieces.map(({ physical, by }) => (by === "key" || by === "altgr" ? readUsKey(physical, layout, by === "altgr") : physical)).join("");

const wordsOf = (pieces: readonly Piece[], layout: ScannerLayout) => {
  const physical = pieces.map((piece) => piece.physical).join("");
  const typed = pieces.map((piece) => piece.typed).join("");
  return { physical, typed, meant: layout === "auto" || layout === "us" ? physical : readAs(pieces, layout) };
};

const MOST_ALTERNATES = 4;

/**
 * A line as a scan. A burst is read by key positions first, because a scanner comes set to the US layout, or as the layout that the settings
 * name; a person's line is read as typed first. The other readings go along where they differ: only the station knows which code exists.
 */
export const scanOf = (pieces: readonly Piece[], terminator: LineEnd, { pace, layout, typedFirst }: Known): Omit<WedgeScan, "pace"> => {
  const gaps = gapsOf(pieces);
  const middle = median(gaps);
  const burst = hasPace(pieces, SCANNER) || isKnownPace(pieces, pace);
  const byHand = pieces.length < 2 || (middle >= HUMAN_GAP_MS && !isBeyondHands(pieces) && !isKnownPace(pieces, pace));
  const all = wordsOf(pieces, layout);
  const { physical, typed } = all;
  const altGraph = pieces.some(({ by }) => by === "altgr");
  const typedIsBetter = layout === "auto" ? altGraph || typedFirst : layout === "us" && altGraph;
  const inOrder = (words: typeof all): readonly string[] =>
    burst && !typedIsBetter ? [words.meant, words.physical, words.typed] : [words.typed, words.meant, words.physical];
  // One stray key, and then a scan; or a scanner whose first character is slow: whichever the station knows
  const afterStray = burst && (gaps[0] ?? 0) >= HUMAN_PAUSE_MS ? inOrder(wordsOf(pieces.slice(1), layout)) : [];
  const readings = [...inOrder(all), ...afterStray];
  const [text = physical, ...alternates] = [...new Set(readings)].filter((reading) => reading.trim() !== "").slice(0, 1 + MOST_ALTERNATES);
  const longest = gaps.reduce((most, gap) => Math.max(most, gap), 0);
  const keys = { physical, typed, gaps: { median: middle, longest }, capsLock: pieces.some(({ capsLock }) => capsLock) };
  return { text, alternates, terminator, burst, byHand, keys };
};
