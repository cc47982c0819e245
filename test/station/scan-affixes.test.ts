import { describe, expect, test } from "vitest";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

const item = (sku: string) => detailOf(`D-${sku}`, sku, 1);

describe("a bench whose scanner sends a prefix and a suffix", () => {
  test("packs as any other: tasks, items and commands are read without them", () => {
    const bench = openTestDesk(undefined, { affixes: { prefix: "X", suffix: ";" } });
    bench.store(taskOf("FT1", [item("A"), item("B")]));
    expect(["XFT1;", "xA;", "XCMDUNDO;", "XA;", "XB;"].map(bench.scan)).toEqual([
      "task-opened",
      "item-ok",
      "command-ok",
      "item-ok",
      "task-done",
    ]);
  });

  test("takes a code that begins like the prefix as it stands, when another scanner sends none", () => {
    const bench = openTestDesk(undefined, { affixes: { prefix: "X", suffix: "" } });
    bench.store(taskOf("FT1", [item("XA"), item("B")]));
    bench.scan("FT1");
    const { verdict } = bench.desk.scan("XA");
    expect([verdict.kind, verdict.detailId]).toEqual(["item-ok", "D-XA"]);
    expect(bench.desk.scan("XA").verdict.kind).toBe("over-scan");
    expect(bench.desk.scan("XXA").verdict.kind).toBe("over-scan");
    expect(bench.scan("B")).toBe("task-done");
  });

  test("guesses nothing where the code with the prefix and the code without it are two products of one task", () => {
    const bench = openTestDesk(undefined, { affixes: { prefix: "X", suffix: "" } });
    bench.store(taskOf("FT1", [item("XA"), item("A")]));
    bench.scan("FT1");
    expect(bench.desk.scan("XA").verdict.kind).toBe("ambiguous");
    expect(bench.stores.parcels.units("FT1")).toEqual([]);
    // What can only be one of them packs
    expect([bench.scan("XXA"), bench.scan("A")]).toEqual(["item-ok", "task-done"]);
  });

  test("leaves what a person typed alone, and says an unknown code without the prefix", () => {
    const bench = openTestDesk(undefined, { affixes: { prefix: "9", suffix: "" } });
    bench.store(taskOf("FT1", [item("11")]));
    bench.scan("FT1");
    expect(bench.desk.scan("911", [], true).verdict.kind).not.toBe("item-ok");
    expect(JSON.stringify(bench.desk.scan("94711").verdict)).not.toContain("94711");
    expect(bench.scan("911")).toBe("task-done");
  });
});

test("the desk tells which reading of a scan was a known code", () => {
  const bench = openTestDesk();
  bench.store(taskOf("FT1", [item("A-Y"), item("B")]));
  expect(bench.desk.scan("FT1").readAs).toBe(0);
  expect(bench.desk.scan("A-Z", ["A-Y"]).readAs).toBe(1);
  expect(bench.desk.scan("NOBODY", ["NOBODZ"]).readAs).toBeNull();
  expect(bench.desk.scan("CMDUNDO").readAs).toBeNull();
});
