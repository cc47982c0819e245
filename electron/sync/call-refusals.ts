import { fail, failureKinds, type FailureKind, type Result } from "../../shared/failures.ts";
import { endpoints, endpointNames, type EndpointName } from "./endpoints.ts";

/** What an API key without the right to one call is answered with. */
const REFUSES: FailureKind = "credentials-refused";
/** What a server answers that lacks the call. A sign-in page says 200 or sends elsewhere: it stands before every call alike. */
const LACKS_CALL: readonly number[] = [404, 405, 410, 501];
/** News of a task that are refused let its parcel pass them: that takes more than one bad moment. */
const REFUSED_TIMES = 3;

/**
 * Tells a refusal of one call from one of everything. The first ones are believed as they stand; when the same call is refused again and
 * again although others go well in between, neither the credentials nor the network can be the reason: then it becomes `call-refused`.
 */
export const createCallRefusals = () => {
  let count = 0;
  const goodAt = new Map<EndpointName, number>();
  /** in a row, each but the first after another call's good answer */
  const refused = new Map<EndpointName, Readonly<{ at: number; times: number }>>();
  const own = new Set<EndpointName>();

  const otherWentWellSince = (at: number, name: EndpointName): boolean =>
    endpointNames.some((other) => other !== name && (goodAt.get(other) ?? 0) > at);

  return {
    /** Takes note of how a call went, and gives the failure its right name. `status`: HTTP's; null when no answer came. */
    judge: <T>(name: EndpointName, result: Result<T>, status: number | null): Result<T> => {
      count += 1;
      if (result.ok) {
        goodAt.set(name, count);
        refused.delete(name);
        own.delete(name);
        return result;
      }
      const { kind, detail, ambiguous } = result.failure;
      if (kind !== REFUSES && !(kind === "not-oms4" && status !== null && LACKS_CALL.includes(status))) return result;
      const before = refused.get(name);
      const isRepeated = before !== undefined && otherWentWellSince(before.at, name);
      const times = isRepeated ? before.times + 1 : 1;
      refused.set(name, { at: count, times });
      if (times < REFUSED_TIMES) {
        own.delete(name);
        return result;
      }
      own.add(name);
      const words = `${endpoints[name].title}: ${failureKinds[kind].title}, ${detail}`;
      return fail("call-refused", words, ambiguous === undefined ? {} : { ambiguous });
    },
    /** The calls that are refused although others go well, by OMS4's own names of them. */
    refused: (): readonly string[] => [...own].map((name) => endpoints[name].title),
  };
};
export type CallRefusals = ReturnType<typeof createCallRefusals>;
