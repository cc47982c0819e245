import { succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { LabelStore } from "../store/labels.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { CallOptions } from "./api.ts";
import { NUMBERS_LIMIT } from "./endpoints.ts";
import type { LabelPull } from "./label-pull.ts";

/**
 * OMS4 may give a label anew after it was fetched. Each round asks about at most five tasks, one call, whatever the number of parcels: at
 * the usual poll of 15 s that is a call every 30 s, 120 of the "thousand times an hour". With few parcels at the bench each is looked at
 * every two minutes, with more of them more rarely, the longest unasked first.
 */
const ROUND_POLLS = 2;
const SAME_TASK_POLLS = 8;
/** However short the poll is set. */
const SHORTEST_ROUND_MS = 1_000;
const SHORTEST_SAME_TASK_MS = 5_000;
/** Older parcels have left, whether somebody scanned them out or not. */
const PARCELS_SINCE_MS = 48 * 3_600_000;
const MOST_PARCELS = 500;
/** Tasks that are packed next: their label prints the moment they are done. */
const TASKS_AHEAD = 20;

export type LabelRecheckParts = Readonly<{
  labelPull: LabelPull;
  tasks: TaskStore;
  parcels: ParcelStore;
  labels: LabelStore;
  clock: Clock;
  /** ms between two pulls; asked each time */
  pollMs: () => number;
}>;

/** Looks whether OMS4 still has the labels that are stored: of closed parcels that have not left, and of the tasks that are packed next. */
export const createLabelRecheck = ({ labelPull, tasks, parcels, labels, clock, pollMs }: LabelRecheckParts) => {
  /** When each task was asked about, ms; only of those still at the bench. */
  let askedAt = new Map<string, number>();

  const roundMs = (): number => Math.max(SHORTEST_ROUND_MS, ROUND_POLLS * pollMs());

  const due = (now: number): readonly string[] => {
    const sameTaskMs = Math.max(SHORTEST_SAME_TASK_MS, SAME_TASK_POLLS * pollMs());
    const since = new Map<string, number>();
    for (const { ftNo, closedAt } of parcels.labelledSince(now - PARCELS_SINCE_MS, MOST_PARCELS)) {
      since.set(ftNo, Math.min(since.get(ftNo) ?? Infinity, closedAt));
    }
    for (const { ftNo, way } of tasks.next(TASKS_AHEAD)) {
      const label = way === "single" ? labels.forTask(ftNo) : null;
      if (label !== null && !since.has(ftNo)) since.set(ftNo, label.fetchedAt);
    }
    askedAt = new Map([...since.keys()].flatMap((ftNo) => (askedAt.has(ftNo) ? [[ftNo, askedAt.get(ftNo) ?? 0] as const] : [])));
    return [...since]
      .map(([ftNo, from]) => ({ ftNo, from: askedAt.get(ftNo) ?? from }))
      .filter(({ from }) => now - from >= sameTaskMs || from > now)
      .toSorted((a, b) => a.from - b.from)
      .slice(0, NUMBERS_LIMIT)
      .map(({ ftNo }) => ftNo);
  };

  return {
    /** One round: nothing, or one call. */
    run: async (options: CallOptions = {}): Promise<Result<null>> => {
      const ftNos = due(clock.now());
      if (ftNos.length === 0) return succeed(null);
      const asked = await labelPull.checkAgain(ftNos, options);
      for (const ftNo of ftNos) askedAt.set(ftNo, clock.now());
      return asked;
    },
    /** ms until the next round */
    everyMs: roundMs,
  };
};
export type LabelRecheck = ReturnType<typeof createLabelRecheck>;
