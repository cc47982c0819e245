// A week without OMS4, and then the drain: see --help.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { runWeek } from "../fakes/crash/week.ts";
import type { Interval } from "../fakes/crash/week-ground.ts";
import { removeFolder } from "../fakes/removal.ts";
import { prepareStations, type SpawnedStation } from "../fakes/station-process.ts";

const HELP = `npm run week-offline -- [--decisions N]

Pulls a week's tasks, takes OMS4 away, packs N accepted scans (50000 unless told) over fourteen half days of the station's clock, each
with another packer and ended by a stop, a kill or a new installation, then drains, and looks for anything lost, doubled or out of
order. Memory and file sizes stand in test-results/week-offline.json. SEED=… in the environment runs the same week again.`;

const { values } = parseArgs({ options: { decisions: { type: "string", default: "50000" }, help: { type: "boolean", default: false } } });
if (values.help || !/^[1-9]\d{1,6}$/.test(values.decisions)) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}
const seed = process.env["SEED"] ?? randomBytes(4).toString("hex");
const folder = mkdtempSync(join(tmpdir(), "packbench-week-"));
let station: SpawnedStation | null = null;
const end = (): void => {
  station?.process.kill("SIGKILL");
  removeFolder(folder);
  process.exit(130);
};
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, end);

const line = ({ name, decisions, seconds, rssStartMb, rssMb, databaseMb, walMb, owed, end }: Interval): string =>
  `${name}: ${decisions} decisions in ${seconds} s · memory ${rssStartMb} → ${rssMb} MB · database ${databaseMb} MB, log ${walMb} MB · ${owed} owed · ${end}`;

console.log(`seed ${seed}`);
await prepareStations();
const report = await runWeek({
  seed,
  decisions: Number(values.decisions),
  folder,
  onInterval: (interval) => console.log(line(interval)),
  onStation: (spawned) => (station = spawned),
});
const path = join(import.meta.dirname, "../../test-results/week-offline.json");
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
const { decisions, tasksDone, parcels, labels, decisionsPerSecond, owed, drainSeconds, seconds, found } = report;
console.log(
  `${decisions} decisions, ${tasksDone} tasks, ${parcels} parcels, ${labels} labels · ${decisionsPerSecond} decisions/s · ` +
    `${owed} messages owed, told in ${drainSeconds} s · ${seconds} s in all`,
);
console.log(
  found.length === 0 ? "nothing lost, nothing doubled, nothing out of order" : `FAILED:\n  ${found.join("\n  ")}\nits data: ${folder}`,
);
if (found.length === 0) removeFolder(folder);
process.exit(found.length === 0 ? 0 : 1);
