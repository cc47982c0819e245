import { describe, expect, test } from "vitest";
import type { BenchTask } from "../../electron/packing/bench.ts";
import { decide } from "../../electron/packing/engine.ts";
import { matchItem, unitsOf } from "../../electron/packing/match.ts";
import { readings } from "../../electron/scanner/read-scan.ts";
import type { CodeMeaning } from "../../shared/alias.ts";
import { productOf } from "../../shared/count.ts";
import { normaliseCode } from "../../shared/scan.ts";
import { detailOf, taskOf } from "../fakes/desk.ts";

const policy = { ownCarrier: { name: "Own fleet", type: "Standard" }, ownCarriers: [], cartons: [] };
const GTIN = "04006381333931";

const bench = (...details: Parameters<typeof taskOf>[1]): BenchTask => ({
  task: taskOf("FT1", details),
  state: "packing",
  holdReason: null,
  cancellation: null,
  request: null,
  parcels: [],
  units: [],
  shared: false,
  carrierId: null,
  openedAt: 0,
  startedAt: null,
  acknowledged: true,
  quantityNext: 1,
  tookOut: false,
});
const meaning = (code: string, brandCode: string, brandSkuCode: string, quantity = 1): CodeMeaning => ({
  code: normaliseCode(code),
  product: productOf(brandCode, brandSkuCode),
  brandCode,
  brandSkuCode,
  name: `Item ${brandSkuCode}`,
  quantity,
});
const scan = (open: BenchTask, text: string, meanings: readonly CodeMeaning[]) =>
  decide({ open }, { kind: "item", readings: readings(text), meanings, packed: null, nextParcelNo: "P1", policy }, 1);

describe("an alias", () => {
  test("packs its quantity of the line with its brand code and brand SKU code, both", () => {
    const open = bench(detailOf("1", "A", 12), detailOf("2", "A", 12, { brandCode: "BR02" }));
    const { bench: next, verdict } = scan(open, "CASE-A", [meaning("CASE-A", "br02", "a", 6)]);
    expect(verdict).toMatchObject({ kind: "item-ok", detailId: "2" });
    expect(next.open?.units).toMatchObject([{ detailId: "2", qty: 6, code: "CASE-A" }]);
  });

  test("of a case fills several lines of the product with one scan", () => {
    const { bench: next } = scan(bench(detailOf("1", "A", 4), detailOf("2", "A", 4), detailOf("3", "B")), "CASE-A", [
      meaning("CASE-A", "BR01", "A", 6),
    ]);
    expect(next.open?.units).toMatchObject([
      { scanNo: 1, detailId: "1", qty: 4 },
      { scanNo: 1, detailId: "2", qty: 2 },
    ]);
  });

  test("that doesn't fit is refused whole", () => {
    const { bench: next, verdict } = scan(bench(detailOf("1", "A", 5), detailOf("2", "B")), "CASE-A", [meaning("CASE-A", "BR01", "A", 6)]);
    expect(verdict).toMatchObject({ kind: "over-scan", title: "Too many: 6 of Item A" });
    expect(next.open?.units).toEqual([]);
  });

  test("never says anything against a code of the task itself", () => {
    const open = bench(detailOf("1", "A", 12, { barcodes: ["777"] }), detailOf("2", "B"));
    expect(matchItem(open, readings("777"), [meaning("777", "BR01", "A", 6)])).toMatchObject({ kind: "lines", units: 1 });
    const { verdict, bench: next } = scan(open, "777", [meaning("777", "BR01", "C")]);
    expect(verdict).toMatchObject({ kind: "ambiguous", text: expect.stringContaining("Item A / Item C") });
    expect(next.open?.units).toEqual([]);
  });

  test("fits a line of which OMS4 gave no brand code only by the task's own code", () => {
    const open = bench(detailOf("1", "A", 3, { brandCode: "" }), detailOf("2", "B"));
    expect(matchItem(open, readings("A"), [meaning("A", "BR01", "A")]).kind).toBe("lines");
    expect(matchItem(open, readings("CASE"), [meaning("CASE", "BR01", "A")]).kind).toBe("none");
  });

  test("that is known as it stands is not read in another way", () => {
    const upcE = "01234565";
    const open = bench(detailOf("1", "A", 3, { barcodes: ["012345000065"] }), detailOf("2", "B"));
    expect(matchItem(open, readings(upcE)).kind).toBe("lines");
    expect(matchItem(open, readings(upcE), [meaning(upcE, "BR09", "Z")]).kind).toBe("none");
  });

  test("of a case, counted by its GS1 code: AI 37 counts cases, AI 30 says what one holds", () => {
    const quantityOf = (text: string): number => {
      const match = matchItem(bench(detailOf("1", "A", 999), detailOf("2", "B")), readings(text), [meaning(GTIN, "BR01", "A", 12)]);
      return match.kind === "lines" ? unitsOf(match.scan, match.units) : 0;
    };
    expect(quantityOf(`(01)${GTIN}(10)LOT7`)).toBe(12);
    expect(quantityOf(`(02)${GTIN}(37)4`)).toBe(48);
    expect(quantityOf(`(01)${GTIN}(30)10`)).toBe(10);
  });

  test("of a case that comes out again takes as many units out, or none", () => {
    const packed = scan(bench(detailOf("1", "A", 12), detailOf("2", "B")), "CASE-A", [meaning("CASE-A", "BR01", "A", 6)]).bench.open;
    if (packed === null) throw new Error("nothing is open");
    const cancelled: BenchTask = { ...packed, cancellation: { ctNo: "CT1", at: 0, whole: false, detailIds: ["1"], keeps: {} } };
    const out = scan(cancelled, "CASE-A", [meaning("CASE-A", "BR01", "A", 6)]);
    expect(out.effects.filter(({ kind }) => kind === "unit-taken-out")).toHaveLength(6);
    expect(out.bench.open?.units).toEqual([]);
    const tooMany = scan(cancelled, "CASE-A", [meaning("CASE-A", "BR01", "A", 7)]);
    expect(tooMany.verdict).toMatchObject({ kind: "over-scan", text: expect.stringContaining("Only 6 come out") });
    expect(tooMany.bench.open?.units).toHaveLength(1);
  });
});
