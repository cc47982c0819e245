import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, openSync } from "node:fs";
import { join } from "node:path";
import { compileCache } from "../compile-cache.ts";
import { createRandom, type Random } from "../crash/random.ts";
import { startCups } from "../cups.ts";
import { compare, type Comparison } from "./compare.ts";
import type { Answered, Told } from "./messages.ts";
import { createOutTray } from "./out-tray.ts";
import { createPerson } from "./person.ts";
import { createWeather, type Mishap } from "./weather.ts";

export type TruthOptions = Readonly<{
  seed: string;
  jobs: number;
  /** for the database, the printing process' log and CUPS' own */
  folder: string;
  /** labels printed so far, each time one more is */
  onProgress?: (came: number) => void;
}>;
export type TruthReport = Comparison &
  Readonly<{
    seed: string;
    jobs: number;
    /** how often the printing process was killed (-9) */
    stationKills: number;
    mishaps: Readonly<Partial<Record<Mishap, number>>>;
    /** labels a person was asked about, and what the person said */
    asked: Readonly<{ unknown: number; failed: number; saidPrinted: number; saidAgain: number }>;
    seconds: number;
    /** what happened, latest last */
    trail: readonly string[];
  }>;

/** A run is over when every label is printed; one that takes so long per label hangs. */
const LONGEST_PER_JOB_MS = 60_000;
const LEAST_MS = 60_000;
const AWAITED_AT_MOST_MS = 20_000;
const LOOK_EVERY_MS = 20;
/** Up to so many labels between two kills, and between two mishaps. */
const KILL_WITHIN_LABELS = 8;
const MISHAP_WITHIN_LABELS = 4;
const SLACK_MS = 3_000;
/** Labels that wait for a person, or for a mishap's end, must not keep the trouble away. */
const STUCK_MS = 60_000;
const TRAIL = 400;
const OWN_ENDS_AT_MOST = 3;
const entry = join(import.meta.dirname, "station-entry.ts");

/**
 * Prints labels through the product's own queue into a real CUPS with a real IPP printer behind it, while all of them are killed, stopped and
 * restarted, and compares what the station believes with what came out. The same seed gives the same plan, not the same timing.
 */
export const runPrintTruth = async ({ seed, jobs, folder, onProgress = () => {} }: TruthOptions): Promise<TruthReport> => {
  const startedAt = Date.now();
  const trail: string[] = [];
  const note = (words: string): void => {
    trail.push(`${((Date.now() - startedAt) / 1_000).toFixed(2)} ${words}`);
    if (trail.length > TRAIL) trail.shift();
  };
  const cups = await startCups();
  const tray = await createOutTray(cups.outFolder);
  const over = new AbortController();
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (over.signal.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        over.signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      over.signal.addEventListener("abort", end, { once: true });
    });
  const awaits = async (so: () => boolean): Promise<boolean> => {
    const until = Date.now() + AWAITED_AT_MOST_MS;
    while (!so()) {
      if (over.signal.aborted || Date.now() > until) return false;
      await pause(LOOK_EVERY_MS);
    }
    return true;
  };

  let printed = 0;
  /** the station that runs now has looked at its jobs */
  let heard = false;
  /** Trouble comes with the labels, so that a slow machine has no more of it than a quick one; `slack`: not just when one is printed. */
  const someLabels = async (random: Random, most: number): Promise<void> => {
    // A station that has not even begun learns nothing from being killed
    while (!heard && !over.signal.aborted) await pause(LOOK_EVERY_MS);
    const target = printed + random.between(0, most);
    const slack = random.between(0, SLACK_MS);
    for (const until = Date.now() + STUCK_MS; printed < target && Date.now() < until && !over.signal.aborted;) await pause(LOOK_EVERY_MS);
    await pause(slack);
  };
  let station: ChildProcess | null = null;
  let stationKills = 0;
  let hung = false;
  let ended = false;
  const log = openSync(join(folder, "station.log"), "a");
  const person = createPerson({
    tray,
    pause,
    note,
    answer: (answer: Answered) => {
      // A station that was killed meanwhile hears nothing: the next one asks again
      if (station?.connected === true) station.send(answer, () => {});
    },
  });
  const hear =
    (from: ChildProcess) =>
    (message: unknown): void => {
      if (from !== station) return;
      const told = message as Told;
      if (told.kind === "asks") {
        heard = true;
        printed = told.printed;
        person.asks(told.jobs);
      }
      if (told.kind === "answered") person.heard(told.id);
      if (told.kind === "done") {
        ended = true;
        over.abort();
      }
    };
  const startStation = (): Readonly<{ child: ChildProcess; gone: Promise<void> }> => {
    const child = spawn(process.execPath, [entry, folder, cups.uri, String(jobs)], {
      env: { ...process.env, CUPS_SERVER: cups.server, NODE_COMPILE_CACHE: compileCache },
      stdio: ["ignore", "ignore", log, "ipc"],
    });
    station = child;
    heard = false;
    child.on("message", hear(child));
    return { child, gone: new Promise((resolve) => child.once("exit", () => resolve())) };
  };

  /** Keeps the printing process alive but for the kills. */
  const killing = async (): Promise<void> => {
    const random = createRandom(`${seed} station`);
    for (let ownEnds = 0; !ended && !over.signal.aborted;) {
      person.nobodyListens();
      const { child, gone } = startStation();
      const first = await Promise.race([
        gone.then(() => "gone" as const),
        someLabels(random, KILL_WITHIN_LABELS).then(() => "kill" as const),
      ]);
      if (first === "kill" && !ended) {
        if (!over.signal.aborted) {
          stationKills += 1;
          note("the station is killed");
        }
        child.kill("SIGKILL");
      } else if (!ended && ++ownEnds > OWN_ENDS_AT_MOST)
        throw new Error(`the printing process ends by itself; its log: ${folder}/station.log`);
      await gone;
    }
  };
  const counted: Partial<Record<Mishap, number>> = {};
  const storming = async (): Promise<void> => {
    const random = createRandom(`${seed} weather`);
    const weather = createWeather({ cups, random, pause, awaits, note });
    while (!over.signal.aborted) {
      await someLabels(random, MISHAP_WITHIN_LABELS);
      if (over.signal.aborted) return;
      const mishap = await weather.strike();
      if (mishap !== null) counted[mishap] = (counted[mishap] ?? 0) + 1;
    }
  };
  const watching = async (): Promise<void> => {
    const until = Date.now() + LEAST_MS + jobs * LONGEST_PER_JOB_MS;
    while (!over.signal.aborted) {
      onProgress((await tray.all()).length);
      await pause(1_000);
      if (Date.now() > until) {
        hung = true;
        over.abort();
      }
    }
  };
  const all = [killing(), storming(), watching()];
  try {
    await Promise.all(all);
    const comparison = await compare({ folder, jobs, tray, person: person.tally(), hung });
    return {
      seed,
      jobs,
      stationKills,
      mishaps: counted,
      asked: person.tally().asked,
      ...comparison,
      seconds: Math.round((Date.now() - startedAt) / 1_000),
      trail,
    };
  } finally {
    over.abort();
    await Promise.allSettled(all);
    cpSync(join(cups.folder, "log"), join(folder, "cups-log"), { recursive: true });
    await cups.stop();
  }
};
