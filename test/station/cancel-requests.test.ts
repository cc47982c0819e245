import { describe, expect, test } from "vitest";
import { createIngest } from "../../electron/sync/ingest.ts";
import { openTestDesk } from "../fakes/desk.ts";

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
