import { z } from "zod";
import { LONGEST_PASTE } from "../../shared/alias.ts";
import { NO_REQUEST } from "../../shared/client.ts";
import {
  contract,
  requestSchema,
  type CallName,
  type CallOutput,
  type CallRead,
  type EventBody,
  type EventName,
  type Reply,
} from "../../shared/contract.ts";
import { errorWords } from "../../shared/error-words.ts";
import { fail, type Result } from "../../shared/failures.ts";
import type { Log } from "../kit/log.ts";

/** One function per call of the contract; inputs come validated, outputs are validated on their way out. */
export type Handlers = {
  readonly [Name in CallName]: (input: CallRead<Name>) => Promise<Result<CallOutput<Name>>> | Result<CallOutput<Name>>;
};

/** What a shell needs of the station in order to serve it. */
export type Served = Readonly<{
  handlers: Handlers;
  onEvent: (listener: (event: EventName, body: EventBody<EventName>) => void) => () => void;
  snapshot: () => EventBody<"snapshot">;
}>;

/** Where a request came from; `words` say what is wrong with an untrusted one. */
export type Sender = Readonly<{ trusted: true }> | Readonly<{ trusted: false; words: string }>;

export type Router = Readonly<{
  /** Answers one request, always: JSON string in, JSON string out, never throws. */
  answer: (json: string, sender: Sender) => Promise<string>;
}>;

/** JSON writes a character as six bytes at most (`\u0000`). */
const BYTES_PER_CHARACTER = 6;
/** The largest request a screen sends is a pasted list; beside it nothing is long. */
export const LARGEST_REQUEST_BYTES = LONGEST_PASTE * BYTES_PER_CHARACTER + 512 * 1024;

const isCallName = (name: string): name is CallName => Object.hasOwn(contract.calls, name);

const issueWords = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.length === 0 ? "the whole" : issue.path.join(".")}: ${issue.message}`).join("; ");

/** The number of a request that is otherwise not to be trusted or understood, so that its reply finds its way. */
const requestNumber = (json: string): number => {
  if (json.length > LARGEST_REQUEST_BYTES) return NO_REQUEST;
  try {
    const read = z.object({ id: z.number() }).safeParse(JSON.parse(json));
    return read.success ? read.data.id : NO_REQUEST;
  } catch {
    return NO_REQUEST;
  }
};

type Asked = Readonly<{ id: number; call: CallName; input: unknown }>;

const readRequest = (json: string): Result<Asked> => {
  if (json.length > LARGEST_REQUEST_BYTES) return fail("call-bad", `The request is larger than ${LARGEST_REQUEST_BYTES} characters.`);
  let message: unknown;
  try {
    message = JSON.parse(json);
  } catch (error) {
    return fail("call-bad", `The request is no JSON (${errorWords(error)}).`);
  }
  const request = requestSchema.safeParse(message);
  if (!request.success) return fail("call-bad", `The request has a bad form (${issueWords(request.error)}).`);
  const { id, call } = request.data;
  if (!isCallName(call)) return fail("call-unknown", `It is named "${call.slice(0, 80)}".`);
  const input = contract.calls[call].input.safeParse(request.data.input);
  return input.success
    ? { ok: true, value: { id, call, input: input.data } }
    : fail("call-bad", `${call} was called with a bad input (${issueWords(input.error)}).`);
};

/**
 * Turns requests into calls of the handlers. Validates both ways against the contract and answers everything:
 * unknown call → `call-unknown`, bad JSON or input → `call-bad` naming the field, untrusted sender → `sender-untrusted`,
 * a handler that throws or answers outside the contract → `internal` with words, logged.
 */
export const createRouter = ({ handlers, log }: Readonly<{ handlers: Handlers; log: Log }>): Router => {
  const run = async ({ call, input }: Asked): Promise<Result<unknown>> => {
    try {
      // The input was read by this very call's schema; the compiler can't follow that through the table
      const handle = handlers[call] as (input: unknown) => Promise<Result<unknown>> | Result<unknown>;
      const result = await handle(input);
      if (!result.ok) return result;
      const output = contract.calls[call].output.safeParse(result.value);
      if (output.success) return { ok: true, value: output.data };
      log.error({ call, issues: issueWords(output.error) }, "A handler answered outside the contract");
      return fail("internal", `${call} answered outside the contract (${issueWords(output.error)}).`);
    } catch (error) {
      log.error({ call, error: errorWords(error), stack: error instanceof Error ? error.stack : undefined }, "A handler threw");
      return fail("internal", `${call} broke off (${errorWords(error)}).`);
    }
  };

  const reply = (id: number, result: Result<unknown>): string =>
    JSON.stringify((result.ok ? { id, ok: true, value: result.value } : { id, ok: false, failure: result.failure }) satisfies Reply);

  return {
    answer: async (json, sender) => {
      if (!sender.trusted) {
        log.warn({ words: sender.words }, "Refused a sender");
        return reply(requestNumber(json), fail("sender-untrusted", sender.words));
      }
      const asked = readRequest(json);
      if (!asked.ok) {
        log.warn({ kind: asked.failure.kind, words: asked.failure.detail }, "Refused a call");
        return reply(requestNumber(json), asked);
      }
      return reply(asked.value.id, await run(asked.value));
    },
  };
};

/** An event as it goes over the wire. */
export const encodeEvent = <Name extends EventName>(event: Name, body: EventBody<Name>): string => JSON.stringify({ event, body });

/** The snapshot for a page that has just come. Reading can fail; thrown in an event it would end the station, so the page asks again. */
export const offerSnapshot = (station: Served, log: Log, offer: (json: string) => void): void => {
  try {
    offer(encodeEvent("snapshot", station.snapshot()));
  } catch (error) {
    log.error({ error: errorWords(error) }, "A new page could not be told");
  }
};
