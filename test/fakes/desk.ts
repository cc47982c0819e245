import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createCountDesk } from "../../electron/counting/desk.ts";
import { createCountTroubles } from "../../electron/counting/troubles.ts";
import { createDesk, type Desk } from "../../electron/packing/desk.ts";
import type { CheckMoment } from "../../electron/packing/desk-parts.ts";
import type { ElsewhereSource } from "../../electron/packing/elsewhere.ts";
import { createStationCommands } from "../../electron/packing/station-commands.ts";
import { createLaterReason } from "../../electron/packing/later-reason.ts";
import { createPrintReasons } from "../../electron/packing/print-reasons.ts";
import { createOpenScreen } from "../../electron/packing/open-screen.ts";
import { createMayPrint } from "../../electron/packing/may-print.ts";
import { createScanBack } from "../../electron/packing/scan-back.ts";
import { createPackingSlips } from "../../electron/packing/packing-slips.ts";
import { createSpareCommand } from "../../electron/packing/spare-printer.ts";
import { createRouting, nameOf } from "../../electron/printer/routing.ts";
import { createParking } from "../../electron/packing/parking.ts";
import { createOutboxTroubles } from "../../electron/packing/outbox-troubles.ts";
import { createSupervisor, type PinCheck } from "../../electron/packing/supervisor.ts";
import { createWeighing, noScale, type BenchScale } from "../../electron/packing/weighing.ts";
import { createTeachDesk } from "../../electron/packing/teach-desk.ts";
import { createTroubleList } from "../../electron/packing/trouble.ts";
import type { Clock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createAliasStore } from "../../electron/store/aliases.ts";
import { readings } from "../../electron/scanner/read-scan.ts";
import { createCancelRequestStore } from "../../electron/store/cancel-requests.ts";
import { createCancellationStore } from "../../electron/store/cancellations.ts";
import { createCountStore } from "../../electron/store/counts.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { createJournal } from "../../electron/store/journal.ts";
import { createLabelChanges } from "../../electron/store/label-changes.ts";
import { createLabelChecks } from "../../electron/store/label-checks.ts";
import { createLabelStore } from "../../electron/store/labels.ts";
import { createLearnedWeights } from "../../electron/store/learned-weights.ts";
import { createOutbox } from "../../electron/store/outbox.ts";
import { createPackedSerials } from "../../electron/store/packed-serials.ts";
import { createParcelStore } from "../../electron/store/parcels.ts";
import { createParkedBoxes } from "../../electron/store/parked-boxes.ts";
import { createPrintJobs } from "../../electron/store/print-jobs.ts";
import { createScanBacks } from "../../electron/store/scan-backs.ts";
import { createSetAsideStore } from "../../electron/store/set-aside.ts";
import { createStopStore } from "../../electron/store/stops.ts";
import { createTaskStore } from "../../electron/store/tasks.ts";
import { createToldElsewhere } from "../../electron/store/told-elsewhere.ts";
import { parcelActivityBody, parcelPackedBody, taskActivityBody } from "../../electron/sync/bodies.ts";
import { fail } from "../../shared/failures.ts";
import { cartonOf, knownCarrier } from "../../shared/measures.ts";
import type { PrintState } from "../../shared/parcel.ts";
import type { Health } from "../../shared/device-view.ts";
import { normaliseCode, type ReadScan } from "../../shared/scan.ts";
import type { PrinterSettings } from "../../shared/printers.ts";
import { defaultSettings, type Carton, type OwnCarrier } from "../../shared/settings.ts";
import type { FulfillmentTask, TaskDetail } from "../../shared/task.ts";
import { testFolder } from "./folder.ts";

/** A line to pack. */
export const detailOf = (detailId: string, sku: string, qty = 1, more: Partial<TaskDetail> = {}): TaskDetail => ({
  detailId,
  name: `Item ${sku}`,
  brandCode: "BR01",
  brandSkuCode: sku,
  sellerSkuCode: "",
  barcodes: [],
  qty,
  qtyGiven: true,
  imageUrl: null,
  weightKg: null,
  ...more,
});

/** A task as the station reads it; `single` with one carrier unless said otherwise. */
export const taskOf = (ftNo: string, details: readonly TaskDetail[], more: Partial<FulfillmentTask> = {}): FulfillmentTask => ({
  ftNo,
  orderNo: `ORD-${ftNo}`,
  fpName: "FP 1",
  status: "NEW",
  way: "single",
  allowSplit: false,
  salesChannel: "Shopee SG",
  salesChannelType: "Shopee",
  createdAt: 0,
  shipBy: null,
  packingInstruction: "",
  deliveryInstruction: "",
  receiver: {
    name: "Tan",
    organization: "",
    phone: "",
    email: "",
    address: "1 Road",
    district: "",
    city: "Singapore",
    state: "",
    postcode: "460121",
    country: "SG",
  },
  carrier: "J&T Express",
  deliveryType: "Standard",
  availableCarriers: [],
  details: [...details],
  ...more,
});

/** A desk on a real database file, without network and printer; `clock` moves by a second with each reading. */
export const openTestDesk = (
  path = join(testFolder(), "packbench.db"),
  {
    slipAfterMs = 0,
    receiverDays = Number.POSITIVE_INFINITY,
    pin = { isSet: () => false, verify: () => fail("not-now", "No PIN.") },
    cartons = [],
    ownCarriers = [],
    oms4AnsweredAt,
    affixes = { prefix: "", suffix: "" },
    printerStatus = { health: "fine", words: "Label printer · ready" },
    scale = noScale,
    scanBack: isScanBackOn = () => false,
    readings: readScan = (text) => [{ text, code: normaliseCode(text), quantity: null, batch: null, serial: null, expiry: null }],
    clock: heldClock = null,
    packingSlips = false,
    onCheckDue = () => {},
    elsewhere = { reachable: () => false, ask: async () => fail("offline", "No OMS4.") },
  }: Readonly<{
    slipAfterMs?: number;
    receiverDays?: number;
    pin?: PinCheck;
    cartons?: readonly Carton[];
    ownCarriers?: readonly OwnCarrier[];
    /** when OMS4 last answered well; left out: this very moment */
    oms4AnsweredAt?: () => number | null;
    affixes?: Readonly<{ prefix: string; suffix: string }>;
    /** the label printer's; left out: ready */
    printerStatus?: Readonly<{ health: Health; words: string }>;
    scale?: BenchScale;
    /** the setting that a parcel is done only when its pasted label was scanned */
    scanBack?: () => boolean;
    /** how a scan is read; left out: as it stands */
    readings?: (text: string) => readonly ReadScan[];
    /** left out: one that moves by a second with each reading */
    clock?: Clock | null;
    packingSlips?: boolean;
    /** OMS4 is to be asked about a task now */
    onCheckDue?: (ftNo: string, moment: CheckMoment) => void;
    /** OMS4, asked for other stations' parcels; left out: it can't be reached */
    elsewhere?: ElsewhereSource;
  }> = {},
) => {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  const database = opened.value;
  onTestFinished(() => database.close());
  let now = Date.UTC(2026, 10, 23, 9);
  const clock: Clock = heldClock ?? { now: () => (now += 1_000), after: () => () => {} };
  const parcels = createParcelStore({ database });
  const stores = {
    tasks: createTaskStore({ database, receiverDays: () => receiverDays }),
    parcels,
    journal: createJournal({ database, stationId: () => "Bench 1", packer: parcels.packer }),
    outbox: createOutbox({ database }),
    labels: createLabelStore({ database }),
    printJobs: createPrintJobs({ database }),
    parkedBoxes: createParkedBoxes({ database }),
    labelChanges: createLabelChanges({ database }),
    labelChecks: createLabelChecks({ database }),
    cancellations: createCancellationStore({ database }),
    cancelRequests: createCancelRequestStore({ database }),
    stops: createStopStore({ database }),
    scanBacks: createScanBacks({ database }),
    packedSerials: createPackedSerials({ database }),
    setAside: createSetAsideStore({ database }),
    counts: createCountStore({ database }),
    aliases: createAliasStore({ database }),
    toldElsewhere: createToldElsewhere({ database }),
  };
  stores.parcels.ensureIdentity("TEST");
  const work: string[] = [];
  const asked: string[] = [];
  const printerSettings: PrinterSettings = { ...defaultSettings, printer: "folder:/labels", sparePrinter: "folder:/spare" };
  const routing = createRouting({ database, settings: () => printerSettings, ownPrinter: () => printerSettings.printer, clock, ...stores });
  const printer = routing.printerFor;
  const mayPrint = createMayPrint({ ...stores, clock });
  const labelsAskedFor: string[] = [];
  const askLabel = (parcelNo: string): void => void labelsAskedFor.push(parcelNo);
  const scanBack = createScanBack({ database, clock, ...stores, isOn: isScanBackOn });
  const countTroubles = createCountTroubles({ database, clock, ...stores });
  const supervisor = createSupervisor({ pin, journal: stores.journal });
  const teaching = createTeachDesk({ database, ...stores, supervisor, packer: parcels.packer, listIsRead: () => false });
  const openScreen = createOpenScreen();
  const laterReason = createLaterReason();
  const counting = createCountDesk({
    database,
    ...stores,
    packer: parcels.packer,
    supervisor,
    openScreen,
    isTask: (code) => stores.tasks.byCode(code).length > 0,
    readings,
    listIsRead: () => false,
  });
  const learned = createLearnedWeights({ database });
  const weighing = createWeighing({ scale, learned, parcels, supervisor, journal: stores.journal, clock });
  const outboxTroubles = createOutboxTroubles({
    database,
    clock,
    ...stores,
    supervisor,
    oms4AnsweredAt: oms4AnsweredAt ?? clock.now,
    onWork: () => work.push("trouble"),
  });
  const trouble = createTroubleList({
    database,
    clock,
    ...stores,
    outboxTroubles,
    vouch: (parcelNo, at) => desk.vouch(parcelNo, at),
    countTroubles,
    mayPrint,
    scanBack,
    printer,
    printPackingSlip: createPackingSlips({ database, clock, ...stores, mayPrint, printer }),
    askLabel,
    onWork: () => work.push("trouble"),
  });
  const parking = createParking({
    database,
    clock,
    log: silentLog,
    ...stores,
    mayPrint,
    scanBack,
    slipAfterMs: () => slipAfterMs,
    printOnce: (...job) => desk.printOnce(...job),
    askLabel,
    onPrint: () => work.push("parking"),
  });
  const spare = createSpareCommand({ toggle: routing.toggle, nameOf, onSwitched: () => work.push("rerouted") });
  const stationCommands = createStationCommands({
    trouble,
    parcels: stores.parcels,
    supervisor,
    openScreen,
    looked: parking,
    asked: scanBack.asked,
    printer: () => printerStatus,
    spare,
    laterReason,
    explainPrint: createPrintReasons({ database, ...stores }),
  });
  const desk: Desk = createDesk({
    database,
    openScreen,
    laterReason,
    clock,
    log: silentLog,
    ...stores,
    scanBack,
    printer,
    packingSlips: () => packingSlips,
    bodies: {
      parcelPacked: ({ task, parcel, packedAt }) =>
        parcelPackedBody({
          task,
          parcel,
          packedAt,
          sourceLocation: "",
          carton: cartonOf(cartons, parcel.carton),
          ownCarrier: parcel.carrier === null ? null : knownCarrier(ownCarriers, parcel.carrier),
        }),
      taskActivity: taskActivityBody,
      parcelActivity: parcelActivityBody,
    },
    policy: () => ({ ownCarrier: { name: "Own fleet", type: "Standard" }, ownCarriers, cartons }),
    supervisor,
    weighing,
    affixes: () => affixes,
    readings: readScan,
    teaching,
    counting,
    storageRefusal: () => null,
    stationCommand: stationCommands.run,
    parcelScanned: parking.scanned,
    onParcelSeen: parking.lookAt,
    lookUp: async (code) => {
      asked.push(code);
      return false;
    },
    elsewhere,
    toldElsewhere: stores.toldElsewhere,
    onCheckDue,
    onChange: () => {},
    onWork: () => work.push("desk"),
  });
  return {
    database,
    desk,
    trouble,
    openScreen,
    laterReason,
    weighing,
    stationCommands,
    routing,
    counting,
    teaching,
    parking,
    scanBack,
    stores,
    work,
    asked,
    labelsAskedFor,
    jump: (ms: number): void => void (now += ms),
    store: (task: FulfillmentTask) => stores.tasks.ingest(task, JSON.stringify(task), clock.now()),
    scan: (text: string) => desk.scan(text).verdict.kind,
    /** What OMS4 gives as a label, as the pull stores it; `version` makes other bytes. */
    label: (ftNo: string, trackingNo: string, parcelNo: string | null = null, version = "") => {
      const labelId = database.transaction(() => {
        const { id } = stores.labels.add({
          ftNo,
          parcelNo,
          trackingNo,
          carrier: "J&T",
          deliveryType: "Standard",
          format: "pdf",
          bytes: Buffer.from(`%PDF-1.4 ${ftNo} ${trackingNo}${version} %%EOF`),
          fetchedAt: clock.now(),
        });
        desk.labelStored({ ftNo, parcelNo, labelId: id });
        return id;
      });
      desk.tellLabelAlarms();
      return labelId;
    },
    /** The printer is through with everything that was queued. */
    printed: (state: PrintState = "printed"): void => {
      for (const job of stores.printJobs.open())
        stores.printJobs.climb(job, { state, deviceRef: null, failure: null, settled: true, attempts: 1, nextAt: 0 }, clock.now());
    },
    told: () => database.prepare<{ call: string; state: string; body: string }>("select call, state, body from outbox order by id").all(),
    prints: () =>
      database
        .prepare<{ parcel_no: string; document: string; copy: number; state: string }>(
          "select parcel_no, document, copy, state from print_job order by id",
        )
        .all(),
  };
};
