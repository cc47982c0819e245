import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../electron/kit/clock.ts";
import { startOms4 } from "../oms4-running.ts";
import { spawnStation, type SpawnedStation } from "../station-process.ts";
import { readBooks } from "./books.ts";
import { createHands } from "./hands.ts";
import { createHuman } from "./human.ts";
import { createKiller } from "./killer.ts";
import { carrierLabel, createExpectations } from "./labels.ts";
import { openLink } from "./link.ts";
import { Broken, createNotebook } from "./notebook.ts";
import { createPacker } from "./packer.ts";
import { createRandom } from "./random.ts";
import { createSupply } from "./supply.ts";
import { rssOf, sizesOf } from "./week-ground.ts";

/** One hour of the shift as it ended. MB of 1024 × 1024 bytes; `busyMb` is the mean of the hour's last tenth, `rssMb` what is left after its break. */
export type Hour = Readonly<{
  hour: number;
  scans: number;
  tasks: number;
  busyMb: number;
  rssMb: number;
  databaseMb: number;
  walMb: number;
}>;

export type LongShiftReport = Readonly<{
  seed: string;
  hours: readonly Hour[];
  /** the hour furthest from the first one, as a part of it: 0.1 is ten percent */
  furthest: number;
  seconds: number;
}>;

const HOURS = 12;
const TASKS_AHEAD = 40;
/** Longer than the 25 s after which a station gives memory back (electron/kit/memory.ts): no bench works an hour without it. */
const BREAK_MS = 28_000;
/** An hour has 240 pulls at 15 s; an hour packed as quick as it goes lasts some ten seconds. */
const POLL_MS = 100;

/**
 * Twelve hours at one bench, online and without a restart, as quick as they go: what the station's process needs at the end of each
 * hour, and after the short break that every hour has. Nothing is judged but memory; what is lost or doubled, the crash shifts and the week look at.
 */
export const runLongShift = async ({
  seed,
  scansAnHour,
  folder,
  onHour = () => {},
  onStation = () => {},
}: Readonly<{
  seed: string;
  scansAnHour: number;
  /** an empty folder of its own */
  folder: string;
  onHour?: (hour: Hour) => void;
  onStation?: (station: SpawnedStation) => void;
}>): Promise<LongShiftReport> => {
  const began = performance.now();
  const [dataFolder, labelFolder] = [join(folder, "data"), join(folder, "labels")];
  mkdirSync(labelFolder, { recursive: true });
  const oms4 = await startOms4({ port: 0, clock: systemClock, splitLabelMs: 0, labels: carrierLabel.pdf });
  const expectations = createExpectations({ oms4, kind: "folder" });
  const notebook = createNotebook();
  const supply = createSupply({ oms4, random: createRandom(`${seed} tasks`), ahead: TASKS_AHEAD });
  const station = spawnStation({
    dataFolder,
    // As a customer starts it, with everything that a launcher sets
    entry: "electron/launch/station.mjs",
    environment: {
      ...oms4.environment,
      STATION_POLL_MS: String(POLL_MS),
      LABEL_PRINTER: `folder:${labelFolder}`,
    },
  });
  onStation(station);
  const hours: Hour[] = [];
  try {
    const ready = await station.ready;
    if (ready === null) throw new Broken(`the station did not start: ${station.log().slice(-2_000)}`);
    const link = await openLink(ready.url);
    const random = createRandom(`${seed} shift`);
    const hands = createHands({ link, notebook, supply, killer: createKiller({ at: "never", scans: 0 }, () => {}), random });
    hands.lookAtScreen();
    const packer = createPacker({ link, hands, notebook, supply, random, mayReprint: true });
    const databasePath = join(dataFolder, "packbench.db");
    const human = createHuman({ link, notebook, printer: null, read: (look) => readBooks(databasePath, look), expectations });
    for (let hour = 1; hour <= HOURS; hour++) {
      const [from, tasksBefore] = [notebook.tally.scans, notebook.tally.tasksDone];
      const readings: number[] = [];
      while (notebook.tally.scans - from < scansAnHour) {
        if (!(await human.help())) await packer.step();
        if (notebook.tally.scans - from >= 0.9 * scansAnHour) readings.push(rssOf(station));
      }
      const busyMb = Math.round(readings.reduce((sum, one) => sum + one, 0) / Math.max(1, readings.length));
      await new Promise((resolve) => setTimeout(resolve, BREAK_MS));
      const done: Hour = {
        hour,
        scans: notebook.tally.scans - from,
        tasks: notebook.tally.tasksDone - tasksBefore,
        busyMb,
        rssMb: rssOf(station),
        ...sizesOf(databasePath),
      };
      hours.push(done);
      onHour(done);
    }
    link.close();
  } finally {
    station.process.kill("SIGTERM");
    await station.exited;
    await expectations.stop();
    await oms4.close();
  }
  const first = hours[0]?.rssMb ?? 0;
  const furthest = Math.max(...hours.map(({ rssMb }) => Math.abs(rssMb - first) / first));
  return { seed, hours, furthest: Math.round(furthest * 1000) / 1000, seconds: Math.round((performance.now() - began) / 1000) };
};
