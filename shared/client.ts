import {
  contract,
  replySchema,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventBody,
  type EventName,
  type Reply,
} from "./contract.ts";
import { errorWords } from "./error-words.ts";
import { fail, succeed, type Result } from "./failures.ts";

/** Carries one JSON string each way: Electron's IPC, the loopback socket, or the bare router in a test. */
export type Transport = Readonly<{
  /** May throw when the way is closed: the call then fails with words. */
  send: (json: string) => void;
  onMessage: (listener: (json: string) => void) => () => void;
  onClose?: (listener: () => void) => () => void;
}>;

export type Client = Readonly<{
  /**
   * Asks the station. Never throws and never hangs on a closed way: a call without an answer becomes `not-now`.
   */
  call: <Name extends CallName>(name: Name, input: CallInput<Name>) => Promise<Result<CallOutput<Name>>>;
  /** Listens to an event; the newest body that already came is given at once, so that a late screen misses nothing. */
  on: <Name extends EventName>(name: Name, listener: (body: EventBody<Name>) => void) => () => void;
}>;

/** Replies to what could not be read carry this number: no request of a client ever has it. */
export const NO_REQUEST = -1;

type Incoming = Readonly<{ kind: "reply"; reply: Reply }> | Readonly<{ kind: "event"; event: EventName; body: unknown }> | null;

const isEventName = (name: unknown): name is EventName => typeof name === "string" && Object.hasOwn(contract.events, name);

const readMessage = (json: string): Incoming => {
  let message: unknown;
  try {
    message = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof message !== "object" || message === null) return null;
  if ("event" in message)
    return isEventName(message.event) && "body" in message ? { kind: "event", event: message.event, body: message.body } : null;
  const reply = replySchema.safeParse(message);
  return reply.success ? { kind: "reply", reply: reply.data as Reply } : null;
};

/**
 * The typed client of the contract, over any transport.
 *
 * @param check also validate every answer and event against the contract (tests and development: the station has
 *   validated them already). An answer outside the contract becomes `internal`; such an event throws.
 */
export const createClient = (transport: Transport, { check = false }: Readonly<{ check?: boolean }> = {}): Client => {
  const waiting = new Map<number, (reply: Result<unknown>) => void>();
  const listeners = new Map<EventName, Set<(body: never) => void>>();
  const newest = new Map<EventName, unknown>();
  let lastId = 0;

  const settle = (id: number, reply: Result<unknown>): void => {
    const done = waiting.get(id);
    waiting.delete(id);
    done?.(reply);
  };
  const settleAll = (reply: Result<unknown>): void => [...waiting.keys()].forEach((id) => settle(id, reply));

  transport.onMessage((json) => {
    const incoming = readMessage(json);
    if (incoming === null) return;
    if (incoming.kind === "event") {
      const body = check ? contract.events[incoming.event].parse(incoming.body) : incoming.body;
      newest.set(incoming.event, body);
      listeners.get(incoming.event)?.forEach((listener) => listener(body as never));
      return;
    }
    const { reply } = incoming;
    const result: Result<unknown> = reply.ok ? succeed(reply.value) : { ok: false, failure: reply.failure };
    // The station could not tell which call it was: whoever waits learns it rather than waiting for ever
    if (reply.id === NO_REQUEST) settleAll(result);
    else settle(reply.id, result);
  });
  transport.onClose?.(() => settleAll(fail("not-now", "The connection to the station closed before it answered.")));

  return {
    call: async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Result<CallOutput<Name>>> => {
      lastId += 1;
      const id = lastId;
      const answered = new Promise<Result<unknown>>((resolve) => waiting.set(id, resolve));
      try {
        transport.send(JSON.stringify({ id, call: name, input }));
      } catch (error) {
        settle(id, fail("not-now", `The station can't be asked (${errorWords(error)}).`));
      }
      const answer = await answered;
      if (!answer.ok) return answer;
      if (!check) return succeed(answer.value as CallOutput<Name>);
      const read = contract.calls[name].output.safeParse(answer.value);
      return read.success
        ? succeed(read.data as CallOutput<Name>)
        : fail("internal", `The answer to ${name} is outside the contract (${read.error.message}).`);
    },
    on: (name, listener) => {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener as (body: never) => void));
      if (newest.has(name)) listener(newest.get(name) as never);
      return () => known.delete(listener as (body: never) => void);
    },
  };
};
