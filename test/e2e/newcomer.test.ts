import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { launchChromium } from "../fakes/chromium.ts";
import { freePort } from "../fakes/cups.ts";
import { startOms4, TEST_CREDENTIALS, type TestOms4 } from "../fakes/oms4-running.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { startStation, type StationProcess } from "../fakes/station-process.ts";
import { startZplPrinter, type ZplPrinter } from "../fakes/zpl-printer.ts";

/** A person's pace, ms between keys: at a scanner's the wedge would take it for a scan. */
const TYPED_MS = 90;
const MOST_TABS = 80;

const folder = mkdtempSync(join(tmpdir(), "packbench-newcomer-"));

let oms4: TestOms4;
let zpl: ZplPrinter;
let browser: Browser;
let station: StationProcess;
let packer: Packer;
let page: Page;

beforeAll(async () => {
  oms4 = await startOms4({ port: 0, clock: systemClock, splitLabelMs: 0, labels: "real" });
  oms4.addTask({ ftNo: "FT1", lines: [{ sku: "SKU-1", barcode: "8882345002022", name: "Blue mug" }] });
  zpl = await startZplPrinter();
  zpl.setHost({});
  browser = await launchChromium();
  // A PC without CUPS, and nothing set at all
  station = await startStation({ dataFolder: folder, environment: { CUPS_SERVER: `127.0.0.1:${await freePort()}` } });
  packer = await startPacker(browser, station.url);
  ({ page } = packer);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await station.stop();
  await zpl.close();
  await oms4.close();
  rmSync(folder, { recursive: true, force: true });
});

const press = (key: string): Promise<void> => page.keyboard.press(key);
const type = (text: string): Promise<void> => page.keyboard.type(text, { delay: TYPED_MS });
/** Tab, until this has the focus. */
const tabTo = async (selector: string): Promise<void> => {
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
    await press("Tab");
  }
  throw new Error(`Tab never reaches ${selector}`);
};
const fill = async (selector: string, text: string): Promise<void> => {
  await tabTo(selector);
  await press("Control+a");
  await type(text);
};
const sees = (text: string) => page.getByText(text).first().waitFor();

test("a newcomer gets from the box to the first label with the keyboard alone, told at each step what comes next", async () => {
  await sees("No scanner? Type the number and press Enter");
  await press("F12");
  await sees("New here?");
  await sees("This PC's print service does not answer");
  const search = await page.getByText("Search the network", { exact: true }).boundingBox();
  const card = await page.locator("fieldset", { hasText: "Printer address" }).boundingBox();
  expect((search?.x ?? Infinity) + (search?.width ?? 0)).toBeLessThanOrEqual((card?.x ?? 0) + (card?.width ?? 0));

  await tabTo("[name=mode]");
  await press("ArrowRight");
  await fill("[name=baseUrl]", oms4.environment.OMS4_BASE_URL);
  await fill("[name=tenantId]", TEST_CREDENTIALS.tenantId);
  await fill("[name=apiKey]", TEST_CREDENTIALS.apiKey);
  await fill("[name=apiSecret]", TEST_CREDENTIALS.apiSecret);
  await press("Enter");
  await sees("OMS4 answers · 1 task to be had");

  await fill("[name=printer]", zpl.uri);
  await tabTo("[data-printer] button");
  await press("Enter");
  await page.waitForSelector(".verdict h1 >> text=Scan the test print");
  const code = /PBTEST\d+/.exec((await page.textContent(".verdict p")) ?? "")?.[0] ?? "";
  await page.keyboard.type(`${code}\n`);
  await page.waitForSelector("[data-tone=ok] >> text=Printer is right");
  await press("Control+s");
  await page.waitForSelector(".answer-good >> text=Saved");
  await press("Escape");

  await page.locator("[data-waiting=FT1]").waitFor();
  const labels = zpl.labels().length;
  expect(await packer.scan("FT1")).toBe("task-opened");
  expect(await packer.scan("8882345002022")).toBe("task-done");
  await sees("label sent");
  expect(zpl.labels().length).toBe(labels + 1);
  expect(packer.complaints).toEqual([]);
}, 90_000);

test("a screen that is left by key leaves no words of its own behind", async () => {
  for (const key of ["F1", "F9", "F12"]) {
    await press(key);
    await page.waitForSelector("[data-screen]:not([data-screen=bench])");
    await press("Escape");
    await page.waitForSelector("[data-screen=bench]");
    expect(await page.textContent(".verdict-body")).toBe("BackScan a task.");
  }
});

test("without labels in the printer the trouble screen says so, instead of that nothing is wrong", async () => {
  zpl.setHost({ paperOut: true });
  await page.waitForSelector("text=out of labels");
  await press("F9");
  await page.waitForSelector("h2 >> text=Only the printer needs a hand");
  zpl.setHost({});
  await page.waitForSelector("h2 >> text=Nothing needs a person");
  await press("Escape");
});
