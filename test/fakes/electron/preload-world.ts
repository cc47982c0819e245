import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

export type ExposedApi = Readonly<Record<string, (...values: unknown[]) => unknown>>;

export type PreloadWorld = Readonly<{
  /** what contextBridge.exposeInMainWorld was given, by name */
  exposed: ReadonlyMap<string, ExposedApi>;
  /** a message from main arrives */
  deliver: (channel: string, values: readonly unknown[]) => void;
}>;

/** What Electron's sandbox lets a preload require beside `electron`. */
const ALLOWED_MODULES: readonly string[] = ["events", "timers", "url"];

/**
 * Runs a bundled preload as Electron's sandbox would: a world of its own with `electron` and nothing of Node, so that a preload
 * that needs more fails here too.
 */
export const runPreload = (path: string, invoke: (channel: string, values: readonly unknown[]) => Promise<unknown>): PreloadWorld => {
  const exposed = new Map<string, ExposedApi>();
  const incoming = new EventEmitter();
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: ExposedApi) => {
        if (exposed.has(name)) throw new Error(`Cannot bind an API on top of an existing property: ${name}`);
        exposed.set(name, api);
      },
    },
    ipcRenderer: {
      invoke: (channel: string, ...values: unknown[]) => invoke(channel, structuredClone(values)),
      on: (channel: string, listener: (...values: unknown[]) => void) => incoming.on(channel, listener),
      off: (channel: string, listener: (...values: unknown[]) => void) => incoming.off(channel, listener),
    },
  };
  const module = { exports: {} };
  const context = createContext({
    console,
    URL,
    TextEncoder,
    TextDecoder,
    structuredClone,
    setTimeout,
    clearTimeout,
    module,
    exports: module.exports,
    require: (name: string) => {
      if (name === "electron") return electron;
      if (ALLOWED_MODULES.includes(name)) return {};
      throw new Error(`module not found: ${name} (a sandboxed preload has only electron)`);
    },
  });
  runInContext(readFileSync(path, "utf8"), context, { filename: path });
  return { exposed, deliver: (channel, values) => void incoming.emit(channel, {}, ...structuredClone(values)) };
};
