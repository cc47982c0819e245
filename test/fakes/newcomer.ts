import type { Browser, Page } from "playwright-core";
import { systemClock } from "../../electron/kit/clock.ts";
import { freePort } from "./free-port.ts";
import { startOms4, TEST_CREDENTIALS, type TestOms4 } from "./oms4-running.ts";
import { startPacker, type Packer } from "./packer.ts";
import { startStation, type StationProcess } from "./station-process.ts";
import { startZplPrinter, type ZplPrinter } from "./zpl-printer.ts";

/** A person's pace, ms between keys: at a scanner's the wedge would take it for a scan. */
const TYPED_MS = 90;
const MOST_TABS = 80;

export const NEWCOMERS_ITEM = "8882345002022";

/** Where the walk has got to, in order: the first screen, the settings, OMS4 answers, the test print, saved, the first label is out. */
export const newcomerSteps = ["start", "settings", "connection", "test-print", "saved", "first-label"] as const;
export type NewcomerStep = (typeof newcomerSteps)[number];

export type NewcomerBench = Readonly<{
  oms4: TestOms4;
  zpl: ZplPrinter;
  station: StationProcess;
  packer: Packer;
  end: () => Promise<void>;
}>;

/** A PC without CUPS and with nothing set at all, an OMS4 with one task for it, and a network label printer. */
export const openNewcomerBench = async (browser: Browser, dataFolder: string): Promise<NewcomerBench> => {
  const oms4 = await startOms4({ port: 0, clock: systemClock, splitLabelMs: 0, labels: "real" });
  oms4.addTask({ ftNo: "FT1", lines: [{ sku: "SKU-1", barcode: NEWCOMERS_ITEM, name: "Blue mug" }] });
  const zpl = await startZplPrinter();
  zpl.setHost({});
  const station = await startStation({ dataFolder, environment: { CUPS_SERVER: `127.0.0.1:${await freePort()}` } });
  const packer = await startPacker(browser, station.url);
  return {
    oms4,
    zpl,
    station,
    packer,
    end: async () => {
      await packer.page.close();
      await station.stop();
      await zpl.close();
      await oms4.close();
    },
  };
};

/** What hands without a mouse do on this page. */
const handsOn = (page: Page) => {
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  /** Tab, until this has the focus. */
  const tabTo = async (selector: string): Promise<void> => {
    for (let tabs = 0; tabs < MOST_TABS; tabs++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
      await press("Tab");
    }
    throw new Error(`Tab never reaches ${selector}`);
  };
  return {
    press,
    tabTo,
    fill: async (selector: string, text: string): Promise<void> => {
      await tabTo(selector);
      await press("Control+a");
      await page.keyboard.type(text, { delay: TYPED_MS });
    },
    sees: (text: string): Promise<void> => page.getByText(text).first().waitFor(),
  };
};

/**
 * From the first screen to the first label with the keyboard alone, reading at each step what comes next. `onStep` runs when a step is
 * reached, with its picture on the screen. Throws where the walk gets stuck.
 */
export const walkToFirstLabel = async (
  { oms4, zpl, packer }: NewcomerBench,
  onStep: (step: NewcomerStep) => Promise<void> | void,
): Promise<void> => {
  const { page } = packer;
  const { press, tabTo, fill, sees } = handsOn(page);
  await sees("No scanner? Type the number and press Enter");
  await onStep("start");

  await press("F12");
  await sees("New here?");
  await sees("This PC's print service does not answer");
  await onStep("settings");

  await tabTo("[name=mode]");
  await press("ArrowRight");
  await fill("[name=baseUrl]", oms4.environment.OMS4_BASE_URL);
  await fill("[name=tenantId]", TEST_CREDENTIALS.tenantId);
  await fill("[name=apiKey]", TEST_CREDENTIALS.apiKey);
  await fill("[name=apiSecret]", TEST_CREDENTIALS.apiSecret);
  await press("Enter");
  await sees("OMS4 answers · 1 task to be had");
  await onStep("connection");

  await fill("[name=printer]", zpl.uri);
  await tabTo("[data-printer] button");
  await press("Enter");
  await page.waitForSelector(".verdict h1 >> text=Scan the test print");
  await onStep("test-print");

  const code = /PBTEST\d+/.exec((await page.textContent(".verdict p")) ?? "")?.[0] ?? "";
  await page.keyboard.type(`${code}\n`);
  await page.waitForSelector("[data-tone=ok] >> text=Printer is right");
  await press("Control+s");
  await page.waitForSelector(".answer-good >> text=Saved");
  await onStep("saved");

  await press("Escape");
  await page.locator("[data-waiting=FT1]").waitFor();
  await packer.scan("FT1");
  await packer.until("verdict", "task-opened");
  await packer.scan(NEWCOMERS_ITEM);
  await packer.until("verdict", "task-done");
  await sees("label sent");
  await onStep("first-label");
};
