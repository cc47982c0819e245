import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { Log } from "../kit/log.ts";
import type { Assets } from "./assets.ts";
import { isOwnHost, isOwnOrigin, isSameToken, pageHeaders } from "./guards.ts";
import { encodeEvent, LARGEST_REQUEST_BYTES, offerSnapshot, type Router, type Served } from "./router.ts";

export type Loopback = Readonly<{
  /** The address to open, with its token. */
  url: string;
  port: number;
  /** An address that leads to `url` once: a browser's command line can be read by every user of this PC. */
  addressOnce: () => string;
  /** Told how many screens are connected whenever one comes or goes. */
  onScreens: (listener: (count: number) => void) => void;
  /** Closes every connection and frees the port. */
  stop: () => Promise<void>;
}>;

const LOOPBACK_ADDRESS = "127.0.0.1";
const SOCKET_PATH = "/socket";
const ONCE_PATH = "/open";
const TOKEN_BYTES = 32;
/** A screen that still has this much to read gets no older snapshot any more, only the newest once it has caught up. */
const SLOW_READER_BYTES = 256 * 1024;
const GOING_AWAY = 1001;

const NOT_BUILT = "The screen is not built yet. Run: npm run build";

const send = (
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  more: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { ...pageHeaders, "Content-Type": contentType, "Cache-Control": "no-store", ...more });
  response.end(body);
};
const sendWords = (response: ServerResponse, status: number, words: string, more: Readonly<Record<string, string>> = {}): void =>
  send(response, status, "text/plain; charset=utf-8", `${words}\n`, more);
const failureJson = (failure: Failure): string => JSON.stringify({ ok: false, failure });

/** Refuses an upgrade with a plain HTTP answer that names the reason. */
const refuseUpgrade = (socket: Duplex, status: string, failure: Failure): void => {
  const body = failureJson(failure);
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

const untrusted = (words: string): Failure => fail("sender-untrusted", words).failure;

type Feed = Readonly<{ offer: (json: string) => void; reply: (json: string) => void }>;

/** Sends snapshots as they come, and to a slow reader only the newest: it never gets further behind than one. Replies all go. */
const createFeed = (socket: WebSocket): Feed => {
  let newest: string | null = null;
  // Whatever was in the way, a long reply too: once it is through, the snapshot that waited behind it goes
  const goOn = (): void => {
    if (newest !== null) offer(newest);
  };
  const offer = (json: string): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > SLOW_READER_BYTES) {
      newest = json;
      return;
    }
    newest = null;
    socket.send(json, goOn);
  };
  return {
    offer,
    reply: (json) => {
      if (socket.readyState === socket.OPEN) socket.send(json, goOn);
    },
  };
};

/**
 * Serves the station and its screen on 127.0.0.1 only. Everything must name this server (Host) and come from our own page
 * or from no page at all (Origin); the socket also needs the token that only the printed address holds.
 *
 * @param port 0 takes a free one. A taken port is the failure `setting-bad` naming it.
 */
export const createLoopback = async ({
  station,
  router,
  assets,
  port: wishedPort,
  log,
}: Readonly<{ station: Served; router: Router; assets: Assets; port: number; log: Log }>): Promise<Result<Loopback>> => {
  const newToken = (): string => randomBytes(TOKEN_BYTES).toString("base64url");
  const token = newToken();
  const tickets = new Set<string>();
  const screenListeners = new Set<(count: number) => void>();
  let port = wishedPort;

  const stranger = (request: IncomingMessage): Failure | null => {
    if (!isOwnHost(request.headers.host, port))
      return untrusted(`The request is for the host "${request.headers.host ?? ""}", this is 127.0.0.1:${port}.`);
    if (!isOwnOrigin(request.headers.origin, port)) return untrusted(`The request comes from a page of ${request.headers.origin}.`);
    return null;
  };
  const withoutToken = (url: URL): Failure | null =>
    isSameToken(url.searchParams.get("token"), token) ? null : untrusted("Its token is missing or wrong.");
  /** `new URL` throws on targets like `//`; those are nobody's */
  const urlOf = (request: IncomingMessage): URL | null => URL.parse(request.url ?? "/", `http://${LOOPBACK_ADDRESS}:${port}`);

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = stranger(request);
    if (refused !== null) return sendWords(response, 403, `${refused.detail} Open the address that the station printed.`);
    if (request.method !== "GET" && request.method !== "HEAD")
      return sendWords(response, 405, "Only GET is served here.", { Allow: "GET, HEAD" });
    const url = urlOf(request);
    if (url === null) return sendWords(response, 400, "That address can't be read.");
    if (url.pathname === SOCKET_PATH) {
      // A page whose socket was refused can ask here why: browsers don't tell it
      const noToken = withoutToken(url);
      return noToken === null
        ? sendWords(response, 426, "Connect here with a WebSocket.", { Upgrade: "websocket" })
        : send(response, 401, "application/json; charset=utf-8", failureJson(noToken));
    }
    if (url.pathname === ONCE_PATH) {
      return tickets.delete(url.searchParams.get("ticket") ?? "")
        ? sendWords(response, 303, "Go on.", { Location: `/?token=${token}` })
        : sendWords(response, 403, "This address was used already. Open the address that the station printed.");
    }
    if (!assets.built) return sendWords(response, 503, NOT_BUILT);
    const asset = assets.find(url.pathname);
    if (asset === null) return sendWords(response, 404, "There is no such file.");
    const file = createReadStream(asset.path);
    file.once("error", (error) => {
      log.error({ path: asset.path, error: error.message }, "A file of the screen can't be read");
      if (response.headersSent) response.destroy();
      else sendWords(response, 500, `A file of the screen can't be read. ${NOT_BUILT}`);
    });
    file.once("open", () => {
      response.writeHead(200, { ...pageHeaders, "Content-Type": asset.contentType, "Cache-Control": asset.cacheControl });
      if (request.method === "HEAD") {
        file.destroy();
        response.end();
      } else file.pipe(response);
    });
  };

  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_REQUEST_BYTES, perMessageDeflate: false });
  const tellScreens = (): void => {
    log.info({ screens: sockets.clients.size }, "Screens connected");
    for (const listener of screenListeners) listener(sockets.clients.size);
  };
  const attach = (socket: WebSocket): void => {
    tellScreens();
    const feed = createFeed(socket);
    offerSnapshot(station, log, feed.offer);
    const unsubscribe = station.onEvent((event, body) => feed.offer(encodeEvent(event, body)));
    socket.on("message", (data) => void router.answer(data.toString(), { trusted: true }).then(feed.reply));
    socket.on("error", (error) => log.warn({ error: error.message }, "A screen's connection broke"));
    socket.on("close", () => {
      unsubscribe();
      tellScreens();
    });
  };

  const server = createServer(serve);
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", (error) => log.warn({ error: error.message }, "A connection broke while it was opened"));
    const url = urlOf(request);
    const refused = stranger(request);
    if (refused !== null) return refuseUpgrade(socket, "403 Forbidden", refused);
    if (url?.pathname !== SOCKET_PATH) return refuseUpgrade(socket, "404 Not Found", untrusted("There is no socket here."));
    const noToken = withoutToken(url);
    if (noToken !== null) {
      log.warn({}, "Refused a socket without the token");
      return refuseUpgrade(socket, "401 Unauthorized", noToken);
    }
    sockets.handleUpgrade(request, socket, head, attach);
  });

  const listening = await new Promise<Result<null>>((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(
        fail(
          "setting-bad",
          error.code === "EADDRINUSE"
            ? `--port ${wishedPort} is taken by another program on this PC.`
            : `The station can't listen on port ${wishedPort} (${error.message}).`,
        ),
      ),
    );
    server.listen(wishedPort, LOOPBACK_ADDRESS, () => resolve(succeed(null)));
  });
  if (!listening.ok) return listening;
  port = (server.address() as AddressInfo).port;
  server.on("error", (error) => log.error({ error: error.message }, "The loopback server failed"));

  return succeed({
    url: `http://${LOOPBACK_ADDRESS}:${port}/?token=${token}`,
    port,
    addressOnce: () => {
      const ticket = newToken();
      tickets.add(ticket);
      return `http://${LOOPBACK_ADDRESS}:${port}${ONCE_PATH}?ticket=${ticket}`;
    },
    onScreens: (listener) => void screenListeners.add(listener),
    stop: async () => {
      for (const socket of sockets.clients) socket.close(GOING_AWAY, "The station stops");
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        // A browser that doesn't finish its closing handshake must not hold the station
        for (const socket of sockets.clients) socket.terminate();
      });
    },
  });
};
