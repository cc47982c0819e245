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
  await page.waitForSelector(".settings-groups");
  ground.station.calls.length = 0;
});

const called = (name: string): readonly Call[] => ground.station.calls.filter((call) => call.name === name);
const leave = async (): Promise<void> => {
  await page.keyboard.press("Escape");
  await rootSays(page, "phase", "ready");
};

test("a changed setting is saved with Ctrl+S, alone, and a secret is never shown again", async () => {
  await page.fill("[name=tenantId]", "1001");
  await page.fill("[name=apiSecret]", "helloworld");
  expect(await page.getAttribute("[name=apiSecret]", "type")).toBe("password");
  await page.keyboard.press("Control+s");
  await page.waitForSelector(".answer-good >> text=Saved");
  expect(called("settings.save")[0]?.input).toEqual({ tenantId: "1001", apiSecret: "helloworld" });
  expect(await page.inputValue("[name=apiSecret]")).toBe("");
  await page.waitForSelector("text=a secret is stored");
  await leave();
});

test("Enter goes to the next field, and behind the secret tries the connection", async () => {
  await page.press("[name=tenantId]", "Enter");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("apiKey");
  await page.press("[name=apiSecret]", "Enter");
  await expect.poll(() => called("settings.test-oms4").length).toBe(1);
  await leave();
});

test("a bad value is said beside its field and is not saved", async () => {
  await page.fill("[name=printer]", "lpt1");
  await page.click("button >> text=Save");
  expect(await page.textContent("#problem-printer")).toContain("cups:QUEUE");
  expect(called("settings.save")).toEqual([]);
  await page.fill("[name=printer]", "zpl://10.0.0.5:9100");
  await page.keyboard.press("Control+s");
  await page.waitForSelector(".answer-good >> text=Saved");
  await leave();
});

test("what the environment fixes is locked and names its variable", async () => {
  expect(await page.isEditable("[name=baseUrl]")).toBe(false);
  expect(await page.isEditable("[name=stationId]")).toBe(false);
  expect(await page.isEditable("[name=apiKey]")).toBe(true);
  await page.waitForSelector("text=fixed by OMS4_BASE_URL");
  await page.waitForSelector("text=fixed by STATION_ID");
  await leave();
});

test("changes are not dropped by the first Escape", async () => {
  await page.fill("[name=senderName]", "Warehouse East");
  await page.keyboard.press("Escape");
  await page.waitForSelector("text=Changed, not saved");
  await rootSays(page, "phase", "setup");
  await leave();
});

test("the connection is tried with what stands in the form, before it is saved, and answers in words", async () => {
  await page.fill("[name=apiKey]", "wrong");
  await page.click("text=Test the connection");
  await page.waitForSelector(".answer-bad >> text=OMS4 refuses the credentials");
  await page.fill("[name=apiKey]", "2001");
  await page.click("text=Test the connection");
  await page.waitForSelector(".answer-good >> text=46 tasks to be had · this PC's clock is 65 s behind");
  expect(called("settings.save")).toEqual([]);
  await page.keyboard.press("Escape");
  await leave();
});

test("a scan only tests the scanner here, and shows what hides in it", async () => {
  await page.keyboard.type("]C1010950110153\u001d10AB\n");
  await page.waitForSelector("[data-read] mark >> text=GS");
  expect(await page.textContent("[data-read] small")).toBe("20 characters · keyboard wedge · ended by Enter");
  expect(await page.textContent(".verdict h1")).toBe("Read: ]C1010950110153[GS]10AB");
  expect(called("scan")).toEqual([]);
  await page.keyboard.type("CMDBACK\n");
  await rootSays(page, "phase", "ready");
  expect(called("scan")).toEqual([]);
});

test("a supervisor's badge goes to the station although scanners are tested here, and its PIN is shown nowhere", async () => {
  await page.keyboard.type("CMDSUPER4711\n");
  await page.waitForSelector(".verdict h1 >> text=Supervisor");
  expect(called("scan").map(({ input }) => input["text"])).toEqual(["CMDSUPER4711"]);
  expect(await page.textContent("body")).not.toContain("4711");
  await rootSays(page, "screen", "settings");
  await leave();
});

test("a secret that a program types as quick as a scanner is shown nowhere; a test print's code counts there too", async () => {
  await page.focus("[name=apiSecret]");
  await page.keyboard.type("s3cret-of-oms4\n");
  await page.waitForSelector("[data-tone=wrong] >> text=Not taken: too quick");
  expect(await page.textContent("body")).not.toContain("s3cret-of-oms4");
  expect(await page.locator("[data-read]", { hasText: "s3cret" }).count()).toBe(0);
  await page.keyboard.type("PBTEST77\n");
  await page.waitForSelector("[data-read] >> text=PBTEST77");
  expect(await page.inputValue("[name=apiSecret]")).toBe("");
  expect(called("scan")).toEqual([]);
  await leave();
});

test("what Tab reaches stands clear of the fade at the lower edge", async () => {
  const covered = await page.evaluate(() => {
    const scroller = document.querySelector(".settings-groups");
    if (scroller === null) return ["no scroller"];
    const edge = scroller.getBoundingClientRect().bottom - 32;
    return [...scroller.querySelectorAll<HTMLElement>("input:not([type=radio]), button, select")].flatMap((field) => {
      field.focus();
      return field.getBoundingClientRect().bottom > edge + 1 ? [field.outerHTML] : [];
    });
  });
  expect(covered).toEqual([]);
  await leave();
});

test("Tab goes through the fields in order", async () => {
  await page.focus("[name=tenantId]");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("apiKey");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("apiSecret");
  await leave();
});

test("the theme is taken over as soon as it is saved", async () => {
  await page.click(".segment >> text=Light");
  await page.keyboard.press("Control+s");
  await rootSays(page, "theme", "light");
  await page.click(".segment >> text=Dark");
  await page.keyboard.press("Control+s");
  await rootSays(page, "theme", "dark");
  // The new theme comes with the snapshot; that it is saved comes with the answer, a moment later
  await page.waitForSelector(".answer-good >> text=Saved");
  await leave();
});

test("the command sheet is saved as a PDF and printed on the label printer", async () => {
  await leave();
  ground.station.tell({ wish: { screen: "sheet", count: (ground.station.snapshot().wish?.count ?? 0) + 1 } });
  await rootSays(page, "screen", "sheet");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Save as PDF")]);
  expect(download.suggestedFilename()).toBe("packbench-commands.pdf");
  await page.click("text=Print on the label printer");
  await page.waitForSelector("text=Sent to Zebra ZD421");
  await page.keyboard.press("Escape");
});

test("the command sheet prints, is saved and is read to its end by keys alone", async () => {
  await leave();
  ground.station.tell({ wish: { screen: "sheet", count: (ground.station.snapshot().wish?.count ?? 0) + 1 } });
  await rootSays(page, "screen", "sheet");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("s")]);
  expect(download.suggestedFilename()).toBe("packbench-commands.pdf");
  await page.keyboard.press("p");
  await page.waitForSelector("text=Sent to Zebra ZD421");
  const isLastSeen = (): Promise<boolean> =>
    page
      .locator(".sheet-entries > li")
      .last()
      .evaluate((last) => {
        const { bottom } = last.getBoundingClientRect();
        return bottom <= (last.parentElement?.getBoundingClientRect().bottom ?? 0);
      });
  for (let press = 0; press < 20 && !(await isLastSeen()); press++) await page.keyboard.press("ArrowDown");
  expect(await isLastSeen()).toBe(true);
  await page.keyboard.press("Escape");
});

test("the browser had nothing to complain about", () => {
  expect(ground.complaints).toEqual([]);
});
