import { dirname, join } from "node:path";
import { createCountDesk } from "../../electron/counting/desk.ts";
import { createCountTroubles } from "../../electron/counting/troubles.ts";
import { createDesk } from "../../electron/packing/desk.ts";
import { createStationCommands } from "../../electron/packing/station-commands.ts";
import { createLaterReason } from "../../electron/packing/later-reason.ts";
import { createPrintReasons } from "../../electron/packing/print-reasons.ts";
import { createOpenScreen } from "../../electron/packing/open-screen.ts";
import { createMayPrint } from "../../electron/packing/may-print.ts";
import { createScanBack } from "../../electron/packing/scan-back.ts";
import { createPackingSlips } from "../../electron/packing/packing-slips.ts";
import { createSpareCommand } from "../../electron/packing/spare-printer.ts";
import { createParking } from "../../electron/packing/parking.ts";
import { createOutboxTroubles } from "../../electron/packing/outbox-troubles.ts";
import { createSupervisor } from "../../electron/packing/supervisor.ts";
import { createWeighing, noScale } from "../../electron/packing/weighing.ts";
import { createTeachDesk } from "../../electron/packing/teach-desk.ts";
import { createTroubleList } from "../../electron/packing/trouble.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { readings } from "../../electron/scanner/read-scan.ts";
import { createAliasStore } from "../../electron/store/aliases.ts";
import { createCancelRequestStore } from "../../electron/store/cancel-requests.ts";
import { createCancellationStore } from "../../electron/store/cancellations.ts";
import { createCountStore } from "../../electron/store/counts.ts";
import { openDatabase, type Database } from "../../electron/store/database.ts";
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
import { createSyncMarks } from "../../electron/store/sync-marks.ts";
import { createTaskStore } from "../../electron/store/tasks.ts";
import { createToldElsewhere } from "../../electron/store/told-elsewhere.ts";
import { parcelActivityBody, parcelPackedBody, taskActivityBody } from "../../electron/sync/bodies.ts";
import { createIngest } from "../../electron/sync/ingest.ts";
import { fail } from "../../shared/failures.ts";

const STATION = "Bench 1";

/**
 * The station's own stores and desk on a real file, without network, printer and screen. `around` stands around every
 * transaction, to time it.
 */
export const openParts = (path: string, around: <T>(run: () => T) => T = (run) => run()) => {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  const plain = opened.value;
  const database: Database = { ...plain, transaction: (work) => around(() => plain.transaction(work)) };
  const clock = systemClock;
  const stores = {
    tasks: createTaskStore({ database }),
    parcels: createParcelStore({ database }),
    journal: createJournal({ database, stationId: () => STATION, packer: () => null }),
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
    marks: createSyncMarks({ database }),
  };
  stores.parcels.ensureIdentity("BNCH");
  const printer = () => `folder:${join(dirname(path), "prints")}`;
  const mayPrint = createMayPrint({ ...stores, clock });
  const scanBack = createScanBack({ database, clock, ...stores, isOn: () => false });
  const openScreen = createOpenScreen();
  const laterReason = createLaterReason();
  const supervisor = createSupervisor({ pin: { isSet: () => false, verify: () => fail("not-now", "No PIN.") }, journal: stores.journal });
  const outboxTroubles = createOutboxTroubles({ database, clock, ...stores, supervisor, oms4AnsweredAt: () => null, onWork: () => {} });
  const trouble = createTroubleList({
    database,
    clock,
    ...stores,
    outboxTroubles,
    vouch: (parcelNo, at) => desk.vouch(parcelNo, at),
    countTroubles: createCountTroubles({ database, clock, ...stores }),
    mayPrint,
    scanBack,
    printer,
    printPackingSlip: createPackingSlips({ database, clock, ...stores, mayPrint, printer }),
    askLabel: () => {},
    onWork: () => {},
  });
  const parking = createParking({
    database,
    clock,
    log: silentLog,
    ...stores,
    mayPrint,
    scanBack,
    slipAfterMs: () => 0,
    printOnce: (...job) => desk.printOnce(...job),
    askLabel: () => {},
    onPrint: () => {},
  });
  const spare = createSpareCommand({ toggle: () => fail("not-now", "No spare printer."), nameOf: (uri) => uri, onSwitched: () => {} });
  const desk = createDesk({
    database,
    clock,
    log: silentLog,
    ...stores,
    scanBack,
    printer,
    packingSlips: () => false,
    bodies: {
      parcelPacked: ({ task, parcel, packedAt }) => parcelPackedBody({ task, parcel, packedAt, sourceLocation: "" }),
      taskActivity: taskActivityBody,
      parcelActivity: parcelActivityBody,
    },
    policy: () => ({ ownCarrier: { name: "Own fleet", type: "Standard" }, ownCarriers: [], cartons: [] }),
    supervisor,
    elsewhere: { reachable: () => false, ask: async () => fail("offline", "No OMS4.") },
    toldElsewhere: createToldElsewhere({ database }),
    weighing: createWeighing({
      scale: noScale,
      learned: createLearnedWeights({ database }),
      parcels: stores.parcels,
      supervisor,
      journal: stores.journal,
      clock,
    }),
    readings,
    affixes: () => ({ prefix: "", suffix: "" }),
    storageRefusal: () => null,
    teaching: createTeachDesk({ database, ...stores, supervisor, packer: () => null, listIsRead: () => false }),
    counting: createCountDesk({
      database,
      ...stores,
      packer: () => null,
      supervisor,
      openScreen,
      isTask: () => false,
      readings,
      listIsRead: () => false,
    }),
    openScreen,
    laterReason,
    stationCommand: createStationCommands({
      trouble,
      parcels: stores.parcels,
      supervisor,
      openScreen,
      looked: parking,
      asked: scanBack.asked,
      printer: () => ({ health: "fine", words: "" }),
      spare,
      laterReason,
      explainPrint: createPrintReasons({ database, ...stores }),
    }).run,
    parcelScanned: parking.scanned,
    onParcelSeen: parking.lookAt,
    lookUp: async () => false,
    onCheckDue: () => {},
    onChange: () => {},
    onWork: () => {},
  });
  return { database, clock, stores, desk, ingest: createIngest({ database, ...stores, stationId: () => STATION }) };
};
export type Parts = ReturnType<typeof openParts>;
