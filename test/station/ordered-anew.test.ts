import { describe, expect, test } from "vitest";
import { createIngest } from "../../electron/sync/ingest.ts";
import { openUpstream, rawLine, rawTask, type Upstream } from "../fakes/upstream.ts";

describe("a task that may not be split stays one parcel", () => {
  const replaced = (told: boolean) => {
    const bench = openUpstream(rawTask([rawLine("1", "A"), rawLine("2", "B")]));
    bench.label("FT1", "JT1");
    bench.verdicts("FT1", "A", "B");
    if (told) bench.everythingArrives();
    bench.send(rawTask([rawLine("2", "B"), rawLine("3", "C")]));
    return bench;
  };
  const onlyParcel = (bench: Upstream) =>
    bench.stores.parcels.ofTask("FT1").map(({ state, items }) => [state, ...items.map(({ detailId }) => detailId)]);
  const went = (bench: Upstream) =>
    bench.told().flatMap(({ call, state, body }) => {
      if (call !== "parcel-packed" || state === "discarded") return [];
      const items: readonly { ft_detail_id: string }[] = JSON.parse(body).parcels[0].parcel_items;
      return [items.map(({ ft_detail_id }) => ft_detail_id)];
    });

  test("a line that OMS4 replaced is packed into the box there is, which is told and labelled once, when it is whole", () => {
    const bench = replaced(false);
    expect(bench.verdicts("FT1", "A")).toEqual(["cancelled", "item-ok"]);
    expect(went(bench)).toEqual([]);
    expect(bench.prints().map(({ state }) => state)).toEqual(["cancelled"]);
    expect(bench.verdicts("C")).toEqual(["task-done"]);
    expect(onlyParcel(bench)).toEqual([["closed", "2", "3"]]);
    expect(went(bench)).toEqual([["2", "3"]]);
    expect(bench.prints().map(({ state }) => state)).toEqual(["cancelled", "queued"]);
    expect(bench.trouble.list()).toEqual([]);
  });

  test("whichever of the two is scanned first, and with the box chosen before", () => {
    const bench = replaced(false);
    expect(bench.verdicts("FT1", "CMDBOXM", "C", "A")).toEqual(["cancelled", "command-ok", "item-ok", "task-done"]);
    expect(onlyParcel(bench)).toEqual([["closed", "2", "3"]]);
    expect(went(bench)).toEqual([["2", "3"]]);
  });

  test("a weight that is keyed for the box before the new item is its weight", () => {
    const bench = replaced(false);
    expect(bench.verdicts("FT1", "A", "CMDWEIGHT500", "C")).toEqual(["cancelled", "item-ok", "command-ok", "task-done"]);
    expect(bench.parcel()).toMatchObject({ state: "closed", weightG: 500, weightSource: "keyed" });
  });

  test("a box that lacks something still and is left does not leave the bench, and its scan goes on with it", () => {
    const bench = replaced(false);
    bench.verdicts("FT1", "A", "CMDCLOSE");
    const parcelNo = bench.parcel()?.parcelNo ?? "";
    expect(bench.trouble.list()).toMatchObject([{ source: "stop", title: "More was ordered" }]);
    expect(bench.verdicts("CMDHANDOVER", parcelNo, "CMDHANDOVER")[1]).not.toBe("parcel-ok");
    expect(bench.verdicts("FT1", "C")).toEqual(["task-opened", "task-done"]);
    expect(onlyParcel(bench)).toEqual([["closed", "2", "3"]]);
    expect(went(bench)).toEqual([["2", "3"]]);
    expect(bench.trouble.list()).toEqual([]);
  });

  test("a box that a person lets go as it is is told and labelled as it is", () => {
    const bench = replaced(false);
    const vouch = () => bench.trouble.act(bench.trouble.list()[0]?.id ?? "", "discard").ok;
    expect([vouch(), vouch()]).toEqual([true, true]);
    expect(bench.trouble.list()).toEqual([]);
    expect(went(bench)).toEqual([["2"]]);
    expect(bench.prints().map(({ state }) => state)).toEqual(["cancelled", "queued"]);
  });

  test("a cut that OMS4 takes back after one of two units came out brings that one back into the same box", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A", 3), rawLine("2", "B")]));
    bench.verdicts("FT1", "A", "A", "A", "B");
    bench.send(rawTask([rawLine("1", "A"), rawLine("2", "B")]));
    bench.verdicts("FT1", "A");
    bench.send(rawTask([rawLine("1", "A", 3), rawLine("2", "B")]));
    expect(went(bench)).toEqual([]);
    expect(bench.verdicts("A")).toEqual(["task-done"]);
    expect(onlyParcel(bench)).toEqual([["closed", "1", "2"]]);
    expect(went(bench)).toEqual([["1", "2"]]);
  });
});

describe("what is ordered when no box of the task is here any more", () => {
  const lines = [rawLine("1", "A"), rawLine("2", "B")];
  const split = { allow_ft_split: 1 };
  const states = (bench: Upstream) => bench.stores.parcels.ofTask("FT1").map(({ state }) => state);
  const handOver = (bench: Upstream) => {
    const parcelNo = bench.parcel()?.parcelNo ?? "";
    bench.label("FT1", "JT1", parcelNo);
    bench.printed();
    expect(bench.verdicts("CMDHANDOVER", parcelNo, "CMDHANDOVER")[1]).toBe("parcel-ok");
  };
  /** Two boxes; what is in the second was cancelled and pulled, the first has left. */
  const pulledBesideLeft = () => {
    const bench = openUpstream(rawTask(lines, split));
    bench.verdicts("FT1", "A", "CMDNEWPARCEL", "B", "CMDFINISH");
    bench.everythingArrives();
    bench.send(rawTask([rawLine("1", "A")], split));
    expect(bench.verdicts("FT1", "B")).toEqual(["cancelled", "task-done"]);
    handOver(bench);
    expect(states(bench)).toEqual(["handed-over", "pulled"]);
    return bench;
  };

  test("what was pulled beside a parcel that has left and is wanted again is said, listed and packed anew", () => {
    const bench = pulledBesideLeft();
    bench.send(rawTask(lines, split));
    expect(bench.band()).toMatchObject({ kind: "task-changed", ftNo: "FT1" });
    expect(bench.stores.tasks.next(9).map(({ ftNo }) => ftNo)).toEqual(["FT1"]);
    const said = bench.band();
    bench.send(rawTask(lines, { ...split, updated_time: 9 }));
    expect(bench.band()).toEqual(said);
    expect(bench.verdicts("FT1", "B", "CMDFINISH")).toEqual(["task-opened", "item-ok", "task-done"]);
    expect(states(bench)).toEqual(["handed-over", "pulled", "closed"]);
    expect(bench.verdicts("FT1")).toEqual(["done-already"]);
  });

  test("also where the station has missed that news", () => {
    const bench = pulledBesideLeft();
    const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1" });
    ingest.taskPage([rawTask(lines, split)], 9);
    expect(bench.verdicts("FT1", "B", "CMDFINISH")).toEqual(["task-opened", "item-ok", "task-done"]);
    expect(states(bench)).toEqual(["handed-over", "pulled", "closed"]);
  });

  test("more of a task that may be split goes into another parcel when all have left", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A")], split));
    bench.verdicts("FT1", "A", "CMDFINISH");
    handOver(bench);
    bench.send(rawTask([rawLine("1", "A", 2)], split));
    expect(bench.verdicts("FT1", "A", "CMDFINISH")).toEqual(["task-opened", "item-ok", "task-done"]);
    expect(states(bench)).toEqual(["handed-over", "closed"]);
  });

  test("more of a task that may not be split can't be packed when its parcel has left: its scan says so", () => {
    const bench = openUpstream(rawTask([rawLine("1", "A")]));
    bench.verdicts("FT1", "A");
    bench.label("FT1", "JT1");
    bench.printed();
    expect(bench.verdicts("CMDHANDOVER", "JT1", "CMDHANDOVER", "FT1")).toEqual(["command-ok", "parcel-ok", "command-ok", "done-already"]);
    expect(bench.band()?.text).toContain("Nothing more to do");
    bench.send(rawTask([rawLine("1", "A", 2)]));
    expect(bench.verdicts("FT1")).toEqual(["done-already"]);
    expect(bench.band()).toMatchObject({ title: "FT1 has left", text: expect.stringContaining("1 unit more") });
  });
});
