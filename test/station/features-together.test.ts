import { describe, expect, test } from "vitest";
import type { DocumentKind, PrintState } from "../../shared/parcel.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

const item = (sku: string, qty = 1) => detailOf(`D-${sku}`, sku, qty);
const SLIP_MS = 60_000;
type Bench = ReturnType<typeof openTestDesk>;

const lastParcel = (bench: Bench): string => bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
const prints = (bench: Bench): readonly string[] => bench.prints().map(({ document, copy, state }) => `${document} ${copy} ${state}`);
/** Only the printer of this document is through with its work. */
const ended = (bench: Bench, document: DocumentKind, state: PrintState): void => {
  for (const job of bench.stores.printJobs.open())
    if (job.document === document)
      bench.stores.printJobs.climb(job, { state, deviceRef: null, failure: null, settled: true, attempts: 1, nextAt: 0 }, 1);
};
/** OMS4 names another tracking number, and its label is still to come. */
const renumbered = (bench: Bench, ftNo: string, trackingNo: string): void => {
  const [{ parcelNo = "" } = {}] = bench.stores.parcels.ofTask(ftNo);
  bench.database.transaction(() => {
    bench.stores.labels.numberNamed({ ftNo, parcelNo: null }, trackingNo, 1);
    bench.desk.trackingChanged({ ftNo, parcelNo, trackingNo });
  });
  bench.desk.tellLabelAlarms();
};
const pack = (bench: Bench, ftNo = "FT1", trackingNo: string | null = "JT000000001"): string => {
  bench.store(taskOf(ftNo, [item(`A-${ftNo}`)]));
  if (trackingNo !== null) bench.label(ftNo, trackingNo);
  [ftNo, `A-${ftNo}`].forEach(bench.scan);
  return lastParcel(bench);
};
const words = (bench: Bench): string => `${bench.desk.state().verdict?.title ?? ""} ${bench.desk.state().verdict?.text ?? ""}`;

describe("a packing slip", () => {
  test("that its dead printer never prints holds up neither the label's scan nor the handover", () => {
    const bench = openTestDesk(undefined, { scanBack: () => true, packingSlips: true });
    pack(bench);
    ended(bench, "shipping-label", "printed");
    expect(prints(bench)).toEqual(["shipping-label 1 printed", "packing-slip 1 queued"]);
    expect(bench.scan("JT000000001")).toBe("label-ok");
    expect(prints(bench)).toEqual(["shipping-label 1 scanned", "packing-slip 1 queued"]);
    expect(["CMDHANDOVER", "JT000000001"].map(bench.scan)).toEqual(["command-ok", "parcel-ok"]);
  });

  test("is no label: a box without one gets its parking slip, is not asked for, and is never said to be labelled", () => {
    const bench = openTestDesk(undefined, { scanBack: () => true, packingSlips: true, slipAfterMs: SLIP_MS });
    bench.parking.start();
    const parcelNo = pack(bench, "FT1", null);
    ended(bench, "packing-slip", "printed");
    expect([bench.scanBack.asked(), bench.scanBack.news().toScan]).toEqual([null, []]);
    bench.jump(SLIP_MS);
    bench.parking.kick();
    expect(prints(bench)).toEqual(["packing-slip 1 printed", "parking-slip 1 queued"]);
    ended(bench, "parking-slip", "printed");
    expect(bench.scan(parcelNo)).toBe("label-waiting");
    bench.jump(SLIP_MS);
    bench.label("FT1", "JT000000001");
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
    ended(bench, "shipping-label", "printed");
    expect(bench.scan("JT000000001")).toBe("label-ok");
    expect(prints(bench).at(-1)).toBe("shipping-label 1 scanned");
  });

  test("that waits for its printer stays when the label's number becomes another", () => {
    const bench = openTestDesk(undefined, { packingSlips: true });
    pack(bench);
    renumbered(bench, "FT1", "JT000000002");
    expect(prints(bench)).toEqual(["shipping-label 1 cancelled", "packing-slip 1 queued"]);
    bench.label("FT1", "JT000000002");
    expect(prints(bench)).toEqual(["shipping-label 1 cancelled", "packing-slip 1 queued", "shipping-label 2 queued"]);
  });

  test("in question is not what REPRINT means at the bench", () => {
    const bench = openTestDesk(undefined, { scanBack: () => true, packingSlips: true });
    pack(bench);
    ended(bench, "shipping-label", "printed");
    ended(bench, "packing-slip", "unknown");
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    expect(prints(bench)).toEqual(["shipping-label 1 printed", "packing-slip 1 unknown", "shipping-label 2 queued"]);
    // Marked in trouble it is
    expect(["CMDTROUBLE", "CMDREPRINT"].map(bench.scan)).toEqual(["command-ok", "command-ok"]);
    expect(prints(bench).slice(1)).toEqual(["packing-slip 1 cancelled", "shipping-label 2 queued", "packing-slip 2 queued"]);
  });

  test("that is asked for while a parked box's label is asked for is that box's", () => {
    const bench = openTestDesk(undefined, { scanBack: () => true, slipAfterMs: SLIP_MS });
    bench.parking.start();
    const parked = pack(bench, "FT1", null);
    bench.jump(SLIP_MS);
    bench.parking.kick();
    bench.printed();
    bench.jump(SLIP_MS);
    bench.label("FT1", "JT000000001");
    pack(bench, "FT2", "JT000000002");
    bench.printed();
    expect(["JT000000002", parked].map(bench.scan)).toEqual(["label-ok", "parcel-ok"]);
    bench.printed();
    expect(["CMDHELP", "CMDPACKINGSLIP"].map(bench.scan)).toEqual(["command-ok", "command-ok"]);
    expect(bench.prints().find(({ document }) => document === "packing-slip")?.parcel_no).toBe(parked);
  });
});

describe("a label that is asked for", () => {
  test("of a parcel that is stopped a second time is not called right: its scan pulls the parcel", () => {
    const bench = openTestDesk(undefined, { scanBack: () => true });
    const parcelNo = pack(bench);
    bench.printed();
    bench.store(taskOf("FT1", [item("A-FT1", 2)]));
    bench.desk.taskNews("FT1");
    expect(bench.trouble.act(`stop:${parcelNo}`, "discard").ok).toBe(true);
    bench.database.transaction(() => bench.stores.scanBacks.want(parcelNo, "FT1", true, 5));
    bench.stores.cancellations.ingest({ ctNo: "CT1", ftNo: "FT1", status: "NEW", whole: true, detailIds: [], updatedAt: null, raw: "" }, 0);
    bench.desk.taskNews("FT1");
    expect(bench.scanBack.asked()).toBeNull();
    bench.scan("JT000000001");
    expect(bench.stores.parcels.get(parcelNo)?.state).toBe("pulled");
  });

  test("and was given up is not promised to come", () => {
    const bench = openTestDesk(undefined, { scanBack: () => true });
    pack(bench);
    bench.printed("failed");
    expect(bench.trouble.act(bench.trouble.list()[0]?.id ?? "", "discard").ok).toBe(true);
    expect(bench.scan("JT000000001")).toBe("command-refused");
    expect(words(bench)).toMatch(/did not print.*REPRINT/);
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    bench.printed();
    expect(bench.scan("JT000000001")).toBe("label-ok");
  });

  test("and is not in force any more is not said to be there before it is", () => {
    const bench = openTestDesk(undefined, { scanBack: () => true });
    pack(bench);
    bench.printed();
    renumbered(bench, "FT1", "JT000000002");
    expect(bench.scan("JT000000001")).toBe("wrong-label");
    expect(words(bench)).toContain("not there yet");
    expect(bench.scan("CMDREPRINT")).toBe("command-refused");
    expect(words(bench)).not.toContain("by itself");
    bench.label("FT1", "JT000000002");
    expect(bench.scan("JT000000001")).toBe("wrong-label");
    expect(words(bench)).toContain("REPRINT prints it");
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    bench.printed();
    expect(bench.scan("JT000000002")).toBe("label-ok");
  });

  test("is put aside where the bench went on without the setting", () => {
    let isOn = true;
    const bench = openTestDesk(undefined, { scanBack: () => isOn });
    const first = pack(bench);
    bench.printed();
    isOn = false;
    expect(bench.scanBack.asked()).toBeNull();
    isOn = true;
    expect(bench.scanBack.asked()?.parcelNo).toBe(first);
    isOn = false;
    pack(bench, "FT2", "JT000000002");
    isOn = true;
    expect(bench.scanBack.asked()).toBeNull();
    expect(bench.scanBack.news().toScan.map(({ parcelNo }) => parcelNo)).toEqual([first]);
    expect(bench.scan("JT000000001")).toBe("label-ok");
  });
});

test("a parked box whose label is not in force any more waits again, and is not said to have one", () => {
  const bench = openTestDesk(undefined, { slipAfterMs: SLIP_MS });
  bench.parking.start();
  const parcelNo = pack(bench, "FT1", null);
  bench.jump(SLIP_MS);
  bench.parking.kick();
  bench.printed();
  bench.jump(SLIP_MS);
  bench.label("FT1", "JT000000001");
  expect(bench.parking.news(Number.MAX_SAFE_INTEGER)).toMatchObject({ ready: [parcelNo], waiting: [] });
  renumbered(bench, "FT1", "JT000000002");
  expect(bench.parking.news(Number.MAX_SAFE_INTEGER)).toMatchObject({ ready: [], waiting: [{ parcelNo }] });
  expect(bench.scan(parcelNo)).toBe("label-waiting");
  bench.jump(SLIP_MS);
  bench.label("FT1", "JT000000002");
  expect(bench.parking.news(Number.MAX_SAFE_INTEGER)).toMatchObject({ ready: [parcelNo], waiting: [] });
  expect(bench.scan(parcelNo)).toBe("parcel-ok");
  expect(prints(bench)).toEqual(["parking-slip 1 printed", "shipping-label 1 queued"]);
});

test("commands that take a code are read without what the scanner sends around them", () => {
  const pins: string[] = [];
  const pin = {
    isSet: () => true,
    verify: (tried: string) => {
      pins.push(tried);
      return { ok: true, value: null } as const;
    },
  };
  const bench = openTestDesk(undefined, { affixes: { prefix: "", suffix: ";" }, pin });
  bench.store(taskOf("FT1", [item("A", 9)], { allowSplit: true, way: "split" }));
  expect(["FT1;", "CMDBOXM;", "CMDPACKER03;", "CMDSUPER4711;"].map(bench.scan)).toEqual([
    "task-opened",
    "command-ok",
    "command-ok",
    "command-ok",
  ]);
  expect(pins).toEqual(["4711"]);
  expect(bench.stores.parcels.packer()).toBe("03");
  expect(bench.stores.parcels.ofTask("FT1")[0]?.carton).toBe("M");
});

test("a digit that the scanner sends behind every code is no digit of a quantity", () => {
  const bench = openTestDesk(undefined, { affixes: { prefix: "", suffix: "5" } });
  bench.store(taskOf("FT1", [item("A", 30)]));
  ["FT15", "CMDQTY25", "A5"].forEach(bench.scan);
  expect(bench.desk.state().bench.open?.units).toMatchObject([{ qty: 2 }]);
  // Nobody who types sends it
  bench.desk.scan("CMDQTY25", [], true);
  bench.desk.scan("A", [], true);
  expect(bench.desk.state().bench.open?.units).toMatchObject([{ qty: 2 }, { qty: 25 }]);
});

describe("what a command means depends on the screen that is open", () => {
  test("REPRINT is about the marked label while the trouble screen is open, else about the last parcel", () => {
    const bench = openTestDesk();
    const changed = pack(bench);
    bench.printed();
    bench.label("FT1", "JT000000001", null, " made anew");
    const reprint = (): string => {
      expect(bench.scan("CMDREPRINT")).toBe("command-ok");
      bench.printed();
      return words(bench);
    };
    bench.scan("CMDTROUBLE");
    const last = pack(bench, "FT2", "JT000000002");
    bench.printed();
    expect(reprint()).toContain(`Parcel ${last}`);
    bench.scan("CMDTROUBLE");
    bench.openScreen.told("bench");
    expect(reprint()).toContain(`Parcel ${last}`);
    bench.scan("CMDTROUBLE");
    expect(reprint()).toContain(`Printing again: ${changed}`);
  });

  test("LEAVE leaves the screen that covers the bench, and the task where none does", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A", 2)]));
    expect(["FT1", "CMDHELP", "CMDCLOSE"].map(bench.scan)).toEqual(["task-opened", "command-ok", "command-ok"]);
    expect(bench.desk.state().bench.open?.task.ftNo).toBe("FT1");
    expect(bench.openScreen.wish()).toMatchObject({ screen: "bench" });
    expect([bench.scan("CMDHELP"), bench.scan("A")]).toEqual(["command-ok", "item-ok"]);
    bench.scan("CMDCLOSE");
    expect(bench.desk.state().bench.open).toBeNull();
  });

  test("a handover that help covers goes on when help is left", () => {
    const bench = openTestDesk();
    expect(["CMDHANDOVER", "CMDHELP", "CMDCLOSE"].map(bench.scan)).toEqual(Array(3).fill("command-ok"));
    expect(bench.desk.state().activity).toBe("handover");
    bench.scan("CMDCLOSE");
    expect(bench.desk.state().activity).toBe("packing");
  });
});
