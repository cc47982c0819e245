import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { restoreWithWork } from "../../electron/owed/restore.ts";
import { backupPath, listBackups } from "../../electron/store/database-files.ts";
import { openDatabase, type Database } from "../../electron/store/database.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";
import { removeFolder } from "../fakes/removal.ts";
import { startStation } from "../fakes/station-process.ts";

const FILES = Number(process.env["PACKBENCH_FLIPPED_FILES"] ?? 500);
const SEED = Number(process.env["PACKBENCH_FLIPPED_SEED"] ?? Date.now() % 1_000_000_007);
const MOST_FLIPS = 8;
const STATIONS = 6;
const AT = Date.UTC(2026, 10, 23, 15);

/** In memory where the system has such a folder: nothing here is about the disk's pace. */
const quickFolder = (): string => {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "packbench-"));
  onTestFinished(() => removeFolder(folder));
  return folder;
};

/** mulberry32: small, seeded, good enough to throw bytes about. */
const randomOf = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Everything a packer was told is kept: the decisions, whatever table they are in. */
const TRUTHS = [
  "select parcel_no, ft_no, sequence, state, reported_items from parcel order by 1",
  "select id, parcel_no, ft_no, detail_id, qty, code from packed_unit order by 1",
  "select id, ft_no, parcel_no, call, body, state from outbox order by 1",
  "select id, parcel_no, document, copy, state from print_job order by 1",
  "select id, at, ft_no, parcel_no, kind, after from journal order by 1",
  "select ft_no, state from task order by 1",
];
const truthOf = (database: Database): string => JSON.stringify(TRUTHS.map((sql) => database.prepare(sql).all()));

const good = async () => {
  const path = join(testFolder(), "packbench.db");
  const bench = openTestDesk(path);
  for (let number = 1; number <= 30; number++) bench.store(taskOf(`FT${number}`, [detailOf(`D${number}`, `SKU${number}`, 2)]));
  const pack = (number: number): void => [`FT${number}`, `SKU${number}`, `SKU${number}`].forEach((scan) => bench.scan(scan));
  for (let number = 1; number <= 12; number++) pack(number);
  await bench.database.backup(backupPath(path, Date.UTC(2026, 10, 23, 9)));
  for (let number = 13; number <= 20; number++) pack(number);
  const truth = truthOf(bench.database);
  const parcels = bench.database
    .prepare<{ parcel_no: string }>("select parcel_no from parcel")
    .all()
    .map(({ parcel_no }) => parcel_no);
  bench.database.exec("pragma wal_checkpoint(truncate)");
  return { path, bytes: readFileSync(path), truth, parcels };
};

const flip = (bytes: Buffer, random: () => number): Buffer => {
  const flipped = Buffer.from(bytes);
  const flips = 1 + Math.floor(random() * MOST_FLIPS);
  for (let count = 0; count < flips; count++) {
    const place = Math.floor(random() * flipped.length);
    flipped[place] = (flipped[place] ?? 0) ^ (1 + Math.floor(random() * 255));
  }
  return flipped;
};

/** A data folder with that file, and the backup that was made an hour before. */
const layOut = (folder: string, flipped: Buffer, source: string): string => {
  removeFolder(folder);
  mkdirSync(join(folder, "backups"), { recursive: true });
  for (const backup of listBackups(source)) copyFileSync(backup.path, join(folder, "backups", backup.name));
  const path = join(folder, "packbench.db");
  writeFileSync(path, flipped);
  return path;
};
const openOrThrow = (path: string, what: string): Database => {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(`${what}: ${opened.failure.detail}`);
  return opened.value;
};

it(
  `${FILES} databases with flipped bytes: each works whole or says that it is damaged, is kept, and goes on from its backup`,
  // 10,000 by hand take minutes
  { timeout: 120_000 + FILES * 200 },
  async () => {
    const { path: source, bytes, truth, parcels } = await good();
    const random = randomOf(SEED);
    const counts = { whole: 0, damaged: 0, restoredWhole: 0, restoredAndSaid: 0 };
    const folder = quickFolder();
    for (let number = 0; number < FILES; number++) {
      const what = `seed ${SEED}, file ${number}`;
      const flipped = flip(bytes, random);
      const path = layOut(folder, flipped, source);
      const opened = openDatabase(path);
      if (opened.ok) {
        // What opens holds every decision as it was told to the packer
        expect(truthOf(opened.value), what).toBe(truth);
        counts.whole += 1;
        opened.value.close();
        continue;
      }
      counts.damaged += 1;
      expect(opened.failure.kind, what).toMatch(/^storage-(corrupt|newer)$/);
      expect(readFileSync(path).equals(flipped), what).toBe(true);
      const restored = restoreWithWork(path, { name: listBackups(path)[0]?.name ?? "", at: AT, why: "damaged", stationId: "Bench 1" });
      if (!restored.ok) throw new Error(`${what}: ${restored.failure.detail}`);
      expect(readFileSync(restored.value.aside).equals(flipped), what).toBe(true);
      const again = openOrThrow(path, what);
      const numbers = new Set(
        again
          .prepare<{ parcel_no: string }>("select parcel_no from parcel")
          .all()
          .map(({ parcel_no }) => parcel_no),
      );
      again.close();
      const lost = parcels.filter((parcelNo) => !numbers.has(parcelNo));
      if (lost.length === 0) counts.restoredWhole += 1;
      else {
        // What can't be brought over is never passed over in silence
        expect(restored.value.words, `${what}: ${lost.join(" ")}`).toMatch(/could not be read|Nothing of the replaced file|damaged rows/);
        counts.restoredAndSaid += 1;
      }
    }
    process.stdout.write(`flipped bytes, seed ${SEED}, ${FILES} files of ${bytes.length} bytes: ${JSON.stringify(counts)}\n`);
    expect(counts.whole + counts.restoredWhole + counts.restoredAndSaid).toBe(FILES);
  },
);

/** The last leaf of a table's tree (SQLite file format, section 1.6), as the place of its header. */
const lastLeafOf = (bytes: Buffer, rootPage: number, pageSize: number): number => {
  const [INTERIOR, RIGHTMOST_AT] = [0x05, 8];
  let at = (rootPage - 1) * pageSize;
  while (bytes[at] === INTERIOR) at = (bytes.readUInt32BE(at + RIGHTMOST_AT) - 1) * pageSize;
  return at;
};

const [CELLS_AT, FIRST_CELL_AT, CELL_BYTES] = [3, 8, 2];
it.each([
  [
    "a page that lost its last parcel",
    (damaged: Buffer, leaf: number) => damaged.writeUInt16BE(damaged.readUInt16BE(leaf + CELLS_AT) - 1, leaf + CELLS_AT),
  ],
  // SQLite makes a row of nothing of it
  ["a parcel that is looked for behind its page", (damaged: Buffer, leaf: number) => damaged.writeUInt16BE(0xafae, leaf + FIRST_CELL_AT)],
  [
    "a parcel in whose place its neighbour is found a second time",
    (damaged: Buffer, leaf: number) => damaged.writeUInt16BE(damaged.readUInt16BE(leaf + FIRST_CELL_AT + CELL_BYTES), leaf + FIRST_CELL_AT),
  ],
])("%s is not passed over in silence", async (_what, damage) => {
  const { path: source, bytes, parcels } = await good();
  const plain = openOrThrow(source, "the good one");
  const root = plain.prepare<{ rootpage: number }>("select rootpage from sqlite_schema where name = 'parcel'").get()?.rootpage ?? 0;
  plain.close();
  const damaged = Buffer.from(bytes);
  damage(damaged, lastLeafOf(damaged, root, damaged.readUInt16BE(16)));
  const path = layOut(testFolder(), damaged, source);
  const restored = restoreWithWork(path, { name: listBackups(path)[0]?.name ?? "", at: AT, why: "damaged", stationId: "Bench 1" });
  if (!restored.ok) throw new Error(restored.failure.detail);
  expect(restored.value.words).toContain(`${parcels.length - 1} parcels`);
  expect(restored.value.words).toContain("some of parcel could not be read");
});

it("a station started on such files always comes up, takes scans or says why not, and stops cleanly", { timeout: 120_000 }, async () => {
  const { path: source, bytes } = await good();
  const random = randomOf(SEED + 1);
  const found = { ready: 0, said: 0 };
  for (let number = 0; number < STATIONS; number++) {
    const folder = testFolder();
    layOut(folder, flip(bytes, random), source);
    const environment = { OMS4_BASE_URL: "http://127.0.0.1:9/openapi/", OMS4_TENANT_ID: "1", OMS4_API_KEY: "2", OMS4_API_SECRET: "3" };
    const station = await startStation({ dataFolder: folder, environment });
    if (station.ready.ready) found.ready += 1;
    else {
      found.said += 1;
      expect(station.ready.failure?.kind).toMatch(/^storage-/);
    }
    expect(await station.stop()).toBe(0);
  }
  expect(found.ready + found.said).toBe(STATIONS);
});
