import { describe, expect, test } from "vitest";
import { openUpstream, rawLine, rawTask } from "../fakes/upstream.ts";

const AB = [rawLine("1", "A"), rawLine("2", "B")];
const moreOf = (bench: ReturnType<typeof openUpstream>) => bench.stopTroubles().map(({ title }) => title);

describe("what was taken back goes after all, although a lesser stop follows", () => {
  /** P1 with A and P2 with B, both labelled, of a task that may be split; then it is cancelled, P2 is pulled, and the cancellation withdrawn. */
  const cancelledAndBack = (before: (bench: ReturnType<typeof openUpstream>) => void) => {
    const bench = openUpstream(rawTask(AB, { allow_ft_split: 1 }));
    bench.verdicts("FT1", "A", "CMDNEWPARCEL", "B", "CMDFINISH");
    const [first, second] = [bench.parcelNo(0), bench.parcelNo(1)];
    bench.label("FT1", "JT1", first);
    before(bench);
    bench.cancel();
    expect(bench.verdicts("FT1", "B")).toEqual(["cancelled", "cancelled"]);
    expect(bench.verdicts("CMDCLOSE")).toEqual(["command-ok"]);
    expect(bench.stores.parcels.get(second)?.state).toBe("pulled");
    bench.withdraw();
    return { ...bench, first };
  };

  test("a parcel that was to be pulled, and of whose task more is wanted now, is told and printed", () => {
    const bench = cancelledAndBack(() => {});
    expect(moreOf(bench)).toEqual(["More was ordered"]);
    expect(bench.reportsOf(bench.first)).toEqual(["discarded", "pending"]);
    expect(bench.prints().filter(({ parcel_no }) => parcel_no === bench.first)).toMatchObject([
      { state: "cancelled" },
      { state: "queued" },
    ]);
  });

  test("a report that OMS4 had refused goes anew", () => {
    const bench = cancelledAndBack(({ database }) => database.exec("update outbox set state = 'parked' where call = 'parcel-packed'"));
    expect(bench.reportsOf(bench.first)).toEqual(["discarded", "pending"]);
  });

  test("one that OMS4 and the printer had is told and printed no second time", () => {
    const bench = cancelledAndBack((one) => {
      one.everythingArrives();
      one.printed();
    });
    expect(moreOf(bench)).toEqual(["More was ordered"]);
    expect(bench.reportsOf(bench.first)).toEqual(["done"]);
    expect(bench.prints().filter(({ parcel_no }) => parcel_no === bench.first)).toMatchObject([{ state: "printed" }]);
  });

  /** FT1 with one A is packed and labelled; a buyer's request holds its report and label, and meanwhile a second A is ordered. */
  const askedAndOrdered = (more: Readonly<Record<string, unknown>>, ...scans: readonly string[]) => {
    const bench = openUpstream(rawTask([rawLine("1", "A")], more));
    bench.verdicts("FT1", "A", ...scans);
    bench.label("FT1", "JT1", bench.parcelNo());
    for (const { id, parcelNo } of bench.stores.outbox.openOfTask("FT1")) if (parcelNo === null) bench.stores.outbox.markDone(id, 3);
    bench.buyerAsks();
    bench.send(rawTask([rawLine("1", "A", 2)], more));
    expect(bench.stores.outbox.nextAt()).toBeNull();
    bench.requestRefused();
    expect(moreOf(bench)).toEqual(["More was ordered"]);
    return { ...bench, due: () => bench.stores.outbox.due(Date.UTC(2035, 0, 1), 9).map(({ call }) => call) };
  };

  test("a report that a buyer's request held is due when the request is refused and more was ordered meanwhile", () => {
    const bench = askedAndOrdered({ allow_ft_split: 1 }, "CMDFINISH");
    expect(bench.due()).toEqual(["parcel-packed"]);
    expect(bench.prints()).toMatchObject([{ state: "cancelled" }, { state: "queued" }]);
  });

  test("where the task may not be split, it goes with what is added, or as it is once a person says so", () => {
    const added = askedAndOrdered({});
    expect(added.due()).toEqual([]);
    expect(added.verdicts("FT1", "A")).toEqual(["task-changed", "task-done"]);
    expect([added.due(), added.reportsOf(added.parcelNo())]).toEqual([["parcel-packed"], ["discarded", "pending"]]);
    const asItIs = askedAndOrdered({});
    expect(asItIs.trouble.act(asItIs.stopTroubles()[0]?.id ?? "", "discard").ok).toBe(true);
    expect([asItIs.due(), asItIs.reportsOf(asItIs.parcelNo())]).toEqual([["parcel-packed"], ["pending"]]);
    for (const bench of [added, asItIs]) expect(bench.prints()).toMatchObject([{ state: "cancelled" }, { state: "queued" }]);
  });

  test("where it may be split nothing was kept back: that it goes as it is resumes nothing", () => {
    const bench = askedAndOrdered({ allow_ft_split: 1 }, "CMDFINISH");
    const resumed = () => bench.database.prepare("select id from journal where kind = 'parcel-resumed'").all();
    const before = resumed();
    expect(bench.trouble.act(bench.stopTroubles()[0]?.id ?? "", "discard").ok).toBe(true);
    expect(bench.stopTroubles()).toEqual([]);
    expect(resumed()).toEqual(before);
  });

  test("so does one whose own label bears an old address: it is due, and the parcel stays", () => {
    const own = (address: string) => rawTask([rawLine("1", "A")], { delivery_carrier: "", address });
    const bench = openUpstream(own("1 Road"));
    bench.verdicts("FT1", "A");
    for (const { id, parcelNo } of bench.stores.outbox.openOfTask("FT1")) if (parcelNo === null) bench.stores.outbox.markDone(id, 3);
    bench.printed();
    bench.buyerAsks();
    bench.send(own("2 Lane"));
    bench.requestRefused();
    expect(moreOf(bench)).toEqual(["New address or carrier"]);
    expect(bench.stores.outbox.due(Date.UTC(2035, 0, 1), 9).map(({ call }) => call)).toEqual(["parcel-packed"]);
    expect(bench.prints()).toMatchObject([{ document: "own-label", state: "printed" }]);
  });
});

describe("a stop that grows is a new one", () => {
  /** FT1 with A and B has left and is told. */
  const left = () => {
    const bench = openUpstream(rawTask(AB));
    bench.label("FT1", "JT1");
    bench.verdicts("FT1", "A", "B");
    bench.printed();
    bench.verdicts("CMDHANDOVER", "JT1", "CMDHANDOVER");
    bench.everythingArrives();
    const told = bench.activities().length;
    return {
      ...bench,
      news: () => bench.activities().slice(told),
      deal: () => bench.trouble.act(bench.stopTroubles()[0]?.id ?? "", "discard").ok,
      details: () => bench.stopTroubles().map(({ failure }) => failure.detail),
    };
  };

  test("a second line is cancelled of a parcel that has left, after the first was noted: said, listed and told once more", () => {
    const bench = left();
    bench.cancel(["1"]);
    expect(bench.details()).toEqual([expect.stringContaining("1 × Item A")]);
    expect(bench.band()?.title).toBe("STOP · FT1: an item was cancelled");
    expect(bench.news()).toEqual([expect.stringContaining("1 x A (line 1)")]);
    expect(bench.deal()).toBe(true);
    bench.verdicts("CMDTROUBLE", "CMDBACK");
    const before = bench.band()?.at;
    bench.cancel(["2"], "CT2");
    expect(bench.details()).toHaveLength(1);
    expect(bench.band()).toMatchObject({ kind: "cancelled", sound: "stop" });
    expect(bench.band()?.at).not.toBe(before);
    expect(bench.news()).toEqual([expect.stringContaining("1 x A (line 1)"), expect.stringContaining("1 x B (line 2)")]);
    expect(bench.news()[1]).not.toContain("x A");
    bench.desk.taskNews("FT1");
    expect(bench.news()).toHaveLength(2);
  });

  test("the same before the first was noted: one trouble that names both, and OMS4 hears of both", () => {
    const bench = left();
    bench.cancel(["1"]);
    const before = bench.band()?.at;
    bench.cancel(["2"], "CT2");
    expect(bench.details()).toHaveLength(1);
    expect(bench.band()?.at).not.toBe(before);
    expect(bench.news()).toHaveLength(2);
  });

  test("cancelled, noted, withdrawn and cancelled again is said again, a part of it too", () => {
    const bench = left();
    bench.cancel();
    bench.deal();
    bench.withdraw();
    expect(bench.stopTroubles()).toEqual([]);
    bench.cancel(["1"], "CT2");
    expect(bench.stopTroubles()).toHaveLength(1);
    bench.cancel(["2"], "CT3");
    bench.deal();
    bench.withdraw(["2"], "CT3");
    expect(bench.stopTroubles()).toEqual([]);
    bench.cancel(["2"], "CT4");
    expect(bench.stopTroubles()).toHaveLength(1);
    expect(bench.news()).toHaveLength(4);
  });

  test("what a person has noted stays so when less of it is cancelled, and after a restart", () => {
    const bench = left();
    bench.cancel(["1", "2"]);
    bench.deal();
    bench.cancel(["1"]);
    expect([bench.stopTroubles(), bench.news().length]).toEqual([[], 1]);
    const again = openUpstream(rawTask(AB), bench.database.path);
    again.desk.taskNews("FT1");
    expect(again.stopTroubles()).toEqual([]);
  });

  test("still more is ordered after a person said that the parcel goes as it is", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A")]));
    bench.verdicts("FT1", "A");
    bench.send(rawTask([rawLine("1", "A", 2)]));
    expect(bench.trouble.act(bench.stopTroubles()[0]?.id ?? "", "discard").ok).toBe(true);
    bench.send(rawTask([rawLine("1", "A", 2)], { packing_instruction: "Fragile" }));
    expect(bench.stopTroubles()).toEqual([]);
    bench.send(rawTask([rawLine("1", "A", 3)]));
    expect(moreOf(bench)).toEqual(["More was ordered"]);
    expect(bench.band()).toMatchObject({ kind: "task-changed", title: "FT1: more is ordered now" });
    const before = bench.band()?.at;
    bench.send(rawTask([rawLine("1", "A", 4)]));
    expect(bench.band()?.at).not.toBe(before);
  });

  test("another line is cancelled of a packed parcel while the first is still to be taken out", () => {
    const bench = openUpstream(rawTask([...AB, rawLine("3", "C")]));
    bench.verdicts("FT1", "A", "B", "C");
    bench.cancel(["1"]);
    const before = bench.band()?.at;
    bench.cancel(["2"], "CT2");
    expect(bench.band()?.at).not.toBe(before);
    expect(bench.band()).toMatchObject({ kind: "cancelled", sound: "stop" });
    expect(bench.stopTroubles()).toMatchObject([{ failure: { detail: expect.stringContaining("1 × Item B") } }]);
    // What comes out is no news
    const taken = bench.verdicts("FT1", "A", "B");
    expect(taken).toEqual(["cancelled", "item-ok", "task-done"]);
    expect(bench.stopTroubles()).toEqual([]);
  });
});

describe("the box of a task that may not be split waits for what is ordered on top", () => {
  const A = rawLine("1", "A");
  const C = rawLine("3", "C");

  test("as long as OMS4 has not heard of it: it does not leave, and is told once, with what was added", () => {
    const bench = openUpstream(rawTask(AB));
    bench.label("FT1", "JT1");
    bench.verdicts("FT1", "A", "B");
    bench.printed();
    bench.send(rawTask([AB[1], C]));
    expect(bench.verdicts("FT1", "A", "CMDCLOSE", "CMDHANDOVER", "JT1", "CMDHANDOVER")).toEqual([
      "cancelled",
      "item-ok",
      "command-ok",
      "command-ok",
      "command-refused",
      "command-ok",
    ]);
    expect(bench.verdicts("FT1", "C").at(-1)).toBe("task-done");
    expect(bench.reportsOf(bench.parcelNo())).toEqual(["discarded", "pending"]);
    expect(bench.verdicts("CMDHANDOVER", "JT1").at(-1)).toBe("parcel-ok");
  });

  test("a report and a label that had not gone yet are kept back, and come with what is added", () => {
    const bench = openUpstream(rawTask([A]));
    bench.label("FT1", "JT1");
    bench.verdicts("FT1", "A");
    for (const { id, parcelNo } of bench.stores.outbox.openOfTask("FT1")) if (parcelNo === null) bench.stores.outbox.markDone(id, 3);
    bench.send(rawTask([A, C]));
    expect([bench.stores.outbox.nextAt(), bench.prints().map(({ state }) => state)]).toEqual([null, ["cancelled"]]);
    expect(bench.verdicts("FT1", "C").at(-1)).toBe("task-done");
    expect(bench.reportsOf(bench.parcelNo())).toEqual(["discarded", "pending"]);
    expect(bench.prints().map(({ state }) => state)).toEqual(["cancelled", "queued"]);
  });

  test("one that OMS4 has heard of may leave: nothing takes that back", () => {
    const bench = openUpstream(rawTask([A]));
    bench.label("FT1", "JT1");
    bench.verdicts("FT1", "A");
    bench.printed();
    bench.everythingArrives();
    bench.send(rawTask([A, C]));
    expect(bench.verdicts("CMDHANDOVER", "JT1").at(-1)).toBe("parcel-ok");
  });

  test("a report in doubt that a request held goes on behind a look once the box is opened again", () => {
    const bench = openUpstream(rawTask([A]));
    bench.label("FT1", "JT1");
    bench.verdicts("FT1", "A");
    bench.database.exec("update outbox set ambiguous = 1, attempts = 1 where call = 'parcel-packed'");
    bench.buyerAsks();
    bench.send(rawTask([A, C]));
    bench.requestRefused();
    expect(bench.verdicts("FT1", "C").at(-1)).toBe("task-done");
    const open = bench.stores.outbox.openOfTask("FT1").filter(({ call }) => call === "parcel-packed");
    expect(open.every(({ nextAt }) => nextAt < Date.UTC(2035, 0, 1))).toBe(true);
  });

  test("whose own label is an old one too is made whole first, told once, and then gets its new label", () => {
    const own = (address: string, lines: readonly unknown[]) => rawTask(lines, { delivery_carrier: "", address });
    const bench = openUpstream(own("1 Road", AB));
    bench.verdicts("FT1", "A", "B");
    bench.printed();
    bench.send(own("2 Lane", [AB[1], C]));
    expect(bench.verdicts("FT1", "A", "C").at(-1)).toBe("task-changed");
    expect(bench.reportsOf(bench.parcelNo())).toEqual(["discarded", "pending"]);
    expect(moreOf(bench)).toEqual(["New address or carrier"]);
  });
});

test("REPRINT after a scan that left a box with an old label means that box, whatever was packed since", () => {
  const own = (ft_no: string, address: string, lines: readonly unknown[]) => rawTask(lines, { ft_no, delivery_carrier: "", address });
  const bench = openUpstream(own("FT1", "1 Road", AB));
  bench.verdicts("FT1", "A", "B");
  bench.send(own("FT2", "9 Street", [rawLine("1", "A")]));
  bench.verdicts("FT2", "A");
  bench.printed();
  bench.send(own("FT1", "2 Lane", [AB[1]]));
  expect(bench.verdicts("FT1", "A")).toEqual(["cancelled", "task-changed"]);
  expect(bench.verdicts("CMDREPRINT")).toEqual(["command-ok"]);
  expect(bench.prints().filter(({ state }) => state === "queued")).toMatchObject([{ parcel_no: bench.parcelNo(), copy: 2 }]);
});

test("what a person let go as it is stays so when the parcel has left and OMS4 tells of the task again", () => {
  const split = (qty: number, status = "NEW") => rawTask([rawLine("1", "A", qty)], { allow_ft_split: 1, status });
  const bench = openUpstream(split(1));
  bench.verdicts("FT1", "A", "CMDFINISH");
  bench.label("FT1", "JT1", bench.parcelNo());
  bench.printed();
  bench.send(split(2));
  expect(bench.trouble.act(bench.stopTroubles()[0]?.id ?? "", "discard").ok).toBe(true);
  expect(bench.verdicts("CMDHANDOVER", "JT1", "CMDHANDOVER").at(1)).toBe("parcel-ok");
  bench.send(split(2, "PROCESSING"));
  expect(bench.stores.tasks.get("FT1")?.state).toBe("done");
  bench.send(split(3, "PROCESSING"));
  expect(bench.stores.tasks.get("FT1")?.state).toBe("packing");
});
