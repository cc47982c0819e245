import { join } from "node:path";
import { EMPTY_DATABASE, type EventBody, type EventName } from "../shared/contract.ts";
import { fail, succeed, type Failure, type Result } from "../shared/failures.ts";
import type { Snapshot } from "../shared/station.ts";
import type { Handlers } from "./bridge/router.ts";
import { createHandlers } from "./handlers.ts";
import type { Clock } from "./kit/clock.ts";
import { createHttp } from "./kit/http.ts";
import type { Log } from "./kit/log.ts";
import type { SecretStore } from "./kit/secrets.ts";
import { openSettings, type Environment } from "./kit/settings.ts";
import { createLabelArtist } from "./printer/label-artist.ts";
import { createRasteriser } from "./printer/rasteriser.ts";
import { openScanners, type Scanners } from "./scanner/scanners.ts";
import { createSnapshots, troubleSnapshot, type Snapshots } from "./snapshot.ts";
import { listBackups, lockFolder, storageFailure } from "./store/database.ts";
import { createFileCheck, type FileCheck } from "./store/file-check.ts";
import { restoreBackup, startAfresh } from "./store/backups.ts";
import { databasePath, openWorks, type Works } from "./works.ts";
import { ensureFolder } from "./kit/ensure-folder.ts";

export type StationParts = Readonly<{
  dataFolder: string;
  environment: Environment;
  secrets: SecretStore;
  clock: Clock;
  log: Log;
  version: string;
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

/** A damaged or newer database keeps the station up, so that a person can restore; anything else stops the start. */
const canBeShown = (failure: Failure): boolean => failure.kind === "storage-corrupt" || failure.kind === "storage-newer";

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
  const opened = openSettings({ path: join(dataFolder, "settings.json"), environment, secrets: parts.secrets });
  if (!opened.ok) return opened;
  const settings = opened.value;
  const lock = lockFolder(dataFolder);
  if (!lock.ok) return lock;

  const listeners = new Set<(event: EventName, body: EventBody<EventName>) => void>();
  const rasteriser = createRasteriser({ clock, log });
  const labelMaker = createLabelArtist({ clock, log });
  const http = createHttp();
  let works: Works | null = null;
  let snapshots: Snapshots | null = null;
  let storage: Readonly<{ failure: Failure; path: string }> | null = null;
  let scanners: Scanners | null = null;
  let fileCheck: FileCheck | null = null;
  let revision = 0;
  let waiting: (() => void) | null = null;

  const folderOf = (mode: "practice" | "live"): string => (mode === "practice" ? join(dataFolder, "practice") : dataFolder);
  const secret = (): string => {
    const read = settings.secret();
    return read.ok ? (read.value ?? "") : "";
  };

  const snapshot = (): Snapshot => {
    if (works !== null && snapshots !== null)
      return snapshots(revision, scanners?.status() ?? { health: "careful", words: "Scanner · keyboard" });
    return troubleSnapshot({
      revision,
      version,
      settings: settings.current(),
      storage:
        storage === null
          ? null
          : { failure: storage.failure, backups: listBackups(storage.path).map(({ name, at, bytes }) => ({ name, at, bytes })) },
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

  const openMode = async (): Promise<Result<null>> => {
    const { mode } = settings.current();
    const folder = folderOf(mode);
    const built = await openWorks({
      mode,
      folder,
      settings: settings.current,
      secret,
      environment,
      rasteriser,
      labelMaker,
      http,
      clock,
      log,
      onChange,
    });
    if (!built.ok) {
      storage = { failure: built.failure, path: databasePath(folder) };
      log.error({ failure: built.failure }, "scans can't be taken");
      return built;
    }
    storage = null;
    works = built.value;
    snapshots = createSnapshots({ works, clock, settings: settings.current, version });
    works.start();
    if (!works.database.checkedAtOpen) {
      fileCheck = createFileCheck({ path: works.database.path, clock, log, onDamage: (words) => void closeDamaged(words) });
      fileCheck.start();
    }
    return succeed(null);
  };
  const closeMode = async (): Promise<void> => {
    const [closing, checking] = [works, fileCheck];
    works = null;
    snapshots = null;
    fileCheck = null;
    await checking?.stop();
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
  scanners = await openScanners({ clock, log, onScan: (text) => void works?.desk.scan(text), onChange: () => onChange(false) });
  scanners.start();

  // Fonts are parsed while nobody waits for a label yet
  const stopWarmUp = clock.after(WARM_UP_AFTER_MS, () => void labelMaker.warmUp());

  let stopHeart = (): void => {};
  const beat = (): void => {
    onChange(false);
    stopHeart = clock.after(HEARTBEAT_MS, beat);
  };
  stopHeart = clock.after(HEARTBEAT_MS, beat);

  const handlers = createHandlers({
    works: () => works,
    snapshot,
    settings,
    scanners,
    http,
    clock,
    log,
    reopen: oneAtATime(async () => {
      await closeMode();
      const again = await openMode();
      publish();
      return again;
    }),
    restore: oneAtATime(async (name: string) => {
      if (storage === null) return fail("not-now", "The database is in use and well.");
      const restored = name === EMPTY_DATABASE ? startAfresh(storage.path, clock.now()) : restoreBackup(storage.path, name, clock.now());
      if (!restored.ok) return restored;
      log.warn({ name, aside: restored.value.aside }, "a backup was restored");
      const again = await openMode();
      publish();
      return again;
    }),
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
      await scanners?.stop();
      await oneAtATime(closeMode)();
      await Promise.all([rasteriser.stop(), labelMaker.stop()]);
      lock.value.release();
    },
  });
};
