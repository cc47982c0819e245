import { describe, expect, test } from "vitest";
import { createIngest } from "../../electron/sync/ingest.ts";
import { openUpstream, rawLine, rawTask } from "../fakes/upstream.ts";
import { openTestDesk } from "../fakes/desk.ts";

describe("a task that OMS4 changes while it lies on the bench", () => {
  test("a line that vanished is struck out; what was packed of it comes out, by its name, and is not reported", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A"), rawLine("2", "B")]));
    bench.verdicts("FT1", "A");
    bench.send(rawTask([rawLine("2", "B")]));
    expect(bench.band()).toMatchObject({ kind: "cancelled", sound: "stop", text: expect.stringContaining("1 × Item A") });
    expect(bench.verdicts("CMDFINISH", "B")).toEqual(["command-refused", "item-ok"]);
    expect(bench.verdicts("A")).toEqual(["task-done"]);
    expect(bench.reports()).toMatchObject([{ parcel_items: [{ ft_detail_id: "2" }] }]);
  });

  test("a line that vanished before anything of it was packed is not wanted any more, and said", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A"), rawLine("2", "B")]));
    bench.verdicts("FT1", "B");
    bench.send(rawTask([rawLine("2", "B")]));
    expect(bench.band()).toMatchObject({ kind: "task-changed" });
    expect(bench.verdicts("CMDFINISH")).toEqual(["task-done"]);
  });

  test("a line that was cut to nothing is one that vanished, and a task of which no line is left is cancelled", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A"), rawLine("2", "B")]));
    bench.verdicts("FT1", "A");
    bench.send(rawTask([rawLine("1", "A", 0), rawLine("2", "B")]));
    expect(bench.band()).toMatchObject({ kind: "cancelled", text: expect.stringContaining("1 × Item A") });
    expect(bench.verdicts("B")).toEqual(["item-ok"]);
    expect(bench.band()?.text).toBe("Take out and scan back: 1 × Item A. Nothing else is to be packed.");
    expect(bench.verdicts("FT1")).toEqual(["task-opened"]);
    expect(bench.band()?.text).toContain("Take out and scan back: 1 × Item A. Nothing else is to be packed.");
    bench.verdicts("CMDUNDO");
    bench.send(rawTask([rawLine("1", "A", 0), rawLine("2", "B", 0)]));
    expect(bench.verdicts("B", "A", "B")).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect([bench.reports(), bench.stores.tasks.get("FT1")?.state]).toEqual([[], "cancelled"]);
  });

  test("a task that can't be packed as OMS4 sent it says so when it is scanned, until it is right", () => {
    const bench = openUpstream({ ...rawTask([rawLine("1", "A")]), ft_no: "FT9" });
    bench.send(rawTask([rawLine("1", "A", -1)]));
    expect(bench.verdicts("FT1")).toEqual(["unknown-task"]);
    expect(bench.band()).toMatchObject({
      title: "FT1 can't be packed as it is",
      text: "FT1: line 1 has the quantity -1. It comes by itself once it is right in OMS4; TROUBLE lists it.",
    });
    bench.send(rawTask([rawLine("1", "A")]));
    expect(bench.verdicts("FT1")).toEqual(["task-opened"]);
  });

  test("one of several parcels that is emptied does not leave: its label is to be destroyed", () => {
    const split = { allow_ft_split: 1 };
    const bench = openUpstream(rawTask([rawLine("1", "A"), rawLine("2", "B"), rawLine("3", "C")], split));
    bench.verdicts("FT1", "A", "CMDNEWPARCEL", "B");
    const [first] = bench.stores.parcels.ofTask("FT1");
    bench.send(rawTask([rawLine("2", "B"), rawLine("3", "C")], split));
    expect(bench.verdicts("A")).toEqual(["item-ok"]);
    expect(bench.band()?.text).toBe(`${first?.parcelNo} is empty: destroy its label. Go on with the rest: 1 unit to go.`);
    expect(bench.verdicts("C", "CMDFINISH")).toContain("task-done");
    bench.verdicts(first?.parcelNo ?? "");
    expect(bench.band()).toMatchObject({ kind: "cancelled", text: "It does not leave: destroy its label." });
  });

  test("a quantity that was cut: one too many comes out again; more than is in is just packed on", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A", 3), rawLine("2", "B")]));
    bench.verdicts("FT1", "A", "A");
    bench.send(rawTask([rawLine("1", "A", 1), rawLine("2", "B")]));
    expect(bench.band()).toMatchObject({
      kind: "cancelled",
      title: "STOP · fewer are ordered now",
      text: expect.stringContaining("1 × Item A"),
    });
    expect(bench.verdicts("B", "A")).toEqual(["item-ok", "task-done"]);
    expect(bench.reports()).toMatchObject([
      {
        parcel_items: [
          { ft_detail_id: "1", qty: 1 },
          { ft_detail_id: "2", qty: 1 },
        ],
      },
    ]);
  });

  test("a line that is cancelled says what follows: the rest, or nothing else", () => {
    const after = (...packed: readonly string[]): string | undefined => {
      const bench = openUpstream(rawTask([rawLine("1", "A"), rawLine("2", "B"), rawLine("3", "C")]));
      bench.verdicts("FT1", ...packed);
      bench.cancel(["2"]);
      return bench.band()?.text;
    };
    expect(after("A")).toBe("Don't pack: Item B. Then go on with the rest.");
    expect(after("A", "C")).toBe("Don't pack: Item B. Nothing else is to be packed.");
    expect(after("A", "B")).toBe("Take out and scan back: 1 × Item B. Then go on with the rest.");
  });

  test("a line that was added, and a quantity that was raised, are said and packed", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A")], { allow_ft_split: 1 }));
    bench.verdicts("FT1", "A");
    bench.send(rawTask([rawLine("1", "A", 2), rawLine("3", "C")], { allow_ft_split: 1 }));
    expect(bench.band()).toMatchObject({ kind: "task-changed", sound: "over", title: "More is ordered now" });
    expect(bench.verdicts("CMDFINISH", "A", "C", "CMDFINISH")).toEqual(["command-refused", "item-ok", "item-ok", "task-done"]);
  });

  test("another address or carrier is said, and the report names the new ones", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A"), rawLine("2", "B")]));
    bench.verdicts("FT1", "A");
    bench.send(rawTask([rawLine("1", "A"), rawLine("2", "B")], { address: "2 Lane" }));
    expect(bench.band()).toMatchObject({ kind: "task-changed", title: "New address" });
    expect(bench.verdicts("B")).toEqual(["task-done"]);
    expect(bench.reports()).toMatchObject([{ dest_location: expect.stringContaining("2 Lane") }]);
  });

  test("a task that another station packed leaves the bench, and so does the empty box that was chosen for it", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A")]));
    expect(bench.verdicts("FT1", "CMDBOXM")).toEqual(["task-opened", "command-ok"]);
    bench.send(rawTask([rawLine("1", "A")], { status: "SHIPPED" }));
    expect(bench.desk.state().bench.open).toBeNull();
    expect(bench.stores.parcels.ofTask("FT1")).toEqual([]);
  });

  test("what makes no difference here says nothing", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A"), rawLine("2", "B")]));
    bench.verdicts("FT1", "A");
    const before = bench.band();
    bench.send(rawTask([rawLine("1", "A"), rawLine("2", "B")], { updated_time: 5, status: "PACKING" }));
    expect(bench.band()).toEqual(before);
  });

  test("a brand code that OMS4 leaves blank stays blank in the report", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A", 1, { brand_code: "" })]));
    bench.verdicts("FT1", "A");
    expect(bench.reports()).toMatchObject([{ parcel_items: [{ brand_code: "", brand_sku_code: "A" }] }]);
  });
});

describe("a task that OMS4 changes after it was packed here", () => {
  test("a quantity that was cut stops the parcel until the item is out", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A", 2), rawLine("2", "B")]));
    bench.label("FT1", "JT1");
    bench.verdicts("FT1", "A", "A", "B");
    bench.send(rawTask([rawLine("1", "A", 1), rawLine("2", "B")]));
    expect(bench.band()).toMatchObject({ kind: "cancelled" });
    expect(bench.prints().map(({ state }) => state)).toEqual(["cancelled"]);
    expect(bench.verdicts("FT1", "A")).toEqual(["cancelled", "task-done"]);
    expect(bench.prints().map(({ state }) => state)).toEqual(["cancelled", "queued"]);
    expect(bench.trouble.list()).toEqual([]);
  });

  test("a unit of a cut line that came out of a parcel OMS4 knows is told as an activity, never as a second report", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A", 2), rawLine("2", "B")]));
    bench.verdicts("FT1", "A", "A", "B");
    bench.everythingArrives();
    bench.send(rawTask([rawLine("1", "A", 1), rawLine("2", "B")]));
    expect(bench.verdicts("FT1", "A")).toEqual(["cancelled", "task-done"]);
    expect(bench.reports()).toHaveLength(1);
    expect(bench.told().at(-1)).toMatchObject({ call: "parcel-activity", body: expect.stringContaining("1 x A") });
  });

  test("a person vouches for what was to come out while the task lies on the bench: the bench knows, and nothing more comes out", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A", 2), rawLine("2", "B")]));
    bench.verdicts("FT1", "A", "A", "B");
    bench.everythingArrives();
    bench.send(rawTask([rawLine("1", "A", 1), rawLine("2", "B")]));
    expect(bench.verdicts("FT1")).toEqual(["cancelled"]);
    expect(bench.trouble.act(bench.trouble.list()[0]?.id ?? "", "discard").ok).toBe(true);
    expect(bench.verdicts("A")).toEqual(["over-scan"]);
    expect(bench.parcel()?.items).toEqual([
      { detailId: "1", qty: 1 },
      { detailId: "2", qty: 1 },
    ]);
    expect(bench.verdicts("CMDFINISH")).toEqual(["task-done"]);
    expect(bench.trouble.list()).toEqual([]);
  });

  test("more that was ordered is said, and its scan opens the box again to add it", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A")]));
    bench.label("FT1", "JT1");
    bench.verdicts("FT1", "A");
    bench.send(rawTask([rawLine("1", "A", 2)]));
    expect(bench.band()).toMatchObject({ kind: "task-changed", text: expect.stringContaining("FT1") });
    expect(bench.trouble.list()).toMatchObject([{ source: "stop", title: "More was ordered" }]);
    expect(bench.verdicts("FT1", "A")).toEqual(["task-changed", "task-done"]);
    expect(bench.parcel()?.items).toEqual([{ detailId: "1", qty: 2 }]);
    expect(bench.trouble.list()).toEqual([]);
  });

  test("another address makes the printed own label an old one: nothing leaves before the new one is out", () => {
    const own = (address: string) => rawTask([rawLine("1", "A")], { delivery_carrier: "", address });
    const bench = openUpstream(own("1 Road"));
    bench.verdicts("FT1", "A");
    const parcelNo = bench.parcel()?.parcelNo ?? "";
    bench.database.exec("update print_job set state = 'printed', settled = 1");
    bench.send(own("2 Lane"));
    expect(bench.band()).toMatchObject({ kind: "task-changed", tone: "stop" });
    expect(bench.verdicts("CMDHANDOVER", parcelNo, "CMDHANDOVER")[1]).not.toBe("parcel-ok");
    expect(bench.trouble.act(`stop:${parcelNo}`, "reprint").ok).toBe(true);
    bench.database.exec("update print_job set state = 'printed', settled = 1 where state = 'queued'");
    expect(bench.trouble.list()).toEqual([]);
    expect(bench.verdicts("CMDHANDOVER", parcelNo)).toEqual(["command-ok", "parcel-ok"]);
  });

  test("REPRINT on the trouble screen means the parcel whose address was changed, also when another was packed since", () => {
    const own = (address: string, more = {}) => rawTask([rawLine("1", "A")], { delivery_carrier: "", address, ...more });
    const bench = openUpstream(own("1 Road"));
    bench.verdicts("FT1", "A");
    const parcelNo = bench.parcel()?.parcelNo ?? "";
    bench.send(own("3 Street", { ft_no: "FT2" }));
    bench.verdicts("FT2", "A");
    bench.database.exec("update print_job set state = 'printed', settled = 1");
    bench.send(own("2 Lane"));
    expect(bench.verdicts("CMDTROUBLE", "CMDREPRINT")).toEqual(["command-ok", "command-ok"]);
    const queued = bench.database.prepare("select parcel_no, document, copy from print_job where state = 'queued'").all();
    expect(queued).toEqual([{ parcel_no: parcelNo, document: "own-label", copy: 2 }]);
  });

  test("an own label that is still to print simply bears the new address, and so does a report that is still to go", () => {
    const own = (address: string) => rawTask([rawLine("1", "A")], { delivery_carrier: "", address });
    const bench = openUpstream(own("1 Road"));
    bench.verdicts("FT1", "A");
    bench.send(own("2 Lane"));
    const reports = () => bench.told().flatMap(({ call, body }) => (call === "parcel-packed" ? [body] : []));
    expect(reports()).toEqual([expect.stringContaining("2 Lane")]);
    // One that was tried may have arrived: it stays as it was said
    bench.database.exec("update outbox set attempts = 1 where call = 'parcel-packed'");
    bench.send(own("3 Street"));
    expect(reports()).toEqual([expect.stringContaining("2 Lane")]);
    expect(bench.trouble.list()).toEqual([]);
  });

  test("after a crash between the news and its consequences the consequences are drawn at the next start", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A", 2)]));
    bench.verdicts("FT1", "A", "A");
    const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1" });
    ingest.taskPage([rawTask([rawLine("1", "A", 1)])], 9);
    expect(bench.trouble.list()).toEqual([]);
    const again = openTestDesk(bench.database.path);
    again.desk.restore();
    expect(again.trouble.list()).toMatchObject([{ source: "stop" }]);
    expect(again.desk.state().verdict?.kind).toBe("cancelled");
    again.database.close();
  });
});
