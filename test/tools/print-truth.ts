// What the station says of its labels against what came out of a real IPP printer: see --help.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { runPrintTruth, type TruthReport } from "../fakes/print-truth/run.ts";
import { addUp, emptyTotals, judgeTotals } from "../fakes/print-truth/totals.ts";
import { removeFolder } from "../fakes/removal.ts";

const HELP = `npm run print-truth -- [--jobs N] [--printers N]

Prints N labels (1000 unless told) through the print queue and CUPS into ippeveprinter, while the printing process is killed (-9), the printer is
killed in mid-job, CUPS is restarted, paper runs out, the queue is stopped, jobs are cancelled by hand and the device gives up. A stand-in person
answers what the station asks by looking at what came out. Then every job is compared with what came out. As many printers at once as
--printers says (2 for each core unless told). Report: test-results/print-truth.json. SEED=… makes the same plan again.`;

const { values } = parseArgs({
  options: { jobs: { type: "string" }, printers: { type: "string" }, help: { type: "boolean", default: false } },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const whole = (text: string | undefined, name: string, otherwise: number, most: number): number => {
  if (text === undefined) return otherwise;
  if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
  console.error(`--${name} is ${text}: a whole number from 1 to ${most}.\n\n${HELP}`);
  process.exit(2);
};
const jobs = whole(values.jobs, "jobs", 1_000, 1_000_000);
const printers = whole(values.printers, "printers", 2 * availableParallelism(), 64);
/** Short enough that a fault is told soon, and that a run looks back on no more than it can show. */
const JOBS_A_RUN = 25;

// The printers and the printing processes end with this one
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => process.exit(130));

const seed = process.env["SEED"] ?? randomBytes(4).toString("hex");
const startedAt = performance.now();
const reportPath = join(import.meta.dirname, "../../test-results/print-truth.json");
let totals = emptyTotals(seed, jobs);

const keep = (): void => {
  totals = { ...totals, seconds: Math.round((performance.now() - startedAt) / 1_000) };
  mkdirSync(dirname(reportPath), { recursive: true });
  writeFileSync(`${reportPath}.part`, `${JSON.stringify({ ...totals, ...judgeTotals(totals) }, null, 2)}\n`);
  renameSync(`${reportPath}.part`, reportPath);
};
const take = (report: TruthReport, folder: string): void => {
  totals = addUp(totals, report);
  if (report.found.length === 0 && report.lateAfterAsking.length === 0) removeFolder(folder);
  else {
    writeFileSync(join(folder, "trail.txt"), `${report.trail.join("\n")}\n`);
    console.error(`\nin ${report.seed}: ${[...report.found, ...report.lateAfterAsking].join("; ")}\nits data and trail: ${folder}`);
  }
  keep();
  console.log(judgeTotals(totals).words);
};

console.log(`seed ${seed} · ${printers} ${printers === 1 ? "printer" : "printers"} at once`);
let [planned, number] = [0, 0];
const lane = async (): Promise<void> => {
  while (planned < jobs) {
    const count = Math.min(JOBS_A_RUN, jobs - planned);
    const runSeed = `${seed}.${number}`;
    planned += count;
    number += 1;
    const folder = mkdtempSync(join(tmpdir(), "packbench-truth-"));
    take(await runPrintTruth({ seed: runSeed, jobs: count, folder }), folder);
  }
};
await Promise.all(Array.from({ length: printers }, lane));
keep();
console.log(`done: ${judgeTotals(totals).words}`);
process.exit(judgeTotals(totals).true ? 0 : 1);
