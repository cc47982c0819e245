import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import { MEGABYTE } from "../../shared/megabyte.ts";
import type { Clock } from "../kit/clock.ts";
import type { Connection } from "../sync/api.ts";
import { endpointNames, endpoints, type EndpointName } from "../sync/endpoints.ts";
import { refusal, type Oms4Answer, type Oms4Core } from "./oms4-core.ts";

/** A request as it came, before anything was checked. */
export type Exchange = Readonly<{
  method: string;
  /** without `/openapi` and without the query */
  path: string;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  bodyText: string;
  /** null: none of the nine */
  call: EndpointName | null;
}>;

/** What goes back: an answer of any form, or a connection that ends (after `cutAfter` bytes of the body). */
export type HttpAnswer = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string; cutAfter?: number }> | "drop";

export type Oms4ServerParts = Readonly<{
  core: Oms4Core;
  credentials: Omit<Connection, "baseUrl">;
  clock: Clock;
  /** ms that OMS4's clock is ahead of the PC's */
  skewMs: () => number;
  /** Stands between the request and its answer: tests put their faults here. */
  intercept: (exchange: Exchange, proceed: () => Promise<HttpAnswer>) => Promise<HttpAnswer>;
}>;

const BASE_PATH = "/openapi";
/** Older or newer signatures are refused, as OMS4's kind of signature does against replay. */
const TIMESTAMP_WINDOW_MS = 10 * 60_000;
const LARGEST_BODY = 4 * MEGABYTE;

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) throw new Error("the body is too large");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const readQuery = (search: string): Record<string, string> => {
  const query: Record<string, string> = {};
  for (const pair of search.replace(/^\?/, "").split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    query[decodeURIComponent(at < 0 ? pair : pair.slice(0, at))] = at < 0 ? "" : decodeURIComponent(pair.slice(at + 1));
  }
  return query;
};

/** What OMS4 computes over a request; written apart from the client's own, so that one checks the other. */
const expectedSignature = ({ path, query, headers, bodyText }: Exchange, secret: string): string => {
  const pairs: [string, string][] = [
    ...["tenant_id", "api_key", "timestamp"].map((name): [string, string] => [name, headers[name] ?? ""]),
    ...Object.entries(query),
  ];
  pairs.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const hmac = createHmac("sha256", secret).update(path);
  for (const [name, value] of pairs) hmac.update(name).update(value);
  return hmac.update(bodyText).digest("hex");
};

/** The practice OMS4's HTTP side: signature, envelope, and the nine calls of the core. */
export const createOms4Server = ({ core, credentials, clock, skewMs, intercept }: Oms4ServerParts) => {
  const objection = (exchange: Exchange): Oms4Answer | null => {
    const { headers } = exchange;
    for (const name of ["tenant_id", "api_key", "timestamp", "signature"])
      if ((headers[name] ?? "") === "") return refusal(`missing header ${name}`, "401");
    if (headers["tenant_id"] !== credentials.tenantId) return refusal("unknown tenant_id", "401");
    if (headers["api_key"] !== credentials.apiKey) return refusal("unknown api_key", "401");
    const stamp = Number(headers["timestamp"]);
    if (!(Math.abs(clock.now() + skewMs() - stamp) <= TIMESTAMP_WINDOW_MS))
      return refusal(`timestamp ${headers["timestamp"] ?? ""} is out of range`, "401");
    const expected = Buffer.from(expectedSignature(exchange, credentials.apiSecret));
    const given = Buffer.from(headers["signature"] ?? "");
    return expected.length === given.length && timingSafeEqual(expected, given) ? null : refusal("signature does not match", "401");
  };

  const answer = async (exchange: Exchange): Promise<Oms4Answer> => {
    if (exchange.call === null) return refusal(`no API ${exchange.method} ${exchange.path}`, "404");
    const refused = objection(exchange);
    if (refused !== null) return refused;
    let body: unknown = {};
    try {
      if (exchange.bodyText !== "") body = JSON.parse(exchange.bodyText);
    } catch {
      return refusal("the body is no JSON");
    }
    if (typeof body !== "object" || body === null) return refusal("the body is no JSON object");
    return await core.answer({ call: exchange.call, query: exchange.query, body: { ...body } });
  };

  const envelope = (given: Oms4Answer): HttpAnswer => ({
    status: 200,
    headers: { "content-type": "application/json;charset=UTF-8" },
    body: JSON.stringify({ code: given.code, data: given.data, message: given.message, request_id: randomUUID() }),
  });

  const respond = (response: ServerResponse, given: HttpAnswer): void => {
    if (given === "drop") {
      response.destroy();
      return;
    }
    const bytes = Buffer.from(given.body);
    response.writeHead(given.status, {
      date: new Date(clock.now() + skewMs()).toUTCString(),
      "content-length": bytes.length,
      ...given.headers,
    });
    if (given.cutAfter === undefined) response.end(bytes);
    else response.write(bytes.subarray(0, given.cutAfter), () => response.destroy());
  };

  const server = createServer((request, response) => {
    const work = async (): Promise<void> => {
      const url = new URL(request.url ?? "/", "http://oms4");
      const path = url.pathname.startsWith(BASE_PATH) ? url.pathname.slice(BASE_PATH.length) : url.pathname;
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const bodyText = await readBody(request);
      const method = request.method ?? "";
      const call = endpointNames.find((name) => endpoints[name].path === path && endpoints[name].method === method) ?? null;
      const exchange: Exchange = { method, path, query: readQuery(url.search), headers, bodyText, call };
      respond(response, await intercept(exchange, async () => envelope(await answer(exchange))));
    };
    work().catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        respond(response, {
          ...(envelope(refusal(error instanceof Error ? error.message : "trouble", "500")) as Exclude<HttpAnswer, "drop">),
          status: 500,
        });
    });
  });
  // Chosen longer than any poll, so that kept-alive connections aren't closed under a request
  server.keepAliveTimeout = 60_000;

  return {
    /** Listens on 127.0.0.1; port 0 picks a free one. */
    listen: (port: number): Promise<Result<{ port: number; connection: Connection }>> =>
      new Promise((resolve) => {
        server.once("error", (error) => resolve(fail("internal", `the practice OMS4 can't listen on port ${port} (${error.message}).`)));
        server.listen(port, "127.0.0.1", () => {
          const { port: taken } = server.address() as AddressInfo;
          resolve(succeed({ port: taken, connection: { ...credentials, baseUrl: `http://127.0.0.1:${taken}${BASE_PATH}/` } }));
        });
      }),
    close: (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
