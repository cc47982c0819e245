import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testCodes } from "../../shared/doctor-codes.ts";
import type { ScannerRead } from "../../shared/device-view.ts";
import { overflows, prepareGround, rootSays, settled, show, SIZES, type Ground } from "./screens-ground.ts";

let ground: Ground;
let page: Page;
beforeAll(async () => {
  ground = await prepareGround();
  page = await ground.open();
}, 60_000);
afterAll(() => ground.end());
beforeEach(async () => {
  await show(page, ground.station, "ready");
  await page.keyboard.type("CMDDOCTOR\n");
  await rootSays(page, "screen", "doctor");
  await rootSays(page, "phase", "setup");
  ground.station.calls.length = 0;
});

const called = (name: string) => ground.station.calls.filter((call) => call.name === name).map(({ input }) => input);
const leave = async (): Promise<void> => {
  await page.keyboard.press("Escape");
  await rootSays(page, "screen", "bench");
};
/** Types as a scanner does, with FNC1 as Ctrl+]. */
const type = async (text: string, end: "Enter" | "Tab" | null = "Enter"): Promise<void> => {
  for (const [index, part] of text.split("\u001d").entries()) {
    if (index > 0) await page.keyboard.press("Control+]");
    await page.keyboard.type(part);
  }
  if (end !== null) await page.keyboard.press(end);
};
const came = (id: string) => page.waitForSelector(`[data-test-code="${id}"][data-came="true"]`);
const scanAll = async (change: (text: string) => string = (text) => text, end: "Enter" | "Tab" | null = "Enter"): Promise<void> => {
  for (const { id, text } of testCodes) {
    await type(change(text), end);
    await came(id);
  }
};
const findings = () => page.$$eval("[data-finding]", (items) => items.map((item) => (item as HTMLElement).dataset["finding"]));

let reads: ScannerRead[] = [];
const read = async (text: string, path: string): Promise<void> => {
  const one: ScannerRead = {
    number: (reads.at(-1)?.number ?? 0) + 1,
    text,
    symbology: "]C0",
    way: "hid",
    path,
    name: "Datalogic QuickScan QD2500",
    at: Date.now(),
  };
  reads = [...reads, one].slice(-8);
  ground.station.tell({ scannerReads: reads });
  await settled(page, ground.station);
};

test("the three codes stand on the screen as barcodes, and a scanner without fault is called so, with its pace", async () => {
  for (const { shown, id, text } of testCodes)
    await page.waitForSelector(`[data-test-code="${id}"] [data-barcode='${id === "gs1" ? shown : text}']`);
  await scanAll();
  await page.waitForSelector('[data-doctor="fine"] >> text=Nothing is wrong');
  expect(await findings()).toEqual(["way"]);
  expect(await page.textContent("[data-pace]")).toMatch(/ms a character/);
  expect(called("scan")).toEqual([]);
  for (const size of SIZES) {
    await page.setViewportSize({ ...size });
    expect(await overflows(page)).toEqual([]);
  }
  await page.setViewportSize({ ...SIZES[0] });
  await leave();
});

test("a scanner that loses, adds and spoils is told so line by line, the worst first", async () => {
  await scanAll((text) => `*${text.replace("7777777", "777777").replace("\u001d", "")}`);
  await page.waitForSelector('[data-doctor="broken"] >> text=This scanner needs setting');
  expect((await findings()).toSorted()).toEqual(["fnc1", "lost", "prefix", "way"]);
  await page.waitForSelector("text=Characters are lost: 7");
  await page.waitForSelector("text=The scanner sends * in front of every code");
  for (const size of SIZES) {
    await page.setViewportSize({ ...size });
    expect(await overflows(page)).toEqual([]);
  }
  await page.setViewportSize({ ...SIZES[0] });
  await leave();
});

test("one key takes a prefix over into the settings, and the verdict turns green", async () => {
  await scanAll((text) => `#${text}`);
  await page.waitForSelector('[data-doctor="broken"]');
  await page.keyboard.press("t");
  await page.waitForSelector('[data-doctor="fine"]');
  expect(called("settings.save")).toEqual([{ scanPrefix: "#" }]);
  await page.waitForSelector("text=Packbench takes it off");
  await page.keyboard.press("n");
  await page.waitForSelector("text=3 codes to go");
  await leave();
});

test("a scanner that sends no end is told so, and its scans are not glued", async () => {
  await scanAll((text) => text, null);
  await page.waitForSelector('[data-finding="no-end"]');
  expect(await page.textContent("[data-finding=no-end]")).toContain("Set the scanner to send Enter");
  await leave();
});

test("a scanner that the station reads is tested in the same way; another one of the same model begins anew", async () => {
  await leave();
  await expect.poll(() => called("scanner.test").at(-1)).toEqual({ on: false });
  await page.keyboard.type("CMDDOCTOR\n");
  await expect.poll(() => called("scanner.test").at(-1)).toEqual({ on: true });
  for (const { text } of testCodes) await read(text, "/dev/hidraw0");
  await page.waitForSelector("text=HID-POS · Datalogic QuickScan QD2500 · /dev/hidraw0");
  expect(await findings()).toEqual(["identifier", "way"]);
  await read(testCodes[0]?.text ?? "", "/dev/hidraw1");
  await page.waitForSelector("text=2 codes to go");
  await read("CMDBACK", "/dev/hidraw1");
  await rootSays(page, "screen", "bench");
});

test("a code that is none of the sheet's is refused in words, and commands still work", async () => {
  await type("4006381333931");
  await page.waitForSelector(".verdict >> text=That is none of the three codes");
  expect(called("scan")).toEqual([]);
  await type("CMDSETTINGS");
  await rootSays(page, "screen", "settings");
  await leave();
});

test("the sheet is printed on the label printer, or saved as a PDF", async () => {
  await page.keyboard.press("p");
  await page.waitForSelector("text=Sent to Zebra ZD421");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("s")]);
  expect(download.suggestedFilename()).toBe("packbench-scanner-test.pdf");
  await leave();
});

test("the settings tell two scanners of one model apart by a scan, and take a name for each", async () => {
  await type("CMDSETTINGS");
  await rootSays(page, "screen", "settings");
  await page.waitForSelector('[data-scanner="/dev/hidraw0"]');
  await read("4006381333931", "/dev/hidraw0");
  await page.waitForSelector('[data-scanner="/dev/hidraw0"][data-this-one="true"] >> text=this one');
  await page.waitForSelector('[data-read] small:has-text("QD2500 · /dev/hidraw0")');
  await page.fill('[data-scanner="/dev/hidraw0"] input', "Left");
  await page.keyboard.press("Control+s");
  await page.waitForSelector(".answer-good >> text=Saved");
  expect(called("settings.save")).toEqual([{ scannerNames: { "/dev/hidraw0": "Left" } }]);
  await page.click("text=Scanner doctor");
  await rootSays(page, "screen", "doctor");
  await leave();
});

test("the browser had nothing to complain about", () => {
  expect(ground.complaints).toEqual([]);
});
