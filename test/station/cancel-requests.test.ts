import { describe, expect, test } from "vitest";
import { createIngest } from "../../electron/sync/ingest.ts";
import type { CancelRequest } from "../../electron/sync/schemas.ts";
import { openTestDesk } from "../fakes/desk.ts";
import { openReportBench } from "../fakes/report-bench.ts";

const openBench = () => {
  const bench = openTestDesk();
  const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1" });
  ingest.taskPage(
    [
      {
        ft_no: "FT1",
        status: "NEW",
        allow_ft_split: 0,
        delivery_carrier: "J&T",
        task_details: [{ task_detail_id: "1", brand_code: "BR01", brand_sku_code: "A", qty: 2 }],
      },
    ],
    1,
  );
  const answer = (...requests: readonly Readonly<{ at: number | null; open: boolean; result?: string }>[]): void => {
    const told = requests.map(({ at, open, result = "" }) => ({
      ftNo: "FT1",
      requestedAt: at,
      repliedAt: open ? null : Date.UTC(2030, 1, 1),
      result,
      open,
      items: [],
    }));
    for (const ftNo of ingest.cancelRequests(told, ["FT1"], 7).cancelled) bench.desk.taskNews(ftNo);
  };
  return { ...bench, answer };
};

describe("a buyer's request that was open", () => {
  test.each([
    ["closed under another time", [{ at: 1_800_000_000_000, open: false, result: "REJECTED" }]],
    ["closed without a time", [{ at: null, open: false, result: "REJECTED" }]],
  ])("is over when it is %s: packing goes on", (_name, closed) => {
    const bench = openBench();
    expect(["FT1", "A"].map(bench.scan)).toEqual(["task-opened", "item-ok"]);
    bench.answer({ at: 1_790_000_000_000, open: true });
    expect(bench.scan("A")).toBe("on-hold");
    bench.answer(...closed);
    expect(bench.scan("A")).toBe("task-done");
  });

  test("and of which OMS4 tells nothing any more is for a person to release, and holds again when it is open again", () => {
    const bench = openBench();
    bench.answer({ at: 1_790_000_000_000, open: true });
    expect(bench.scan("FT1")).toBe("on-hold");
    expect(bench.scan("CMDRELEASE")).toBe("on-hold");
    bench.answer();
    expect(["FT1", "CMDRELEASE"].map(bench.scan)).toEqual(["on-hold", "task-opened"]);
    bench.answer();
    expect(bench.scan("A")).toBe("item-ok");
    bench.answer({ at: 1_790_000_000_000, open: true });
    expect(bench.scan("A")).toBe("on-hold");
  });
});

describe("a request granted for some units", () => {
  const HOUR = 3_600_000;
  const NOON = Date.UTC(2026, 10, 23, 12);
  /**
   * A task of five of item A, here since eight o'clock; what OMS4 says is said at noon unless a time is given. Times are OMS4's;
   * `aheadMs`: this PC's clock is that far ahead of it.
   */
  const openFive = (aheadMs = 0) => {
    const bench = openTestDesk();
    const oms4Time = (at: number): number => at - aheadMs;
    const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1", oms4Time });
    const ordered = (qty: number, at = NOON): void =>
      void ingest.taskPage(
        [
          {
            ft_no: "FT1",
            status: "NEW",
            delivery_carrier: "J&T",
            task_details: [{ task_detail_id: "1", brand_code: "BR01", brand_sku_code: "A", qty }],
          },
        ],
        at + aheadMs,
      );
    const told = (more: Partial<CancelRequest>, at = NOON): void =>
      void ingest.cancelRequests(
        [
          {
            ftNo: "FT1",
            requestedAt: NOON - 2 * HOUR,
            repliedAt: NOON - HOUR,
            result: "Approved",
            open: false,
            items: [{ detailId: "1", qty: 2 }],
            ...more,
          },
        ],
        ["FT1"],
        at + aheadMs,
      );
    ordered(5, NOON - 4 * HOUR);
    /** Scans A until the task is done or refused; how many went in. */
    const packs = (): number => {
      expect(bench.scan("FT1")).toBe("task-opened");
      for (let units = 1; units <= 6; units++) {
        const kind = bench.scan("A");
        if (kind === "task-done") return units;
        expect(kind).toBe("item-ok");
      }
      return Number.NaN;
    };
    return { ...bench, ordered, told, packs };
  };
  const asked = { open: true, result: "", repliedAt: null };

  test("takes them once, however often and in whatever words OMS4 tells of it", () => {
    const bench = openFive();
    bench.told(asked);
    bench.told({ repliedAt: null });
    bench.told({});
    bench.told({ result: "APPROVED" });
    expect(bench.packs()).toBe(3);
  });

  test.each([
    ["it was open, and the line is cut in the same pull", [asked], true],
    ["it was open, and the line is never cut", [asked], false],
    ["it was seen with its answer only, and the line was cut before", [], true],
    ["it was seen with its answer only, and the line is never cut", [], false],
  ])("takes them once: %s", (_name, before, cut) => {
    const bench = openFive();
    for (const news of before) bench.told(news, NOON - HOUR - 1);
    if (cut) bench.ordered(3, NOON - HOUR + 10_000);
    bench.told({});
    expect(bench.packs()).toBe(3);
  });

  test.each([5 * HOUR, -5 * HOUR])("takes them once, also on a PC whose clock is wrong by %i ms", (aheadMs) => {
    const late = openFive(aheadMs);
    late.told({});
    expect(late.packs()).toBe(3);
    const cutBefore = openFive(aheadMs);
    cutBefore.ordered(3, NOON - HOUR + 10_000);
    cutBefore.told({});
    expect(cutBefore.packs()).toBe(3);
    const early = openFive(aheadMs);
    early.told({ requestedAt: NOON - 6 * HOUR, repliedAt: NOON - 5 * HOUR, items: [{ detailId: "1", qty: 2 }] });
    expect(early.packs()).toBe(5);
  });

  test("takes them once when the line is cut only after the answer came", () => {
    const bench = openFive();
    bench.told({});
    bench.ordered(3, NOON + HOUR);
    bench.told({ result: "APPROVED" }, NOON + HOUR);
    expect(bench.packs()).toBe(3);
  });

  test("of several requests each counts once, in whatever order they are granted, and one taken back not at all", () => {
    const second = { requestedAt: NOON - HOUR, items: [{ detailId: "1", qty: 1 }] };
    const both = openFive();
    both.told(asked);
    both.told({ ...asked, ...second });
    both.told(second);
    both.told({});
    both.told({ ...second, result: "APPROVED" });
    expect(both.packs()).toBe(2);
    const cut = openFive();
    cut.told({});
    cut.ordered(3, NOON + HOUR);
    cut.told({ ...asked, ...second }, NOON + HOUR);
    cut.told({ ...second, repliedAt: NOON + 2 * HOUR }, NOON + 2 * HOUR);
    expect(cut.packs()).toBe(2);
    const back = openFive();
    back.told(asked);
    back.told({ ...asked, ...second });
    back.told({});
    back.told(second);
    back.told({ result: "REJECTED" });
    expect(back.packs()).toBe(4);
  });

  test("answered before the task came here says nothing of single units", () => {
    const bench = openFive();
    bench.told({ requestedAt: NOON - 6 * HOUR, repliedAt: NOON - 5 * HOUR, items: [{ detailId: "1", qty: 9 }] });
    expect(bench.packs()).toBe(5);
  });

  test.each([
    ["no time of its answer, and was asked before the task came", { requestedAt: NOON - 6 * HOUR, repliedAt: null }],
    ["as many units as OMS4 left in the task", { repliedAt: NOON - 5 * HOUR, items: [{ detailId: "1", qty: 5 }] }],
  ])("is a person's matter where nobody can know what was ordered then: it has %s", (_name, news) => {
    const bench = openFive();
    bench.told(news);
    expect(["FT1", "CMDRELEASE"].map(bench.scan)).toEqual(["on-hold", "task-opened"]);
    bench.told({ ...news, repliedAt: NOON - 5 * HOUR + 1 });
    expect(bench.packs()).toBe(5);
  });

  test("that an older version saw is a person's matter once it comes with other words", () => {
    const bench = openFive();
    bench.told({});
    bench.database.exec("update cancel_request set items = null, ordered = null");
    bench.told({});
    expect(bench.stores.cancellations.ofTask("FT1")?.keeps).toEqual({ "1": 3 });
    bench.told({ result: "APPROVED" });
    expect(bench.scan("FT1")).toBe("on-hold");
  });
});

describe("a report in doubt, held by a request that is granted then", () => {
  test.each([
    ["was cut off by a crash before it arrived", false, (): null => null],
    ["arrived, and its answer was lost", true, () => ({ kind: "drop" as const, after: true })],
    ["never arrived, and nobody knows", false, () => ({ kind: "drop" as const })],
  ])("that %s: nothing waits behind it, and OMS4 hears what is true", async (_name, arrives, fault) => {
    const { oms4, outbox, push, clock, jump, request, scan, drained, parcelNews } = await openReportBench();
    await push.drain();
    jump(1_000);
    const planned = fault();
    if (planned === null) {
      const [report] = outbox.due(clock.now(), 1);
      outbox.markSending(report?.id ?? 0, clock.now());
      outbox.recoverSending(clock.now());
    } else {
      oms4.fault(planned, { call: "setParcelPacked" });
      await push.drain();
    }
    request(true, "");
    jump(3_600_000);
    expect(outbox.due(clock.now(), 9)).toEqual([]);
    request(false, "Approved");
    expect(scan("JT1")).toBe("command-ok");
    await drained();
    expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    expect(oms4.parcels("FT1")).toHaveLength(arrives ? 1 : 0);
    expect(parcelNews()).toHaveLength(arrives ? 1 : 0);
  });
});

describe("a report that OMS4 refuses because its task was cancelled", () => {
  const refused = { kind: "envelope", code: "400", message: "fulfillment task FT1 was cancelled" } as const;

  test.each([
    ["for the first time", false],
    ["after a try whose answer was lost", true],
  ])("%s, while its parcel was pulled here: it is nobody's matter any more", async (_name, lost) => {
    const { oms4, outbox, push, jump, request, scan, drained, whileReported, parcelNews } = await openReportBench();
    if (lost) oms4.fault({ kind: "drop" }, { call: "setParcelPacked" });
    oms4.fault(refused, { call: "setParcelPacked" });
    jump(1_000);
    if (lost) {
      await push.drain();
      jump(3_600_000);
    }
    const told = (): number => oms4.asked()["setParcelPacked"] ?? 0;
    const before = told();
    whileReported(() => {
      request(false, "Approved");
      expect(scan("JT1")).toBe("command-ok");
    });
    await drained();
    expect(told()).toBe(before + 1);
    expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    expect([oms4.parcels("FT1"), parcelNews()]).toEqual([[], []]);
  });

  test("before its parcel was pulled here: the pull takes it back, and nothing is told of a parcel that OMS4 never had", async () => {
    const { oms4, outbox, push, jump, request, scan, drained, parcelNews } = await openReportBench();
    oms4.fault({ kind: "drop" }, { call: "setParcelPacked" });
    oms4.fault(refused, { call: "setParcelPacked" });
    jump(1_000);
    await push.drain();
    jump(3_600_000);
    await push.drain();
    expect(outbox.counts().parked).toBe(1);
    request(false, "Approved");
    expect(scan("JT1")).toBe("command-ok");
    await drained();
    expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    expect([oms4.parcels("FT1"), parcelNews()]).toEqual([[], []]);
  });
});

describe("held tasks", () => {
  test("that are scanned are asked about at once", () => {
    const due: string[] = [];
    const bench = openTestDesk(undefined, { onCheckDue: (ftNo, moment) => due.push(`${ftNo} ${moment}`) });
    const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1" });
    ingest.taskPage(
      [{ ft_no: "FT1", status: "NEW", delivery_carrier: "J&T", task_details: [{ task_detail_id: "1", brand_sku_code: "A" }] }],
      1,
    );
    ingest.cancelRequests([{ ftNo: "FT1", requestedAt: 1, repliedAt: null, result: "", open: true, items: [] }], ["FT1"], 2);
    expect(bench.scan("FT1")).toBe("on-hold");
    expect(due).toEqual(["FT1 held"]);
  });
});
