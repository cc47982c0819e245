import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../electron/kit/clock.ts";
import { startOms4 } from "../oms4-running.ts";
import { spawnStation, type SpawnedStation } from "../station-process.ts";
import { startZplPrinter } from "../zpl-printer.ts";
import { audit } from "./audit.ts";
import { readBooks, type Books } from "./books.ts";
import { checkTask } from "./check-books.ts";
import { createBuyer } from "./buyer.ts";
import { createHands } from "./hands.ts";
import { createHuman } from "./human.ts";
import { createKiller, watchFolder, type Killer, type KillPlan } from "./killer.ts";
import { runKills } from "./kills.ts";
import { carrierLabel, createExpectations } from "./labels.ts";
import type { ShiftPlan } from "./lanes.ts";
import { Gone, openLink } from "./link.ts";
import { Broken, createNotebook, noteStep, type Tally } from "./notebook.ts";
import { createNeighbour } from "./neighbour.ts";
import { createPacker } from "./packer.ts";
import { isStationPoint, needsHandover } from "./points.ts";
import { checkAlarms, unheardLabels } from "./check-relabelled.ts";
import { createRandom } from "./random.ts";
import { createRelabeller } from "./relabeller.ts";
import { createSupply } from "./supply.ts";
import { clearWeather, setWeather } from "./weather.ts";

export type ShiftOptions = ShiftPlan &
  Readonly<{
    /** an empty folder of its own; the station's data and the labels go there */
    folder: string;
    /** every station started, so that none outlives its test */
    onStation?: (station: SpawnedStation) => void;
  }>;

export type ShiftReport = Readonly<{ seed: string; found: readonly string[]; trail: readonly string[]; tally: Tally; ms: number }>;

const TASKS_AHEAD = 10;
const POLL_MS = 150;
/** A session whose moment never comes is shot after this long. */
const LONGEST_SESSION_MS = 2_500;
const ROUGH_START_MS = 700;
/** A named step that doesn't come within this long is waited for in another session. */
const POINT_WITHIN_MS = 3_000;
/** Slips come a second after the closing, and labels are looked at again every second: what comes of it is what is shot at. */
const LULL_MS = 1_300;
const STEPS_BEFORE_LULL = 8;
const CRASH_ENTRY = "test/fakes/crash/station-entry.ts";
const STOPS_WITHIN_MS = 20_000;
const DRAINS_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 50;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * One shift at one bench: packs through so many kills (-9), restarts on the same folder each time, drains at the end and holds
 * everything against everything: the packer's memory, the database, the journal, OMS4 and the labels that came out.
 */
export const runShift = async ({
  seed,
  crashes,
  folder,
  printer: kind,
  stormy,
  points,
  buyers,
  slips,
  relabel,
  neighbour: isNeighbour,
  onStation = () => {},
}: ShiftOptions): Promise<ShiftReport> => {
  const began = performance.now();
  const notebook = createNotebook();
  const { tally } = notebook;
  const labelFolder = join(folder, "labels");
  const dataFolder = join(folder, "data");
  mkdirSync(labelFolder, { recursive: true });
  let killer: Killer | null = null;
  const oms4 = await startOms4({
    port: 0,
    clock: systemClock,
    splitLabelMs: 0,
    labels: carrierLabel[kind === "folder" ? "pdf" : "zpl"],
    onAsked: (call) => {
      if (call === "setParcelPacked" || call === "updateTaskActivity" || call === "updateParcelActivity") killer?.saw("post");
      killer?.passed(`oms4.asked.${call}`);
    },
    onActed: (call) => killer?.passed(`oms4.acted.${call}`),
  });
  const printerBytes = (): void => {
    killer?.saw("print");
    killer?.passed("printer.bytes");
  };
  const printer = kind === "zpl" ? await startZplPrinter(printerBytes, () => killer?.passed("printer.whole")) : null;
  const supply = createSupply({ oms4, random: createRandom(`${seed} tasks`), ahead: TASKS_AHEAD });
  const relabeller = createRelabeller({ oms4, notebook, supply, random: createRandom(`${seed} labels`), kind });
  const expectations = createExpectations({ oms4, kind, versionsOf: relabeller.versionsOf });
  const buyer = createBuyer({ oms4, notebook, supply, random: createRandom(`${seed} buyers`) });
  const neighbour = createNeighbour({ oms4, notebook, random: createRandom(`${seed} neighbour`) });
  const environment = {
    ...oms4.environment,
    STATION_POLL_MS: String(POLL_MS),
    LABEL_PRINTER: printer?.uri ?? `folder:${labelFolder}`,
    PARKING_SLIP_SECONDS: slips ? "1" : "0",
    // Read back where labels are made dots anyway; here every life would begin with starting the reader, half a second of processor time
    ...(kind === "folder" ? { LABEL_RULES: "*: off" } : {}),
  };
  let startMs = ROUGH_START_MS;
  let station: SpawnedStation | null = null;

  const start = (plan: KillPlan | null = null): SpawnedStation => {
    const itself = plan?.at === "point" && isStationPoint(plan.point);
    const spawned = spawnStation({
      dataFolder,
      ...(itself ? { entry: CRASH_ENTRY, environment: { ...environment, CRASH_AT: `${plan.point}:${plan.count}` } } : { environment }),
    });
    station = spawned;
    onStation(spawned);
    return spawned;
  };
  const read = <T>(look: (books: Books) => T | Promise<T>): Promise<T> => readBooks(join(dataFolder, "packbench.db"), look);

  /** What the last session did lies in the database as it was answered, whatever is on the screen. */
  const checkTouched = async (): Promise<void> => {
    const found = await read((books) => [
      ...[...notebook.touched].flatMap((ftNo) => checkTask(books, notebook.model, supply.paper(ftNo))),
      ...(relabel ? checkAlarms(books, notebook.takenBack) : []),
    ]);
    notebook.touched.clear();
    if (found.length > 0) throw new Broken(`after a restart: ${found.join("; ")}`);
  };

  const workOn = async (
    url: string,
    work: (tools: Readonly<{ packer: ReturnType<typeof createPacker>; human: ReturnType<typeof createHuman> }>) => Promise<void>,
    random: ReturnType<typeof createRandom>,
    eagerHandover = false,
  ): Promise<void> => {
    const link = await openLink(url);
    try {
      const { storage } = link.screen();
      if (storage !== null)
        throw new Broken(`after a restart the database can't be used: ${storage.failure.kind} ${storage.failure.detail}`);
      const hands = createHands({ link, notebook, supply, killer: killer ?? createKiller({ at: "never", scans: 0 }, () => {}), random });
      hands.lookAtScreen();
      await checkTouched();
      const packer = createPacker({ link, hands, notebook, supply, random, neighbour, mayReprint: kind === "folder", eagerHandover });
      await work({ packer, human: createHuman({ link, notebook, printer, read, expectations }) });
    } finally {
      link.close();
    }
  };

  const stopCleanly = async (running: SpawnedStation): Promise<void> => {
    running.process.kill("SIGTERM");
    const ended = await Promise.race([running.exited.then(() => true), pause(STOPS_WITHIN_MS).then(() => false)]);
    if (!ended) throw new Broken(`the station did not stop within ${STOPS_WITHIN_MS} ms: ${running.log().slice(-2_000)}`);
  };

  /** False when its moment never came. */
  const session = async (index: number, plan: KillPlan): Promise<boolean> => {
    const random = createRandom(`${seed} session ${index}`);
    const point = plan.at === "point" ? plan.point : null;
    // A buyer's request bears the time of this PC
    const weather = { stormy: stormy && (point === null || random.chance(0.25)), jumps: stormy && !buyers };
    await setWeather(random, { oms4, printer, slips, ...weather });
    if (point !== null) printer?.setMode("normal");
    const hurried = point !== null || random.chance(0.6);
    const lullMs = (slips || relabel) && random.chance(0.5) ? LULL_MS : 0;
    let tooLate = false;
    const running = start(plan);
    const gunman = createKiller(plan, () => running.process.kill("SIGKILL"));
    killer = gunman;
    const stopWatching = kind === "folder" ? watchFolder(labelFolder, () => gunman.saw("print")) : () => {};
    const spawned = performance.now();
    gunman.spawned();
    const limit = setTimeout(
      () => {
        tooLate = true;
        running.process.kill("SIGKILL");
      },
      (point === null ? LONGEST_SESSION_MS : POINT_WITHIN_MS) + 4 * startMs + 2 * lullMs,
    );
    try {
      const ready = await running.ready;
      if (ready === null) {
        const code = await running.exited;
        const shotItself = point !== null && running.process.signalCode === "SIGKILL";
        if (!gunman.fired() && !shotItself && !tooLate)
          throw new Broken(`the station ended by itself with ${code}: ${running.log().slice(-2_000)}`);
        return !tooLate;
      }
      tally.startMs += Math.round(performance.now() - spawned);
      startMs = 0.8 * startMs + 0.2 * (performance.now() - spawned);
      if (lullMs === 0) gunman.ready();
      const scansAtMost = plan.at === "stop" || plan.at === "never" ? plan.scans : Infinity;
      const before = tally.scans;
      await workOn(
        ready.url,
        async ({ packer, human }) => {
          if (lullMs > 0) {
            for (let steps = 0; steps < STEPS_BEFORE_LULL; steps++) await packer.step();
            await pause(lullMs);
            gunman.ready();
          }
          while (tally.scans - before < scansAtMost) {
            if (buyers) buyer.perhaps();
            if (relabel) relabeller.perhaps();
            if (isNeighbour) neighbour.perhaps();
            if (random.chance(0.3) && (await human.help())) continue;
            await packer.step();
            if (!hurried) await pause(random.between(0, 25));
          }
        },
        random,
        point !== null && needsHandover(point),
      );
      gunman.stopping();
      await stopCleanly(running);
      return true;
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
      return !tooLate;
    } finally {
      clearTimeout(limit);
      gunman.holster();
      stopWatching();
      killer = null;
      if (running.process.exitCode === null && running.process.signalCode === null) running.process.kill("SIGKILL");
      await running.exited;
      tally.sessions += 1;
      const shot = running.process.signalCode === "SIGKILL";
      const at = tooLate ? "limit" : plan.at;
      if (shot) {
        tally.kills += 1;
        tally.killsAt[at] = (tally.killsAt[at] ?? 0) + 1;
        if (at === "point" && point !== null) tally.points[point] = (tally.points[point] ?? 0) + 1;
      }
      noteStep(notebook, `— session ${index} ended, ${shot ? `killed at ${point ?? at}` : "stopped"} —`);
    }
  };

  /** The last start: good weather, everything that was begun is finished, and the station comes to rest by itself. */
  const drain = async (): Promise<void> => {
    await clearWeather({ oms4, printer });
    buyer.answerAll();
    const running = start();
    const ready = await running.ready;
    if (ready === null) throw new Broken(`the station did not start: ${running.log().slice(-2_000)}`);
    await workOn(
      ready.url,
      async ({ packer, human }) => {
        await packer.finishAll();
        const until = performance.now() + DRAINS_WITHIN_MS;
        for (;;) {
          const left = await read((books) => [
            ...books.unfinished(notebook.takenBack),
            ...books.unheardOfTakenBack(notebook.takenBack),
            ...unheardLabels(books, relabeller.versionsOf, notebook.takenBack),
          ]);
          if (left.length === 0) return;
          const ready = await read((books) => books.parkedReady().find(({ ft_no }) => !notebook.takenBack.has(ft_no)));
          if (ready !== undefined) {
            await packer.fetchParked(ready.parcel_no);
            continue;
          }
          if (performance.now() > until) throw new Broken(`not at rest after ${DRAINS_WITHIN_MS} ms: ${left.join("; ")}`);
          if (!(await human.help())) await pause(LOOK_EVERY_MS);
        }
      },
      createRandom(`${seed} drain`),
    );
    await stopCleanly(running);
  };

  const found: string[] = [];
  try {
    await runKills({
      session,
      random: createRandom(`${seed} kills`),
      printer: kind,
      points,
      crashes,
      killed: () => tally.kills,
      killedAt: (moment) => tally.killsAt[moment] ?? 0,
      startMs: () => startMs,
    });
    const draining = performance.now();
    await drain();
    tally.drainMs += Math.round(performance.now() - draining);
    found.push(...(await read((books) => audit(books, { oms4, notebook, supply, neighbour, expectations, printer, labelFolder }))));
  } catch (error) {
    found.push(error instanceof Error ? (error instanceof Broken ? error.message : (error.stack ?? error.message)) : String(error));
  } finally {
    const last = station as SpawnedStation | null;
    if (last !== null && last.process.exitCode === null && last.process.signalCode === null) {
      last.process.kill("SIGKILL");
      await last.exited;
    }
    await expectations.stop();
    await printer?.close();
    await oms4.close();
  }
  return { seed, found, trail: found.length === 0 ? [] : notebook.trail, tally, ms: Math.round(performance.now() - began) };
};
