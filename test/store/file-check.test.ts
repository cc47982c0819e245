import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { checkFile } from "../../electron/store/file-checks.ts";
import { createFileCheck } from "../../electron/store/file-check.ts";
import { connectStation, startStation } from "../fakes/station-process.ts";
import { testFolder } from "../fakes/folder.ts";

const PAGE = 4_096;
const MEGABYTES = 70;

/** A station's database too large for the check at its opening. */
const largeDatabase = (folder: string): string => {
  const path = join(folder, "packbench.db");
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  const database = opened.value;
  database.transaction(() => {
    const insert = database.prepare(
      "insert into set_aside (source, name, reason, raw, at, dismissed) values ('task', ?, '{}', hex(zeroblob(524288)), 1, 1)",
    );
    for (let count = 0; count < MEGABYTES; count++) insert.run(`FT${count}`);
  });
  database.close();
  expect(statSync(path).size).toBeGreaterThan(64 * 1024 * 1024);
  return path;
};

/** Overwrites pages in the middle of the file, as a dying disk does. */
const damage = (path: string): void => {
  const file = openSync(path, "r+");
  for (let page = 2_000; page < 2_400; page++) writeSync(file, Buffer.alloc(PAGE, page), 0, PAGE, page * PAGE);
  closeSync(file);
};

const breathe = () => Promise.resolve();

describe("a database too large to be checked before the first scan", () => {
  it("opens at once, and a damaged one is found beside the scans", async () => {
    const path = largeDatabase(testFolder());
    expect(await checkFile(path, breathe)).toBeNull();
    damage(path);
    const opened = openDatabase(path);
    if (!opened.ok) throw new Error(opened.failure.detail);
    onTestFinished(() => opened.value.close());
    expect(opened.value.checkedAtOpen).toBe(false);
    expect(await checkFile(path, breathe)).not.toBeNull();
    const told = await new Promise<string>((resolve) => {
      const check = createFileCheck({
        path,
        clock: systemClock,
        log: silentLog,
        onDamage: resolve,
        onWell: () => resolve(""),
      });
      onTestFinished(() => check.stop());
      void check.run();
    });
    expect(told).not.toBe("");
  });

  it("takes a running station's scans away when its check finds damage, and offers the ways out", { timeout: 60_000 }, async () => {
    const folder = testFolder();
    damage(largeDatabase(folder));
    const station = await startStation({
      dataFolder: folder,
      environment: { OMS4_BASE_URL: "http://127.0.0.1:1234/openapi/", OMS4_TENANT_ID: "1", OMS4_API_KEY: "2", OMS4_API_SECRET: "3" },
    });
    onTestFinished(async () => void (await station.stop()));
    expect(station.ready.ready).toBe(true);
    const client = await connectStation(station.url);
    onTestFinished(() => client.close());
    const found = await client.until(({ phase }) => phase === "trouble", "the damage", 40_000);
    expect(found.storage?.failure).toMatchObject({ kind: "storage-corrupt" });
    await expect(client.call("scan", { text: "FT1", source: "wedge" })).rejects.toThrow("not-now");
  });
});
