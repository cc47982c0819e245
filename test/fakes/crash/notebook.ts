import { emptyModel, type Model } from "./model.ts";

/** A promise the station broke. */
export class Broken extends Error {}

export type Tally = {
  kills: number;
  killsAt: Record<string, number>;
  /** kills exactly at a named step */
  points: Record<string, number>;
  sessions: number;
  scans: number;
  answersLost: number;
  tasksDone: number;
  parcelsClosed: number;
  labels: number;
  asked: number;
  takenBack: number;
  /** labels made anew, and alarms about those that were out by then */
  relabelled: number;
  alarms: number;
  /** new numbers of unpacked tasks that came before their labels, and parcels closed in between */
  numbersFirst: number;
  closedBetween: number;
  /** boxes that left the bench with a slip, and slips scanned later */
  slips: number;
  slipsScanned: number;
  /** parcels of another bench that were handed over here */
  elsewhere: number;
  toldTwice: number;
  /** from starting a station to its ready line, all starts together */
  startMs: number;
  drainMs: number;
};

/**
 * What the packer remembers through all restarts: the model, the scan whose answer was lost, and what a person asked for
 * beside packing.
 */
export type Notebook = {
  model: Model;
  /** sent, and not answered yet */
  pending: Readonly<{ what: string; before: Model; after: Model }> | null;
  /** tasks that changed since the last restart */
  touched: Set<string>;
  /** tasks that the buyer took back, in whole or in part */
  takenBack: Set<string>;
  handedOver: Set<string>;
  /** handed over, perhaps: the answer was lost */
  handedOverPerhaps: Set<string>;
  /** parcels of another bench that the packer was told are handed over, and those whose answer was lost */
  neighbourTold: Set<string>;
  neighbourPerhaps: Set<string>;
  /** reprints a person asked for, by parcel, and those whose answer was lost */
  reprints: Map<string, number>;
  reprintsPerhaps: number;
  /** tasks and parcels whose label was made anew, by the number the carrier knows them by */
  relabelled: Set<string>;
  /** scans of a parked box's slip, by parcel, and those whose answer was lost */
  slipScans: Map<string, number>;
  slipScansPerhaps: Map<string, number>;
  tally: Tally;
  /** the last steps, for the words of a failure */
  trail: string[];
};

const TRAIL = 60;

export const createNotebook = (): Notebook => ({
  model: emptyModel,
  pending: null,
  touched: new Set(),
  takenBack: new Set(),
  handedOver: new Set(),
  handedOverPerhaps: new Set(),
  neighbourTold: new Set(),
  neighbourPerhaps: new Set(),
  reprints: new Map(),
  reprintsPerhaps: 0,
  relabelled: new Set(),
  slipScans: new Map(),
  slipScansPerhaps: new Map(),
  tally: {
    kills: 0,
    killsAt: {},
    points: {},
    sessions: 0,
    scans: 0,
    answersLost: 0,
    tasksDone: 0,
    parcelsClosed: 0,
    labels: 0,
    asked: 0,
    takenBack: 0,
    relabelled: 0,
    alarms: 0,
    numbersFirst: 0,
    closedBetween: 0,
    slips: 0,
    slipsScanned: 0,
    elsewhere: 0,
    toldTwice: 0,
    startMs: 0,
    drainMs: 0,
  },
  trail: [],
});

export const noteStep = ({ trail }: Notebook, words: string): void => {
  trail.push(words);
  if (trail.length > TRAIL) trail.shift();
};

const addTo = (sums: Record<string, number>, at: string, count: number): void => void (sums[at] = (sums[at] ?? 0) + count);

export const sumTallies = (tallies: readonly Tally[]): Tally => {
  const sum = createNotebook().tally;
  for (const tally of tallies) {
    for (const [name, value] of Object.entries(tally)) {
      if (typeof value === "number") sum[name as "kills"] += value;
      else for (const [at, count] of Object.entries(value)) addTo(sum[name as "killsAt"], at, count);
    }
  }
  return sum;
};
