import { join } from "node:path";
import type { EventBody, EventName } from "../shared/contract.ts";
import { errorWords } from "../shared/error-words.ts";
import { storagePasses, succeed, type Failure, type Result } from "../shared/failures.ts";
import type { Snapshot } from "../shared/station.ts";
import type { Handlers } from "./bridge/router.ts";
import { createHandlers } from "./handlers.ts";
import type { Clock } from "./kit/clock.ts";
import { createHttp } from "./kit/http.ts";
import type { Log } from "./kit/log.ts";
import { collectGarbage, createTidying } from "./kit/memory.ts";
import type { SecretStore } from "./kit/secrets.ts";
import { openSettings, type Environment } from "./kit/settings.ts";
import { createSupervisorPin } from "./kit/supervisor-pin.ts";
import { answer } from "./packing/verdicts.ts";
import { createLabelArtist } from "./printer/label-artist.ts";
import { createRasteriser } from "./printer/rasteriser.ts";
import { systemDevices, type Devices } from "./device/devices.ts";
import { openScales, scaleView, type Scales } from "./scale/scales.ts";
import { createScanTest } from "./scanner/scan-test.ts";
import { openScanners, type Scanners } from "./scanner/scanners.ts";
import { createSnapshots, troubleSnapshot, type Snapshots } from "./snapshot.ts";
import { listBackups } from "./store/database-files.ts";
import { lockFolder, storageFailure } from "./store/database.ts";
import type { Ground } from "./works.ts";
import { canBeShown, createWorksKeeper, type WorksKeeper } from "./works-keeper.ts";
import { ensureFolder } from "./kit/ensure-folder.ts";

export type StationParts = Readonly<{
  dataFolder: string;
  environment: Environment;
  secrets: SecretStore;
  clock: Clock;
  log: Log;
  version: string;
  ground?: Ground;
  /** Others than this PC's: how USB and serial devices are reached. */
  devices?: Devices;
  /** A station that won't live for long: nothing is made ready for labels that may never come. */
  isCold?: boolean;
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
  let keeper: WorksKeeper | null = null;
  let snapshots: Snapshots | null = null;
  let scanners: Scanners | null = null;
  let revision = 0;
  let waiting: (() => void) | null = null;

  const devices = parts.devices ?? systemDevices;
  const hid = await devices.hid();
  if (!hid.ok) log.warn({}, hid.words);
  const scales: Scales = openScales({
    setting: () => settings.current().scale,
    hid,
    serial: devices.serial,
    clock,
    log,
    onChange: () => {
      keeper?.works()?.desk.weighed();
      onChange(false);
    },
  });

  const scanTest = createScanTest({ clock, onChange: () => onChange(true) });

  const secret = (): string => {
    const read = settings.secret();
    return read.ok ? (read.value ?? "") : "";
  };

  const snapshot = (): Snapshot => {
    if (snapshots !== null)
      return snapshots(
        revision,
        scanners?.status() ?? { health: "careful", words: "Scanner · keyboard" },
        scanTest.reads(),
        scaleView(scales),
      );
    const storage = keeper?.storage() ?? null;
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
              backups: storagePasses(storage.failure) ? [] : listBackups(storage.path).map(({ name, at, bytes }) => ({ name, at, bytes })),
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
      const failure = storageFailure(error, keeper?.path() ?? dataFolder);
      log.error({ failure }, "the screen could not be told");
      if (failure.kind === "storage-corrupt" && keeper?.storage() === null) void keeper.closeDamaged(errorWords(error));
    }
  };
  const onChange = (now: boolean): void => {
    if (now) publish();
    else waiting ??= clock.after(NEWS_EVERY_MS, publish);
  };

  const kept = createWorksKeeper({
    dataFolder,
    settings,
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
    onWorks: (works) => {
      snapshots = works === null ? null : createSnapshots({ works, clock, settings: settings.current, version });
    },
    publish,
  });
  keeper = kept;
  const { works } = kept;
  const first = await kept.open();
  if (!first.ok && !canBeShown(first.failure)) {
    await Promise.all([rasteriser.stop(), labelMaker.stop()]);
    lock.value.release();
    return first;
  }
  scanners = openScanners({
    clock,
    log,
    hid,
    serial: devices.serial,
    serialAddress: () => settings.current().scannerPort,
    names: () => settings.current().scannerNames,
    onScan: (text, { symbology, way, path, name }) => {
      if (!scanTest.take({ text, symbology, way, path, name })) works()?.desk.scan(text);
    },
    onTorso: (name) => works()?.desk.announce(answer.brokenOff(name)),
    onChange: () => onChange(false),
  });
  scanners.start();
  scales.start();

  // Fonts are parsed while nobody waits for a label yet
  const stopWarmUp = parts.isCold === true ? (): void => {} : clock.after(WARM_UP_AFTER_MS, () => void labelMaker.warmUp());

  const tidying = createTidying({
    lastScanAt: () => works()?.desk.state().verdict?.at ?? null,
    tidy: () => {
      collectGarbage();
      rasteriser.tidy();
      labelMaker.tidy();
    },
  });
  let stopHeart = (): void => {};
  const beat = (): void => {
    const storage = kept.storage();
    if (storage !== null && storagePasses(storage.failure))
      void kept.reopen().catch((error: unknown) => log.error({ error: String(error) }, "opening again broke off"));
    onChange(false);
    tidying.look(clock.now());
    stopHeart = clock.after(HEARTBEAT_MS, beat);
  };
  stopHeart = clock.after(HEARTBEAT_MS, beat);

  const handlers = createHandlers({
    works,
    snapshot,
    settings,
    scanners,
    scanTest,
    scales,
    serial: devices.serial,
    http,
    clock,
    log,
    reopen: kept.reopen,
    folder: kept.folder,
    restore: kept.restore,
    onChange,
  });

  return succeed({
    handlers,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    snapshot,
    failure: () => kept.storage()?.failure ?? null,
    ready: Promise.resolve(),
    stop: async () => {
      stopHeart();
      stopWarmUp();
      waiting?.();
      await Promise.all([scanners?.stop(), scales.stop()]);
      await kept.close();
      await Promise.all([rasteriser.stop(), labelMaker.stop()]);
      lock.value.release();
    },
  });
};
