import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../fakes/chromium.ts";
import { newcomerSteps, openNewcomerBench, walkToFirstLabel, type NewcomerBench, type NewcomerStep } from "../fakes/newcomer.ts";
import { removeFolder } from "../fakes/removal.ts";

/** A newcomer has so long from the box to the first label. */
const FIVE_MINUTES_MS = 300_000;

const folder = mkdtempSync(join(tmpdir(), "packbench-newcomer-"));

let browser: Browser;
let bench: NewcomerBench;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  bench = await openNewcomerBench(browser, folder);
  ({ page } = bench.packer);
}, 60_000);
afterAll(async () => {
  await bench.end();
  await browser.close();
  removeFolder(folder);
});

const press = (key: string): Promise<void> => page.keyboard.press(key);

test(
  "a newcomer gets from the box to the first label with the keyboard alone in under five minutes, told at each step what comes next",
  async () => {
    const from = performance.now();
    const steps: NewcomerStep[] = [];
    const labels: number[] = [];
    await walkToFirstLabel(bench, async (step) => {
      steps.push(step);
      labels.push(bench.zpl.labels().length);
      if (step !== "settings") return;
      const search = await page.getByText("Search the network", { exact: true }).boundingBox();
      const card = await page.locator("fieldset", { hasText: "Printer address" }).boundingBox();
      expect((search?.x ?? Infinity) + (search?.width ?? 0)).toBeLessThanOrEqual((card?.x ?? 0) + (card?.width ?? 0));
    });
    expect(performance.now() - from).toBeLessThan(FIVE_MINUTES_MS);
    expect(steps).toEqual(newcomerSteps);
    expect(labels).toEqual([0, 0, 0, 1, 1, 2]);
    expect(bench.packer.complaints).toEqual([]);
  },
  2 * FIVE_MINUTES_MS,
);

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
  bench.zpl.setHost({ paperOut: true });
  await page.waitForSelector("text=out of labels");
  await press("F9");
  await page.waitForSelector("h2 >> text=Only the printer needs a hand");
  bench.zpl.setHost({});
  await page.waitForSelector("h2 >> text=Nothing needs a person");
  await press("Escape");
});
