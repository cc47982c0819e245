import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { restoreWithWork } from "../../electron/owed/restore.ts";
import { createAliasStore } from "../../electron/store/aliases.ts";
import { openDatabase, type Database } from "../../electron/store/database.ts";
import { listBackups } from "../../electron/store/database-files.ts";
import { createJournal } from "../../electron/store/journal.ts";
import { migrations } from "../../electron/store/migrations.ts";
import { productOf } from "../../shared/count.ts";
import { normaliseCode } from "../../shared/scan.ts";
import { testFolder } from "../fakes/folder.ts";

const open = (path: string, steps = migrations): Database => {
  const opened = openDatabase(path, steps);
  if (!opened.ok) throw new Error(opened.failure.detail);
  return opened.value;
};

describe("codes that no order gave", () => {
  test("taught by counting before this version are known to all, but for those that nobody can tell any more", () => {
    const path = join(testFolder(), "packbench.db");
    const old = open(path, migrations.slice(0, 2));
    const put = (code: string, brand: string, sku: string, taught: number): void =>
      void old
        .prepare("insert into item (code, product, brand_code, brand_sku_code, name, taught) values (?, ?, ?, ?, ?, ?)")
        .run(normaliseCode(code), productOf(brand, sku), brand, sku, sku, taught);
    put("PLAIN", "BR01", "4006381333931", 1);
    put("LONE", "", "LONE", 0);
    put("LONE", "BR05", "LONE", 1);
    put("TWICE", "BR01", "A", 1);
    put("TWICE", "BR01", "B", 1);
    put("THEIRS", "BR01", "A", 0);
    put("THEIRS", "BR01", "B", 1);
    const journal = createJournal({ database: old, stationId: () => "Bench 1", packer: () => "07" });
    journal.add({ kind: "count-taught", ftNo: null, parcelNo: null, before: null, after: { code: "PLAIN", brandCode: "BR01" } }, 5_000);
    old.close();

    const database = open(path);
    const aliases = createAliasStore({ database });
    expect(aliases.of("plain")).toMatchObject({ brandCode: "BR01", quantity: 1, source: "taught", packer: "07", at: 5_000 });
    expect(aliases.of("LONE")).toMatchObject({ brandCode: "BR05", brandSkuCode: "LONE", at: 0 });
    expect([aliases.of("TWICE"), aliases.of("THEIRS")]).toEqual([null, null]);
    expect(aliases.knownAs("THEIRS").map(({ brandSkuCode }) => brandSkuCode)).toEqual(["A"]);
    // As a GTIN, whatever its length on the scanner
    expect(aliases.knownAs("04006381333931").map(({ brandCode }) => brandCode)).toEqual(["BR01"]);
    expect(database.check()).toBeNull();
    database.close();
  });

  test("of which a byte was changed are found by the check of the file", () => {
    const path = join(testFolder(), "packbench.db");
    const database = open(path);
    const aliases = createAliasStore({ database });
    const row = { barcode: "As it Stood", brandCode: "BR01", brandSkuCode: "MUG", quantity: 2 };
    database.transaction(() => aliases.teach(row, { packer: "03", at: 1 }));
    expect(database.check()).toBeNull();
    database.close();
    const bytes = readFileSync(path);
    bytes.write("As it Stand", bytes.indexOf("As it Stood"));
    writeFileSync(path, bytes);
    expect(openDatabase(path)).toMatchObject({
      ok: false,
      failure: { kind: "storage-corrupt", detail: expect.stringContaining("1 row of alias not as written") },
    });
  });

  test("are brought over when a backup is restored: taught since then they are known, removed since then they are not", async () => {
    const path = join(testFolder(), "packbench.db");
    const database = open(path);
    database.exec("insert into identity (one, install_id) values (1, 'TEST')");
    const aliases = createAliasStore({ database });
    const by = { packer: "03", at: Date.now() };
    const teach = (barcode: string): void =>
      database.transaction(() => aliases.teach({ barcode, brandCode: "BR01", brandSkuCode: "MUG", quantity: 2 }, by));
    teach("KEPT");
    teach("REMOVED");
    const backup = join(path, "..", "backups", "packbench-2026-11-23T09-00-00.db");
    expect(await database.backup(backup)).toMatchObject({ ok: true });
    teach("LATER");
    database.transaction(() => aliases.remove("REMOVED"));
    database.transaction(() =>
      aliases.writeComing([{ barcode: "HALF", brandCode: "BR01", brandSkuCode: "MUG", quantity: 2 }], { source: "imported", ...by }),
    );
    database.close();
    const [found] = listBackups(path);
    const restored = restoreWithWork(path, { name: found?.name ?? "", at: Date.now(), why: "replaced", stationId: "Bench 1" });
    expect(restored).toMatchObject({ ok: true });
    const again = open(path);
    const known = createAliasStore({ database: again });
    expect(known.page("", 10).map(({ barcode }) => barcode)).toEqual(["KEPT", "LATER"]);
    expect(again.check()).toBeNull();
    again.close();
  });
});
