import type { Pace } from "../../shared/wedge-learned.ts";
import type { Piece } from "./line.ts";

/**
 * How fast the scanners of this bench type. Learned from scans that nobody could have typed, so that a slow scanner's short code is told from a
 * quick typist's word, and a very slow scanner's digits from keyed ones.
 */
export type { Pace };

export const noPace: Pace = { medians: [] };

const KEPT = 64;
const LEARNED_FROM = 20; // scans: a morning's first order or two
const LONG_ENOUGH = 8; // characters: fewer may be a person's lucky run
const CERTAIN_MS = 60; // median; no typist is faster over eight keys
const SLOWEST_MS = 130; // median, where the gaps are a machine's: the slowest setting of the trade is 100 ms a character
const EVEN = { factor: 1.3, ms: 8 }; // a machine's gaps: none is longer than this many times the median, plus the jitter of a bus
const ROOM = { factor: 1.15, ms: 3 }; // how much slower than its slowest known scan a scanner may be
const SHORTEST = 4; // characters whose gaps tell a machine …
const SHORTEST_SLOW = 6; // … and where a person may be as fast
const FIELD_MOST_MS = 60; // median; in a field a person is never taken for a scanner beyond this

export const gapsOf = (pieces: readonly Piece[]): readonly number[] =>
  pieces.slice(1).map((piece, index) => piece.at - (pieces[index]?.at ?? piece.at));

export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? 0;
};

/** Whether the gaps are a machine's: fingers are never that even. */
const isEven = (gaps: readonly number[]): boolean => {
  const middle = median(gaps);
  return gaps.length > 0 && gaps.every((gap) => gap <= middle * EVEN.factor + EVEN.ms && gap >= middle / EVEN.factor - EVEN.ms);
};

/** Whether nobody can have typed a line: it is long, and quick or as even as no fingers are. */
export const isBeyondHands = (pieces: readonly Piece[]): boolean => {
  const gaps = gapsOf(pieces);
  const middle = median(gaps);
  return pieces.length >= LONG_ENOUGH && (middle <= CERTAIN_MS || (middle <= SLOWEST_MS && isEven(gaps)));
};

/** Takes a line that ended as a scan into account; a line that may have been typed by hand teaches nothing. */
export const learnPace = (pace: Pace, pieces: readonly Piece[]): Pace =>
  isBeyondHands(pieces) ? { medians: [...pace.medians, Math.round(median(gapsOf(pieces)))].slice(-KEPT) } : pace;

/** The slowest pace of the scanners here, ms; null until enough was scanned. One freak does not count. */
const slowest = ({ medians }: Pace): number | null =>
  medians.length < LEARNED_FROM ? null : (medians.toSorted((a, b) => b - a)[1] ?? null);

/** Whether a line came as this bench's scanners type: as evenly, and not slower. */
const asScannersHere = (pieces: readonly Piece[], pace: Pace, least: number, mostMs: number): boolean => {
  const known = slowest(pace);
  if (known === null || pieces.length < least) return false;
  const gaps = gapsOf(pieces);
  return median(gaps) <= Math.min(mostMs, known * ROOM.factor + ROOM.ms) && isEven(gaps);
};

/** In a field, where what a person types must stay. `at`: when the line ended, ms; a scanner's Enter comes at its own pace, a finger's later. */
export const isKnownBurst = (pieces: readonly Piece[], at: number, pace: Pace): boolean =>
  asScannersHere(pieces, pace, SHORTEST, FIELD_MOST_MS) && at - (pieces.at(-1)?.at ?? at) <= median(gapsOf(pieces)) * EVEN.factor + EVEN.ms;

/** Outside of fields: a scanner so slow that its scans look keyed. */
export const isKnownPace = (pieces: readonly Piece[], pace: Pace): boolean => asScannersHere(pieces, pace, SHORTEST_SLOW, SLOWEST_MS);
