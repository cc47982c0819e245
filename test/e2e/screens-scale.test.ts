import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SCALE_PATH } from "../fakes/screen-station.ts";
import { overflows, prepareGround, rootSays, settled, show, SIZES, type Ground } from "./screens-ground.ts";

let ground: Ground;
let page: Page;
beforeAll(async () => {
  ground = await prepareGround();
  page = await ground.open();
}, 60_000);
afterAll(() => ground.end());

const weight = () => page.textContent("[data-weight]");

test("while the box is weighed the weight is the largest thing on the screen, with what to do", async () => {
  await show(page, ground.station, "weighing");
  expect(await page.textContent(".finish h2")).toBe("Weigh it");
  expect(await weight()).toContain("1.254 kg");
  expect(await weight()).toContain("not still");
  const size = (selector: string) => page.$eval(selector, (element) => Number.parseFloat(getComputedStyle(element).fontSize));
  expect(await size(".finish .weight b")).toBeGreaterThan(await size(".finish h2"));
  expect(await page.$("aside .weight")).toBeNull();
});

test("a weight that is off says what such parcels weigh, in words and not by colour alone", async () => {
  await show(page, ground.station, "weight-off");
  await rootSays(page, "verdict", "weight-off");
  expect(await weight()).toContain("off: such parcels weigh 1.250 kg");
  expect(await weight()).toContain("tare 200 g");
});

test("a scale that is gone and a weight of the parcel before are said while packing and in the status bar", async () => {
  await show(page, ground.station, "scale-gone");
  expect(await page.textContent("aside .weight")).toContain("It is unplugged.");
  expect(await page.getAttribute("[data-pill=scale]", "data-health")).toBe("broken");
  await show(page, ground.station, "scale-earlier");
  expect(await page.textContent("aside .weight")).toContain("lift the box");
});

test("without a scale nothing on the screen speaks of one", async () => {
  await show(page, ground.station, "packing");
  expect(await page.$("[data-weight]")).toBeNull();
  expect(await page.$("[data-pill=scale]")).toBeNull();
});

test("the settings show what lies on the scale as it changes, and offer what is plugged in", async () => {
  await show(page, ground.station, "ready");
  await page.keyboard.press("F12");
  await rootSays(page, "phase", "setup");
  await page.waitForSelector("text=No scale is read");
  const now = { health: "fine", words: "Scale · 500 g", state: "steady", tareKg: 0, waiting: false, expectedKg: null } as const;
  ground.station.tell({ scale: { ...now, kg: 0.5 } });
  await settled(page, ground.station);
  expect(await weight()).toContain("500 g");
  ground.station.tell({ scale: { ...now, kg: 0.75 } });
  await settled(page, ground.station);
  expect(await weight()).toContain("750 g");
  await page.click("text=Dymo M25");
  expect(await page.inputValue("[name=scale]")).toBe(`usb:${SCALE_PATH}`);
  await page.click("text=A&D");
  expect(await page.inputValue("[name=scale]")).toBe("and:/dev/ttyUSB0");
  await page.fill("[name=scale]", "toledo:/dev/ttyUSB0@4800,7e1");
  await page.fill("[name=scannerPort]", "COM3@19200");
  await page.keyboard.press("Control+s");
  await page.waitForSelector(".answer-good >> text=Saved");
  expect(ground.station.calls.findLast(({ name }) => name === "settings.save")?.input).toEqual({
    scale: "toledo:/dev/ttyUSB0@4800,7e1",
    scannerPort: "COM3@19200",
  });
  await page.fill("[name=scale]", "bathroom");
  await page.keyboard.press("Control+s");
  await page.waitForSelector("#problem-scale >> text=toledo:PORT");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
});

test("the lists of scanners, scales and ports follow what is plugged in, and a scanner's port is chosen under Scanner", async () => {
  await page.keyboard.press("F12");
  await rootSays(page, "phase", "setup");
  const scanner = page.locator("fieldset", { hasText: "Scanner test" });
  await page.waitForSelector("text=Dymo M25");
  ground.station.plug({
    scanners: [{ path: "usb-1/input0", name: "Zebra DS2208", health: "fine", words: "Ready" }],
    scales: [{ path: "usb-2/input0", name: "Mettler BC30", health: "fine", words: "Ready", setting: "usb:usb-2/input0" }],
    ports: [{ path: "/dev/serial/by-id/usb-Zebra_DS9308", name: "Zebra (/dev/ttyACM0)" }],
  });
  await page.waitForSelector('[data-scanner="usb-1/input0"]');
  await page.waitForSelector("text=Mettler BC30");
  expect(await page.locator("text=Dymo M25").count()).toBe(0);
  await scanner.locator("button", { hasText: "Zebra (/dev/ttyACM0)" }).click();
  expect(await page.inputValue("[name=scannerPort]")).toBe("/dev/serial/by-id/usb-Zebra_DS9308");
  await page.fill("[name=scannerPort]", "/dev/serial/by-id/usb-Zebra_DS9308@19200");
  expect(await scanner.locator("button", { hasText: "Zebra (/dev/ttyACM0)" }).getAttribute("aria-pressed")).toBe("true");
  await page.keyboard.press("Control+s");
  await page.waitForSelector(".answer-good >> text=Saved");
  await page.locator("button", { hasText: "Mettler BC30" }).click();
  expect(await page.inputValue("[name=scale]")).toBe("usb:usb-2/input0");
  ground.station.plug({ scanners: [], ports: [] });
  await page.waitForSelector("text=No scanner on a serial port", { state: "detached" });
  expect(await page.inputValue("[name=scannerPort]")).toBe("/dev/serial/by-id/usb-Zebra_DS9308@19200");
  for (const size of SIZES) {
    await page.setViewportSize({ ...size });
    expect(await overflows(page)).toEqual([]);
  }
  await page.setViewportSize({ ...SIZES[0] });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await rootSays(page, "phase", "ready");
});

test("the browser had nothing to complain about", () => {
  expect(ground.complaints).toEqual([]);
});
