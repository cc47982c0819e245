import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { readTask } from "../../electron/sync/read-task.ts";
import type { Fault } from "../fakes/oms4-faults.ts";
import { pageFaultKinds, wrongValues } from "../fakes/oms4-pages.ts";
import { startOms4 } from "../fakes/oms4-running.ts";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { detailIdOf, startTestOms4, type TestOms4 } from "../fakes/oms4.ts";
import { makeTestTask } from "../fakes/oms4-tasks.ts";

/** One pass reads at most 20 pages of a list, by its window and by its sweep, of two lists; buyers' requests come on top. */
const CALLS_A_PASS = 90;
/** A list without end is given up long before. */
const PASSES_AT_MOST = 40;

const askedSum = (oms4: TestOms4): number => Object.values(oms4.asked()).reduce((sum, count) => sum + count, 0);

/** Pulls until nothing more is said to come; throws where that takes for ever. */
const pullToEnd = async (sync: TestSync, oms4: TestOms4): Promise<void> => {
  for (let pass = 0; pass < PASSES_AT_MOST; pass++) {
    const before = askedSum(oms4);
    const result = await sync.pull.run();
    expect(askedSum(oms4) - before).toBeLessThanOrEqual(CALLS_A_PASS);
    if (!result.ok || !result.value.more) return;
  }
  throw new Error(`the pull did not end within ${PASSES_AT_MOST} passes`);
};

const linesOf = (task: unknown): unknown => {
  const { details, ...rest } = task as { details: readonly { gone?: boolean; earlier?: unknown }[] };
  // A line that was there once, by a wrong page, is kept as one that is no more, and so is a quantity
  return { ...rest, details: details.flatMap((line) => (line.gone === true ? [] : [{ ...line, earlier: undefined }])) };
};

/** Where the station's picture differs from OMS4's, in words. */
const differences = (sync: TestSync, oms4: TestOms4): readonly string[] =>
  oms4.core.state.tasks.flatMap(({ raw }) => {
    const meant = readTask(raw);
    if (!meant.ok) return [];
    const { ftNo, details } = meant.task;
    const stored = sync.tasks.get(ftNo);
    if (stored === null) return [`${ftNo} is not stored`];
    const taken = oms4.core.state.cancellations.filter((one) => one.raw.ft_no === ftNo).flatMap(({ detailIds }) => detailIds);
    const held = sync.cancellations.ofTask(ftNo);
    const heldIds = held === null ? [] : held.whole ? details.map(({ detailId }) => detailId) : held.detailIds;
    const isOver = meant.allCancelled || (taken.length > 0 && details.every(({ detailId }) => taken.includes(detailId)));
    const state = isOver ? "cancelled" : "waiting";
    return [
      ...(JSON.stringify(linesOf(stored.task)) === JSON.stringify(linesOf(meant.task)) ? [] : [`${ftNo} is stored otherwise`]),
      ...(JSON.stringify([...new Set(heldIds)].toSorted()) === JSON.stringify([...new Set(taken)].toSorted())
        ? []
        : [`of ${ftNo} the lines ${taken.join(" ")} are cancelled, the station has ${heldIds.join(" ")}`]),
      ...(stored.state === state ? [] : [`${ftNo} is ${stored.state}, at OMS4 ${state}`]),
    ];
  });

describe("poison", () => {
  test("each field of a task and of its lines with each kind of wrong value: the good ones beside it are stored, and the pull ends", async () => {
    const oms4 = await startTestOms4();
    const { raw } = makeTestTask({ ftNo: "FT0", lines: [{ sku: "A", qty: 2, barcode: "400" }, { sku: "B" }] }, systemClock.now());
    let count = 0;
    const add = (change: Readonly<Record<string, unknown>>): void => {
      count += 1;
      oms4.addRawTask({ ...raw, ft_no: `BAD${count}`, ...change });
      if (count % 10 === 0) oms4.addTask({ ftNo: `GOOD${count}`, lines: [{ sku: "A", qty: 2 }] });
    };
    for (const field of [...Object.keys(raw), "__proto__", "constructor"])
      for (const value of wrongValues) add(Object.fromEntries([[field, value]]));
    const [line = {}] = raw.task_details as unknown as Record<string, unknown>[];
    for (const field of [...Object.keys(line), "ft_detail_id", "barcodes", "image_url", "weight"])
      for (const value of wrongValues) add({ task_details: [{ ...line, [field]: value }] });
    for (const value of wrongValues) oms4.addRawTask(value);
    const sync = openTestSync(oms4.connection, { timeoutMs: 20_000 });
    await pullToEnd(sync, oms4);
    expect(count).toBeGreaterThan(1_000);
    expect(differences(sync, oms4)).toEqual([]);
    // Again, from the first page to the last: nothing is news any more, but where two records now go by one number
    const heard = sync.heard.length;
    const again = openTestSync(oms4.connection, { path: sync.path, timeoutMs: 20_000 });
    await pullToEnd(again, oms4);
    expect(again.heard.filter((words) => /FT|GOOD|BAD/.test(words))).toEqual([]);
    expect(heard).toBeGreaterThan(count / 2);
  });

  test("each field of a cancellation with each kind of wrong value: the right ones beside it hold, and the pull ends", async () => {
    const oms4 = await startTestOms4();
    let count = 0;
    const add = (change: Readonly<Record<string, unknown>>): void => {
      count += 1;
      const ftNo = `FT${count}`;
      oms4.addTask({ ftNo, lines: [{ sku: "A" }, { sku: "B" }] });
      oms4.cancel(ftNo, [detailIdOf(ftNo, 0)]);
      const held = oms4.core.state.cancellations.at(-1);
      if (held === undefined) throw new Error("nothing was cancelled");
      const bad = { ...held, detailIds: [], raw: { ...held.raw, ct_no: `BAD${count}`, ft_no: `NONE${count}`, ...change } };
      oms4.core.state.cancellations.splice(-1, 0, bad as typeof held);
    };
    const [first] = ((): readonly Record<string, unknown>[] => {
      add({});
      return oms4.core.state.cancellations.map(({ raw }) => raw);
    })();
    for (const field of Object.keys(first ?? {})) for (const value of wrongValues) add({ [field]: value });
    for (const field of ["ft_detail_id", "seller_sku_code", "brand_code", "brand_sku_code", "qty"])
      for (const value of wrongValues) add({ task_details: [{ ft_detail_id: 1, [field]: value }] });
    const sync = openTestSync(oms4.connection, { timeoutMs: 20_000 });
    await pullToEnd(sync, oms4);
    expect(count).toBeGreaterThan(200);
    expect(differences(sync, oms4)).toEqual([]);
  });
});

const faultArbitrary: fc.Arbitrary<Readonly<{ fault: Fault; call: "getTasks" | "getCancellations"; times: number; skip: number }>> =
  fc.record({
    fault: fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom(...pageFaultKinds.filter((kind) => kind !== "big")), seed: fc.string() }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constantFrom("drop", "half", "empty", "garbage", "html", "status", "throttle", "redirect") }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("date" as const), ms: fc.integer({ min: -500_000, max: 500_000 }) }) },
    ) as fc.Arbitrary<Fault>,
    call: fc.constantFrom("getTasks", "getTasks", "getCancellations"),
    times: fc.integer({ min: 1, max: 6 }),
    skip: fc.integer({ min: 0, max: 3 }),
  });
/** What happens at OMS4 between two pulls. */
const eventArbitrary = fc.oneof(
  fc.record({ does: fc.constant("add" as const), count: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ does: fc.constant("change" as const), which: fc.nat() }),
  fc.record({ does: fc.constant("cancel" as const), which: fc.nat(), whole: fc.boolean() }),
);

describe("an adversary between the station and OMS4", () => {
  test("replays, reorders, doubles, leaves out, lies and poisons: every pull ends, and after a clean one both have the same picture", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(eventArbitrary, { maxLength: 4 }), fc.array(faultArbitrary, { maxLength: 4 })), {
          minLength: 1,
          maxLength: 5,
        }),
        async (rounds) => {
          const oms4 = await startOms4({ port: 0, clock: systemClock, splitLabelMs: 0, labels: "tiny" });
          const sync = openTestSync(oms4.connection, { timeoutMs: 5_000 });
          const ftNos: string[] = [];
          const add = (): void => {
            const ftNo = `FT${ftNos.length}`;
            ftNos.push(ftNo);
            oms4.addTask({ ftNo, lines: [{ sku: "A", qty: 2 }, { sku: "B" }] });
          };
          try {
            for (let count = 0; count < 60; count++) add();
            await pullToEnd(sync, oms4);
            for (const [events, faults] of rounds) {
              for (const event of events) {
                if (event.does === "add") for (let count = 0; count < event.count; count++) add();
                else {
                  const ftNo = ftNos[event.which % ftNos.length] ?? "";
                  if (event.does === "change") oms4.changeTask(ftNo, { packing_instruction: `Gift ${event.which}` });
                  else oms4.cancel(ftNo, event.whole ? [] : [detailIdOf(ftNo, 0)]);
                }
              }
              for (const { fault, ...where } of faults) oms4.fault(fault, where);
              await pullToEnd(sync, oms4);
              await pullToEnd(sync, oms4);
            }
            oms4.clearFaults();
            sync.close();
            // A new start sweeps over everything
            const clean = openTestSync(oms4.connection, { path: sync.path });
            await pullToEnd(clean, oms4);
            expect(differences(clean, oms4)).toEqual([]);
            clean.close();
          } finally {
            sync.close();
            await oms4.close();
          }
        },
      ),
      { numRuns: 60, endOnFailure: false },
    );
  });

  test("the same page for ever ends, with a true number of records, a lie and none", async () => {
    for (const total_count of [undefined, 1_000_000, 50, 0, null, "many"]) {
      const oms4 = await startTestOms4();
      for (let index = 0; index < 120; index++) oms4.addTask({ ftNo: `FT${index}`, lines: [{ sku: "A" }] });
      const sync = openTestSync(oms4.connection);
      await pullToEnd(sync, oms4);
      const restarted = openTestSync(oms4.connection, { path: sync.path });
      oms4.fault({ kind: "endless" }, { call: "getTasks", times: null });
      if (total_count !== undefined) oms4.fault({ kind: "total", seed: String(total_count) }, { call: "getTasks", times: 3 });
      await pullToEnd(restarted, oms4);
      expect(differences(restarted, oms4)).toEqual([]);
    }
  });

  test("a page of 10 MB and one with a record nested 20,000 deep: the others of their page are stored", async () => {
    for (const kind of ["big", "deep"] as const) {
      const oms4 = await startTestOms4();
      for (let index = 0; index < 60; index++) oms4.addTask({ ftNo: `FT${index}`, lines: [{ sku: "A" }] });
      oms4.fault({ kind }, { call: "getTasks", times: null });
      const sync = openTestSync(oms4.connection, { timeoutMs: 20_000 });
      await pullToEnd(sync, oms4);
      const missing = oms4.core.state.tasks.map(({ raw }) => raw.ft_no).filter((ftNo) => sync.tasks.get(ftNo) === null);
      // The first of each page carries the poison
      expect(
        missing.filter((ftNo) => !["FT0", "FT50"].includes(ftNo)),
        kind,
      ).toEqual([]);
      oms4.clearFaults();
      const clean = openTestSync(oms4.connection, { path: sync.path });
      await pullToEnd(clean, oms4);
      expect(differences(clean, oms4)).toEqual([]);
    }
  });
});
