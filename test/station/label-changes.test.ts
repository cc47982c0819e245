import { describe, expect, test } from "vitest";
import type { PrintState } from "../../shared/parcel.ts";
import { createIngest } from "../../electron/sync/ingest.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

const item = (sku: string, qty = 1) => detailOf(`D-${sku}`, sku, qty);
type Bench = ReturnType<typeof openTestDesk>;

/** A one-parcel task packed with its label `JT1`; gives its parcel number. */
const packed = (bench: Bench, ftNo = "FT1"): string => {
  bench.store(taskOf(ftNo, [item("A")]));
  bench.label(ftNo, "JT1");
  [ftNo, "A"].forEach(bench.scan);
  return bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
};
const labelOfJobs = (bench: Bench, parcelNo: string) =>
  bench.stores.printJobs.ofParcel(parcelNo).map(({ labelId, copy, state }) => ({ labelId, copy, state }));
const troubles = (bench: Bench) => bench.trouble.list().map(({ id, failure, actions }) => ({ id, kind: failure.kind, actions }));
const journalKinds = (bench: Bench, parcelNo: string) => bench.stores.journal.ofParcel(parcelNo).map(({ kind }) => kind);

describe("a label that OMS4 makes anew", () => {
  test("before it was printed is what prints, and nobody is alarmed", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    const renewed = bench.label("FT1", "JT1", parcelNo, " v2");
    expect(labelOfJobs(bench, parcelNo)).toEqual([{ labelId: renewed, copy: 1, state: "queued" }]);
    expect(troubles(bench)).toEqual([]);
    expect(bench.desk.state().verdict?.kind).toBe("task-done");
    expect(journalKinds(bench, parcelNo)).toContain("label-replaced-in-queue");
  });

  test("after it was printed raises an alarm that names the parcel; REPRINT prints the new one, and then all is well", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed();
    const renewed = bench.label("FT1", "JT1", parcelNo, " v2");
    expect(bench.desk.state().verdict).toMatchObject({ kind: "label-changed", title: expect.stringContaining(parcelNo) });
    expect(bench.desk.state().verdict?.text).toMatch(/pull the parcel.*destroy its label.*REPRINT/i);
    expect(troubles(bench)).toEqual([{ id: `changed:${parcelNo}`, kind: "label-changed", actions: ["reprint", "discard"] }]);
    bench.scan("CMDHANDOVER");
    expect(bench.scan(parcelNo)).toBe("label-changed");
    expect(bench.stores.parcels.get(parcelNo)?.state).toBe("closed");
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    expect(labelOfJobs(bench, parcelNo).at(-1)).toEqual({ labelId: renewed, copy: 2, state: "queued" });
    expect(bench.scan(parcelNo)).toBe("label-changed");
    bench.printed();
    expect(troubles(bench)).toEqual([]);
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
  });

  test("is told by the siren where the tracking number is another, and the old label is refused at the handover", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed();
    bench.label("FT1", "JT9", parcelNo);
    expect(bench.desk.state().verdict).toMatchObject({ kind: "tracking-changed", sound: "stop" });
    expect(bench.desk.state().verdict?.text).toMatch(/JT9 now, not JT1/);
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    bench.printed();
    expect(troubles(bench)).toEqual([]);
    bench.scan("CMDHANDOVER");
    expect(bench.scan("JT1")).toBe("label-changed");
    expect(bench.scan("JT9")).toBe("parcel-ok");
  });

  test("is told from the old one in whatever way the numbers are written", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [detailOf("11", "ONE")]));
    bench.label("FT1", "1Z 999 AA1 01 2345 6784");
    ["FT1", "ONE"].forEach(bench.scan);
    bench.printed();
    bench.label("FT1", "1Z 999 AA1 01 2345 6795", bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "");
    bench.scan("CMDREPRINT");
    bench.printed();
    bench.scan("CMDHANDOVER");
    expect(bench.scan("1Z999AA10123456784")).toBe("label-changed");
    expect(bench.scan("1Z999AA10123456795")).toBe("parcel-ok");
  });

  test("is kept in every version, with its hash and the time it came", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed();
    bench.label("FT1", "JT1", parcelNo, " v2");
    bench.label("FT1", "JT1", parcelNo, " v3");
    const versions = bench.stores.labels.ofTask("FT1");
    expect(versions).toHaveLength(3);
    expect(new Set(versions.map(({ sha256 }) => sha256)).size).toBe(3);
    const told = bench.stores.journal.ofParcel(parcelNo).filter(({ kind }) => kind === "label-changed");
    expect(told.map(({ after }) => after)).toMatchObject(
      versions.slice(1).map(({ sha256, fetchedAt, trackingNo }) => ({ sha256, fetchedAt, trackingNo })),
    );
    // The alarm stays one, and is about the newest
    expect(bench.stores.labelChanges.list(5)).toMatchObject([{ parcelNo, labelId: versions[2]?.id, oldLabelId: versions[0]?.id }]);
  });

  test("and back to what is on the box is an alarm no more", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed();
    bench.label("FT1", "JT1", parcelNo, " v2");
    bench.label("FT1", "JT1", parcelNo);
    expect(troubles(bench)).toEqual([]);
    expect(bench.scan(parcelNo)).toBe("done-already");
  });

  test("while a print of it is in doubt is alarmed about, and confirming the old one doesn't end that", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed("unknown");
    bench.label("FT1", "JT1", parcelNo, " v2");
    const doubt = bench.trouble.list().find(({ source }) => source === "print")?.id ?? "";
    expect(bench.trouble.act(doubt, "printed").ok).toBe(true);
    expect(troubles(bench).map(({ id }) => id)).toEqual([`changed:${parcelNo}`]);
    expect(bench.trouble.act(`changed:${parcelNo}`, "reprint").ok).toBe(true);
    bench.printed();
    expect(troubles(bench)).toEqual([]);
  });

  test("whose own print is in doubt is asked about first: the alarm prints no second one meanwhile", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed();
    bench.label("FT1", "JT9", parcelNo);
    expect(bench.trouble.act(`changed:${parcelNo}`, "reprint").ok).toBe(true);
    bench.printed("unknown");
    expect(troubles(bench)).toMatchObject([{ id: `changed:${parcelNo}`, actions: ["discard"] }, { kind: expect.anything() }]);
    expect(bench.trouble.act(`changed:${parcelNo}`, "reprint")).toMatchObject({ ok: false, failure: { kind: "not-now" } });
    expect(bench.prints()).toHaveLength(2);
    const doubt = bench.trouble.list().find(({ source }) => source === "print")?.id ?? "";
    expect(bench.trouble.act(doubt, "printed").ok).toBe(true);
    expect([troubles(bench), bench.prints().length]).toEqual([[], 2]);
  });

  test("while its parcel is open again is noticed when it is closed", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A"), item("B")]));
    bench.label("FT1", "JT1");
    ["FT1", "A", "B"].forEach(bench.scan);
    bench.printed();
    const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
    bench.scan("CMDUNDO");
    bench.label("FT1", "JT1", null, " v2");
    expect(troubles(bench)).toEqual([]);
    expect(bench.scan("B")).toBe("task-done");
    bench.desk.tellLabelAlarms();
    expect(bench.desk.state().verdict?.kind).toBe("label-changed");
    expect(bench.prints()).toHaveLength(1);
    expect(troubles(bench).map(({ id }) => id)).toEqual([`changed:${parcelNo}`]);
  });

  test("of a print that failed for another reason prints as the new one when a person retries it", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed("failed");
    const renewed = bench.label("FT1", "JT1", parcelNo, " v2");
    expect(labelOfJobs(bench, parcelNo)).toEqual([{ labelId: renewed, copy: 1, state: "failed" }]);
    const [failed] = bench.trouble.list();
    expect(bench.trouble.act(failed?.id ?? "", "retry").ok).toBe(true);
    expect(labelOfJobs(bench, parcelNo)).toEqual([{ labelId: renewed, copy: 1, state: "queued" }]);
  });

  test("can be given up by a person, and the journal knows", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed();
    bench.label("FT1", "JT1", parcelNo, " v2");
    expect(bench.trouble.act(`changed:${parcelNo}`, "discard").ok).toBe(true);
    expect(troubles(bench)).toEqual([]);
    expect(journalKinds(bench, parcelNo)).toContain("label-change-given-up");
  });

  test("of which only the new tracking number is known stops the parcel, and says so again when the label comes", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed();
    bench.database.transaction(() => bench.desk.trackingChanged({ ftNo: "FT1", parcelNo, trackingNo: "JT9" }));
    bench.desk.tellLabelAlarms();
    expect(bench.desk.state().verdict).toMatchObject({ kind: "tracking-changed" });
    expect(bench.scan("CMDREPRINT")).toBe("command-refused");
    expect(bench.stores.parcels.wantsLabel(parcelNo)).toBe(true);
    const renewed = bench.label("FT1", "JT9", parcelNo);
    expect(bench.desk.state().verdict).toMatchObject({ kind: "tracking-changed" });
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    expect(labelOfJobs(bench, parcelNo).at(-1)).toMatchObject({ labelId: renewed, copy: 2 });
  });
});

describe("a label made anew while the printer had the old one and it is not known to be out", () => {
  /** The queue's step on the one open job. */
  const step = (bench: Bench, state: PrintState): void => {
    const [job] = bench.stores.printJobs.open();
    if (job === undefined) throw new Error("nothing is being printed");
    const to = { state, deviceRef: null, failure: null, settled: false, attempts: 1, nextAt: 0 };
    expect(bench.stores.printJobs.climb(job, to, 5)).toBe(true);
  };

  test.each(["queued", "failed"] as const)("is what goes out when the old one never left (%s), and the alarm ends", (state) => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    step(bench, "sent");
    const renewed = bench.label("FT1", "JT1", parcelNo, " v2");
    expect(troubles(bench).map(({ id }) => id)).toEqual([`changed:${parcelNo}`]);
    step(bench, state);
    expect(labelOfJobs(bench, parcelNo)).toEqual([{ labelId: renewed, copy: 1, state }]);
    expect(bench.stores.labelChanges.get(parcelNo)).toBeNull();
  });

  test("is printed once however often the alarm is answered while it goes out", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed();
    bench.label("FT1", "JT1", parcelNo, " v2");
    expect(bench.trouble.act(`changed:${parcelNo}`, "reprint").ok).toBe(true);
    for (const state of ["queued", "sent", "accepted"] as const) {
      step(bench, state);
      expect(bench.trouble.act(`changed:${parcelNo}`, "reprint")).toMatchObject({ ok: false, failure: { kind: "not-now" } });
      expect(bench.scan("CMDREPRINT")).toBe("command-refused");
    }
    bench.printed();
    // From a screen that still shows the alarm
    expect(bench.trouble.act(`changed:${parcelNo}`, "reprint")).toMatchObject({ ok: false, failure: { kind: "not-found" } });
    expect(bench.trouble.act(`stop:${parcelNo}`, "reprint")).toMatchObject({ ok: false, failure: { kind: "not-found" } });
    expect(labelOfJobs(bench, parcelNo)).toHaveLength(2);
    expect(troubles(bench)).toEqual([]);
  });

  test("once more while the answer to the alarm is still queued prints as the newest, and ends the alarm", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed("unknown");
    bench.label("FT1", "JT2", parcelNo);
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    const newest = bench.label("FT1", "JT3", parcelNo);
    expect(labelOfJobs(bench, parcelNo).at(-1)).toEqual({ labelId: newest, copy: 2, state: "queued" });
    bench.printed();
    expect(troubles(bench)).toEqual([]);
    bench.scan("CMDHANDOVER");
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
  });

  test("stays an alarm where an earlier print of the old one is out", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench);
    bench.printed();
    expect(bench.trouble.printAgain(parcelNo, "torn").ok).toBe(true);
    step(bench, "sent");
    const renewed = bench.label("FT1", "JT1", parcelNo, " v2");
    step(bench, "queued");
    expect(labelOfJobs(bench, parcelNo).at(-1)).toEqual({ labelId: renewed, copy: 2, state: "queued" });
    expect(troubles(bench).map(({ id }) => id)).toEqual([`changed:${parcelNo}`]);
    bench.printed();
    expect(troubles(bench)).toEqual([]);
  });
});

test("a label whose tracking number is not in force any more never comes out: its parcel waits for the new one, which prints by itself", () => {
  const bench = openTestDesk();
  const parcelNo = packed(bench);
  bench.database.transaction(() => bench.desk.trackingChanged({ ftNo: "FT1", parcelNo, trackingNo: "JT9" }));
  expect(bench.stores.printJobs.open()).toEqual([]);
  expect(bench.stores.parcels.wantsLabel(parcelNo)).toBe(true);
  const renewed = bench.label("FT1", "JT9", parcelNo);
  expect(bench.stores.printJobs.open()).toMatchObject([{ parcelNo, labelId: renewed }]);
  expect(troubles(bench)).toEqual([]);
});

describe("the alarm's REPRINT", () => {
  test("means the alarmed parcel only until something else is scanned", () => {
    const bench = openTestDesk();
    const first = packed(bench, "FT1");
    bench.store(taskOf("FT2", [item("B")]));
    bench.label("FT2", "JT2");
    ["FT2", "B"].forEach(bench.scan);
    const second = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
    bench.printed();
    bench.label("FT1", "JT1", first, " v2");
    bench.scan("FT2");
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    expect(bench.stores.printJobs.latestForParcel(second)?.copy).toBe(2);
    expect(bench.stores.printJobs.latestForParcel(first)?.copy).toBe(1);
    expect(bench.scan(first)).toBe("label-changed");
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    expect(bench.stores.printJobs.latestForParcel(first)?.copy).toBe(2);
  });
});

test("REPRINT after a changed address means the parcel that the alarm named, at once and when it is scanned later", () => {
  const bench = openTestDesk();
  const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1" });
  const send = (ftNo: string, address: string): void => {
    const task_details = [{ task_detail_id: ftNo, brand_sku_code: ftNo, brand_code: "B", sku_name: "x", qty: 1 }];
    const raw = { ft_no: ftNo, order_no: "", status: "NEW", allow_ft_split: 0, delivery_carrier: "", name: "Tan", address, task_details };
    for (const changed of ingest.taskPage([raw], 5).changed) bench.desk.taskNews(changed);
  };
  for (const ftNo of ["FT1", "FT2"]) {
    send(ftNo, "1 Road");
    [ftNo, ftNo].forEach(bench.scan);
  }
  bench.scan("FT1");
  const [first, second] = ["FT1", "FT2"].map((ftNo) => bench.stores.parcels.ofTask(ftNo)[0]?.parcelNo ?? "");
  expect(bench.prints().map(({ parcel_no }) => parcel_no)).toEqual([first, second]);
  bench.printed();
  send("FT1", "2 Lane");
  expect(bench.desk.state().verdict?.text).toContain(`Pull ${first}`);
  expect(bench.scan("CMDREPRINT")).toBe("command-ok");
  expect(bench.prints().at(-1)).toMatchObject({ parcel_no: first, copy: 2 });
  bench.printed();
  send("FT1", "3 Street");
  bench.scan("FT2");
  expect(bench.scan(first ?? "")).toBe("task-changed");
  expect(bench.scan("CMDREPRINT")).toBe("command-ok");
  expect(bench.prints().at(-1)).toMatchObject({ parcel_no: first, copy: 3 });
});

test("a label that is on another parcel is never put on this one: nothing prints, and OMS4 is asked again", () => {
  const bench = openTestDesk();
  const first = packed(bench, "FT1");
  bench.database.prepare("update parcel set sequence = 2 where parcel_no = ?").run(first);
  bench.database
    .prepare("insert into parcel (parcel_no, ft_no, sequence, state, opened_at, closed_at) values ('PBOTHER', 'FT1', 1, 'closed', 1, 1)")
    .run();
  const label = bench.stores.labels.forParcel(first);
  const taken = bench.database.transaction(() => bench.desk.labelStored({ ftNo: "FT1", parcelNo: "PBOTHER", labelId: label?.id ?? 0 }));
  expect(taken).toBe(false);
  expect(bench.stores.printJobs.ofParcel("PBOTHER")).toEqual([]);
  expect(bench.stores.parcels.get("PBOTHER")?.trackingNo).toBe("");
  expect(bench.stores.parcels.wantsLabel("PBOTHER")).toBe(true);
});
