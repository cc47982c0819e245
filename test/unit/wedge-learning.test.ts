import { describe, expect, it } from "vitest";
import { createLearned } from "../../renderer/wedge/learned.ts";
import { nothingKnown, type Known, type WedgeScan } from "../../renderer/wedge/line.ts";
import { enterPress, scannerPress, type LayoutName } from "../fakes/keyboards.ts";
import { createFloor, randomFrom, type Floor } from "../tools/wedge-floor.ts";

type Hand = Readonly<{ gap: () => number; endGap?: () => number; scanner?: LayoutName; system?: LayoutName }>;

const type = (floor: Floor, text: string, { gap, endGap = gap, scanner = "us", system = "us" }: Hand): readonly WedgeScan[] => {
  floor.wait(2_000);
  for (const character of text) {
    floor.wait(gap());
    const press = scannerPress(character, { scanner, system, capsLock: false });
    if (press !== null) floor.press(press);
  }
  floor.wait(endGap());
  floor.press(enterPress);
  return floor.collect();
};
const steady = (ms: number): (() => number) => {
  const random = randomFrom(ms);
  return () => ms + random.between(0, 3);
};

/** A bench whose scanner typed thirty codes. */
const benchOf = (gapMs: number): Floor => {
  const floor = createFloor();
  for (let scan = 0; scan < 30; scan++) type(floor, "FT00012345", { gap: steady(gapMs) });
  return floor;
};

describe("the pace of this bench's scanners", () => {
  it("is learned: a slow scanner's short code is taken out of a field, where before it stayed", () => {
    const shortCode = (floor: Floor): readonly WedgeScan[] => {
      floor.go("field");
      return type(floor, "A-17", { gap: steady(45) });
    };
    expect(shortCode(createFloor())).toEqual([]);
    const bench = benchOf(45);
    expect(shortCode(bench).map(({ text }) => text)).toEqual(["A-17"]);
    expect(bench.field()).toBe("");
  });

  it("leaves a quick typist's word in the field, at a bench with a slow scanner too: fingers are not even, and Enter is farther away", () => {
    const bench = benchOf(45);
    bench.go("field");
    const random = randomFrom(7);
    let kept = "";
    for (let word = 0; word < 200; word++) {
      kept += "pack";
      expect(type(bench, "pack", { gap: () => random.between(38, 120), endGap: () => random.between(90, 300) })).toEqual([]);
      expect(bench.field()).toBe(kept);
    }
  });

  it("lets a scanner of 90 ms a character be no person: its digits are a code, a person's are a number", () => {
    const digits = (floor: Floor, gap: () => number, text = "471108") => type(floor, text, { gap }).map(({ byHand }) => byHand);
    expect(digits(createFloor(), steady(90))).toEqual([true]);
    const bench = benchOf(90);
    expect(digits(bench, steady(90))).toEqual([false]);
    // Eight keys as even as that are no fingers', before anything is learned
    expect(digits(createFloor(), steady(100), "47110815")).toEqual([false]);
    expect(digits(createFloor(), steady(250), "47110815")).toEqual([true]);
    const random = randomFrom(3);
    expect(digits(bench, () => random.pick([60, 140, 210, 95]))).toEqual([true]);
  });

  it("is not learned from people", () => {
    const floor = createFloor();
    const random = randomFrom(5);
    for (let line = 0; line < 50; line++) type(floor, "FT00012345", { gap: () => random.between(80, 260) });
    expect(floor.known().pace.medians).toEqual([]);
  });
});

const createStorage = () => {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
};

describe("the layout of this bench's scanners", () => {
  const german = (known: Known, text: string): WedgeScan | undefined =>
    type(createFloor(known), text, { gap: steady(3), scanner: "german", system: "german" })[0];

  it("named in the settings is read first, whatever the PC is set to, and the other readings go along", () => {
    const known: Known = { ...nothingKnown, layout: "german" };
    for (const system of ["us", "uk", "german", "french"] as const) {
      const [scan] = type(createFloor(known), "YZ-17/4_b", { gap: steady(3), scanner: "german", system });
      expect(scan?.text).toBe("YZ-17/4_b");
      expect(scan?.alternates).toContain(scan?.keys.physical);
    }
  });

  it("is shown by three known codes in a row, kept over a restart, and given up when the other reading is the known one", () => {
    const storage = createStorage();
    const learned = createLearned({ storage, layout: () => "auto" });
    const knownAs = (text: string): void => {
      const scan = german(learned.known(), text);
      if (scan !== undefined) learned.readAs(scan, [scan.text, ...scan.alternates].indexOf(text));
    };
    expect(german(learned.known(), "YZ-1")?.text).not.toBe("YZ-1");
    for (const code of ["YZ-1", "ZY-2", "YY-3"]) knownAs(code);
    expect(german(learned.known(), "YZ-1")?.text).toBe("YZ-1");
    const again = createLearned({ storage, layout: () => "auto" });
    expect(german(again.known(), "YZ-1")?.text).toBe("YZ-1");
    const scan = german(again.known(), "YZ-1");
    if (scan === undefined) throw new Error("nothing was delivered");
    again.readAs(scan, [scan.text, ...scan.alternates].indexOf(scan.keys.physical));
    expect(german(again.known(), "YZ-1")?.text).not.toBe("YZ-1");
  });

  it("learns nothing from codes that no layout moves, and begins anew where what was kept can't be read", () => {
    const storage = createStorage();
    storage.setItem("packbench-wedge", '{"pace":7}');
    const learned = createLearned({ storage, layout: () => "auto" });
    const scan = german(learned.known(), "FT12");
    if (scan === undefined) throw new Error("nothing was delivered");
    for (let time = 0; time < 5; time++) learned.readAs(scan, 0);
    expect(learned.known().typedFirst).toBe(false);
  });

  it("goes on without a storage that can neither be read nor written", () => {
    const broken = (): never => {
      throw new Error("QuotaExceededError");
    };
    const learned = createLearned({ storage: { getItem: broken, setItem: broken }, layout: () => "auto" });
    for (const code of ["YZ-1", "ZY-2", "YY-3"]) {
      const scan = german(learned.known(), code);
      if (scan === undefined) throw new Error("nothing was delivered");
      learned.scanned(scan);
      learned.readAs(scan, [scan.text, ...scan.alternates].indexOf(code));
    }
    expect(learned.known().typedFirst).toBe(true);
  });
});
