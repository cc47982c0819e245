import type { Failure } from "../../shared/failures.ts";
import { cartonOf, knownCarrier } from "../../shared/measures.ts";
import { createAliasImport } from "../aliases/import.ts";
import { createCountDesk } from "../counting/desk.ts";
import { createCountTroubles } from "../counting/troubles.ts";
import { createDesk, type Desk } from "../packing/desk.ts";
import { createOutboxTroubles } from "../packing/outbox-troubles.ts";
import { createPackingSlips } from "../packing/packing-slips.ts";
import { createLabelAttention } from "../packing/label-attention.ts";
import { createLaterReason } from "../packing/later-reason.ts";
import { createOpenScreen } from "../packing/open-screen.ts";
import { createParking } from "../packing/parking.ts";
import type { Bodies } from "../packing/perform.ts";
import { createPrintReasons } from "../packing/print-reasons.ts";
import { createScanBack } from "../packing/scan-back.ts";
import { createSpareCommand } from "../packing/spare-printer.ts";
import { createStationCommands } from "../packing/station-commands.ts";
import { createSupervisor } from "../packing/supervisor.ts";
import { createTeachDesk } from "../packing/teach-desk.ts";
import { createTroubleList } from "../packing/trouble.ts";
import { createWeighing } from "../packing/weighing.ts";
import { nameOf } from "../printer/routing.ts";
import { readings } from "../scanner/read-scan.ts";
import { parcelActivityBody, parcelPackedBody, taskActivityBody } from "../sync/bodies.ts";
import type { CommonParts } from "./parts.ts";
import type { Printing } from "./printing.ts";
import type { Syncing } from "./syncing.ts";

type BenchingParts = CommonParts &
  Readonly<{
    printing: Printing;
    syncing: Syncing;
    storageRefusal: () => Failure | null;
  }>;

/** The bodies of the calls to OMS4, in OMS4's own time: a wrong clock of this PC must not reach its history. */
const bodiesOf = ({ settings, syncing: { api } }: Pick<BenchingParts, "settings" | "syncing">): Bodies => {
  const { oms4Time } = api;
  return {
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
  };
};

/** Everything that answers the packer: the desk, and beside it parking, scan-back, trouble, counting, teaching and the station's commands. */
export const createBenching = (parts: BenchingParts) => {
  const { settings, clock, log, database, stores, printing, syncing } = parts;
  const { tasks, parcels, journal, printJobs, counts, aliases } = stores;
  const { routing, mayPrint, printQueue } = printing;
  const { api, sync, cancelCheck, elsewhere } = syncing;
  const { packer } = parcels;
  const common = { ...stores, database, clock, log };

  const work = (): void => {
    printQueue.kick();
    sync.kickPush();
    sync.kickInventory();
    parking.kick();
    desk.tellLabelAlarms();
  };
  const askLabel = (parcelNo: string): void => sync.askLabel(parcelNo);
  const scanBack = createScanBack({ ...common, isOn: () => settings().scanBack });
  const parking = createParking({
    ...common,
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
  api.observe(({ ok }) => {
    if (ok) answeredAt = clock.now();
  });
  const supervisor = createSupervisor({ pin: parts.supervisorPin, journal });
  const weighing = createWeighing({ ...common, scale: parts.scale, supervisor });
  const outboxTroubles = createOutboxTroubles({ ...common, supervisor, oms4AnsweredAt: () => answeredAt, onWork: work });
  const trouble = createTroubleList({
    ...common,
    outboxTroubles,
    vouch: (parcelNo, at) => desk.vouch(parcelNo, at),
    countTroubles: createCountTroubles({ database, clock, journal, counts }),
    mayPrint,
    scanBack,
    printer: routing.printerFor,
    printPackingSlip: createPackingSlips({ database, clock, parcels, printJobs, journal, mayPrint, printer: routing.printerFor }),
    askLabel,
    onWork: work,
  });
  const openScreen = createOpenScreen();
  const laterReason = createLaterReason();
  const spare = createSpareCommand({ toggle: routing.toggle, nameOf, onSwitched: printQueue.rerouted });
  const stationCommands = createStationCommands({
    trouble,
    parcels,
    supervisor,
    openScreen,
    looked: parking,
    asked: scanBack.asked,
    printer: printQueue.status,
    spare,
    laterReason,
    explainPrint: createPrintReasons(common),
  });
  const aliasImport = createAliasImport({
    database,
    aliases,
    journal,
    packer,
    now: clock.now,
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const teaching = createTeachDesk({ database, aliases, journal, supervisor, packer, listIsRead: aliasImport.running });
  const isTask = (code: string): boolean => tasks.byCode(code).length > 0;
  const counting = createCountDesk({
    database,
    counts,
    aliases,
    journal,
    packer,
    supervisor,
    openScreen,
    isTask,
    readings,
    listIsRead: aliasImport.running,
  });
  const desk: Desk = createDesk({
    ...common,
    scanBack,
    printer: routing.printerFor,
    packingSlips: () => settings().packingSlips,
    bodies: bodiesOf(parts),
    policy: () => {
      const { ownCarrier, ownCarriers, cartons } = settings();
      return { ownCarrier, ownCarriers, cartons };
    },
    supervisor,
    weighing,
    readings,
    affixes: () => ({ prefix: settings().scanPrefix, suffix: settings().scanSuffix }),
    teaching,
    counting,
    openScreen,
    laterReason,
    stationCommand: stationCommands.run,
    storageRefusal: parts.storageRefusal,
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
    onCheckDue: (ftNo, moment) => {
      // What changed since the last pull is seen while the packer reaches for the first item
      if (moment === "opened" || moment === "nearly-in") sync.refreshLabels([ftNo], { unlessYoung: moment === "nearly-in" });
      cancelCheck.start(ftNo, { unlessYoung: moment === "nearly-in" || moment === "held" }, { signal: sync.signal() });
    },
    onChange: () => {
      parts.onChange(true);
      attention.look();
    },
    onWork: work,
  });
  const attention = createLabelAttention({
    ...common,
    ruleFor: printing.ruleFor,
    verdict: () => desk.state().verdict,
    benchIsShown: () => openScreen.now() === "bench",
    announce: desk.announce,
  });
  return {
    desk,
    attention,
    parking,
    scanBack,
    supervisor,
    weighing,
    outboxTroubles,
    trouble,
    openScreen,
    laterReason,
    stationCommands,
    aliasImport,
    teaching,
    counting,
  };
};
export type Benching = ReturnType<typeof createBenching>;
