import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { LoneKeyHandler, LoneKeys } from "./keys.ts";
import type { SoundState } from "./sounds.ts";
import type { StationState, StationStore } from "./station-store.ts";

/** What every screen may reach: the store, the keys, the sounds and the clock. */
export type Bench = Readonly<{ station: StationStore; keys: LoneKeys; sounds: SoundState; now: () => number }>;

export const BenchContext = createContext<Bench | null>(null);

export const useBench = (): Bench => {
  const bench = useContext(BenchContext);
  if (bench === null) throw new Error("the screens are drawn inside a bench");
  return bench;
};

/** Everything the screen draws; a change is drawn at once and as a whole. */
export const useStation = (station: StationStore): StationState => useSyncExternalStore(station.subscribe, station.getState);

const COUNTDOWN_STEP_MS = 10_000; // minutes are shown: ten seconds late is never seen

/** The time, ms, renewed by itself, for countdowns between snapshots. */
export const useNow = (stepMs: number = COUNTDOWN_STEP_MS): number => {
  const { now } = useBench();
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), stepMs);
    return () => clearInterval(timer);
  }, [now, stepMs]);
  return time;
};

/** Offers `handle` the keys a person presses on their own, never those of a scan: true when it took one. */
export const useLoneKey = (handle: LoneKeyHandler): void => {
  const { keys } = useBench();
  useEffect(() => keys.listen(handle), [keys, handle]);
};
