// The long crash test: see --help.
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { commandFor, drawShift, type ShiftPlan } from "../fakes/crash/lanes.ts";
import type { ShiftReport } from "../fakes/crash/shift.ts";
import { removeFolder } from "../fakes/removal.ts";
import { prepareStations } from "../fakes/station-process.ts";

const HELP = `npm run soak -- [--crashes N] [--workers N] [--resume] [--printer folder|zpl] [--weather calm|storm] [--points all|some]
                 [--buyers yes|no] [--slips yes|no] [--relabel yes|no] [--neighbour yes|no]

Packs and prints, buyers take orders back, labels come late or are made anew, parcels of another bench leave here, while the station is killed (-9) at random moments and at named steps (before and after each commit, send,
answer and print step), N times (1000 unless told), and looks for anything lost, doubled or out of order. As many stations at
once as there are cores, unless told. Ends by itself; progress stands in test-results/soak.json, and --resume goes on from there.
SEED=… in the environment runs the same shifts again; a failed shift prints its own.`;

const { values } = parseArgs({
  options: {
    crashes: { type: "string" },
    workers: { type: "string" },
    resume: { type: "boolean", default: false },
    printer: { type: "string" },
    weather: { type: "string" },
    points: { type: "string" },
    buyers: { type: "string" },
    slips: { type: "string" },
    relabel: { type: "string" },
    neighbour: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const giveUp = (words: string): never => {
  console.error(words);
  process.exit(2);
};
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const whole = (text: string | undefined, name: string, most: number): number | null => {
  if (text === undefined) return null;
  return /^[1-9]\d*$/.test(text) && Number(text) <= most
    ? Number(text)
    : giveUp(`--${name} is ${text}: a whole number from 1 to ${most}.\n\n${HELP}`);
};
const { printer, weather, points } = values;
if (printer !== undefined && printer !== "folder" && printer !== "zpl") giveUp(`--printer is ${printer}: folder or zpl.`);
if (weather !== undefined && weather !== "calm" && weather !== "storm") giveUp(`--weather is ${weather}: calm or storm.`);
if (points !== undefined && points !== "all" && points !== "some") giveUp(`--points is ${points}: all or some.`);
/** A kind of shift that is told; null: drawn for each. */
const yesOrNo = (name: "buyers" | "slips" | "relabel" | "neighbour"): boolean | null => {
  const text = values[name];
  if (text === undefined) return null;
  return text === "yes" || text === "no" ? text === "yes" : giveUp(`--${name} is ${text}: yes or no.`);
};
const [buyers, slips, relabel, neighbour] = [yesOrNo("buyers"), yesOrNo("slips"), yesOrNo("relabel"), yesOrNo("neighbour")];
const MOST_WORKERS = 64;
// More stations at once than cores would only wait for each other
const workers = whole(values.workers, "workers", MOST_WORKERS) ?? Math.min(MOST_WORKERS, availableParallelism());

/** Long enough to have labels, reports and reopened parcels on their way at a kill, short enough to be looked at often. */
const CRASHES_A_SHIFT = 40;
const LINE_EVERY = 100;
const FAILED_SHIFTS_AT_MOST = 5;

const progressPath = join(import.meta.dirname, "../../test-results/soak.json");
const progressSchema = z.object({
  seed: z.string(),
  target: z.number(),
  shifts: z.number(),
  crashes: z.number(),
  tasks: z.number(),
  parcels: z.number(),
  labels: z.number(),
  answersLost: z.number(),
  asked: z.number(),
  toldTwice: z.number(),
  relabelled: z.number().default(0),
  alarms: z.number().default(0),
  numbersFirst: z.number().default(0),
  closedBetween: z.number().default(0),
  slips: z.number().default(0),
  slipsScanned: z.number().default(0),
  elsewhere: z.number().default(0),
  seconds: z.number(),
  killsAt: z.record(z.string(), z.number()),
  points: z.record(z.string(), z.number()).default({}),
  failed: z.array(z.object({ command: z.string(), found: z.array(z.string()) })),
});
type Progress = z.infer<typeof progressSchema>;

const readProgress = (): Progress | null => {
  if (!values.resume) return null;
  if (!existsSync(progressPath)) return giveUp(`there is nothing to resume: ${progressPath} is missing.`);
  const read = progressSchema.safeParse(JSON.parse(readFileSync(progressPath, "utf8")));
  return read.success ? read.data : giveUp(`${progressPath} can't be read: ${read.error.message}`);
};
const before = readProgress();
const target = whole(values.crashes, "crashes", 1_000_000) ?? before?.target ?? 1_000;
const progress: Progress = before ?? {
  seed: process.env["SEED"] ?? randomBytes(4).toString("hex"),
  target,
  shifts: 0,
  crashes: 0,
  tasks: 0,
  parcels: 0,
  labels: 0,
  answersLost: 0,
  asked: 0,
  toldTwice: 0,
  relabelled: 0,
  alarms: 0,
  numbersFirst: 0,
  closedBetween: 0,
  slips: 0,
  slipsScanned: 0,
  elsewhere: 0,
  seconds: 0,
  killsAt: {},
  points: {},
  failed: [],
};
progress.target = target;
const started = performance.now() - progress.seconds * 1000;

const keep = (): void => {
  progress.seconds = Math.round((performance.now() - started) / 1000);
  mkdirSync(dirname(progressPath), { recursive: true });
  writeFileSync(`${progressPath}.part`, `${JSON.stringify(progress, null, 2)}\n`);
  renameSync(`${progressPath}.part`, progressPath);
};
const line = (): string =>
  `${progress.crashes} of ${target} crashes · ${progress.tasks} tasks, ${progress.parcels} parcels, ${progress.labels} labels · ` +
  `${progress.answersLost} answers lost, ${progress.asked} asked of a person, ${progress.toldTwice} activities told again · ` +
  `${progress.relabelled} labels made anew, ${progress.numbersFirst} with the number first, ${progress.closedBetween} closed in between, ${progress.alarms} alarms, ${progress.slips} slips, ${progress.slipsScanned} scanned, ${progress.elsewhere} parcels of another bench · ` +
  `${progress.seconds} s · ${progress.failed.length === 0 ? "nothing lost, nothing doubled" : `${progress.failed.length} shifts FAILED`}`;

const take = (plan: ShiftPlan, folder: string, report: ShiftReport): void => {
  const { tally, found } = report;
  const linesBefore = Math.floor(progress.crashes / LINE_EVERY);
  progress.crashes += tally.kills;
  progress.tasks += tally.tasksDone;
  progress.parcels += tally.parcelsClosed;
  progress.labels += tally.labels;
  progress.answersLost += tally.answersLost;
  progress.asked += tally.asked;
  progress.toldTwice += tally.toldTwice;
  for (const what of ["relabelled", "alarms", "numbersFirst", "closedBetween", "slips", "slipsScanned", "elsewhere"] as const)
    progress[what] += tally[what];
  for (const which of ["killsAt", "points"] as const)
    for (const [at, count] of Object.entries(tally[which])) progress[which][at] = (progress[which][at] ?? 0) + count;
  if (found.length === 0) removeFolder(folder);
  else {
    progress.failed.push({ command: commandFor(plan), found: [...found] });
    console.error(
      `\nFAILED: ${commandFor(plan)}\n  ${found.join("\n  ")}\nbefore it:\n  ${report.trail.join("\n  ")}\nits data: ${folder}\n`,
    );
  }
  keep();
  if (Math.floor(progress.crashes / LINE_EVERY) > linesBefore) console.log(line());
};

const runOne = (plan: ShiftPlan): Promise<void> =>
  new Promise((resolve) => {
    const folder = mkdtempSync(join(tmpdir(), "packbench-soak-"));
    const options = { ...plan, folder };
    const child = fork(join(import.meta.dirname, "soak-shift.ts"), [JSON.stringify(options)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let told = false;
    child.on("message", (report) => {
      told = true;
      take(plan, folder, report as ShiftReport);
    });
    child.on("exit", (code, signal) => {
      if (!told) {
        progress.failed.push({ command: commandFor(plan), found: [`the shift itself ended with ${code ?? signal}`] });
        console.error(`FAILED: ${commandFor(plan)}: the shift itself ended with ${code ?? signal}`);
        keep();
      }
      resolve();
    });
  });

await prepareStations();
console.log(`seed ${progress.seed} · ${workers} ${workers === 1 ? "station" : "stations"} at once`);
let planned = progress.crashes;
const lane = async (): Promise<void> => {
  while (planned < target && progress.failed.length < FAILED_SHIFTS_AT_MOST) {
    const crashes = Math.min(CRASHES_A_SHIFT, target - planned);
    planned += crashes;
    const number = progress.shifts;
    progress.shifts += 1;
    const given = {
      ...(printer === undefined ? {} : { printer: printer as "folder" }),
      ...(weather === undefined ? {} : { stormy: weather === "storm" }),
      ...(buyers === null ? {} : { buyers }),
      ...(slips === null ? {} : { slips }),
      ...(relabel === null ? {} : { relabel }),
      ...(neighbour === null ? {} : { neighbour }),
      ...(points === undefined ? {} : { points: points as "all" }),
    };
    await runOne(drawShift(number === 0 ? progress.seed : `${progress.seed}.${number}`, crashes, given));
  }
};
await Promise.all(Array.from({ length: workers }, lane));
keep();
console.log(`done: ${line()}`);
console.log(
  `killed at: ${Object.entries(progress.killsAt)
    .map(([at, count]) => `${at} ${count}`)
    .join(", ")}`,
);
console.log(
  `at named steps: ${Object.entries(progress.points)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([at, count]) => `${at} ${count}`)
    .join(", ")}`,
);
for (const { command } of progress.failed) console.log(`again: ${command}`);
process.exit(progress.failed.length === 0 ? 0 : 1);
