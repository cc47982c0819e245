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

test("a label that a person sends to another printer while the old one makes it ready leaves the old one's hands", () => {
  const { printJobs } = openTestDesk().stores;
  const id =
    printJobs.add(
      { parcelNo: "PB1", ftNo: "FT1", document: "own-label", copy: 1, reason: null, labelId: null, printer: "folder:/old" },
      0,
    ) ?? 0;
  const [old, other] = [
    { id, labelId: null, printer: "folder:/old" },
    { id, labelId: null, printer: "folder:/new" },
  ];
  const step = { deviceRef: null, failure: null, settled: false, attempts: 1, nextAt: 0 } as const;
  expect(printJobs.climb(old, { ...step, state: "failed" }, 1)).toBe(true);
  expect(printJobs.retry(id, 2, "folder:/new")).toBe(true);
  expect(printJobs.climb(old, { ...step, state: "sent" }, 3)).toBe(false);
  expect(printJobs.climb(other, { ...step, state: "sent" }, 4)).toBe(true);
});
