import { expect, test } from "vitest";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { join } from "node:path";
import { testFolder } from "../fakes/folder.ts";

/** What the crash test found, told without a crash. */
const item = (sku: string, qty = 1) => detailOf(`D-${sku}`, sku, qty);

test("a task opened again stays on the bench through a restart, though OMS4 calls it packed after our own report", () => {
  const path = join(testFolder(), "packbench.db");
  const task = taskOf("FT1", [item("A"), item("B")]);
  const bench = openTestDesk(path);
  bench.store(task);
  expect(["FT1", "A", "B"].map(bench.scan)).toEqual(["task-opened", "item-ok", "task-done"]);
  for (const { id } of bench.stores.outbox.openOfTask("FT1")) bench.stores.outbox.markDone(id, 0);
  expect(bench.scan("CMDUNDO")).toBe("command-ok");
  bench.store({ ...task, status: "PACKED" });
  const again = openTestDesk(path);
  again.desk.restore();
  expect(again.scan("B")).toBe("task-done");
});

test("a task opened again, emptied and put aside can still be packed, though OMS4 calls it packed after our own report", () => {
  const bench = openTestDesk();
  const task = taskOf("FT1", [item("A")]);
  bench.store(task);
  ["FT1", "A"].forEach(bench.scan);
  for (const { id } of bench.stores.outbox.openOfTask("FT1")) bench.stores.outbox.markDone(id, 0);
  expect(["CMDUNDO", "CMDCLOSE"].map(bench.scan)).toEqual(["command-ok", "command-ok"]);
  bench.store({ ...task, status: "PACKED" });
  expect(["FT1", "A"].map(bench.scan)).toEqual(["task-opened", "task-done"]);
});

test("a task that was begun here and packed elsewhere is not packed twice", () => {
  const bench = openTestDesk();
  const task = taskOf("FT1", [item("A"), item("B")]);
  bench.store(task);
  ["FT1", "A", "CMDCLOSE"].forEach(bench.scan);
  bench.store({ ...task, status: "PACKED" });
  expect(bench.scan("FT1")).toBe("done-already");
});
