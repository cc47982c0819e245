import { join } from "node:path";
import { succeed } from "../../shared/failures.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { openPrinter } from "../../electron/printer/printers.ts";
import { createPrintQueue } from "../../electron/printer/queue.ts";
import { createRasteriser } from "../../electron/printer/rasteriser.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { createPrintJobs } from "../../electron/store/print-jobs.ts";

/**
 * A process that queues labels PB-1 … PB-n and prints them, made to be killed at any moment and started again:
 * `node print-process.ts FOLDER PRINTER COUNT`. Ends by itself when every label is accounted for. Says to whoever forked it how many are,
 * at the start and whenever something changes.
 */
const IN_LINE = 4;
const ANSWER_WITHIN_MS = 60_000;
const [folder = "", printer = "", count = "0"] = process.argv.slice(2);
const opened = openDatabase(join(folder, "packbench.db"));
if (!opened.ok) throw new Error(opened.failure.detail);
const database = opened.value;
const printJobs = createPrintJobs({ database });
const settled = database.prepare<{ n: number }>("select count(*) as n from print_job where settled = 1");
const tell = (): void => void process.send?.(settled.get()?.n ?? 0);
const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
const queue = createPrintQueue({
  database,
  printJobs,
  documentFor: async (job) =>
    succeed({ format: "zpl", bytes: new Uint8Array(Buffer.from(`^XA^FD${job.parcelNo ?? ""}^FS${"^FX filler ".repeat(400)}^XZ`)) }),
  mayPrint: () => succeed(null),
  openPrinter: (uri) => openPrinter(uri, { dpi: 203, clock: systemClock, log: silentLog, rasteriser, environment: {} }),
  currentPrinter: () => "",
  clock: systemClock,
  log: silentLog,
  onChange: tell,
});
queue.start();
tell();
const first = (database.prepare<{ n: number }>("select count(*) as n from print_job").get()?.n ?? 0) + 1;
for (let index = first; index <= Number(count); index++) {
  const id = printJobs.add(
    { parcelNo: `PB-${index}`, ftNo: `FT-${index}`, document: "shipping-label", copy: 1, reason: null, labelId: null, printer },
    Date.now(),
  );
  queue.kick();
  // Some are always waiting in line when the process dies
  if (id !== null && index % IN_LINE === 0) await queue.settled(id, ANSWER_WITHIN_MS);
}
for (const job of printJobs.open()) await queue.settled(job.id, ANSWER_WITHIN_MS);
await queue.stop();
database.close();
process.exit(0);
