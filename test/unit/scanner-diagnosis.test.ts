import { describe, expect, it } from "vitest";
import { diagnose, worstOf, type DoctorRead, type Finding } from "../../shared/doctor.ts";
import { decodeGs1 } from "../../electron/scanner/gs1.ts";
import { testCodes, type TestCode } from "../../shared/doctor-codes.ts";
import { changeCase, type CaseChange } from "../../shared/letter-case.ts";
import { usReadingOf, readUsKey } from "../../shared/keyboard-layouts.ts";
import { layouts, pressOf, scannerPress, enterPress, type LayoutName } from "../fakes/keyboards.ts";
import { createFloor, randomFrom, type Random } from "../tools/wedge-floor.ts";

const nothingSet = { prefix: "", suffix: "", layout: "auto" } as const;

/** How one scanner is broken or set. The text of each code goes through it, then through the keyboard. */
type Faults = Readonly<{
  lost?: TestCode["id"];
  doubled?: TestCode["id"];
  extra?: TestCode["id"];
  case?: CaseChange;
  capsLock?: boolean;
  scanner?: LayoutName;
  system?: LayoutName;
  prefix?: string;
  suffix?: string;
  separator?: string;
  end?: "Enter" | "Tab" | "pause";
  identifier?: boolean;
  twice?: TestCode["id"];
}>;

const between = (text: string, at: number, put: string, instead = 0): string => text.slice(0, at) + put + text.slice(at + instead);

/** A place of the code at which a damage can be seen for what it is: not beside FNC1, and not between two of one character. */
const place = (random: Random, text: string): number => {
  for (;;) {
    const at = random.between(1, text.length - 2);
    if (![text[at - 1], text[at], text[at + 1]].includes("\u001d") && text[at] !== text[at - 1] && text[at] !== text[at + 1]) return at;
  }
};

const sent = (code: TestCode, faults: Faults, random: Random): string => {
  let { text } = code;
  if (faults.lost === code.id) text = between(text, place(random, text), "", 1);
  if (faults.doubled === code.id) {
    const at = place(random, text);
    text = between(text, at, text[at] ?? "");
  }
  if (faults.extra === code.id) text = between(text, place(random, text), "!");
  if (faults.separator !== undefined) text = text.replace("\u001d", faults.separator);
  text = changeCase(text, faults.case ?? "none");
  const identifier = faults.identifier === true ? (code.id === "gs1" ? "]C1" : "]C0") : "";
  return `${identifier}${faults.prefix ?? ""}${text}${faults.suffix ?? ""}`;
};

/** Types a text into the real wedge as a scanner would, and gives what the doctor is told of it. */
const typed = (text: string, faults: Faults, random: Random, at: number): DoctorRead => {
  const { scanner = "us", system = "us", capsLock = false } = faults;
  const floor = createFloor();
  for (const character of text) {
    floor.wait(random.between(1, 12));
    const press = scannerPress(character, { scanner, system, capsLock });
    if (press !== null) floor.press(press);
    else if (character === "\u001d") floor.press(pressOf({ code: "BracketRight", key: "]", ctrl: true, capsLock }));
    else throw new Error(`a scanner set to ${scanner} has no ${character}`);
  }
  floor.wait(4);
  floor.press(faults.end === "Tab" ? pressOf({ code: "Tab", key: "Tab" }) : enterPress);
  const [scan] = floor.collect();
  if (scan === undefined) throw new Error("the wedge delivered nothing");
  const { physical, typed: read, gaps, capsLock: caps } = scan.keys;
  return { text: physical, typed: read, end: faults.end ?? "Enter", symbology: null, gaps, capsLock: caps, at };
};

const readsOf = (faults: Faults, random: Random, way: "wedge" | "hid" = "wedge"): readonly DoctorRead[] => {
  let at = 0;
  return testCodes.flatMap((code) => {
    const text = sent(code, faults, random);
    at += 3_000;
    const read: DoctorRead =
      way === "wedge"
        ? typed(text, faults, random, at)
        : { text, typed: null, end: null, symbology: null, gaps: null, capsLock: false, at };
    return faults.twice === code.id ? [read, { ...read, at: at + 300 }] : [read];
  });
};

/** What a finding says, without what is only told along. */
const short = (finding: Finding): string => {
  switch (finding.kind) {
    case "lost":
    case "doubled":
    case "extra":
    case "twice":
      return `${finding.kind} ${finding.code}`;
    case "case":
      return `case ${finding.how}`;
    case "layout":
      return `layout ${finding.scanner} on ${finding.system}`;
    case "prefix":
    case "suffix":
      return `${finding.kind} ${finding.text}`;
    case "fnc1":
      return `fnc1 ${finding.came}`;
    case "no-end":
    case "tab-end":
    case "identifier":
      return finding.kind;
  }
};

const expected = (faults: Faults, way: "wedge" | "hid"): readonly string[] => {
  const { scanner = "us", system = "us" } = faults;
  const layout = way === "wedge" && (scanner !== "us" || system !== "us");
  return [
    ...(faults.lost === undefined ? [] : [`lost ${faults.lost}`]),
    ...(faults.doubled === undefined ? [] : [`doubled ${faults.doubled}`]),
    ...(faults.extra === undefined ? [] : [`extra ${faults.extra}`]),
    ...(faults.case === undefined ? [] : [`case ${faults.case}`]),
    ...(layout ? [`layout ${scanner} on ${system}`] : []),
    ...(faults.prefix === undefined ? [] : [`prefix ${faults.prefix}`]),
    ...(faults.suffix === undefined ? [] : [`suffix ${faults.suffix}`]),
    ...(faults.separator === undefined ? [] : [`fnc1 ${changeCase(faults.separator, faults.case ?? "none")}`]),
    ...(faults.identifier === true ? ["identifier"] : []),
    ...(way === "wedge" && faults.end === "Tab" ? ["tab-end"] : []),
    ...(way === "wedge" && faults.end === "pause" ? ["no-end"] : []),
    ...(faults.twice === undefined ? [] : [`twice ${faults.twice}`]),
  ].toSorted();
};

const ids = ["letters", "digits", "gs1"] as const;
const names = Object.keys(layouts) as [LayoutName, ...LayoutName[]];

/** One fault at random; `avoid`: what the first of a pair has spoiled already. */
const faultOf = (random: Random, way: "wedge" | "hid", avoid: Faults = {}): Faults => {
  const spoiled = [avoid.lost, avoid.doubled, avoid.extra, avoid.twice];
  const free = ids.filter((id) => !spoiled.includes(id));
  const [id = "letters"] = free.toSorted(() => random.next() - 0.5);
  const kinds = [
    "lost",
    "doubled",
    "extra",
    "twice",
    "case",
    "prefix",
    "suffix",
    "separator",
    ...(way === "wedge" ? ["layout", "end", "capsLock"] : []),
  ];
  const kind = kinds[random.between(0, kinds.length - 1)];
  // A layout without a key for a character can't send it: what is added must be on all of them
  switch (kind) {
    case "lost":
      return { lost: id };
    case "doubled":
      return { doubled: id };
    case "extra":
      return { extra: id };
    case "twice":
      return { twice: id };
    case "case":
      return { case: random.pick(["flipped", "upper", "lower"]) };
    case "prefix":
      return { prefix: random.pick(["*", "%", "A", "01", "SC:", "//"]) };
    case "suffix":
      return { suffix: random.pick(["*", "%", "Q", "99", ";", "-e"]) };
    case "separator":
      return { separator: random.pick(["", "$", "%", "+", "%GS%"]) };
    case "layout":
      return { scanner: random.pick(names), system: random.pick(names) };
    case "end":
      return { end: random.pick(["Tab", "pause"]) };
    default:
      return { capsLock: true };
  }
};

const wrongDiagnoses = (way: "wedge" | "hid", wanted: number, pairs: boolean): readonly string[] => {
  const random = randomFrom(20_261_129);
  const wrong: string[] = [];
  for (let turn = 0; turn < wanted; turn++) {
    const first = faultOf(random, way);
    const faults = pairs ? { ...first, ...faultOf(random, way, first) } : first;
    const found = diagnose(readsOf(faults, random, way), nothingSet)
      .map(short)
      .toSorted();
    if (JSON.stringify(found) !== JSON.stringify(expected(faults, way)))
      wrong.push(`${JSON.stringify(faults)} was taken for ${JSON.stringify(found)}`);
  }
  return wrong;
};

describe("the layouts the doctor knows", () => {
  it("say the same of every key as the keyboards do", () => {
    for (const name of names) {
      for (const [code, levels] of layouts[name]) {
        const [us, usShifted] = layouts.us.get(code) ?? [];
        if (us === undefined || usShifted === undefined || code === "IntlBackslash") continue;
        for (const [level, key] of [levels[0], levels[1]].entries()) {
          const usKey = level === 0 ? us : usShifted;
          expect([name, usKey, readUsKey(usKey, name)]).toEqual([name, usKey, key === "Dead" ? "" : key]);
          if (key !== "Dead") expect([0, 1].map((each) => layouts.us.get(code)?.[each])).toContain(usReadingOf(key ?? "", name));
        }
        if (levels[2] !== undefined) expect(readUsKey(us, name, true)).toBe(levels[2]);
      }
    }
  });
});

describe("the diagnosis", () => {
  it("of a scanner without fault finds none, however it is read", () => {
    const random = randomFrom(1);
    expect(diagnose(readsOf({}, random), nothingSet)).toEqual([]);
    expect(diagnose(readsOf({}, random, "hid"), nothingSet)).toEqual([]);
    expect(diagnose([], nothingSet)).toEqual([]);
  });

  it.each(["wedge", "hid"] as const)("of every fault alone is right: 500 generated %s scanners", { timeout: 60_000 }, (way) => {
    expect(wrongDiagnoses(way, 500, false)).toEqual([]);
  });

  it.each(["wedge", "hid"] as const)("of every pair of faults is right: 800 generated %s scanners", { timeout: 60_000 }, (way) => {
    expect(wrongDiagnoses(way, 800, true)).toEqual([]);
  });

  it("names the characters that were lost, whatever the layout made of them", () => {
    const random = randomFrom(1);
    const reads = testCodes.map((code, index) =>
      typed(code.text.replace("Zy", "Z"), { scanner: "german", system: "french" }, random, index * 3_000),
    );
    expect(diagnose(reads, nothingSet)).toContainEqual({ kind: "lost", code: "letters", characters: "y" });
  });

  it("says which part of it the settings took over already", () => {
    const reads = readsOf({ prefix: "*", scanner: "german", system: "us" }, randomFrom(1));
    expect(worstOf(diagnose(reads, nothingSet))).toBe("broken");
    const found = diagnose(reads, { prefix: "*", suffix: "", layout: "german" });
    expect(found).toEqual([
      { kind: "prefix", text: "*", takenOff: true },
      { kind: "layout", scanner: "german", system: "us", read: "first" },
    ]);
    expect(worstOf(found)).toBe("fine");
  });

  it("understands for FNC1 what the station's own reader does", () => {
    for (const separator of ["%1d", "{0x1d}", "\\u001d", "{GS}", "~1", "#"]) {
      const found = diagnose(readsOf({ separator }, randomFrom(4), "hid"), nothingSet);
      expect(found.filter(({ kind }) => kind === "fnc1")).toEqual([{ kind: "fnc1", came: separator, understood: true }]);
      expect(decodeGs1(`]C1010950600013435210PbLot7${separator}21Ser4x`)).toMatchObject({ batch: "PbLot7", serial: "Ser4x" });
    }
    expect(diagnose(readsOf({ separator: "?" }, randomFrom(4), "hid"), nothingSet)).toMatchObject([{ came: "?", understood: false }]);
  });

  it("leaves out what is no code of the sheet", () => {
    const strange: DoctorRead = { text: "4006381333931", typed: null, end: null, symbology: null, gaps: null, capsLock: false, at: 0 };
    expect(diagnose([strange, ...readsOf({}, randomFrom(1), "hid")], nothingSet)).toEqual([]);
  });
});
