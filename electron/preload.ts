import { contextBridge, ipcRenderer } from "electron";
import { callNames } from "../shared/contract.ts";
import { fail } from "../shared/failures.ts";
import { CALL_CHANNEL, EVENT_CHANNEL } from "./shell/channels.ts";

type Listener = (json: string) => void;

const allowed: ReadonlySet<string> = new Set(callNames);
const listeners = new Set<Listener>();
/** The snapshot may come before the page listens: it is kept, so that a late listener misses nothing. */
let newest: string | null = null;

ipcRenderer.on(EVENT_CHANNEL, (_, json: string) => {
  newest = json;
  for (const listener of listeners) listener(json);
});

/** The call and number of a request; what can't be read is left to the router, which answers it with words. */
const readCall = (json: string): Readonly<{ id: number; call: string | null }> => {
  try {
    const request: unknown = JSON.parse(json);
    if (typeof request !== "object" || request === null) return { id: -1, call: null };
    const id = "id" in request && typeof request.id === "number" ? request.id : -1;
    return { id, call: "call" in request && typeof request.call === "string" ? request.call : null };
  } catch {
    return { id: -1, call: null };
  }
};

contextBridge.exposeInMainWorld("packbench", {
  call: async (json: unknown): Promise<string> => {
    const text = typeof json === "string" ? json : "";
    const { id, call } = readCall(text);
    if (call !== null && !allowed.has(call)) {
      return JSON.stringify({ id, ...fail("call-unknown", `It is named "${call.slice(0, 80)}".`) });
    }
    const reply: unknown = await ipcRenderer.invoke(CALL_CHANNEL, text);
    return typeof reply === "string" ? reply : JSON.stringify({ id, ...fail("internal", "The station gave no answer.") });
  },
  onEvent: (listener: Listener): (() => void) => {
    listeners.add(listener);
    if (newest !== null) listener(newest);
    return () => void listeners.delete(listener);
  },
});
