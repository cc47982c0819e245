import { describe, expect, test } from "vitest";
import { fail, succeed } from "../../shared/failures.ts";
import type { OutboxEntry } from "../../electron/store/outbox.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

const PIN = {
  isSet: () => true,
  verify: (pin: string) => (pin === "4711" ? succeed(null) : fail("not-now", "This is not the supervisor's PIN.")),
};
const MINUTE = 60_000;

/** A task packed for our own carrier whose report OMS4 refused. */
const refused = (more: Parameters<typeof openTestDesk>[1] = {}) => {
  const bench = openTestDesk(undefined, more);
  bench.store(taskOf("FT1", [detailOf("11", "ONE", 1, { weightKg: 0.4 })], { way: "own", carrier: "" }));
  bench.scan("FT1");
  bench.scan("ONE");
  const { outbox } = bench.stores;
  const report = (): OutboxEntry => {
    const id = bench.database.prepare<{ id: number }>("select id from outbox where call = 'parcel-packed'").get()?.id ?? 0;
    const entry = outbox.get(id);
    if (entry === null) throw new Error("no report");
    return entry;
  };
  const now = report().createdAt;
  outbox.markSending(report().id, now);
  outbox.park(report().id, fail("oms4-refused", "weight is required (code 400).").failure, false, now);
  return { ...bench, report, outbox, id: `outbox:${report().id}`, lines: () => bench.stores.journal.ofTask("FT1") };
};
const partOf = ({ body }: OutboxEntry): Record<string, unknown> => (body["parcels"] as Record<string, unknown>[])[0] ?? {};

describe("a refused report", () => {
  /** A parcel of a task that may be split, of which OMS4 says that it has it already. */
  const refusedSplit = () => {
    const bench = openTestDesk();
    const { outbox, parcels } = bench.stores;
    bench.store(taskOf("FT1", [detailOf("11", "ONE")], { way: "split", allowSplit: true }));
    ["FT1", "ONE", "CMDFINISH"].map(bench.scan);
    const report = outbox.openOfTask("FT1").find(({ call }) => call === "parcel-packed");
    if (report === undefined || report.parcelNo === null) throw new Error("no report");
    outbox.markSending(report.id, report.createdAt);
    outbox.park(report.id, fail("duplicate-parcel", "it is there").failure, false, report.createdAt);
    const wanting = () => parcels.wantingLabel(9).map(({ parcelNo }) => parcelNo);
    return {
      ...bench,
      parcelNo: report.parcelNo,
      wanting,
      giveUp: () => bench.trouble.act(`outbox:${report.id}`, "discard", "OMS4 has it already"),
    };
  };

  test("is named with its ways out when trouble is opened", () => {
    const bench = refused();
    bench.scan("CMDTROUBLE");
    expect(bench.desk.state().verdict?.text).toBe("RETRY or CORRECT deals with the marked one.");
  });

  test("of a split parcel that is given up lets its label come", () => {
    const bench = refusedSplit();
    expect(bench.wanting()).toEqual([]);
    expect(bench.giveUp().ok).toBe(true);
    expect(bench.wanting()).toEqual([bench.parcelNo]);
    bench.label("FT1", "JT1", bench.parcelNo);
    expect(bench.prints()).toMatchObject([{ parcel_no: bench.parcelNo, document: "shipping-label", state: "queued" }]);
  });

  test("of a split parcel that was opened again asks for no label when it is given up", () => {
    const bench = refusedSplit();
    bench.giveUp();
    expect(bench.scan("CMDUNDO")).toBe("command-ok");
    expect([bench.wanting(), bench.stores.parcels.wantsLabel(bench.parcelNo)]).toEqual([[], false]);
  });

  test("shows OMS4's words and ours, and its ways out with what may be put right", () => {
    const bench = refused();
    const [trouble] = bench.trouble.list();
    expect(trouble).toMatchObject({
      id: bench.id,
      title: "Parcel packed is not at OMS4",
      failure: { kind: "oms4-refused", detail: "weight is required (code 400)." },
      actions: ["retry", "correct", "discard"],
    });
    expect(trouble?.fields?.map(({ label, value }) => `${label} ${value}`.trim())).toEqual([
      "Weight (kg)",
      "Length (cm)",
      "Width (cm)",
      "Height (cm)",
      "Carrier Own fleet",
      "Delivery type Standard",
      "Carrier id",
      "Cost",
      "Source location FP 1",
      "Destination 1 Road, Singapore, 460121, SG",
      "Order number ORD-FT1",
      "Sales channel Shopee SG",
      `Tracking number ${bench.report().parcelNo}`,
    ]);
  });

  test("corrected goes again under the same number with only that changed, and the journal keeps before and after", () => {
    const bench = refused();
    const before = bench.report();
    const corrected = bench.trouble.correct(bench.id, {
      weight: " 1,25 ",
      actual_delivery_partner: "GoGo Courier",
      actual_delivery_type: "premium",
      tracking_no: "GG-77",
    });
    expect(corrected).toEqual({ ok: true, value: null });
    const after = bench.report();
    expect(after).toMatchObject({ state: "pending", attempts: 0, corrected: false });
    expect(partOf(after)).toEqual({
      ...partOf(before),
      weight: 1.25,
      actual_delivery_partner: "GoGo Courier",
      actual_delivery_carrier: "GoGo Courier",
      actual_delivery_type: "Premium",
      tracking_no: "GG-77",
    });
    expect(bench.stores.parcels.byTracking("gg-77")).toMatchObject([{ parcelNo: before.parcelNo }]);
    expect(bench.lines().at(-1)).toMatchObject({
      kind: "report-corrected",
      before: { call: "parcel-packed", weight: null, actual_delivery_partner: "Own fleet", tracking_no: before.parcelNo },
      after: { weight: 1.25, actual_delivery_partner: "GoGo Courier", actual_delivery_type: "Premium", tracking_no: "GG-77" },
    });
    expect(bench.work).toContain("trouble");
  });

  test("is corrected where OMS4 asks for the places, the order's number or its channel; the journal holds no address", () => {
    const bench = refused();
    const before = bench.report();
    const typed = { source_location: "Hall 3, 5 Tuas Ave", dest_location: "1 Orchard Road", order_no: "SO-77", sales_channel: "Lazada SG" };
    expect(bench.trouble.correct(bench.id, typed)).toEqual({ ok: true, value: null });
    const { body } = bench.report();
    expect(body).toMatchObject({ ...before.body, order_no: "SO-77", sales_channel: "Lazada SG", parcels: [{}] });
    expect(partOf(bench.report())).toEqual({
      ...partOf(before),
      source_location: "Hall 3, 5 Tuas Ave",
      dest_location: "1 Orchard Road",
    });
    expect(bench.lines().at(-1)).toMatchObject({
      kind: "report-corrected",
      after: { source_location: "Hall 3, 5 Tuas Ave", order_no: "SO-77" },
    });
    expect(JSON.stringify(bench.lines())).not.toContain("Orchard");
    expect(JSON.stringify(bench.lines())).not.toContain("1 Road");
  });

  test("of which OMS4 refuses a line's brand has the codes of each line to put right, and keeps its lines", () => {
    const bench = refused();
    bench.outbox.park(bench.report().id, fail("oms4-refused", "brand_code BR01 is unknown (code 400).").failure, false, 1);
    const names = bench.trouble.list()[0]?.fields?.map(({ name, label, value }) => `${name} | ${label} | ${value}`);
    expect(names).toContain("brand_code.11 | Brand code · ONE | BR01");
    expect(names).toContain("brand_sku_code.11 | Brand SKU code · ONE | ONE");
    const bad = bench.trouble.correct(bench.id, { "brand_code.11": " " });
    expect(bad.ok ? "" : bad.failure.detail).toContain("Brand code must not be empty");
    const [line] = partOf(bench.report())["parcel_items"] as Record<string, unknown>[];
    expect(bench.trouble.correct(bench.id, { "brand_code.11": "BR02" })).toEqual({ ok: true, value: null });
    expect(partOf(bench.report())["parcel_items"]).toEqual([{ ...line, brand_code: "BR02" }]);
  });

  test("is not sent with a value that can't be, and says which", () => {
    const bench = refused();
    for (const [name, typed, words] of [
      ["weight", "heavy", "Weight (kg): write a number"],
      ["length", "-3", "Length (cm): write a number"],
      ["actual_delivery_type", "Teleport", "Delivery type: one of"],
      ["actual_delivery_partner", " ", "Carrier must not be empty"],
      ["tracking_no", "", "Tracking number must not be empty"],
    ] as const) {
      const answer = bench.trouble.correct(bench.id, { [name]: typed });
      expect(answer.ok ? "" : answer.failure.detail).toContain(words);
    }
    expect(bench.report().state).toBe("parked");
  });

  test("of an integrated carrier has no carrier, cost or tracking number of ours to put right; news have their words", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT2", [detailOf("21", "TWO")]));
    bench.scan("FT2");
    bench.scan("TWO");
    for (const { id } of bench.database.prepare<{ id: number }>("select id from outbox order by id").all())
      bench.stores.outbox.park(id, fail("oms4-refused", "no").failure, false, 1);
    const names = bench.trouble.list().map(({ title, fields }) => `${title}: ${fields?.map(({ name }) => name).join(" ")}`);
    expect(names).toContain(
      "Parcel packed is not at OMS4: weight length width height source_location dest_location order_no sales_channel",
    );
    expect(names.filter((name) => name === "Task news is not at OMS4: description")).toHaveLength(2);
  });

  test("that may have arrived before is marked, so that nobody takes the old form at OMS4 for the corrected one", () => {
    const bench = refused();
    bench.database.prepare("update outbox set ambiguous = 1 where id = ?").run(bench.report().id);
    bench.trouble.correct(bench.id, { weight: "2" });
    expect(bench.report()).toMatchObject({ ambiguous: true, corrected: true });
  });

  test("is corrected by scan only where there is something to correct", () => {
    const bench = refused();
    expect(bench.scan("CMDCORRECT")).toBe("command-ok");
    expect(bench.openScreen.wish()).toMatchObject({ screen: "correct" });
    bench.trouble.act(bench.id, "retry");
    expect(bench.scan("CMDCORRECT")).toBe("command-refused");
  });
});

describe("giving a report up", () => {
  test("without a PIN wants a reason and a second scan, and the journal says who and why", () => {
    const bench = refused();
    bench.scan("CMDPACKER03");
    expect(bench.desk.scan("CMDDISCARD").verdict.title).toBe("Give this up? Why?");
    const again = bench.desk.scan("CMDDISCARD").verdict;
    expect(again.kind).toBe("command-ok");
    expect(bench.report().state).toBe("parked");
    expect(bench.stationCommands.givingUp(again.at)).toMatchObject({ id: bench.id, wants: "reason" });
    expect(bench.desk.scan("CMDDISCARDHANDLED").verdict.title).toBe("Give this up?");
    expect(bench.report().state).toBe("parked");
    expect(bench.desk.scan("CMDDISCARD").verdict.title).toBe(`Given up: FT1 · ${bench.report().parcelNo}`);
    expect(bench.report().state).toBe("discarded");
    expect(bench.lines().at(-1)).toMatchObject({
      kind: "report-discarded",
      packer: "03",
      after: { reason: "Put right in OMS4 by hand", allowedBy: "second scan", mayBeAtOms4: false },
    });
  });

  test("is forgotten when another command comes between", () => {
    const bench = refused();
    bench.scan("CMDDISCARDDOUBLE");
    bench.scan("CMDNEXT");
    expect(bench.desk.scan("CMDDISCARDDOUBLE").verdict.title).toBe("Give this up?");
    expect(bench.report().state).toBe("parked");
  });

  test("with a PIN waits for the supervisor's badge, which does what was asked; a wrong one does nothing", () => {
    const bench = refused({ pin: PIN });
    expect(bench.desk.scan("CMDDISCARDCANCELLED").verdict.title).toBe("A supervisor's badge");
    expect(bench.scan("CMDDISCARDCANCELLED")).toBe("command-ok");
    expect(bench.scan("CMDSUPER0000")).toBe("command-refused");
    expect(bench.report().state).toBe("parked");
    expect(bench.desk.scan("CMDSUPER4711").verdict.title).toContain("Given up");
    expect(bench.report().state).toBe("discarded");
    expect(bench.lines().find(({ kind }) => kind === "report-discarded")?.after).toMatchObject({
      reason: "The order is cancelled",
      allowedBy: "supervisor",
    });
    const everything = JSON.stringify(bench.database.prepare("select * from journal").all());
    expect(everything).not.toMatch(/4711|0000"/);
  });

  test("with a PIN is refused to whoever calls the station without it, and a badge scanned before is good for a minute", () => {
    const bench = refused({ pin: PIN });
    expect(bench.trouble.act(bench.id, "discard", "no use")).toMatchObject({ ok: false });
    bench.scan("CMDSUPER4711");
    expect(bench.scan("CMDDISCARDMISTAKE")).toBe("command-ok");
    expect(bench.report().state).toBe("discarded");
  });

  test("is the only way out that is named where there is no other", () => {
    const bench = openTestDesk();
    bench.stores.setAside.add("task", "FT0666", fail("answer-unreadable", "no").failure, "{}", 1);
    for (const word of ["CMDRETRY", "CMDCORRECT", "CMDACCEPT"]) {
      expect([word, bench.scan(word), bench.desk.state().verdict?.text]).toEqual([word, "command-refused", "Scan DISCARD: FT0666"]);
    }
  });

  test("leaves whatever is no report as it was: asked about twice", () => {
    const bench = openTestDesk(undefined, { pin: PIN });
    bench.stores.setAside.add("task", "FT0666", fail("answer-unreadable", "no").failure, "{}", 1);
    expect([bench.scan("CMDDISCARD"), bench.trouble.list().length]).toEqual(["command-ok", 1]);
    expect([bench.scan("CMDDISCARD"), bench.trouble.list().length]).toEqual(["command-ok", 0]);
  });
});

describe("a report that OMS4 keeps failing on", () => {
  const failing = (more: Parameters<typeof openTestDesk>[1] = {}) => {
    const bench = refused(more);
    const { id } = bench.report();
    bench.trouble.act(bench.id, "retry");
    const since = bench.report().changedAt;
    const fails = (at: number): void => {
      bench.outbox.markSending(id, at);
      bench.outbox.markPending(id, fail("oms4-trouble", "status 500.").failure, at, true, at, true);
    };
    fails(since);
    return { ...bench, since, fails };
  };

  test("is said after ten minutes, still tried, and has the same ways out", () => {
    const bench = failing();
    expect(bench.trouble.list()).toEqual([]);
    bench.fails(bench.since - 11 * MINUTE);
    bench.database.prepare("update outbox set failing_since = ? where failing_since is not null").run(bench.since - 11 * MINUTE);
    const [trouble] = bench.trouble.list();
    expect(trouble).toMatchObject({ title: "OMS4 keeps failing on this: parcel packed", actions: ["retry", "correct", "discard"] });
    expect(trouble?.failure.detail).toMatch(/^for 11 min, 2 tries\. status 500\. It is still tried\.$/);
    expect(bench.report().state).toBe("pending");
  });

  test("is nobody's trouble while OMS4 answers to nothing else either", () => {
    const bench = failing({ oms4AnsweredAt: () => null });
    bench.database.prepare("update outbox set failing_since = 1").run();
    expect(bench.trouble.list()).toEqual([]);
  });

  test("can be corrected or given up, except in the moment it is on its way", () => {
    const bench = failing();
    bench.database.prepare("update outbox set failing_since = 1 where failing_since is not null").run();
    bench.outbox.markSending(bench.report().id, 5);
    expect(bench.trouble.correct(bench.id, { weight: "1" })).toMatchObject({ ok: false, failure: { kind: "not-now" } });
    bench.outbox.markPending(bench.report().id, fail("oms4-trouble", "500").failure, 5, true, 5, true);
    expect(bench.trouble.correct(bench.id, { weight: "1" })).toEqual({ ok: true, value: null });
    expect(bench.report()).toMatchObject({ failingSince: null, corrected: true });
    expect(bench.trouble.list()).toEqual([]);
  });

  test("is over with the next good answer", () => {
    const bench = failing();
    bench.database.prepare("update outbox set failing_since = 1 where failing_since is not null").run();
    expect(bench.trouble.list()).toHaveLength(1);
    bench.outbox.markSending(bench.report().id, 5);
    bench.outbox.markDone(bench.report().id, 6);
    expect(bench.trouble.list()).toEqual([]);
    expect(bench.outbox.failingCount(10)).toBe(0);
  });
});
