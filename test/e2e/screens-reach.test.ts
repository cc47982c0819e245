import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testCodes } from "../../shared/doctor-codes.ts";
import type { Trouble } from "../../shared/trouble.ts";
import { troubles } from "../fakes/screen-states.ts";
import { overflows, prepareGround, rootSays, settled, show, SIZES, type Ground } from "./screens-ground.ts";

let ground: Ground;
let page: Page;
beforeAll(async () => {
  ground = await prepareGround();
  page = await ground.open();
}, 60_000);
afterAll(() => ground.end());
beforeEach(() => {
  ground.station.calls.length = 0;
});

const scans = (): readonly string[] =>
  ground.station.calls.filter(({ name }) => name === "scan").map(({ input }) => `${String(input["source"])} ${String(input["text"])}`);
const go = async (command: string, screen: string): Promise<void> => {
  await show(page, ground.station, "ready");
  await page.keyboard.type(`${command}\n`);
  await rootSays(page, "screen", screen);
};
/** Whether a list is longer than its space, and whether its end is in sight. */
const listOf = (selector: string) =>
  page.$eval(selector, (list) => ({
    isLong: list.scrollHeight > list.clientHeight + 1,
    atStart: list.scrollTop === 0,
    atEnd: list.scrollTop + list.clientHeight >= list.scrollHeight - 1,
  }));
const reachesItsEnd = async (selector: string): Promise<void> => {
  expect(await listOf(selector)).toEqual({ isLong: true, atStart: true, atEnd: false });
  for (let time = 0; time < 3; time++) await page.keyboard.press("ArrowDown");
  await expect.poll(() => listOf(selector)).toMatchObject({ atEnd: true });
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => listOf(selector)).toMatchObject({ atEnd: false });
};

test("the arrows reach the last way out of the disk screen, and reading on takes no question back", async () => {
  await go("CMDDISK", "disk");
  await page.waitForSelector(".disk-columns");
  await page.keyboard.press("1");
  await page.waitForSelector("text=Press 1 once more");
  await reachesItsEnd(".disk-columns");
  expect(await page.isVisible("text=Press 1 once more")).toBe(true);
});

test("the arrows reach the doctor's last finding", async () => {
  await go("CMDDOCTOR", "doctor");
  for (const { id, text } of testCodes) {
    await page.keyboard.type(`Q7${text.toLowerCase().replaceAll("\u001d", "").slice(0, -2)}##\n`);
    await page.waitForSelector(`[data-test-code="${id}"][data-came="true"]`);
  }
  await page.waitForSelector("[data-finding]");
  await reachesItsEnd(".doctor-answer");
  await page.keyboard.press("Escape");
});

describe.each(SIZES)("long instructions at $width×$height", (size) => {
  const words = (name: string): string =>
    `${name} begins. ${Array.from({ length: 30 }, (_, index) => `${name} ${index}`).join(", ")}`.slice(0, 312) + " and ends.";
  let sized: Page;
  beforeAll(async () => {
    sized = await ground.open(size);
  });
  afterAll(() => sized.close());
  const tell = async (state: string, acknowledged: boolean, packingInstruction: string, deliveryInstruction: string): Promise<void> => {
    await show(sized, ground.station, state);
    const { task } = ground.station.snapshot();
    if (task === null) throw new Error("no task is open");
    ground.station.tell({ task: { ...task, acknowledged, packingInstruction, deliveryInstruction } });
    await settled(sized, ground.station);
  };
  /** Each paragraph of a note: whether it ends in whole lines and with an ellipsis, and is in sight. */
  const paragraphs = (note: string) =>
    sized.$$eval(`[data-note="${note}"] p`, (all) =>
      all.map((part) => {
        const { top, bottom } = part.getBoundingClientRect();
        const frame = part.closest(".note")?.getBoundingClientRect();
        const lines = part.clientHeight / Number.parseFloat(getComputedStyle(part).lineHeight);
        return {
          wholeLines: Math.abs(lines - Math.round(lines)) < 0.1,
          ellipsis: getComputedStyle(part).webkitLineClamp !== "none",
          isBegun: frame !== undefined && top >= frame.top && bottom <= frame.bottom,
        };
      }),
    );
  const honest = { wholeLines: true, ellipsis: true, isBegun: true };
  /** ↓ as often as it takes to see the last words, from the first ones on. */
  const readsToTheEnd = async (): Promise<void> => {
    const sees = (end: "top" | "bottom"): Promise<boolean> =>
      sized.$eval(
        "[data-note='whole'] .scroller",
        (box, which) => {
          const [part, frame] = [box.querySelector(`p:${which === "top" ? "first" : "last"}-child`), box.getBoundingClientRect()];
          const inner = part?.getBoundingClientRect();
          return inner !== undefined && (which === "top" ? inner.top >= frame.top - 1 : inner.bottom <= frame.bottom + 1);
        },
        end,
      );
    await sized.keyboard.press("ArrowDown");
    await sized.waitForSelector("[data-note='whole']");
    expect(await sees("top")).toBe(true);
    expect(await overflows(sized)).toEqual([]);
    for (let press = 0; press < 9 && !(await sees("bottom")); press++) await sized.keyboard.press("ArrowDown");
    expect(await sees("bottom")).toBe(true);
    // The line to scan next stays in sight
    const next = await sized.locator("[data-state='next']").boundingBox();
    const list = await sized.locator(".lines ul").boundingBox();
    if (next === null || list === null) throw new Error("no line is to be seen");
    expect(next.y + next.height).toBeLessThanOrEqual(list.y + list.height + 1);
  };

  test.each(["packing-practice", "packing", "split", "many", "own"])(
    "%s: both are begun, end in whole lines, and ↓ shows all of them",
    async (state) => {
      for (const acknowledged of [false, true]) {
        const note = acknowledged ? "seen" : "new";
        await tell(state, acknowledged, words("Packing"), words("Delivery"));
        await sized.waitForSelector(`[data-note="${note}"]`);
        expect(await paragraphs(note)).toEqual([honest, honest]);
        expect(await overflows(sized)).toEqual([]);
        if (acknowledged || size.width < 1_900)
          await sized.waitForSelector(`[data-note="${note}"][data-cut="true"] >> text=↓ shows all of it`);
        if ((await sized.getAttribute(`[data-note="${note}"]`, "data-cut")) === "true") await readsToTheEnd();
        ground.station.tell({ scanSeq: ground.station.snapshot().scanSeq + 1 });
        await settled(sized, ground.station);
        expect(await sized.locator("[data-note='whole']").count()).toBe(0);
      }
    },
  );

  test("thousands of characters are read to their end, ↑ goes back, and a short one offers nothing", async () => {
    await tell("packing", false, words("Packing").repeat(9), words("Delivery").repeat(3));
    expect(await paragraphs("new")).toEqual([honest, honest]);
    await readsToTheEnd();
    for (let press = 0; press < 20 && (await sized.locator("[data-note='whole']").count()) > 0; press++)
      await sized.keyboard.press("ArrowUp");
    expect(await sized.locator("[data-note='whole']").count()).toBe(0);
    await tell("packing", true, "Fragile", "");
    await sized.waitForSelector("[data-note='seen'][data-cut='false']");
    await sized.keyboard.press("ArrowDown");
    await settled(sized, ground.station);
    expect(await sized.locator("[data-note='whole']").count()).toBe(0);
  });
});

test("↓ marks the next one in trouble, also behind the ninth, and the screen says so", async () => {
  const [first] = troubles(Date.now());
  if (first === undefined) throw new Error("there is no trouble");
  const many = Array.from({ length: 12 }, (_, index): Trouble => ({ ...first, id: `print:${index}`, about: `PB-${index}` }));
  await show(page, ground.station, "trouble", { troubles: many, troubleMarked: 0 });
  await page.keyboard.press("F9");
  await rootSays(page, "screen", "trouble");
  await page.waitForSelector("text=↓ or NEXT");
  ground.station.calls.length = 0;
  for (let time = 1; time <= 10; time++) {
    await page.keyboard.press("ArrowDown");
    await page.waitForSelector(`[data-trouble="print:${time}"][data-marked="true"]`);
  }
  expect(scans()).toEqual(Array(10).fill("key CMDNEXT"));
  expect(await page.locator('[data-trouble="print:10"] .trouble-actions').boundingBox()).toMatchObject({ y: expect.any(Number) });
  expect(await overflows(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await rootSays(page, "screen", "bench");
});

test("in the correct form Shift+Tab and ↑ go back, Tab and ↓ go on and send nothing, arrows choose in a list", async () => {
  await show(page, ground.station, "trouble", { troubleMarked: 1 });
  await page.keyboard.press("F9");
  await rootSays(page, "screen", "trouble");
  await page.keyboard.press("c");
  const at = (name: string) => page.waitForSelector(`#correct-${name}:focus`);
  await at("weight");
  await page.keyboard.type("1.25", { delay: 200 });
  await page.keyboard.press("Tab");
  await at("actual_delivery_partner");
  await page.keyboard.press("ArrowDown");
  await at("actual_delivery_type");
  await page.keyboard.press("ArrowDown");
  expect(await page.inputValue("#correct-actual_delivery_type")).toBe("Economic");
  await page.keyboard.press("Tab");
  await at("tracking_no");
  await page.keyboard.press("Tab");
  await at("tracking_no");
  for (const name of ["actual_delivery_type", "actual_delivery_partner"]) {
    await page.keyboard.press("Shift+Tab");
    await at(name);
  }
  await page.keyboard.press("ArrowUp");
  await at("weight");
  expect(await page.inputValue("#correct-weight")).toBe("1.25");
  expect(ground.station.calls.some(({ name }) => name === "trouble.correct")).toBe(false);
  await page.keyboard.press("Escape");
});

test("a pasted list goes whole, or not at all and with words that say how long it is", async () => {
  const paste = (text: string): Promise<void> =>
    page.evaluate((pasted) => {
      const data = new DataTransfer();
      data.setData("text/plain", pasted);
      document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
  const list = (count: number): string => Array.from({ length: count }, (_, index) => `SPXVN-2026-11-29-${index}-0000`).join("\n");
  await show(page, ground.station, "handover");
  await page.waitForSelector("[data-milestone]");
  ground.station.calls.length = 0;
  await paste("9".repeat(500_001));
  await page.waitForSelector("text=It has 500,001 characters; 500,000 go at once");
  await paste(`${list(1_000)}\n${list(500)}`);
  await expect.poll(scans).toHaveLength(1);
  expect(scans()[0]).toBe(`key ${list(1_000)}\n${list(500)}`);
  await go("CMDCODES", "codes");
  await paste("码".repeat(500_001));
  await page.waitForSelector("text=500,001 characters, 500,000 at most");
});

test("the browser had nothing to complain about", async () => {
  await settled(page, ground.station);
  expect(ground.complaints).toEqual([]);
});
