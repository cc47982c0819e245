import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averageG, contentKey, weightOff, type LearnedWeight } from "../../electron/packing/weight-check.ts";
import { detailOf } from "../fakes/desk.ts";

const learn = (...grams: readonly number[]): LearnedWeight => ({
  parcels: grams.length,
  sumG: grams.reduce((sum, one) => sum + one, 0),
  sumOfSquares: grams.reduce((sum, one) => sum + one * one, 0),
});

describe("a parcel's weight", () => {
  it("is not judged before three parcels with the same content were weighed", () => {
    expect(weightOff(9_000, null)).toBeNull();
    expect(weightOff(9_000, learn(500))).toBeNull();
    expect(weightOff(9_000, learn(500, 510))).toBeNull();
    expect(weightOff(9_000, learn(500, 510, 505))).toBe(505);
  });

  it.each([
    ["light goods: 20 g are filling and tape", [100, 100, 100], 120, null],
    ["light goods: more than 20 g are a missing item", [100, 100, 100], 121, 100],
    ["heavy goods: 5 % is no news", [10_000, 10_000, 10_000], 10_500, null],
    ["heavy goods: more is", [10_000, 10_000, 10_000], 10_501, 10_000],
    ["heavy goods: less too", [10_000, 10_000, 10_000], 9_499, 10_000],
    ["goods that vary by themselves may go on doing so", [1_000, 1_300, 700], 1_600, null],
    ["and beyond two deviations are off", [1_000, 1_300, 700], 1_601, 1_000],
  ] as const)("%s", (_, before, grams, expected) => {
    expect(weightOff(grams, learn(...before))).toBe(expected);
  });

  it("that was seen often itself is never off, and one that is off by half and a kilogram always is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 3, max: 50 }), (grams, times) => {
        const learned = learn(...Array.from({ length: times }, () => grams));
        expect(averageG(learned)).toBe(grams);
        expect(weightOff(grams, learned)).toBeNull();
        expect(weightOff(Math.round(grams * 1.5) + 1_000, learned)).toBe(grams);
      }),
    );
  });
});

describe("what a parcel's content is called", () => {
  const details = [detailOf("1", "A"), detailOf("2", "B", 5), detailOf("3", "A")];

  it("is the same in any order of scanning and over any lines of the same product", () => {
    const key = contentKey(
      [
        { detailId: "1", qty: 2 },
        { detailId: "2", qty: 1 },
      ],
      details,
      "M",
    );
    expect(
      contentKey(
        [
          { detailId: "2", qty: 1 },
          { detailId: "3", qty: 1 },
          { detailId: "1", qty: 1 },
        ],
        details,
        "M",
      ),
    ).toBe(key);
  });

  it("is another with another number, another product or another box", () => {
    const keys = [
      contentKey([{ detailId: "1", qty: 1 }], details, null),
      contentKey([{ detailId: "1", qty: 2 }], details, null),
      contentKey([{ detailId: "2", qty: 1 }], details, null),
      contentKey([{ detailId: "1", qty: 1 }], details, "M"),
    ];
    expect(new Set(keys).size).toBe(4);
  });
});
