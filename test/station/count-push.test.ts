import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { catchUp } from "../../electron/owed/catch-up.ts";
import { gatherWork } from "../../electron/owed/gather.ts";
import { startPracticeOms4 } from "../../electron/practice/practice-oms4.ts";
import { openCountBench } from "../fakes/count-bench.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";

const skus = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${String(index).padStart(3, "0")}`);

/** A finished count of so many products: the nth has n on the shelf. */
const countOf = async (rows: number, timeoutMs?: number) => {
  const oms4 = await startTestOms4();
  const bench = openCountBench(oms4.connection, undefined, undefined, timeoutMs);
  const names = skus(rows);
  bench.knows(...names.map((sku) => `BR01/${sku}`));
  bench.database.transaction(() => bench.scan("CMDCOUNT", ...names.flatMap((sku, index) => [sku, `CMDQTY${index}`]), "CMDFINISH"));
  const calls = () => oms4.told().map(({ body, committed }) => ({ rows: (body["inventory"] as unknown[]).length, committed }));
  /** Runs until nothing waits, jumping over the pauses between tries. */
  const drain = async (most = 60) => {
    for (let run = 0; run < most; run++) {
      const next = await bench.inventoryPush.run();
      if (next === null) return;
      bench.jump(Math.max(0, next - bench.clock.now()));
    }
    throw new Error("it never ends");
  };
  return { oms4, bench, names, calls, drain };
};
const stockOf = (names: readonly string[], but: readonly string[] = []) =>
  Object.fromEntries(names.flatMap((sku, index) => (but.includes(sku) ? [] : [[`BR01|${sku}`, index]])));

describe("a finished count goes to OMS4", () => {
  test("in calls of at most 200 rows, each product once, and what is gone as gone", async () => {
    const { oms4, bench, names, calls, drain } = await countOf(450);
    bench.scan("S000", "CMDGONE", "CMDFINISH");
    await drain();
    expect(calls()).toEqual([200, 200, 50].map((rows) => ({ rows, committed: true })));
    expect(oms4.inventory()).toEqual(stockOf(names, ["S000"]));
    expect(oms4.told().flatMap(({ body }) => (body["inventory"] as { na_ind?: number }[]).filter((row) => row.na_ind === 1))).toHaveLength(
      1,
    );
    expect(bench.view()).toMatchObject({ waiting: 0, failed: 0, sentToday: 450 });
    expect(oms4.violations()).toEqual([]);
    expect(bench.notes().filter(({ kind }) => kind === "count-sent")).toHaveLength(3);
  });

  test("two products with one SKU code of different brands stay apart", async () => {
    const oms4 = await startTestOms4();
    const bench = openCountBench(oms4.connection);
    bench.knows("BR01/SAME/4006381333931", "BR02/SAME/5901234123457");
    bench.scan("CMDCOUNT", "4006381333931", "3", "5901234123457", "8", "CMDFINISH");
    await bench.inventoryPush.run();
    expect(oms4.inventory()).toEqual({ "BR01|SAME": 3, "BR02|SAME": 8 });
    expect(oms4.violations()).toEqual([]);
  });

  test("counted again while the first is on its way, the newer number is what OMS4 has in the end", async () => {
    const { oms4, bench, drain } = await countOf(3);
    oms4.fault({ kind: "slow", ms: 150 }, { call: "updateInventory" });
    const first = bench.inventoryPush.run();
    bench.scan("S002", "77", "CMDFINISH");
    await first;
    await drain();
    expect(oms4.inventory()["BR01|S002"]).toBe(77);
    expect(bench.view()).toMatchObject({ waiting: 0, sentToday: 3 });
  });
});

describe("what goes wrong on the way", () => {
  test.each([
    ["the connection drops before OMS4 reads it", { kind: "drop" }],
    ["the connection drops after OMS4 took it", { kind: "drop", after: true }],
    ["half an answer", { kind: "half" }],
    ["a bare 500", { kind: "status", status: 500 }],
    ["429 with Retry-After", { kind: "throttle", retryAfter: "7" }],
    ["no answer in time", { kind: "hang" }],
    ["a sign-in page", { kind: "html" }],
  ] as const)("%s: it goes again until OMS4 has it", async (_words, fault) => {
    const { oms4, bench, names, drain } = await countOf(20, fault.kind === "hang" ? 500 : undefined);
    oms4.fault(fault, { call: "updateInventory", times: 2 });
    await drain();
    expect(oms4.inventory()).toEqual(stockOf(names));
    expect(bench.view()).toMatchObject({ waiting: 0, failed: 0, sentToday: 20 });
    expect(oms4.violations()).toEqual([]);
  });

  test("a refused batch is halved until the bad row is found: it stays with OMS4's words, the others go", async () => {
    const { oms4, bench, names, calls, drain } = await countOf(300);
    oms4.setBadRow("S123", { how: "refuse", words: "brand_sku_code S123 is not in your catalogue" });
    await drain();
    expect(oms4.inventory()).toEqual(stockOf(names, ["S123"]));
    expect(calls().length).toBeLessThanOrEqual(20);
    expect(bench.rows()).toEqual(["BR01/S123 123 failed"]);
    expect(bench.troubles.list()).toMatchObject([
      {
        source: "count",
        about: expect.stringContaining("S123"),
        failure: { detail: expect.stringContaining("not in your catalogue") },
        actions: ["retry", "discard"],
      },
    ]);
  });

  test("rows that OMS4 leaves out of its own count are found the same way", async () => {
    const { oms4, bench, names, drain } = await countOf(50);
    oms4.setBadRow("S007", { how: "leave-out" });
    oms4.setBadRow("S008", { how: "leave-out" });
    await drain();
    expect(oms4.inventory()).toEqual(stockOf(names, ["S007", "S008"]));
    expect(bench.view()).toMatchObject({ failed: 2, waiting: 0, sentToday: 48 });
  });

  test("a row that breaks OMS4 holds up no other, goes on being tried, and shows in trouble", async () => {
    const { oms4, bench, names } = await countOf(60);
    oms4.setBadRow("S031", { how: "break" });
    for (let run = 0; run < 60 && bench.troubles.list().length === 0; run++) {
      const next = await bench.inventoryPush.run();
      await bench.api.getTasks({ offset: 0, limit: 1 });
      bench.jump(Math.max(0, (next ?? 0) - bench.clock.now()));
    }
    expect(oms4.inventory()).toEqual(stockOf(names, ["S031"]));
    expect(bench.troubles.list()).toMatchObject([
      { id: "count:waiting", about: "1 row", failure: { kind: "oms4-trouble" }, actions: ["retry"] },
    ]);
    oms4.setBadRow("S031", null);
    expect(bench.troubles.act("count:waiting", "retry")).toMatchObject({ ok: true });
    await bench.inventoryPush.run();
    expect(oms4.inventory()["BR01|S031"]).toBe(31);
  });

  test("while OMS4 answers nobody, nothing is split and nothing is blamed on a row", async () => {
    const { oms4, bench, calls, drain } = await countOf(40);
    oms4.fault({ kind: "status", status: 503 }, { call: "*", times: 12 });
    await drain();
    expect(calls().every(({ rows }) => rows === 40)).toBe(true);
    expect(bench.view()).toMatchObject({ failed: 0, sentToday: 40 });
  });

  test("an OMS4 that refuses every row is not asked row by row", async () => {
    const { oms4, bench, calls, drain } = await countOf(400);
    oms4.fault({ kind: "envelope", code: "400", message: "inventory is managed elsewhere" }, { call: "updateInventory", times: null });
    await drain();
    expect(calls().length).toBeLessThan(40);
    expect(bench.view()).toMatchObject({ failed: 400, waiting: 0 });
    oms4.clearFaults();
    bench.scan("CMDRETRY");
    await drain();
    expect(bench.view()).toMatchObject({ failed: 0, waiting: 0, sentToday: 400 });
  });
});

describe("a refused row", () => {
  const refused = async () => {
    const set = await countOf(5);
    set.oms4.setBadRow("S003", { how: "refuse" });
    await set.drain();
    return set;
  };

  test("is corrected by scanning it again and keying its number", async () => {
    const { oms4, bench, drain } = await refused();
    expect(bench.scan("S003", "33")).toEqual(["item-ok", "item-ok"]);
    expect(bench.rows()).toEqual(["BR01/S003 33 counting"]);
    oms4.setBadRow("S003", null);
    bench.scan("CMDFINISH");
    await drain();
    expect(oms4.inventory()["BR01|S003"]).toBe(33);
    expect(bench.view()).toMatchObject({ failed: 0, waiting: 0 });
  });

  test("corrected and undone is refused still", async () => {
    const { bench } = await refused();
    bench.scan("CMDNEXT", "33", "CMDUNDO");
    expect(bench.rows()).toEqual(["BR01/S003 3 failed"]);
  });

  test("goes again with RETRY, on the count screen and in trouble", async () => {
    const { oms4, bench, drain } = await refused();
    expect(bench.scan("CMDRETRY")).toEqual(["command-ok"]);
    await drain();
    expect(bench.view().failed).toBe(1);
    oms4.setBadRow("S003", null);
    expect(bench.troubles.act(bench.troubles.list()[0]?.id ?? "", "retry")).toMatchObject({ ok: true });
    await drain();
    expect(oms4.inventory()["BR01|S003"]).toBe(3);
    expect(bench.scan("CMDRETRY")).toEqual(["command-refused"]);
  });

  test("is given up only by a person, and the journal knows it", async () => {
    const { bench, drain } = await refused();
    expect(bench.troubles.act(bench.troubles.list()[0]?.id ?? "", "discard")).toMatchObject({ ok: true });
    await drain();
    expect(bench.view()).toMatchObject({ failed: 0, waiting: 0 });
    expect(bench.troubles.list()).toEqual([]);
    const last = bench.notes().at(-1);
    expect(last?.kind).toBe("count-removed");
    expect(JSON.parse(last?.before ?? "")).toMatchObject({
      brandSkuCode: "S003",
      qty: 3,
      refused: expect.stringContaining("does not exist"),
    });
  });
});

test("the practice OMS4 takes a count like the real one", async () => {
  const practice = await startPracticeOms4({ file: join(testFolder(), "oms4.json"), clock: systemClock, log: silentLog });
  if (!practice.ok) throw new Error(practice.failure.detail);
  onTestFinished(() => practice.value.close());
  const bench = openCountBench(practice.value.connection);
  expect(await bench.pull.run()).toMatchObject({ ok: true });
  expect(bench.scan("CMDCOUNT", "LM-TEE-BLK-M", "12", "HL-SER-VC30", "CMDGONE", "CMDFINISH")).not.toContain("unknown-code");
  await bench.inventoryPush.run();
  expect(bench.view()).toMatchObject({ waiting: 0, failed: 0, sentToday: 2 });
});

test("what was finished offline is there after a restart and goes when OMS4 can be reached", async () => {
  const oms4 = await startTestOms4();
  await oms4.setOnline(false);
  const path = join(testFolder(), "packbench.db");
  const first = openCountBench(oms4.connection, path);
  first.knows("BR01/A", "BR01/B");
  first.scan("CMDCOUNT", "A", "4", "B", "5", "CMDFINISH", "A", "6", "CMDFINISH");
  await first.inventoryPush.run();
  expect(first.view()).toMatchObject({ waiting: 2 });
  first.close();
  const second = openCountBench(oms4.connection, path);
  await oms4.setOnline(true);
  await second.inventoryPush.run();
  expect(oms4.inventory()).toEqual({ "BR01|A": 6, "BR01|B": 5 });
  expect(oms4.told()).toHaveLength(1);
});

test("a restored backup sends no count over a newer one that went after it", async () => {
  const oms4 = await startTestOms4();
  const bench = openCountBench(oms4.connection);
  bench.knows("BR01/A");
  bench.scan("CMDCOUNT", "A", "5", "CMDFINISH");
  const backup = join(testFolder(), "packbench.db");
  expect(await bench.database.backup(backup)).toMatchObject({ ok: true });
  await bench.inventoryPush.run();
  bench.scan("A", "9", "CMDFINISH");
  await bench.inventoryPush.run();
  const later = gatherWork(bench.path, { kind: "since", at: 0 }, true);
  const restored = openCountBench(oms4.connection, backup);
  catchUp(restored.database, later.ok ? later.value : null, restored.clock.now());
  await restored.inventoryPush.run();
  expect(oms4.inventory()).toEqual({ "BR01|A": 9 });
  expect(restored.view()).toMatchObject({ waiting: 0, counting: 0 });
});
