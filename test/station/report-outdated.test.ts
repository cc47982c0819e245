import { describe, expect, test } from "vitest";
import { fail } from "../../shared/failures.ts";
import { openReportBench } from "../fakes/report-bench.ts";

const closed: Parameters<typeof openReportBench>[0] = {
  task: { way: "split", lines: [{ sku: "A" }, { sku: "B" }] },
  scans: ["A", "B", "CMDFINISH"],
};

/** The report is being sent; `ends` says that it never got out, or may have. */
const underWay = async (options: Parameters<typeof openReportBench>[0] = {}) => {
  const bench = await openReportBench(options);
  const { outbox, clock } = bench;
  const report = outbox.openOfTask("FT1").find(({ call }) => call === "parcel-packed");
  if (report === undefined) throw new Error("nothing is reported");
  outbox.markSending(report.id, clock.now());
  const ends = (ambiguous: boolean): void =>
    outbox.markPending(report.id, fail("offline", "OMS4 can't be reached.").failure, clock.now(), ambiguous, clock.now());
  const contents = (): unknown =>
    bench.oms4
      .told()
      .filter(({ call, committed }) => call === "setParcelPacked" && committed)
      .map(({ body }) => (body["parcels"] as { parcel_items: { ft_detail_id: string }[] }[])[0]?.parcel_items.length);
  return { ...bench, ends, contents };
};

describe.each([
  ["never got out", false],
  ["is in doubt and never arrived", true],
])("a report that %s", (_name, ambiguous) => {
  test("is not sent any more once its parcel was packed otherwise", async () => {
    const { scan, ends, drained, outbox, contents, oms4 } = await underWay(closed);
    // In two parcels after all
    expect(["CMDUNDO", "CMDUNDO", "CMDNEWPARCEL", "B", "CMDFINISH"].map(scan).at(-1)).toBe("task-done");
    ends(ambiguous);
    await drained();
    expect(contents()).toEqual([1, 1]);
    expect(oms4.parcels("FT1")).toHaveLength(2);
    expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    expect(oms4.violations()).toEqual([]);
  });

  test("is told once where its parcel was opened and closed again as it was", async () => {
    const { scan, ends, drained, outbox, contents } = await underWay(closed);
    scan("CMDUNDO");
    ends(ambiguous);
    await drained();
    expect(contents()).toEqual([]);
    expect(scan("CMDFINISH")).toBe("task-done");
    await drained();
    expect(contents()).toEqual([2]);
    expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
  });

  test("waits where a buyer's request came meanwhile, and goes once OMS4 has refused that", async () => {
    const { request, ends, drained, contents, outbox } = await underWay();
    request(true, "");
    ends(ambiguous);
    await drained();
    expect(contents()).toEqual([]);
    request(false, "Rejected");
    await drained();
    expect(contents()).toEqual([1]);
    expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
  });

  test("is not told where its parcel was pulled meanwhile, and neither is the pulling", async () => {
    const { request, scan, ends, drained, contents, parcelNews, outbox } = await underWay();
    request(false, "Approved");
    expect(scan("JT1")).toBe("command-ok");
    ends(ambiguous);
    await drained();
    expect([contents(), parcelNews()]).toEqual([[], []]);
    expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
  });
});
