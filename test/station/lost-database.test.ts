import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { environmentOf, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { connectStation } from "../fakes/station-process.ts";

it.each(["gone", "empty"] as const)(
  "a database that is %s while its backups are there is told, and replaced by none unless a person says so",
  { timeout: 60_000 },
  async (how) => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT001", lines: [{ sku: "A" }] });
    const folder = testFolder();
    const environment = environmentOf(oms4, `folder:${testFolder()}`);
    const first = await openStation(environment, folder);
    const client = await connectStation(first.url);
    await client.until(({ waiting }) => waiting.count === 1, "the task");
    const { name } = await client.call("disk.back-up", {});
    client.close();
    await first.stop();
    const path = join(folder, "packbench.db");
    rmSync(path);
    if (how === "empty") writeFileSync(path, "");

    const second = await openStation(environment, folder);
    expect(second.ready).toMatchObject({ ready: false, failure: { kind: "storage-missing" } });
    const again = await connectStation(second.url);
    expect(again.snapshot().storage?.backups.map((backup) => backup.name)).toEqual([name]);
    await expect(again.call("scan", { text: "FT001", source: "wedge" })).rejects.toThrow("not-now");
    await again.call("storage.restore", { name });
    await again.until(({ storage, waiting }) => storage === null && waiting.count === 1, "the backup in force");
    expect((await again.call("scan", { text: "FT001", source: "wedge" })).verdict.kind).toBe("task-opened");
    again.close();
  },
);

it("a new station, and one whose backups are gone as well, start empty", { timeout: 60_000 }, async () => {
  const oms4 = await startTestOms4();
  const folder = testFolder();
  mkdirSync(join(folder, "backups"));
  const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), folder);
  expect(station.ready.ready).toBe(true);
});
