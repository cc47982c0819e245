import { fail, failureKinds, type FailureKind, type Result } from "../../shared/failures.ts";
import { endpoints, endpointNames, type EndpointName } from "./endpoints.ts";
import { isLacksCall, mayLackCall } from "./lacks-call.ts";

/** How a call was answered, beside the result: HTTP's status and the envelope's code, null where there was none; `sent`: query or body. */
export type Answered = Readonly<{ status: number | null; code: string | null; sent: unknown }>;

/** What an API key without the right to one call is answered with. */
const REFUSES: FailureKind = "credentials-refused";
/** News of a task that are refused let its parcel pass them: that takes more than one bad moment. */
const REFUSED_TIMES = 3;

/**
 * Tells a refusal of one call from one of everything. The first ones are believed as they stand; when the same call is refused again and
 * again although others go well in between, neither the credentials nor the network can be the reason: then it becomes `call-refused`.
 */
export const createCallRefusals = () => {
  let count = 0;
  const goodAt = new Map<EndpointName, number>();
  /** since its last good answer; each but the first after another call's good answer */
  const refused = new Map<EndpointName, Readonly<{ at: number; times: number }>>();
  const own = new Set<EndpointName>();
  /** answered about the matter itself at least once */
  const there = new Set<EndpointName>();

  const otherWentWellSince = (at: number, name: EndpointName): boolean =>
    endpointNames.some((other) => other !== name && (goodAt.get(other) ?? 0) > at);

  return {
    /** Takes note of how a call went, and gives the failure its right name. */
    judge: <T>(name: EndpointName, result: Result<T>, { status, code, sent }: Answered): Result<T> => {
      count += 1;
      if (result.ok) {
        goodAt.set(name, count);
        there.add(name);
        refused.delete(name);
        own.delete(name);
        return result;
      }
      const { kind, detail, ambiguous } = result.failure;
      const doubt = ambiguous === undefined ? {} : { ambiguous };
      const maybeNone = kind === "oms4-refused" && !there.has(name) && mayLackCall({ name, status, code, detail, sent });
      if ((kind === "oms4-refused" && !maybeNone) || kind === "duplicate-parcel") there.add(name);
      if (kind !== REFUSES && !(kind === "not-oms4" && isLacksCall(status)) && !maybeNone) return result;
      const before = refused.get(name);
      const isRepeated = before !== undefined && otherWentWellSince(before.at, name);
      // Several that were under way together are one refusal
      if (before === undefined || isRepeated) refused.set(name, { at: count, times: (before?.times ?? 0) + 1 });
      if ((refused.get(name)?.times ?? 0) < REFUSED_TIMES) {
        own.delete(name);
        // What is told is told again until it is known whether the news or the call is refused
        return maybeNone && endpoints[name].method === "POST" ? fail("oms4-trouble", detail, doubt) : result;
      }
      own.add(name);
      return fail("call-refused", `${endpoints[name].title}: ${failureKinds[kind].title}, ${detail}`, doubt);
    },
    /** The calls that are refused although others go well, by OMS4's own names of them. */
    refused: (): readonly string[] => [...own].map((name) => endpoints[name].title),
  };
};
