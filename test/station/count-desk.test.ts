import { expect, test } from "vitest";
import { fail } from "../../shared/failures.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

const openBench = () => {
  const bench = openTestDesk();
  bench.store(taskOf("FT1", [detailOf("D1", "MUG", 2), detailOf("D2", "BAG")]));
  return bench;
};

test("counting and packing take turns at one bench: a scan means one thing only", () => {
  const bench = openBench();
  expect(["FT1", "CMDCOUNT", "MUG", "CMDCLOSE"].map(bench.scan)).toEqual(["task-opened", "command-refused", "item-ok", "command-ok"]);
  expect(["CMDCOUNT", "MUG", "FT1", "CMDHANDOVER"].map(bench.scan)).toEqual([
    "command-ok",
    "item-ok",
    "command-refused",
    "command-refused",
  ]);
  expect(bench.desk.state().activity).toBe("counting");
  expect(["CMDCOUNT", "CMDHANDOVER", "CMDCOUNT", "CMDHANDOVER"].map(bench.scan)).toEqual([
    "command-ok",
    "command-ok",
    "command-refused",
    "command-ok",
  ]);
  expect(["FT1", "MUG", "BAG"].map(bench.scan)).toEqual(["task-opened", "item-ok", "task-done"]);
  expect(bench.counting.view(0)).toMatchObject({ running: false, counting: 1 });
});

test("QUANTITY counts up to 999,999 and packs 1 to 9,999", () => {
  const bench = openBench();
  expect(["FT1", "CMDQTY0", "CMDQTY10000", "CMDQTY2", "MUG"].map(bench.scan)).toEqual([
    "task-opened",
    "command-refused",
    "command-refused",
    "command-ok",
    "item-ok",
  ]);
  expect(["CMDCLOSE", "CMDCOUNT", "BAG", "CMDQTY0", "CMDQTY999999"].map(bench.scan)).toEqual([
    "command-ok",
    "command-ok",
    "item-ok",
    "item-ok",
    "item-ok",
  ]);
});

test("a finished count leaves work to send, and a refused row is a trouble with RETRY and DISCARD", () => {
  const bench = openBench();
  ["CMDCOUNT", "MUG", "CMDFINISH"].map(bench.scan);
  expect(bench.work).toContain("desk");
  const [row] = bench.stores.counts.due(Number.MAX_SAFE_INTEGER, 200);
  bench.stores.counts.markFailed(row?.id ?? 0, fail("oms4-refused", "no such SKU").failure, 1);
  expect(["CMDTROUBLE", "CMDRETRY"].map(bench.scan)).toEqual(["command-ok", "command-ok"]);
  expect(bench.counting.view(0)).toMatchObject({ failed: 0, waiting: 1 });
});

test("what lies on a full disk is not shown as counted", () => {
  const bench = openBench();
  bench.scan("CMDCOUNT");
  bench.database.exec("create trigger disk_full before insert on count_step begin select raise(abort, 'database or disk is full'); end");
  expect(bench.scan("MUG")).toBe("scan-refused");
  expect(bench.counting.view(0)).toMatchObject({ counting: 0, marked: null });
  bench.database.exec("drop trigger disk_full");
  expect(bench.scan("MUG")).toBe("item-ok");
  expect(bench.counting.view(0).marked).toMatchObject({ qty: 1 });
});
