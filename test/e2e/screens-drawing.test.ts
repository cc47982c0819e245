import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { screenStates, verdict } from "../fakes/screen-states.ts";
import { faintTexts, overflows, prepareGround, rootOf, rootSays, settled, show, SIZES, type Ground } from "./screens-ground.ts";

const CONTRAST = 7; // to 1, for everything a packer must read
const OWN_SCREENS = ["help", "settings", "sheet", "trouble"] as const;

let ground: Ground;
let page: Page;
beforeAll(async () => {
  ground = await prepareGround();
  page = await ground.open();
}, 60_000);
afterAll(() => ground.end());

const wish = async (on: Page, screen: (typeof OWN_SCREENS)[number] | "bench"): Promise<void> => {
  ground.station.tell({ wish: { screen, count: (ground.station.snapshot().wish?.count ?? 0) + 1 } });
  await settled(on, ground.station);
  await rootSays(on, "screen", screen);
};

describe("the root element", () => {
  test("says the phase, the open task, the last verdict and whether OMS4 is there", async () => {
    await show(page, ground.station, "ready");
    expect(await rootOf(page)).toMatchObject({
      phase: "ready",
      scanSeq: "3",
      verdict: "task-done",
      ft: "",
      online: "true",
      screen: "bench",
      activity: "packing",
    });
    await show(page, ground.station, "packing");
    expect(await rootOf(page)).toMatchObject({ phase: "packing", scanSeq: "4", verdict: "item-ok", ft: "FT00000121", online: "false" });
    await show(page, ground.station, "closing");
    expect(await rootOf(page)).toMatchObject({ phase: "closing" });
    await show(page, ground.station, "handover");
    expect(await rootOf(page)).toMatchObject({ phase: "ready", activity: "handover" });
    await show(page, ground.station, "storage");
    expect(await rootOf(page)).toMatchObject({ phase: "trouble" });
    await show(page, ground.station, "first");
    expect(await rootOf(page)).toMatchObject({ phase: "ready", verdict: "", ft: "" });
  });

  test("gives each line its id, what is packed and what is ordered", async () => {
    await show(page, ground.station, "packing");
    const lines = await page.$$eval("[data-detail]", (all) =>
      all.map((line) => [line.getAttribute("data-detail"), line.getAttribute("data-packed"), line.getAttribute("data-qty")]),
    );
    expect(lines).toEqual([
      ["501", "1", "3"],
      ["502", "0", "1"],
      ["503", "2", "2"],
    ]);
    await show(page, ground.station, "many");
    expect(await page.locator("[data-detail]").count()).toBe(30);
  });

  test("says of a line that is over why it is", async () => {
    await show(page, ground.station, "cancelled");
    const { task } = ground.station.snapshot();
    if (task === null) throw new Error("no task is open");
    const saying = (): Promise<string[]> => page.locator(".quantity-over").allInnerTexts();
    expect(await saying()).toEqual(["cancelled"]);
    ground.station.tell({ task: { ...task, lines: task.lines.map((line) => ({ ...line, state: "elsewhere" as const, takeOut: 0 })) } });
    await settled(page, ground.station);
    expect(await saying()).toEqual(task.lines.map(() => "packed elsewhere"));
    expect(await overflows(page)).toEqual([]);
  });

  test("changes in the same moment as what is drawn", async () => {
    await show(page, ground.station, "packing");
    await page.evaluate(() => {
      const seen: string[][] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        const root = document.documentElement.dataset;
        seen.push([
          root["scanSeq"] ?? "",
          document.querySelector(".verdict h1")?.textContent ?? "",
          document.querySelector("[data-detail='501']")?.getAttribute("data-packed") ?? "",
        ]);
      }).observe(document, { attributes: true, childList: true, subtree: true, characterData: true });
    });
    const { task } = ground.station.snapshot();
    if (task === null) throw new Error("no task is open");
    for (let seq = 100; seq < 160; seq++) {
      const lines = task.lines.map((line) => (line.detailId === "501" ? { ...line, packed: seq } : line));
      ground.station.tell({ scanSeq: seq, verdict: verdict("item-ok", `Answer ${seq}`, "", seq), task: { ...task, lines } });
    }
    await rootSays(page, "scanSeq", "159");
    // the clock may have drawn something before the first of the sixty
    const seen = (await page.evaluate(() => (window as unknown as { seen: string[][] }).seen)).filter(([seq]) => Number(seq) >= 100);
    expect(seen.length).toBeGreaterThan(20);
    for (const [seq, title, packed] of seen) expect([title, packed]).toEqual([`Answer ${seq}`, seq]);
  });

  test("never goes back to an older revision", async () => {
    await show(page, ground.station, "ready");
    const newest = ground.station.snapshot();
    ground.station.sendRaw({ ...newest, revision: newest.revision - 1, scanSeq: 999 });
    ground.station.tell({ scanSeq: 7 });
    await settled(page, ground.station);
    expect(await rootOf(page)).toMatchObject({ scanSeq: "7" });
  });
});

describe.each(SIZES)("at $width×$height", (size) => {
  let sized: Page;
  beforeAll(async () => {
    sized = await ground.open(size);
  });
  afterAll(() => sized.close());

  describe.each(["dark", "light"] as const)("in the %s theme", (theme) => {
    test.each(Object.keys(screenStates))("%s: nothing overflows, and every text has a contrast of 7:1", async (state) => {
      await show(sized, ground.station, state, { theme });
      expect(await overflows(sized)).toEqual([]);
      expect(await faintTexts(sized, CONTRAST)).toEqual([]);
    });

    test("a label that is kept back, beside its reasons: nothing overflows, and every text has a contrast of 7:1", async () => {
      await show(sized, ground.station, "kept-back", { theme });
      await wish(sized, "trouble");
      await sized.waitForSelector(".label-preview img");
      expect(await overflows(sized)).toEqual([]);
      expect(await faintTexts(sized, CONTRAST)).toEqual([]);
      await wish(sized, "bench");
    });

    test.each(OWN_SCREENS)("the %s screen: nothing overflows, and every text has a contrast of 7:1", async (screen) => {
      await show(sized, ground.station, "trouble", { theme });
      await wish(sized, screen);
      if (screen === "settings") await sized.waitForSelector(".settings-groups");
      expect(await overflows(sized)).toEqual([]);
      expect(await faintTexts(sized, CONTRAST)).toEqual([]);
      await wish(sized, "bench");
    });
  });
});

test("the checks of overflow and contrast can fail", async () => {
  await show(page, ground.station, "packing");
  await page.evaluate(() => {
    document.querySelector<HTMLElement>(".task-number")?.style.setProperty("width", "2000px");
    document.querySelector<HTMLElement>("[data-detail='502'] h3")?.style.setProperty("color", "#667788");
  });
  expect((await overflows(page)).join()).toContain("FT00000121");
  expect(await faintTexts(page, CONTRAST)).toEqual([expect.stringContaining("Notebook A5, dotted")]);
  await page.reload();
  await settled(page, ground.station);
});

describe("the verdict band", () => {
  test("stays in the same place on every screen and shows five tones that differ by pattern and mark", async () => {
    const places = new Set<string>();
    const looks = new Set<string>();
    for (const state of ["ready", "packing", "wrong", "over", "cancelled", "refused", "handover"]) {
      await show(page, ground.station, state);
      const [place, look] = await page.$eval(".verdict", (band) => {
        const { x, y, width, height } = band.getBoundingClientRect();
        return [[x, y, width, height].join(), `${getComputedStyle(band).backgroundImage} ${band.querySelector(".tone-mark")?.innerHTML}`];
      });
      places.add(place ?? "");
      looks.add(look ?? "");
    }
    expect(places.size).toBe(1);
    expect(looks.size).toBe(5);
  });

  test("shows a title of 50 px and more, and shrinks a long one until it takes two lines at most", async () => {
    const sizeOf = () =>
      page.$eval(".verdict h1", (title) => ({
        size: Number.parseFloat(getComputedStyle(title).fontSize),
        lines: Math.round(title.clientHeight / Number.parseFloat(getComputedStyle(title).lineHeight)),
      }));
    await show(page, ground.station, "wrong");
    expect(await sizeOf()).toEqual({ size: expect.toSatisfy((size: number) => size >= 50), lines: 1 });
    for (const state of ["scripts", "glued"]) {
      await show(page, ground.station, state);
      expect((await sizeOf()).lines).toBeLessThanOrEqual(2);
    }
  });

  test("announces the same verdict again at the next scan, and is read out", async () => {
    await show(page, ground.station, "wrong");
    expect(await page.getAttribute(".verdict", "aria-live")).toBe("assertive");
    const before = await page.$(".flash");
    const wordsBefore = await page.$(".verdict-body");
    ground.station.tell({ scanSeq: ground.station.snapshot().scanSeq + 1 });
    await settled(page, ground.station);
    expect(await before?.evaluate((flash) => flash.isConnected)).toBe(false);
    expect(await wordsBefore?.evaluate((body) => body.isConnected)).toBe(false);
    expect(await page.textContent(".verdict h1")).toBe("Wrong item: Green mug 350 ml");
  });
});

test("a barcode on the screen can be read by a scanner", async () => {
  const folder = await mkdtemp(join(tmpdir(), "packbench-barcode-"));
  const readOffScreen = async (text: string): Promise<string> => {
    const path = join(folder, "barcode.png");
    await page.locator(`[data-barcode="${text}"]`).first().screenshot({ path });
    return (await promisify(execFile)("zbarimg", ["--quiet", "--raw", "-Scode128.enable", path])).stdout.trim();
  };
  await show(page, ground.station, "closing");
  expect(await readOffScreen("CMDFINISH")).toBe("CMDFINISH");
  await show(page, ground.station, "practice");
  expect(await readOffScreen("FT00000115")).toBe("FT00000115");
  await show(page, ground.station, "trouble");
  await wish(page, "trouble");
  for (const text of ["CMDPRINTED", "CMDREPRINT", "CMDDISCARD", "CMDNEXT"]) expect(await readOffScreen(text)).toBe(text);
  await wish(page, "bench");
  await rm(folder, { recursive: true });
});

test("a picture that can't be loaded falls back to the product's initials", async () => {
  const { task } = screenStates["packing"]?.(Date.now()) ?? { task: null };
  if (task === null) throw new Error("no task is open");
  const lines = task.lines.map((line, index) => ({
    ...line,
    imageUrl: ["http://127.0.0.1:9/gone.png", "data:image/gif;base64,R0lGODlhAQABAAAAACw=", "javascript:alert(1)"][index] ?? null,
  }));
  await show(page, ground.station, "packing", { task: { ...task, lines } });
  await page.waitForFunction(() => document.querySelector("[data-detail='501'] .tile")?.textContent === "TG");
  expect(await page.textContent("[data-detail='503'] .tile")).toBe("BM");
});

test("practice can't be missed on any screen, and its scan pad hides nothing", async () => {
  for (const state of ["practice", "packing-practice"]) {
    await show(page, ground.station, state);
    expect(await page.isVisible("[data-practice]")).toBe(true);
    expect(await page.isVisible("[data-practice-rule]")).toBe(true);
    const [pad, main] = [await page.locator("[data-pad]").boundingBox(), await page.locator("main").boundingBox()];
    expect((main?.y ?? 0) + (main?.height ?? 0)).toBeLessThanOrEqual((pad?.y ?? 0) + 1);
  }
  for (const screen of OWN_SCREENS) {
    await wish(page, screen);
    expect(await page.isVisible("[data-practice-rule]")).toBe(true);
  }
  await wish(page, "bench");
});

test("the browser had nothing to complain about: the page's policy holds and nothing was thrown", () => {
  expect(ground.complaints).toEqual([]);
});
