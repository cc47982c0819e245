import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { Clock } from "./clock.ts";

/** As much of fetch as a JSON API needs; the global fetch fits it as well. */
export type Fetch = (
  url: string,
  asked: Readonly<{
    method: string;
    headers: Readonly<Record<string, string>>;
    body?: string;
    /** Nothing is followed: a redirect comes back as it is. */
    redirect: "manual";
    signal: AbortSignal;
  }>,
) => Promise<Readonly<{ status: number; headers: Readonly<{ get: (name: string) => string | null }>; text: () => Promise<string> }>>;

/** Connections kept to one host: more than the station ever asks at the same time. */
const MOST_SOCKETS = 16;
/** Nothing was sent until then, so nothing can have happened: that is worth knowing before the call's own deadline. */
const CONNECT_WITHIN_MS = 10_000;
/** `code` of the error when no connection came about in time. */
export const CONNECT_TIMEOUT = "CONNECT_TIMEOUT";

const decoders: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

const read = async (answer: IncomingMessage): Promise<string> => {
  const bytes = await buffer(answer);
  const decode = decoders[(answer.headers["content-encoding"] ?? "").trim().toLowerCase()];
  return (decode === undefined || bytes.length === 0 ? bytes : await decode(bytes)).toString("utf8");
};

/**
 * HTTP over Node's own client with kept-alive connections: for small JSON calls it needs half of the processor time of fetch,
 * which streams what is a few hundred bytes. Rejects with Node's own errors; `code` says what happened (ECONNREFUSED, …).
 */
export const createHttp = ({ clock }: Readonly<{ clock: Clock }>): Fetch => {
  const options = { keepAlive: true, maxSockets: MOST_SOCKETS };
  const agents = { "http:": new HttpAgent(options), "https:": new HttpsAgent(options) };
  return (address, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      const secure = url.protocol === "https:";
      const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const asked = (secure ? httpsRequest : httpRequest)(url, {
        method,
        agent: secure ? agents["https:"] : agents["http:"],
        headers: { "accept-encoding": "gzip, deflate, br", ...headers, ...length },
        signal,
      });
      asked.on("error", reject);
      asked.on("socket", (socket) => {
        if (!socket.connecting) return;
        const error = Object.assign(new Error(`no connection in ${CONNECT_WITHIN_MS / 1000} s`), { code: CONNECT_TIMEOUT });
        const takeBack = clock.after(CONNECT_WITHIN_MS, () => asked.destroy(error));
        socket.once("connect", takeBack);
        asked.once("close", takeBack);
      });
      asked.on("response", (answer) => {
        resolve({
          status: answer.statusCode ?? 0,
          headers: {
            get: (name) => {
              const value = answer.headers[name.toLowerCase()];
              return value === undefined ? null : String(value);
            },
          },
          text: () => read(answer),
        });
      });
      asked.end(body);
    });
};
