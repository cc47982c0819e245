import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";

const item = (sku: string, qty = 1) => detailOf(`D-${sku}`, sku, qty);
const SLIP_MS = 60_000;
type Bench = ReturnType<typeof openTestDesk>;
const openBench = (path = join(testFolder(), "packbench.db"), scanBack: () => boolean = () => true, packingSlips = false): Bench =>
  openTestDesk(path, { scanBack, slipAfterMs: SLIP_MS, packingSlips });
const openBenchWithSlips = (): Bench => openBench(undefined, undefined, true);

/** A one-parcel order, closed, with its label printed; gives the parcel's number. */
const packed = (bench: Bench, ftNo = "FT1", trackingNo = "JT000000001"): string => {
  bench.store(taskOf(ftNo, [item(`A-${ftNo}`)]));
  bench.label(ftNo, trackingNo);
  [ftNo, `A-${ftNo}`].forEach(bench.scan);
  bench.printed();
  return bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
};
const askedFor = (bench: Bench): string | null => bench.scanBack.asked()?.parcelNo ?? null;
const listed = (bench: Bench): readonly string[] => bench.scanBack.news().toScan.map(({ parcelNo }) => parcelNo);
const verdict = (bench: Bench) => bench.desk.state().verdict;
const stateOf = (bench: Bench, parcelNo: string) => bench.stores.printJobs.latestForParcel(parcelNo)?.state;
const cancel = (bench: Bench, ftNo: string): void => {
  bench.stores.cancellations.ingest({ ctNo: `CT-${ftNo}`, ftNo, status: "NEW", whole: true, detailIds: [], updatedAt: null, raw: ftNo }, 0);
  bench.desk.taskNews(ftNo);
};
const kinds = (bench: Bench, ftNo = "FT1"): readonly string[] => bench.stores.journal.ofTask(ftNo).map(({ kind }) => kind);

describe("a closed parcel, where pasted labels are scanned", () => {
  test("asks for its label, and the label's scan climbs to the last rung", () => {
    const bench = openBench();
    const parcelNo = packed(bench);
    expect(verdict(bench)).toMatchObject({ kind: "task-done", title: "Paste the label, scan it", sound: "accepted" });
    expect(askedFor(bench)).toBe(parcelNo);
    expect(bench.scan("jt000000001")).toBe("label-ok");
    expect(verdict(bench)).toMatchObject({ tone: "ok", sound: "done" });
    expect(stateOf(bench, parcelNo)).toBe("scanned");
    expect(askedFor(bench)).toBeNull();
    expect(kinds(bench)).toContain("label-scanned-back");
    // Nothing else is left of it: the next task opens, the parcel leaves
    bench.store(taskOf("FT2", [item("B")]));
    expect(["FT2", "CMDCLOSE", "CMDHANDOVER", "JT000000001"].map(bench.scan)).toEqual([
      "task-opened",
      "command-ok",
      "command-ok",
      "parcel-ok",
    ]);
  });

  test.each([
    ["with its symbology in front", "]C1JT000000001"],
    ["with spaces", "JT 0000 00001"],
    ["with routing data in front", "420460121JT000000001"],
    ["inside a record of a 2D code", "SG;460121;JT000000001;1/1"],
  ])("takes its label %s", (_, text) => {
    const bench = openBench();
    packed(bench);
    expect(bench.scan(text)).toBe("label-ok");
  });

  test("another parcel's label is refused and named with what its carrier puts around the number", () => {
    const bench = openBench();
    bench.store(taskOf("FT2", [item("B")]));
    bench.label("FT2", "1521 5215 2012");
    packed(bench);
    expect(bench.scan("9632001960000000000400152152152012")).toBe("wrong-label");
    expect(JSON.stringify(verdict(bench))).toContain("FT2");
    expect(bench.scan("JT000000001")).toBe("label-ok");
  });

  test("takes its own number, as an own label bears it", () => {
    const bench = openBench();
    bench.store(taskOf("FT1", [item("A")], { way: "own", carrier: "" }));
    ["FT1", "A"].forEach(bench.scan);
    bench.printed("sent");
    const parcelNo = askedFor(bench) ?? "";
    expect(bench.scan(parcelNo.toLowerCase())).toBe("label-ok");
    expect(bench.prints()).toMatchObject([{ document: "own-label", state: "scanned" }]);
  });

  test("is asked for again after a doubt: the scan answers whether the label came out", () => {
    const bench = openBench();
    bench.store(taskOf("FT1", [item("A")]));
    bench.label("FT1", "JT000000001");
    ["FT1", "A"].forEach(bench.scan);
    bench.printed("unknown");
    expect(bench.trouble.list()).toHaveLength(1);
    expect(bench.scan("JT000000001")).toBe("label-ok");
    expect(bench.trouble.list()).toEqual([]);
  });

  test("lets nothing else begin, and every refusal says what to do", () => {
    const bench = openBench();
    const parcelNo = packed(bench);
    bench.store(taskOf("FT2", [item("B")]));
    const refused = { "scan-refused": ["FT2", "ORD-FT2", "B", "CMDHANDOVER", "CMDCOUNT", "CMDRELEASE", "CMDFINISH", "x"] } as const;
    for (const scan of refused["scan-refused"]) {
      expect([scan, bench.scan(scan)]).toEqual([scan, "scan-refused"]);
      expect(verdict(bench)?.text).toContain("LATER");
    }
    expect(bench.desk.state()).toMatchObject({ bench: { open: null }, activity: "packing" });
    expect(askedFor(bench)).toBe(parcelNo);
  });

  test("refuses a label that is not out yet, and one that did not print, without an alarm", () => {
    const bench = openBench();
    bench.store(taskOf("FT1", [item("A")]));
    bench.label("FT1", "JT000000001");
    ["FT1", "A"].forEach(bench.scan);
    expect(bench.scan("JT000000001")).toBe("done-already");
    bench.printed("failed");
    expect(bench.scan("JT000000001")).toBe("command-refused");
    expect(askedFor(bench)).not.toBeNull();
    expect(bench.scan("CMDLATER")).toBe("command-ok");
  });
});

describe("where every parcel gets a packing slip too", () => {
  test("the scan is the label's, and the slip stays a slip", () => {
    const bench = openBenchWithSlips();
    const parcelNo = packed(bench);
    expect(askedFor(bench)).toBe(parcelNo);
    expect(bench.scan("JT000000001")).toBe("label-ok");
    expect(bench.prints().map(({ document, state }) => `${document} ${state}`)).toEqual(["shipping-label scanned", "packing-slip printed"]);
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
  });

  test("a slip that is out does not stand for a label that is not", () => {
    const bench = openBenchWithSlips();
    bench.store(taskOf("FT1", [item("A")]));
    bench.label("FT1", "JT000000001");
    ["FT1", "A"].forEach(bench.scan);
    const parcelNo = askedFor(bench) ?? "";
    const slip = bench.stores.printJobs.newestOf(parcelNo, "packing-slip");
    bench.stores.printJobs.answer(slip?.id ?? 0, "printed", 1);
    expect(bench.scan("JT000000001")).toBe("done-already");
    expect(bench.stores.printJobs.newestOf(parcelNo, "packing-slip")?.state).toBe("printed");
  });

  test("a label that is still to come is not asked for at the bench because of the slip", () => {
    const bench = openBenchWithSlips();
    bench.store(taskOf("FT1", [item("A")], { way: "split", allowSplit: true }));
    ["FT1", "A", "CMDFINISH"].forEach(bench.scan);
    bench.printed();
    expect(bench.prints().map(({ document }) => document)).toEqual(["packing-slip"]);
    expect(askedFor(bench)).toBeNull();
    expect(listed(bench)).toEqual([]);
  });
});

describe("another label on the box", () => {
  test("of a parcel packed here stops loudly and says whose it is, until the right one is scanned", () => {
    const bench = openBench();
    const first = packed(bench, "FT1", "JT000000001");
    bench.scan("JT000000001");
    const second = packed(bench, "FT2", "JT000000002");
    expect(bench.scan("JT000000001")).toBe("wrong-label");
    expect(verdict(bench)).toMatchObject({ tone: "stop", sound: "stop", ftNo: "FT2" });
    expect(verdict(bench)?.text).toContain(`${first} (FT1)`);
    expect(bench.scan(`]C1420460121JT000000001`)).not.toBe("label-ok");
    expect(stateOf(bench, second)).toBe("printed");
    expect(kinds(bench, "FT2")).toContain("wrong-label");
    expect(bench.scan("JT000000002")).toBe("label-ok");
  });

  test("of a task that is not packed yet, and one nobody here knows, stop as loudly", () => {
    const bench = openBench();
    packed(bench);
    bench.store(taskOf("FT9", [item("Z")]));
    bench.label("FT9", "JT000000009");
    expect(bench.scan("JT000000009")).toBe("wrong-label");
    expect(verdict(bench)?.text).toContain("FT9");
    expect(bench.scan("SPXSG0123456789")).toBe("wrong-label");
    expect(verdict(bench)?.text).toContain("JT000000001");
    expect(bench.desk.state().bench.open).toBeNull();
  });

  test("that differs by one digit, or goes on, is another label", () => {
    const bench = openBench();
    packed(bench);
    for (const other of ["JT000000011", "JT0000000012", "JT00000001"]) expect([other, bench.scan(other)]).toEqual([other, "wrong-label"]);
  });

  test("whose number holds this one's before a dash is another label, asked for or only on the list", () => {
    const bench = openBench();
    packed(bench, "FT1", "NVSG123456789");
    bench.store(taskOf("FT2", [item("B")]));
    bench.label("FT2", "NVSG123456789-02");
    expect(bench.scan("NVSG123456789-02")).toBe("wrong-label");
    expect(bench.scan("CMDLATER")).toBe("command-ok");
    expect(bench.scan("https://track.example/?no=NVSG123456789-02")).not.toBe("label-ok");
    expect(listed(bench)).toHaveLength(1);
    expect(bench.scan("https://track.example/?no=NVSG123456789")).toBe("label-ok");
  });

  test("is never taken for a stopped parcel that was pulled", () => {
    const bench = openBench();
    const stopped = packed(bench, "FT1", "JT000000001");
    bench.scan("JT000000001");
    packed(bench, "FT2", "JT000000002");
    cancel(bench, "FT1");
    expect(bench.scan("JT000000001")).toBe("wrong-label");
    expect(bench.stores.parcels.get(stopped)?.state).toBe("closed");
    expect(["CMDLATER", "JT000000001"].map(bench.scan)).toEqual(["command-ok", "command-ok"]);
    expect(bench.stores.parcels.get(stopped)?.state).toBe("pulled");
  });

  test("is not what another code on the very label is: that one is refused without an alarm", () => {
    const bench = openBench();
    const parcelNo = packed(bench);
    const labelId = bench.stores.labels.forParcel(parcelNo)?.id ?? 0;
    const codes = [
      { page: 1, format: "Code128", identifier: "]C0", text: "JT000000001" },
      { page: 1, format: "QRCode", identifier: "]Q1", text: "SORT-0460121-07" },
    ];
    bench.stores.labelChecks.store({ labelId, outcome: "match", words: "", codes, dpi: 203 }, [], 1);
    expect(bench.scan("]Q1SORT-0460121-07")).toBe("unknown-code");
    expect(verdict(bench)?.text).toContain("JT000000001");
    expect(bench.scan("JT000000001")).toBe("label-ok");
  });

  test("with a number so short that it is part of an item's code is no label", () => {
    const bench = openBench();
    packed(bench, "FT1", "1");
    bench.store(taskOf("FT2", [item("MUG-1")]));
    expect(["MUG-1", "1"].map(bench.scan)).toEqual(["scan-refused", "label-ok"]);
  });

  test("that is its own from before is refused; the new one is taken once it is out", () => {
    const bench = openBench();
    const parcelNo = packed(bench);
    bench.label("FT1", "JT000000077", null);
    expect(verdict(bench)?.kind).toBe("tracking-changed");
    expect(bench.scan("JT000000001")).toBe("wrong-label");
    expect(verdict(bench)?.title).toContain("old label");
    expect(bench.scan("JT000000077")).toBe("tracking-changed");
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    bench.printed();
    expect(bench.scan("JT000000001")).toBe("wrong-label");
    expect(bench.scan("JT000000077")).toBe("label-ok");
    expect(bench.stores.printJobs.ofParcel(parcelNo).map(({ copy, state }) => `${copy} ${state}`)).toEqual(["1 printed", "2 scanned"]);
  });
});

describe("a label that is put aside, or still to come", () => {
  test("stands on a list, does not leave, and is taken whenever it is scanned", () => {
    const bench = openBench();
    const parcelNo = packed(bench);
    expect(bench.scan("CMDLATER")).toBe("command-ok");
    expect(askedFor(bench)).toBeNull();
    expect(listed(bench)).toEqual([parcelNo]);
    expect(bench.scan("CMDLATER")).toBe("command-refused");
    expect(["CMDHANDOVER", "JT000000001"].map(bench.scan)).toEqual(["command-ok", "command-refused"]);
    expect(verdict(bench)?.title).toContain("not checked");
    expect(bench.stores.parcels.get(parcelNo)?.state).toBe("closed");
    expect(["CMDHANDOVER", "JT000000001"].map(bench.scan)).toEqual(["command-ok", "label-ok"]);
    expect(listed(bench)).toEqual([]);
    expect(["CMDHANDOVER", "JT000000001"].map(bench.scan)).toEqual(["command-ok", "parcel-ok"]);
  });

  test("is taken while another task is open, by its number or by its own, and with something around it", () => {
    const bench = openBench();
    packed(bench, "FT1", "JT000000001");
    bench.scan("CMDLATER");
    packed(bench, "FT2", "JT000000002");
    bench.scan("CMDLATER");
    bench.store(taskOf("FT3", [item("C", 2)]));
    expect(["FT3", "JT000000001", "420460121JT000000002", "C", "C"].map(bench.scan)).toEqual([
      "task-opened",
      "label-ok",
      "label-ok",
      "item-ok",
      "task-done",
    ]);
  });

  test("of a one-parcel order packed without its label: the bench goes on, and the label is scanned when it came", () => {
    const bench = openBench();
    bench.store(taskOf("FT1", [item("A")]));
    ["FT1", "A"].forEach(bench.scan);
    expect(verdict(bench)).toMatchObject({ kind: "task-done", title: "Packed · FT1" });
    expect(askedFor(bench)).toBeNull();
    expect(listed(bench)).toEqual([]);
    bench.store(taskOf("FT2", [item("B")]));
    expect(bench.scan("FT2")).toBe("task-opened");
    bench.label("FT1", "JT000000001");
    bench.printed();
    expect(listed(bench)).toHaveLength(1);
    expect(bench.scan("JT000000001")).toBe("label-ok");
    expect(listed(bench)).toEqual([]);
  });

  test("of a parked box is asked for once its slip was scanned and the label printed; the slip itself proves nothing", () => {
    const bench = openBench();
    bench.parking.start();
    bench.store(taskOf("FT1", [item("A")], { way: "split", allowSplit: true }));
    ["FT1", "A", "CMDFINISH"].forEach(bench.scan);
    const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
    bench.jump(SLIP_MS);
    bench.parking.kick();
    bench.printed();
    bench.label("FT1", "JT000000001", parcelNo);
    packed(bench, "FT2", "JT000000002");
    bench.scan("JT000000002");
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
    bench.printed();
    expect(askedFor(bench)).toBe(parcelNo);
    // The box in the packer's hands, not the one closed last
    expect(["CMDHELP", "CMDREPRINT"].map(bench.scan)).toEqual(["command-ok", "command-ok"]);
    bench.printed();
    expect(bench.stores.printJobs.ofParcel(parcelNo).filter(({ document }) => document === "shipping-label")).toHaveLength(2);
    expect(bench.scan(parcelNo)).toBe("scan-refused");
    expect(verdict(bench)?.title).toContain("slip");
    expect(bench.scan("CMDLATER")).toBe("command-ok");
    expect(bench.scan(parcelNo)).toBe("scan-refused");
    expect(bench.scan("JT000000001")).toBe("label-ok");
  });
});

describe("the parcels of a split order", () => {
  const split = (bench: Bench): void => void bench.store(taskOf("FT1", [item("A"), item("B")], { way: "split", allowSplit: true }));
  const parcelsOf = (bench: Bench) => bench.stores.parcels.ofTask("FT1").map(({ parcelNo }) => parcelNo);

  test("whose labels come later go on the list by themselves, one by one", () => {
    const bench = openBench();
    split(bench);
    expect(["FT1", "A", "CMDNEWPARCEL", "B", "CMDFINISH"].map(bench.scan)).toEqual([
      "task-opened",
      "item-ok",
      "parcel-closed",
      "item-ok",
      "task-done",
    ]);
    const [one = "", two = ""] = parcelsOf(bench);
    bench.label("FT1", "JT000000001", one);
    bench.label("FT1", "JT000000002", two);
    bench.printed();
    expect(listed(bench)).toEqual([one, two]);
    expect(["JT000000002", "JT000000001"].map(bench.scan)).toEqual(["label-ok", "label-ok"]);
    expect(bench.prints().map(({ state }) => state)).toEqual(["scanned", "scanned"]);
  });

  test("that is opened again and closed with its label there asks before the next parcel", () => {
    const bench = openBench();
    split(bench);
    ["FT1", "A", "CMDNEWPARCEL"].forEach(bench.scan);
    const [one = ""] = parcelsOf(bench);
    bench.label("FT1", "JT000000001", one);
    bench.printed();
    ["CMDUNDO"].forEach(bench.scan);
    expect(bench.stores.scanBacks.get(one)).toBeNull();
    expect(["A", "CMDNEWPARCEL"].map(bench.scan).at(-1)).toBe("parcel-closed");
    expect(askedFor(bench)).toBe(one);
    for (const scan of ["B", "CMDBOXM", "CMDNEWPARCEL", "CMDFINISH", "CMDWEIGHT500"])
      expect([scan, bench.scan(scan)]).toEqual([scan, "scan-refused"]);
    expect(bench.stores.parcels.ofTask("FT1")).toHaveLength(1);
    expect(["JT000000001", "B"].map(bench.scan)).toEqual(["label-ok", "item-ok"]);
  });

  test("is taken from the list although its task was left unfinished", () => {
    const bench = openBench();
    split(bench);
    ["FT1", "A", "CMDNEWPARCEL"].forEach(bench.scan);
    bench.label("FT1", "JT000000001", parcelsOf(bench)[0]);
    bench.printed();
    expect(["CMDCLOSE", "JT000000001", "JT000000001"].map(bench.scan)).toEqual(["command-ok", "label-ok", "task-opened"]);
  });
});

describe("a waiting scan-back follows its parcel", () => {
  test("through a kill at any moment", () => {
    const path = join(testFolder(), "packbench.db");
    const parcelNo = packed(openBench(path));
    const second = openBench(path);
    second.desk.restore();
    expect(askedFor(second)).toBe(parcelNo);
    expect(second.scan("JT000000002")).toBe("wrong-label");
    second.scan("CMDLATER");
    const third = openBench(path);
    third.desk.restore();
    expect(askedFor(third)).toBeNull();
    expect(listed(third)).toEqual([parcelNo]);
    expect(third.scan("JT000000001")).toBe("label-ok");
    const fourth = openBench(path);
    expect([askedFor(fourth), listed(fourth), stateOf(fourth, parcelNo)]).toEqual([null, [], "scanned"]);
  });

  test("a parcel that is opened again waits no more, and asks anew when it is closed, also after its label was scanned", () => {
    const bench = openBench();
    const parcelNo = packed(bench);
    expect(bench.scan("CMDUNDO")).toBe("command-ok");
    expect(bench.stores.scanBacks.get(parcelNo)).toBeNull();
    expect(bench.scan("A-FT1")).toBe("task-done");
    expect(["JT000000001", "CMDUNDO", "A-FT1"].map(bench.scan)).toEqual(["label-ok", "command-ok", "task-done"]);
    expect(askedFor(bench)).toBe(parcelNo);
    expect(bench.scan("JT000000001")).toBe("label-ok");
    expect(askedFor(bench)).toBeNull();
  });

  test("one that is cancelled is not asked for, and waits for nothing once it was pulled", () => {
    const bench = openBench();
    const parcelNo = packed(bench);
    cancel(bench, "FT1");
    expect(askedFor(bench)).toBeNull();
    expect(listed(bench)).toEqual([]);
    expect(bench.scan("JT000000001")).toBe("command-ok");
    expect(bench.stores.parcels.get(parcelNo)?.state).toBe("pulled");
    expect(bench.stores.scanBacks.get(parcelNo)).toBeNull();
  });

  test("a reprint is to be scanned again, and means the parcel that is asked for", () => {
    const bench = openBench();
    const parcelNo = packed(bench);
    bench.scan("JT000000001");
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    bench.printed();
    expect(listed(bench)).toEqual([parcelNo]);
    expect(bench.scan("JT000000001")).toBe("label-ok");
    expect(stateOf(bench, parcelNo)).toBe("scanned");
  });

  test("with the setting off nothing is asked, listed or kept back; what waited is there when it is on again", () => {
    let on = true;
    const bench = openBench(join(testFolder(), "packbench.db"), () => on);
    const parcelNo = packed(bench);
    bench.scan("CMDLATER");
    on = false;
    expect([askedFor(bench), listed(bench)]).toEqual([null, []]);
    on = true;
    expect(listed(bench)).toEqual([parcelNo]);
    on = false;
    expect(["CMDHANDOVER", "JT000000001"].map(bench.scan)).toEqual(["command-ok", "parcel-ok"]);
    on = true;
    expect(listed(bench)).toEqual([]);
  });
});

describe("without the setting", () => {
  const off = (): Bench => openBench(undefined, () => false);

  test("the label of the parcel closed last climbs to the last rung when it is scanned, in any way a scanner reads it", () => {
    const bench = off();
    const parcelNo = packed(bench);
    expect(verdict(bench)).toMatchObject({ kind: "task-done", title: "Done · FT1", sound: "done" });
    expect(bench.scan("420460121JT000000001")).toBe("label-ok");
    expect(stateOf(bench, parcelNo)).toBe("scanned");
    expect(bench.scan("JT000000001")).toBe("done-already");
    expect(bench.asked).toEqual([]);
  });

  test("a parcel's own number, which may be typed from the screen, still says where its label is", () => {
    const bench = off();
    const parcelNo = packed(bench);
    expect(bench.scan(parcelNo)).toBe("done-already");
    expect(stateOf(bench, parcelNo)).toBe("printed");
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
  });

  test("an old label is refused loudly after the new one came out", () => {
    const bench = off();
    packed(bench);
    bench.label("FT1", "JT000000077", null);
    bench.scan("CMDREPRINT");
    bench.printed();
    expect(["JT000000001", "JT000000077"].map(bench.scan)).toEqual(["wrong-label", "label-ok"]);
  });
});
