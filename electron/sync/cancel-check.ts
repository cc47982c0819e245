import { succeed, type FailureKind, type Result } from "../../shared/failures.ts";
import { CHECK_DEADLINE_MS } from "../../shared/outbox.ts";
import type { ShippingWay } from "../../shared/task.ts";
import { DAY_MS, isOver, isWithin, type Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { Api, CallOptions } from "./api.ts";
import { CANCEL_REQUEST_LIMIT, PAGE_LIMIT } from "./endpoints.ts";
import type { Ingest, Ingestion } from "./ingest.ts";
import { parcelsOfTask } from "./label-match.ts";

export type CancelCheckParts = Readonly<{
  api: Api;
  ingest: Ingest;
  tasks: TaskStore;
  clock: Clock;
  log: Log;
  /** Those whose requests are asked about with every pull, most urgent first: what lies on the bench, what is next. */
  nearest: () => readonly string[];
  /** Tasks held back by a request, those behind the one named; `next`: where to go on. */
  holding: (after: string, limit: number) => Readonly<{ ftNos: readonly string[]; next: string }>;
  /** Tasks whose parcels were packed after then and are still here; `next`: where to go on. */
  packed: (after: number, limit: number) => Readonly<{ ftNos: readonly string[]; next: number | null }>;
  /** After the commit, as for a pull. */
  tell: (ingestion: Ingestion) => void;
  /** Resolves when what is being asked about a task's labels now is answered; null when nothing is. */
  labelAsked: (ftNo: string) => Promise<unknown> | null;
  /** OMS4 was asked about a task at that time, and has answered as well as it could. */
  onChecked: (ftNo: string, askedAt: number) => void;
  online: () => boolean;
}>;

/** An answer that comes later than the deadline is still worth having. */
const CHECK_TIMEOUT_MS = 5_000;
/** "All but one in" soon after the opening says nothing new: OMS4's limit ("thousand times an hour") is for the day's work. */
const YOUNG_MS = 10_000;
/** What is older is a backlog, sent after hours offline: a question for each would be a storm, and the pull brings all cancellations at once. */
const LIVE_MS = 60_000;
/** Within a pull: the list of tasks and the cancellations wait behind it. */
const REQUESTS_TIMEOUT_MS = 3_000;
const HANGING_REST_MS = 30_000;
/** An OMS4 that does not know the call is not asked for it again for a while. */
const NOT_KNOWN_REST_MS = 10 * 60_000;
const CONCERNS_ALL: readonly FailureKind[] = ["offline", "throttled", "credentials-refused"];
/** Packed parcels still here are asked about in turns, one list every so many pulls. */
const PACKED_EVERY_PULLS = 3;
/** Held tasks share a list with the nearest and take turns: sellers answer in days, and whatever is scanned is asked about at once. */
const HOLDING_A_PULL = 10;
/** What has stood here longer was never scanned out. */
const PACKED_WITHIN_MS = 14 * DAY_MS;

type Check = Readonly<{ at: number; done: Promise<void> }>;

/**
 * Asks OMS4 what became of single tasks: cancellations, buyers' requests, status, parcels of other stations. Nobody on the bench ever
 * waits for it; a label and a first report do, for a moment.
 */
export const createCancelCheck = ({
  api,
  ingest,
  tasks,
  clock,
  log,
  nearest,
  holding,
  packed,
  tell,
  labelAsked,
  onChecked,
  online,
}: CancelCheckParts) => {
  const checks = new Map<string, Check>();
  /** The last pull that brought everything, by when it began. */
  let pulledAt = 0;
  let requestsRestUntil = 0;
  let pulls = 0;
  let packedAfter: number | null = null;
  let heldAfter = "";

  const askRequests = async (ftNos: readonly string[], options: CallOptions): Promise<Result<null>> => {
    if (ftNos.length === 0 || !isOver(requestsRestUntil, clock.now(), NOT_KNOWN_REST_MS)) return succeed(null);
    const answer = await api.getCancelRequests({ ft_no: [...ftNos] }, { timeoutMs: REQUESTS_TIMEOUT_MS, ...options });
    if (answer.ok) {
      // Nobody else's requests are believed: an answer may hold more than was asked
      tell(
        ingest.cancelRequests(
          answer.value.filter(({ ftNo }) => ftNos.includes(ftNo)),
          ftNos,
          clock.now(),
        ),
      );
      return succeed(null);
    }
    const { kind } = answer.failure;
    if (kind === "oms4-refused" || kind === "not-oms4" || kind === "call-refused") requestsRestUntil = clock.now() + NOT_KNOWN_REST_MS;
    // The tasks must not wait for it at every pull
    if (kind === "timeout") requestsRestUntil = clock.now() + HANGING_REST_MS;
    // Only what every other call would meet as well ends the pull: a broken list of requests must not look like a broken OMS4
    return CONCERNS_ALL.includes(kind) ? answer : succeed(null);
  };

  const askCancellations = async (ftNo: string, options: CallOptions): Promise<void> => {
    const answer = await api.getCancellations({ ft_no: ftNo, offset: 0, limit: PAGE_LIMIT }, options);
    if (answer.ok) tell(ingest.cancellationPage(answer.value.items, clock.now()));
  };
  const askTask = async (ftNo: string, options: CallOptions): Promise<void> => {
    const answer = await api.getTasksByNo({ ft_nos: [ftNo] }, options);
    if (answer.ok) tell(ingest.taskPage(answer.value, clock.now()));
  };
  /** A task of one parcel is asked for its label at the same moments: that answer names its parcel, and here it would bring the label once more. */
  const askParcels = async (ftNo: string, way: ShippingWay, options: CallOptions): Promise<void> => {
    if (way === "single") return;
    const answer = await api.getShippingInfo({ ft_no: [ftNo] }, options);
    if (!answer.ok) return;
    const numbers = parcelsOfTask(answer.value, ftNo, 1).map(({ fp_parcel_no }) => fp_parcel_no.trim());
    tell(ingest.parcelsAtOms4(ftNo, numbers, clock.now()));
  };

  const begin = (ftNo: string, options: CallOptions): Check => {
    const at = clock.now();
    // Kept for as long as somebody may ask how fresh they are
    for (const [known, check] of checks) if (!isWithin(check.at, at, LIVE_MS)) checks.delete(known);
    const call = { timeoutMs: CHECK_TIMEOUT_MS, ...options };
    const way = tasks.get(ftNo)?.task.way ?? "single";
    const asked = [askCancellations(ftNo, call), askRequests([ftNo], call), askTask(ftNo, call), askParcels(ftNo, way, call)];
    const done = Promise.all(asked)
      .then(() => onChecked(ftNo, at))
      .catch((error: unknown) => log.warn({ ftNo, error: String(error) }, "a task could not be checked"));
    const check: Check = { at, done };
    checks.set(ftNo, check);
    return check;
  };

  return {
    /** Asks about a task now, beside the packing; `unlessYoung`: only if nobody has asked in the last ten seconds. */
    start: (ftNo: string, { unlessYoung = false }: Readonly<{ unlessYoung?: boolean }> = {}, options: CallOptions = {}): void => {
      const known = checks.get(ftNo);
      if (!online()) return;
      if (known === undefined || !unlessYoung || !isWithin(known.at, clock.now(), YOUNG_MS)) begin(ftNo, options);
    },
    /**
     * Resolves when OMS4 was asked about the task after `since` and has answered, and with it a question about its label that was on its
     * way already; at the latest after 600 ms, and at once when OMS4 can't be reached.
     */
    fresh: async (ftNo: string, since: number, options: CallOptions = {}): Promise<void> => {
      const now = clock.now();
      if (!online() || now - since > LIVE_MS) return;
      // An answer of before the clock was set back says nothing of what came after
      const isSince = (askedAt: number): boolean => askedAt >= since && askedAt <= now;
      const known = checks.get(ftNo);
      const check = isSince(pulledAt) ? null : known !== undefined && isSince(known.at) ? known : begin(ftNo, options);
      const label = labelAsked(ftNo);
      if (check === null && label === null) return;
      let cancel = (): void => {};
      const late = new Promise<void>((resolve) => (cancel = clock.after(CHECK_DEADLINE_MS, resolve)));
      await Promise.race([Promise.all([check?.done, label]), late]);
      cancel();
    },
    /** Everything was pulled; `startedAt`: when that began. */
    pulled: (startedAt: number): void => void (pulledAt = startedAt),
    /** Buyers' requests of the nearest tasks, and in turns of those held and of those packed and still here: one or two lists of twenty a pull. */
    poll: async (options: CallOptions = {}): Promise<Result<null>> => {
      pulls += 1;
      const held = holding(heldAfter, HOLDING_A_PULL);
      heldAfter = held.next;
      const near = await askRequests([...new Set([...held.ftNos, ...nearest()])].slice(0, CANCEL_REQUEST_LIMIT), options);
      if (!near.ok || pulls % PACKED_EVERY_PULLS !== 1) return near;
      const { ftNos, next } = packed(packedAfter ?? clock.now() - PACKED_WITHIN_MS, CANCEL_REQUEST_LIMIT);
      packedAfter = next;
      return await askRequests(ftNos, options);
    },
  };
};
export type CancelCheck = ReturnType<typeof createCancelCheck>;
