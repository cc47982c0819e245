import { randomInt } from "node:crypto";
import type { Settings } from "../../shared/settings.ts";
import type { Log } from "../kit/log.ts";
import { createAliasStore } from "../store/aliases.ts";
import { createCancelRequestStore } from "../store/cancel-requests.ts";
import { createCancellationStore } from "../store/cancellations.ts";
import { createCountStore } from "../store/counts.ts";
import type { Database } from "../store/database.ts";
import { createJournal } from "../store/journal.ts";
import { createLabelChanges } from "../store/label-changes.ts";
import { createLabelChecks } from "../store/label-checks.ts";
import { createLabelStore } from "../store/labels.ts";
import { createLearnedWeights } from "../store/learned-weights.ts";
import { createOutbox } from "../store/outbox.ts";
import { createPackedSerials } from "../store/packed-serials.ts";
import { createMachineStore } from "../store/machine.ts";
import { createParcelStore } from "../store/parcels.ts";
import { createParkedBoxes } from "../store/parked-boxes.ts";
import { createPrintJobs } from "../store/print-jobs.ts";
import { createScanBacks } from "../store/scan-backs.ts";
import { createSetAsideStore } from "../store/set-aside.ts";
import { createStopStore } from "../store/stops.ts";
import { createSyncMarks } from "../store/sync-marks.ts";
import { createTaskStore } from "../store/tasks.ts";
import { createToldElsewhere } from "../store/told-elsewhere.ts";

/** Four letters and digits tell 1.6 million installs apart; look-alikes (0/O, 1/I) are left out for people who read them aloud. */
const INSTALL_ID_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const INSTALL_ID_LENGTH = 4;
const makeInstallId = (): string =>
  Array.from({ length: INSTALL_ID_LENGTH }, () => INSTALL_ID_ALPHABET[randomInt(INSTALL_ID_ALPHABET.length)]).join("");

/** Every noun's store on one database, which gets its install id with the first opening. `machine`: this machine's mark, null where it has none. */
export const createStores = ({
  database,
  settings,
  machine,
  log,
}: Readonly<{ database: Database; settings: () => Settings; machine: string | null; log: Log }>) => {
  const parcels = createParcelStore({ database });
  parcels.ensureIdentity(makeInstallId());
  const elsewhere = createMachineStore({ database }).openedOn(machine, makeInstallId());
  if (elsewhere) log.warn({ path: database.path }, "this database comes from another machine: new parcel numbers begin otherwise");
  return {
    tasks: createTaskStore({ database, receiverDays: () => settings().receiverDays }),
    parcels,
    journal: createJournal({ database, stationId: () => settings().stationId, packer: parcels.packer }),
    outbox: createOutbox({ database }),
    labels: createLabelStore({ database }),
    labelChanges: createLabelChanges({ database }),
    labelChecks: createLabelChecks({ database }),
    printJobs: createPrintJobs({ database }),
    parkedBoxes: createParkedBoxes({ database }),
    scanBacks: createScanBacks({ database }),
    packedSerials: createPackedSerials({ database }),
    cancellations: createCancellationStore({ database }),
    cancelRequests: createCancelRequestStore({ database }),
    stops: createStopStore({ database }),
    toldElsewhere: createToldElsewhere({ database }),
    setAside: createSetAsideStore({ database }),
    counts: createCountStore({ database }),
    aliases: createAliasStore({ database }),
    learned: createLearnedWeights({ database }),
    marks: createSyncMarks({ database }),
  };
};
export type Stores = ReturnType<typeof createStores>;
