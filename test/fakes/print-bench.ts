import { join } from "node:path";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { PrintState } from "../../shared/parcel.ts";
import { systemClock, type Clock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import type { LabelDocument } from "../../electron/printer/format.ts";
import { openPrinter } from "../../electron/printer/printers.ts";
import { createPrintQueue, type PrintQueue } from "../../electron/printer/queue.ts";
import { createRasteriser, type Rasteriser } from "../../electron/printer/rasteriser.ts";
import { openDatabase, type Database } from "../../electron/store/database.ts";
import { createJournal } from "../../electron/store/journal.ts";
import { createPrintJobs, type PrintJob, type PrintJobs } from "../../electron/store/print-jobs.ts";
import { until } from "./until.ts";

/** A real print queue on a real database, with documents from memory instead of tasks. */
export type PrintBench = Readonly<{
  database: Database;
  jobs: PrintJobs;
  queue: PrintQueue;
  rasteriser: Rasteriser;
  /** every state a job was committed in, as it was shown */
  seen: (id: number) => readonly string[];
  add: (parcelNo: string, document: LabelDocument, copy?: number) => number;
  /** Puts a job on disk in the state in which a killed process left it. */
  leave: (parcelNo: string, document: LabelDocument, state: PrintState, sentAt: number | null, deviceRef?: string | null) => number;
  until: (id: number, so: (job: PrintJob) => boolean, what: string) => Promise<PrintJob>;
  job: (id: number) => PrintJob;
  stop: () => Promise<void>;
}>;

type Options = Readonly<{
  folder: string;
  printer: string;
  environment?: Readonly<Record<string, string>>;
  clock?: Clock;
  mayPrint?: (job: PrintJob) => Result<null>;
  /** of the printer */
  dpi?: number;
}>;

export const createPrintBench = ({
  folder,
  printer,
  environment = {},
  clock = systemClock,
  mayPrint = () => succeed(null),
  dpi = 203,
}: Options): PrintBench => {
  const opened = openDatabase(join(folder, "packbench.db"));
  if (!opened.ok) throw new Error(opened.failure.detail);
  const database = opened.value;
  const jobs = createPrintJobs({ database });
  const journal = createJournal({ database, stationId: () => "Test bench", packer: () => null });
  const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
  const documents = new Map<string, LabelDocument>();
  const seen = new Map<number, string[]>();
  const queue = createPrintQueue({
    database,
    printJobs: jobs,
    documentFor: async (job) => {
      const document = documents.get(job.parcelNo ?? "");
      return document === undefined ? fail("label-missing", `Parcel ${job.parcelNo ?? "?"}.`) : succeed(document);
    },
    mayPrint,
    openPrinter: (uri) => openPrinter(uri, { dpi, clock, log: silentLog, rasteriser, environment }),
    currentPrinter: () => printer,
    clock,
    log: silentLog,
    journal,
    onChange: () => {
      for (const [id, states] of seen) {
        const now = jobs.byId(id);
        const words = now === null ? "gone" : now.failure === null ? now.state : `${now.state}: ${now.failure.kind}`;
        if (states.at(-1) !== words) states.push(words);
      }
    },
  });
  const queued = (parcelNo: string, document: LabelDocument, copy: number): number => {
    documents.set(parcelNo, document);
    const id = jobs.add(
      { parcelNo, ftNo: `FT-${parcelNo}`, document: "shipping-label", copy, reason: null, labelId: null, printer },
      clock.now(),
    );
    if (id === null) throw new Error(`${parcelNo} copy ${copy} was queued before`);
    seen.set(id, []);
    return id;
  };
  const job = (id: number): PrintJob => {
    const found = jobs.byId(id);
    if (found === null) throw new Error(`no job ${id}`);
    return found;
  };
  return {
    database,
    jobs,
    queue,
    rasteriser,
    job,
    seen: (id) => seen.get(id) ?? [],
    add: (parcelNo, document, copy = 1) => {
      const id = queued(parcelNo, document, copy);
      queue.kick();
      return id;
    },
    leave: (parcelNo, document, state, sentAt, deviceRef = null) => {
      const id = queued(parcelNo, document, 1);
      database.prepare("update print_job set state = ?, sent_at = ?, device_ref = ? where id = ?").run(state, sentAt, deviceRef, id);
      return id;
    },
    until: async (id, so, what) => {
      try {
        await until(() => so(job(id)), what);
      } catch {
        throw new Error(`never happened: ${what}; job ${JSON.stringify(job(id))}; seen ${JSON.stringify(seen.get(id))}`);
      }
      return job(id);
    },
    stop: async () => {
      await queue.stop();
      await rasteriser.stop();
      database.close();
    },
  };
};
