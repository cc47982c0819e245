import { describe, expect, test } from "vitest";
import { sampleGoods } from "../../electron/practice/sample-goods.ts";
import { countdown } from "../../renderer/countdown.ts";
import { commandsNow } from "../../renderer/parts/command-bar.tsx";
import { PRACTICE_CODES } from "../../renderer/parts/scan-pad.tsx";
import { shareStructure } from "../../renderer/share-structure.ts";
import { makeVisible, visibleText } from "../../renderer/visible.ts";
import { screenStates } from "../fakes/screen-states.ts";

const NOW = 1_732_400_000_000;
const MINUTE_MS = 60_000;

describe("the countdown to a ship-by time", () => {
  test.each([
    [12.5, "12 min", "soon"],
    [0, "0 min", "soon"],
    [29.9, "29 min", "soon"],
    [30, "30 min", "calm"],
    [130, "2 h 10", "calm"],
    [24 * 60, "1 d 0 h", "calm"],
    [-5.5, "late 5 min", "late"],
    [-130, "late 2 h 10", "late"],
  ])("%d minutes away reads %s and is %s", (minutes, text, urgency) => {
    expect(countdown(NOW + minutes * MINUTE_MS, NOW)).toEqual({ text, urgency });
  });

  test("without a date it says so", () => {
    expect(countdown(null, NOW)).toEqual({ text: "no date", urgency: "none" });
  });
});

describe("what hides in a scan", () => {
  test("control characters are named, and spaces at either end are shown, those inside are not", () => {
    expect(visibleText(" 01\u001d10A B\r\t ")).toBe("[space]01[GS]10A B[CR][TAB][space]");
    expect(makeVisible("\u0002x\u200b")).toEqual([
      { text: "STX", hidden: true },
      { text: "x", hidden: false },
      { text: "ZWSP", hidden: true },
    ]);
  });

  test("text of any script and emoji stay whole", () => {
    expect(visibleText("手套 ถุงมือ قفازات 📦")).toBe("手套 ถุงมือ قفازات 📦");
  });
});

test("a label that can't come out has the spare printer beside it, also while its scan is asked for", () => {
  const asked = Object.values(screenStates)
    .map((make) => make(NOW))
    .find(({ scanBack }) => scanBack !== null);
  if (asked === undefined) throw new Error("no screen asks for a label's scan");
  const fine = { health: "fine", words: "ready", spare: "there" } as const;
  expect(commandsNow({ ...asked, printer: fine })).not.toContain("CMDSPARE");
  expect(commandsNow({ ...asked, printer: { ...fine, health: "broken" } })).toContain("CMDSPARE");
});

test("the scan pad's wrong items are products of the practice warehouse", () => {
  expect(sampleGoods.map(({ sku }) => sku)).toEqual(expect.arrayContaining([...PRACTICE_CODES]));
});

describe("sharing what did not change between two snapshots", () => {
  const first = JSON.parse(JSON.stringify(screenStates["packing"]?.(NOW)));

  test("a snapshot that says the same is the very same", () => {
    expect(shareStructure(first, JSON.parse(JSON.stringify(first)))).toBe(first);
  });

  test("one packed unit changes its line and what holds it, and nothing else", () => {
    const next = JSON.parse(JSON.stringify(first));
    next.task.lines[1].packed = 1;
    const shared = shareStructure(first, next);
    expect(shared).toEqual(next);
    expect(shared.task.lines[1]).not.toBe(first.task.lines[1]);
    expect(shared.task.lines[0]).toBe(first.task.lines[0]);
    expect(shared.task.parcels).toBe(first.task.parcels);
    expect(shared.waiting).toBe(first.waiting);
  });

  test("what became shorter, null or another kind of thing is taken as it is", () => {
    expect(shareStructure({ a: [1, 2], b: { c: 1 }, d: null }, { a: [1], b: null, d: { e: 1 } })).toEqual({ a: [1], b: null, d: { e: 1 } });
    expect(shareStructure({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
  });
});
