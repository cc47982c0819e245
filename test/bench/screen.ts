import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { launchChromium } from "../fakes/chromium.ts";
import { ECHO_KEY, installProbe, type Answered, type Echoed } from "./page-probe.ts";

const ANSWER_WITHIN_MS = 30_000;

const within = async <T>(promise: Promise<T | undefined>, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${ANSWER_WITHIN_MS / 1000} s`)), ANSWER_WITHIN_MS);
  });
  try {
    const found = await Promise.race([promise, late]);
    if (found === undefined) throw new Error("the probe is not in the page");
    return found;
  } finally {
    clearTimeout(timer);
  }
};

/**
 * The station's screen in real headless Chromium, with the probe in its page and a bare echo server beside it. Scans are real
 * key presses: the browser's whole way from key to frame is in the figures.
 */
export const openScreen = async (url: string) => {
  const echo = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  echo.on("connection", (socket) => socket.on("message", (data) => socket.send(data.toString())));
  await new Promise<void>((resolve) => echo.once("listening", () => resolve()));
  const browser = await launchChromium();
  // The page's own policy lets it talk to nobody but its station; the echo server is somebody else
  const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  await page.addInitScript(installProbe, { echoUrl: `ws://127.0.0.1:${(echo.address() as AddressInfo).port}`, echoKey: ECHO_KEY });
  await page.goto(url);
  await page.waitForFunction(() => document.documentElement.dataset["phase"] === "ready");

  return {
    page,
    /** Types a code as a wedge does and resolves with what the page saw of its answer. */
    scan: async (code: string): Promise<Answered> => {
      await page.evaluate(() => window.packbenchProbe?.expectAnswer());
      await page.keyboard.type(code);
      await page.keyboard.press("Enter");
      return await within(
        page.evaluate(() => window.packbenchProbe?.answer()),
        `answer to ${code}`,
      );
    },
    /** Waits until nothing moves on the screen any more. */
    still: (): Promise<void> => page.evaluate(() => window.packbenchProbe?.still()),
    /** One key press to a bare WebSocket echo and back into the DOM. */
    echo: async (): Promise<Echoed> => {
      await page.evaluate(() => window.packbenchProbe?.expectEcho());
      await page.keyboard.press(ECHO_KEY);
      return await within(
        page.evaluate(() => window.packbenchProbe?.echo()),
        "echo",
      );
    },
    /** How far the page's clock is ahead of `now` here, ms: the middle of the quickest of several questions. */
    clockOffset: async (now: () => number): Promise<number> => {
      let best = { took: Number.POSITIVE_INFINITY, offset: 0 };
      for (let count = 0; count < 20; count++) {
        const before = now();
        const theirs = await page.evaluate(() => window.packbenchProbe?.clock() ?? Number.NaN);
        const took = now() - before;
        if (took < best.took) best = { took, offset: theirs - before - took / 2 };
      }
      return best.offset;
    },
    origin: (): Promise<number> => page.evaluate(() => performance.timeOrigin),
    attribute: (name: string): Promise<string | null> => page.evaluate((wanted) => document.documentElement.getAttribute(wanted), name),
    close: async (): Promise<void> => {
      await browser.close();
      for (const socket of echo.clients) socket.terminate();
      await new Promise<void>((resolve) => echo.close(() => resolve()));
    },
  };
};
export type Screen = Awaited<ReturnType<typeof openScreen>>;
