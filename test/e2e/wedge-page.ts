import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { Page } from "playwright-core";

export type Seen = Readonly<{ text: string; alternates: readonly string[]; terminator: string; burst: boolean }>;

const here = fileURLToPath(new URL(".", import.meta.url));

/** The wedge and a little page of its own, in one script. */
const bundle = async (): Promise<string> => {
  const built = await build({
    root: here,
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, lib: { entry: `${here}/wedge-page-script.ts`, formats: ["iife"], name: "wedgePage" } },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !("output" in output)) throw new Error("the wedge's page was not built");
  return output.output[0].code;
};

let bundled: Promise<string> | null = null;

const html = (script: string): string => `<!doctype html><html><head><meta charset="utf-8"><title>wedge</title></head><body>
  <button id="button">Press</button> <button id="closer">Close the field</button>
  <form id="form"><input id="field" value=""><input id="second"><input id="number" type="number"><textarea id="area"></textarea>
  <select id="choice"><option>Apple</option><option>Banana</option><option>Fig</option></select><input id="check" type="checkbox"><button>Save</button></form>
  <div id="rich" contenteditable="true">old</div>
  <input id="target" data-scan-target>
  <p id="words">Some words to copy</p>
  <script>${script.replaceAll("</script", "<\\/script")}</script></body></html>`;

/** Loads the page; what the wedge delivers and what else happens is kept in `window.seen`. */
export const openWedgePage = async (page: Page): Promise<void> => {
  bundled ??= bundle();
  await page.setContent(html(await bundled), { waitUntil: "load" });
  await page.waitForFunction(() => "seen" in window);
};

export type Happened = Readonly<{
  scans: Seen[];
  enters: number;
  typing: string[];
  clicks: number;
  submits: number;
  pageKeys: string[];
  inputs: number;
}>;

/** The page's own window, which carries what was seen. */
export type WedgeWindow = typeof globalThis & { seen: Happened };

export const seen = (page: Page): Promise<Happened> => page.evaluate(() => (window as unknown as WedgeWindow).seen);

/** Waits until so many scans were delivered, then gives them. */
export const scansSeen = async (page: Page, count: number): Promise<readonly Seen[]> => {
  await page.waitForFunction((wanted) => (window as unknown as WedgeWindow).seen.scans.length >= wanted, count, { timeout: 15_000 });
  return (await seen(page)).scans;
};
