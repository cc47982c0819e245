import type { CancelRequestState, CancelRequestStore, OrderedThen } from "../store/cancel-requests.ts";
import type { CancellationStore } from "../store/cancellations.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { CancelRequest } from "./schemas.ts";

export type GrantParts = Readonly<{
  tasks: TaskStore;
  cancellations: CancellationStore;
  cancelRequests: CancelRequestStore;
  /** A time of this PC's clock (ms) on OMS4's own. */
  oms4Time: (at: number) => number;
}>;

/** OMS4 does not do all in one moment: a line it cut with the answer may seem to have been cut a little before. */
const CLOCKS_APART_MS = 10 * 60_000;

const nameOf = (ftNo: string, requestedAt: number): string => `cancel request of ${ftNo} (${requestedAt})`;

/** What buyers' granted requests leave to pack. A granted request is a cancellation, whether OMS4 makes a cancellation task of it or not. */
export const createGrants = ({ tasks, cancellations, cancelRequests, oms4Time }: GrantParts) => {
  /**
   * Units of each line that a request counts from: OMS4 may cut the line itself, before or after its answer comes here, and must not be
   * believed twice. Seen while it is open that is what is ordered now; seen with its answer, what was ordered at that time. Answered before
   * the task first came here it says nothing of single units, because the task came without them.
   */
  const orderedThen = ({ ftNo, open, requestedAt, repliedAt, items }: CancelRequest): OrderedThen => {
    const details = tasks.get(ftNo)?.task.details;
    const seenAt = tasks.firstSeenAt(ftNo);
    if (details === undefined || seenAt === null) return null;
    const firstSeenAt = oms4Time(seenAt);
    const now = Object.fromEntries(details.map(({ detailId, qty }) => [detailId, qty]));
    if (open) return now;
    // All that is ordered, or what a cut left of it: the number alone does not tell
    if (repliedAt !== null && repliedAt < firstSeenAt) return items.some(({ detailId, qty }) => qty === now[detailId]) ? null : {};
    const since = repliedAt ?? requestedAt ?? 0;
    if (since < firstSeenAt) return null;
    return Object.fromEntries(
      details.map(({ detailId, qty, earlier = [] }) => [
        detailId,
        earlier.find(({ until }) => oms4Time(until) >= since - CLOCKS_APART_MS)?.qty ?? qty,
      ]),
    );
  };

  /** Units left of each line by request: those that count from more come first, because what the others count from is without them. */
  const leftOf = (ftNo: string): ReadonlyMap<number, ReadonlyMap<string, number>> => {
    const takes = cancelRequests.granted(ftNo).flatMap(({ requestedAt, items, ordered }) =>
      items.flatMap(({ detailId, qty }) => {
        const from = ordered?.[detailId];
        return qty === null || from === undefined ? [] : [{ requestedAt, detailId, qty, from }];
      }),
    );
    const left = new Map<string, number>();
    const byRequest = new Map<number, Map<string, number>>();
    for (const { requestedAt, detailId, qty, from } of takes.toSorted((a, b) => b.from - a.from)) {
      // Half a unit can't be left in the box
      const rest = Math.max(0, Math.ceil(Math.min(left.get(detailId) ?? from, from) - qty));
      left.set(detailId, rest);
      byRequest.set(requestedAt, (byRequest.get(requestedAt) ?? new Map<string, number>()).set(detailId, rest));
    }
    return byRequest;
  };

  /** Writes what one request came to; what others of the same task leave is reckoned anew with it. */
  const settle = ({ ftNo, requestedAt }: Readonly<{ ftNo: string; requestedAt: number }>, state: CancelRequestState, now: number): void => {
    const name = nameOf(ftNo, requestedAt);
    if (state !== "granted" && cancellations.has(name))
      cancellations.ingest({ ctNo: name, ftNo, status: "WITHDRAWN", whole: false, detailIds: [], updatedAt: null, raw: state }, now);
    const left = leftOf(ftNo);
    for (const granted of cancelRequests.granted(ftNo)) {
      const ctNo = nameOf(ftNo, granted.requestedAt);
      const rests = [...(left.get(granted.requestedAt) ?? [])];
      const lines = [
        ...granted.items.flatMap(({ detailId, qty }) => (qty === null ? [detailId] : [])),
        ...rests.flatMap(([detailId, rest]) => (rest === 0 ? [detailId] : [])),
      ];
      const keeps = Object.fromEntries(rests.filter(([, rest]) => rest > 0));
      const whole = granted.items.length === 0;
      const raw = JSON.stringify([whole, lines, keeps]);
      cancellations.ingest({ ctNo, ftNo, status: "granted", whole, detailIds: lines, keeps, updatedAt: null, raw }, now);
    }
  };

  return { orderedThen, settle };
};
