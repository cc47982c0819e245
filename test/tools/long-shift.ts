// Memory over a shift of twelve hours: see --help.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { runLongShift } from "../fakes/crash/long-shift.ts";
import { removeFolder } from "../fakes/removal.ts";
import type { SpawnedStation } from "../fakes/station-process.ts";

const HELP = `npm run long-shift -- [--scans N]

Packs twelve hours of N scans each (600 unless told) at one station that is never restarted, as quick as they go, with OMS4 online, and
says what memory its process needs at the end of each hour, after a break of half a minute. To reach: within ten percent of the first hour. The figures stand in
test-results/long-shift.json. SEED=… in the environment runs the same shift again.`;
const TO_REACH = 0.1;

const { values } = parseArgs({ options: { scans: { type: "string", default: "600" }, help: { type: "boolean", default: false } } });
if (values.help || !/^[1-9]\d{1,5}$/.test(values.scans)) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}
const seed = process.env["SEED"] ?? randomBytes(4).toString("hex");
const folder = mkdtempSync(join(tmpdir(), "packbench-long-shift-"));
let station: SpawnedStation | null = null;
const end = (): void => {
  station?.process.kill("SIGKILL");
  removeFolder(folder);
  process.exit(130);
};
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, end);

console.log(`seed ${seed}`);
const report = await runLongShift({
  seed,
  scansAnHour: Number(values.scans),
  folder,
  onHour: ({ hour, scans, tasks, busyMb, rssMb, databaseMb, walMb }) =>
    console.log(
      `hour ${hour}: ${scans} scans, ${tasks} tasks · memory ${busyMb} → ${rssMb} MB · database ${databaseMb} MB, log ${walMb} MB`,
    ),
  onStation: (spawned) => (station = spawned),
});
const path = join(import.meta.dirname, "../../test-results/long-shift.json");
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
removeFolder(folder);
const reached = report.furthest <= TO_REACH;
console.log(
  `furthest from the first hour: ${(report.furthest * 100).toFixed(1)} % · ${report.seconds} s in all · ${reached ? "reached" : "NOT reached"}`,
);
process.exit(reached ? 0 : 1);
