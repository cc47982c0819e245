import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentOf, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { connectStation, type StationClient } from "../fakes/station-process.ts";
import { until } from "../fakes/until.ts";

const LIMIT_MS = 90_000;
const projectRoot = join(import.meta.dirname, "../..");

const owed = (...given: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, "electron/launch/owed.mjs"), ...given], {
    encoding: "utf8",
  });
  return { status, words: `${stdout}${stderr}` };
};
const scan = async (client: StationClient, text: string): Promise<string> =>
  (await client.call("scan", { text, source: "wedge" })).verdict.kind;

describe("the PC died, its disk lives", () => {
  it(
    "what it still owed goes out from another station, each parcel once and by its own number, also what may have been sent",
    { timeout: LIMIT_MS },
    async () => {
      const oms4 = await startTestOms4();
      for (const ftNo of ["FT001", "FT002", "FT003"]) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
      const [deadFolder, nextFolder, labels] = [testFolder(), testFolder(), testFolder()];
      const dead = await openStation(environmentOf(oms4, `folder:${testFolder()}`, { STATION_ID: "Bench 1" }), deadFolder);
      const client = await connectStation(dead.url);
      await client.until(({ waiting, outbox }) => waiting.count === 3 && outbox.waiting === 0, "the tasks");
      // OMS4 takes the first report and never answers; after that nothing gets through any more
      oms4.fault({ kind: "hang", after: true }, { call: "setParcelPacked", times: 1 });
      expect([await scan(client, "FT001"), await scan(client, "A")]).toEqual(["task-opened", "task-done"]);
      await until(() => oms4.parcels("FT001").length === 1, "OMS4 has the first one");
      await oms4.setOnline(false);
      expect([await scan(client, "FT002"), await scan(client, "A")]).toEqual(["task-opened", "task-done"]);
      expect(await scan(client, "FT003")).toBe("task-opened");
      const [first] = oms4.parcels("FT001");
      const second = client.snapshot().lastParcels[0]?.parcelNo;
      client.close();
      await dead.kill();

      const next = environmentOf(oms4, `folder:${labels}`, { STATION_ID: "Bench 2" });
      await (await openStation(next, nextFolder)).stop();
      const file = join(testFolder(), "bench-1.packbench-owed");
      expect(owed("export", "--data-dir", deadFolder, "--to", file)).toMatchObject({
        status: 0,
        words: expect.stringContaining("This is a copy"),
      });
      const looked = owed("import", file, "--data-dir", nextFolder);
      expect(looked).toMatchObject({ status: 0, words: expect.stringMatching(/Would take over: \d+ messages? to OMS4 · 2 parcels/) });
      expect(owed("import", file, "--data-dir", nextFolder, "--yes")).toMatchObject({
        status: 0,
        words: expect.stringContaining("Taken over"),
      });
      expect(owed("import", file, "--data-dir", nextFolder, "--yes").words).toContain("0 messages to OMS4 · 0 parcels");

      await oms4.setOnline(true);
      const alive = await openStation(next, nextFolder);
      const later = await connectStation(alive.url);
      await later.until(({ outbox }) => outbox.waiting === 0 && outbox.parked === 0, "all told", 30_000);
      expect(oms4.parcels("FT001").map(({ parcelNo }) => parcelNo)).toEqual([first?.parcelNo]);
      expect(oms4.parcels("FT002").map(({ parcelNo }) => parcelNo)).toEqual([second]);
      const reports = oms4.told().filter(({ call, committed }) => call === "setParcelPacked" && committed);
      expect(reports).toHaveLength(2);
      expect(oms4.violations()).toEqual([]);
      expect(await scan(later, "FT002")).toBe("done-already");
      expect([await scan(later, "FT003"), await scan(later, "A")]).toEqual(["task-opened", "task-done"]);
      later.close();
    },
  );

  it("reads what is left of a damaged database, and says what it could not read", { timeout: LIMIT_MS }, async () => {
    const oms4 = await startTestOms4();
    for (let number = 1; number <= 9; number++) oms4.addTask({ ftNo: `FT00${number}`, lines: [{ sku: "A" }] });
    const folder = testFolder();
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), folder);
    const client = await connectStation(station.url);
    await client.until(({ waiting }) => waiting.count === 9, "the tasks");
    await oms4.setOnline(false);
    for (let number = 1; number <= 9; number++) {
      await scan(client, `FT00${number}`);
      await scan(client, "A");
    }
    client.close();
    await station.stop();
    const path = join(folder, "packbench.db");
    const bytes = readFileSync(path);
    // One letter in what was to be told of one parcel; SQLite itself finds nothing wrong with it
    const body = Buffer.from('{"ft_no":"FT005","order_no"');
    for (let place = bytes.indexOf(body); place >= 0; place = bytes.indexOf(body, place + 1)) bytes[place + 12] = 0x39;
    writeFileSync(path, bytes);
    const file = join(testFolder(), "damaged.packbench-owed");
    const exported = owed("export", "--data-dir", folder, "--to", file);
    expect(exported).toMatchObject({ status: 0, words: expect.stringContaining("Some of outbox could not be read") });
    expect(readFileSync(file, "utf8").match(/"parcel-packed"/g)).toHaveLength(8);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });
});

describe("npm run owed", () => {
  it(
    "refuses a folder whose station runs, a folder that is none, a bad file and bad words, each with what to do",
    { timeout: LIMIT_MS },
    async () => {
      const oms4 = await startTestOms4();
      const folder = testFolder();
      const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), folder);
      const file = join(testFolder(), "x");
      expect(owed("export", "--data-dir", folder, "--to", file)).toMatchObject({
        status: 1,
        words: expect.stringContaining("Close the other one"),
      });
      await station.stop();
      expect(existsSync(file)).toBe(false);
      expect(owed("export", "--data-dir", join(folder, "none"), "--to", file).status).toBe(1);
      expect(owed("export", "--data-dir", testFolder(), "--to", file)).toMatchObject({
        status: 1,
        words: expect.stringContaining("no database"),
      });
      writeFileSync(file, "hello");
      expect(owed("import", file, "--data-dir", folder)).toMatchObject({
        status: 1,
        words: expect.stringContaining("can't be taken over"),
      });
      expect(owed("explode")).toMatchObject({ status: 1, words: expect.stringContaining("Usage") });
    },
  );

  it("gives work away with --move: the old folder sends none of it again", { timeout: LIMIT_MS }, async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT001", lines: [{ sku: "A" }] });
    const folder = testFolder();
    const environment = environmentOf(oms4, `folder:${testFolder()}`);
    const station = await openStation(environment, folder);
    const client = await connectStation(station.url);
    await client.until(({ waiting, outbox }) => waiting.count === 1 && outbox.waiting === 0, "the task");
    await oms4.setOnline(false);
    await scan(client, "FT001");
    await scan(client, "A");
    client.close();
    await station.stop();
    const file = join(testFolder(), "moved.packbench-owed");
    expect(owed("export", "--data-dir", folder, "--to", file, "--move")).toMatchObject({
      status: 0,
      words: expect.stringContaining("given away"),
    });
    await oms4.setOnline(true);
    const again = await openStation(environment, folder);
    const later = await connectStation(again.url);
    await later.until(({ online, outbox }) => online && outbox.waiting === 0, "the connection");
    expect(oms4.parcels("FT001")).toEqual([]);
    expect(await scan(later, "FT001")).toBe("done-already");

    // Taken back through the running station's own screen
    mkdirSync(join(folder, "owed"), { recursive: true });
    copyFileSync(file, join(folder, "owed", "moved.packbench-owed"));
    const state = await later.call("disk.state", {});
    expect(state.files.map(({ name }) => name)).toEqual(["moved.packbench-owed"]);
    const { words } = await later.call("owed.take", { name: "moved.packbench-owed" });
    expect(words).toMatch(/^3 messages to OMS4/);
    await until(() => oms4.parcels("FT001").length === 1, "OMS4 has it", 30_000);
    expect(readdirSync(join(folder, "owed"))).toHaveLength(1);
    later.close();
  });
});
