import { WebSocket } from "ws";
import { createClient } from "../../../shared/client.ts";
import type { CallInput, CallName, CallOutput } from "../../../shared/contract.ts";
import type { Failure } from "../../../shared/failures.ts";
import type { Snapshot } from "../../../shared/station.ts";

/** The station went away before it answered: what became of the call, only the screen after the restart can tell. */
export class Gone extends Error {}

/** A screen's way to the station that says whether an answer was lost or refused. */
export type Link = Readonly<{
  /** The newest picture; every decision is in it before its answer comes. */
  screen: () => Snapshot;
  /** Throws `Gone` when the way broke before the answer; a refusal is a value. */
  ask: <Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
  ) => Promise<Readonly<{ ok: true; value: CallOutput<Name> }> | Readonly<{ ok: false; failure: Failure }>>;
  /** Resolves with true once the screen shows it, with false after the limit; throws `Gone` when the way breaks. */
  shows: (fits: (screen: Snapshot) => boolean, limitMs: number) => Promise<boolean>;
  close: () => void;
}>;

export const openLink = async (url: string): Promise<Link> => {
  const page = new URL(url);
  const socket = new WebSocket(`ws://${page.host}/socket?token=${page.searchParams.get("token")}`, { origin: page.origin });
  const watchers = new Set<() => void>();
  let screen: Snapshot | null = null;
  let closed = false;
  const wake = (): void => watchers.forEach((watcher) => watcher());
  const client = createClient({
    send: (json) => {
      // A way whose end was seen, but whose `close` hasn't come yet: nothing got out, and nothing will
      closed ||= socket.readyState !== WebSocket.OPEN;
      if (closed) throw new Gone("the way is closed");
      socket.send(json);
    },
    onMessage: (listener) => {
      socket.on("message", (data: Buffer) => listener(data.toString()));
      return () => {};
    },
    onClose: (listener) => {
      socket.on("close", () => {
        closed = true;
        listener();
        wake();
      });
      return () => {};
    },
  });
  // Whatever goes wrong ends in `close`
  socket.on("error", () => {});
  client.on("snapshot", (news) => {
    screen = news;
    wake();
  });
  const until = (so: () => boolean, limitMs: number): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(limit);
        watchers.delete(look);
        end();
      };
      // What has come meanwhile is read first
      const limit = setTimeout(() => setImmediate(() => watchers.has(look) && settle(() => resolve(so()))), limitMs);
      const look = (): void => {
        if (closed) settle(() => reject(new Gone("the station is gone")));
        else if (so()) settle(() => resolve(true));
      };
      watchers.add(look);
      look();
    });
  const first = await until(() => screen !== null, FIRST_SCREEN_WITHIN_MS);
  if (!first) throw new Error(`the station at ${url} shows no screen`);
  const current = (): Snapshot => {
    if (screen === null) throw new Error("no screen yet");
    return screen;
  };
  return {
    screen: current,
    ask: async (name, input) => {
      const answer = await client.call(name, input);
      // The client says so of a way that broke; a station that refuses has its way open
      if (!answer.ok && closed) throw new Gone("the answer was lost");
      return answer;
    },
    shows: (fits, limitMs) => until(() => fits(current()), limitMs),
    close: () => socket.terminate(),
  };
};

const FIRST_SCREEN_WITHIN_MS = 15_000;
