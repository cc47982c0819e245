import { join } from "node:path";
import { describe, expect, it, type TestContext } from "vitest";
import { openDatabase } from "../../electron/store/database.ts";
import { environmentOf, openStation } from "../fakes/bench-ground.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { mountSmallDisk, type SmallDisk } from "../fakes/small-disk.ts";
import { connectStation, startStation, type StationClient } from "../fakes/station-process.ts";
import { until } from "../fakes/until.ts";

const MB = 1024 * 1024;
const LIMIT_MS = 90_000;

const disk = (kind: "tmpfs" | "ext4", megabytes: number, { skip }: TestContext): SmallDisk => {
  const mounted = mountSmallDisk(kind, megabytes);
  if (mounted === null) {
    skip();
    throw new Error("skipped");
  }
  return mounted;
};
const scan = async (client: StationClient, text: string) => (await client.call("scan", { text, source: "wedge" })).verdict;

const oms4WithTasks = async (count: number) => {
  const oms4 = await startTestOms4();
  for (let number = 1; number <= count; number++) oms4.addTask({ ftNo: `FT00${number}`, lines: [{ sku: "A" }, { sku: "B" }] });
  return oms4;
};
const packs = async (client: StationClient, ftNo: string): Promise<string[]> => {
  const kinds: string[] = [];
  for (const text of [ftNo, "A", "B"]) kinds.push((await scan(client, text)).kind);
  return kinds;
};
const PACKED = ["task-opened", "item-ok", "task-done"];

describe("a disk that fills up under a running station", () => {
  it(
    "warns, refuses scans in words before one is counted, and goes on by itself when there is room again",
    { timeout: LIMIT_MS },
    async (context) => {
      const small = disk("tmpfs", 64, context);
      const oms4 = await oms4WithTasks(4);
      const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), small.folder);
      const client = await connectStation(station.url);
      await client.until(({ waiting }) => waiting.count === 4, "the tasks");
      expect(await packs(client, "FT001")).toEqual(PACKED);
      expect([(await scan(client, "FT002")).kind, (await scan(client, "A")).kind]).toEqual(["task-opened", "item-ok"]);

      small.fill(8 * MB);
      const low = await client.until(({ disk: pill }) => pill.health === "careful", "the early warning");
      expect(low.disk.words).toMatch(/^Disk nearly full: \d+ MB left/);
      small.fill();
      await client.until(({ disk: pill }) => pill.health === "broken", "the full disk");
      const refused = await scan(client, "B");
      expect(refused).toMatchObject({ kind: "scan-refused", title: "The disk is full" });
      expect(refused.text).toContain("Nothing was counted");
      expect((await scan(client, "CMDTROUBLE")).kind).toBe("command-ok");

      small.free();
      await client.until(({ disk: pill }) => pill.health !== "broken", "the room");
      expect((await scan(client, "B")).kind).toBe("task-done");
      expect(await packs(client, "FT003")).toEqual(PACKED);
      await until(() => ["FT001", "FT002", "FT003"].every((ftNo) => oms4.parcels(ftNo).length === 1), "OMS4 has each once", 30_000);
      client.close();
    },
  );

  it(
    "killed while it is full: starts, says so, and goes on by itself with everything it had accepted",
    { timeout: LIMIT_MS },
    async (context) => {
      const small = disk("tmpfs", 64, context);
      const oms4 = await oms4WithTasks(3);
      await oms4.setOnline(true);
      const environment = environmentOf(oms4, `folder:${testFolder()}`);
      const first = await openStation(environment, small.folder);
      const client = await connectStation(first.url);
      await client.until(({ waiting }) => waiting.count === 3, "the tasks");
      await oms4.setOnline(false);
      expect(await packs(client, "FT001")).toEqual(PACKED);
      small.fill();
      expect((await scan(client, "FT002")).kind).toBe("scan-refused");
      client.close();
      await first.kill();

      const second = await startStation({ dataFolder: small.folder, environment });
      const again = await connectStation(second.url);
      expect(again.snapshot().storage !== null || again.snapshot().disk.health === "broken").toBe(true);
      small.free();
      await oms4.setOnline(true);
      await again.until(
        ({ storage, disk: pill, phase }) => storage === null && pill.health !== "broken" && phase === "ready",
        "the station to go on",
        30_000,
      );
      expect((await scan(again, "FT001")).kind).toBe("done-already");
      expect(await packs(again, "FT002")).toEqual(PACKED);
      await until(() => ["FT001", "FT002"].every((ftNo) => oms4.parcels(ftNo).length === 1), "OMS4 has each once", 40_000);
      again.close();
      await second.stop();
    },
  );

  it(
    "a commit that fails in the middle shows nothing as accepted: what is in the file is exactly what was said",
    { timeout: LIMIT_MS },
    (context) => {
      const small = disk("tmpfs", 8, context);
      const path = join(small.folder, "packbench.db");
      const bench = openTestDesk(path);
      for (let number = 0; number < 60; number++) bench.store(taskOf(`FT${number}`, [detailOf(`D${number}`, `SKU${number}`)]));
      const accepted: string[] = [];
      let refused = 0;
      small.fill(100 * 1024);
      for (let number = 0; number < 60; number++) {
        // Room comes and goes: some decisions fail on their first page, some on their last
        if (number % 20 === 19) small.free();
        if (number % 20 === 0) small.fill(40 * 1024);
        const opened = bench.scan(`FT${number}`);
        const packed = bench.scan(`SKU${number}`);
        if (packed === "task-done") accepted.push(`FT${number}`);
        if (opened === "scan-refused" || packed === "scan-refused") refused += 1;
        bench.scan("CMDCLOSE");
      }
      small.free();
      expect(refused).toBeGreaterThan(0);
      expect(accepted.length).toBeGreaterThan(0);
      bench.database.close();
      const opened = openDatabase(path);
      if (!opened.ok) throw new Error(opened.failure.detail);
      const done = opened.value.prepare<{ ft_no: string }>("select ft_no from task where state = 'done' order by rowid").all();
      const parcels = opened.value.prepare<{ ft_no: string }>("select ft_no from parcel where state = 'closed'").all();
      opened.value.close();
      expect(done.map(({ ft_no }) => ft_no)).toEqual(accepted);
      expect(new Set(parcels.map(({ ft_no }) => ft_no))).toEqual(new Set(accepted));
      process.stdout.write(`a full disk in mid-work: ${accepted.length} accepted, ${refused} refused, all as said\n`);
    },
  );
});

describe("a disk that turns read-only under a running station", () => {
  it("refuses scans in words, and loses nothing of what it accepted", { timeout: LIMIT_MS }, async (context) => {
    const small = disk("ext4", 64, context);
    const oms4 = await oms4WithTasks(2);
    const environment = environmentOf(oms4, `folder:${testFolder()}`);
    const station = await openStation(environment, small.folder);
    const client = await connectStation(station.url);
    await client.until(({ waiting }) => waiting.count === 2, "the tasks");
    expect(await packs(client, "FT001")).toEqual(PACKED);
    if (!small.breakDown()) {
      process.stderr.write("\nSKIPPED: this kernel has no switch to break an ext4 file system down.\n");
      return context.skip();
    }
    await client.until(({ disk: pill }) => pill.words === "The disk can't be written", "the read-only disk");
    const refused = await scan(client, "FT002");
    expect(refused).toMatchObject({ kind: "scan-refused" });
    expect(refused.text).toContain("Nothing was counted");
    expect(station.process.exitCode).toBeNull();
    client.close();
    await station.kill();
    small.repair();
    const again = await openStation(environment, small.folder);
    const later = await connectStation(again.url);
    expect((await scan(later, "FT001")).kind).toBe("done-already");
    expect(await packs(later, "FT002")).toEqual(PACKED);
    await until(() => ["FT001", "FT002"].every((ftNo) => oms4.parcels(ftNo).length === 1), "OMS4 has each once", 30_000);
    later.close();
    await again.stop();
  });

  it(
    "is waited for at a start on a full one: the station comes up, says so, and takes scans once there is room",
    { timeout: LIMIT_MS },
    async (context) => {
      const small = disk("tmpfs", 64, context);
      const oms4 = await oms4WithTasks(1);
      const environment = environmentOf(oms4, `folder:${testFolder()}`);
      const first = await openStation(environment, small.folder);
      await first.stop();
      small.fill();
      const second = await startStation({ dataFolder: small.folder, environment });
      const client = await connectStation(second.url);
      small.free();
      await client.until(({ storage, phase }) => storage === null && phase === "ready", "the station to go on", 30_000);
      await client.until(({ waiting }) => waiting.count === 1, "the task");
      expect(await packs(client, "FT001")).toEqual(PACKED);
      client.close();
      await second.stop();
    },
  );
});
