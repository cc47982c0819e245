import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { until } from "../fakes/until.ts";

const askedFor = (packer: Packer): Promise<string | null> => packer.page.getAttribute("[data-scan-back]:not(html)", "data-scan-back");
const numberShown = (packer: Packer): Promise<string> => packer.page.innerText(".scan-back-number");
const sees = (packer: Packer, words: string | RegExp) => packer.page.getByText(words).first().waitFor({ timeout: 30_000 });
/** The hero asks for a parcel's label, and the label is at the printer. */
const asked = async (packer: Packer, labels: string, document: string): Promise<Readonly<{ parcelNo: string; trackingNo: string }>> => {
  await packer.page.waitForSelector("section[data-scan-back]");
  const parcelNo = (await askedFor(packer)) ?? "";
  await until(() => existsSync(join(labels, `${parcelNo}.${document}.1.pdf`)), "the label is printed");
  await sees(packer, /scan it on the box/);
  return { parcelNo, trackingNo: await numberShown(packer) };
};

test("the bench asks for each pasted label, stops at another parcel's, keeps asking through a kill, and lets nothing leave unscanned", async () => {
  const oms4 = await startTestOms4({ splitLabelMs: 300 });
  oms4.addTask({ ftNo: "FT0001", way: "single", lines: [{ sku: "A" }] });
  oms4.addTask({ ftNo: "FT0002", way: "single", lines: [{ sku: "B" }] });
  oms4.addTask({ ftNo: "FT0003", way: "own", lines: [{ sku: "C" }] });
  oms4.addTask({ ftNo: "FT0004", way: "split", lines: [{ sku: "D" }] });
  const dataFolder = testFolder();
  const labels = join(testFolder(), "labels");
  const environment = environmentOf(oms4, `folder:${labels}`);
  const browser = await openBrowser();
  let station = await openStation(environment, dataFolder);
  let packer = await startPacker(browser, station.url);
  await sees(packer, "FT0004");

  // A person switches it on, on the settings screen
  await packer.page.keyboard.press("F12");
  await packer.page.waitForSelector(".settings-groups");
  await packer.page.locator("#setting-scanBack label").filter({ hasText: "Before the next parcel" }).click();
  await packer.page.keyboard.press("Control+s");
  await sees(packer, "Saved");
  expect(JSON.parse(readFileSync(join(dataFolder, "settings.json"), "utf8"))).toMatchObject({ scanBack: true });
  await packer.page.keyboard.press("Escape");

  // One parcel, its label fetched ahead
  await packer.scan("FT0001");
  expect(await packer.scan("A")).toBe("task-done");
  await packer.until("phase", "closing");
  const first = await asked(packer, labels, "shipping-label");
  expect(await packer.scan("FT0002")).toBe("scan-refused");
  expect(await packer.scan(first.trackingNo.toLowerCase())).toBe("label-ok");
  await packer.until("phase", "ready");
  await packer.until("scan-back", "");

  // Another parcel's label, a kill, and the same question again
  await packer.scan("FT0002");
  await packer.scan("B");
  const second = await asked(packer, labels, "shipping-label");
  expect(await packer.scan(first.trackingNo)).toBe("wrong-label");
  await sees(packer, new RegExp(`belongs to ${first.parcelNo}`));
  expect(await packer.page.getAttribute(".verdict", "data-tone")).toBe("stop");
  await packer.page.close();
  station.process.kill("SIGKILL");
  await until(() => station.process.signalCode !== null, "the station is gone");
  station = await openStation(environment, dataFolder);
  packer = await startPacker(browser, station.url);
  await packer.until("phase", "closing");
  expect(await askedFor(packer)).toBe(second.parcelNo);
  expect(await packer.scan(first.trackingNo)).toBe("wrong-label");

  // Esc puts it aside; it does not leave, and its scan at any time later is taken
  await packer.page.keyboard.press("Escape");
  await packer.until("verdict", "command-ok");
  await packer.page.locator('[data-labels-to-scan="1"]').waitFor();
  expect(await packer.scan("CMDHANDOVER")).toBe("command-ok");
  expect(await packer.scan(second.trackingNo)).toBe("command-refused");
  expect(await packer.scan(first.trackingNo)).toBe("parcel-ok");
  await packer.scan("CMDHANDOVER");
  expect(await packer.scan(second.trackingNo)).toBe("label-ok");

  // Our own label bears the parcel's number
  await packer.scan("FT0003");
  expect(await packer.scan("C")).toBe("task-done");
  const own = await asked(packer, labels, "own-label");
  expect(own.trackingNo).toBe(own.parcelNo);
  expect(await packer.scan(own.parcelNo)).toBe("label-ok");

  // A label that comes later: the parcel goes on the list by itself, the bench goes on
  for (const scan of ["FT0004", "D", "CMDFINISH"]) await packer.scan(scan);
  await packer.until("phase", "ready");
  await packer.page.locator('[data-labels-to-scan="1"]').waitFor({ timeout: 30_000 });
  const late = (await packer.page.innerText("[data-to-scan]")).trim();
  await until(() => oms4.parcels("FT0004").length === 1 && existsSync(labels), "OMS4 has the parcel");
  const lateNo = oms4.parcels("FT0004")[0]?.parcelNo ?? "";
  await until(() => existsSync(join(labels, `${lateNo}.shipping-label.1.pdf`)), "the late label is printed");
  await packer.until("online", "true");
  expect(await packer.scan(late)).toBe("label-ok");
  await packer.page.waitForFunction(() => document.querySelector("[data-labels-to-scan]") === null);

  expect(oms4.violations()).toEqual([]);
  expect(packer.complaints).toEqual([]);
  expect(await station.stop()).toBe(0);
});
