import { join } from "node:path";
import { succeed } from "../shared/failures.ts";
import { machineMark } from "./kit/machine.ts";
import { openDatabase } from "./store/database.ts";
import { createKeeping, type Keeping } from "./store/keeping.ts";
import type { Connection } from "./sync/api.ts";
import { createBenching, type Benching } from "./works/benching.ts";
import type { CommonParts, WorksParts } from "./works/parts.ts";
import { createPrinting } from "./works/printing.ts";
import { createStores } from "./works/stores.ts";
import { createSyncing, type Syncing } from "./works/syncing.ts";

export type { Ground, WorksParts } from "./works/parts.ts";

/** The one file with all of a mode's work. `folder`: the mode's own, which for practice lies inside the data folder. */
export const databasePath = (folder: string): string => join(folder, "packbench.db");

/**
 * Builds and wires all parts of one mode: store, desk, sync, print queue, and in practice OMS4 itself. Failures: `storage-*` when
 * the database can't be used, `internal` when the practice OMS4 can't start.
 */
export const openWorks = async (parts: WorksParts) => {
  const { mode, folder, settings, clock, log } = parts;
  const opened = openDatabase(databasePath(folder));
  if (!opened.ok) return opened;
  const database = parts.ground?.database(opened.value) ?? opened.value;
  const stores = createStores({ database, settings, machine: machineMark(), log });
  const common: CommonParts = { ...parts, database, stores };

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

  // The rooms speak with each other both ways; what is built later is asked for when it is needed
  const printing = createPrinting({
    ...common,
    fresh: (...asked) => syncing.cancelCheck.fresh(...asked),
    signal: () => syncing.sync.signal(),
    onSent: (job) => benching.attention.sent(job),
    onTrouble: (id) => benching.attention.failed(id),
    onChange: (now) => {
      parts.onChange(now);
      benching.attention.look();
    },
  });
  const { printQueue, preflight, routing } = printing;
  const syncing: Syncing = createSyncing({
    ...common,
    connection,
    labelDpi: printing.labelDpi,
    desk: () => benching.desk,
    onLabels: () => {
      printQueue.kick();
      preflight.kick();
      benching.desk.tellLabelAlarms();
    },
    refusal: () => keeping.refusal(),
  });
  const { sync } = syncing;
  const benching: Benching = createBenching({ ...common, printing, syncing, storageRefusal: () => keeping.refusal() });
  const { desk, counting, parking } = benching;
  const keeping: Keeping = createKeeping({
    database,
    folder,
    journal: stores.journal,
    marks: stores.marks,
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
    ...stores,
    ...printing,
    ...benching,
    sync,
    keeping,
    printer: routing.labelPrinter,
    start: (): void => {
      stores.printJobs.adopt(routing.printerFor);
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
      benching.weighing.stop();
      benching.attention.stop();
      await Promise.all([sync.stop(), printQueue.stop(), preflight.stop(), printing.zplPictures.stop(), keeping.stop()]);
      printing.guard.stop();
      await practice?.value.close();
      database.close();
    },
  });
};
export type Works = Extract<Awaited<ReturnType<typeof openWorks>>, { ok: true }>["value"];
