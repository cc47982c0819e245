import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAltCode, readCharacter } from "../../renderer/wedge/keyboard.ts";
import { enterPress, layouts, pressOf, scannerPress, type LayoutName } from "../fakes/keyboards.ts";
import { createFloor } from "../tools/wedge-floor.ts";

const us = { scanner: "us", system: "us", capsLock: false } as const;

const type = (floor: ReturnType<typeof createFloor>, text: string, gap: number, setting: Parameters<typeof scannerPress>[1] = us): void => {
  for (const character of text) {
    floor.wait(gap);
    const press = scannerPress(character, setting);
    if (press === null) throw new Error(`no key for ${character}`);
    floor.press(press);
  }
};
const scan = (
  floor: ReturnType<typeof createFloor>,
  text: string,
  gap: number,
  setting = us as Parameters<typeof scannerPress>[1],
): void => {
  type(floor, text, gap, setting);
  floor.wait(Math.min(gap, 50));
  floor.press(enterPress);
};
const texts = (floor: ReturnType<typeof createFloor>): string[] => floor.collect().map(({ text }) => text);

describe("a text typed outside of fields", () => {
  it("is a scan at any pace, all of it, once Enter comes", () => {
    for (const gap of [0, 5, 12, 35, 36, 80, 300, 3_000, 20_000]) {
      const floor = createFloor();
      scan(floor, "FT-000123", gap);
      expect(texts(floor)).toEqual(["FT-000123"]);
    }
  });

  it("and left half-typed is not glued to the burst that follows", () => {
    const floor = createFloor();
    type(floor, "7", 100);
    floor.wait(5_000);
    scan(floor, "FT-1", 2);
    type(floor, "SKU", 200);
    floor.wait(900);
    scan(floor, "SKU-2", 2);
    expect(texts(floor)).toEqual(["FT-1", "SKU-2"]);
  });

  it("behind one stray key is read with it and without it: the station knows which code exists", () => {
    for (const pause of [750, 2_000, 4_900]) {
      const floor = createFloor();
      type(floor, "j", 100);
      floor.wait(pause);
      scan(floor, "FT-1234567", 2);
      expect(floor.collect().map(({ text, alternates }) => [text, ...alternates])).toEqual([["jFT-1234567", "FT-1234567"]]);
    }
  });

  it("with a pause in the middle stays one, when it is typed by hand or by a scanner that was held up", () => {
    const floor = createFloor();
    type(floor, "FT-0", 150);
    floor.wait(8_000);
    scan(floor, "00123", 150);
    type(floor, "FT-0", 5);
    floor.wait(2_000);
    scan(floor, "00123", 5);
    expect(texts(floor)).toEqual(["FT-000123", "FT-000123"]);
  });

  it("twice right behind each other is two scans, also the same code twice", () => {
    const floor = createFloor();
    scan(floor, "SKU-1", 0);
    scan(floor, "SKU-1", 0);
    scan(floor, "SKU-2", 0);
    expect(texts(floor)).toEqual(["SKU-1", "SKU-1", "SKU-2"]);
  });

  it("is corrected with Backspace and given up with Escape", () => {
    const floor = createFloor();
    type(floor, "FT-13", 150);
    floor.press(pressOf({ code: "Backspace", key: "Backspace" }));
    scan(floor, "2", 150);
    type(floor, "OOPS", 150);
    floor.press(pressOf({ code: "Escape", key: "Escape" }));
    scan(floor, "FT-2", 150);
    expect(texts(floor)).toEqual(["FT-12", "FT-2"]);
  });

  it("ended by Tab is a scan at a scanner's pace, and nothing at a person's", () => {
    const tab = pressOf({ code: "Tab", key: "Tab" });
    const floor = createFloor();
    type(floor, "FT-000123", 40);
    floor.wait(40);
    floor.press(tab);
    type(floor, "hand", 300);
    floor.press(tab);
    scan(floor, "FT-2", 3);
    expect(texts(floor)).toEqual(["FT-000123", "FT-2"]);
  });
});

describe("the end of a scan", () => {
  const ends = {
    "CR LF": [enterPress, pressOf({ code: "KeyJ", key: "j", ctrl: true })],
    "Ctrl+M": [pressOf({ code: "KeyM", key: "m", ctrl: true })],
    "Ctrl+M on a French system": [pressOf({ code: "KeyM", key: ",", ctrl: true })],
    NumpadEnter: [pressOf({ code: "NumpadEnter", key: "Enter" })],
    "Enter twice": [enterPress, enterPress],
    "Enter behind an input method": [pressOf({ code: "Enter", key: "Process" })],
    "Enter and Tab": [enterPress, pressOf({ code: "Tab", key: "Tab" })],
    "Alt+0013": [pressOf({ code: "Numpad1", key: "1", alt: true }), pressOf({ code: "Numpad3", key: "3", alt: true })],
  };
  it.each(Object.entries(ends))("may be %s and is one scan, with no empty one behind it", (name, presses) => {
    const floor = createFloor();
    type(floor, "FT-1", 10);
    for (const press of presses) {
      floor.wait(10);
      floor.press(press);
    }
    if (name.startsWith("Alt")) floor.altUp();
    scan(floor, "FT-2", 10);
    expect(texts(floor)).toEqual(["FT-1", "FT-2"]);
  });

  it("held down counts once, and Enter alone is no scan", () => {
    const floor = createFloor();
    scan(floor, "FT-1", 10);
    for (let count = 0; count < 9; count++) floor.press(enterPress, true);
    floor.wait(1_000);
    floor.press(enterPress);
    type(floor, "   ", 100);
    floor.press(enterPress);
    expect(texts(floor)).toEqual(["FT-1"]);
  });
});

describe("a field", () => {
  it("belongs to the person typing slowly into it, Enter included", () => {
    const floor = createFloor();
    floor.go("field");
    scan(floor, "https://oms4.example", 120);
    expect(texts(floor)).toEqual([]);
    expect(floor.field()).toBe("https://oms4.example");
  });

  it("gives a burst back, and keeps what was typed into it before", () => {
    const floor = createFloor();
    floor.go("field");
    type(floor, "Bench", 150);
    floor.wait(400);
    scan(floor, "FT-000123", 4);
    expect(texts(floor)).toEqual(["FT-000123"]);
    expect(floor.field()).toBe("Bench");
  });

  it("that opens in the middle of a scan doesn't break it", () => {
    const floor = createFloor();
    type(floor, "FT-0", 4);
    floor.go("field");
    scan(floor, "00123", 4);
    expect(texts(floor)).toEqual(["FT-000123"]);
    expect(floor.field()).toBe("");
  });

  it("that was typed into and left doesn't add to the scan after it", () => {
    const floor = createFloor();
    floor.go("field");
    type(floor, "Bench 7", 150);
    floor.go("page");
    floor.wait(400);
    scan(floor, "FT-1", 200);
    expect(texts(floor)).toEqual(["FT-1"]);
  });
});

describe("keyboard layouts", () => {
  const names = Object.keys(layouts) as LayoutName[];
  const everyCharacter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/.+%$ _:;,#*()[]!?=&@<>\"'";

  it.each(names)("a scanner set to US reads right on a system set to %s, Caps Lock on or off", (system) => {
    for (const capsLock of [false, true]) {
      const floor = createFloor();
      scan(floor, everyCharacter, 5, { scanner: "us", system, capsLock });
      expect(texts(floor)).toEqual([everyCharacter]);
    }
  });

  it.each(names)("a scanner set to %s like the system is read right by one of the readings", (system) => {
    for (const capsLock of [false, true]) {
      const text = [...everyCharacter]
        .filter((character) => scannerPress(character, { scanner: system, system, capsLock }) !== null)
        .join("");
      const floor = createFloor();
      scan(floor, text, 5, { scanner: system, system, capsLock });
      const [read] = floor.collect();
      expect([read?.text, ...(read?.alternates ?? [])]).toContain(text);
    }
  });

  it("a code typed by hand is read as the system reads it first", () => {
    const floor = createFloor();
    scan(floor, "ZY-1", 200, { scanner: "german", system: "german", capsLock: false });
    expect(floor.collect()).toMatchObject([{ text: "ZY-1", alternates: ["YZ/1"], burst: false }]);
  });

  it("AltGr shows that the scanner is set to the system's layout", () => {
    const floor = createFloor();
    scan(floor, "ZY\\7", 5, { scanner: "german", system: "german", capsLock: false });
    expect(floor.collect()[0]?.text).toBe("ZY\\7");
  });

  it("characters without Shift where a keyboard needs it are taken as they come: drivers and test tools send them so", () => {
    expect(readCharacter(pressOf({ code: "Minus", key: "_" }))).toEqual({ physical: "_", typed: "_" });
    expect(readCharacter(pressOf({ code: "KeyA", key: "A" }))).toEqual({ physical: "A", typed: "A" });
    expect(readCharacter(pressOf({ code: "", key: "é" }))).toEqual({ physical: "é", typed: "é" });
  });

  it("keys that type nothing read as nothing", () => {
    for (const key of ["ArrowLeft", "F5", "Home", "Unidentified"]) expect(readCharacter(pressOf({ code: key, key }))).toBeNull();
  });
});

describe("characters that keyboards don't have", () => {
  it("FNC1 comes as Ctrl+], Alt codes, or F8 in the middle of a scan", () => {
    const separators = [
      (floor: ReturnType<typeof createFloor>) => floor.press(pressOf({ code: "BracketRight", key: "]", ctrl: true })),
      (floor: ReturnType<typeof createFloor>) => floor.press(pressOf({ code: "BracketRight", key: "+", ctrl: true })),
      (floor: ReturnType<typeof createFloor>) => floor.press(pressOf({ code: "F8", key: "F8" })),
      (floor: ReturnType<typeof createFloor>) => {
        for (const digit of "029") floor.press(pressOf({ code: `Numpad${digit}`, key: digit, alt: true }));
        floor.altUp();
      },
    ];
    for (const send of separators) {
      const floor = createFloor();
      type(floor, "10AB", 5);
      send(floor);
      scan(floor, "21X", 5);
      expect(texts(floor)).toEqual(["10AB\u001d21X"]);
    }
  });

  it("Alt codes are ASCII, Windows-1252 and Unicode", () => {
    expect(["065", "0065", "29", "0233", "233", "8364", "128230"].map(readAltCode)).toEqual(["A", "A", "\u001d", "é", "é", "€", "📦"]);
    for (const bad of ["", "0", "55296", "9999999"]) expect(readAltCode(bad)).toBeNull();
  });

  it("an Alt code that the system types as text as well counts once", () => {
    const floor = createFloor();
    type(floor, "CAF", 5);
    for (const digit of "0233") floor.press(pressOf({ code: `Numpad${digit}`, key: digit, alt: true }));
    floor.altUp();
    floor.text("é");
    scan(floor, "1", 5);
    expect(texts(floor)).toEqual(["CAFé1"]);
  });

  it("text without keys counts where it arrives", () => {
    const floor = createFloor();
    type(floor, "BOX", 5);
    floor.text("📦");
    scan(floor, "1", 5);
    expect(texts(floor)).toEqual(["BOX📦1"]);
  });

  it("shortcuts stay the browser's, and are no characters", () => {
    const floor = createFloor();
    for (const key of ["s", "c", "v", "p"]) floor.press(pressOf({ code: `Key${key.toUpperCase()}`, key, ctrl: true }));
    floor.press(pressOf({ code: "KeyF", key: "f", alt: true }));
    scan(floor, "FT-1", 5);
    expect(texts(floor)).toEqual(["FT-1"]);
  });
});

it("whatever is pressed, a scan a while later arrives whole and alone", () => {
  const anyPress = fc.record({
    code: fc.constantFrom(
      "KeyA",
      "Digit1",
      "Enter",
      "Tab",
      "Escape",
      "F8",
      "AltLeft",
      "Numpad5",
      "Space",
      "Minus",
      "",
      "ArrowUp",
      "Backspace",
      "KeyJ",
    ),
    key: fc.constantFrom(
      "a",
      "1",
      "Enter",
      "Tab",
      "Escape",
      "F8",
      "Alt",
      "5",
      " ",
      "-",
      "Dead",
      "Process",
      "ArrowUp",
      "Backspace",
      "📦",
      "j",
    ),
    shift: fc.boolean(),
    ctrl: fc.boolean(),
    alt: fc.boolean(),
    altGraph: fc.boolean(),
    meta: fc.boolean(),
    capsLock: fc.boolean(),
    repeat: fc.boolean(),
    wait: fc.integer({ min: 0, max: 400 }),
    place: fc.constantFrom("page" as const, "field" as const, "control" as const),
  });
  fc.assert(
    fc.property(fc.array(anyPress, { maxLength: 30 }), fc.integer({ min: 0, max: 50 }), (presses, gap) => {
      const floor = createFloor();
      for (const { wait, place, repeat, ...press } of presses) {
        floor.wait(wait);
        floor.go(place);
        floor.press(press, repeat);
      }
      floor.collect();
      floor.go("page");
      floor.wait(5_000);
      scan(floor, "FT-000123", gap);
      expect(texts(floor)).toEqual(["FT-000123"]);
    }),
    { numRuns: 2_000 },
  );
});
