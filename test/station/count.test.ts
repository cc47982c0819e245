import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fail } from "../../shared/failures.ts";
import { openCountBench } from "../fakes/count-bench.ts";
import { testFolder } from "../fakes/folder.ts";

const MUG = "4006381333931";

const openBench = (path = join(testFolder(), "packbench.db")) => {
  const bench = openCountBench(undefined, path);
  bench.knows(`BR01/MUG/${MUG}`, "BR01/BAG", "BR01/SHARED", "BR02/SHARED");
  return bench;
};

describe("counting stock", () => {
  test("a scan counts one, again one more, and a keyed number is the number", () => {
    const bench = openBench();
    expect(bench.scan("CMDCOUNT", "MUG", "mug", MUG)).toEqual(["command-ok", "item-ok", "item-ok", "item-ok"]);
    expect(bench.rows()).toEqual(["BR01/MUG 3 counting"]);
    expect(bench.answer("12")).toMatchObject({ kind: "item-ok", title: "Item BR01 MUG · 12" });
    expect(bench.scan("MUG", "BAG", "CMDQTY0")).toEqual(["item-ok", "item-ok", "item-ok"]);
    expect(bench.rows()).toEqual(["BR01/BAG 0 counting", "BR01/MUG 13 counting"]);
  });

  test("a GS1 code with a quantity counts as many as it says", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT", `(01)0${MUG}(30)24`, `(01)0${MUG}(10)LOT7`);
    expect(bench.rows()).toEqual(["BR01/MUG 25 counting"]);
  });

  test("an item that is no longer here is gone until it is scanned after all", () => {
    const bench = openBench();
    expect(bench.scan("CMDCOUNT", "MUG", "CMDGONE", "CMDGONE")).toEqual(["command-ok", "item-ok", "item-ok", "done-already"]);
    expect(bench.rows()).toEqual(["BR01/MUG gone counting"]);
    bench.scan("MUG");
    expect(bench.rows()).toEqual(["BR01/MUG 1 counting"]);
  });

  test("what is no count is refused in words and changes nothing", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT", "MUG", "5");
    for (const bad of ["-1", "1000000", "1.5", "2,5", "+3"])
      expect(bench.answer(bad)).toMatchObject({ kind: "scan-refused", text: expect.stringContaining("0 to 999,999") });
    bench.scan("999999");
    expect(bench.answer("MUG")).toMatchObject({ kind: "over-scan" });
    expect(bench.rows()).toEqual(["BR01/MUG 999999 counting"]);
  });

  test("a number without an item asks which item is meant", () => {
    const bench = openBench();
    expect(bench.scan("CMDCOUNT", "7", "CMDQTY7", "CMDGONE", "CMDDISCARD")).toEqual(["command-ok", ...Array(4).fill("command-refused")]);
    expect(bench.rows()).toEqual([]);
  });

  test("a number keyed behind a refused scan is not given to the item before it", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT", "MUG", "12");
    for (const refused of ["STRANGE", "SHARED", bench.tasks.next(1)[0]?.ftNo ?? ""])
      expect(bench.scan("MUG", "CMDUNDO", refused, "77").at(-1)).toBe("command-refused");
    expect(bench.rows()).toEqual(["BR01/MUG 12 counting"]);
  });

  test("digits are a number, unless a scanner read them and an item has that code", () => {
    const bench = openBench();
    bench.knows("BR01/1234");
    bench.scan("CMDCOUNT", "MUG");
    expect(bench.answer("1234", true)).toMatchObject({ kind: "item-ok", title: "Item BR01 MUG · 1,234" });
    expect(bench.answer("1234", false)).toMatchObject({ kind: "item-ok", title: "Item BR01 1234 · 1" });
    expect(bench.answer("12", false)).toMatchObject({ title: "Item BR01 1234 · 12" });
  });

  test("a code on two products is refused with both named, and a typed brand code says which one it is, each time", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT");
    expect(bench.answer("SHARED")).toMatchObject({ kind: "ambiguous", text: expect.stringMatching(/BR01 · SHARED.*BR02 · SHARED/) });
    expect(bench.scan("CMDTEACH", "br02", "4")).toEqual(["command-ok", "item-ok", "item-ok"]);
    expect(bench.scan("SHARED", "CMDTEACH", "BR01")).toEqual(["ambiguous", "command-ok", "item-ok"]);
    expect(bench.rows()).toEqual(["BR01/SHARED 1 counting", "BR02/SHARED 4 counting"]);
  });

  test("an unknown code is refused, is taught once by brand code and SKU, and is known from then on", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT");
    expect(bench.answer("NEW-77")).toMatchObject({ kind: "unknown-code", text: expect.stringContaining("TEACH") });
    expect(bench.view().unknown).toEqual({ code: "NEW-77", ambiguous: false });
    expect(bench.scan("CMDTEACH", "BR09", "Sku-77", "3")).toEqual(["command-ok", "command-ok", "item-ok", "item-ok"]);
    expect(bench.scan("NEW-77", "sku-77")).toEqual(["item-ok", "item-ok"]);
    expect(bench.rows()).toEqual(["BR09/Sku-77 5 counting"]);
    expect(bench.scan("OTHER", "CMDTEACH", "CMDCLOSE", "CMDTEACH")).toEqual([
      "unknown-code",
      "command-ok",
      "command-ok",
      "command-refused",
    ]);
    expect(bench.scan("OTHER", "CMDTEACH", MUG)).toEqual(["unknown-code", "command-ok", "item-ok"]);
  });

  test("another product's barcode is no SKU code when it is scanned: the SKU code is still asked for", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT", "NEW-77", "CMDTEACH", "BR09");
    expect(bench.answer(MUG)).toMatchObject({
      kind: "scan-refused",
      title: `${MUG} is a code of Item BR01 MUG`,
      text: expect.stringMatching(/BR01 · MUG.*BR09/),
    });
    expect(bench.answer("BAG")).toMatchObject({ kind: "scan-refused" });
    expect(bench.view()).toMatchObject({ teaching: { step: "sku", brandCode: "BR09" }, unknown: { code: "NEW-77" } });
    expect(bench.rows()).toEqual([]);
    expect(bench.answer("BAG", true).kind).toBe("item-ok");
    expect(bench.scan("NEW-77", "NEW-78", "CMDTEACH", "br01", "bag")).toEqual([
      "item-ok",
      "unknown-code",
      "command-ok",
      "command-ok",
      "item-ok",
    ]);
    expect(bench.rows()).toEqual(["BR01/BAG 1 counting", "BR09/BAG 2 counting"]);
  });

  test("no code is taught while a list of codes is being read", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT", "NEW-77");
    bench.readsList(true);
    expect(bench.answer("CMDTEACH")).toMatchObject({ kind: "command-refused", title: "A list of codes is being read" });
    bench.readsList(false);
    bench.scan("CMDTEACH", "BR09");
    bench.readsList(true);
    expect(bench.answer("SKU-77")).toMatchObject({ kind: "command-refused", title: "A list of codes is being read" });
    expect(bench.aliases.knownAs("NEW-77")).toEqual([]);
    bench.readsList(false);
    expect(bench.scan("SKU-77", "NEW-77")).toEqual(["item-ok", "item-ok"]);
    expect(bench.rows()).toEqual(["BR09/SKU-77 2 counting"]);
  });

  test("an item without a brand code can't be counted until somebody says what it is", () => {
    const bench = openBench();
    bench.knows("/LONE");
    bench.scan("CMDCOUNT");
    expect(bench.answer("LONE")).toMatchObject({ kind: "unknown-code", text: expect.stringContaining("no brand code") });
    expect(bench.scan("CMDTEACH", "BR05", "LONE", "LONE")).toEqual(["command-ok", "command-ok", "item-ok", "item-ok"]);
    expect(bench.rows()).toEqual(["BR05/LONE 2 counting"]);
  });

  test("UNDO takes back step after step, as far as the count goes", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT", "MUG", "12", "BAG", "CMDGONE");
    const seen = [bench.rows()];
    for (let step = 0; step < 4; step++) {
      bench.scan("CMDUNDO");
      seen.push(bench.rows());
    }
    expect(seen).toEqual([
      ["BR01/BAG gone counting", "BR01/MUG 12 counting"],
      ["BR01/BAG 1 counting", "BR01/MUG 12 counting"],
      ["BR01/MUG 12 counting"],
      ["BR01/MUG 1 counting"],
      [],
    ]);
    expect(bench.scan("CMDUNDO")).toEqual(["command-refused"]);
  });

  test("every row can be marked, corrected and taken out again", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT", "MUG", "BAG", "CMDNEXT");
    expect(bench.view().marked).toMatchObject({ brandSkuCode: "MUG" });
    expect(bench.scan("8", "CMDNEXT", "CMDDISCARD", "CMDDISCARD")).toEqual(["item-ok", "command-ok", "command-ok", "command-ok"]);
    expect(bench.rows()).toEqual(["BR01/MUG 8 counting"]);
    bench.scan("CMDUNDO");
    expect(bench.rows()).toEqual(["BR01/BAG 1 counting", "BR01/MUG 8 counting"]);
  });

  test("a task's number is told from an item, and the count goes on", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT", "MUG");
    const [task] = bench.tasks.next(1);
    expect(bench.answer(task?.ftNo ?? "")).toMatchObject({ kind: "command-refused", title: expect.stringContaining("is a task") });
    expect(bench.counting.running()).toBe(true);
  });

  test("commands of packing are refused while counting; those about the station stay theirs", () => {
    const bench = openBench();
    bench.scan("CMDCOUNT");
    expect(bench.scan("CMDHOLD", "CMDNEWPARCEL", "CMDHANDOVER", "CMDBOXM", "CMDCARRIER7")).toEqual(Array(5).fill("command-refused"));
    for (const word of ["CMDTROUBLE", "CMDHELP", "CMDSETTINGS", "CMDSHEET", "CMDBACK", "CMDSUPER", "CMDZERO"] as const)
      expect(bench.counting.command({ word, rest: "" }, { openTask: null, otherWork: false }, 0)).toBeNull();
  });

  test("on the trouble screen RETRY, NEXT and DISCARD deal with the troubles", () => {
    const bench = openBench();
    const next = () => bench.counting.command({ word: "CMDNEXT", rest: "" }, { openTask: null, otherWork: false }, 0);
    bench.scan("CMDCOUNT", "MUG");
    bench.openScreen.show("trouble");
    expect(next()).toBeNull();
    // Left by key or touch for a third screen: the row is the marked one again
    bench.openScreen.told("disk");
    expect(next()).not.toBeNull();
  });

  test("an open task and other work keep it from starting", () => {
    const bench = openBench();
    const start = (busy: { openTask: string | null; otherWork: boolean }) =>
      bench.counting.command({ word: "CMDCOUNT", rest: "" }, busy, 0);
    expect(start({ openTask: "FT1", otherWork: false })?.verdict).toMatchObject({ kind: "command-refused", title: "FT1 is open" });
    expect(start({ openTask: null, otherWork: true })?.verdict.kind).toBe("command-refused");
    expect(bench.counting.running()).toBe(false);
  });
});

describe("a count that is kept", () => {
  test("is there again after a restart, in the middle of whatever was done", () => {
    const path = join(testFolder(), "packbench.db");
    const first = openBench(path);
    first.scan("CMDCOUNT", "MUG", "12", "BAG", "STRANGE", "CMDTEACH", "BR07");
    first.close();
    const second = openBench(path);
    expect(second.counting.running()).toBe(true);
    expect(second.view()).toMatchObject({ teaching: { step: "sku", brandCode: "BR07" }, unknown: { code: "STRANGE" } });
    expect(second.scan("SKU-7", "CMDUNDO", "CMDUNDO")).toEqual(["item-ok", "command-ok", "command-ok"]);
    expect(second.rows()).toEqual(["BR01/MUG 12 counting"]);
  });

  test("put aside with COUNT or LEAVE, it goes on where it was", () => {
    const bench = openBench();
    expect(bench.scan("CMDCOUNT", "MUG", "CMDCLOSE")).toEqual(["command-ok", "item-ok", "command-ok"]);
    expect(bench.counting.running()).toBe(false);
    expect(bench.view()).toMatchObject({ running: false, counting: 1, rows: [] });
    bench.scan("CMDCOUNT", "MUG");
    expect(bench.rows()).toEqual(["BR01/MUG 2 counting"]);
  });

  test("finished, a newer count of the same product replaces the one that is not sent yet", () => {
    const bench = openBench();
    expect(bench.scan("CMDCOUNT", "CMDFINISH", "MUG", "12", "BAG", "CMDFINISH")).toContain("task-done");
    expect(bench.view()).toMatchObject({ counting: 0, waiting: 2, rows: [] });
    bench.scan("MUG", "9", "CMDFINISH");
    expect(bench.counts.due(bench.clock.now(), 200).map(({ brandSkuCode, qty }) => `${brandSkuCode} ${qty}`)).toEqual(["BAG 1", "MUG 9"]);
    expect(bench.scan("CMDUNDO")).toEqual(["command-refused"]);
  });

  test("leaves a line in the journal for each step: who, what, before and after", () => {
    const bench = openBench();
    bench.scan(
      "CMDCOUNT",
      "MUG",
      "12",
      "CMDGONE",
      "CMDUNDO",
      "BAG",
      "CMDDISCARD",
      "CMDDISCARD",
      "CMDFINISH",
      "MUG",
      "CMDFINISH",
      "CMDCOUNT",
    );
    expect(bench.notes().map(({ kind }) => kind)).toEqual([
      "count-started",
      "count-item",
      "count-quantity",
      "count-gone",
      "count-undone",
      "count-item",
      "count-removed",
      "count-finished",
      "count-item",
      "count-replaced",
      "count-finished",
      "count-left",
    ]);
    const keyed = bench.notes()[2];
    expect([JSON.parse(keyed?.before ?? ""), JSON.parse(keyed?.after ?? "")]).toMatchObject([{ qty: 1 }, { qty: 12, brandSkuCode: "MUG" }]);
  });

  test("that is ended says what of it OMS4 has not taken yet", () => {
    const bench = openBench();
    const ending = (): string => bench.answer("CMDCOUNT").text;
    bench.scan("CMDCOUNT");
    expect(ending()).toBe("Nothing is left to send from here. Scan a task.");
    bench.scan("CMDCOUNT", "MUG", "BAG", "CMDFINISH");
    expect(ending()).toBe("2 rows go to OMS4 as soon as it can be reached. Scan a task.");
    bench.counts.markFailed(bench.counts.due(Number.MAX_SAFE_INTEGER, 1)[0]?.id ?? 0, fail("oms4-refused", "no such SKU").failure, 1);
    bench.scan("CMDCOUNT");
    expect(ending()).toBe("1 row refused by OMS4: COUNT or TROUBLE. 1 row goes to OMS4 as soon as it can be reached. Scan a task.");
    bench.scan("CMDCOUNT", "MUG");
    expect(ending()).toContain("1 product counted, not sent: COUNT goes on with it.");
    expect(ending()).not.toContain("Nothing is left");
  });

  test("of two hundred products shows a window around the marked one, and NEXT reaches every row", () => {
    const bench = openBench();
    const skus = Array.from({ length: 200 }, (_, index) => `BR01/S${String(index).padStart(3, "0")}`);
    bench.knows(...skus);
    bench.scan("CMDCOUNT", ...skus.map((sku) => sku.slice(5)));
    expect(bench.view()).toMatchObject({ counting: 200, above: 0, below: 160 });
    const seen = new Set<string>();
    for (let row = 0; row < 200; row++) {
      bench.scan("CMDNEXT");
      const { marked, rows } = bench.view();
      expect(rows.some((each) => each.marked)).toBe(true);
      seen.add(marked?.brandSkuCode ?? "");
    }
    expect(seen.size).toBe(200);
  });
});
