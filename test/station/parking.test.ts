import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";

const item = (sku: string, qty = 1) => detailOf(`D-${sku}`, sku, qty);
const SLIP_MS = 60_000;
const open = (slipAfterMs = SLIP_MS, path = join(testFolder(), "packbench.db")) => {
  const bench = openTestDesk(path, { slipAfterMs });
  bench.parking.start();
  return bench;
};
type Bench = ReturnType<typeof open>;

/** A box of a split task, closed and without its label. */
const packed = (bench: Bench, ftNo = "FT1"): string => {
  bench.store(taskOf(ftNo, [item("A"), item("B")], { way: "split", allowSplit: true }));
  [ftNo, "A", "CMDNEWPARCEL", "B", "CMDFINISH"].forEach(bench.scan);
  const [first] = bench.stores.parcels.ofTask(ftNo);
  return first?.parcelNo ?? "";
};
const wait = (bench: Bench, ms: number): void => {
  bench.jump(ms);
  bench.parking.kick();
};
const documents = (bench: Bench, parcelNo: string): readonly string[] =>
  bench.stores.printJobs.ofParcel(parcelNo).map(({ document, copy, state }) => `${document} ${copy} ${state}`);

describe("a box whose label does not come", () => {
  test("gets one parking slip after the wait, and its label then waits for the slip's scan", () => {
    const bench = open();
    const parcelNo = packed(bench);
    bench.parking.kick();
    expect(documents(bench, parcelNo)).toEqual([]);
    wait(bench, SLIP_MS);
    wait(bench, SLIP_MS);
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 queued"]);
    bench.printed();
    bench.label("FT1", "T1", parcelNo);
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 printed"]);
    expect(bench.parking.news(Date.now())).toMatchObject({ ready: [parcelNo], readyCount: 1 });
    expect(bench.scan(parcelNo.toLowerCase())).toBe("parcel-ok");
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 printed", "shipping-label 1 queued"]);
    expect(bench.parking.news(Date.now()).readyCount).toBe(0);
  });

  test("leaves again with a slip printed anew, also when it was scanned just before: its label waits for that slip", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS);
    bench.printed("unknown");
    expect(bench.scan(parcelNo)).toBe("label-waiting");
    const doubt = bench.trouble.list().find(({ about }) => about.startsWith(parcelNo));
    expect(bench.trouble.act(doubt?.id ?? "", "reprint").ok).toBe(true);
    bench.printed();
    bench.label("FT1", "T1", parcelNo);
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 cancelled", "parking-slip 2 printed"]);
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
    expect(documents(bench, parcelNo).at(-1)).toBe("shipping-label 1 queued");
  });

  test("has a slip in doubt that needs nobody any more once the box is back and its label prints", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS);
    bench.printed("unknown");
    bench.label("FT1", "T1", parcelNo);
    const doubts = () => bench.trouble.list().filter(({ about }) => about.startsWith(parcelNo)).length;
    expect(doubts()).toBe(1);
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
    expect([documents(bench, parcelNo), doubts()]).toEqual([["parking-slip 1 cancelled", "shipping-label 1 queued"], 0]);
  });

  test("has a slip that, scanned again, says what became of the label; REPRINT means that very box", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS);
    bench.printed();
    bench.label("FT1", "T1", parcelNo);
    bench.scan(parcelNo);
    expect(bench.scan(parcelNo)).toBe("done-already");
    bench.printed();
    expect(bench.scan(parcelNo)).toBe("done-already");
    expect(bench.desk.state().verdict?.text).toMatch(/REPRINT/);
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    expect(documents(bench, parcelNo).at(-1)).toBe("shipping-label 2 queued");
  });

  test("whose slip is scanned too early is told how long it waits, OMS4 is asked, and the label prints by itself while it stands there", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS);
    bench.printed();
    bench.jump(240_000);
    expect(bench.scan(parcelNo)).toBe("label-waiting");
    expect(bench.desk.state().verdict?.title).toMatch(/waiting 5 min/);
    expect(bench.labelsAskedFor).toEqual([parcelNo]);
    bench.jump(10_000);
    bench.label("FT1", "T1", parcelNo);
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 printed", "shipping-label 1 queued"]);
  });

  test("goes back when the label still doesn't come: a later one waits for the slip again", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS);
    bench.printed();
    bench.scan(parcelNo);
    bench.jump(60_000);
    bench.label("FT1", "T1", parcelNo);
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 printed"]);
  });

  test("gets no slip when the label comes in time, and the label prints by itself", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS / 4);
    bench.label("FT1", "T1", parcelNo);
    wait(bench, SLIP_MS);
    expect(documents(bench, parcelNo)).toEqual(["shipping-label 1 queued"]);
  });

  test("gets its label instead of a slip that has not come out yet: the box stands at the bench still", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS);
    bench.label("FT1", "T1", parcelNo);
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 cancelled", "shipping-label 1 queued"]);
  });

  test("gets no slip where the settings say never", () => {
    const bench = open(0);
    const parcelNo = packed(bench);
    wait(bench, 10 * SLIP_MS);
    expect(documents(bench, parcelNo)).toEqual([]);
    bench.label("FT1", "T1", parcelNo);
    expect(documents(bench, parcelNo)).toEqual(["shipping-label 1 queued"]);
  });

  test("gets no slip and no label once its task is cancelled, and its slip says STOP", () => {
    const bench = open();
    const parcelNo = packed(bench);
    const second = packed(bench, "FT2");
    wait(bench, SLIP_MS);
    bench.printed();
    const cancel = (ftNo: string): void => {
      bench.stores.cancellations.ingest(
        { ctNo: `CT-${ftNo}`, ftNo, status: "NEW", whole: true, detailIds: [], updatedAt: null, raw: ftNo },
        0,
      );
    };
    cancel("FT1");
    bench.label("FT1", "T1", parcelNo);
    expect(bench.scan(parcelNo)).toBe("cancelled");
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 printed"]);
    const third = packed(bench, "FT3");
    cancel("FT3");
    wait(bench, SLIP_MS);
    expect(documents(bench, third)).toEqual([]);
    expect(documents(bench, second)).toEqual(["parking-slip 1 printed"]);
  });

  test("opened again and closed again gets no second slip, and its label comes by itself only while it is at the bench", () => {
    const bench = open();
    bench.store(taskOf("FT1", [item("A")]));
    ["FT1", "A"].forEach(bench.scan);
    const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
    wait(bench, SLIP_MS);
    bench.printed();
    expect(bench.scan("CMDUNDO")).toBe("command-ok");
    expect(bench.scan("A")).toBe("task-done");
    wait(bench, SLIP_MS);
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 printed"]);
    bench.label("FT1", "T1", parcelNo);
    expect(bench.stores.parkedBoxes.get(parcelNo)?.labelAt).not.toBeNull();
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
  });

  test("closed before a restart gets its slip after it, when OMS4 had its chance to answer", () => {
    const path = join(testFolder(), "packbench.db");
    const first = open(SLIP_MS, path);
    const parcelNo = packed(first);
    const again = open(SLIP_MS, path);
    again.jump(SLIP_MS / 2);
    again.parking.kick();
    expect(documents(again, parcelNo)).toEqual([]);
    wait(again, SLIP_MS);
    expect(documents(again, parcelNo)).toEqual(["parking-slip 1 queued"]);
  });

  test("prints nothing while another task is open, and says what to do", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS);
    bench.printed();
    bench.label("FT1", "T1", parcelNo);
    bench.store(taskOf("FT2", [item("C"), item("D")]));
    ["FT2", "C"].forEach(bench.scan);
    expect(bench.scan(parcelNo)).toBe("command-refused");
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 printed"]);
    expect(bench.scan("D")).toBe("task-done");
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
  });

  test("is not handed over with nothing but a slip on it", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS);
    bench.printed();
    bench.scan("CMDHANDOVER");
    expect(bench.scan(parcelNo)).toBe("command-refused");
    expect(bench.stores.parcels.get(parcelNo)?.state).toBe("closed");
  });

  test("whose slip is in doubt is asked about by itself, and printing it again prints the slip, not the label", () => {
    const bench = open();
    const parcelNo = packed(bench);
    wait(bench, SLIP_MS);
    bench.printed("unknown");
    const [doubt] = bench.trouble.list();
    expect(doubt?.title).toMatch(/Parking slip/);
    expect(bench.trouble.act(doubt?.id ?? "", "reprint").ok).toBe(true);
    expect(documents(bench, parcelNo)).toEqual(["parking-slip 1 cancelled", "parking-slip 2 queued"]);
  });
});

describe("a label that is late", () => {
  test("shows how long it has waited, amber after two minutes, and needs a person ten minutes after the closing if OMS4 still has none", () => {
    const bench = open(0);
    const parcelNo = packed(bench);
    const closedAt = bench.stores.parcels.get(parcelNo)?.closedAt ?? 0;
    const stands = (afterMs: number) => bench.parking.labelOf({ parcelNo, state: "closed", closedAt }, closedAt + afterMs);
    expect(stands(30_000)).toEqual({ label: "waiting", words: "waiting for the label · 30 s" });
    expect(stands(130_000)).toEqual({ label: "late", words: "waiting for the label · 2 min" });
    expect(stands(600_000).label).toBe("overdue");
    bench.database.transaction(() => bench.stores.parcels.markLabelChecked(parcelNo, closedAt + 599_000, true));
    expect(bench.trouble.list()).toEqual([]);
    bench.database.transaction(() => bench.stores.parcels.markLabelChecked(parcelNo, closedAt + 601_000, true));
    bench.jump(610_000);
    expect(bench.trouble.list()).toMatchObject([
      { id: `late:${parcelNo}`, failure: { kind: "label-late" }, actions: ["retry", "discard"] },
    ]);
    expect(bench.scan("CMDTROUBLE")).toBe("command-ok");
    expect(bench.scan("CMDRETRY")).toBe("command-ok");
    expect(bench.labelsAskedFor).toEqual([parcelNo]);
    bench.label("FT1", "T1", parcelNo);
    expect(bench.trouble.list()).toEqual([]);
  });

  test("of a cancelled task is nobody's trouble", () => {
    const bench = open(0);
    const parcelNo = packed(bench);
    const closedAt = bench.stores.parcels.get(parcelNo)?.closedAt ?? 0;
    bench.database.transaction(() => bench.stores.parcels.markLabelChecked(parcelNo, closedAt + 700_000, true));
    expect(bench.trouble.list()).toHaveLength(1);
    bench.stores.tasks.markState("FT1", "cancelled", 1);
    expect(bench.trouble.list()).toEqual([]);
  });
});
