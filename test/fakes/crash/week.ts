import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock, type Clock } from "../../../electron/kit/clock.ts";
import { startOms4 } from "../oms4-running.ts";
import { spawnStation, type SpawnedStation } from "../station-process.ts";
import { audit } from "./audit.ts";
import { readBooks, type Books } from "./books.ts";
import { createHands } from "./hands.ts";
import { createHuman } from "./human.ts";
import { createKiller } from "./killer.ts";
import { carrierLabel, createExpectations } from "./labels.ts";
import { openLink, type Link } from "./link.ts";
import type { Progress } from "./model.ts";
import { Broken, createNotebook } from "./notebook.ts";
import { createPacker } from "./packer.ts";
import { createRandom } from "./random.ts";
import { createSupply } from "./supply.ts";
import { installAnew, rssOf, sizesOf, type Interval } from "./week-ground.ts";

export type WeekOptions = Readonly<{
  seed: string;
  /** accepted scans in the whole week */
  decisions: number;
  /** an empty folder of its own */
  folder: string;
  /** after each of the fourteen half days, and at the drain */
  onInterval?: (interval: Interval) => void;
  onStation?: (station: SpawnedStation) => void;
}>;

export type WeekReport = Readonly<{
  seed: string;
  found: readonly string[];
  decisions: number;
  tasksDone: number;
  parcels: number;
  labels: number;
  seconds: number;
  /** packing alone, without starts and stops */
  decisionsPerSecond: number;
  owed: number;
  drainSeconds: number;
  toldTwice: number;
  intervals: readonly Interval[];
}>;

const HALF_DAYS = 14;
const HALF_DAY_MS = 12 * 3_600_000;
/** As the crash packer works: opening, items, and everything else that happens at a bench. */
const DECISIONS_A_TASK = 6.4;
/** No seed may run out of work. */
const TASKS_TO_SPARE = 40;
const ENTRY = "test/fakes/crash/station-entry.ts";
const STORED_WITHIN_MS = 300_000;
const DRAINS_WITHIN_MS = 15 * 60_000;
const LOOK_EVERY_MS = 100;
const TAKEN = ["task-opened", "item-ok", "parcel-closed", "task-done", "command-ok", "parcel-ok"];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A week without OMS4: its tasks and labels are pulled, the cable is out for fourteen half days of the station's clock, each with another
 * packer, ended by a stop, a kill or a new installation; then everything is told, and the packer's memory, the database, the journal, OMS4 and
 * the labels are held against each other.
 */
export const runWeek = async (options: WeekOptions): Promise<WeekReport> => {
  const { seed, decisions, folder, onInterval = () => {}, onStation = () => {} } = options;
  const began = performance.now();
  const notebook = createNotebook();
  const dataFolder = join(folder, "data");
  const labelFolder = join(folder, "labels");
  const databasePath = join(dataFolder, "packbench.db");
  mkdirSync(labelFolder, { recursive: true });
  let ahead = 0;
  const clock: Clock = { now: () => systemClock.now() + ahead, after: systemClock.after };
  const oms4 = await startOms4({ port: 0, clock, splitLabelMs: 0, labels: carrierLabel.pdf });
  const expectations = createExpectations({ oms4, kind: "folder" });
  const tasks = Math.ceil(decisions / DECISIONS_A_TASK) + TASKS_TO_SPARE;
  const supply = createSupply({ oms4, random: createRandom(`${seed} tasks`), ahead: tasks, refills: false, ownShare: 0.06 });
  const environment = {
    ...oms4.environment,
    STATION_POLL_MS: "1000",
    LABEL_PRINTER: `folder:${labelFolder}`,
    PARKING_SLIP_SECONDS: "0",
  };
  const read = <T>(look: (books: Books) => T | Promise<T>): Promise<T> => readBooks(databasePath, look);
  const archive = new Map<string, Progress>();
  const intervals: Interval[] = [];
  let root: string | null = null;
  let running: SpawnedStation | null = null;

  const start = async (): Promise<Readonly<{ station: SpawnedStation; link: Link }>> => {
    const station = spawnStation({
      dataFolder,
      entry: ENTRY,
      environment: { ...environment, CLOCK_AHEAD_MS: String(ahead) },
      ...(root === null ? {} : { root }),
    });
    running = station;
    onStation(station);
    const ready = await station.ready;
    if (ready === null) throw new Broken(`the station did not start: ${station.log().slice(-2_000)}`);
    return { station, link: await openLink(ready.url) };
  };
  const stop = async (station: SpawnedStation, signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    station.process.kill(signal);
    await station.exited;
    running = null;
  };
  const until = async (what: string, withinMs: number, look: () => Promise<boolean> | boolean): Promise<void> => {
    const limit = performance.now() + withinMs;
    while (!(await look())) {
      if (performance.now() > limit) throw new Broken(`waited ${withinMs} ms in vain: ${what}`);
      await pause(LOOK_EVERY_MS);
    }
  };

  /** Before the cable is pulled: every task and every label that exists is here. */
  const stockUp = async (): Promise<void> => {
    const { station, link } = await start();
    await until(
      "tasks and labels are stored",
      STORED_WITHIN_MS,
      async () => (await read((books) => books.unstocked())) === 0 && link.screen().waiting.count >= tasks,
    );
    // What it had to confirm is told; the week begins with nothing owed
    await until("tasks are confirmed", STORED_WITHIN_MS, async () => (await read((books) => books.owed())) === 0);
    link.close();
    await stop(station, "SIGTERM");
  };

  /** Done tasks are put by, so that what the packer has in mind stays as small as a day. */
  const putBy = (): void => {
    const { model } = notebook;
    const kept = new Map<string, Progress>();
    for (const [ftNo, progress] of model.progress) {
      if (progress.state === "done" && ftNo !== model.lastDone) archive.set(ftNo, progress);
      else kept.set(ftNo, progress);
    }
    notebook.model = { ...model, progress: kept };
  };

  const toolsFor = (link: Link, random: ReturnType<typeof createRandom>) => {
    const killer = createKiller({ at: "never", scans: 0 }, () => {});
    const hands = createHands({ link, notebook, supply, killer, random });
    hands.lookAtScreen();
    return {
      hands,
      packer: createPacker({ link, hands, notebook, supply, random, mayReprint: true }),
      human: createHuman({ link, notebook, printer: null, read, expectations }),
    };
  };

  let taken = 0;
  let packingMs = 0;
  const halfDay = async (index: number): Promise<void> => {
    ahead = index * HALF_DAY_MS;
    const { station, link } = await start();
    const rssStartMb = rssOf(station);
    const counted: Link = {
      ...link,
      ask: async (name, input) => {
        const answer = await link.ask(name, input);
        if (name === "scan" && answer.ok && TAKEN.includes((answer.value as { verdict: { kind: string } }).verdict.kind)) taken += 1;
        return answer;
      },
    };
    const { hands, packer } = toolsFor(counted, createRandom(`${seed} half day ${index}`));
    const before = taken;
    const target = Math.round((decisions * index) / HALF_DAYS);
    const from = performance.now();
    await hands.scan(`CMDPACKER${String((index % 5) + 1).padStart(2, "0")}`);
    while (taken < target && (supply.next() !== "" || hands.openPaper() !== null)) await packer.step();
    if (index === HALF_DAYS) await packer.finishAll();
    const seconds = (performance.now() - from) / 1000;
    packingMs += seconds * 1000;
    const owed = await read((books) => books.owed());
    const figures = {
      name: `half day ${index}`,
      decisions: taken - before,
      seconds: Math.round(seconds * 10) / 10,
      rssStartMb,
      rssMb: rssOf(station),
      ...sizesOf(databasePath),
      owed,
    };
    link.close();
    const kill = index % 3 === 0;
    await stop(station, kill ? "SIGKILL" : "SIGTERM");
    const reinstall = index === HALF_DAYS / 2;
    if (reinstall) root = installAnew(folder);
    const interval: Interval = { ...figures, end: kill ? "killed" : reinstall ? "stopped; program installed anew" : "stopped" };
    intervals.push(interval);
    onInterval(interval);
    putBy();
  };

  const drain = async (): Promise<number> => {
    ahead = (HALF_DAYS + 1) * HALF_DAY_MS;
    await oms4.setOnline(true);
    const { station, link } = await start();
    const rssStartMb = rssOf(station);
    const { human } = toolsFor(link, createRandom(`${seed} drain`));
    const from = performance.now();
    await until("everything is told and printed", DRAINS_WITHIN_MS, async () => {
      if (await human.help()) return false;
      return (await read((books) => books.owed())) === 0 && (await read((books) => books.unfinished())).length === 0;
    });
    const seconds = (performance.now() - from) / 1000;
    const interval: Interval = {
      name: "drain",
      decisions: 0,
      seconds: Math.round(seconds * 10) / 10,
      rssStartMb,
      rssMb: rssOf(station),
      ...sizesOf(databasePath),
      owed: 0,
      end: "stopped",
    };
    link.close();
    await stop(station, "SIGTERM");
    intervals.push(interval);
    onInterval(interval);
    return seconds;
  };

  const found: string[] = [];
  const sums = { drainSeconds: 0, owed: 0 };
  try {
    await stockUp();
    await oms4.setOnline(false);
    for (let index = 1; index <= HALF_DAYS; index++) await halfDay(index);
    sums.owed = intervals.at(-1)?.owed ?? 0;
    sums.drainSeconds = await drain();
    notebook.model = { ...notebook.model, progress: new Map([...archive, ...notebook.model.progress]) };
    const parts = { oms4, notebook, supply, expectations, printer: null, labelFolder };
    found.push(...(await read((books) => audit(books, parts))));
  } catch (error) {
    found.push(error instanceof Error ? (error instanceof Broken ? error.message : (error.stack ?? error.message)) : String(error));
  } finally {
    const last = running as SpawnedStation | null;
    if (last !== null) await stop(last, "SIGKILL");
    await expectations.stop();
    await oms4.close();
  }
  return {
    seed,
    found,
    decisions: taken,
    tasksDone: notebook.tally.tasksDone,
    parcels: notebook.tally.parcelsClosed,
    labels: notebook.tally.labels,
    seconds: Math.round((performance.now() - began) / 1000),
    decisionsPerSecond: Math.round((taken / Math.max(1, packingMs)) * 1000),
    owed: sums.owed,
    drainSeconds: Math.round(sums.drainSeconds * 10) / 10,
    toldTwice: notebook.tally.toldTwice,
    intervals,
  };
};
