import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { HttpAnswer } from "../../electron/practice/oms4-server.ts";
import { endpointNames, type EndpointName } from "../../electron/sync/endpoints.ts";
import { pageFaultKinds, spoilPage } from "./oms4-pages.ts";

const wholeFaultKinds = [
  "drop",
  "status",
  "envelope",
  "throttle",
  "slow",
  "hang",
  "half",
  "empty",
  "garbage",
  "html",
  "redirect",
  "date",
] as const;
const faultKinds = [...wholeFaultKinds, ...pageFaultKinds] as const;

/**
 * One scripted fault. `after`: the call takes effect and only then goes wrong (default: it goes wrong instead of taking effect).
 *
 *   drop       the connection ends without an answer
 *   status     HTTP status `status` (default 500) with an empty body, or `body`
 *   envelope   status 200 with the envelope code `code` and `message`
 *   throttle   HTTP 429 with Retry-After `retryAfter` (seconds or a date); `code: "429"`: the envelope says it instead
 *   slow       answers `ms` later than usual
 *   hang       never answers
 *   half       half of the right answer, then the connection ends (takes effect)
 *   empty      status 200 with nothing
 *   garbage    status 200 with bytes that are no JSON
 *   html       a sign-in page with status 200, as captive portals send
 *   redirect   302 to somewhere else
 *   date       the right answer with a Date header that is `ms` off
 *   stale, endless, shuffled, doubled, gaps, moved, total, wrong, big, deep
 *              the right answer with its list turned wrong by `seed` (oms4-pages.ts)
 */
export const faultSchema = z.object({
  kind: z.enum(faultKinds),
  after: z.boolean().default(false),
  status: z.int().default(500),
  body: z.string().default(""),
  code: z.string().default(""),
  message: z.string().default(""),
  retryAfter: z.string().default(""),
  ms: z.int().default(0),
  seed: z.string().default("0"),
});
export type Fault = z.input<typeof faultSchema>;

export const faultCallSchema = z.enum(["*", ...endpointNames] as ["*", ...EndpointName[]]);

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** Answers in the fault's way; `proceed` makes the call take effect, `earlier` are the good answers to the same call before. */
export const applyFault = async (
  given: Fault,
  proceed: () => Promise<HttpAnswer>,
  stopped: AbortSignal,
  earlier: readonly HttpAnswer[] = [],
): Promise<HttpAnswer> => {
  const fault = faultSchema.parse(given);
  const right = fault.after || fault.kind === "slow" || fault.kind === "half" ? await proceed() : null;
  switch (fault.kind) {
    case "drop":
      return "drop";
    case "status":
      return { status: fault.status, headers: { "content-type": "text/plain" }, body: fault.body };
    case "envelope":
      return json({ code: fault.code, data: null, message: fault.message, request_id: "fault" });
    case "throttle":
      return fault.code === ""
        ? json(
            { code: "429", data: null, message: "too many requests", request_id: "fault" },
            429,
            fault.retryAfter === "" ? {} : { "retry-after": fault.retryAfter },
          )
        : json(
            { code: fault.code, data: null, message: "call limit exceeded", request_id: "fault" },
            200,
            fault.retryAfter === "" ? {} : { "retry-after": fault.retryAfter },
          );
    case "slow":
      await wait(fault.ms, null, { signal: stopped }).catch(() => null);
      return right ?? "drop";
    case "hang":
      await new Promise((resolve) => stopped.addEventListener("abort", resolve, { once: true }));
      return "drop";
    case "half":
      return right === null || right === "drop" ? "drop" : { ...right, cutAfter: Math.floor(right.body.length / 2) };
    case "empty":
      return { status: 200, headers: { "content-type": "application/json" }, body: "" };
    case "garbage":
      return { status: 200, headers: { "content-type": "application/octet-stream" }, body: "\u0000\u0001 not json at all" };
    case "html":
      return {
        status: 200,
        headers: { "content-type": "text/html" },
        body: "<!doctype html><html><body>Welcome to Airport Wi-Fi. Please sign in.</body></html>",
      };
    case "date": {
      const answer = await proceed();
      return answer === "drop"
        ? answer
        : { ...answer, headers: { ...answer.headers, date: new Date(Date.now() + fault.ms).toUTCString() } };
    }
    case "stale":
    case "endless":
    case "shuffled":
    case "doubled":
    case "gaps":
    case "moved":
    case "total":
    case "wrong":
    case "big":
    case "deep":
      return spoilPage(fault.kind, await proceed(), { seed: fault.seed, earlier });
    case "redirect":
      return { status: 302, headers: { location: "http://127.0.0.1:9/sign-in" }, body: "" };
  }
};
