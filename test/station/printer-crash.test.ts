import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../electron/store/database.ts";
import { createPrintJobs } from "../../electron/store/print-jobs.ts";
import { createRandom } from "../fakes/crash/random.ts";
import { testFolder } from "../fakes/folder.ts";
import { startZplPrinter } from "../fakes/zpl-printer.ts";

const KILLS = 15;
/** Processes at most: one that had printed everything before its shot counts as no kill. */
const PROCESSES = 5 * KILLS;
/** Labels after which a process is shot, and ms after the last of them, at most. */
const [LABELS, LATER_MS] = [12, 20];
const LONGEST_MS = 300_000;
/** Queued anew for each process, more than a fast machine prints before it is killed; the last one prints what is left. */
const MORE_LABELS = 60;
/** SEED=… kills at the same moments again, as far as a machine repeats itself. */
const seed = process.env["SEED"] ?? randomBytes(4).toString("hex");

/**
 * Starts the printing process over and over, kills it (-9) after a random number of labels each time, and lets the last one finish.
 * Each is given more. Gives the number of labels.
 */
const printThroughCrashes = async (folder: string, printer: string): Promise<number> => {
  const random = createRandom(`${seed} ${printer.split(":")[0]}`);
  let [kills, between, count] = [0, 0, MORE_LABELS];
  for (let processes = 0; processes < PROCESSES; processes++) {
    const child = fork(join(import.meta.dirname, "../fakes/print-process.ts"), [folder, printer, String(count)], { stdio: "ignore" });
    const ended = once(child, "exit");
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    const [shotAfter, laterMs] = [random.between(0, LABELS), random.between(0, LATER_MS)];
    let [atFirst, done]: [number | null, number] = [null, 0];
    let timer: NodeJS.Timeout | undefined;
    child.on("message", (settled: number) => {
      atFirst ??= settled;
      done = settled - atFirst;
      if (kills < KILLS && done >= shotAfter) timer ??= setTimeout(() => child.kill("SIGKILL"), laterMs);
    });
    const [code, signal] = await ended;
    clearTimeout(timer);
    expect([code, signal]).toEqual(code === 0 ? [0, null] : [null, "SIGKILL"]);
    if (kills === KILLS) {
      expect(between).toBeGreaterThan(KILLS / 3);
      return count;
    }
    if (code !== 0) kills += 1;
    if (code !== 0 && done > 0) between += 1;
    count += MORE_LABELS;
  }
  throw new Error(`only ${kills} of ${PROCESSES} processes were killed before they had printed everything`);
};
const jobsOf = (folder: string) => {
  const opened = openDatabase(join(folder, "packbench.db"));
  if (!opened.ok) throw new Error(opened.failure.detail);
  onTestFinished(() => opened.value.close());
  const printJobs = createPrintJobs({ database: opened.value });
  return (count: number) => Array.from({ length: count }, (_one, index) => printJobs.latestForParcel(`PB-${index + 1}`));
};

test(`killed at random moments (seed ${seed}), the folder printer has every label exactly once`, { timeout: LONGEST_MS }, async () => {
  const [folder, out] = [testFolder(), testFolder()];
  const count = await printThroughCrashes(folder, `folder:${out}`);
  expect(jobsOf(folder)(count).every((job) => job?.state === "printed")).toBe(true);
  const names = readdirSync(out);
  expect(names).toHaveLength(count);
  for (const name of names) expect(readFileSync(join(out, name), "utf8")).toContain(`^FD${name.split(".")[0] ?? ""}^FS`);
});

test(
  `killed at random moments (seed ${seed}), a network printer never has a label twice, and whatever it lacks is asked about`,
  { timeout: LONGEST_MS },
  async () => {
    const folder = testFolder();
    const printer = await startZplPrinter();
    onTestFinished(() => printer.close());
    const count = await printThroughCrashes(folder, printer.uri);
    const times = new Map<string, number>();
    for (const label of printer.labels()) {
      const [, parcelNo = ""] = /\^FD(PB-\d+)\^FS.*\^XZ$/s.exec(label.toString("latin1")) ?? [];
      times.set(parcelNo, (times.get(parcelNo) ?? 0) + 1);
    }
    times.delete("");
    expect([...times.values()].filter((number) => number > 1)).toEqual([]);
    const lacking = jobsOf(folder)(count).filter((job) => job === null || (job.state !== "unknown" && !times.has(job.parcelNo ?? "")));
    expect(lacking).toEqual([]);
  },
);
