import { expect, test } from "vitest";
import { packingSlipFacts } from "../../electron/printer/document-facts.ts";
import { defaultSettings } from "../../shared/settings.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

const LINES = [detailOf("D1", "A"), detailOf("D2", "B", 2)];
type Bench = ReturnType<typeof openTestDesk>;
const open = (packingSlips = true): Bench => {
  const bench = openTestDesk(undefined, { packingSlips });
  bench.store(taskOf("FT1", LINES));
  bench.label("FT1", "TRK1");
  return bench;
};
const pack = (bench: Bench, ...more: readonly string[]): string => {
  for (const text of ["FT1", "A", "B", "B", ...more]) bench.scan(text);
  return bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
};
const slips = (bench: Bench): readonly string[] =>
  bench
    .prints()
    .filter(({ document }) => document === "packing-slip")
    .map(({ copy, state }) => `${copy} ${state}`);

test("a closed parcel gets its packing slip once, behind its label", () => {
  const bench = open();
  pack(bench);
  expect(bench.prints().map(({ document, copy, state }) => `${document} ${copy} ${state}`)).toEqual([
    "shipping-label 1 queued",
    "packing-slip 1 queued",
  ]);
});

test("switched off, none prints by itself; the command prints it, counts its copies, and keeps them apart from the label's", () => {
  const bench = open(false);
  const parcelNo = pack(bench);
  expect(slips(bench)).toEqual([]);
  expect(bench.scan("CMDPACKINGSLIP")).toBe("command-ok");
  expect(bench.scan("CMDPACKINGSLIP")).toBe("command-refused");
  bench.printed();
  expect(bench.desk.scan("CMDPACKINGSLIPSMUDGED").verdict.title).toBe("Packing slip again · print 2");
  expect(slips(bench)).toEqual(["1 printed", "2 queued"]);
  expect(bench.stores.printJobs.latestForParcel(parcelNo)).toMatchObject({ document: "shipping-label", copy: 1, state: "printed" });
  expect(bench.desk.scan("CMDREPRINT").verdict.title).toBe("Label again · print 2");
});

test("without a closed parcel there is nothing to print", () => {
  expect(openTestDesk().scan("CMDPACKINGSLIP")).toBe("command-refused");
});

test("opened and closed again with the same in it there is no second slip; with something else there is one, with its reason", () => {
  const bench = openTestDesk(undefined, { packingSlips: true });
  bench.store(taskOf("FT1", [detailOf("D1", "A", 3)], { way: "split", allowSplit: true }));
  for (const text of ["FT1", "A", "A", "CMDNEWPARCEL"]) bench.scan(text);
  bench.printed();
  expect(slips(bench)).toEqual(["1 printed"]);
  for (const text of ["CMDUNDO", "CMDNEWPARCEL"]) bench.scan(text);
  expect(slips(bench)).toEqual(["1 printed"]);
  for (const text of ["CMDUNDO", "A", "CMDFINISH"]) bench.scan(text);
  const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
  expect(bench.stores.printJobs.newestOf(parcelNo, "packing-slip")).toMatchObject({
    copy: 2,
    reason: "something else is in the box now",
    state: "queued",
  });
});

test("one that has not come out is taken back with the parcel that is opened again, and prints once with what is in it then", () => {
  const bench = open();
  pack(bench, "CMDUNDO");
  expect(slips(bench)).toEqual(["1 cancelled"]);
  bench.scan("CMDFINISH");
  bench.scan("B");
  expect(slips(bench)).toEqual(["1 cancelled", "2 queued"]);
});

test("after a known cancellation none is promised, and a queued one may not go to the printer", () => {
  const bench = open();
  const parcelNo = pack(bench);
  bench.stores.cancellations.ingest(
    { ctNo: "CT1", ftNo: "FT1", status: "OPEN", whole: true, detailIds: [], updatedAt: null, raw: "{}" },
    Date.UTC(2026, 10, 23, 10),
  );
  bench.desk.taskNews("FT1");
  expect(slips(bench)).toEqual(["1 cancelled"]);
  expect(bench.scan("CMDPACKINGSLIP")).toBe("command-refused");
  expect(bench.trouble.packingSlipAgain(parcelNo, "x")).toMatchObject({ ok: false });
  expect(slips(bench)).toEqual(["1 cancelled"]);
});

test("it is no label: a parcel with nothing but a packing slip is not handed over", () => {
  const bench = openTestDesk(undefined, { packingSlips: true });
  bench.store(taskOf("FT1", LINES));
  const parcelNo = pack(bench);
  bench.printed();
  expect(slips(bench)).toEqual(["1 printed"]);
  bench.scan("CMDHANDOVER");
  bench.scan(parcelNo);
  expect(bench.stores.parcels.get(parcelNo)?.state).toBe("closed");
});

test("one in doubt is asked about as a packing slip, and printing it again prints the slip, not the label", () => {
  const bench = open();
  const parcelNo = pack(bench);
  bench.printed("unknown");
  const trouble = bench.trouble.list().find(({ title }) => title.startsWith("Packing slip"));
  expect(trouble).toMatchObject({ title: "Packing slip: did it come out?", actions: ["printed", "reprint", "discard"] });
  bench.trouble.act(trouble?.id ?? "", "reprint");
  expect(slips(bench)).toEqual(["1 cancelled", "2 queued"]);
  expect(bench.stores.printJobs.latestForParcel(parcelNo)).toMatchObject({ document: "shipping-label", state: "unknown" });
});

test("it says what is in this very parcel, in the order's own order", () => {
  const task = taskOf("FT1", LINES, { allowSplit: true, way: "split" });
  const parcel = { parcelNo: "PB1", sequence: 2, items: [{ detailId: "D2", qty: 1 }] };
  const facts = packingSlipFacts({ task, parcel, total: 2, packedAt: 0, settings: defaultSettings });
  expect(facts.lines).toEqual([{ qty: 1, name: "Item B", code: "B" }]);
  expect([facts.sequence, facts.total]).toEqual([2, 2]);
});

test("the spare printer takes what waits, and goes back with the second scan", () => {
  const bench = open();
  pack(bench);
  expect(bench.desk.scan("CMDSPARE").verdict).toMatchObject({
    kind: "command-ok",
    title: "Spare printer · spare",
    text: "2 prints that had not gone out go there. What may have come out before is asked about, not printed again. Scan SPARE PRINTER again to go back.",
  });
  expect(bench.stores.printJobs.open().map(({ printer }) => printer)).toEqual(["folder:/spare", "folder:/spare"]);
  expect(bench.work).toContain("rerouted");
  bench.printed("unknown");
  expect(bench.desk.scan("CMDSPARE").verdict.title).toBe("Back to labels");
  // In doubt on the spare: nobody moves them, nobody prints them again
  expect(bench.prints().map(({ state }) => state)).toEqual(["unknown", "unknown"]);
});
