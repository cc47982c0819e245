import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import { envelopeSchema, type Envelope } from "./schemas.ts";

/** What came back over HTTP, whole. */
export type Answer = Readonly<{ status: number; retryAfter: string | null; body: string }>;
/** `writes`: a POST whose loss leaves us not knowing whether it took effect. */
export type Asked = Readonly<{ url: string; call: string; writes: boolean }>;

/** Node's and undici's codes for "nobody was reached": nothing was sent, so nothing can have happened. */
const UNREACHED = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EHOSTDOWN",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
];

type Cause = Readonly<{ code: string; words: string }>;

/** fetch hides the reason in `cause`, and Node's dual-stack connect hides it once more in `errors`. */
const causeOf = (error: unknown): Cause => {
  let current: unknown = error;
  let words = errorWords(error);
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    if (current.message !== "") words = current.message;
    if ("code" in current && typeof current.code === "string") return { code: current.code, words };
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return { code: "", words };
};

/** Says what a failed fetch means. `reason` is why we gave up ourselves, null when we did not. */
export const classifyError = (error: unknown, reason: "timeout" | "stopped" | null, asked: Asked): Failure => {
  const lost = asked.writes ? { ambiguous: true } : {};
  if (reason === "timeout") return fail("timeout", `${asked.call} at ${asked.url}.`, lost).failure;
  if (reason === "stopped") return fail("answer-cut", `${asked.call} was broken off because the station stops.`, lost).failure;
  const { code, words } = causeOf(error);
  if (UNREACHED.includes(code)) return fail("offline", `${asked.url} (${code}).`).failure;
  if (/^(CERT_|ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/.test(code)) {
    // The handshake failed before a byte of ours was sent: often a network that puts itself between
    return fail("not-oms4", `the certificate of ${asked.url} is not to be trusted (${words}).`).failure;
  }
  if (code.endsWith("_TIMEOUT") || code === "ETIMEDOUT") return fail("timeout", `${asked.call} at ${asked.url} (${code}).`, lost).failure;
  return fail("answer-cut", `${asked.call} at ${asked.url} (${code || words}).`, lost).failure;
};

/** A year's pause is somebody's mistake: after an hour one probe asks again. */
const LONGEST_PAUSE_MS = 3_600_000;

/** `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3). */
export const readRetryAfter = (value: string | null, now: number): number | null => {
  if (value === null || value.trim() === "") return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(LONGEST_PAUSE_MS, Math.max(0, Math.round(ms))) : null;
};

const readEnvelope = (body: string): Envelope | "cut" | "other" => {
  const trimmed = body.trim();
  if (trimmed === "") return "cut";
  try {
    const read = envelopeSchema.safeParse(JSON.parse(trimmed));
    return read.success ? read.data : "other";
  } catch {
    return trimmed.startsWith("{") ? "cut" : "other";
  }
};

/** The code of an answer's envelope; null when it has none. */
export const envelopeCode = (body: string): string | null => {
  const envelope = readEnvelope(body);
  return typeof envelope === "object" ? envelope.code : null;
};

const CREDENTIAL_WORDS = /signature|api[_ -]?key|api[_ -]?secret|tenant|timestamp|unauthori[sz]ed|credential/i;
/** A complaint about a time in the body is no complaint about the header. */
const BODY_TIME_WORDS = /event_time|parcel_packed_time/i;
const DUPLICATE_WORDS = /duplicat|already (exist|been|packed|report|there|in use)|exists already|repeated/i;
const PARCEL_WORDS = /parcel/i;
/** Words of a server that is in trouble itself, whatever it was asked. */
const SERVER_WORDS =
  /busy|again|later|unavailable|internal|time(d)? ?out|overload|maintenance|system|server|gateway|exception|connection|database/i;

const wordsOf = ({ message, code }: Envelope): string => `${message.trim() || "no words"} (code ${code}).`;

/**
 * Reads an answer: the HTTP status and the envelope's code are both checked, because an error may come with status 200
 * (oms4-api, section 1). Gives the envelope's data, or what went wrong and whether a POST may have taken effect.
 */
export const classifyAnswer = (answer: Answer, asked: Asked, now: number): Result<unknown> => {
  const { status } = answer;
  const lost = asked.writes ? { ambiguous: true } : {};
  const wait = readRetryAfter(answer.retryAfter, now);
  const later = wait === null ? {} : { retryAfterMs: wait };
  const envelope = readEnvelope(answer.body);
  const isEnvelope = typeof envelope === "object";
  const code = isEnvelope ? envelope.code : "";
  const said = isEnvelope ? wordsOf(envelope) : `${asked.url} answered with status ${status}.`;

  if (status === 429 || code === "429") return fail("throttled", said, later);
  // Whatever number it comes with: a parcel that is there needn't be sent again
  if (isEnvelope && asked.writes && !/^2\d\d$/.test(code) && DUPLICATE_WORDS.test(envelope.message) && PARCEL_WORDS.test(envelope.message))
    return fail("duplicate-parcel", said);
  // 511 is how a sign-in page says that it is in the way (RFC 6585)
  if (status >= 500 && status !== 511) return fail("oms4-trouble", said, { ...later, ...lost });
  if (status === 408) return fail("timeout", said, lost);
  if (!isEnvelope) {
    if ((status === 401 || status === 403) && !answer.body.trimStart().startsWith("<")) return fail("credentials-refused", said);
    if (envelope === "cut" && status < 300)
      return fail("answer-cut", `${asked.call} at ${asked.url}: ${answer.body.trim() === "" ? "empty" : "half an answer"}.`, lost);
    return fail("not-oms4", said, lost);
  }
  if (status >= 300 && status < 400) return fail("not-oms4", said, lost);
  if (/^2\d\d$/.test(code) && status < 300) return succeed(envelope.data);
  // Many servers give 500 to all they refuse: words about the matter itself mean a refusal, and are for a person to see
  if (/^5\d\d+$/.test(code) && (envelope.message.trim() === "" || SERVER_WORDS.test(envelope.message)))
    return fail("oms4-trouble", said, { ...later, ...lost });
  const words = envelope.message;
  const refusesUs = CREDENTIAL_WORDS.test(words) && !BODY_TIME_WORDS.test(words);
  if (status === 401 || status === 403 || /^40[13]/.test(code) || refusesUs) return fail("credentials-refused", said);
  if (/^4\d\d\d*$/.test(code) || status >= 400) return fail("oms4-refused", said);
  // A code that nobody documented: it may come after the deed, so it is asked again before it is believed
  return fail("oms4-refused", said, lost);
};
