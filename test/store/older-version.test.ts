import { join } from "node:path";
import { expect, test } from "vitest";
import { catchUp } from "../../electron/owed/catch-up.ts";
import { gatherWork } from "../../electron/owed/gather.ts";
import { restoreWithWork } from "../../electron/owed/restore.ts";
import { backupPath, listBackups } from "../../electron/store/database-files.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { migrations } from "../../electron/store/migrations.ts";
import { createOutbox } from "../../electron/store/outbox.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";

const AT = Date.UTC(2026, 10, 23, 15);
const MADE_AT = Date.UTC(2026, 10, 23, 8);

/** A database as the first version left it: FT1 told something to OMS4 after the backup was made, and that still waits. */
const firstVersion = async () => {
  const path = join(testFolder(), "packbench.db");
  const opened = openDatabase(path, migrations.slice(0, 1));
  if (!opened.ok) throw new Error(opened.failure.detail);
  const database = opened.value;
  database.exec("insert into identity (one, install_id) values (1, 'OLD')");
  const task = JSON.stringify(taskOf("FT1", [detailOf("D1", "A")]));
  database
    .prepare(
      `insert into task (ft_no, order_no, status, way, state, task, raw, first_seen_at, changed_at, units)
       values ('FT1', 'ORD-FT1', 'NEW', 'single', 'waiting', ?, ?, 1, 1, 1)`,
    )
    .run(task, task);
  expect(await database.backup(backupPath(path, MADE_AT))).toMatchObject({ ok: true });
  database.transaction(() =>
    createOutbox({ database }).add({ ftNo: "FT1", parcelNo: null, call: "task-activity", body: { words: "held" }, urgent: true }, AT - 1),
  );
  database.close();
  return path;
};

test("what is owed is read out of a file of the first version", async () => {
  const work = gatherWork(await firstVersion(), { kind: "owed" }, true);
  expect(work).toMatchObject({ ok: true, value: { schema: 1, aliases: null, notWhole: [] } });
  if (work.ok) expect([work.value.rows.outbox.length, work.value.rows.task.length]).toEqual([1, 1]);
});

test("a backup of the first version that takes the place of such a file gets back what was decided since", async () => {
  const path = await firstVersion();
  const restored = restoreWithWork(path, { name: listBackups(path)[0]?.name ?? "", at: AT, why: "damaged", stationId: "Bench 1" });
  expect(restored).toMatchObject({ ok: true, value: { words: expect.stringContaining("1 messages") } });
  const bench = openTestDesk(path);
  expect(bench.stores.outbox.openOfTask("FT1")).toMatchObject([{ call: "task-activity", ambiguous: true }]);
  expect(bench.database.check()).toBeNull();
});

test("an own label that an older version knew to bear an old address is still one, and the newer label ends that", () => {
  const path = join(testFolder(), "packbench.db");
  const opened = openDatabase(path, migrations.slice(0, 10));
  if (!opened.ok) throw new Error(opened.failure.detail);
  opened.value.exec(`
    insert into print_job (parcel_no, ft_no, document, copy, printer, state, settled, created_at, changed_at)
      values ('P1', 'FT1', 'own-label', 1, 'folder:/labels', 'printed', 1, 10, 11), ('P1', 'FT1', 'own-label', 2, 'folder:/labels', 'queued', 0, 30, 30);
    insert into parcel_stop (parcel_no, ft_no, kind, words, at) values ('P1', 'FT1', 'relabel', 'Its label bears the old address', 20);`);
  opened.value.close();
  const bench = openTestDesk(path);
  expect(bench.stores.stops.hasOldLabel("P1")).toBe(true);
  bench.printed();
  expect([bench.stores.stops.hasOldLabel("P1"), bench.stores.stops.open(9)]).toEqual([false, []]);
});

test("a label that went out of force after the backup stays so, though nothing of its task is packed", async () => {
  const path = join(testFolder(), "packbench.db");
  const bench = openTestDesk(path);
  bench.store(taskOf("FT1", [detailOf("D1", "A")]));
  bench.label("FT1", "JT000000001");
  expect(await bench.database.backup(backupPath(path, MADE_AT))).toMatchObject({ ok: true });
  bench.database.transaction(() => bench.stores.labels.numberNamed({ ftNo: "FT1", parcelNo: null }, "JT000000002", AT - 1));
  bench.database.close();
  expect(restoreWithWork(path, { name: listBackups(path)[0]?.name ?? "", at: AT, why: "replaced", stationId: "B" }).ok).toBe(true);
  const again = openTestDesk(path);
  expect(again.stores.labels.forTask("FT1")?.outOfForce).toBe(true);
  ["FT1", "A"].forEach(again.scan);
  expect(again.prints()).toEqual([]);
});

test("a code's later meaning wins over the backup's, also where not all of the later file's codes could be read", async () => {
  const row = (brandSkuCode: string) => ({ barcode: "CODE1", brandCode: "BR01", brandSkuCode, quantity: 1 });
  const later = openTestDesk();
  later.database.transaction(() => later.stores.aliases.teach(row("NEW"), { packer: null, at: AT }));
  const work = gatherWork(later.database.path, { kind: "since", at: 0 }, true);
  if (!work.ok) throw new Error(work.failure.detail);
  const backup = openTestDesk();
  backup.database.transaction(() => {
    backup.stores.aliases.writeComing([row("OLD")], { source: "imported", packer: null, at: 1 });
    backup.stores.aliases.bringIn();
  });
  backup.stores.aliases.inForce();
  catchUp(backup.database, { ...work.value, notWhole: ["alias"] }, AT);
  expect(backup.stores.aliases.of("CODE1")?.brandSkuCode).toBe("NEW");
});
