import { fail, failureKinds, type FailureKind, type Result } from "../../shared/failures.ts";
import { endpoints, endpointNames, type EndpointName } from "./endpoints.ts";

/** What an API key without the right to one call is answered with, and what an OMS4 that lacks the call answers. */
const MAY_BE_ONE_CALL: readonly FailureKind[] = ["credentials-refused", "not-oms4"];

/**
 * Tells a refusal of one call from one of everything. The first is believed as it stands; when the same call is refused again although
 * another went well meanwhile, neither the credentials nor the network can be the reason: then it becomes `call-refused`.
 */
export const createCallRefusals = () => {
  let count = 0;
  const goodAt = new Map<EndpointName, number>();
  const refusedAt = new Map<EndpointName, number>();
  const own = new Set<EndpointName>();

  const isOwn = (name: EndpointName): boolean => {
    const before = refusedAt.get(name);
    return before !== undefined && endpointNames.some((other) => other !== name && (goodAt.get(other) ?? 0) > before);
  };

  return {
    /** Takes note of how a call went, and gives the failure its right name. */
    judge: <T>(name: EndpointName, result: Result<T>): Result<T> => {
      count += 1;
      if (result.ok) {
        goodAt.set(name, count);
        refusedAt.delete(name);
        own.delete(name);
        return result;
      }
      const { kind, detail, ambiguous } = result.failure;
      if (!MAY_BE_ONE_CALL.includes(kind)) return result;
      const isOneCall = isOwn(name);
      refusedAt.set(name, count);
      if (!isOneCall) {
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
