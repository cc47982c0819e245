import { endpoints, type EndpointName } from "./endpoints.ts";

/** What a server answers that lacks the call, as HTTP status or as the envelope's code. */
const LACKS_CALL: readonly number[] = [404, 405, 410, 501];
/** Calls that ask for numbers: "not found" is an answer to them, also without the number in it. */
const ASKS_FOR_NUMBERS: readonly EndpointName[] = ["getTasksByNo", "getShippingInfo", "getCancelRequests"];
/** Words about what was told, not about the call that tells it. */
const MATTER_WORDS = /task|parcel|order|carrier|sku|brand|record|number|_no\b|\b[fc]t\b/i;
const PATHS = /\/\S*/g;
/** Shorter values stand in any words by chance. */
const SHORTEST_NUMBER = 3;

const textsIn = (value: unknown): readonly string[] =>
  typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];

/** True for a status that a server without the call may answer outside the envelope. A sign-in page says 200 or sends elsewhere. */
export const isLacksCall = (status: number | null): boolean => status !== null && LACKS_CALL.includes(status);

/**
 * True when a refusal may say that this call does not exist at all: its HTTP status or its envelope's code does, and its words (`detail`) name nothing of what was
 * sent. The paths of three calls are inferred (oms4-api, section 2), so a real OMS4 may say so.
 */
export const mayLackCall = ({
  name,
  status,
  code,
  detail,
  sent,
}: Readonly<{ name: EndpointName; status: number | null; code: string | null; detail: string; sent: unknown }>): boolean => {
  if (!(isLacksCall(status) || isLacksCall(Number(code))) || ASKS_FOR_NUMBERS.includes(name)) return false;
  const words = detail.replaceAll(endpoints[name].path, "").replaceAll(PATHS, "");
  return !MATTER_WORDS.test(words) && !textsIn(sent).some((text) => text.length >= SHORTEST_NUMBER && words.includes(text));
};
