import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { restoreWithWork } from "../../electron/owed/restore.ts";
import { backupPath, listBackups } from "../../electron/store/database-files.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";

const AT = Date.UTC(2026, 10, 23, 15);
const task = (number: number) => taskOf(`FT${number}`, [detailOf(`D${number}`, `SKU${number}`)]);

/** A bench whose backup was made after FT1, and that packed FT2 and FT3 since; FT2 was told to OMS4, FT3 was not. */
const benchWithBackup = async () => {
  const path = join(testFolder(), "packbench.db");
  const bench = openTestDesk(path);
  for (const number of [1, 2, 3, 4]) bench.store(task(number));
  ["FT1", "SKU1"].forEach(bench.scan);
  const made = await bench.database.backup(backupPath(path, Date.UTC(2026, 10, 23, 9)));
  expect(made.ok).toBe(true);
  ["FT2", "SKU2"].forEach(bench.scan);
  for (const { id } of bench.stores.outbox.openOfTask("FT2")) bench.stores.outbox.markDone(id, AT);
  ["FT3", "SKU3"].forEach(bench.scan);
  const parcels = (one: typeof bench) =>
    one.database.prepare<{ parcel_no: string; ft_no: string }>("select parcel_no, ft_no from parcel order by ft_no").all();
  const before = parcels(bench);
  const lines = bench.database.prepare<{ n: number }>("select count(*) as n from journal").get()?.n ?? 0;
  bench.database.close();
  const restore = (why: "damaged" | "replaced") =>
    restoreWithWork(path, { name: listBackups(path)[0]?.name ?? "", at: AT, why, stationId: "Bench 1" });
  return { path, before, lines, restore, parcels };
};

describe("a restored backup", () => {
  it("gets back what was decided since from a file that can still be read: nothing is packed again, nothing told twice", async () => {
    const { path, before, lines, restore, parcels } = await benchWithBackup();
    const restored = restore("replaced");
    if (!restored.ok) throw new Error(restored.failure.detail);
    expect(existsSync(restored.value.aside)).toBe(true);
    const again = openTestDesk(path);
    expect(parcels(again)).toEqual(before);
    expect(["FT1", "FT2", "FT3"].map(again.scan)).toEqual(["done-already", "done-already", "done-already"]);
    expect(again.stores.outbox.openOfTask("FT2")).toEqual([]);
    const open = again.stores.outbox.openOfTask("FT3");
    expect(open.length).toBeGreaterThan(0);
    expect(open.every(({ ambiguous }) => ambiguous)).toBe(true);
    const journal = again.database.prepare<{ kind: string }>("select kind from journal order by id").all();
    expect(journal.length).toBeGreaterThan(lines);
    expect(journal.some(({ kind }) => kind === "backup-restored")).toBe(true);
    expect(["FT4", "SKU4"].map(again.scan)).toEqual(["task-opened", "task-done"]);
  });

  it("gets back all that damage left, row by row, and says so", async () => {
    const { path, restore, parcels } = await benchWithBackup();
    // Some pages in the middle of the file are gone
    const pages = Math.floor(statSync(path).size / 4096);
    const file = openSync(path, "r+");
    for (let page = Math.floor(pages / 2); page < Math.floor(pages / 2) + 3; page++)
      writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
    closeSync(file);
    const damaged = readFileSync(path);
    const restored = restore("damaged");
    if (!restored.ok) throw new Error(restored.failure.detail);
    expect(readFileSync(restored.value.aside).equals(damaged)).toBe(true);
    const again = openTestDesk(path);
    expect(parcels(again).map(({ ft_no }) => ft_no)).toContain("FT1");
    expect(again.database.check()).toBeNull();
  });

  it("puts every open message behind a look where nothing of the damaged file can be read, and no number is given out twice", async () => {
    const { path, before, restore } = await benchWithBackup();
    writeFileSync(path, "no database any more ".repeat(2_000));
    const restored = restore("damaged");
    expect(restored).toMatchObject({ ok: true, value: { words: expect.stringContaining("Nothing of the replaced file") } });
    const again = openTestDesk(path);
    const open = again.stores.outbox.openOfTask("FT1");
    expect(open.length).toBeGreaterThan(0);
    expect(open.every(({ ambiguous }) => ambiguous)).toBe(true);
    ["FT4", "SKU4"].forEach(again.scan);
    const given = again.database.prepare<{ parcel_no: string }>("select parcel_no from parcel where ft_no = 'FT4'").get()?.parcel_no;
    expect(given).toBeDefined();
    expect(before.map(({ parcel_no }) => parcel_no)).not.toContain(given);
  });

  it("is never half of one: without a backup of that name the file in use stays", async () => {
    const { path } = await benchWithBackup();
    const before = readFileSync(path);
    expect(restoreWithWork(path, { name: "none.db", at: AT, why: "damaged", stationId: "B" })).toMatchObject({
      ok: false,
      failure: { kind: "not-found" },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
