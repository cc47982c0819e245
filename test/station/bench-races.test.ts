import { describe, expect, test } from "vitest";
import { createMayPrint } from "../../electron/packing/may-print.ts";
import { createIngest } from "../../electron/sync/ingest.ts";
import { fail } from "../../shared/failures.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

const item = (sku: string, qty = 1) => detailOf(`D-${sku}`, sku, qty);
const splitTask = taskOf("FT1", [item("A", 2), item("B")], { way: "split", allowSplit: true });
const clock = { now: () => Date.UTC(2026, 10, 23, 12), after: () => () => {} };

type Bench = ReturnType<typeof openTestDesk>;
const reports = (bench: Bench) =>
  bench
    .told()
    .flatMap(({ call, state, body }) => (call === "parcel-packed" ? [{ state, items: JSON.parse(body).parcels[0].parcel_items }] : []));
const everythingArrives = (bench: Bench, ftNo: string): void => {
  for (const { id } of bench.stores.outbox.openOfTask(ftNo)) bench.stores.outbox.markDone(id, 0);
};
const printFails = (bench: Bench, parcelNo: string): void => {
  for (const job of bench.stores.printJobs.ofParcel(parcelNo)) {
    const failure = fail("printer-refused", "Jammed.").failure;
    bench.stores.printJobs.climb(job, { state: "failed", deviceRef: null, failure, settled: true, attempts: 1, nextAt: 0 }, 1);
  }
};

describe("a parcel that is opened again", () => {
  test("has no label come out until it is closed again", () => {
    const bench = openTestDesk();
    const mayPrint = createMayPrint({ ...bench.stores, clock });
    bench.store(taskOf("FT1", [item("A"), item("B")]));
    bench.label("FT1", "JT1");
    ["FT1", "A", "B"].forEach(bench.scan);
    const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
    expect(mayPrint({ ftNo: "FT1", parcelNo })).toMatchObject({ ok: true });
    printFails(bench, parcelNo);
    expect(bench.scan("CMDUNDO")).toBe("command-ok");
    expect(mayPrint({ ftNo: "FT1", parcelNo })).toMatchObject({ ok: false, failure: { kind: "not-now" } });
    expect(bench.trouble.list()).toEqual([]);
    expect(bench.trouble.printAgain(parcelNo, "asked for")).toMatchObject({ ok: false });
    expect(bench.scan("B")).toBe("task-done");
    expect(bench.prints().map(({ state }) => state)).toEqual(["cancelled", "queued"]);
  });

  test("is not reported again when it is closed with what OMS4 knows, whatever was tried between", () => {
    const bench = openTestDesk();
    bench.store(splitTask);
    ["FT1", "A", "CMDNEWPARCEL"].forEach(bench.scan);
    everythingArrives(bench, "FT1");
    ["CMDUNDO", "B", "CMDNEWPARCEL"].forEach(bench.scan);
    expect(reports(bench).map(({ state }) => state)).toEqual(["done", "pending"]);
    ["CMDUNDO", "CMDUNDO", "CMDNEWPARCEL"].forEach(bench.scan);
    expect(reports(bench).map(({ state }) => state)).toEqual(["done", "discarded"]);
  });

  test("takes back a report that OMS4 refused, so that its corrected one goes", () => {
    const bench = openTestDesk();
    bench.store(splitTask);
    ["FT1", "A", "CMDNEWPARCEL"].forEach(bench.scan);
    const packed = bench.stores.outbox.openOfTask("FT1").find(({ call }) => call === "parcel-packed");
    bench.stores.outbox.park(packed?.id ?? 0, fail("oms4-refused", "Line D-B is missing.").failure, false, 0);
    ["CMDUNDO", "B", "CMDNEWPARCEL"].forEach(bench.scan);
    expect(reports(bench)).toMatchObject([{ state: "discarded" }, { state: "pending", items: [{}, { ft_detail_id: "D-B" }] }]);
    expect(bench.trouble.list()).toEqual([]);
  });

  test("is not forgotten while OMS4 knows it: what was in it would be reported in another parcel too", () => {
    const bench = openTestDesk();
    bench.store(splitTask);
    ["FT1", "A", "CMDNEWPARCEL", "A", "CMDNEWPARCEL"].forEach(bench.scan);
    everythingArrives(bench, "FT1");
    expect(["CMDUNDO", "CMDUNDO", "CMDUNDO"].map(bench.scan)).toEqual(["command-ok", "command-ok", "command-refused"]);
    expect(bench.stores.parcels.ofTask("FT1").map(({ state }) => state)).toEqual(["closed", "open"]);
    expect(["A", "B", "CMDFINISH"].map(bench.scan)).toEqual(["item-ok", "item-ok", "task-done"]);
  });
});

describe("what OMS4 changes meanwhile", () => {
  test("a held task that was cancelled or packed elsewhere is not released", () => {
    for (const [status, verdict] of [
      ["CANCELLED", "cancelled"],
      ["SHIPPED", "done-already"],
    ] as const) {
      const bench = openTestDesk();
      const task = taskOf("FT1", [item("A"), item("B")]);
      bench.store(task);
      ["FT1", "A", "CMDHOLD", "FT1"].forEach(bench.scan);
      bench.store({ ...task, status });
      expect(bench.scan("CMDRELEASE")).toBe(verdict);
      expect(bench.desk.state().bench.open).toBeNull();
    }
  });

  test("a packed order that OMS4 calls cancelled gets no label and doesn't leave", () => {
    const bench = openTestDesk();
    const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1" });
    const raw = {
      ft_no: "FT1",
      status: "NEW",
      allow_ft_split: 0,
      delivery_carrier: "J&T",
      task_details: [{ task_detail_id: "D-A", brand_code: "BR01", brand_sku_code: "A" }],
    };
    ingest.taskPage([raw], 1);
    bench.label("FT1", "JT1");
    expect(["FT1", "A"].map(bench.scan)).toEqual(["task-opened", "task-done"]);
    const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
    ingest.taskPage([{ ...raw, status: "CANCELLED" }], 2);
    expect(createMayPrint({ ...bench.stores, clock })({ ftNo: "FT1", parcelNo })).toMatchObject({ ok: false });
    expect(["CMDHANDOVER", parcelNo].map(bench.scan)).toEqual(["command-ok", "cancelled"]);
    ingest.taskPage([{ ...raw, status: "NEW" }], 3);
    bench.printed();
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
  });
});

test("a parcel is handed over by the tracking number on its label, however that is written", () => {
  const bench = openTestDesk();
  // Twelve digits whose last one happens to fit as a GTIN's check digit; small letters
  for (const [ftNo, trackingNo] of [
    ["FT1", "123456789012"],
    ["FT2", "jtA1b2"],
  ] as const) {
    bench.store(taskOf(ftNo, [item("A")]));
    bench.label(ftNo, trackingNo);
    [ftNo, "A"].forEach(bench.scan);
  }
  bench.scan("CMDHANDOVER");
  expect(["123456789012", "JTA1B2", "123456789012"].map(bench.scan)).toEqual(["parcel-ok", "parcel-ok", "done-already"]);
});

test("the marked trouble stays marked when another one comes before it", () => {
  const bench = openTestDesk();
  bench.store(taskOf("FT1", [item("A"), item("B")]));
  bench.label("FT1", "JT1");
  bench.scan("FT1");
  bench.stores.setAside.add("task", "FT9", fail("answer-unreadable", "FT9.").failure, "{}", 1);
  bench.scan("CMDTROUBLE");
  ["A", "B"].forEach(bench.scan);
  printFails(bench, bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "");
  expect(bench.scan("CMDDISCARD")).toBe("command-ok");
  expect(bench.desk.state().verdict?.text).toContain("FT9");
});

test("TROUBLE says of a broken printer that it is broken, also when no parcel is in trouble", () => {
  const bench = openTestDesk(undefined, { printerStatus: { health: "broken", words: "label · paper out" } });
  expect(bench.scan("CMDTROUBLE")).toBe("command-ok");
  expect(bench.desk.state().verdict).toMatchObject({ title: "No parcel is in trouble, but the printer is" });
  expect(bench.desk.state().verdict?.text).toContain("label · paper out");
});
