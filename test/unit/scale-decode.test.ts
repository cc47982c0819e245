import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyAnd, stepAnd } from "../../electron/scale/decode-and.ts";
import { decodeHidScale } from "../../electron/scale/decode-hid-scale.ts";
import { emptyToledo, stepToledo } from "../../electron/scale/decode-toledo.ts";
import type { ScaleReading } from "../../shared/weight.ts";
import { HID_STATUS, HID_UNIT, hidScaleReport, toledoFrame } from "../fakes/scale.ts";

const grams = (reading: ScaleReading | null): number | null => (reading === null ? null : Math.round(reading.kg * 1e5) / 100);
const text = (line: string): number[] => [...line].map((character) => character.charCodeAt(0));
const toledo = (...bytes: number[]) => stepToledo(emptyToledo, bytes);
/** What follows a frame on the line: the beginning of the next one. */
const more = [0x02, 0x38];
const and = (line: string) => stepAnd(emptyAnd, text(line));

describe("a HID scale's report", () => {
  it.each([
    // Dymo M10, M25 and S100 as their owners captured them
    ["Dymo M25: 235 g", [3, 4, 2, 0, 235, 0], 235, "stable"],
    ["Dymo M10: 4.3 oz", [3, 4, 11, 255, 43, 0], 121.9, "stable"],
    ["Dymo S100: 12.4 lb", [3, 4, 12, 255, 124, 0], 5624.55, "stable"],
    ["Dymo M10, nothing on it", [3, 2, 11, 255, 0, 0], 0, "stable"],
    ["in motion", [3, 3, 2, 0, 100, 0], 100, "moving"],
    ["below zero", [3, 5, 2, 0, 12, 0], -12, "unknown"],
    ["Fairbanks: 1.250 kg without report id", [4, 3, 253, 226, 4], 1250, "stable"],
    ["four bytes of weight", [3, 4, 2, 254, 0x40, 0xe2, 0x01, 0x00], 1234.56, "stable"],
  ] as const)("%s", (_, report, weight, stability) => {
    const reading = decodeHidScale(report);
    expect(grams(reading)).toBeCloseTo(weight, 1);
    expect(reading).toMatchObject({ stability, problem: null });
  });

  it.each([
    [HID_STATUS.fault, "fault"],
    [HID_STATUS.over, "over"],
    [HID_STATUS.calibrate, "calibrate"],
    [HID_STATUS.rezero, "zero"],
  ] as const)("of status %i is no weight but the trouble %s", (status, problem) => {
    expect(decodeHidScale(hidScaleReport({ status, unit: HID_UNIT.g, exponent: 0, weight: 500 }))?.problem).toBe(problem);
  });

  it("of another kind is no weight: attributes, an empty report, a status nobody knows", () => {
    for (const report of [[], [3], [1, 0x21, 2], [3, 0, 2, 0, 1, 0], [3, 9, 2, 0, 1, 0], [3, 4, 0, 0, 1, 0], [3, 4, 99, 0, 1, 0]])
      expect(decodeHidScale(report)).toBeNull();
  });

  it("gives back the weight that was put in, in every unit and with every exponent, and never a weight out of nothing", () => {
    const units = Object.entries({ g: 1, kg: 1_000, oz: 28.349523125, lb: 453.59237 } as const);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 65_535 }),
        fc.integer({ min: -3, max: 1 }),
        fc.constantFrom(...units),
        (weight, exponent, unit) => {
          const [name, inGrams] = unit;
          const reading = decodeHidScale(
            hidScaleReport({ status: HID_STATUS.stable, unit: HID_UNIT[name as keyof typeof HID_UNIT], exponent, weight }),
          );
          expect((reading?.kg ?? 0) * 1_000).toBeCloseTo(weight * 10 ** exponent * inGrams, 3);
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 12 }), (report) => {
        const reading = decodeHidScale(report);
        expect(reading === null || Number.isFinite(reading.kg)).toBe(true);
      }),
    );
  });
});

describe("Toledo's continuous output", () => {
  it.each([
    ["1.250 kg, still", toledoFrame({ digits: 1250, point: 3 }), 1250, "stable", 1],
    ["steps of 5 g", toledoFrame({ digits: 1255, point: 3, step: 5 }), 1255, "stable", 5],
    ["2.5 lb, moving", toledoFrame({ digits: 25, point: 1, kg: false, moving: true }), 1133.98, "moving", 45.36],
    ["12 kg below zero", toledoFrame({ digits: 12, point: 0, negative: true }), -12_000, "stable", 1_000],
  ] as const)("%s", (_, frame, weight, stability, graduation) => {
    const [reading = null] = toledo(...frame, ...more).readings;
    expect(grams(reading)).toBeCloseTo(weight, 1);
    expect(reading).toMatchObject({ stability, problem: null });
    expect((reading?.graduationKg ?? 0) * 1_000).toBeCloseTo(graduation, 1);
  });

  it("says what is wrong instead of a weight: too heavy, below its range, not zeroed after switching on", () => {
    const problem = (frame: number[]) => toledo(...frame, ...more).readings[0]?.problem;
    expect(problem(toledoFrame({ digits: "------", point: 3, over: true }))).toBe("over");
    expect(problem(toledoFrame({ digits: 1, point: 3, over: true, negative: true }))).toBe("under");
    expect(problem(toledoFrame({ digits: 1, point: 3, notZeroed: true }))).toBe("zero");
  });

  it("is read from any cut of the line, with and without checksum, after a beginning in mid-frame, and with parity bits", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99_999 }), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 1, max: 40 }),
        (weights, checksum, parity, cutOff, chunk) => {
          const all = weights.flatMap((digits) => toledoFrame({ digits, point: 3, checksum }));
          const torso = toledoFrame({ digits: 777_777, point: 3, checksum }).slice(cutOff + 1);
          const sent = [...torso, ...all, ...more].map((byte) => (parity ? byte | 0x80 : byte));
          let state = emptyToledo;
          const read: number[] = [];
          for (let at = 0; at < sent.length; at += chunk) {
            const step = stepToledo(state, sent.slice(at, at + chunk));
            state = step.state;
            read.push(...step.readings.map(({ kg }) => Math.round(kg * 1_000)));
          }
          expect(read).toEqual(weights);
        },
      ),
    );
  });

  it("never gives a wrong weight for a frame whose checksum doesn't fit, and reads the next one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99_999 }),
        fc.integer({ min: 1, max: 17 }),
        fc.integer({ min: 1, max: 127 }),
        (digits, at, flip) => {
          const broken = toledoFrame({ digits, point: 3, checksum: true });
          broken[at] = (broken[at] ?? 0) ^ flip;
          const { readings } = toledo(
            ...broken,
            ...toledoFrame({ digits: 4_242, point: 3, checksum: true }),
            ...toledoFrame({ digits: 4_242, point: 3, checksum: true }),
            ...more,
          );
          expect(readings.every(({ kg }) => Math.round(kg * 1_000) === 4_242)).toBe(true);
          expect(readings.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe("A&D's standard format", () => {
  it.each([
    ["an indicator", "ST,GS,+0001.250kg\r\n", 1250, "stable"],
    ["a balance", "ST,+00012.34  g\r\n", 12.34, "stable"],
    ["not still", "US,GS,+0001.2  kg\r\n", 1200, "moving"],
    ["net, below zero", "ST,NT,-00003.5 lb\r\n", -1587.57, "stable"],
    ["ounces", "ST,GS,+00004.3 oz\r\n", 121.9, "stable"],
  ] as const)("%s", (_, line, weight, stability) => {
    const [reading = null] = and(line).readings;
    expect(grams(reading)).toBeCloseTo(weight, 1);
    expect(reading).toMatchObject({ stability, problem: null });
  });

  it("says overload, takes no tare for a weight, and no line without a unit", () => {
    expect(and("OL,GS,+9999999kg\r\n").readings[0]?.problem).toBe("over");
    expect(and("OL,-9999999E+19\r\n").readings[0]?.problem).toBe("under");
    expect(and("ST,TR,+00000.5kg\r\n")).toMatchObject({ readings: [], broken: 0 });
    expect(and("ST,GS,+00123.4\r\n")).toMatchObject({ readings: [], broken: 1 });
    expect(and("hello\r\n")).toMatchObject({ readings: [], broken: 1 });
  });

  it("is read from any cut of the line, after a beginning in mid-line", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99_999 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 1, max: 30 }),
        (weights, cutOff, chunk) => {
          const lineOf = (weight: number): string => `ST,GS,+${(weight / 1_000).toFixed(3).padStart(8, "0")}kg\r\n`;
          const sent = text("US,GS,+0007.777kg\r\n".slice(cutOff + 6) + weights.map(lineOf).join(""));
          let state = emptyAnd;
          const read: number[] = [];
          for (let at = 0; at < sent.length; at += chunk) {
            const step = stepAnd(state, sent.slice(at, at + chunk));
            state = step.state;
            read.push(...step.readings.map(({ kg }) => Math.round(kg * 1_000)));
          }
          expect(read).toEqual(weights);
        },
      ),
    );
  });
});
