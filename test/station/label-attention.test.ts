import { describe, expect, onTestFinished, test } from "vitest";
import { createLabelAttention } from "../../electron/packing/label-attention.ts";
import { fail, type FailureKind } from "../../shared/failures.ts";
import { labelRuleFor, type LabelOutcome, type LabelRules } from "../../shared/label-check.ts";
import type { PrintState } from "../../shared/parcel.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { createHeldClock } from "../fakes/hid.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { openTestStation } from "../fakes/open-station.ts";
import { until } from "../fakes/until.ts";
import { startZplPrinter } from "../fakes/zpl-printer.ts";

/** A desk with two packed tasks; `print` sends the first one's label off, as it was read back. */
const ground = ({ rules = {} as LabelRules, shown = true } = {}) => {
  const time = createHeldClock();
  const bench = openTestDesk(undefined, { clock: time.clock });
  let benchIsShown = shown;
  const attention = createLabelAttention({
    ...bench.stores,
    clock: time.clock,
    ruleFor: (carrier) => labelRuleFor(rules, carrier),
    verdict: () => bench.desk.state().verdict,
    benchIsShown: () => benchIsShown,
    announce: bench.desk.announce,
  });
  for (const [ftNo, sku] of [
    ["FT1", "A"],
    ["FT2", "B"],
  ] as const) {
    bench.store(taskOf(ftNo, [detailOf(sku, sku, 2)]));
    bench.label(ftNo, `JT-${ftNo}`);
  }
  const scan = (...texts: readonly string[]): void => {
    for (const text of texts) {
      bench.scan(text);
      attention.look();
    }
  };
  const print = (ftNo: string, outcome: LabelOutcome, released: string | null = null): string => {
    const label = bench.stores.labels.forTask(ftNo);
    const [parcel] = bench.stores.parcels.ofTask(ftNo);
    if (label === null || parcel === undefined) throw new Error(`${ftNo} has no label`);
    bench.stores.labelChecks.store({ labelId: label.id, outcome, words: "its barcodes say X", codes: [], dpi: null }, [], 0);
    if (released !== null) bench.stores.labelChecks.release(label.id, released);
    attention.sent({ parcelNo: parcel.parcelNo, ftNo, labelId: label.id });
    return parcel.parcelNo;
  };
  /** Takes the newest print of a task's parcel to a state, as its printer's answers do; the station looks after each. */
  const climb = (ftNo: string, state: PrintState, kind: FailureKind | null, settled = false): string => {
    const [parcel] = bench.stores.parcels.ofTask(ftNo);
    const job = parcel === undefined ? null : bench.stores.printJobs.latestForParcel(parcel.parcelNo);
    if (parcel === undefined || job === null) throw new Error(`${ftNo} has no print`);
    const failure = kind === null ? null : fail(kind, "").failure;
    bench.stores.printJobs.climb(job, { state, deviceRef: null, failure, settled, attempts: 1, nextAt: 0 }, time.clock.now());
    attention.failed(job.id);
    attention.look();
    return parcel.parcelNo;
  };
  const show = (is: boolean): void => {
    benchIsShown = is;
    attention.look();
  };
  return { ...bench, time, scan, print, climb, show, verdict: () => bench.desk.state().verdict };
};

describe("a label that prints although it may be the wrong one", () => {
  test("is said once, in amber, when the answer to the last scan has stood for three seconds", async () => {
    const bench = ground();
    bench.scan("FT1", "A", "A");
    const parcelNo = bench.print("FT1", "mismatch");
    await bench.time.move(2_900);
    expect(bench.verdict()?.kind).toBe("task-done");
    await bench.time.move(200);
    expect(bench.verdict()).toMatchObject({
      kind: "label-doubted",
      tone: "over",
      sound: "over",
      title: `Look at the label of ${parcelNo}`,
      text: expect.stringContaining("its barcodes say X"),
    });
    bench.scan("FT2");
    await bench.time.move(60_000);
    expect(bench.verdict()?.kind).toBe("task-opened");
  });

  test("takes no answer away that wants something done, nor one that nobody has read yet", async () => {
    const bench = ground();
    bench.scan("FT1", "A", "A");
    bench.print("FT1", "unreadable");
    await bench.time.move(2_000);
    bench.scan("FT2");
    await bench.time.move(2_000);
    bench.scan("A");
    expect(bench.verdict()?.kind).toBe("wrong-item");
    await bench.time.move(60_000);
    expect(bench.verdict()?.kind).toBe("wrong-item");
    bench.scan("B");
    await bench.time.move(3_000);
    expect(bench.verdict()?.kind).toBe("label-doubted");
  });

  test("waits while another screen covers the bench, and several are one answer", async () => {
    const bench = ground({ shown: false });
    bench.scan("FT1", "A", "A", "FT2", "B", "B");
    const parcels = [bench.print("FT1", "mismatch"), bench.print("FT2", "unreadable")];
    await bench.time.move(60_000);
    expect(bench.verdict()?.kind).toBe("task-done");
    bench.show(true);
    expect(bench.verdict()).toMatchObject({ kind: "label-doubted", title: "Look at 2 labels" });
    for (const parcelNo of parcels) expect(bench.verdict()?.text).toContain(parcelNo);
  });

  test("is not spoken of where it is right, let go by a supervisor, or the settings say that nobody looks", async () => {
    for (const [outcome, released, rules] of [
      ["match", null, {}],
      ["no-number", null, {}],
      ["mismatch", "compared", { "*": "block" }],
      ["mismatch", null, { "*": "off" }],
    ] as const) {
      const bench = ground({ rules });
      bench.scan("FT1", "A", "A");
      bench.print("FT1", outcome, released);
      await bench.time.move(60_000);
      expect(bench.verdict()?.kind).toBe("task-done");
    }
  });
});

describe("a label that does not come out", () => {
  test("is said in amber once the last answer was read, with what to do: kept back, held up, not known", async () => {
    for (const [state, kind, settled, title, text] of [
      ["failed", "label-of-other-parcel", true, "No label for", "This label belongs to another parcel. Keep the box here: TROUBLE (F9)"],
      ["failed", "printer-out-of-paper", false, "No label for", "The label comes as soon as that is put right."],
      ["accepted", "printer-out-of-paper", false, "Label held up ·", "The label comes as soon as that is put right."],
      ["unknown", "print-unknown", true, "Is there a label of", "PRINTED if it is there, REPRINT if it is not."],
    ] as const) {
      const bench = ground();
      bench.scan("FT1", "A", "A");
      const parcelNo = bench.climb("FT1", state, kind, settled);
      await bench.time.move(2_900);
      expect(bench.verdict()?.kind).toBe("task-done");
      await bench.time.move(200);
      expect(bench.verdict()).toMatchObject({ kind: "no-label", tone: "over", sound: "over", text: expect.stringContaining(text) });
      expect(bench.verdict()?.title).toContain(`${title} ${parcelNo}`);
    }
  });

  test("is not spoken of when it has come right before anybody could read it", async () => {
    const bench = ground();
    bench.scan("FT1", "A", "A");
    bench.climb("FT1", "failed", "printer-unreachable");
    bench.climb("FT1", "printed", null, true);
    await bench.time.move(60_000);
    expect(bench.verdict()?.kind).toBe("task-done");
  });

  test("and then does come out is said in its place, calmly and without a sound, when it is the last one missing", async () => {
    const bench = ground();
    bench.scan("FT1", "A", "A");
    const parcelNo = bench.climb("FT1", "failed", "printer-out-of-paper");
    await bench.time.move(3_100);
    expect(bench.verdict()).toMatchObject({ kind: "no-label", text: expect.stringContaining("Keep the box here.") });
    bench.climb("FT1", "sent", null);
    expect(bench.verdict()?.kind).toBe("no-label");
    bench.show(false);
    bench.climb("FT1", "printed", null, true);
    expect(bench.verdict()?.kind).toBe("no-label");
    bench.show(true);
    expect(bench.verdict()).toMatchObject({ kind: "parcel-ok", tone: "ok", sound: "none", title: `Label printed · ${parcelNo}` });

    const two = ground();
    two.scan("FT1", "A", "A", "FT2", "B", "B");
    for (const ftNo of ["FT1", "FT2"]) two.climb(ftNo, "failed", "printer-out-of-paper");
    await two.time.move(3_100);
    two.climb("FT1", "printed", null, true);
    expect(two.verdict()?.title).toBe("2 boxes may lack their labels");
    two.climb("FT2", "accepted", null, true);
    expect(two.verdict()).toMatchObject({ title: "2 labels sent", text: expect.stringContaining("Look for them at the printer") });
  });

  test("and comes out after the next scan takes no answer of that scan away", async () => {
    const bench = ground();
    bench.scan("FT1", "A", "A");
    bench.climb("FT1", "failed", "printer-out-of-paper");
    await bench.time.move(3_100);
    expect(bench.verdict()?.kind).toBe("no-label");
    bench.scan("FT2", "A");
    expect(bench.verdict()?.kind).toBe("wrong-item");
    bench.climb("FT1", "printed", null, true);
    await bench.time.move(60_000);
    expect(bench.verdict()?.kind).toBe("wrong-item");
  });

  test("is said once however often it is tried, again when it is another fault or given up, and several are one answer", async () => {
    const bench = ground();
    bench.scan("FT1", "A", "A", "FT2", "B", "B");
    const parcels = [bench.climb("FT1", "failed", "printer-unreachable"), bench.climb("FT2", "failed", "printer-unreachable")];
    await bench.time.move(3_100);
    expect(bench.verdict()).toMatchObject({ kind: "no-label", title: "2 boxes may lack their labels" });
    for (const parcelNo of parcels) expect(bench.verdict()?.text).toContain(parcelNo);
    bench.scan("FT2");
    const asked = bench.verdict()?.kind;
    bench.climb("FT1", "failed", "printer-unreachable");
    await bench.time.move(60_000);
    expect(bench.verdict()?.kind).toBe(asked);
    bench.show(false);
    bench.climb("FT1", "failed", "printer-unreachable", true);
    bench.scan("CMDBACK");
    bench.show(true);
    await bench.time.move(60_000);
    expect(bench.verdict()).toMatchObject({ kind: "no-label", text: expect.stringContaining("TROUBLE (F9) has the ways out.") });
  });
});

test("a label that the station draws itself can be looked at as well, as it prints and with what is read back from it", async () => {
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT3", way: "own", lines: [{ sku: "C" }] });
  const bench = await openTestStation(oms4);
  await until(() => bench.snapshot().waiting.count === 1 && bench.snapshot().online, "the task is here");
  expect(bench.scan("FT3", "C")).toEqual(["task-opened", "task-done"]);
  const parcelNo = bench.snapshot().lastParcels[0]?.parcelNo ?? "";
  const seen = await bench.station.handlers["parcel.label"]({ parcelNo });
  if (!seen.ok) throw new Error(seen.failure.detail);
  const { pages, ...facts } = seen.value;
  expect(facts).toEqual({ trackingNo: parcelNo, outcome: "match", words: expect.stringContaining(parcelNo), dpi: 203 });
  expect(pages.map((page) => Buffer.from(page, "base64").subarray(1, 4).toString())).toEqual(["PNG"]);
  expect((await bench.station.handlers["parcel.label"]({ parcelNo: "NOBODY" })).ok).toBe(false);
});

test("a whole station says of a label without a barcode that somebody must look at it, once it is out", async () => {
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
  const bench = await openTestStation(oms4);
  await until(() => bench.snapshot().waiting.count === 1 && bench.snapshot().online, "the task is here");
  expect(bench.scan("FT1", "A")).toEqual(["task-opened", "task-done"]);
  await until(() => bench.snapshot().verdict?.kind === "label-doubted", "it is said", 20_000);
  expect(bench.printed()).toHaveLength(1);
  expect(bench.snapshot().verdict?.title).toContain(bench.snapshot().lastParcels[0]?.parcelNo);
});

test("a whole station says of a label that bears another parcel's number that this box has none", async () => {
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
  const { trackingNo } = oms4.addTask({ ftNo: "FT2", lines: [{ sku: "B" }] });
  oms4.setLabel("FT1", Buffer.from(`^XA^FO40,40^BCN,100,Y,N,N^FD${trackingNo}^FS^XZ`).toString("base64"));
  const bench = await openTestStation(oms4);
  await until(() => bench.snapshot().waiting.count === 2 && bench.snapshot().online, "the tasks are here");
  expect(bench.scan("FT1", "A")).toEqual(["task-opened", "task-done"]);
  await until(() => bench.snapshot().verdict?.kind === "no-label", "it is said", 20_000);
  expect(bench.printed()).toHaveLength(0);
  const { verdict, lastParcels } = bench.snapshot();
  expect(verdict?.title).toBe(`No label for ${lastParcels[0]?.parcelNo}`);
});

test("a whole station says of a label that waited for paper that it is out, as soon as it is", async () => {
  const zebra = await startZplPrinter();
  onTestFinished(() => zebra.close());
  zebra.setHost({ paperOut: true });
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT1", way: "own", lines: [{ sku: "A" }] });
  const bench = await openTestStation(oms4, { environment: { LABEL_PRINTER: zebra.uri } });
  await until(() => bench.snapshot().waiting.count === 1 && bench.snapshot().online, "the task is here");
  expect(bench.scan("FT1", "A")).toEqual(["task-opened", "task-done"]);
  await until(() => bench.snapshot().verdict?.kind === "no-label", "it is said", 20_000);
  expect(bench.snapshot().verdict?.text).toContain("Keep the box here.");
  zebra.setHost({});
  await until(() => bench.snapshot().verdict?.kind === "parcel-ok", "the label is out", 30_000);
  expect(bench.snapshot().verdict?.title).toContain(bench.snapshot().lastParcels[0]?.parcelNo);
  expect(zebra.labels()).toHaveLength(1);
});
