import type { Browser, Page } from "playwright-core";

/** What acceptance reads from the page's root element. */
export type Root = Readonly<{ phase: string; verdict: string; ft: string; online: string; scanSeq: number; revision: number }>;

/** A packer with nothing but a scanner before one screen: types, ends with Enter, reads the answer. */
export const startPacker = async (browser: Browser, url: string, viewport = { width: 1366, height: 768 }) => {
  const page: Page = await browser.newPage({ viewport });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.text().includes("Content Security Policy")) complaints.push(message.text());
  });
  await page.goto(url);
  await page.waitForSelector("[data-phase]:not([data-phase=loading])");
  const root = (): Promise<Root> =>
    page.evaluate(() => {
      const data = document.querySelector<HTMLElement>("[data-phase]")?.dataset ?? {};
      return {
        phase: data["phase"] ?? "",
        verdict: data["verdict"] ?? "",
        ft: data["ft"] ?? "",
        online: data["online"] ?? "",
        scanSeq: Number(data["scanSeq"]),
        revision: Number(data["revision"]),
      };
    });
  return {
    page,
    root,
    /** errors the page wrote to its console */
    complaints,
    /** One scan; resolves with the verdict's kind. */
    scan: async (text: string): Promise<string> => {
      const { scanSeq } = await root();
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
      await page.waitForFunction(
        (before) => Number(document.querySelector<HTMLElement>("[data-phase]")?.dataset["scanSeq"]) > before,
        scanSeq,
      );
      return (await root()).verdict;
    },
    /** packed / ordered of a line on screen */
    line: (detailId: string): Promise<string> =>
      page
        .locator(`[data-detail="${detailId}"]`)
        .evaluate((line) => `${line.getAttribute("data-packed")}/${line.getAttribute("data-qty")}`),
    until: (attribute: string, value: string): Promise<unknown> =>
      page.waitForSelector(`[data-phase][data-${attribute}="${value}"]`, { timeout: 30_000 }),
  };
};
export type Packer = Awaited<ReturnType<typeof startPacker>>;
