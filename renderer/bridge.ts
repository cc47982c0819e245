import type { Transport } from "../shared/client.ts";

/** What the Electron preload exposes: the same JSON strings as on the socket. */
export type PackbenchBridge = Readonly<{
  call: (json: string) => Promise<string>;
  onEvent: (listener: (json: string) => void) => () => void;
}>;

declare global {
  interface Window {
    packbench?: PackbenchBridge;
  }
}

/**
 * `connecting` before the first connection, `lost` after one went away, `refused` where the station answers but not this
 * page (its token is from before a restart); `retryAt` is the time of the next try, ms.
 */
export type LinkState = Readonly<{ name: "connecting" | "up" | "lost" | "refused"; retryAt: number | null }>;

/** One JSON string each way, and whether somebody is at the other end. */
export type Link = Required<Transport> &
  Readonly<{
    onState: (listener: (state: LinkState) => void) => () => void;
    start: () => void;
    stop: () => void;
  }>;

const FIRST_RETRY_MS = 200; // a restarted station takes scans within 3 s: ask often at first
const LONGEST_RETRY_MS = 4_000;
const RETRY_GROWTH = 1.6;
const HTTP_UNAUTHORIZED = 401;
const TOKEN_KEY = "packbench-token";

const createListeners = <T>() => {
  const listeners = new Set<(value: T) => void>();
  return {
    add: (listener: (value: T) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (value: T) => {
      for (const listener of listeners) listener(value);
    },
  };
};

/** The way through the Electron preload. It cannot be lost: when main goes, the window goes. */
const createPreloadLink = ({ packbench }: { packbench: PackbenchBridge }): Link => {
  const messages = createListeners<string>();
  const states = createListeners<LinkState>();
  const closes = createListeners<void>();
  let stopEvents: (() => void) | null = null;
  return {
    send: (json) => {
      // main answers every call; only a main that is going away does not, and then nobody shall wait
      packbench.call(json).then(messages.tell, () => closes.tell());
    },
    onMessage: messages.add,
    onClose: closes.add,
    onState: states.add,
    start: () => {
      stopEvents ??= packbench.onEvent(messages.tell);
      states.tell({ name: "up", retryAt: null });
    },
    stop: () => {
      stopEvents?.();
      stopEvents = null;
    },
  };
};

type Timers = Readonly<{ setTimeout: (run: () => void, ms: number) => number; clearTimeout: (id: number) => void }>;

/**
 * The way over the loopback socket. Reconnects by itself with a growing pause; calls that were under way when the
 * socket went are told so (`onClose`), so that nobody waits for ever.
 */
const createSocketLink = ({
  open,
  isRefused,
  now,
  timers,
}: {
  open: () => WebSocket;
  /** Asked after a connection that never opened: browsers don't tell why. */
  isRefused: () => Promise<boolean>;
  now: () => number;
  timers: Timers;
}): Link => {
  const messages = createListeners<string>();
  const states = createListeners<LinkState>();
  const closes = createListeners<void>();
  let socket: WebSocket | null = null;
  let pause = FIRST_RETRY_MS;
  let retry: number | null = null;
  let wasUp = false;
  let stopped = true;

  const connect = (): void => {
    retry = null;
    const mine = open();
    let opened = false;
    socket = mine;
    mine.addEventListener("open", () => {
      opened = true;
      pause = FIRST_RETRY_MS;
      wasUp = true;
      states.tell({ name: "up", retryAt: null });
    });
    mine.addEventListener("message", ({ data }) => {
      if (typeof data === "string") messages.tell(data);
    });
    mine.addEventListener("close", () => {
      if (socket !== mine || stopped) return;
      socket = null;
      const retryAt = now() + pause;
      states.tell({ name: wasUp ? "lost" : "connecting", retryAt });
      closes.tell();
      if (!opened) {
        void isRefused().then((refused) => {
          if (refused && socket?.readyState !== WebSocket.OPEN && !stopped) states.tell({ name: "refused", retryAt });
        });
      }
      retry = timers.setTimeout(connect, pause);
      pause = Math.min(LONGEST_RETRY_MS, pause * RETRY_GROWTH);
    });
  };

  return {
    send: (json) => {
      if (socket?.readyState !== WebSocket.OPEN) throw new Error("there is no connection to it");
      socket.send(json);
    },
    onMessage: messages.add,
    onClose: closes.add,
    onState: states.add,
    start: () => {
      if (!stopped) return;
      stopped = false;
      states.tell({ name: "connecting", retryAt: null });
      connect();
    },
    stop: () => {
      stopped = true;
      if (retry !== null) timers.clearTimeout(retry);
      socket?.close();
      socket = null;
      closes.tell();
    },
  };
};

/** Takes the token from the address once, keeps it for this tab, and takes it out of sight, so that a reload works and nobody copies it. */
const takeToken = ({ location, history, storage }: { location: Location; history: History; storage: Storage }): string => {
  const url = new URL(location.href);
  const given = url.searchParams.get("token");
  if (given === null) return storage.getItem(TOKEN_KEY) ?? "";
  storage.setItem(TOKEN_KEY, given);
  url.searchParams.delete("token");
  history.replaceState(history.state, "", url);
  return given;
};

/** Picks the way to the station that this page has. */
export const createLink = (page: Window & typeof globalThis): Link => {
  if (page.packbench !== undefined) return createPreloadLink({ packbench: page.packbench });
  const token = takeToken({ location: page.location, history: page.history, storage: page.sessionStorage });
  const address = new URL("socket", page.location.origin + "/");
  address.protocol = page.location.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("token", token);
  const askingAddress = new URL(address);
  askingAddress.protocol = page.location.protocol;
  return createSocketLink({
    open: () => new WebSocket(address),
    isRefused: () =>
      page.fetch(askingAddress).then(
        ({ status }) => status === HTTP_UNAUTHORIZED,
        // nobody there at all is no refusal
        () => false,
      ),
    now: () => Date.now(),
    timers: { setTimeout: (run, ms) => page.setTimeout(run, ms), clearTimeout: (id) => page.clearTimeout(id) },
  });
};
