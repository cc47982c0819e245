import type { TruthReport } from "./run.ts";
import type { Mishap } from "./weather.ts";

/** Several runs added up. */
export type Totals = Readonly<{
  seed: string;
  target: number;
  runs: number;
  jobs: number;
  /** labels that came out */
  files: number;
  /** documents of which only a part reached a printer */
  halves: number;
  stationKills: number;
  mishaps: Readonly<Partial<Record<Mishap, number>>>;
  asked: TruthReport["asked"];
  seconds: number;
  found: readonly string[];
  lateAfterAsking: readonly string[];
}>;

export const emptyTotals = (seed: string, target: number): Totals => ({
  seed,
  target,
  runs: 0,
  jobs: 0,
  files: 0,
  halves: 0,
  stationKills: 0,
  mishaps: {},
  asked: { unknown: 0, failed: 0, saidPrinted: 0, saidAgain: 0 },
  seconds: 0,
  found: [],
  lateAfterAsking: [],
});

const sum = <T extends Readonly<Record<string, number>>>(a: T, b: T): T => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)])) as T;
};

export const addUp = (totals: Totals, report: TruthReport): Totals => ({
  ...totals,
  runs: totals.runs + 1,
  jobs: totals.jobs + report.jobs,
  files: totals.files + report.files,
  halves: totals.halves + report.halves,
  stationKills: totals.stationKills + report.stationKills,
  mishaps: sum(totals.mishaps, report.mishaps),
  asked: sum(totals.asked, report.asked),
  found: [...totals.found, ...report.found.map((words) => `${report.seed}: ${words}`)],
  lateAfterAsking: [...totals.lateAfterAsking, ...report.lateAfterAsking.map((words) => `${report.seed}: ${words}`)],
});

/** Did the station tell the truth, and in a line. */
export const judgeTotals = (totals: Totals): Readonly<{ true: boolean; jobsPerSecond: number; words: string }> => {
  const { jobs, target, files, halves, stationKills, mishaps, asked, seconds, found, lateAfterAsking } = totals;
  const troubles = Object.entries(mishaps).map(([mishap, count]) => `${mishap} ${count}`);
  const isTrue = found.length === 0 && lateAfterAsking.length === 0;
  return {
    true: isTrue,
    jobsPerSecond: seconds === 0 ? 0 : Math.round((jobs / seconds) * 100) / 100,
    words:
      `${jobs} of ${target} jobs, ${files} labels out, ${halves} halves · station killed ${stationKills} times, ${troubles.join(", ")} · ` +
      `asked ${asked.unknown} times in doubt and ${asked.failed} failed: ${asked.saidPrinted} were there, ${asked.saidAgain} printed again · ` +
      `${seconds} s · ${isTrue ? "0 doubled, 0 wrong, 0 lost, 0 “printed” that wasn't" : `${found.length + lateAfterAsking.length} FOUND`}`,
  };
};
