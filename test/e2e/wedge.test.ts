import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchChromium } from "../fakes/chromium.ts";
import { openWedgePage, scansSeen, seen, type WedgeWindow } from "./wedge-page.ts";

let browser: Browser;
let page: Page;

const HUMAN_MS = 90;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

beforeEach(async () => {
  await page?.close();
  page = await browser.newPage();
  await openWedgePage(page);
});

const scan = async (text: string, delay = 0): Promise<void> => {
  await page.keyboard.type(text, { delay });
  await page.keyboard.press("Enter");
};
const textsSeen = async (count: number): Promise<string[]> => (await scansSeen(page, count)).map(({ text }) => text);
const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? "");
const catcherRests = (): Promise<unknown> =>
  page.waitForFunction(() => document.activeElement instanceof HTMLElement && "wedgeCatcher" in document.activeElement.dataset);

describe("on the page", () => {
  it("a scan is whole at every pace, and nothing else on the page sees its keys", async () => {
    for (const delay of [0, 2, 12, 80]) await scan(`FT-00${delay} '/_aB`, delay);
    expect(await textsSeen(4)).toEqual([0, 2, 12, 80].map((delay) => `FT-00${delay} '/_aB`));
    expect((await seen(page)).pageKeys.filter((key) => key.length === 1)).toEqual([]);
  });

  it("emoji and foreign scripts that arrive without keys are part of the scan, in their place", async () => {
    await scan("BOX-📦-7-中文-é");
    await page.keyboard.insertText("whole 📦 text");
    await page.keyboard.press("Enter");
    expect(await textsSeen(2)).toEqual(["BOX-📦-7-中文-é", "whole 📦 text"]);
  });

  it("a scan of 5,000 characters arrives whole", async () => {
    const long = Array.from({ length: 5_000 }, (_, index) => "ABCDEFGHIJ0123456789"[(index * 7) % 20]).join("");
    // Sent without waiting for each key, as a scanner does
    const keyboard = await page.context().newCDPSession(page);
    const press = (key: string, code: string) => [
      keyboard.send("Input.dispatchKeyEvent", { type: "keyDown", key, code, text: key === "Enter" ? "\r" : key }),
      keyboard.send("Input.dispatchKeyEvent", { type: "keyUp", key, code }),
    ];
    await Promise.all([
      ...[...long].flatMap((key) => press(key, /\d/.test(key) ? `Digit${key}` : `Key${key}`)),
      ...press("Enter", "Enter"),
    ]);
    expect(await textsSeen(1)).toEqual([long]);
  });

  it("Enter alone is told, and is no scan; a code keyed in slowly is shown while it grows", async () => {
    await page.keyboard.press("Enter");
    await page.keyboard.type("FT");
    await page.waitForFunction(() => (window as unknown as WedgeWindow).seen.typing.includes("FT"));
    await page.keyboard.press("Enter");
    expect(await textsSeen(1)).toEqual(["FT"]);
    expect(await seen(page)).toMatchObject({ enters: 1, typing: ["FT", ""] });
  });

  it("the catcher holds no text, takes no room and can't be reached with Tab", async () => {
    await scan("FT-1");
    await page.keyboard.insertText("📦");
    const catcher = await page.evaluate(() => {
      const element = document.querySelector<HTMLInputElement>("[data-wedge-catcher]");
      return {
        value: element?.value,
        hidden: element?.getAttribute("aria-hidden"),
        tab: element?.tabIndex,
        width: document.documentElement.scrollWidth <= innerWidth,
      };
    });
    expect(catcher).toEqual({ value: "", hidden: "true", tab: -1, width: true });
  });
});

describe("buttons", () => {
  it("give the focus back after a click, so that no scan presses them", async () => {
    await page.click("#button");
    await catcherRests();
    await scan("A B C");
    expect(await textsSeen(1)).toEqual(["A B C"]);
    expect((await seen(page)).clicks).toBe(1);
  });

  it("that have the focus are not pressed by a scan's spaces and Enter, but by Enter alone", async () => {
    await page.focus("#button");
    await scan("A B C");
    expect(await textsSeen(1)).toEqual(["A B C"]);
    expect((await seen(page)).clicks).toBe(0);
    await page.waitForFunction((at) => performance.now() > at + 400, await page.evaluate(() => performance.now()));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect((await seen(page)).clicks).toBe(2);
  });

  it("reached with Tab keep the focus: the page can be used without a mouse", async () => {
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("button");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("closer");
  });
});

describe("fields", () => {
  it("leave a person's typing alone, Enter and all", async () => {
    await page.focus("#field");
    await scan("Bench 7", HUMAN_MS);
    expect(await page.inputValue("#field")).toBe("Bench 7");
    expect(await seen(page)).toMatchObject({ scans: [], submits: 1 });
  });

  // A loaded machine may type at a person's pace, and what a person types stays in the field
  it("get their text and caret back when a scan ran into them, and the scan counts", { retry: 2 }, async () => {
    await page.fill("#field", "Bench 7");
    await page.focus("#field");
    await page.evaluate(() => document.querySelector<HTMLInputElement>("#field")?.setSelectionRange(2, 5));
    await scan("FT-000123");
    expect(await textsSeen(1)).toEqual(["FT-000123"]);
    const state = await page.evaluate(() => {
      const field = document.querySelector<HTMLInputElement>("#field");
      return [field?.value, field?.selectionStart, field?.selectionEnd];
    });
    expect(state).toEqual(["Bench 7", 2, 5]);
    expect((await seen(page)).submits).toBe(0);
    await scan("FT-000📦124");
    expect(await textsSeen(2)).toEqual(["FT-000123", "FT-000📦124"]);
    expect(await page.inputValue("#field")).toBe("Bench 7");
  });

  // As above
  it("of every kind give a scan back", { retry: 2 }, async () => {
    await page.fill("#area", "two\nlines");
    for (const [index, id] of ["area", "number", "choice", "check", "rich"].entries()) {
      await page.focus(`#${id}`);
      await scan(`F1G-000${index}`);
      expect((await textsSeen(index + 1)).at(-1)).toBe(`F1G-000${index}`);
    }
    expect(await page.inputValue("#area")).toBe("two\nlines");
    expect(await page.inputValue("#number")).toBe("");
    expect(await page.inputValue("#choice")).toBe("Apple");
    expect(await page.isChecked("#check")).toBe(false);
    expect(await page.textContent("#rich")).toBe("old");
    expect((await seen(page)).submits).toBe(0);
  });

  it("give up a scan ended by Tab without losing the focus", async () => {
    await page.focus("#field");
    await page.keyboard.type("FT-000123");
    await page.keyboard.press("Tab");
    expect(await textsSeen(1)).toEqual(["FT-000123"]);
    expect(await focused()).toBe("field");
    expect(await page.inputValue("#field")).toBe("");
  });

  it("that ask for scans get them", async () => {
    await page.fill("#target", "old");
    await page.focus("#target");
    await scan("FT-000123");
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("#target")?.value === "FT-000123");
    expect((await seen(page)).scans).toEqual([]);
  });

  it("that vanish leave the focus to the catcher", async () => {
    await page.focus("#field");
    await page.evaluate(() => document.querySelector("#field")?.remove());
    await catcherRests();
    await scan("FT-📦");
    expect(await textsSeen(1)).toEqual(["FT-📦"]);
  });

  it("that are left by a click on the page leave the focus to the catcher, but marked words stay marked", async () => {
    await page.focus("#field");
    await page.mouse.click(5, 400);
    await catcherRests();
    await page.click("#words", { clickCount: 3 });
    expect(await page.evaluate(() => getSelection()?.toString().trim())).toBe("Some words to copy");
    await scan("FT-📦-1");
    expect(await textsSeen(1)).toEqual(["FT-📦-1"]);
  });
});
