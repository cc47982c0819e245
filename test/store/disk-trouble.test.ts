import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../electron/kit/clock.ts";
import { createFileSecrets } from "../../electron/kit/secrets.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createPrintQueue } from "../../electron/printer/queue.ts";
import { openStation, type Station } from "../../electron/station.ts";
import { createBackups } from "../../electron/store/backups.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { createPrintJobs } from "../../electron/store/print-jobs.ts";
import { EMPTY_DATABASE } from "../../shared/contract.ts";
import { fail } from "../../shared/failures.ts";
import { testFolder } from "../fakes/folder.ts";

/** A clock whose timers go off by hand. */
const handClock = () => {
  const timers = new Set<Readonly<{ ms: number; action: () => void }>>();
  return {
    now: () => Date.UTC(2026, 10, 23, 9),
    after: (ms: number, action: () => void) => {
      const timer = { ms, action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    waiting: () => [...timers].map(({ ms }) => ms),
    /** Lets all timers of that length go off; they throw what they throw. */
    goOff: (ms: number): void => {
      for (const timer of [...timers].filter((one) => one.ms === ms)) {
        timers.delete(timer);
        timer.action();
      }
    },
  };
};
const openTestDatabase = (path = join(testFolder(), "packbench.db")) => {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  onTestFinished(() => opened.value.close());
  return opened.value;
};
/** A station on this folder: in practice mode, where `environment` doesn't say otherwise. */
const stationOn = async (
  dataFolder: string,
  { clock = handClock(), environment = {} }: Readonly<{ clock?: Clock; environment?: Readonly<Record<string, string>> }> = {},
): Promise<Station> => {
  const secrets = createFileSecrets(dataFolder);
  const opened = await openStation({ dataFolder, environment, secrets, clock, log: silentLog, version: "0" });
  if (!opened.ok) throw new Error(opened.failure.detail);
  return opened.value;
};

describe("trouble with the disk ends no station", () => {
  test("a picture that can't be drawn is left out, and the next one is tried", async () => {
    const dataFolder = testFolder();
    const clock = handClock();
    const live = { OMS4_BASE_URL: "http://127.0.0.1:1/", OMS4_TENANT_ID: "1", OMS4_API_KEY: "2", OMS4_API_SECRET: "3" };
    const station = await stationOn(dataFolder, { clock, environment: live });
    const drawn: number[] = [];
    station.onEvent((_, { revision }) => drawn.push(revision));
    const other = openTestDatabase(join(dataFolder, "packbench.db"));
    other.exec("alter table set_aside rename to gone");
    const scan = { text: "NOTHING", source: "wedge" as const, alternates: [] };
    const heartBeats = (): void => {
      clock.goOff(5_000);
      clock.goOff(100);
    };
    expect(heartBeats).not.toThrow();
    expect(station.handlers.scan(scan)).toMatchObject({ ok: true });
    expect(drawn).toEqual([]);
    other.exec("alter table gone rename to set_aside");
    heartBeats();
    expect(drawn).toHaveLength(1);
    await station.stop();
  });

  test("a database is put in order once, however often the button is pressed", async () => {
    const dataFolder = testFolder();
    mkdirSync(join(dataFolder, "practice"));
    writeFileSync(join(dataFolder, "practice/packbench.db"), "this is no database ".repeat(500));
    const { handlers, stop } = await stationOn(dataFolder);
    const restored = await Promise.all([1, 2].map(() => handlers["storage.restore"]({ name: EMPTY_DATABASE })));
    expect(restored).toMatchObject([{ ok: true }, { ok: false, failure: { kind: "not-now" } }]);
    expect(readdirSync(join(dataFolder, "practice")).filter((name) => name.includes("damaged"))).toHaveLength(1);
    await stop();
  });

  test("a database that only can't be written now is put aside by nobody", async () => {
    const dataFolder = testFolder();
    const path = join(dataFolder, "practice/packbench.db");
    // No user may write a folder as if it were a file
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "work"), "what was packed");
    const { handlers, snapshot, stop } = await stationOn(dataFolder);
    expect(snapshot().storage?.failure.kind).toBe("storage-unwritable");
    for (const name of [EMPTY_DATABASE, "packbench-2026-11-22.db"]) {
      const refused = await handlers["storage.restore"]({ name });
      expect(refused).toMatchObject({ ok: false, failure: { kind: "not-now" } });
      expect(JSON.stringify(refused)).toContain("goes on by itself");
    }
    expect(readdirSync(path)).toEqual(["work"]);
    expect(readdirSync(join(dataFolder, "practice")).filter((name) => name.includes("damaged"))).toEqual([]);
    await stop();
  });

  test("a print queue that can't read its jobs waits and goes on, and doesn't spin", async () => {
    const database = openTestDatabase();
    const printJobs = createPrintJobs({ database });
    printJobs.add({ parcelNo: null, ftNo: null, document: "test-label", copy: 1, reason: null, labelId: null, printer: "zpl://x:1" }, 1);
    const clock = handClock();
    let broken = true;
    let reads = 0;
    const read = <T>(value: () => T): T => {
      reads += 1;
      if (broken) throw new Error("disk I/O error");
      return value();
    };
    const queue = createPrintQueue({
      database,
      printJobs: { ...printJobs, nextFor: (printer) => read(() => printJobs.nextFor(printer)) },
      documentFor: async () => fail("label-missing", "none."),
      mayPrint: () => ({ ok: true, value: null }),
      openPrinter: () => fail("setting-bad", "none."),
      currentPrinter: () => "",
      clock,
      log: silentLog,
      onChange: () => {},
    });
    queue.start();
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect(reads).toBe(1);
    broken = false;
    clock.goOff(1_000);
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect(printJobs.troubles()).toMatchObject([{ state: "failed" }]);
    await queue.stop();
  });

  test("a backup folder that can't be read costs that backup only", async () => {
    const database = openTestDatabase();
    const clock = handClock();
    mkdirSync(join(database.path, ".."), { recursive: true });
    writeFileSync(join(database.path, "../backups"), "a file where the folder should be");
    const backups = createBackups({
      database,
      clock,
      log: silentLog,
      freeBytes: () => Number.POSITIVE_INFINITY,
      note: () => {},
      onDamagedCopy: () => {},
    });
    backups.start();
    const [firstLook] = clock.waiting();
    expect(() => clock.goOff(firstLook ?? 0)).not.toThrow();
    await setImmediate();
    expect(clock.waiting()).toHaveLength(1);
    await backups.stop();
  });
});
