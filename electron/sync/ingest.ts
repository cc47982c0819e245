import { createHash } from "node:crypto";
import { fail } from "../../shared/failures.ts";
import { readStatus, type FulfillmentTask } from "../../shared/task.ts";
import { readCancelRequest, type CancelRequestStore } from "../store/cancel-requests.ts";
import type { CancellationStore } from "../store/cancellations.ts";
import type { Database } from "../store/database.ts";
import type { Outbox } from "../store/outbox.ts";
import type { SetAside } from "../store/set-aside.ts";
import type { StopStore } from "../store/stops.ts";
import type { TaskStore } from "../store/tasks.ts";
import { taskActivityBody } from "./bodies.ts";
import { firstIssue, numberIn, rawOf } from "./fields.ts";
import { createGrants } from "./grants.ts";
import { readTask, type ReadTask } from "./read-task.ts";
import { cancellationSchema, type CancelRequest } from "./schemas.ts";

export type IngestParts = Readonly<{
  database: Database;
  tasks: TaskStore;
  cancellations: CancellationStore;
  cancelRequests: CancelRequestStore;
  stops: StopStore;
  setAside: SetAside;
  outbox: Outbox;
  stationId: () => string;
  /** A time of this PC's clock (ms) on OMS4's own; absent where the two are one. */
  oms4Time?: (at: number) => number;
}>;

/** What a page changed, for those who must hear of it after the commit. */
export type Ingestion = Readonly<{
  created: readonly string[];
  changed: readonly string[];
  cancelled: readonly string[];
  setAside: number;
}>;

/** A record without a number is told from others by its content. */
const unnamed = (raw: string): string => `no number · ${createHash("sha256").update(raw).digest("hex").slice(0, 8)}`;

/** Some megabytes: more products than a bench ever sees in a shift. */
const MOST_NAMES_KEPT = 50_000;

/** What our own label says of a task, in a form to compare. */
const deliveryOf = ({ receiver, carrier, deliveryType, way }: FulfillmentTask): string =>
  JSON.stringify([receiver, carrier, deliveryType, way]);

/** The number that a record names, as the reader of tasks reads it. */
const ftNoOf = (item: unknown): string => numberIn(item, "ft_no");
const TOO_DEEP = "it is nested too deeply";

/** Writes what OMS4 sent: one page, one transaction, the same page again changes nothing. */
export const createIngest = (parts: IngestParts) => {
  const { database, tasks, cancellations, cancelRequests, stops, setAside, outbox, stationId, oms4Time = (at) => at } = parts;
  const grants = createGrants({ tasks, cancellations, cancelRequests, oms4Time });
  /** Item names written before: most lines of a page name products that the last pages named. */
  const named = new Map<string, string>();

  /** What of a task is cancelled, in a form to compare. */
  const takenBack = (ftNo: string): string => {
    const merged = cancellations.ofTask(ftNo);
    return merged === null ? "" : JSON.stringify([merged.whole, merged.whole ? [] : merged.detailIds.toSorted(), merged.keeps]);
  };

  /** Brings a task's state in line with all cancellations that hold; true when that changed something. */
  const applyCancellations = (ftNo: string, now: number): boolean => {
    const stored = tasks.get(ftNo);
    if (stored === null) return false;
    const merged = cancellations.ofTask(ftNo);
    const { task, state } = stored;
    const whole =
      merged !== null &&
      (merged.whole || (task.details.length > 0 && task.details.every(({ detailId }) => merged.detailIds.includes(detailId))));
    if (whole && (state === "waiting" || state === "packing" || state === "held")) {
      tasks.markState(ftNo, "cancelled", now);
      return true;
    }
    if (!whole && state === "cancelled" && readStatus(task.status) === "open") {
      tasks.markState(ftNo, stored.startedAt === null ? "waiting" : "packing", now);
      return true;
    }
    return false;
  };

  /** Parcels that OMS4 names in a task and that are not ours: another station packed them. True when one is new. */
  const noteElsewhere = (ftNo: string, raw: string, now: number): boolean =>
    raw.includes('"fp_parcel_no"') &&
    [...raw.matchAll(/"fp_parcel_no":"([^"]+)"/g)].map(([, number]) => stops.noteElsewhere(ftNo, number ?? "", now)).includes(true);

  const takeTask = (
    item: unknown,
    now: number,
    page: Readonly<{ someAside: boolean; withCancellations: ReadonlySet<string> }>,
  ): Readonly<{ ftNo: string; outcome: "new" | "changed" | "same" | "cancelled" }> | null => {
    const raw = rawOf(item) ?? "";
    const read: ReadTask = raw === "" ? { ok: false, name: ftNoOf(item) || "a task without ft_no", reason: TOO_DEEP } : readTask(item);
    if (!read.ok) {
      const name = read.name.startsWith("a task without") ? unnamed(raw) : read.name;
      setAside.add("task", name, fail("answer-unreadable", `${read.name}: ${read.reason}.`).failure, raw, now);
      return null;
    }
    const { task, allCancelled, cancelledDetailIds } = read;
    let relabel = false;
    const outcome = tasks.ingest(task, raw, now, named, (before) => (relabel = deliveryOf(before) !== deliveryOf(task)));
    // As it was before: a bad form of it came in between
    if (page.someAside) setAside.clear("task", task.ftNo);
    if (outcome === "same") return { ftNo: task.ftNo, outcome };
    // A task or a line may be cancelled by its own status without any cancellation task; one packed already must not leave then
    const byStatus = {
      ctNo: `status of ${task.ftNo}`,
      ftNo: task.ftNo,
      whole: allCancelled,
      detailIds: cancelledDetailIds,
      updatedAt: null,
    };
    const lines =
      allCancelled || cancelledDetailIds.length > 0 || (outcome === "changed" && cancellations.has(byStatus.ctNo))
        ? cancellations.ingest({ ...byStatus, status: "by status", raw: JSON.stringify([task.status, ...cancelledDetailIds]) }, now)
        : "same";
    const mayBeCancelled = lines !== "same" || page.withCancellations.has(task.ftNo);
    const isCancelled = mayBeCancelled && cancellations.ofTask(task.ftNo) !== null;
    const others = noteElsewhere(task.ftNo, raw, now);
    if (outcome === "changed" || isCancelled) applyCancellations(task.ftNo, now);
    if (outcome === "changed" || others) stops.markUnsettled(task.ftNo, relabel);
    if (outcome === "new" && readStatus(task.status) === "open" && (!isCancelled || tasks.get(task.ftNo)?.state === "waiting")) {
      const body = taskActivityBody({ ftNo: task.ftNo, description: `Received at packing station ${stationId()}`, at: oms4Time(now) });
      outbox.add({ ftNo: task.ftNo, parcelNo: null, call: "task-activity", body, urgent: false }, now);
    }
    return { ftNo: task.ftNo, outcome: lines !== "same" && outcome === "changed" ? "cancelled" : outcome };
  };

  const takeCancellation = (item: unknown, now: number): string | null => {
    const raw = rawOf(item) ?? "";
    const read = cancellationSchema.safeParse(item);
    if (!read.success || raw === "") {
      const number = numberIn(item, "ct_no") || unnamed(raw);
      setAside.add(
        "cancellation",
        number,
        fail("answer-unreadable", `cancellation ${number}: ${read.success ? TOO_DEEP : firstIssue(read.error)}.`).failure,
        raw,
        now,
      );
      return null;
    }
    const { ct_no: ctNo, ft_no: ftNo, status, updated_time: updatedAt, task_details: detailIds } = read.data;
    const before = takenBack(ftNo);
    const outcome = cancellations.ingest({ ctNo, ftNo, status, updatedAt, detailIds, whole: detailIds.length === 0, raw }, now);
    setAside.clear("cancellation", ctNo);
    if (outcome === "same") return null;
    applyCancellations(ftNo, now);
    stops.markUnsettled(ftNo);
    // The task's own status may have said so already: nobody is alarmed twice
    return takenBack(ftNo) === before ? null : ftNo;
  };

  const takeRequest = (request: CancelRequest, now: number): string | null => {
    const { ftNo, requestedAt, repliedAt, result, open, items } = request;
    const raw = JSON.stringify([open, result, repliedAt, items]);
    const news = { ftNo, requestedAt: requestedAt ?? 0, open, result, items, raw };
    const state = cancelRequests.ingest(news, () => grants.orderedThen(request), now);
    if (state === null) return null;
    grants.settle(news, state, now);
    applyCancellations(ftNo, now);
    stops.markUnsettled(ftNo);
    return ftNo;
  };

  /** A request that was open and of which OMS4 tells nothing, or only another one's end, must not hold its task for ever. */
  const endForgotten = (ftNo: string, told: readonly CancelRequest[], now: number): boolean => {
    if (told.some(({ open }) => open)) return false;
    const newest = told.toSorted((a, b) => (a.requestedAt ?? 0) - (b.requestedAt ?? 0)).at(-1);
    const state = newest === undefined ? "unclear" : readCancelRequest(newest);
    if (state === "open" || !cancelRequests.endOpen(ftNo, state, now)) return false;
    applyCancellations(ftNo, now);
    stops.markUnsettled(ftNo);
    return true;
  };

  return {
    /** What buyers asked of the tasks named in `asked`; gives the tasks of which that changed something. */
    cancelRequests: (requests: readonly CancelRequest[], asked: readonly string[], now: number): Ingestion =>
      database.transaction(() => {
        // One request told twice in an answer counts as it was told last
        const last = new Map(requests.map((request) => [`${request.ftNo} ${request.requestedAt ?? 0}`, request]));
        const told = [...last.values()];
        const taken = told.flatMap((request) => takeRequest(request, now) ?? []);
        const ended = asked.filter((ftNo) =>
          endForgotten(
            ftNo,
            told.filter((request) => request.ftNo === ftNo),
            now,
          ),
        );
        const cancelled = [...new Set([...taken, ...ended])];
        return { created: [], changed: [], cancelled, setAside: 0 };
      }),
    /** Parcels that OMS4 has of a task (Get Shipping Information): those that aren't ours were packed elsewhere. */
    parcelsAtOms4: (ftNo: string, parcelNos: readonly string[], now: number): Ingestion =>
      database.transaction(() => {
        const others = parcelNos.map((parcelNo) => parcelNo !== "" && stops.noteElsewhere(ftNo, parcelNo, now)).includes(true);
        if (others) stops.markUnsettled(ftNo);
        return { created: [], changed: others ? [ftNo] : [], cancelled: [], setAside: 0 };
      }),
    taskPage: (items: readonly unknown[], now: number): Ingestion => {
      if (named.size > MOST_NAMES_KEPT) named.clear();
      try {
        return database.transaction(() => {
          const page = { someAside: setAside.some(), withCancellations: cancellations.tasksAmong(items.map(ftNoOf)) };
          const taken = items.flatMap((item) => takeTask(item, now, page) ?? []);
          const of = (outcome: string): string[] => taken.filter((one) => one.outcome === outcome).map(({ ftNo }) => ftNo);
          return { created: of("new"), changed: of("changed"), cancelled: of("cancelled"), setAside: items.length - taken.length };
        });
      } catch (error) {
        named.clear();
        throw error;
      }
    },
    cancellationPage: (items: readonly unknown[], now: number): Ingestion =>
      database.transaction(() => {
        const before = setAside.count();
        const cancelled = items.flatMap((item) => takeCancellation(item, now) ?? []);
        return { created: [], changed: [], cancelled, setAside: setAside.count() - before };
      }),
  };
};
export type Ingest = ReturnType<typeof createIngest>;
