import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchChromium } from "../fakes/chromium.ts";
import { startDisplay, type Display } from "../fakes/display.ts";
import { openWedgePage, scansSeen, seen } from "./wedge-page.ts";

const run = promisify(execFile);

let display: Display;
let browser: Browser;
let page: Page;

const onDisplay = (command: string, ...words: string[]): Promise<unknown> =>
  run(command, words, { env: { ...process.env, DISPLAY: display.name } });

beforeAll(async () => {
  display = await startDisplay();
  browser = await launchChromium({ display: display.name, more: ["--window-position=0,0", "--window-size=1024,768"] });
  page = await (await browser.newContext({ viewport: null })).newPage();
  // Without a window manager nothing gives the window the keyboard
  await onDisplay("xdotool", "mousemove", "500", "500", "click", "1");
});

afterAll(async () => {
  await browser?.close();
  display?.stop();
});

beforeEach(async () => {
  await onDisplay("setxkbmap", "us");
  await openWedgePage(page);
  await page.waitForFunction(
    () => document.hasFocus() && document.activeElement instanceof HTMLElement && "wedgeCatcher" in document.activeElement.dataset,
  );
});

const type = (text: string, delay: number): Promise<unknown> => onDisplay("xdotool", "type", "--delay", String(delay), `${text}\n`);
const texts = async (count: number): Promise<string[]> => (await scansSeen(page, count)).map(({ text }) => text);
const codes = Array.from({ length: 10 }, (_, index) => `FT-${index}0A/b_${index}`);

/** X key codes of a US keyboard: what a scanner's keyboard sends, whatever layout the system has. */
const usKeyCodes: Readonly<Record<string, string>> = Object.fromEntries([
  ...[..."1234567890-"].map((character, index) => [character, String(10 + index)]),
  ...[..."QWERTYUIOP"].map((character, index) => [character, String(24 + index)]),
  ...[..."ASDFGHJKL"].map((character, index) => [character, String(38 + index)]),
  ...[..."ZXCVBNM"].map((character, index) => [character, String(52 + index)]),
  ["/", "61"],
]);
const SHIFT = "50";
const ENTER = "36";

/** Types by key positions, as a scanner set to the US layout does. */
const typeByPosition = (text: string, delay: number): Promise<unknown> => {
  const words = [...text].flatMap((character) => {
    const code = usKeyCodes[character] ?? "";
    return /[A-Z]/.test(character)
      ? ["keydown", SHIFT, "key", "--delay", String(delay), code, "keyup", SHIFT]
      : ["key", "--delay", String(delay), code];
  });
  return onDisplay("xdotool", ...words, "key", ENTER);
};

describe("a real keyboard in a real window", () => {
  it.each([0, 2, 5, 12, 80])("scans of %i ms a character are all right, in order", async (delay) => {
    for (const code of codes) await type(code, delay);
    expect(await texts(codes.length)).toEqual(codes);
  });

  it("Caps Lock changes nothing", async () => {
    await onDisplay("xdotool", "key", "Caps_Lock");
    try {
      for (const code of codes) await type(code, 5);
      await typeByPosition("FT-0001", 5);
      expect(await texts(codes.length + 1)).toEqual([...codes, "FT-0001"]);
    } finally {
      await onDisplay("xdotool", "key", "Caps_Lock");
    }
  });

  it.each(["de", "fr", "gb"])("a scanner set to US is read right by a system set to %s", async (layout) => {
    await onDisplay("setxkbmap", layout);
    const wanted = ["FT-000123/9", "QWERTZUIOP", "AZ-7890", "CMDNEWPARCEL"];
    for (const code of wanted) await typeByPosition(code, 4);
    expect(await texts(wanted.length)).toEqual(wanted);
  });

  it.each(["de", "fr"])("a scanner set to the layout %s of the system is read right by one of the readings", async (layout) => {
    await onDisplay("setxkbmap", layout);
    for (const code of codes) await type(code, 5);
    const scans = await scansSeen(page, codes.length);
    expect(scans.map(({ text, alternates }, index) => [text, ...alternates].includes(codes[index] ?? ""))).toEqual(codes.map(() => true));
  });

  it("a scan that runs into a field is taken out of it; slow typing stays", async () => {
    await page.click("#field");
    await type("FT-000123", 5);
    expect(await texts(1)).toEqual(["FT-000123"]);
    expect(await page.inputValue("#field")).toBe("");
    await onDisplay("xdotool", "type", "--delay", "250", "Bench");
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("#field")?.value === "Bench");
    expect((await seen(page)).scans).toHaveLength(1);
  });

  it("a scanner's LF, Ctrl+J, opens nothing and ends one scan", async () => {
    await onDisplay("xdotool", "type", "--delay", "5", "FT-1");
    await onDisplay("xdotool", "key", "ctrl+j");
    await type("FT-2", 5);
    expect(await texts(2)).toEqual(["FT-1", "FT-2"]);
    expect(await page.evaluate(() => document.hasFocus())).toBe(true);
  });
});
