import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandFor, type ShiftPlan } from "../fakes/crash/lanes.ts";
import { moments } from "../fakes/crash/killer.ts";
import { sumTallies } from "../fakes/crash/notebook.ts";
import { allPoints, printerPoints } from "../fakes/crash/points.ts";
import { runShift, type ShiftReport } from "../fakes/crash/shift.ts";
import { removeFolder } from "../fakes/removal.ts";
import { prepareStations, type SpawnedStation } from "../fakes/station-process.ts";

/** `npm run soak` is the same for hours; SEED=… repeats a run. */
const seed = process.env["SEED"] ?? randomBytes(4).toString("hex");
const quiet = { buyers: false, slips: false, relabel: false, neighbour: false } as const;
const busy = { slips: true, relabel: true, neighbour: true } as const;
const plans: readonly ShiftPlan[] = [
  { ...quiet, seed: `${seed}.a`, crashes: 65, printer: "folder", stormy: true, points: "all" },
  { ...quiet, seed: `${seed}.b`, crashes: 65, printer: "zpl", stormy: true, points: "all" },
  { ...quiet, seed: `${seed}.c`, crashes: 45, printer: "folder", stormy: true, points: "some", buyers: true },
  { ...quiet, seed: `${seed}.d`, crashes: 65, printer: "folder", stormy: false, points: "all", buyers: true },
  { ...busy, seed: `${seed}.e`, crashes: 30, printer: "folder", stormy: true, points: "some", buyers: false },
  { ...busy, seed: `${seed}.f`, crashes: 30, printer: "zpl", stormy: true, points: "some", buyers: true },
];
/** Two cores: more stations at once would only wait for each other. */
const LANES = 2;
/** Five minutes on two quiet cores, a quarter of an hour on busy ones. */
const LONGEST_MS = 40 * 60_000;

describe(`killed at any moment while packing and printing (seed ${seed})`, () => {
  const folder = mkdtempSync(join(tmpdir(), "packbench-crash-"));
  const reports = new Map<string, ShiftReport>();
  const stations = new Map<string, SpawnedStation>();
  const reportOf = (plan: ShiftPlan): ShiftReport => {
    const report = reports.get(plan.seed);
    if (report === undefined) throw new Error(`${plan.seed} was not run`);
    return report;
  };

  beforeAll(async () => {
    await prepareStations();
    const waiting = [...plans];
    const lane = async (): Promise<void> => {
      for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
        const { seed: name } = plan;
        const onStation = (station: SpawnedStation): void => void stations.set(name, station);
        reports.set(name, await runShift({ ...plan, folder: join(folder, name), onStation }));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }, LONGEST_MS);
  afterAll(async () => {
    for (const station of stations.values()) station.process.kill("SIGKILL");
    await Promise.all([...stations.values()].map(({ exited }) => exited));
    removeFolder(folder);
  });

  test.each(plans)(
    "$crashes kills ($points named steps), printing to $printer, bad weather $stormy, orders taken back $buyers, parking slips $slips, labels made anew $relabel, another bench's parcels $neighbour: nothing is lost and nothing doubled",
    (plan) => {
      const { found, trail } = reportOf(plan);
      expect(found, `again: ${commandFor(plan)}\n${trail.join("\n")}`).toEqual([]);
    },
  );

  test("300 kills, at every kind of moment and at each named step twice, with tasks packed and labels printed between them", () => {
    const sum = sumTallies([...reports.values()].map(({ tally }) => tally));
    expect(sum.kills).toBeGreaterThanOrEqual(300);
    for (const moment of moments) expect(sum.killsAt[moment], moment).toBeGreaterThanOrEqual(plans.length);
    for (const point of allPoints("folder")) expect(sum.points[point] ?? 0, point).toBeGreaterThanOrEqual(2);
    for (const point of printerPoints) expect(sum.points[point] ?? 0, point).toBeGreaterThanOrEqual(2);
    expect(sum.takenBack).toBeGreaterThan(10);
    expect(sum.answersLost).toBeGreaterThan(0);
    expect(sum.relabelled).toBeGreaterThan(5);
    expect(sum.slips).toBeGreaterThan(0);
    expect(sum.slipsScanned).toBeGreaterThan(0);
    expect(sum.tasksDone).toBeGreaterThan(100);
    expect(sum.labels).toBeGreaterThanOrEqual(sum.parcelsClosed);
  });
});
