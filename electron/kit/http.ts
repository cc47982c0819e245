import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { Agent } from "undici";
import { MEGABYTE } from "../../shared/megabyte.ts";

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

/** Five labels of some megabytes each; what goes on for ever must not take the memory with it. */
const LARGEST_ANSWER_BYTES = 64 * MEGABYTE;
const unpacked = { maxOutputLength: LARGEST_ANSWER_BYTES };
const [unzip, undeflate, unbrotli] = [promisify(gunzip), promisify(inflate), promisify(brotliDecompress)] as const;

const decoders: Readonly<Record<string, (bytes: ArrayBuffer) => Promise<Buffer>>> = {
  gzip: (bytes) => unzip(bytes, unpacked),
  "x-gzip": (bytes) => unzip(bytes, unpacked),
  deflate: (bytes) => undeflate(bytes, unpacked),
  br: (bytes) => unbrotli(bytes, unpacked),
};

/**
 * HTTP with kept-alive connections, by undici's own client: for small JSON calls it needs about half of the processor time of fetch, which is
 * built on it and streams what is a few hundred bytes. Rejects with Node's or undici's errors; `code` says what happened (ECONNREFUSED,
 * UND_ERR_SOCKET, …).
 */
export const createHttp = (): Fetch => {
  const agent = new Agent({
    connections: MOST_SOCKETS,
    pipelining: 1,
    connect: { timeout: CONNECT_WITHIN_MS },
    maxResponseSize: LARGEST_ANSWER_BYTES,
  });
  return async (address, { method, headers, body, signal }) => {
    const url = new URL(address);
    const {
      statusCode,
      headers: answered,
      body: stream,
    } = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: method === "POST" ? "POST" : "GET",
      headers: { "accept-encoding": "gzip, deflate, br", ...headers },
      body: body ?? null,
      signal,
    });
    const header = (name: string): string | null => {
      const value = answered[name.toLowerCase()];
      return value === undefined ? null : String(value);
    };
    const text = async (): Promise<string> => {
      const decode = decoders[header("content-encoding")?.trim().toLowerCase() ?? ""];
      return decode === undefined ? await stream.text() : (await decode(await stream.arrayBuffer())).toString("utf8");
    };
    return { status: statusCode, headers: { get: header }, text };
  };
};
