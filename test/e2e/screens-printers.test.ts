import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Call } from "../fakes/screen-station.ts";
import { prepareGround, rootSays, show, type Ground } from "./screens-ground.ts";

let ground: Ground;
let page: Page;
beforeAll(async () => {
  ground = await prepareGround();
  page = await ground.open();
}, 60_000);
afterAll(() => ground.end());
beforeEach(async () => {
  await show(page, ground.station, "ready");
  await page.keyboard.press("F12");
  await rootSays(page, "phase", "setup");
  await page.waitForSelector(".found-item >> text=Zebra ZD421");
  ground.station.calls.length = 0;
});

const called = (name: string): readonly Call[] => ground.station.calls.filter((call) => call.name === name);
const leave = async (): Promise<void> => {
  await page.keyboard.press("Escape");
  await rootSays(page, "phase", "ready");
};
const scan = (text: string): Promise<void> => page.keyboard.type(`${text}\n`);
const saved = () => page.waitForSelector(".answer-good >> text=Saved");

test("a printer is right once the barcode of its own test print was scanned back, not that of an older one", async () => {
  await page.click("text=Office laser");
  expect(await page.inputValue("[name=printer]")).toBe("cups:office");
  const row = page.locator('[data-printer="cups:office"]');
  await row.getByLabel("Paper").selectOption("A6");
  await row.getByLabel("Dots per inch").selectOption("300");
  await row.getByText("Test print").click();
  await row.getByText("Printed by Zebra ZD421 Now scan its barcode (PBTEST41).").waitFor();
  expect(called("printer.test")[0]?.input).toEqual({ printer: "cups:office", dpi: 300, paper: "A6" });
  await page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined));
  await scan("PBTEST40");
  await row.getByText("That is another test print (PBTEST40). Scan the new one: PBTEST41.").waitFor();
  await scan("pbtest41");
  await row.locator(".answer-good", { hasText: "Printer is right: Office laser" }).waitFor();
  await page.waitForSelector("[data-tone=ok] >> text=Printer is right: Office laser");
  await row.getByText("Measure the rulers: 80 mm across, 100 mm down.").waitFor();
  await page.keyboard.press("Control+s");
  await saved();
  expect(called("settings.save")[0]?.input).toEqual({
    printer: "cups:office",
    printers: [{ uri: "cups:office", dpi: 300, paper: "A6" }],
  });
  expect(called("scan")).toEqual([]);
  await leave();
});

test("a printer is chosen, tested and saved by scans alone", async () => {
  await scan("CMDNEXT");
  await page.waitForSelector(".found-on >> text=Zebra ZD421");
  expect(await page.inputValue("[name=printer]")).toBe("cups:zebra");
  await scan("CMDREPRINT");
  await page.waitForSelector("text=Now scan its barcode (PBTEST41).");
  await scan("PBTEST41");
  await page.waitForSelector(".answer-good >> text=Printer is right: Zebra ZD421");
  await scan("CMDFINISH");
  await saved();
  expect(called("settings.save")[0]?.input).toEqual({ printer: "cups:zebra" });
  await scan("CMDBACK");
  await rootSays(page, "phase", "ready");
});

test("each document gets its printer, the spare is another one than the label printer, and packing slips are switched on", async () => {
  const spare = page.getByLabel("Spare printer");
  expect(await spare.locator("option").allTextContents()).toEqual(["none", expect.stringContaining("Office laser") as string]);
  await spare.selectOption("cups:office");
  await page.locator("#setting-route-packing-slip").selectOption("cups:office");
  await page.locator("#setting-packingSlips >> text=On").click();
  expect(await page.locator('[data-printer="cups:office"] .in-use-roles').textContent()).toBe("spare, Packing slip");
  await page.keyboard.press("Control+s");
  await saved();
  expect(called("settings.save")[0]?.input).toEqual({
    sparePrinter: "cups:office",
    routes: { "own-label": "", "parking-slip": "", "packing-slip": "cups:office", "command-sheet": "" },
    packingSlips: true,
  });
  await leave();
});

test("the network is searched only when somebody presses for it", async () => {
  await leave();
  await page.keyboard.press("F12");
  await page.waitForSelector(".found-item >> text=Zebra ZD421");
  expect(called("printer.list").map(({ input }) => input)).toEqual([{}]);
  await page.click("text=Search the network");
  await page.waitForSelector(".found [role=status] >> text=/^Found$/");
  expect(called("printer.list").map(({ input }) => input)).toEqual([{}, { sweep: true }]);
  await leave();
});

test("the paper may be left to the label, whatever the dots are, and a size that is not listed is typed", async () => {
  await page.click("text=Office laser");
  const row = page.locator('[data-printer="cups:office"]');
  await row.getByLabel("Paper").selectOption("as the label says");
  await row.getByLabel("Dots per inch").selectOption("600");
  await page.keyboard.press("Control+s");
  await saved();
  await row.getByLabel("Paper").selectOption("another size …");
  await row.getByLabel("Width × height").fill("80 x 120");
  await page.keyboard.press("Control+s");
  await page.waitForFunction(() => document.querySelector("option[value='80x120']") !== null);
  await saved();
  expect(called("settings.save").map(({ input }) => (input as { printers?: unknown }).printers)).toEqual([
    [{ uri: "cups:office", dpi: 600 }],
    [{ uri: "cups:office", dpi: 600, paper: "80x120" }],
  ]);
  await leave();
});

test("the browser had nothing to complain about", () => {
  expect(ground.complaints).toEqual([]);
});
