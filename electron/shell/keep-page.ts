import type { BrowserWindow } from "electron";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { PAGE_URL } from "./page.ts";

/** What breaks more often than this is not cured by loading it anew. */
const MOST_RELOADS = 3;
const RELOADS_WITHIN_MS = 60_000;
/** A page that hangs may come to itself: Chromium calls it unresponsive only after many seconds already. */
const HANGING_MS = 5_000;
const LOAD_AGAIN_MS = 1_000;
/** Chromium's net::ERR_ABORTED: one loading took another's place, or main refused it. */
const ABORTED = -3;

/**
 * HID and serial scans are decided without the page: one that crashed, hangs or did not load is loaded anew, so that nobody packs
 * unseen and unheard. `giveUp` is told once, when it broke again after three times within a minute. Returns the way back.
 */
export const keepPage = ({
  window,
  clock,
  log,
  giveUp,
}: Readonly<{ window: BrowserWindow; clock: Clock; log: Log; giveUp: () => void }>): (() => void) => {
  const { webContents } = window;
  let reloads: readonly number[] = [];
  let stopRetry = (): void => {};
  let stopHanging = (): void => {};
  let over = false;

  const stop = (): void => {
    over = true;
    stopRetry();
    stopHanging();
  };

  const loadAnew = (): void => {
    stopRetry();
    stopHanging();
    if (over || window.isDestroyed()) return;
    const now = clock.now();
    reloads = [...reloads.filter((at) => now - at < RELOADS_WITHIN_MS), now];
    if (reloads.length > MOST_RELOADS) {
      stop();
      log.error({ reloads: MOST_RELOADS }, "The screen breaks down again and again: giving up");
      return giveUp();
    }
    // What fails is told by did-fail-load
    window.loadURL(PAGE_URL).catch(() => {});
  };

  webContents.on("render-process-gone", (_, { reason, exitCode }) => {
    if (reason === "clean-exit" || over) return;
    log.error({ reason, exitCode }, "The screen broke down: loading it anew");
    loadAnew();
  });
  webContents.on("did-fail-load", (_event, code, words, address, isMainFrame) => {
    if (!isMainFrame || code === ABORTED || over) return;
    log.error({ code, words, address }, "The screen did not load: trying again");
    stopRetry();
    stopRetry = clock.after(LOAD_AGAIN_MS, loadAnew);
  });
  window.on("unresponsive", () => {
    if (over) return;
    log.warn({}, "The screen hangs");
    stopHanging();
    stopHanging = clock.after(HANGING_MS, () => {
      log.error({}, "The screen still hangs: ending it");
      // A hung page can't be loaded anew; once its process is gone it is
      webContents.forcefullyCrashRenderer();
    });
  });
  window.on("responsive", () => {
    log.info({}, "The screen goes on");
    stopHanging();
  });
  return stop;
};
