import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emptyPan,
  giveBack,
  losePan,
  stepPan,
  takeWeight,
  tarePan,
  weighingOf,
  zeroPan,
  type Pan,
} from "../../electron/scale/decode-pan.ts";
import type { ScaleReading } from "../../shared/weight.ts";

const reading = (kg: number, stability: ScaleReading["stability"] = "stable", graduationKg = 0.001): ScaleReading => ({
  kg,
  stability,
  graduationKg,
  problem: null,
});

/** A pan that reads once every 100 ms. */
const play = (...readings: readonly ScaleReading[]) => {
  let pan: Pan = emptyPan;
  let at = 0;
  const on = {
    read: (...more: readonly ScaleReading[]) => {
      for (const one of more) pan = stepPan(pan, one, (at += 100));
      return on;
    },
    change: (to: (now: Pan, at: number) => Pan) => {
      pan = to(pan, at);
      return on;
    },
    says: () => {
      const { state, kg } = weighingOf(pan, at);
      return `${state} ${kg}`;
    },
    pan: () => pan,
    at: () => at,
  };
  return on.read(...readings);
};
const zero = reading(0);

describe("what lies on the pan", () => {
  it("is steady when the scale says so, and not while it moves", () => {
    expect(play(zero, reading(1.25)).says()).toBe("steady 1.25");
    expect(play(zero, reading(1.25, "moving")).says()).toBe("moving 1.25");
    expect(play(zero).says()).toBe("empty 0");
    expect(play().says()).toBe("silent null");
  });

  it("is nobody's when it lay there before the scale told of it standing still, whatever the scale said first", () => {
    const overloaded: ScaleReading = { ...reading(0), problem: "over" };
    for (const start of [[], [overloaded], [reading(0, "moving")], [reading(0.7, "moving")], [overloaded, reading(0, "moving")]]) {
      expect(play(...start, reading(1.5)).says()).toBe("earlier 1.5");
      expect(play(...start, reading(1.5), zero, reading(1.5)).says()).toBe("steady 1.5");
      expect(
        play(zero, reading(1.5))
          .change(losePan)
          .read(...start, reading(1.5))
          .says(),
      ).toBe("earlier 1.5");
    }
  });

  it("is steady without the scale's word after four equal readings over 0.4 s, within a graduation", () => {
    const unknown = (kg: number) => reading(kg, "unknown");
    expect(play(zero, unknown(1.25), unknown(1.25), unknown(1.25)).says()).toBe("moving 1.25");
    expect(play(zero, unknown(1.25), unknown(1.251), unknown(1.25), unknown(1.25), unknown(1.25)).says()).toBe("steady 1.25");
    // A weight that creeps is no weight: each step is small, the way is long
    expect(play(zero, ...[1.25, 1.251, 1.252, 1.253, 1.254, 1.255].map(unknown)).says()).toBe("moving 1.255");
  });

  it("belongs to the parcel it was taken for: the next one gets it only after the pan was empty or the weight changed", () => {
    const taken = () => play(zero, reading(1.25)).change((pan, at) => takeWeight(pan, "P1", at));
    expect(taken().says()).toBe("earlier 1.25");
    expect(taken().read(reading(1.25), reading(1.251), reading(1.249, "moving"), reading(1.25)).says()).toBe("earlier 1.25");
    expect(taken().read(zero, reading(1.25)).says()).toBe("steady 1.25");
    expect(taken().read(reading(0, "moving"), reading(1.25)).says()).toBe("steady 1.25");
    expect(taken().read(reading(0.4)).says()).toBe("steady 0.4");
    // A knock against the table is no other parcel
    expect(taken().read(reading(1.6, "moving"), reading(1.25)).says()).toBe("earlier 1.25");
  });

  it("of a box that still moved when its parcel was closed is that parcel's, whatever it comes to", () => {
    const moved = () => play(zero, reading(0.3, "moving")).change((pan, at) => takeWeight(pan, "P1", at));
    expect(moved().read(reading(0.4, "moving"), reading(0.5)).says()).toBe("earlier 0.5");
    expect(moved().read(reading(0.5), reading(0.8)).says()).toBe("steady 0.8");
    expect(moved().read(reading(0.5), zero, reading(0.5)).says()).toBe("steady 0.5");
    expect(moved().read(reading(0, "moving"), reading(0.5)).says()).toBe("steady 0.5");
    // Closed with nothing on the scale: the box that comes then is another one
    expect(
      play(zero, reading(0.001, "moving"))
        .change((pan, at) => takeWeight(pan, "P1", at))
        .read(reading(0.5))
        .says(),
    ).toBe("steady 0.5");
  });

  it("is its parcel's again when that is opened again, and only then", () => {
    const taken = play(zero, reading(1.25)).change((pan, at) => takeWeight(pan, "P1", at));
    expect(taken.change((pan) => giveBack(pan, "P2")).says()).toBe("earlier 1.25");
    expect(taken.change((pan) => giveBack(pan, "P1")).says()).toBe("steady 1.25");
  });

  it("that lay there before the scale came is nobody's", () => {
    expect(play(reading(1.25), reading(1.25)).says()).toBe("earlier 1.25");
    expect(play(zero, reading(1.25)).change(losePan).read(reading(1.25)).says()).toBe("earlier 1.25");
    expect(play(zero, reading(1.25)).change(losePan).read(zero, reading(1.25)).says()).toBe("steady 1.25");
  });

  it("is weighed without the tare; with an empty pan the tare ends", () => {
    const crate = play(zero, reading(0.5)).change((pan, at) => tarePan(pan, at).pan);
    expect(crate.says()).toBe("empty 0");
    expect(crate.read(reading(1.75)).says()).toBe("steady 1.25");
    expect(crate.read(zero).says()).toBe("empty -0.5");
    expect(tarePan(crate.pan(), crate.at())).toMatchObject({ done: "tare-off", pan: { tareKg: 0 } });
  });

  it("is weighed with no tare from before the scale went: it may come back with the tray as its zero", () => {
    const tray = play(zero, reading(0.5)).change((pan, at) => tarePan(pan, at).pan);
    const back = tray.change(losePan).read(zero, reading(1.25));
    expect(back.says()).toBe("steady 1.25");
    expect(weighingOf(back.pan(), back.at()).tareKg).toBe(0);
  });

  it("is set to zero when little is on it, and refused with a reason when much is, or while it moves", () => {
    const dirty = play(zero, reading(0.02));
    expect(dirty.change((pan, at) => zeroPan(pan, at).pan).says()).toBe("empty 0");
    expect(dirty.read(reading(1.02)).says()).toBe("steady 1");
    expect(zeroPan(dirty.pan(), dirty.at())).toMatchObject({ done: null, why: "too-much" });
    expect(zeroPan(play(zero, reading(0.01, "moving")).pan(), 0)).toMatchObject({ done: null, why: "moving" });
    expect(zeroPan(emptyPan, 0)).toMatchObject({ done: null, why: "silent" });
  });

  it("is no weight while the scale has trouble", () => {
    expect(play(zero, { ...reading(9), problem: "over" }).says()).toBe("problem null");
  });

  it("never gives one parcel's weight to the next, whatever the scale says in between", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.constantFrom("stable", "moving", "unknown" as const)), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (readings) => {
        const bench = play(zero, reading(1.25)).change((pan, at) => takeWeight(pan, "P1", at));
        let mayCount = false;
        for (const [grams, stability] of readings) {
          bench.read(reading(grams / 1_000, stability));
          // Away from it by more than drift, or nothing on the pan: from then on a weight is a new one
          mayCount ||= grams <= 3 || Math.abs(grams - 1_250) > 8;
          if (!mayCount) expect(bench.says().startsWith("steady")).toBe(false);
        }
      }),
    );
  });
});
