import { randomInt } from "node:crypto";
import { join } from "node:path";
import { succeed, type Result } from "../shared/failures.ts";
import { cartonOf, knownCarrier } from "../shared/measures.ts";
import { labelRuleFor } from "../shared/label-check.ts";
import type { Settings } from "../shared/settings.ts";
import type { Clock } from "./kit/clock.ts";
import type { Fetch } from "./kit/http.ts";
import type { Log } from "./kit/log.ts";
import type { Environment } from "./kit/settings.ts";
import { createAliasImport } from "./aliases/import.ts";
import { createCountDesk } from "./counting/desk.ts";
import { createCountTroubles } from "./counting/troubles.ts";
import { createDesk } from "./packing/desk.ts";
import { createWeighing, type BenchScale } from "./packing/weighing.ts";
import { createStationCommands } from "./packing/station-commands.ts";
import { createPackingSlips } from "./packing/packing-slips.ts";
import { createSpareCommand } from "./packing/spare-printer.ts";
import { createMayPrint } from "./packing/may-print.ts";
import { createParking } from "./packing/parking.ts";
import { createScanBack } from "./packing/scan-back.ts";
import { createOutboxTroubles } from "./packing/outbox-troubles.ts";
import { createSupervisor, type PinCheck } from "./packing/supervisor.ts";
import { createTeachDesk } from "./packing/teach-desk.ts";
import { createTroubleList } from "./packing/trouble.ts";
import { createDocuments } from "./printer/documents.ts";
import { createPreflight } from "./printer/preflight.ts";
import type { PrinterPort } from "./printer/port.ts";
import { openPrinter, type PrinterOptions } from "./printer/printers.ts";
import { createPrintQueue } from "./printer/queue.ts";
import { createRouting, nameOf } from "./printer/routing.ts";
import { createSamePrint } from "./printer/same-print.ts";
import type { LabelMaker } from "./printer/label-maker.ts";
import type { Rasteriser } from "./printer/rasteriser.ts";
import { readings } from "./scanner/read-scan.ts";
import { createAliasStore } from "./store/aliases.ts";
import { createCancelRequestStore } from "./store/cancel-requests.ts";
import { createCancellationStore } from "./store/cancellations.ts";
import { createCountStore } from "./store/counts.ts";
import { openDatabase, type Database } from "./store/database.ts";
import { createJournal } from "./store/journal.ts";
import { createLabelChanges } from "./store/label-changes.ts";
import { createLabelChecks } from "./store/label-checks.ts";
import { createKeeping } from "./store/keeping.ts";
import { createLabelStore } from "./store/labels.ts";
import { createLearnedWeights } from "./store/learned-weights.ts";
import { createOutbox } from "./store/outbox.ts";
import { createPackedSerials } from "./store/packed-serials.ts";
import { createParcelStore } from "./store/parcels.ts";
import { createParkedBoxes } from "./store/parked-boxes.ts";
import { createPrintJobs } from "./store/print-jobs.ts";
import { createSetAsideStore } from "./store/set-aside.ts";
import { createStopStore } from "./store/stops.ts";
import { createScanBacks } from "./store/scan-backs.ts";
import { createSyncMarks } from "./store/sync-marks.ts";
import { createTaskStore } from "./store/tasks.ts";
import { createToldElsewhere } from "./store/told-elsewhere.ts";
import { createApi, type Connection } from "./sync/api.ts";
import { parcelActivityBody, parcelPackedBody, taskActivityBody } from "./sync/bodies.ts";
import { createCancelCheck } from "./sync/cancel-check.ts";
import { CANCEL_REQUEST_LIMIT } from "./sync/endpoints.ts";
import { createElsewhere } from "./sync/elsewhere.ts";
import { createIngest } from "./sync/ingest.ts";
import { createInventoryPush } from "./sync/inventory-push.ts";
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
  supervisorPin: PinCheck;
  scale: BenchScale;
  environment: Environment;
  rasteriser: Rasteriser;
  labelMaker: LabelMaker;
  http: Fetch;
  ground?: Ground;
  clock: Clock;
  log: Log;
  /** Something on screen changed. `now`: a person waits for it. */
  onChange: (now: boolean) => void;
  /** The database was found damaged beside the scans. */
  onDamage: (words: string) => void;
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
  const tasks = createTaskStore({ database, receiverDays: () => settings().receiverDays });
  const parcels = createParcelStore({ database });
  const journal = createJournal({ database, stationId, packer: parcels.packer });
  const outbox = createOutbox({ database });
  const labels = createLabelStore({ database });
  const printJobs = createPrintJobs({ database });
  const parkedBoxes = createParkedBoxes({ database });
  const labelChanges = createLabelChanges({ database });
  const cancellations = createCancellationStore({ database });
  const cancelRequests = createCancelRequestStore({ database });
  const stops = createStopStore({ database });
  const setAside = createSetAsideStore({ database });
  const counts = createCountStore({ database });
  const aliases = createAliasStore({ database });
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
  const ownPrinter = (): string =>
    settings().printer !== "" ? settings().printer : mode === "practice" ? `folder:${join(folder, "labels")}` : "";
  const routing = createRouting({ database, settings, ownPrinter, printJobs, journal, clock });
  const printer = routing.labelPrinter;
  const labelDpi = (): number => routing.drawnFor(printer()).dpi;

  const printerOptions = (uri = ""): PrinterOptions => ({ dpi: routing.drawnFor(uri).dpi, clock, log, rasteriser, environment });
  const labelChecks = createLabelChecks({ database });
  const preflight = createPreflight({
    database,
    labels,
    labelChecks,
    journal,
    rasteriser,
    dpi: labelDpi,
    ruleFor: (carrier) => labelRuleFor(settings().labelRules, carrier),
    clock,
    log,
    onChange: () => parts.onChange(false),
  });
  const documents = createDocuments({ tasks, parcels, labels, settings, maker: labelMaker, preflight, drawnFor: routing.drawnForJob });
  const mayPrint = createMayPrint({ tasks, parcels, labels, cancellations, cancelRequests, stops, clock });
  const printQueue = createPrintQueue({
    database,
    printJobs,
    documentFor: documents.forJob,
    mayPrint,
    checked: async ({ ftNo, parcelNo, document, createdAt }) => {
      if (ftNo === null || parcelNo === null || document === "parking-slip") return;
      await cancelCheck.fresh(ftNo, Math.max(createdAt, parcels.get(parcelNo)?.closedAt ?? 0), { signal: sync.signal() });
    },
    openPrinter: (uri) => {
      const port = openPrinter(uri, printerOptions(uri));
      return port.ok && parts.ground !== undefined ? succeed(parts.ground.printer(port.value)) : port;
    },
    currentPrinter: printer,
    isLeft: routing.isLeft,
    moveWaiting: () => void routing.settle(),
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
    sync.kickInventory();
    parking.kick();
    desk.tellLabelAlarms();
  };
  const askLabel = (parcelNo: string): void => sync.askLabel(parcelNo);
  const scanBack = createScanBack({
    database,
    clock,
    tasks,
    parcels,
    labelChanges,
    labelChecks,
    printJobs,
    scanBacks: createScanBacks({ database }),
    journal,
    isOn: () => settings().scanBack,
  });
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
    scanBack,
    slipAfterMs: () => settings().parkingSlipSeconds * 1_000,
    printOnce: (...job) => desk.printOnce(...job),
    askLabel,
    onPrint: () => {
      printQueue.kick();
      parts.onChange(false);
    },
  });
  /** When OMS4 last gave a good answer to anything, ms. */
  let answeredAt: number | null = null;
  const supervisor = createSupervisor({ pin: parts.supervisorPin, journal });
  const learned = createLearnedWeights({ database });
  const weighing = createWeighing({ scale: parts.scale, learned, parcels, supervisor, journal, clock });
  const outboxTroubles = createOutboxTroubles({
    database,
    clock,
    journal,
    outbox,
    parcels,
    tasks,
    supervisor,
    oms4AnsweredAt: () => answeredAt,
    onWork: work,
  });
  const trouble = createTroubleList({
    database,
    clock,
    journal,
    outboxTroubles,
    parcels,
    labels,
    labelChanges,
    labelChecks,
    printJobs,
    setAside,
    stops,
    vouch: (parcelNo, at) => desk.vouch(parcelNo, at),
    countTroubles: createCountTroubles({ database, clock, journal, counts }),
    mayPrint,
    scanBack,
    printer: routing.printerFor,
    printPackingSlip: createPackingSlips({ database, clock, parcels, printJobs, journal, mayPrint, printer: routing.printerFor }),
    askLabel,
    onWork: work,
  });
  const spare = createSpareCommand({ toggle: routing.toggle, nameOf, onSwitched: printQueue.rerouted });
  const stationCommands = createStationCommands({ trouble, parcels, supervisor, looked: parking, asked: scanBack.asked, spare });
  const aliasImport = createAliasImport({
    database,
    aliases,
    journal,
    packer: parcels.packer,
    now: clock.now,
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const teaching = createTeachDesk({ database, aliases, journal, supervisor, packer: parcels.packer, listIsRead: aliasImport.running });
  const counting = createCountDesk({
    database,
    counts,
    aliases,
    journal,
    packer: parcels.packer,
    supervisor,
    isTask: (code) => tasks.byCode(code).length > 0,
    readings,
  });
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
    cancelRequests,
    stops,
    scanBack,
    packedSerials: createPackedSerials({ database }),
    printer: routing.printerFor,
    packingSlips: () => settings().packingSlips,
    bodies: {
      parcelPacked: ({ task, parcel, packedAt }) =>
        parcelPackedBody({
          task,
          parcel,
          packedAt: oms4Time(packedAt),
          sourceLocation: settings().sender.address,
          carton: cartonOf(settings().cartons, parcel.carton),
          ownCarrier: parcel.carrier === null ? null : knownCarrier(settings().ownCarriers, parcel.carrier),
        }),
      taskActivity: (facts) => taskActivityBody({ ...facts, at: oms4Time(facts.at) }),
      parcelActivity: (facts) => parcelActivityBody({ ...facts, at: oms4Time(facts.at) }),
    },
    policy: () => {
      const { ownCarrier, ownCarriers, cartons } = settings();
      return { ownCarrier, ownCarriers, cartons };
    },
    supervisor,
    weighing,
    readings,
    affixes: () => ({ prefix: settings().scanPrefix, suffix: settings().scanSuffix }),
    aliases,
    teaching,
    counting,
    stationCommand: stationCommands.run,
    storageRefusal: () => keeping.refusal(),
    parcelScanned: parking.scanned,
    onParcelSeen: parking.lookAt,
    lookUp: async (code) => {
      const found = await sync.lookUp(code);
      return found.ok && found.value;
    },
    elsewhere: {
      reachable: () => sync.status().online,
      ask: (code, ftNos) => elsewhere.ask(code, ftNos, { signal: sync.signal() }),
    },
    toldElsewhere: createToldElsewhere({ database }),
    onCheckDue: (ftNo, moment) => {
      // What changed since the last pull is seen while the packer reaches for the first item
      if (moment !== "closed") sync.refreshLabels([ftNo], { unlessYoung: moment === "nearly-in" });
      cancelCheck.start(ftNo, { unlessYoung: moment === "nearly-in" }, { signal: sync.signal() });
    },
    onChange: () => parts.onChange(true),
    onWork: work,
  });

  const api = createApi({ connection, fetch: parts.http, clock, log, timeoutMs: API_TIMEOUT_MS });
  api.observe(({ ok }) => {
    if (ok) answeredAt = clock.now();
  });
  const ingest = createIngest({ database, tasks, cancellations, cancelRequests, stops, setAside, outbox, stationId });
  const labelPull = createLabelPull({
    api,
    database,
    tasks,
    parcels,
    labels,
    setAside,
    clock,
    printsSame: createSamePrint({ rasteriser, dpi: labelDpi }),
    onLabelStored: desk.labelStored,
    onTrackingChanged: desk.trackingChanged,
    onChange: () => {
      printQueue.kick();
      preflight.kick();
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
    onTaskStored: (ftNo, how) => {
      if (how === "changed") desk.taskNews(ftNo);
    },
    onCancellation: (ftNo) => desk.taskNews(ftNo),
    check: { poll: (options) => cancelCheck.poll(options), pulled: (startedAt) => cancelCheck.pulled(startedAt) },
    onChange: () => {
      // New tasks are to be confirmed as received
      sync.kickPush();
      parts.onChange(false);
    },
  });
  const cancelCheck = createCancelCheck({
    api,
    ingest,
    tasks,
    clock,
    log,
    nearest: () => [
      ...(desk.state().bench.open === null ? [] : [desk.state().bench.open?.task.ftNo ?? ""]),
      ...cancelRequests.allHolding(CANCEL_REQUEST_LIMIT),
      ...tasks.next(CANCEL_REQUEST_LIMIT).map(({ ftNo }) => ftNo),
    ],
    packed: parcels.packedHere,
    tell: (ingestion) => pull.tell(ingestion),
    onChecked: (ftNo, askedAt) => {
      if (outbox.checked(ftNo, askedAt, clock.now())) sync.kickPush();
    },
    online: () => sync.status().online,
  });
  const elsewhere = createElsewhere({ api, ingest, tasks, pull, clock });
  const push = createPush({
    api,
    outbox,
    mayReport: desk.mayReport,
    clock,
    log,
    random: Math.random,
    parallel: () => settings().parallelTasks,
    onChange: () => parts.onChange(false),
  });
  const inventoryPush = createInventoryPush({
    api,
    counts,
    journal,
    database,
    clock,
    random: Math.random,
    log,
    onChange: () => parts.onChange(false),
  });
  const refused = (): Result<never> | null => {
    const failure = keeping.refusal();
    return failure === null ? null : { ok: false, failure };
  };
  const sync = createSync({
    api,
    // New tasks must not take the last of the disk: what is packed comes first
    pull: { ...pull, run: async (options) => refused() ?? (await pull.run(options)) },
    labelPull,
    labelRecheck,
    push,
    inventoryPush,
    clock,
    pollMs: () => settings().pollMs,
    log,
    onChange: () => parts.onChange(false),
  });

  const keeping = createKeeping({
    database,
    folder,
    journal,
    marks,
    clock,
    log,
    days: settings,
    lastScanAt: () => desk.state().verdict?.at ?? null,
    onDamage: parts.onDamage,
    onChange: () => parts.onChange(false),
  });

  return succeed({
    mode,
    database,
    keeping,
    tasks,
    parcels,
    journal,
    outbox,
    labels,
    printJobs,
    parkedBoxes,
    labelChanges,
    labelChecks,
    preflight,
    setAside,
    aliases,
    aliasImport,
    teaching,
    counting,
    desk,
    parking,
    scanBack,
    trouble,
    outboxTroubles,
    supervisor,
    weighing,
    stationCommands,
    sync,
    printQueue,
    printer,
    routing,
    documents,
    printerOptions,
    start: (): void => {
      printJobs.adopt(routing.printerFor);
      routing.settle();
      desk.restore();
      counting.restore();
      printQueue.start();
      preflight.start();
      sync.start();
      parking.start();
      keeping.start();
    },
    stop: async (): Promise<void> => {
      parking.stop();
      await Promise.all([sync.stop(), printQueue.stop(), preflight.stop(), keeping.stop()]);
      await practice?.value.close();
      database.close();
    },
  });
};
export type Works = Extract<Awaited<ReturnType<typeof openWorks>>, { ok: true }>["value"];
