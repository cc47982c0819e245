import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { createAssets } from "../../electron/bridge/assets.ts";
import { createLoopback } from "../../electron/bridge/loopback.ts";
import { createRouter, encodeEvent } from "../../electron/bridge/router.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createFileSecrets } from "../../electron/kit/secrets.ts";
import { openStation } from "../../electron/station.ts";
import { startElectron } from "../fakes/electron-app.ts";
import { removeFolder } from "../fakes/removal.ts";
import type { Way } from "./suite.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "packbench-way-"));

/** The real station in practice mode, in a folder of its own. */
const openReal = async () => {
  const dataFolder = newFolder();
  const opened = await openStation({
    dataFolder,
    environment: {},
    secrets: createFileSecrets(dataFolder),
    clock: systemClock,
    log: silentLog,
    version: "0.0.0",
  });
  if (!opened.ok) throw new Error(opened.failure.detail);
  const station = opened.value;
  await station.ready;
  const stop = async (): Promise<void> => {
    await station.stop();
    removeFolder(dataFolder);
  };
  return { station, stop, router: createRouter({ handlers: station.handlers, log: silentLog }) };
};

/** No wire at all: strings go straight into the router. */
export const overRouter = async (): Promise<Way> => {
  const { station, stop, router } = await openReal();
  const listeners = new Set<(json: string) => void>();
  const tell = (json: string): void => listeners.forEach((listener) => listener(json));
  station.onEvent((event, body) => tell(encodeEvent(event, body)));
  return {
    transport: {
      send: (json) => void router.answer(json, { trusted: true }).then(tell),
      onMessage: (listener) => {
        listeners.add(listener);
        listener(encodeEvent("snapshot", station.snapshot()));
        return () => void listeners.delete(listener);
      },
    },
    close: stop,
  };
};

/** The loopback server and a WebSocket, as the kiosk shell's page uses them. */
export const overLoopback = async (): Promise<Way> => {
  const { station, stop, router } = await openReal();
  const served = await createLoopback({ station, router, assets: createAssets(newFolder()), port: 0, log: silentLog });
  if (!served.ok) throw new Error(served.failure.detail);
  const socket = new WebSocket(served.value.url.replace("http:", "ws:").replace("/?", "/socket?"));
  const early: string[] = [];
  const listeners = new Set<(json: string) => void>();
  socket.on("message", (data) => {
    early.push(data.toString());
    for (const listener of listeners) listener(data.toString());
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return {
    transport: {
      send: (json) => socket.send(json),
      onMessage: (listener) => {
        for (const json of early) listener(json);
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    close: async () => {
      await served.value.stop();
      await stop();
    },
  };
};

/** Main and preload as they ship, a page in real Chromium, and `window.packbench` between them. */
export const overElectron = async (): Promise<Way> => {
  const dataFolder = newFolder();
  const app = startElectron({ args: ["--data-dir", dataFolder] });
  await app.untilShown();
  // The page keeps what it is told until it is fetched: evaluating is the only way into it
  await app.evaluate("void (window.told = []), window.packbench.onEvent((json) => window.told.push(json)), true");
  const listeners = new Set<(json: string) => void>();
  const early: string[] = [];
  const tell = (json: string): void => {
    early.push(json);
    for (const listener of listeners) listener(json);
  };
  const fetchTold = async (): Promise<void> => {
    for (const json of await app.evaluate<readonly string[]>("window.told.splice(0)")) tell(json);
  };
  await fetchTold();
  const polling = setInterval(() => void fetchTold().catch(() => clearInterval(polling)), 20);
  return {
    transport: {
      send: (json) => void app.evaluate<string>(`window.packbench.call(${JSON.stringify(json)})`).then(tell),
      onMessage: (listener) => {
        for (const json of early) listener(json);
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    close: async () => {
      clearInterval(polling);
      await app.quit();
      removeFolder(dataFolder);
    },
  };
};
