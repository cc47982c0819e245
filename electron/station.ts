import { statSync } from "node:fs";
import { join } from "node:path";
import { EMPTY_DATABASE, type EventBody, type EventName } from "../shared/contract.ts";
import { fail, succeed, type Failure, type Result } from "../shared/failures.ts";
import type { Snapshot } from "../shared/station.ts";
import type { Handlers } from "./bridge/router.ts";
import { createHandlers } from "./handlers.ts";
import type { Clock } from "./kit/clock.ts";
import { createHttp } from "./kit/http.ts";
import type { Log } from "./kit/log.ts";
import { collectGarbage, createTidying } from "./kit/memory.ts";
import type { SecretStore } from "./kit/secrets.ts";
import { restoreWithWork } from "./owed/restore.ts";
import type { Answer } from "./packing/decision.ts";
import { openSettings, type Environment } from "./kit/settings.ts";
import { createSupervisorPin } from "./kit/supervisor-pin.ts";
import { createLabelArtist } from "./printer/label-artist.ts";
import { createRasteriser } from "./printer/rasteriser.ts";
import { loadNodeHid } from "./device/node-hid.ts";
import { loadSerialPort } from "./device/serial-port.ts";
import { openScales, scaleView, type Scales } from "./scale/scales.ts";
import { createScanTest } from "./scanner/scan-test.ts";
import { openScanners, type Scanners } from "./scanner/scanners.ts";
import { createSnapshots, troubleSnapshot, type Snapshots } from "./snapshot.ts";
import { listBackups } from "./store/database-files.ts";
import { lockFolder, storageFailure } from "./store/database.ts";
import { startAfresh } from "./store/backups.ts";
import { databasePath, openWorks, type Ground, type Works } from "./works.ts";
import { ensureFolder } from "./kit/ensure-folder.ts";

export type StationParts = Readonly<{
  dataFolder: string;
  environment: Environment;
  secrets: SecretStore;
  clock: Clock;
  log: Log;
  version: string;
  ground?: Ground;
}>;

export type Station = Readonly<{
  handlers: Handlers;
  onEvent: (listener: (event: EventName, body: EventBody<EventName>) => void) => () => void;
  snapshot: () => Snapshot;
  /** null while scans are taken; otherwise why they are not (the screen shows it and offers a way out) */
  failure: () => Failure | null;
  ready: Promise<unknown>;
  stop: () => Promise<void>;
}>;

/** News that nobody waits for reach the screen at this pace: a pull of a thousand tasks is not a thousand pictures. */
const NEWS_EVERY_MS = 100;
/** Clocks on screen (waiting for a label, last sync) move although nothing happens. */
const HEARTBEAT_MS = 5_000;

/** The screen is there by then, and the first label is still a few scans away. */
const WARM_UP_AFTER_MS = 1_000;

/** Over as soon as somebody makes room or gives the right back: opening is tried again by itself. */
const passes = (failure: Failure): boolean => failure.kind === "storage-full" || failure.kind === "storage-unwritable";
/** A damaged or newer database keeps the station up, so that a person can restore; anything else stops the start. */
const canBeShown = (failure: Failure): boolean =>
  passes(failure) || failure.kind === "storage-corrupt" || failure.kind === "storage-newer" || failure.kind === "storage-missing";

/** A file whose backups are there was not taken away by somebody who wants to start anew: it is told, not replaced by an empty one. */
const lostDatabase = (path: string): ReturnType<typeof fail> | null => {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return bytes > 0 || listBackups(path).length === 0 ? null : fail("storage-missing", `${path}.`);
};

const restoredAnswer = (text: string): Answer => ({ kind: "command-ok", title: "Backup restored", text, ftNo: null, detailId: null });

/**
 * The composition root: reads the settings, takes hold of the data folder, builds the works of the mode in force and serves
 * the contract. Failures: `setting-bad`, `secret-unreadable`, `storage-unwritable`, `storage-in-use`.
 */
export const openStation = async (parts: StationParts): Promise<Result<Station>> => {
  const { dataFolder, environment, clock, log, version } = parts;
  try {
    ensureFolder(dataFolder);
  } catch (error) {
    return { ok: false, failure: storageFailure(error, dataFolder) };
  }
  const supervisor = createSupervisorPin({ path: join(dataFolder, "supervisor-pin"), clock });
  const opened = openSettings({ path: join(dataFolder, "settings.json"), environment, secrets: parts.secrets, supervisor });
  if (!opened.ok) return opened;
  const settings = opened.value;
  const lock = lockFolder(dataFolder);
  if (!lock.ok) return lock;

  const listeners = new Set<(event: EventName, body: EventBody<EventName>) => void>();
  const rasteriser = createRasteriser({ clock, log });
  const labelMaker = createLabelArtist({ clock, log });
  const http = parts.ground?.http(createHttp()) ?? createHttp();
  let works: Works | null = null;
  let snapshots: Snapshots | null = null;
  let storage: Readonly<{ failure: Failure; path: string }> | null = null;
  let scanners: Scanners | null = null;
  let revision = 0;
  let waiting: (() => void) | null = null;

  const hid = await loadNodeHid();
  if (!hid.ok) log.warn({}, hid.words);
  const scales: Scales = openScales({
    setting: () => settings.current().scale,
    hid,
    serial: loadSerialPort,
    clock,
    log,
    onChange: () => {
      works?.desk.weighed();
      onChange(false);
    },
  });

  const scanTest = createScanTest({ clock, onChange: () => onChange(true) });

  const folderOf = (mode: "practice" | "live"): string => (mode === "practice" ? join(dataFolder, "practice") : dataFolder);
  const secret = (): string => {
    const read = settings.secret();
    return read.ok ? (read.value ?? "") : "";
  };

  const snapshot = (): Snapshot => {
    if (works !== null && snapshots !== null)
      return snapshots(
        revision,
        scanners?.status() ?? { health: "careful", words: "Scanner · keyboard" },
        scanTest.reads(),
        scaleView(scales),
      );
    return troubleSnapshot({
      revision,
      version,
      settings: settings.current(),
      storage:
        storage === null
          ? null
          : {
              failure: storage.failure,
              // A full disk is helped by room, not by an older file
              backups: passes(storage.failure) ? [] : listBackups(storage.path).map(({ name, at, bytes }) => ({ name, at, bytes })),
            },
    });
  };
  const publish = (): void => {
    waiting?.();
    waiting = null;
    revision += 1;
    if (listeners.size === 0) return;
    // Reading can fail like writing: thrown in a timer it would end the station, thrown in a scan it would hide a kept decision
    try {
      const body = snapshot();
      for (const listener of listeners) listener("snapshot", body);
    } catch (error) {
      const failure = storageFailure(error, databasePath(folderOf(settings.current().mode)));
      log.error({ failure }, "the screen could not be told");
      if (failure.kind === "storage-corrupt" && storage === null) void closeDamaged(error instanceof Error ? error.message : String(error));
    }
  };
  const onChange = (now: boolean): void => {
    if (now) publish();
    else waiting ??= clock.after(NEWS_EVERY_MS, publish);
  };

  const openMode = async (mayStartEmpty = false): Promise<Result<null>> => {
    const { mode } = settings.current();
    const folder = folderOf(mode);
    const lost = mayStartEmpty ? null : lostDatabase(databasePath(folder));
    const built: Awaited<ReturnType<typeof openWorks>> =
      lost ??
      (await openWorks({
        mode,
        folder,
        settings: settings.current,
        secret,
        supervisorPin: supervisor,
        scale: scales,
        environment,
        rasteriser,
        labelMaker,
        http,
        ...(parts.ground === undefined ? {} : { ground: parts.ground }),
        clock,
        log,
        onChange,
        onDamage: (words) => void closeDamaged(words),
      }));
    if (!built.ok) {
      storage = { failure: built.failure, path: databasePath(folder) };
      log.error({ failure: built.failure }, "scans can't be taken");
      return built;
    }
    storage = null;
    works = built.value;
    snapshots = createSnapshots({ works, clock, settings: settings.current, version });
    works.start();
    return succeed(null);
  };
  const closeMode = async (): Promise<void> => {
    const closing = works;
    works = null;
    snapshots = null;
    await closing?.stop();
  };
  /** Damage found while scans are taken: none is taken any more, as after a start that finds it. */
  const closeDamaged = async (words: string): Promise<void> => {
    const path = databasePath(folderOf(settings.current().mode));
    storage = { failure: fail("storage-corrupt", `${path} (${words}).`).failure, path };
    log.error({ failure: storage.failure }, "scans can't be taken any more");
    const closed = closeMode();
    publish();
    await closed.catch((error: unknown) => log.error({ error: String(error) }, "the damaged database did not close well"));
  };

  /** Opening and closing take turns: two presses of a button must not open one database twice. */
  let turn: Promise<unknown> = Promise.resolve();
  const oneAtATime =
    <Input extends readonly unknown[], Output>(work: (...input: Input) => Promise<Output>) =>
    (...input: Input): Promise<Output> => {
      const mine = turn.then(() => work(...input));
      turn = mine.catch(() => {});
      return mine;
    };

  const first = await openMode();
  if (!first.ok && !canBeShown(first.failure)) {
    await Promise.all([rasteriser.stop(), labelMaker.stop()]);
    lock.value.release();
    return first;
  }
  scanners = openScanners({
    clock,
    log,
    hid,
    serial: loadSerialPort,
    serialAddress: () => settings.current().scannerPort,
    names: () => settings.current().scannerNames,
    onScan: (text, { symbology, way, path, name }) => {
      if (!scanTest.take({ text, symbology, way, path, name })) works?.desk.scan(text);
    },
    onChange: () => onChange(false),
  });
  scanners.start();
  scales.start();

  // Fonts are parsed while nobody waits for a label yet
  const stopWarmUp = clock.after(WARM_UP_AFTER_MS, () => void labelMaker.warmUp());

  const reopen = oneAtATime(async (): Promise<Result<null>> => {
    await closeMode();
    const again = await openMode();
    publish();
    return again;
  });

  const tidying = createTidying({
    lastScanAt: () => works?.desk.state().verdict?.at ?? null,
    tidy: () => {
      collectGarbage();
      rasteriser.tidy();
      labelMaker.tidy();
    },
  });
  let stopHeart = (): void => {};
  const beat = (): void => {
    if (storage !== null && passes(storage.failure))
      void reopen().catch((error: unknown) => log.error({ error: String(error) }, "opening again broke off"));
    onChange(false);
    tidying.look(clock.now());
    stopHeart = clock.after(HEARTBEAT_MS, beat);
  };
  stopHeart = clock.after(HEARTBEAT_MS, beat);

  /** Puts a backup, or an empty database, in the place of the one in force; what was decided since is brought over as far as it can be read. */
  const restore = async (name: string): Promise<Result<null>> => {
    const wasWell = storage === null;
    if (wasWell && name === EMPTY_DATABASE) return fail("not-now", "The database is in use and well.");
    const { mode, stationId } = settings.current();
    const path = databasePath(folderOf(mode));
    if (name !== EMPTY_DATABASE && !listBackups(path).some((backup) => backup.name === name))
      return fail("not-found", `The backup ${name}.`);
    await closeMode();
    publish();
    const at = clock.now();
    const done: Result<Readonly<{ aside: string; words?: string }>> =
      name === EMPTY_DATABASE
        ? startAfresh(path, at)
        : restoreWithWork(path, { name, at, why: wasWell ? "replaced" : "damaged", stationId });
    if (done.ok) log.warn({ name, ...done.value }, "a backup was restored");
    // What could not be restored is opened again as it was
    const again = done.ok || wasWell ? await openMode(name === EMPTY_DATABASE) : succeed(null);
    if (done.ok && done.value.words !== undefined) works?.desk.announce(restoredAnswer(done.value.words));
    publish();
    return done.ok ? again : done;
  };

  const handlers = createHandlers({
    works: () => works,
    snapshot,
    settings,
    scanners,
    scanTest,
    scales,
    serial: loadSerialPort,
    http,
    clock,
    log,
    reopen,
    folder: () => folderOf(settings.current().mode),
    restore: oneAtATime(restore),
    onChange,
  });

  return succeed({
    handlers,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    snapshot,
    failure: () => storage?.failure ?? null,
    ready: Promise.resolve(),
    stop: async () => {
      stopHeart();
      stopWarmUp();
      waiting?.();
      await Promise.all([scanners?.stop(), scales.stop()]);
      await oneAtATime(closeMode)();
      await Promise.all([rasteriser.stop(), labelMaker.stop()]);
      lock.value.release();
    },
  });
};
