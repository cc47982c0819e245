import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Fetch } from "../kit/http.ts";
import type { Log } from "../kit/log.ts";
import { createCallRefusals, type Answered } from "./call-refusals.ts";
import { classifyAnswer, classifyError, envelopeCode, type Asked } from "./classify.ts";
import { endpointNames, endpoints, queryParameters, type EndpointAnswer, type EndpointInput, type EndpointName } from "./endpoints.ts";
import { firstIssue } from "./fields.ts";
import { sign, stringToSign } from "./signature.ts";
import { createSkew } from "./skew.ts";

export type Connection = Readonly<{ baseUrl: string; tenantId: string; apiKey: string; apiSecret: string }>;

/** `timeoutMs`: a shorter deadline than the usual one; `signal`: the station stops. */
export type CallOptions = Readonly<{ timeoutMs?: number; signal?: AbortSignal }>;

export type Api = Readonly<{
  [Name in EndpointName]: (input: EndpointInput<Name>, options?: CallOptions) => Promise<Result<EndpointAnswer<Name>>>;
}> &
  Readonly<{
    /** ms that OMS4's clock is ahead of ours; null until OMS4 has answered once. Measured to about half a second. */
    skewMs: () => number | null;
    /** A time of this PC's clock (ms) on OMS4's own: what OMS4 is told, and what is compared with its times. */
    oms4Time: (at: number) => number;
    /** Calls that are refused although others go well, by OMS4's own names of them. */
    refusedCalls: () => readonly string[];
    /** Hears how every call went, whoever made it. */
    observe: (listener: (result: Result<unknown>) => void) => void;
  }>;

export type ApiParts = Readonly<{
  /** Asked for each call, so that changed settings hold at once. */
  connection: () => Connection;
  fetch: Fetch;
  clock: Clock;
  log: Log;
  timeoutMs: number;
  /** OMS4's clock against ours as it was measured before the start, ms; null or absent: nobody knows. */
  knownSkewMs?: number | null;
}>;

type Request = Readonly<{ name: EndpointName; parameters: Record<string, string>; body: string }>;
type Came = Readonly<{ result: Result<unknown> }> & Omit<Answered, "sent">;

/**
 * The nine calls, signed and typed. Every failure is a value (`offline`, `timeout`, `answer-cut`, `not-oms4`, `oms4-trouble`,
 * `throttled`, `credentials-refused`, `call-refused`, `duplicate-parcel`, `oms4-refused`, `answer-unreadable`, `call-bad`); `ambiguous` is set where a POST
 * may have taken effect although we have no answer. A wrong clock is corrected from OMS4's own `Date`, and a call that was
 * refused while it was still unknown is signed anew once.
 */
export const createApi = ({ connection, fetch, clock, log, timeoutMs, knownSkewMs = null }: ApiParts): Api => {
  const skew = createSkew(knownSkewMs);
  const refusals = createCallRefusals();
  const listeners: ((result: Result<unknown>) => void)[] = [];
  /** OMS4 counts the calls of the account, not of one kind: when it names a pause, all of them keep it. */
  let quiet = { since: 0, until: 0 };

  const once = async (request: Request, options: CallOptions): Promise<Came> => {
    const { method, path } = endpoints[request.name];
    const { baseUrl, tenantId, apiKey, apiSecret } = connection();
    const sentAt = clock.now();
    const headers = { tenant_id: tenantId, api_key: apiKey, timestamp: String(sentAt + skew.correction()) };
    const signature = sign(stringToSign({ path, parameters: { ...headers, ...request.parameters }, body: request.body }), apiSecret);
    const query = Object.entries(request.parameters)
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
      .join("&");
    const url = baseUrl.replace(/\/+$/, "") + path;
    const asked: Asked = { url, call: request.name, writes: method === "POST" };

    const giveUp = new AbortController();
    let reason: "timeout" | "stopped" | null = null;
    const abandon = (why: "timeout" | "stopped"): void => {
      reason ??= why;
      giveUp.abort();
    };
    const stop = (): void => abandon("stopped");
    const cancelTimer = clock.after(options.timeoutMs ?? timeoutMs, () => abandon("timeout"));
    options.signal?.addEventListener("abort", stop, { once: true });
    if (options.signal?.aborted === true) stop();
    try {
      const response = await fetch(query === "" ? url : `${url}?${query}`, {
        method,
        headers: {
          ...headers,
          signature,
          accept: "application/json",
          ...(asked.writes ? { "content-type": "application/json; charset=utf-8" } : {}),
        },
        ...(asked.writes ? { body: request.body } : {}),
        // A redirect would carry our signed headers to whoever asks for them
        redirect: "manual",
        signal: giveUp.signal,
      });
      const body = await response.text();
      const receivedAt = clock.now();
      const date = response.headers.get("date");
      // A pause may be given as a date on OMS4's clock, so it is reckoned by that clock
      const theirNow = Date.parse(date ?? "") || receivedAt + skew.correction();
      const result = classifyAnswer({ status: response.status, retryAfter: response.headers.get("retry-after"), body }, asked, theirNow);
      if (result.ok || result.failure.kind !== "not-oms4") {
        skew.measure({ date, age: response.headers.get("age"), sentAt, receivedAt });
      }
      return { result, status: response.status, code: result.ok ? null : envelopeCode(body) };
    } catch (error) {
      return { result: { ok: false, failure: classifyError(error, reason, asked) }, status: null, code: null };
    } finally {
      cancelTimer();
      options.signal?.removeEventListener("abort", stop);
    }
  };

  const call = async <Name extends EndpointName>(
    name: Name,
    input: EndpointInput<Name>,
    options: CallOptions,
  ): Promise<Result<EndpointAnswer<Name>>> => {
    const endpoint = endpoints[name];
    const checked = endpoint.input.safeParse(input);
    if (!checked.success) return fail("call-bad", `${name}: ${firstIssue(checked.error)}.`);
    const asked = clock.now();
    const rest = quiet.until - asked;
    // A clock that was set back since would make the pause an endless one
    if (rest > 0 && asked >= quiet.since)
      return fail("throttled", `OMS4 asked to wait ${Math.ceil(rest / 1000)} s more.`, { retryAfterMs: rest });
    const writes = endpoint.method === "POST";
    const request: Request = { name, parameters: writes ? {} : queryParameters(checked.data), body: writes ? JSON.stringify(input) : "" };
    const signedWith = skew.correction();
    let answered = await once(request, options);
    if (!answered.result.ok && answered.result.failure.kind === "credentials-refused" && skew.correction() !== signedWith) {
      log.warn({ call: name, skewMs: skew.current() }, "signed anew with OMS4's clock");
      answered = await once(request, options);
    }
    const result = refusals.judge(name, answered.result, { ...answered, sent: checked.data });
    for (const listener of listeners) listener(result);
    if (!result.ok) {
      if (result.failure.kind === "throttled") {
        const now = clock.now();
        quiet = { since: now, until: Math.max(now >= quiet.since ? quiet.until : 0, now + (result.failure.retryAfterMs ?? 0)) };
      }
      log.warn(
        { call: name, kind: result.failure.kind, ambiguous: result.failure.ambiguous ?? false, detail: result.failure.detail },
        "OMS4 call failed",
      );
      return result;
    }
    const answer = endpoint.answer.safeParse(result.value);
    // What a POST answers beside its code can't make it undone: only an answer we asked for can be unreadable
    if (!answer.success) log.warn({ call: name, detail: firstIssue(answer.error) }, "OMS4's answer can't be read");
    if (!answer.success) return fail("answer-unreadable", `${name}: ${firstIssue(answer.error)}.`);
    return succeed(answer.data as EndpointAnswer<Name>);
  };

  const calls = Object.fromEntries(
    endpointNames.map((name) => [name, (input: EndpointInput<typeof name>, options: CallOptions = {}) => call(name, input, options)]),
  );
  return {
    ...calls,
    skewMs: skew.current,
    oms4Time: (at: number): number => at + skew.correction(),
    refusedCalls: refusals.refused,
    observe: (listener: (result: Result<unknown>) => void) => void listeners.push(listener),
  } as Api;
};
