import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../fakes/chromium.ts";
import { startScreenStation, type ScreenStation } from "../fakes/screen-station.ts";

/** Built by the end-to-end tests' global setup. */
const BUILT_SCREENS = join(import.meta.dirname, "../../dist/renderer");

// As a browser does that is not told otherwise: no sound before the first key
const SILENT_AT_FIRST = "--autoplay-policy=document-user-activation-required";

export const SIZES = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
] as const;

export type Ground = Readonly<{
  browser: Browser;
  station: ScreenStation;
  /** What the browser complained about: refused by the page's policy, or thrown by the page. */
  complaints: string[];
  open: (size?: Readonly<{ width: number; height: number }>) => Promise<Page>;
  end: () => Promise<void>;
}>;

/** The screens as they ship (a production build, policy and all) in real Chromium, with a station of canned snapshots. */
export const prepareGround = async (): Promise<Ground> => {
  const station = await startScreenStation({ root: BUILT_SCREENS, fixed: ["OMS4_BASE_URL", "STATION_ID"] });
  const browser = await launchChromium({ more: [SILENT_AT_FIRST] });
  const complaints: string[] = [];
  return {
    browser,
    station,
    complaints,
    open: async (size = SIZES[0]) => {
      const page = await browser.newPage({ viewport: { ...size } });
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" && !/WebSocket connection|Failed to load resource/.test(message.text()))
          complaints.push(message.text());
      });
      await page.goto(station.url);
      await settled(page, station);
      return page;
    },
    end: async () => {
      await browser.close();
      await station.stop();
    },
  };
};

/** Waits until the page has drawn the station's newest snapshot, with its fonts. */
export const settled = async (page: Page, station: ScreenStation): Promise<void> => {
  await page.waitForFunction((revision) => document.documentElement.dataset["revision"] === revision, String(station.snapshot().revision));
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
};

export const show = async (page: Page, station: ScreenStation, ...state: Parameters<ScreenStation["show"]>): Promise<void> => {
  station.show(...state);
  await settled(page, station);
};

/** The root element's public attributes. */
export const rootOf = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(() => ({ ...document.documentElement.dataset }) as Record<string, string>);

export const rootSays = (page: Page, name: string, value: string): Promise<unknown> =>
  page.waitForFunction(([key, wanted]) => document.documentElement.dataset[key ?? ""] === wanted, [name, value]);

/** Everything that sticks out: of the page, of its area of the screen, or of its own box without being made to. */
export const overflows = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const name = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} "${(element.textContent ?? "").slice(0, 40)}"`;
    const wide = document.documentElement;
    if (wide.scrollWidth > innerWidth || wide.scrollHeight > innerHeight)
      found.push(`the page is ${wide.scrollWidth}×${wide.scrollHeight}`);
    const clipped = ".lines ul, .scroller, .note, .waiting-card ul, .handover-last, [data-clips], .unseen, .reads code, .full";
    for (const area of document.querySelectorAll(".top-bar, .verdict, main, .pad, .command-bar")) {
      const frame = area.getBoundingClientRect();
      if (frame.bottom > innerHeight + 1 || frame.right > innerWidth + 1) found.push(`${name(area)} leaves the screen`);
      for (const element of area.querySelectorAll<HTMLElement>("*")) {
        if (element.closest(clipped) !== null || element instanceof SVGElement || element.matches(".flash")) continue;
        const box = element.getBoundingClientRect();
        if (box.width === 0 || box.height === 0) continue;
        if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
          found.push(`${name(element)} leaves ${name(area).slice(0, 30)}`);
        const style = getComputedStyle(element);
        const cutInWords = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
        if (style.display !== "inline" && style.overflow !== "visible" && !cutInWords && element.scrollWidth > element.clientWidth + 1)
          found.push(`${name(element)} is cut`);
      }
      // whatever is in a clipped list keeps inside its width
      for (const list of area.querySelectorAll<HTMLElement>(".lines ul, .scroller, .note")) {
        if (list.scrollWidth > list.clientWidth + 1) found.push(`${name(list)} is too wide`);
      }
    }
    return found;
  });

/** The lowest contrast of each text that is drawn, where it is below `least`. A pattern counts with its worst colour. */
export const faintTexts = (page: Page, least: number): Promise<readonly string[]> =>
  page.evaluate((wanted) => {
    type Colour = readonly [number, number, number, number];
    const read = (text: string): Colour[] =>
      [...text.matchAll(/rgba?\(([^)]+)\)/g)].map(([, numbers = ""]) => {
        const [red = 0, green = 0, blue = 0, alpha = 1] = numbers.split(/[,/ ]+/).map(Number);
        return [red, green, blue, alpha];
      });
    const over = (top: Colour, below: Colour): Colour =>
      [0, 1, 2].map((at) => (top[at] ?? 0) * top[3] + (below[at] ?? 0) * (1 - top[3])).concat(1) as unknown as Colour;
    const light = ([red, green, blue]: Colour): number => {
      const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) =>
        value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a: Colour, b: Colour): number => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    /** every colour that may lie behind an element */
    const behind = (element: Element | null): Colour[] => {
      if (element === null) return [[255, 255, 255, 1]];
      const style = getComputedStyle(element);
      const pattern = read(style.backgroundImage);
      if (pattern.length > 0) return pattern;
      const [plain = [0, 0, 0, 0] as Colour] = read(style.backgroundColor);
      if (plain[3] === 1) return [plain];
      return behind(element.parentElement).map((below) => over(plain, below));
    };
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (
        element === null ||
        text === "" ||
        element.closest("[aria-hidden=true], .unseen") !== null ||
        element.getClientRects().length === 0
      )
        continue;
      const [ink = [0, 0, 0, 1] as Colour] = read(getComputedStyle(element).color);
      const worst = Math.min(...behind(element).map((ground) => contrast(over(ink, ground), ground)));
      if (worst < wanted) found.push(`${worst.toFixed(2)} ${element.tagName.toLowerCase()}.${element.className} "${text.slice(0, 40)}"`);
    }
    return found;
  }, least);
