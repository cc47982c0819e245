import { copyFileSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { runOwed } from "../../electron/owed/command.ts";
import { createCancellationStore } from "../../electron/store/cancellations.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { createStopStore } from "../../electron/store/stops.ts";
import { openTestStation } from "../fakes/open-station.ts";
import { startTestOms4, type TestOms4 } from "../fakes/oms4.ts";
import { until } from "../fakes/until.ts";

const openBench = async (oms4: TestOms4, name: string) => {
  const bench = await openTestStation(oms4, { name });
  await until(() => bench.snapshot().waiting.count === 1, "the task");
  const { handlers } = bench.station;
  return {
    ...bench,
    move: async () => handlers["owed.move"]({}),
    take: async (file: string) => handlers["owed.take"]({ name: file }),
    folder: async (): Promise<string> => {
      const state = await handlers["disk.state"]({});
      if (!state.ok) throw new Error(state.failure.detail);
      return join(state.value.owed.folder, "owed");
    },
  };
};

const benchBusy = { ok: false, failure: { kind: "not-now", detail: expect.stringContaining("Finish or leave") } };

const oms4WithTask = async (): Promise<TestOms4> => {
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT001", lines: [{ sku: "A", qty: 2 }] });
  return oms4;
};

test("a task that is scanned while the station gets ready to give its work away is not given away below the packer's hands", async () => {
  const { move, scan } = await openBench(await oms4WithTask(), "Bench 1");
  const moving = move();
  expect(scan("FT001", "A")).toEqual(["task-opened", "item-ok"]);
  expect(await moving).toMatchObject(benchBusy);
  expect(scan("A")).toEqual(["task-done"]);
});

test("another station's work is not taken over below a task on the bench: after LEAVE it is, and only what is missing is packed", async () => {
  const oms4 = await oms4WithTask();
  const [old, next] = [await openBench(oms4, "Bench 1"), await openBench(oms4, "Bench 2")];
  expect(old.scan("FT001", "A", "CMDCLOSE")).toEqual(["task-opened", "item-ok", "command-ok"]);
  const moved = await old.move();
  if (!moved.ok) throw new Error(moved.failure.detail);
  const file = basename(moved.value.path);
  const folder = await next.folder();
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(dirname(moved.value.path), file), join(folder, file));

  expect(next.scan("FT001")).toEqual(["task-opened"]);
  expect(await next.take(file)).toMatchObject(benchBusy);
  expect(next.scan("CMDCLOSE")).toEqual(["command-ok"]);
  expect(await next.take(file)).toMatchObject({ ok: true });
  expect(next.scan("FT001", "A")).toEqual(["task-opened", "task-done"]);
});

test("a cancellation that came just before the other station died stops its parcel here as soon as the work is taken over", async () => {
  const oms4 = await oms4WithTask();
  const [dead, next] = [await openBench(oms4, "Bench 1"), await openBench(oms4, "Bench 2")];
  await oms4.setOnline(false);
  expect(dead.scan("FT001", "A", "A")).toEqual(["task-opened", "item-ok", "task-done"]);
  const [parcel] = dead.snapshot().lastParcels;
  await dead.station.stop();
  const dataFolder = dirname(dead.labels);
  const opened = openDatabase(join(dataFolder, "packbench.db"));
  if (!opened.ok) throw new Error(opened.failure.detail);
  const database = opened.value;
  database.transaction(() => {
    const cancellation = { ctNo: "CT1", ftNo: "FT001", status: "CREATED", whole: true, detailIds: [], updatedAt: 1, raw: "{}" };
    createCancellationStore({ database }).ingest(cancellation, 1);
    createStopStore({ database }).markUnsettled("FT001");
  });
  database.close();
  const folder = await next.folder();
  mkdirSync(folder, { recursive: true });
  const name = "bench-1.packbench-owed";
  expect(await runOwed(["export", "--data-dir", dataFolder, "--to", join(folder, name)], 2)).toMatchObject({ code: 0 });

  expect(await next.take(name)).toMatchObject({ ok: true });
  expect(next.snapshot().troubles).toMatchObject([{ id: `stop:${parcel?.parcelNo}`, failure: { kind: "parcel-cancelled" } }]);
});
