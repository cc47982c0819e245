import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { openDatabase, type Database } from "../../electron/store/database.ts";
import { createOutbox } from "../../electron/store/outbox.ts";
import { createParcelStore } from "../../electron/store/parcels.ts";
import { createStopStore } from "../../electron/store/stops.ts";
import { createOtherStations } from "../../electron/sync/other-stations.ts";
import { createPush } from "../../electron/sync/push.ts";
import { createRandom } from "../fakes/crash/random.ts";
import { testFolder } from "../fakes/folder.ts";
import { openTestSync } from "../fakes/oms4-sync.ts";
import { startTestOms4, type Told } from "../fakes/oms4.ts";

const TASKS = 24;
const FULL = 2;
const synchronous = (database: Database): number | undefined =>
  database.prepare<{ synchronous: number }>("pragma synchronous").get()?.synchronous;

const open = (path: string): Database => {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  return opened.value;
};

/** The database as the disk surely has it: what was written up to the last commit that waited for the disk. */
const keepDurable = (real: Database, folder: string): Readonly<{ database: Database; freeze: () => void }> => {
  let frozen = false;
  const copy = (): void => {
    if (frozen) return;
    for (const ending of ["", "-wal"])
      if (existsSync(real.path + ending)) copyFileSync(real.path + ending, join(folder, `packbench.db${ending}`));
  };
  mkdirSync(folder, { recursive: true });
  copy();
  return {
    database: {
      ...real,
      transaction: (work) => {
        const value = real.transaction(work);
        copy();
        return value;
      },
    },
    freeze: () => void (frozen = true),
  };
};

const committedTimes = (told: readonly Told[]): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const { call, body, committed } of told) {
    const words = `${call} ${JSON.stringify(body)}`;
    if (committed) times.set(words, (times.get(words) ?? 0) + 1);
  }
  return times;
};

const pushStores = (database: Database) => ({
  outbox: createOutbox({ database }),
  otherStations: createOtherStations({
    parcels: createParcelStore({ database }),
    stops: createStopStore({ database }),
    onNews: () => {},
  }),
});

describe("a power cut", () => {
  test("every commit but a note ahead waits for the disk, and what comes after a note does again, however the note ended", () => {
    const database = open(join(testFolder(), "packbench.db"));
    const seen: (number | undefined)[] = [synchronous(database)];
    database.transaction(() => seen.push(synchronous(database)));
    database.transactionAhead(() => {});
    seen.push(synchronous(database));
    expect(() =>
      database.transactionAhead(() => {
        throw new Error("the work broke");
      }),
    ).toThrow("the work broke");
    database.transaction(() => database.transaction(() => seen.push(synchronous(database))));
    seen.push(synchronous(database));
    expect(seen).toEqual(seen.map(() => FULL));
    database.close();
  });

  // Notes ahead are an optimisation: lost, what they noted is told once more, or looked up first
  test.each([1, 5, 11, 20, 37, 55, 71])(
    "after message %i: what the disk had not yet is told again word for word, and no parcel is reported twice",
    async (cutAt) => {
      const random = createRandom(`power ${cutAt}`);
      const oms4 = await startTestOms4();
      for (let index = 0; index < TASKS; index++)
        oms4.addTask({ ftNo: `FT${index}`, way: random.pick(["single", "split", "own"]), lines: [{ sku: "A", qty: 2 }, { sku: "B" }] });
      const sync = openTestSync(oms4.connection);
      await sync.pull.run();
      for (let index = 0; index < TASKS; index++) {
        sync.tellTask(`FT${index}`, "Packing started");
        sync.pack(`FT${index}`, `P-${index}`);
        if (random.chance(0.5)) sync.handOver(`FT${index}`, `P-${index}`);
      }
      const wanted = sync.states().length;
      const path = sync.path;
      const api = sync.api;
      sync.close();

      const before = open(path);
      const durable = join(testFolder(), "durable");
      const kept = keepDurable(before, durable);
      const power = new AbortController();
      const cut = (): void => {
        if (oms4.told().filter(({ committed }) => committed).length < cutAt) return;
        kept.freeze();
        power.abort();
      };
      const parts = { api, clock: systemClock, random: random.next, log: silentLog };
      const first = createPush({ ...parts, ...pushStores({ ...kept.database }), onChange: cut });
      const watching = setInterval(cut, 1);
      await first.drain({ signal: power.signal, pause: power.signal });
      clearInterval(watching);
      kept.freeze();
      before.close();
      expect(readFileSync(join(durable, "packbench.db")).length).toBeGreaterThan(0);

      const after = open(join(durable, "packbench.db"));
      expect(after.check()).toBeNull();
      const stores = pushStores(after);
      const { outbox } = stores;
      const second = createPush({ ...parts, ...stores, onChange: () => {} });
      const calls = oms4.told().length;
      for (let next = await second.drain(); next !== null; next = await second.drain()) {
        const wait = next - systemClock.now();
        await new Promise<void>((resolve) => systemClock.after(Math.max(0, wait), resolve));
      }
      expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
      expect(oms4.violations()).toEqual([]);
      const times = committedTimes(oms4.told());
      expect(times.size).toBe(wanted);
      const doubled = [...times].filter(([, count]) => count > 1);
      expect(doubled.filter(([words]) => words.startsWith("setParcelPacked"))).toEqual([]);
      expect(doubled.every(([, count]) => count === 2)).toBe(true);
      expect(oms4.parcels()).toHaveLength(TASKS);
      expect(new Set(oms4.parcels().map(({ parcelNo }) => parcelNo)).size).toBe(TASKS);
      expect(calls).toBeGreaterThanOrEqual(cutAt);
      after.close();
    },
  );
});
