import { emptyWedge, stepWedge, type Place, type WedgeEvent, type WedgeState } from "../../renderer/wedge/burst.ts";
import { mayBegin, nothingKnown, type Known, type WedgeScan } from "../../renderer/wedge/line.ts";
import { enterPress, layouts, pressOf, scannerPress, type LayoutName } from "../fakes/keyboards.ts";
import type { KeyPress } from "../../renderer/wedge/keyboard.ts";

/**
 * A packing floor in small: scanners of all settings and people at keyboards, typing into the wedge's core. Makes what they
 * type at random from a seed, and says of every scan whether it arrived once, whole and alone.
 */

/** Small, fast, good enough to mix scans with: mulberry32. */
export const randomFrom = (seed: number) => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (share: number): boolean => next() < share,
    pick: <T>(list: readonly [T, ...T[]]): T => list[between(0, list.length - 1)] ?? list[0],
  };
};
export type Random = ReturnType<typeof randomFrom>;

export type Tally = { scans: number; right: number; lost: number; wrong: number; doubled: number; spoiledFields: number };
export const emptyTally = (): Tally => ({ scans: 0, right: 0, lost: 0, wrong: 0, doubled: 0, spoiledFields: 0 });

/** The page: the wedge's core with one field, as the page's own code keeps it. `learned`: what a page before it knew. */
export const createFloor = (learned: Known = nothingKnown) => {
  let known = learned;
  let state: WedgeState = emptyWedge;
  let at = 1_000;
  let place: Place = "page";
  let lastPlace: Place = "page";
  let field = "";
  let kept: string[] = [];
  let taken = false;
  const delivered: WedgeScan[] = [];

  const tell = (
    event: (Readonly<{ kind: "key"; repeat: boolean }> & KeyPress) | { kind: "alt-up" } | { kind: "text"; text: string },
  ): void => {
    const fielded = place === "field";
    const keep = fielded && event.kind !== "alt-up" && (place !== lastPlace || mayBegin(state.pieces, at));
    if (keep) kept.push(field);
    const told: WedgeEvent = { ...event, at, place, mark: keep ? kept.length - 1 : null };
    const step = stepWedge(state, told, known);
    state = step.state;
    taken = step.take;
    lastPlace = place;
    for (const effect of step.effects) {
      if (effect.kind === "take-out") field = kept[effect.mark] ?? field;
      if (effect.kind === "scan") {
        delivered.push(effect.scan);
        known = { ...known, pace: effect.scan.pace };
      }
    }
    if (state.pieces.length === 0) kept = [];
  };

  return {
    wait: (ms: number): void => void (at += ms),
    go: (to: Place): void => void (place = to),
    press: (press: KeyPress, repeat = false): void => {
      tell({ kind: "key", repeat, ...press });
      const types = [...press.key].length === 1 && !press.ctrl && !press.alt;
      if (place === "field" && types && !taken) field += press.key;
      if (place === "field" && press.key === "Backspace" && !taken) field = field.slice(0, -1);
    },
    altUp: (): void => tell({ kind: "alt-up" }),
    text: (text: string): void => {
      tell({ kind: "text", text });
      if (place === "field") field += text;
    },
    field: () => field,
    place: () => place,
    /** Everything delivered since the last call. */
    collect: (): readonly WedgeScan[] => delivered.splice(0),
    pending: () => state.pieces.length,
    known: () => known,
  };
};
export type Floor = ReturnType<typeof createFloor>;

const CODE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/.+%$ _:";
const names = Object.keys(layouts) as [LayoutName, ...LayoutName[]];

const codeOf = (random: Random, length: number): string => {
  const made = Array.from({ length }, () => CODE_CHARACTERS[random.between(0, CODE_CHARACTERS.length - 1)] ?? "A").join("");
  return made.trim().length === length ? made : made.replaceAll(/^ | $/g, "7");
};

/** What a scanner is set to, for one scan. */
type Setting = Readonly<{
  scanner: LayoutName;
  system: LayoutName;
  capsLock: boolean;
  gap: () => number;
  end: "Enter" | "NumpadEnter" | "CR LF" | "Ctrl+M" | "Tab" | "Enter Tab";
}>;

const settingOf = (random: Random, length: number, place: Place): Setting => {
  const system = random.pick(names);
  const most = place === "field" && length < 8 ? 30 : 50;
  const steady = random.between(0, most);
  const jitter = random.chance(0.5);
  return {
    system,
    scanner: random.chance(0.7) ? "us" : system,
    capsLock: random.chance(0.3),
    gap: jitter ? () => random.between(0, most) : () => steady,
    end: random.pick(["Enter", "Enter", "Enter", "NumpadEnter", "CR LF", "Ctrl+M", "Tab", "Enter Tab"]),
  };
};

const typeEnd = (floor: Floor, { end, gap }: Setting): void => {
  const press = (key: KeyPress): void => {
    floor.wait(Math.min(gap(), 30));
    floor.press(key);
  };
  const tab = pressOf({ code: "Tab", key: "Tab" });
  if (end === "Enter" || end === "CR LF" || end === "Enter Tab") press(enterPress);
  if (end === "NumpadEnter") press(pressOf({ code: "NumpadEnter", key: "Enter" }));
  if (end === "Ctrl+M") press(pressOf({ code: "KeyM", key: "m", ctrl: true }));
  if (end === "CR LF") press(pressOf({ code: "KeyJ", key: "j", ctrl: true }));
  if (end === "Tab" || end === "Enter Tab") press(tab);
};

const GROUP_SEPARATOR = "\u001d";
const PARCEL = "\u{1f4e6}"; // as drivers that insert text would send it

/** FNC1 as Ctrl+], or as the Alt code that scanners for all countries send. */
const typeSeparator = (floor: Floor, setting: Setting, byAltCode: boolean): void => {
  if (!byAltCode) {
    const press = scannerPress("]", { ...setting, scanner: "us" });
    if (press !== null) floor.press({ ...press, ctrl: true });
    return;
  }
  floor.press(pressOf({ code: "AltLeft", key: "Alt", alt: true }));
  for (const digit of "0029") floor.press(pressOf({ code: `Numpad${digit}`, key: digit, alt: true }));
  floor.altUp();
};

/** Types one scan as a scanner would; false, with nothing typed, where this scanner can't send it. */
export const typeScan = (floor: Floor, code: string, setting: Setting, byAltCode = false): boolean => {
  const presses = [...code].map((character) => [character, scannerPress(character, setting)] as const);
  if (presses.some(([character, press]) => press === null && character !== GROUP_SEPARATOR && character !== PARCEL)) return false;
  for (const [character, press] of presses) {
    floor.wait(setting.gap());
    if (press !== null) floor.press(press);
    else if (character === PARCEL) floor.text(character);
    else typeSeparator(floor, setting, byAltCode && floor.place() !== "field");
  }
  typeEnd(floor, setting);
  return true;
};

const HUMAN = { least: 90, most: 420 }; // ms between a person's keys

const typeByHand = (floor: Floor, random: Random, text: string, gaps = HUMAN): void => {
  for (const character of text) {
    floor.wait(random.between(gaps.least, gaps.most));
    const press = scannerPress(character, { scanner: "us", system: "us", capsLock: false });
    if (press !== null) floor.press(press);
  }
};

const same = (scan: WedgeScan, code: string): boolean =>
  [scan.text, ...scan.alternates].some((text) => text.toUpperCase() === code.toUpperCase());

const settle = (tally: Tally, expected: readonly string[], delivered: readonly WedgeScan[]): void => {
  tally.scans += expected.length;
  let next = 0;
  for (const scan of delivered) {
    const at = expected.findIndex((code, index) => index >= next && same(scan, code));
    if (at >= 0) {
      tally.lost += at - next;
      tally.right += 1;
      next = at + 1;
    } else if (next > 0 && same(scan, expected[next - 1] ?? "")) tally.doubled += 1;
    else tally.wrong += 1;
  }
  tally.lost += expected.length - next;
};

/** One stretch of work: what a person or a scanner does next, and what must come of it. */
export const workAStretch = (floor: Floor, random: Random, tally: Tally): void => {
  const expected: string[] = [];
  floor.go(random.pick(["page", "page", "page", "control", "field"]));
  const place = floor.place();
  const human = random.next();
  let fieldShouldBe = floor.field();

  if (place === "field" && human < 0.5) {
    // A person types into the field, perhaps to its end, perhaps not
    const text = codeOf(random, random.between(1, 12));
    typeByHand(floor, random, text);
    fieldShouldBe += text;
    if (random.chance(0.5)) {
      floor.wait(random.between(80, 400));
      floor.press(random.chance(0.5) ? enterPress : pressOf({ code: "Tab", key: "Tab" }));
    }
    floor.wait(random.between(300, 2_000));
  } else if (place === "page" && human < 0.1) {
    // Half a code by hand, given up
    typeByHand(floor, random, codeOf(random, random.between(2, 6)));
    floor.wait(random.between(800, 4_000));
  } else if (place === "page" && human < 0.15) {
    // One stray key, long ago
    typeByHand(floor, random, "7");
    floor.wait(random.between(5_000, 50_000));
  } else if (place === "page" && human < 0.25) {
    const text = codeOf(random, random.between(1, 14));
    typeByHand(floor, random, text, { least: 90, most: 2_500 });
    floor.wait(random.between(90, 2_500));
    floor.press(enterPress);
    expected.push(text);
    floor.wait(random.between(300, 900));
  } else if (place !== "field" && human < 0.3) {
    // Somebody leans on Enter or on a key
    for (let count = 0; count < 5; count++) floor.press(enterPress, true);
    for (let count = 0; count < 5; count++) floor.press(pressOf({ code: "KeyX", key: "x" }), true);
  }

  // One to four scans, right behind each other
  const least = place === "field" ? 4 : 1;
  const scans = random.between(1, 4);
  for (let count = 0; count < scans; count++) {
    const afterHuman = count === 0 && floor.pending() > 0;
    const length = Math.max(random.chance(0.05) ? random.between(60, 300) : random.between(least, 24), afterHuman ? 4 : 1);
    let setting = settingOf(random, length, place);
    if (length < 4 && (setting.end === "Tab" || setting.end === "Enter Tab")) setting = { ...setting, end: "Enter" };
    const rare = random.pick(["", "", "", GROUP_SEPARATOR, PARCEL]);
    const plain = codeOf(random, length);
    const code = length > 4 && rare !== "" ? plain.slice(0, 3) + rare + plain.slice(4) : plain;
    if (typeScan(floor, code, setting, random.chance(0.5))) expected.push(code);
    else if (typeScan(floor, "7777777777", { ...setting, scanner: "us" })) expected.push("7777777777");
  }
  settle(tally, expected, floor.collect());
  if (floor.field() !== fieldShouldBe) tally.spoiledFields += 1;
  floor.wait(random.between(40, 3_000));
};
