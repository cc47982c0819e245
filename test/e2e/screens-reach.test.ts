import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testCodes } from "../../shared/doctor-codes.ts";
import type { Trouble } from "../../shared/trouble.ts";
import { troubles } from "../fakes/screen-states.ts";
import { overflows, prepareGround, rootSays, settled, show, type Ground } from "./screens-ground.ts";

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
