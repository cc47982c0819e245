import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from "electron";
import { encodeEvent, offerSnapshot, type Router, type Sender, type Served } from "../bridge/router.ts";
import type { Log } from "../kit/log.ts";
import { CALL_CHANNEL, EVENT_CHANNEL } from "./channels.ts";
import { isOwnPage } from "./page.ts";

/** Trusted is the main frame of our own window while it shows our own page, and nothing else in the process. */
const senderOf = (event: IpcMainInvokeEvent, window: BrowserWindow): Sender => {
  const frame = event.senderFrame;
  if (frame === null) return { trusted: false, words: "The frame that asked is gone." };
  if (window.isDestroyed() || frame !== window.webContents.mainFrame)
    return { trusted: false, words: `It is not the station's window but ${frame.url}.` };
  return isOwnPage(frame.url) ? { trusted: true } : { trusted: false, words: `It is the page ${frame.url}.` };
};

/**
 * Connects a window to the station: one invoke channel for calls, one channel for events, both carrying the same JSON strings as
 * the loopback socket. The page gets the snapshot whenever it has loaded, then every change. Returns the way back.
 */
export const connectWindow = ({
  window,
  station,
  router,
  log,
}: Readonly<{ window: BrowserWindow; station: Served; router: Router; log: Log }>): (() => void) => {
  const send = (json: string): void => {
    if (!window.isDestroyed()) window.webContents.send(EVENT_CHANNEL, json);
  };
  ipcMain.handle(CALL_CHANNEL, (event, json: unknown) => router.answer(typeof json === "string" ? json : "", senderOf(event, window)));
  window.webContents.on("dom-ready", () => offerSnapshot(station, log, send));
  const unsubscribe = station.onEvent((event, body) => send(encodeEvent(event, body)));
  return () => {
    unsubscribe();
    ipcMain.removeHandler(CALL_CHANNEL);
  };
};
