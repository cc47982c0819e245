import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { backupPath, listBackups, setDatabaseAside } from "../../electron/store/database-files.ts";
import { lockFolder, openDatabase, type Database } from "../../electron/store/database.ts";
import { createBackups } from "../../electron/store/backups.ts";
import { createJournal } from "../../electron/store/journal.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { testFolder } from "../fakes/folder.ts";
import { migrations } from "../../electron/store/migrations.ts";
import { createNumberOwners } from "../../electron/store/number-owners.ts";
import { normaliseCode } from "../../shared/scan.ts";
import { createParcelStore } from "../../electron/store/parcels.ts";
import { createPackedSerials } from "../../electron/store/packed-serials.ts";
import { createScanBacks } from "../../electron/store/scan-backs.ts";

const opened = (path: string): Database => {
  const result = openDatabase(path);
  if (!result.ok) throw new Error(result.failure.detail);
  onTestFinished(() => result.value.close());
  return result.value;
};

describe("the database file", () => {
  test("has exactly the schema that is committed as a snapshot", async () => {
    const database = opened(join(testFolder(), "packbench.db"));
    const rows = database.prepare<{ sql: string }>("select sql from sqlite_schema where sql is not null order by type, name").all();
    await expect(rows.map(({ sql }) => `${sql};\n`).join("\n")).toMatchFileSnapshot("../fixtures/schema.sql");
  });

  test("keeps every commit through a power cut: write-ahead log with full sync, foreign keys on", () => {
    const database = opened(join(testFolder(), "packbench.db"));
    const pragma = (name: string): unknown => Object.values(database.prepare<Record<string, unknown>>(`pragma ${name}`).get() ?? {})[0];
    expect([pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")]).toEqual(["wal", 2, 1]);
    const loose = database
      .prepare<{ name: string; strict: number }>("select name, strict from pragma_table_list where schema = 'main' and type = 'table'")
      .all();
    expect(statSync(database.path).mode & 0o777).toBe(0o600);
    expect(loose.filter(({ name, strict }) => strict === 0 && !name.startsWith("sqlite_"))).toEqual([]);
  });

  test("refuses a newer file and leaves it as it is", () => {
    const path = join(testFolder(), "packbench.db");
    const first = openDatabase(path);
    if (!first.ok) throw new Error(first.failure.detail);
    first.value.exec("pragma user_version = 9999");
    first.value.close();
    const before = readFileSync(path);
    expect(openDatabase(path)).toMatchObject({ ok: false, failure: { kind: "storage-newer" } });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("takes the step to the next version with everything that is in it", () => {
    const path = join(testFolder(), "packbench.db");
    const [first] = migrations;
    if (first === undefined) throw new Error("there is no first step");
    const old = openDatabase(path, [first]);
    if (!old.ok) throw new Error(old.failure.detail);
    old.value.exec(`
      insert into task (ft_no, order_no, status, way, state, task, raw, first_seen_at, changed_at, units) values ('FT1', '', 'NEW', 'single', 'done', '{}', '{}', 0, 0, 1);
      insert into parcel (parcel_no, ft_no, sequence, state, opened_at, closed_at) values ('PB1', 'FT1', 1, 'closed', 0, 1);
      insert into packed_unit (scan_no, parcel_no, ft_no, detail_id, qty, code, serial, at) values (1, 'PB1', 'FT1', 'D1', 1, 'C', 'S1', 1)`);
    old.value.close();
    const database = opened(path);
    expect(createPackedSerials({ database }).find("S1", 0)).toMatchObject([{ parcelNo: "PB1", hasLeft: false }]);
    const scanBacks = createScanBacks({ database });
    scanBacks.want("PB1", "FT1", true, 5);
    expect(scanBacks.asked()).toEqual({ parcelNo: "PB1", ftNo: "FT1", asked: true, at: 5 });
    database.exec("update parcel set state = 'open' where parcel_no = 'PB1'");
    expect(scanBacks.asked()).toBeNull();
  });

  test("asks for the label of a split parcel whose report an older version gave up", () => {
    const path = join(testFolder(), "packbench.db");
    const old = openDatabase(path, migrations.slice(0, 5));
    if (!old.ok) throw new Error(old.failure.detail);
    old.value.exec(`
      insert into task (ft_no, order_no, status, way, state, task, raw, first_seen_at, changed_at, units) values ('FT1', '', 'NEW', 'split', 'done', '{}', '{}', 0, 0, 1);
      insert into parcel (parcel_no, ft_no, sequence, state, opened_at, closed_at, label_wanted) values ('PB1', 'FT1', 1, 'closed', 0, 1, 2), ('PB2', 'FT1', 2, 'closed', 0, 1, 2);
      insert into outbox (ft_no, parcel_no, call, body, urgent, state, next_at, created_at, changed_at) values
        ('FT1', 'PB1', 'parcel-packed', '{}', 1, 'discarded', 0, 0, 0), ('FT1', 'PB2', 'parcel-packed', '{}', 1, 'pending', 0, 0, 0)`);
    old.value.close();
    const database = opened(path);
    expect(
      createParcelStore({ database })
        .wantingLabel(9)
        .map(({ parcelNo }) => parcelNo),
    ).toEqual(["PB1"]);
  });

  test("finds tracking numbers that an older version kept, in longer codes too, through the index", () => {
    const path = join(testFolder(), "packbench.db");
    const old = openDatabase(path, migrations.slice(0, 6));
    if (!old.ok) throw new Error(old.failure.detail);
    old.value.exec(`
      insert into task (ft_no, order_no, status, way, state, task, raw, first_seen_at, changed_at, units) values ('FT1', '', 'NEW', 'single', 'done', '{}', '{}', 0, 0, 1);
      insert into task_code (code, ft_no, kind) values ('1Z 999 AA1 01 2345 6784', 'FT1', 'tracking'), ('0152152152012', 'FT1', 'tracking'), ('ORDER12345678', 'FT1', 'order')`);
    old.value.close();
    const owners = createNumberOwners({ database: opened(path) });
    const from = { ftNo: "FT2", parcelNo: null };
    expect(owners.ownerOf("1Z999AA10123456784", from)).toBe("FT1");
    expect(owners.numbersWithin("9632001960000000000400152152152012", from)).toEqual([{ number: "152152152012", owner: "FT1" }]);
    for (const text of ["ABC1Z999AA1012345678", "9152152152", "XORDER12345678X"]) expect(owners.numbersWithin(text, from)).toEqual([]);
    expect(owners.numbersWithin("9632001960000000000400152152152012", { ...from, ftNo: "FT1" })).toEqual([]);
  });

  test("names every number that lies in a text, the longest first", () => {
    const database = opened(join(testFolder(), "packbench.db"));
    const owners = createNumberOwners({ database });
    database.exec(
      `insert into task (ft_no, order_no, status, way, state, task, raw, first_seen_at, changed_at, units) values ('FT1', '', 'NEW', 'single', 'done', '{}', '{}', 0, 0, 1)`,
    );
    const numbers = ["12345678", "1234567890", "123456789055", "34567890AB", "999999999"];
    for (const number of numbers)
      database.prepare("insert into task_code (code, ft_no, kind) values (?, 'FT1', 'tracking')").run(normaliseCode(number));
    const found = owners.numbersWithin("XX1234567890ABYY", { ftNo: "FT2", parcelNo: null });
    expect(found.map(({ number }) => number)).toEqual(["1234567890", "34567890AB", "12345678"]);
  });

  test("says that a file is damaged instead of starting empty, and sets it aside without deleting it", () => {
    const path = join(testFolder(), "packbench.db");
    writeFileSync(path, "this is not a database, it only has its name ".repeat(200));
    expect(openDatabase(path)).toMatchObject({ ok: false, failure: { kind: "storage-corrupt" } });
    const aside = setDatabaseAside(path, Date.UTC(2026, 10, 23));
    expect(existsSync(path)).toBe(false);
    expect(readFileSync(aside, "utf8")).toContain("this is not a database");
  });

  test.each([18, 19])("calls a file damaged whose header byte %i names a version that SQLite does not know", (at) => {
    const path = join(testFolder(), "packbench.db");
    const made = openDatabase(path);
    if (made.ok) made.value.close();
    const bytes = readFileSync(path);
    bytes.writeUInt8(9, at);
    writeFileSync(path, bytes);
    expect(openDatabase(path)).toMatchObject({ ok: false, failure: { kind: "storage-corrupt" } });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("names a folder that can't be written", () => {
    const folder = testFolder();
    writeFileSync(join(folder, "file"), "");
    expect(openDatabase(join(folder, "file", "packbench.db"))).toMatchObject({ ok: false, failure: { kind: "storage-unwritable" } });
    if (process.getuid?.() !== 0) {
      const locked = join(folder, "locked");
      mkdirSync(locked);
      chmodSync(locked, 0o500);
      expect(openDatabase(join(locked, "packbench.db"))).toMatchObject({ ok: false, failure: { kind: "storage-unwritable" } });
    }
  });

  test("is held by one station at a time, and free again when that one is killed", () => {
    const folder = testFolder();
    const first = lockFolder(folder);
    expect(first.ok).toBe(true);
    expect(lockFolder(folder)).toMatchObject({ ok: false, failure: { kind: "storage-in-use" } });
    if (first.ok) first.value.release();
    const script = `import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, "../../electron/store/database.ts"))};
      if (!lockFolder(${JSON.stringify(folder)}).ok) process.exit(3); process.kill(process.pid, "SIGKILL");`;
    expect(spawnSync(process.execPath, ["--input-type=module", "-e", script]).signal).toBe("SIGKILL");
    const again = lockFolder(folder);
    expect(again.ok).toBe(true);
    if (again.ok) again.value.release();
  });

  test("rolls a failed transaction back whole", () => {
    const database = opened(join(testFolder(), "packbench.db"));
    const insert = database.prepare("insert into sync_mark (name, value) values (?, ?)");
    expect(() =>
      database.transaction(() => {
        insert.run("a", "1");
        insert.run("a", "2");
      }),
    ).toThrow(/UNIQUE/);
    expect(database.prepare("select * from sync_mark").all()).toEqual([]);
  });

  test("makes backups that open, newest first", async () => {
    const database = opened(join(testFolder(), "packbench.db"));
    database.prepare("insert into sync_mark (name, value) values (?, ?)").run("kept", "yes");
    await createBackups({
      database,
      clock: systemClock,
      log: silentLog,
      freeBytes: () => Number.POSITIVE_INFINITY,
      note: () => {},
      onDamagedCopy: () => {},
    }).now();
    const [backup] = listBackups(database.path);
    const copy = opened(backup?.path ?? "");
    expect(copy.prepare("select * from sync_mark").all()).toEqual([{ name: "kept", value: "yes" }]);
    expect(backupPath(database.path, Date.UTC(2026, 10, 23, 9, 30))).toMatch(/backups.2026-11-23T09-30-00\.db$/);
  });

  test("lets nobody change or delete a journal line", () => {
    const database = opened(join(testFolder(), "packbench.db"));
    createJournal({ database, stationId: () => "Bench 1", packer: () => "03" }).add(
      { kind: "task-opened", ftNo: "FT1", parcelNo: null, before: null, after: null },
      1,
    );
    expect(() => database.exec("update journal set kind = 'other'")).toThrow(/append-only/);
    expect(() => database.exec("delete from journal")).toThrow(/append-only/);
  });
});
