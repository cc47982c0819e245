import { closeSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { silentLog } from "../../electron/kit/log.ts";
import { openDatabase, openPlainFile } from "../../electron/store/database.ts";
import { createUpkeep, type UpkeepParts } from "../../electron/store/upkeep.ts";
import { createFileCheck } from "../../electron/store/file-check.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import { testFolder } from "../fakes/folder.ts";

const MB = 1024 * 1024;
const DECISIONS = 50_000;
const PAGE = 4_096;
/** SQLite file format, 1.6: after it come the places of the cells, two bytes each. */
const INDEX_LEAF_HEADER = 8;

/** A database, and an upkeep whose timers go off by hand. */
const kept = (more: Partial<UpkeepParts> = {}) => {
  const path = join(testFolder(), "packbench.db");
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  const database = opened.value;
  onTestFinished(() => database.close());
  let now = Date.UTC(2026, 10, 23, 9);
  const timers = new Set<() => void>();
  const clock = {
    now: () => now,
    after: (_: number, action: () => void) => {
      timers.add(action);
      return () => void timers.delete(action);
    },
  };
  let checks = 0;
  const check = {
    run: () => ((checks += 1), Promise.resolve()),
    running: () => false,
    giveUp: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  const upkeep = createUpkeep({
    path,
    clock,
    log: silentLog,
    check,
    retention: { bite: () => {}, hasMore: () => false },
    lastScanAt: () => null,
    checkedAt: () => null,
    checkedAtOpen: true,
    mayWrite: () => true,
    ...more,
  });
  onTestFinished(() => upkeep.stop());
  upkeep.start();
  const insert = database.prepare(
    "insert into journal (at, station_id, packer, ft_no, parcel_no, kind, before, after) values (1, 'Bench 1', '03', ?, ?, 'unit-packed', null, ?)",
  );
  return {
    path,
    database,
    decide: (number: number): void =>
      database.transaction(() => {
        for (let line = 0; line < 3; line++) insert.run(`FT${number}`, `PB${number}`, "x".repeat(120));
      }),
    tick: (ms: number): void => {
      now += ms;
      for (const action of [...timers]) {
        timers.delete(action);
        action();
      }
    },
    at: (time: number): void => {
      now = time;
    },
    logBytes: () => statSync(`${path}-wal`).size,
    checks: () => checks,
  };
};
const until = async (fits: () => boolean): Promise<void> => {
  while (!fits()) await setImmediate();
};

describe("the log beside the database", () => {
  it(`stays small through ${DECISIONS.toLocaleString("en")} decisions`, { timeout: 60_000 }, async () => {
    const { decide, tick, logBytes, database } = kept();
    // The disk's own pace is the bench's subject; here only the file's size counts
    database.exec("pragma synchronous = off");
    let largest = 0;
    for (let number = 0; number < DECISIONS; number++) {
      decide(number);
      if (number % 500 !== 0) continue;
      tick(5_000);
      await setImmediate();
      largest = Math.max(largest, logBytes());
    }
    process.stdout.write(`largest log through ${DECISIONS} decisions: ${(largest / MB).toFixed(1)} MB\n`);
    // Never folded back it would be hundreds of MB; how far decisions run ahead of the folding is the machine's load
    expect(largest).toBeLessThan(150 * MB);
  });

  it("is folded back beside the scans as soon as it is quiet, so that no scan has to do it", async () => {
    const { decide, tick, path, logBytes } = kept();
    for (let number = 0; number < 200; number++) decide(number);
    const before = statSync(path).size;
    expect(logBytes()).toBeGreaterThan(MB / 4);
    tick(5_000);
    await until(() => statSync(path).size > before);
    // Folded back whole, the next decisions are written from its beginning
    await until(() => {
      const size = logBytes();
      decide(1);
      return logBytes() === size;
    });
  });

  it("gives back what it grew behind a long reader, once that one lets go", async () => {
    const { decide, tick, path, logBytes, database } = kept();
    database.exec("pragma synchronous = off");
    const reader = openPlainFile(path, "read");
    reader.exec("begin");
    reader.all("select count(*) from journal");
    for (let number = 0; number < 6_000; number++) decide(number);
    expect(logBytes()).toBeGreaterThan(6 * MB);
    reader.exec("commit");
    reader.close();
    const before = statSync(path).size;
    tick(5_000);
    await until(() => statSync(path).size > before);
    await until(() => {
      decide(1);
      return logBytes() <= 5 * MB;
    });
  });
});

describe("the check of the whole file", () => {
  it("runs at night, once, when nobody scans", () => {
    let checkedAt = new Date(2026, 10, 23, 9).getTime();
    const { at, tick, checks } = kept({ checkedAt: () => checkedAt });
    at(new Date(2026, 10, 23, 22).getTime());
    tick(1);
    expect(checks()).toBe(0);
    const night = new Date(2026, 10, 24, 3, 5).getTime();
    at(night);
    tick(1);
    expect(checks()).toBe(1);
    checkedAt = night;
    tick(60_000);
    tick(60_000);
    expect(checks()).toBe(1);
  });

  it("runs by day on a PC that is switched off at night, once it has been quiet for ten minutes", () => {
    const last = new Date(2026, 10, 22, 9).getTime();
    let scannedAt = new Date(2026, 10, 23, 14).getTime();
    const { at, tick, checks } = kept({ checkedAt: () => last, lastScanAt: () => scannedAt });
    at(scannedAt + 60_000);
    tick(1);
    expect(checks()).toBe(0);
    at(scannedAt + 11 * 60_000);
    tick(1);
    expect(checks()).toBe(1);
    scannedAt = 0;
  });

  it("finds an index that has lost its row: such a message would never be sent", async () => {
    const { path, database } = kept();
    const add = database.prepare(
      "insert into outbox (ft_no, call, body, urgent, state, next_at, created_at, changed_at) values (?, 'task-activity', '{}', 1, 'pending', ?, 1, 1)",
    );
    database.transaction(() => {
      for (let number = 0; number < 20; number++) add.run(`FT${number}`, number);
    });
    database.exec("pragma wal_checkpoint(truncate)");
    const page =
      database.prepare<{ rootpage: number }>("select rootpage from sqlite_schema where name = 'outbox_due'").get()?.rootpage ?? 0;
    const file = openSync(path, "r+");
    // The same entry twice where two were: the index is well-formed and one message is no longer in it
    const cells = (page - 1) * PAGE + INDEX_LEAF_HEADER;
    const first = Buffer.alloc(2);
    readSync(file, first, 0, 2, cells);
    writeSync(file, first, 0, 2, cells + 2);
    closeSync(file);
    database.exec("pragma cache_size = 0; pragma shrink_memory");
    const found = await new Promise<string>((resolve) => {
      const check = createFileCheck({ path, clock: systemClock, log: silentLog, onDamage: resolve, onWell: () => resolve("well") });
      onTestFinished(() => check.stop());
      void check.run();
    });
    expect(found).not.toBe("well");
  });
});
