import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideCountCommand, startCount } from "../../electron/counting/commands.ts";
import { noCountYet, type Count, type CountEffect, type CountLook, type RowChange } from "../../electron/counting/count.ts";
import { decideCountScan } from "../../electron/counting/decide.ts";
import { contradicts } from "../../shared/alias.ts";
import { LARGEST_COUNT, productOf, type CountRow, type KnownProduct } from "../../shared/count.ts";

const known = (brandCode: string, brandSkuCode: string): KnownProduct => ({
  product: productOf(brandCode, brandSkuCode),
  brandCode,
  brandSkuCode,
  name: `${brandCode} ${brandSkuCode}`,
});
/** A and B are plain, S is on two brands, L has no brand code. */
const CODES: Readonly<Record<string, readonly KnownProduct[]>> = {
  A: [known("BR1", "A")],
  B: [known("BR1", "B")],
  S: [known("BR1", "S"), known("BR2", "S")],
  L: [known("", "L")],
};

/** The rules over rows in memory: what the store does, without it. */
const createBench = () => {
  const rows = new Map<string, CountRow>();
  const steps: RowChange[] = [];
  const taught = new Map<string, KnownProduct>();
  let count: Count = noCountYet;
  let sent = 0;
  const look: CountLook = {
    rowOf: (product) => rows.get(product) ?? null,
    knownAs: (code) => [...(CODES[code] ?? []), ...(taught.has(code) ? [taught.get(code) as KnownProduct] : [])],
    conflict: (code, wanted) => {
      const other = look.knownAs(code).find((each) => contradicts(each, wanted));
      return other === undefined ? null : { kind: "other-product", known: other };
    },
    lastStep: () => {
      const change = steps.at(-1);
      return change === undefined ? null : { step: steps.length, change };
    },
    rowBelow: (product) => {
      const order = [...rows.values()].toReversed();
      return order[order.findIndex((row) => row.product === product) + 1] ?? order[0] ?? null;
    },
    failed: () => [...rows.values()].filter(({ state }) => state === "failed").map(({ product }) => product),
    sizes: () => ({
      counting: [...rows.values()].filter(({ state }) => state === "counting").length,
      waiting: 0,
      failed: look.failed().length,
    }),
  };
  const write = ({ before, after }: RowChange): void => {
    if (after !== null) rows.set(after.product, after);
    else if (before !== null) rows.delete(before.product);
  };
  const perform = (effect: CountEffect): void => {
    if (effect.kind === "row") {
      write(effect.change);
      steps.push(effect.change);
    } else if (effect.kind === "undone") {
      write(effect.change);
      steps.pop();
    } else if (effect.kind === "taught") taught.set(effect.code, effect.known);
    else if (effect.kind === "finished") {
      sent += look.sizes().counting;
      rows.clear();
      steps.length = 0;
    }
  };
  const take = (decision: ReturnType<typeof startCount>) => {
    decision.effects.forEach(perform);
    count = decision.count;
    return decision.verdict;
  };
  take(startCount(count, look));
  return {
    scan: (text: string, { quantity = null, byHand = false }: Readonly<{ quantity?: number | null; byHand?: boolean }> = {}) => {
      const reading = { text, code: text.toUpperCase(), quantity, batch: null, serial: null, expiry: null };
      return take(decideCountScan(count, { texts: [text], readings: [reading], byHand, isTask: () => text === "FT1" }, look));
    },
    command: (word: Parameters<typeof decideCountCommand>[1]["word"], rest = "", now = 0) =>
      take(decideCountCommand(count, { word, rest }, look, now)),
    rows: () => Object.fromEntries([...rows.values()].map(({ product, qty }) => [product, qty])),
    count: () => count,
    steps: () => steps.length,
    sent: () => sent,
  };
};
type Bench = ReturnType<typeof createBench>;

const item = fc.constantFrom("A", "B", "S", "L", "X", "FT1", "BR1", "BR2").map((code) => (bench: Bench) => bench.scan(code));
const many = fc.tuple(fc.constantFrom("A", "B"), fc.integer({ min: 1, max: 1_500_000 })).map(
  ([code, quantity]) =>
    (bench: Bench) =>
      bench.scan(code, { quantity }),
);
const number = fc
  .oneof(fc.integer({ min: -20, max: 1_200_000 }).map(String), fc.constantFrom("1.5", "2,5", "+3", "007", "1e5"))
  .map((text) => (bench: Bench) => bench.scan(text, { byHand: true }));
const word = fc
  .constantFrom(
    ...([
      "CMDUNDO",
      "CMDGONE",
      "CMDNEXT",
      "CMDDISCARD",
      "CMDDISCARD",
      "CMDTEACH",
      "CMDRETRY",
      "CMDFINISH",
      "CMDCOUNT",
      "CMDHOLD",
      "CMDFINISH",
    ] as const),
  )
  .map((name) => (bench: Bench) => bench.command(name));
const step = fc.oneof({ weight: 5, arbitrary: item }, many, { weight: 3, arbitrary: number }, { weight: 4, arbitrary: word });

describe("the rules of a count", () => {
  test("whatever is scanned and keyed, every row is a whole number from 0 to 999,999 or gone, and has both codes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bench = createBench();
        for (const each of steps) {
          const verdict = each(bench);
          expect(verdict.title).not.toBe("");
          for (const [product, qty] of Object.entries(bench.rows())) {
            expect(qty === null || (Number.isInteger(qty) && qty >= 0 && qty <= LARGEST_COUNT)).toBe(true);
            expect(product.split("\n").every((code) => code !== "")).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("what is refused changes no row", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const bench = createBench();
        for (const each of steps) {
          const before = JSON.stringify(bench.rows());
          const { kind } = each(bench);
          if (kind !== "item-ok" && kind !== "command-ok" && kind !== "task-done") expect(JSON.stringify(bench.rows())).toBe(before);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("UNDO as often as there are steps leads back through every state, to nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(item, many, number), { maxLength: 30 }), (steps) => {
        const bench = createBench();
        const states = [bench.rows()];
        for (const each of steps) {
          const before = bench.steps();
          each(bench);
          if (bench.steps() > before) states.push(bench.rows());
        }
        // A code that was being made known is not undone but stopped
        if (bench.count().teaching !== null) bench.command("CMDUNDO");
        for (const state of states.slice(0, -1).toReversed()) {
          bench.command("CMDUNDO");
          expect(bench.rows()).toEqual(state);
        }
        expect(bench.command("CMDUNDO").kind).toBe("command-refused");
        expect(bench.rows()).toEqual({});
      }),
      { numRuns: 300 },
    );
  });

  test("scans of one item add up, in whatever order with others", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("A", "B"), { minLength: 1, maxLength: 50 }), (codes) => {
        const bench = createBench();
        for (const code of codes) bench.scan(code);
        for (const code of new Set(codes)) expect(bench.rows()[productOf("BR1", code)]).toBe(codes.filter((each) => each === code).length);
      }),
    );
  });

  test("brands with one SKU code are never mixed up, and letter case makes no second product", () => {
    expect(productOf("BR1", "S")).not.toBe(productOf("BR2", "S"));
    expect(productOf("A", "B\nC")).toBe(productOf("A", "b\nc"));
    fc.assert(
      fc.property(fc.tuple(fc.string(), fc.string(), fc.string(), fc.string()), ([brandA, skuA, brandB, skuB]) => {
        const same =
          [brandA, skuA].map((text) => text.trim().toUpperCase()).join("\n") ===
          [brandB, skuB].map((text) => text.trim().toUpperCase()).join("\n");
        expect(productOf(brandA, skuA) === productOf(brandB, skuB)).toBe(same);
      }),
    );
  });

  test("nothing is taken out by one DISCARD, by two of different rows, or by two far apart", () => {
    const bench = createBench();
    bench.scan("A");
    bench.scan("B");
    bench.command("CMDDISCARD", "", 0);
    bench.command("CMDNEXT");
    bench.command("CMDDISCARD", "", 1_000);
    bench.command("CMDDISCARD", "", 20_000);
    expect(Object.keys(bench.rows())).toHaveLength(2);
    bench.command("CMDDISCARD", "", 21_000);
    expect(Object.keys(bench.rows())).toHaveLength(1);
  });
});
