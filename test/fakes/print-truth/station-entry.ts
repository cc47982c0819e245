import { join } from "node:path";
import { succeed } from "../../../shared/failures.ts";
import { systemClock } from "../../../electron/kit/clock.ts";
import { createLog } from "../../../electron/kit/log.ts";
import { createCupsGuard } from "../../../electron/printer/cups-guard.ts";
import { openPrinter } from "../../../electron/printer/printers.ts";
import { createPrintQueue } from "../../../electron/printer/queue.ts";
import { createRasteriser } from "../../../electron/printer/rasteriser.ts";
import { openDatabase } from "../../../electron/store/database.ts";
import { createJournal } from "../../../electron/store/journal.ts";
import { createPrintJobs } from "../../../electron/store/print-jobs.ts";
import type { Answered, Told } from "./messages.ts";
import { parcelFor, truthLabel } from "./truth-label.ts";

/**
 * The print queue in a process of its own, made to be killed at any moment and started again on the same file: `station-entry.ts FOLDER
 * PRINTER COUNT`. It queues labels PB-1 … PB-COUNT, tells its parent which ones a person has to look at, takes the answers, and ends by itself
 * when every label is printed.
 */
const IN_LINE = 3;
const [folder = "", printer = "", total = "0"] = process.argv.slice(2);
const count = Number(total);
const opened = openDatabase(join(folder, "packbench.db"));
if (!opened.ok) throw new Error(opened.failure.detail);
const database = opened.value;
const log = createLog();
const printJobs = createPrintJobs({ database });
const rasteriser = createRasteriser({ clock: systemClock, log });
const guard = createCupsGuard({ log });
const tell = (told: Told): void => void process.send?.(told);

const queued = database.prepare<{ n: number }>("select count(*) as n from print_job");
const printed = database.prepare<{ n: number }>("select count(*) as n from print_job where state = 'printed'");
let lookComes = false;
const lookSoon = (): void => {
  if (lookComes) return;
  lookComes = true;
  setImmediate(look);
};
const queue = createPrintQueue({
  database,
  printJobs,
  documentFor: async (job) => succeed(await truthLabel(job.parcelNo ?? "")),
  mayPrint: () => succeed(null),
  openPrinter: (uri) => openPrinter(uri, { dpi: 203, clock: systemClock, log, rasteriser, environment: process.env, guard }),
  currentPrinter: () => printer,
  clock: systemClock,
  log,
  journal: createJournal({ database, stationId: () => "Print truth", packer: () => null }),
  onChange: lookSoon,
});

/** Keeps some labels waiting in line, and shows what a person has to look at. */
function look(): void {
  lookComes = false;
  for (let open = printJobs.open().length; open < IN_LINE; open++) {
    const number = (queued.get()?.n ?? 0) + 1;
    if (number > count) break;
    const parcelNo = parcelFor(number);
    printJobs.add(
      { parcelNo, ftNo: `FT-${number}`, document: "shipping-label", copy: 1, reason: null, labelId: null, printer },
      systemClock.now(),
    );
  }
  queue.kick();
  const asks = printJobs.troubles().filter((job) => job.settled);
  tell({
    kind: "asks",
    printed: printed.get()?.n ?? 0,
    jobs: asks.map(({ id, parcelNo, state, failure }) => ({
      id,
      parcelNo: parcelNo ?? "",
      state,
      words: failure === null ? "" : `${failure.kind} ${failure.detail}`,
    })),
  });
  if ((printed.get()?.n ?? 0) === count) void end();
}

const end = async (): Promise<void> => {
  await queue.stop();
  guard.stop();
  await rasteriser.stop();
  database.close();
  process.send?.({ kind: "done" } satisfies Told, () => process.exit(0));
};

process.on("message", (message) => {
  const { id, became } = message as Answered;
  if (became === "printed") printJobs.answer(id, "printed", systemClock.now());
  else printJobs.retry(id, systemClock.now());
  tell({ kind: "answered", id });
  lookSoon();
});
// Its parent died: nobody is left to answer
process.on("disconnect", () => process.exit(1));
queue.start();
lookSoon();
