import type { Browser } from "playwright-core";
import { onTestFinished } from "vitest";
import { launchChromium } from "./chromium.ts";
import { testFolder } from "./folder.ts";
import type { TestOms4 } from "./oms4.ts";
import { startStation, type StationProcess } from "./station-process.ts";

/** A live station's environment against a test OMS4. */
export const environmentOf = (oms4: TestOms4, printer: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...oms4.environment,
  STATION_ID: "Bench 7",
  STATION_POLL_MS: "300",
  LABEL_PRINTER: printer,
  ...more,
});

/** A station of its own process that ends with the test, however the test ended it before. */
export const openStation = async (environment: Readonly<Record<string, string>>, dataFolder = testFolder()): Promise<StationProcess> => {
  const station = await startStation({ dataFolder, environment });
  onTestFinished(async () => {
    if (station.process.exitCode === null && station.process.signalCode === null) await station.stop();
  });
  return station;
};

export const openBrowser = async (): Promise<Browser> => {
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  return browser;
};
