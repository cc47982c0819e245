import { describe, expect, test } from "vitest";
import { readTask } from "../../electron/sync/read-task.ts";
import { startWalk, walkPages } from "../../electron/sync/paging.ts";
import { succeed } from "../../shared/failures.ts";
import { openTestSync } from "../fakes/oms4-sync.ts";
import { detailIdOf, startTestOms4 } from "../fakes/oms4.ts";

const counts = (sync: ReturnType<typeof openTestSync>) => sync.database.prepare<{ n: number }>("select count(*) as n from task").get()?.n;
const pullAll = async (sync: ReturnType<typeof openTestSync>) => {
  for (let pass = 0; pass < 20; pass++) {
    const result = await sync.pull.run();
    if (!result.ok) throw new Error(result.failure.detail);
    if (!result.value.more) return;
  }
};

describe("a pull", () => {
  test("stores every task once, over as many pages as there are, and the same pull again changes nothing", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 130; index++) oms4.addTask({ ftNo: `FT${1000 + index}`, lines: [{ sku: "A", qty: 2 }, { sku: "B" }] });
    const sync = openTestSync(oms4.connection);
    await pullAll(sync);
    expect(counts(sync)).toBe(130);
    expect(sync.heard).toHaveLength(130);
    sync.heard.length = 0;
    await pullAll(sync);
    await pullAll(sync);
    expect(sync.heard).toEqual([]);
    expect(sync.states().filter((state) => state === "task-activity pending")).toHaveLength(130);
    expect(oms4.violations()).toEqual([]);
  });

  test("brings a changed task after a restart, from a window that overlaps the last", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const first = openTestSync(oms4.connection);
    await pullAll(first);
    first.close();
    oms4.changeTask("FT1", { packing_instruction: "Gift" });
    const again = openTestSync(oms4.connection, { path: first.path });
    await pullAll(again);
    expect(again.tasks.get("FT1")?.task.packingInstruction).toBe("Gift");
    expect(again.heard).toEqual(["changed FT1"]);
  });

  test("sets one bad record aside with its reason and keeps the other 49", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 49; index++) oms4.addTask({ ftNo: `FT${index}`, lines: [{ sku: "A" }] });
    oms4.addRawTask({ ft_no: "BAD", status: "NEW", delivery_carrier: "J&T", task_details: "none" });
    const sync = openTestSync(oms4.connection);
    await pullAll(sync);
    expect(counts(sync)).toBe(49);
    expect(sync.setAside.list(10)).toMatchObject([{ source: "task", name: "BAD", failure: { kind: "answer-unreadable" } }]);
    expect(sync.setAside.list(10)[0]?.reason).toContain("task_details");
  });

  test("survives records that are no tasks at all, and lets a person give one up for good", async () => {
    const oms4 = await startTestOms4();
    for (const raw of [null, 7, "FT", [], {}, { ft_no: null }]) oms4.addRawTask(raw);
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await pullAll(sync);
    expect(counts(sync)).toBe(1);
    expect(sync.setAside.count()).toBe(6);
    for (const record of sync.setAside.list(10)) sync.setAside.discard(record.id);
    sync.jump(3_600_000);
    await pullAll(sync);
    expect(sync.setAside.count()).toBe(0);
  });

  test("takes a record back from aside once OMS4 has put it right", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }], raw: { task_details: [] } });
    const sync = openTestSync(oms4.connection);
    await pullAll(sync);
    expect(sync.setAside.count()).toBe(1);
    oms4.changeTask("FT1", { task_details: [{ task_detail_id: 1, brand_code: "B", brand_sku_code: "A" }] });
    await pullAll(sync);
    expect([sync.setAside.count(), counts(sync)]).toEqual([0, 1]);
  });

  test("takes a record back from aside that OMS4 sends as it was before, after a bad form of it in between", async () => {
    const oms4 = await startTestOms4();
    const good = [{ task_detail_id: 1, brand_code: "B", brand_sku_code: "A" }];
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }], raw: { task_details: good, updated_time: 1 } });
    const sync = openTestSync(oms4.connection);
    const asides: number[] = [];
    for (const details of [good, "none", good]) {
      oms4.core.changeTask("FT1", { task_details: details });
      Object.assign(oms4.core.task("FT1")?.raw ?? {}, { updated_time: 1 });
      await sync.pull.refresh(["FT1"]);
      asides.push(sync.setAside.count());
    }
    expect(asides).toEqual([0, 1, 0]);
  });

  test("finds a task that carries an old time, because it sweeps everything now and then", async () => {
    const oms4 = await startTestOms4();
    const sync = openTestSync(oms4.connection);
    await pullAll(sync);
    oms4.addTask({ ftNo: "OLD", lines: [{ sku: "A" }] });
    const old = oms4.core.task("OLD");
    if (old !== null) old.updatedAt = 1;
    for (let pull = 0; pull < 6; pull++) await pullAll(sync);
    expect(sync.heard).toEqual(["new OLD"]);
  });

  test("goes on where a dropped connection broke it off, and moves no mark before all is stored", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 120; index++) oms4.addTask({ ftNo: `FT${1000 + index}`, lines: [{ sku: "A" }] });
    oms4.fault({ kind: "drop" }, { call: "getTasks", skip: 1 });
    const sync = openTestSync(oms4.connection);
    expect(await sync.pull.run()).toMatchObject({ ok: false, failure: { kind: "answer-cut" } });
    expect(counts(sync)).toBe(50);
    await pullAll(sync);
    expect(counts(sync)).toBe(120);
  });

  test("hears cancellations of whole tasks and of lines, and their end", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }, { sku: "B" }] });
    oms4.addTask({ ftNo: "FT2", lines: [{ sku: "A" }, { sku: "B" }] });
    const sync = openTestSync(oms4.connection);
    await pullAll(sync);
    oms4.cancel("FT1");
    oms4.cancel("FT2", [detailIdOf("FT2", 1)]);
    await pullAll(sync);
    expect(sync.tasks.get("FT1")?.state).toBe("cancelled");
    expect(sync.tasks.get("FT2")?.state).toBe("waiting");
    expect(sync.cancellations.ofTask("FT2")).toMatchObject({ whole: false, detailIds: [detailIdOf("FT2", 1)] });
    expect(sync.heard.filter((words) => words.startsWith("cancelled")).toSorted()).toEqual(["cancelled FT1", "cancelled FT2"]);
  });

  test("knows a cancellation that came before its task, and one that a line's own status says", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    sync.ingest.cancellationPage([{ ct_no: "CT1", ft_no: "FT1", status: "NEW", task_details: [] }], 1);
    await pullAll(sync);
    expect(sync.tasks.get("FT1")?.state).toBe("cancelled");
    expect(sync.states()).toEqual([]);
    sync.ingest.taskPage(
      [
        {
          ft_no: "FT2",
          status: "NEW",
          delivery_carrier: "X",
          task_details: [{ task_detail_id: 5, order_item_status: "Canceled" }, { task_detail_id: 6 }],
        },
      ],
      2,
    );
    expect(sync.cancellations.ofTask("FT2")).toMatchObject({ whole: false, detailIds: ["5"] });
  });

  test("tells OMS4 of each packable task once that it was received, and of none that is over", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    oms4.addTask({ ftNo: "FT2", lines: [{ sku: "A" }], raw: { status: "SHIPPED" } });
    oms4.addTask({ ftNo: "FT3", lines: [{ sku: "A" }], raw: { status: "Cancelled" } });
    const sync = openTestSync(oms4.connection);
    await pullAll(sync);
    oms4.changeTask("FT1", { remark: 1 });
    await pullAll(sync);
    await sync.push.drain();
    expect(oms4.told().map(({ ftNo, description }) => `${ftNo} ${description}`)).toEqual(["FT1 Received at packing station Bench 1"]);
  });

  test("looks a scanned number up that was made a second ago, in any letter case, and knows what is none", async () => {
    const oms4 = await startTestOms4();
    const sync = openTestSync(oms4.connection);
    oms4.addTask({ ftNo: "FT77A", lines: [{ sku: "A" }] });
    expect(await sync.pull.lookUp("ft77a")).toEqual({ ok: true, value: true });
    expect(sync.tasks.get("FT77A")?.state).toBe("waiting");
    expect(await sync.pull.lookUp("FT99")).toEqual({ ok: true, value: false });
    expect(await sync.pull.lookUp("[a,b]")).toEqual({ ok: true, value: false });
    await oms4.setOnline(false);
    // The first may meet the cut connection, the next finds nobody
    await sync.pull.lookUp("FT98");
    expect(await sync.pull.lookUp("FT98")).toMatchObject({ ok: false, failure: { kind: "offline" } });
  });

  test("fetches open tasks again, five numbers a call", async () => {
    const oms4 = await startTestOms4();
    const numbers = Array.from({ length: 12 }, (_, index) => `FT${index}`);
    for (const ftNo of numbers) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    expect((await sync.pull.refresh(numbers)).ok).toBe(true);
    expect([counts(sync), oms4.asked()["getTasksByNo"]]).toEqual([12, 3]);
  });
});

describe("while somebody scans", () => {
  test("a sweep and the news leave air between their pages, and bring every task all the same", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 230; index++) oms4.addTask({ ftNo: `FT${1000 + index}`, lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection, { stands: true });
    sync.scanned();
    await pullAll(sync);
    expect([counts(sync), sync.airs]).toEqual([230, [150, 150, 150, 150]]);
    sync.airs.length = 0;
    for (let index = 0; index < 230; index++) oms4.changeTask(`FT${1000 + index}`, { packing_instruction: "Gift" });
    await pullAll(sync);
    expect([sync.heard.filter((news) => news.startsWith("changed")).length, sync.airs]).toEqual([230, [30, 30, 30, 30]]);
  });

  test("and leave none before the first scan, seconds after the last, or once the clock was set back", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 130; index++) oms4.addTask({ ftNo: `FT${1000 + index}`, lines: [{ sku: "A" }] });
    for (const jumpMs of [null, 3_500, -60_000]) {
      const sync = openTestSync(oms4.connection);
      if (jumpMs !== null) {
        sync.scanned();
        sync.jump(jumpMs);
      }
      await pullAll(sync);
      expect([counts(sync), sync.airs]).toEqual([130, []]);
    }
  });
});

describe("a walk through pages", () => {
  const walked = async (page: (offset: number) => { items: readonly unknown[]; totalCount: number | null }) => {
    const walk = startWalk();
    const taken: unknown[] = [];
    const offsets: number[] = [];
    const result = await walkPages({
      walk,
      mostPages: 100,
      fetchPage: async (offset) => {
        offsets.push(offset);
        return succeed(page(offset));
      },
      keyOf: String,
      take: (items) => taken.push(...items),
    });
    expect(result.ok && walk.finished).toBe(true);
    return { distinct: new Set(taken).size, offsets };
  };
  const rows = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

  test("ends on a short page", async () => {
    expect(await walked((offset) => ({ items: rows(offset, offset < 100 ? 50 : 7), totalCount: null }))).toEqual({
      distinct: 107,
      offsets: [0, 50, 100],
    });
  });
  test("ends on an empty page, and on the total", async () => {
    expect((await walked((offset) => ({ items: rows(offset, offset < 100 ? 50 : 0), totalCount: null }))).distinct).toBe(100);
    expect((await walked((offset) => ({ items: rows(offset, 50), totalCount: 100 }))).offsets).toEqual([0, 50]);
  });
  test("goes on past short pages of a server that caps them lower", async () => {
    expect((await walked((offset) => ({ items: rows(offset, Math.min(20, 107 - offset)), totalCount: 107 }))).distinct).toBe(107);
  });
  test("does not take a page's own count for the total", async () => {
    expect(
      (await walked((offset) => ({ items: rows(offset, offset < 100 ? 50 : 3), totalCount: offset < 100 ? 50 : 3 }))).distinct,
    ).toBeGreaterThanOrEqual(100);
  });
  test("ends when a server that ignores the offset says the same page again", async () => {
    expect(await walked(() => ({ items: rows(0, 50), totalCount: null }))).toEqual({ distinct: 50, offsets: [0, 50] });
  });
  test("misses nothing that is added in front while it walks", async () => {
    let added = 0;
    const result = await walked((offset) => {
      added += 3;
      return { items: rows(-added, 200 + added).slice(offset, offset + 50), totalCount: null };
    });
    expect(result.distinct).toBeGreaterThanOrEqual(200);
  });
});

test("the fake's own task is what the reader makes of it", async () => {
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT1", way: "own", lines: [{ sku: "A" }] });
  const read = readTask(oms4.core.task("FT1")?.raw);
  expect(read).toMatchObject({ ok: true, task: { way: "own", availableCarriers: [{ id: "301" }, { id: "302" }] } });
});
