import { randomInt } from "node:crypto";
import { join } from "node:path";
import { succeed } from "../shared/failures.ts";
import type { Settings } from "../shared/settings.ts";
import type { Clock } from "./kit/clock.ts";
import type { Fetch } from "./kit/http.ts";
import type { Log } from "./kit/log.ts";
import type { Environment } from "./kit/settings.ts";
import { createDesk } from "./packing/desk.ts";
import { createStationCommands } from "./packing/station-commands.ts";
import { createMayPrint } from "./packing/may-print.ts";
import { createParking } from "./packing/parking.ts";
import { createTroubleList } from "./packing/trouble.ts";
import { createDocuments } from "./printer/documents.ts";
import type { PrinterPort } from "./printer/port.ts";
import { openPrinter, type PrinterOptions } from "./printer/printers.ts";
import { createPrintQueue } from "./printer/queue.ts";
import { createSamePrint } from "./printer/same-print.ts";
import type { LabelMaker } from "./printer/label-maker.ts";
import type { Rasteriser } from "./printer/rasteriser.ts";
import { readings } from "./scanner/read-scan.ts";
import { createBackups } from "./store/backups.ts";
import { createCancellationStore } from "./store/cancellations.ts";
import { openDatabase, type Database } from "./store/database.ts";
import { createJournal } from "./store/journal.ts";
import { createLabelChanges } from "./store/label-changes.ts";
import { createLabelStore } from "./store/labels.ts";
import { createOutbox } from "./store/outbox.ts";
import { createParcelStore } from "./store/parcels.ts";
import { createParkedBoxes } from "./store/parked-boxes.ts";
import { createPrintJobs } from "./store/print-jobs.ts";
import { createSetAsideStore } from "./store/set-aside.ts";
import { createSyncMarks } from "./store/sync-marks.ts";
import { createTaskStore } from "./store/tasks.ts";
import { createApi, type Connection } from "./sync/api.ts";
import { parcelActivityBody, parcelPackedBody, taskActivityBody } from "./sync/bodies.ts";
import { createIngest } from "./sync/ingest.ts";
import { createLabelPull } from "./sync/label-pull.ts";
import { createLabelRecheck } from "./sync/label-recheck.ts";
import { createSync } from "./sync/loop.ts";
import { createPull } from "./sync/pull.ts";
import { createPush } from "./sync/push.ts";

/** What a station stands on, as it is or with something put before it: a test that ends the process at one exact step, for one. */
export type Ground = Readonly<{
  http: (real: Fetch) => Fetch;
  database: (real: Database) => Database;
  printer: (real: PrinterPort) => PrinterPort;
}>;

export type WorksParts = Readonly<{
  mode: "practice" | "live";
  /** the folder of this mode's database; practice has its own */
  folder: string;
  settings: () => Settings;
  secret: () => string;
  environment: Environment;
  rasteriser: Rasteriser;
  labelMaker: LabelMaker;
  http: Fetch;
  ground?: Ground;
  clock: Clock;
  log: Log;
  /** Something on screen changed. `now`: a person waits for it. */
  onChange: (now: boolean) => void;
}>;

/** Date headers are whole seconds: less than this is no skew. */
const SKEW_NOTICED_MS = 2_000;
const API_TIMEOUT_MS = 20_000;
/** Four letters and digits tell 1.6 million installs apart; look-alikes (0/O, 1/I) are left out for people who read them aloud. */
const INSTALL_ID_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const INSTALL_ID_LENGTH = 4;
const makeInstallId = (): string =>
  Array.from({ length: INSTALL_ID_LENGTH }, () => INSTALL_ID_ALPHABET[randomInt(INSTALL_ID_ALPHABET.length)]).join("");

export const databasePath = (folder: string): string => join(folder, "packbench.db");

/**
 * Builds and wires all parts of one mode: store, desk, sync, print queue, and in practice OMS4 itself. Failures: `storage-*` when
 * the database can't be used, `internal` when the practice OMS4 can't start.
 */
export const openWorks = async (parts: WorksParts) => {
  const { mode, folder, settings, environment, rasteriser, labelMaker, clock, log } = parts;
  const opened = openDatabase(databasePath(folder));
  if (!opened.ok) return opened;
  const database = parts.ground?.database(opened.value) ?? opened.value;
  const stationId = (): string => settings().stationId;
  const tasks = createTaskStore({ database });
  const parcels = createParcelStore({ database });
  const journal = createJournal({ database, stationId, packer: parcels.packer });
  const outbox = createOutbox({ database });
  const labels = createLabelStore({ database });
  const printJobs = createPrintJobs({ database });
  const parkedBoxes = createParkedBoxes({ database });
  const labelChanges = createLabelChanges({ database });
  const cancellations = createCancellationStore({ database });
  const setAside = createSetAsideStore({ database });
  const marks = createSyncMarks({ database });
  parcels.ensureIdentity(makeInstallId());

  // Loaded only where it is used: its label drawing is a quarter of a second of a live start
  const startPractice = async () =>
    (await import("./practice/practice-oms4.ts")).startPracticeOms4({ file: join(folder, "oms4.json"), clock, log });
  const practice = mode === "practice" ? await startPractice() : null;
  if (practice !== null && !practice.ok) {
    database.close();
    return practice;
  }
  const connection = (): Connection => {
    if (practice !== null) return practice.value.connection;
    const { baseUrl, tenantId, apiKey } = settings();
    return { baseUrl, tenantId, apiKey, apiSecret: parts.secret() };
  };
  // Practice prints into a folder of its own, unless somebody wants to see practice labels on paper
  const printer = (): string =>
    settings().printer !== "" ? settings().printer : mode === "practice" ? `folder:${join(folder, "labels")}` : "";

  const printerOptions = (): PrinterOptions => ({ dpi: settings().printerDpi, clock, log, rasteriser, environment });
  const documents = createDocuments({ tasks, parcels, labels, settings, maker: labelMaker });
  const mayPrint = createMayPrint({ tasks, parcels, cancellations, clock });
  const printQueue = createPrintQueue({
    database,
    printJobs,
    documentFor: documents.forJob,
    mayPrint,
    openPrinter: (uri) => {
      const port = openPrinter(uri, printerOptions());
      return port.ok && parts.ground !== undefined ? succeed(parts.ground.printer(port.value)) : port;
    },
    currentPrinter: printer,
    clock,
    log,
    journal,
    onChange: () => parts.onChange(false),
  });

  /** A wrong clock of this PC must not reach OMS4's history: its own Date header says how wrong it is. */
  const oms4Time = (at: number): number => {
    const skew = api.skewMs() ?? 0;
    return Math.abs(skew) > SKEW_NOTICED_MS ? at + skew : at;
  };

  const work = (): void => {
    printQueue.kick();
    sync.kickPush();
    parking.kick();
    desk.tellLabelAlarms();
  };
  const askLabel = (parcelNo: string): void => sync.askLabel(parcelNo);
  const parking = createParking({
    database,
    clock,
    log,
    tasks,
    parcels,
    labels,
    printJobs,
    parkedBoxes,
    labelChanges,
    journal,
    mayPrint,
    slipAfterMs: () => settings().parkingSlipSeconds * 1_000,
    printOnce: (...job) => desk.printOnce(...job),
    askLabel,
    onPrint: () => {
      printQueue.kick();
      parts.onChange(false);
    },
  });
  const trouble = createTroubleList({
    database,
    clock,
    journal,
    outbox,
    parcels,
    labels,
    labelChanges,
    printJobs,
    setAside,
    mayPrint,
    printer,
    askLabel,
    onWork: work,
  });
  const stationCommands = createStationCommands({ trouble, parcels, looked: parking });
  const desk = createDesk({
    database,
    clock,
    log,
    tasks,
    parcels,
    journal,
    outbox,
    labels,
    printJobs,
    parkedBoxes,
    labelChanges,
    cancellations,
    printer,
    bodies: {
      parcelPacked: ({ task, parcel, packedAt }) =>
        parcelPackedBody({ task, parcel, packedAt: oms4Time(packedAt), sourceLocation: settings().sender.address }),
      taskActivity: (facts) => taskActivityBody({ ...facts, at: oms4Time(facts.at) }),
      parcelActivity: (facts) => parcelActivityBody({ ...facts, at: oms4Time(facts.at) }),
    },
    policy: () => ({ ownCarrier: settings().ownCarrier }),
    readings,
    stationCommand: stationCommands.run,
    parcelScanned: parking.scanned,
    onParcelSeen: parking.lookAt,
    lookUp: async (code) => {
      const found = await sync.lookUp(code);
      return found.ok && found.value;
    },
    onOpened: (ftNo) => {
      // What changed since the last pull is seen while the packer reaches for the first item
      sync.refresh([ftNo]).catch((error: unknown) => log.warn({ ftNo, error: String(error) }, "an opened task could not be refreshed"));
    },
    onChange: () => parts.onChange(true),
    onWork: work,
  });

  const api = createApi({ connection, fetch: parts.http, clock, log, timeoutMs: API_TIMEOUT_MS });
  const ingest = createIngest({ database, tasks, cancellations, setAside, outbox, stationId });
  const labelPull = createLabelPull({
    api,
    database,
    tasks,
    parcels,
    labels,
    setAside,
    clock,
    printsSame: createSamePrint({ rasteriser, dpi: () => settings().printerDpi }),
    onLabelStored: desk.labelStored,
    onTrackingChanged: desk.trackingChanged,
    onChange: () => {
      printQueue.kick();
      desk.tellLabelAlarms();
      parts.onChange(false);
    },
  });
  const labelRecheck = createLabelRecheck({ labelPull, tasks, parcels, labels, clock, pollMs: () => settings().pollMs });
  const pull = createPull({
    api,
    ingest,
    tasks,
    marks,
    clock,
    log,
    onTaskStored: (ftNo) => desk.taskChanged(ftNo),
    onCancellation: (ftNo) => desk.cancellationCame(ftNo),
    onChange: () => {
      // New tasks are to be confirmed as received
      sync.kickPush();
      parts.onChange(false);
    },
  });
  const push = createPush({
    api,
    outbox,
    clock,
    log,
    random: Math.random,
    onChange: () => parts.onChange(false),
  });
  const sync = createSync({
    api,
    pull,
    labelPull,
    labelRecheck,
    push,
    clock,
    pollMs: () => settings().pollMs,
    log,
    onChange: () => parts.onChange(false),
  });
  const backups = createBackups({ database, clock, log });

  return succeed({
    mode,
    database,
    tasks,
    parcels,
    journal,
    outbox,
    labels,
    printJobs,
    parkedBoxes,
    labelChanges,
    setAside,
    desk,
    parking,
    trouble,
    stationCommands,
    sync,
    printQueue,
    printer,
    documents,
    printerOptions,
    start: (): void => {
      desk.restore();
      printQueue.start();
      sync.start();
      parking.start();
      backups.start();
    },
    stop: async (): Promise<void> => {
      parking.stop();
      await Promise.all([sync.stop(), printQueue.stop(), backups.stop()]);
      await practice?.value.close();
      database.close();
    },
  });
};
export type Works = Extract<Awaited<ReturnType<typeof openWorks>>, { ok: true }>["value"];
