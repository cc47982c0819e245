import type { FulfillmentTask, TaskDetail } from "../../shared/task.ts";
import { isCancelled, orderedOf, packedElsewhere, unitsToTakeOut, wholeCancelled, type Bench, type BenchTask } from "./bench.ts";
import { leaveTask } from "./closing.ts";
import type { Answer, Decision, Effect } from "./decision.ts";
import { answer } from "./verdicts.ts";

/** What of a task's address and carrier is another now, in words. */
const changesOfDelivery = (before: FulfillmentTask, now: FulfillmentTask): readonly string[] => [
  ...(JSON.stringify(before.receiver) === JSON.stringify(now.receiver) ? [] : ["address"]),
  ...(before.carrier === now.carrier && before.way === now.way && before.deliveryType === now.deliveryType ? [] : ["carrier"]),
];

type News = Readonly<{ verdict: Answer; effects: readonly Effect[] }>;

const changedTask = (verdict: Answer, ftNo: string): News => ({
  verdict,
  effects: [{ kind: "task-change-shown", ftNo, words: `${verdict.title}. ${verdict.text}` }],
});

/** What the packer must hear of a change to the open task, the gravest first; null when it makes no difference here. */
const newsOf = (before: BenchTask, open: BenchTask): News | null => {
  const { ftNo, status } = open.task;
  const lines = (which: (detail: TaskDetail) => boolean): readonly TaskDetail[] => open.task.details.filter(which);
  const wasOrdered = (detail: TaskDetail): number => {
    const line = before.task.details.find(({ detailId }) => detailId === detail.detailId);
    return line === undefined ? 0 : orderedOf(before, line);
  };
  const shown = (details: readonly TaskDetail[]): readonly Effect[] => [
    { kind: "cancellation-shown", ftNo, detailIds: details.map(({ detailId }) => detailId) },
  ];
  if (packedElsewhere(open)) return packedElsewhere(before) ? null : changedTask(answer.doneElsewhere(ftNo, status, open), ftNo);
  const cancelled = lines((detail) => detail.gone !== true && isCancelled(open, detail) && wasOrdered(detail) > 0);
  if (wholeCancelled(open)) {
    return wholeCancelled(before) ? null : { verdict: answer.taskCancelled(ftNo, open), effects: shown(open.task.details) };
  }
  if (open.request !== null) {
    const same = before.request?.unclear === open.request.unclear && before.request.result === open.request.result;
    return same ? null : { verdict: answer.cancelRequested(open), effects: [{ kind: "request-shown", ftNo }] };
  }
  if (cancelled.length > 0) return { verdict: answer.lineCancelled(cancelled, open), effects: shown(cancelled) };
  const withdrawn = lines(
    (detail) =>
      orderedOf(open, detail) > 0 && before.task.details.some((line) => line.detailId === detail.detailId && isCancelled(before, line)),
  );
  const fewer = lines((detail) => orderedOf(open, detail) < wasOrdered(detail));
  if (fewer.length > 0) return changedTask(answer.lessOrdered(fewer, open), ftNo);
  if (packedElsewhere(before) || withdrawn.length > 0)
    return { verdict: answer.cancellationWithdrawn(open), effects: [{ kind: "cancellation-withdrawn", ftNo }] };
  if (before.request !== null) return { verdict: answer.requestOver(open), effects: [{ kind: "request-shown", ftNo }] };
  const more = lines((detail) => orderedOf(open, detail) > wasOrdered(detail));
  if (more.length > 0) return changedTask(answer.moreOrdered(more, open), ftNo);
  const delivery = changesOfDelivery(before.task, open.task);
  return delivery.length > 0 ? changedTask(answer.otherAddress(delivery, open), ftNo) : null;
};

/** OMS4 changed the task on the bench, or took something of it back: what the packer must hear at once, null when another task lies there. */
export const decideNews = (bench: Bench, changed: BenchTask): Decision | null => {
  const before = bench.open;
  if (before === null || before.task.ftNo !== changed.task.ftNo) return null;
  const over = changed.state === "cancelled" || changed.state === "done-elsewhere";
  const open: BenchTask = {
    ...before,
    // What the bench itself knows best stays; a task that was over and is no more goes on
    state: over ? changed.state : before.state === "held" ? "held" : "packing",
    cancellation: changed.cancellation,
    request: changed.request,
    task: changed.task,
    shared: changed.shared,
    parcels: changed.parcels,
    units: changed.units,
  };
  const news = newsOf(before, open);
  // Nothing of it is here: it leaves the bench by itself
  const gone = packedElsewhere(open) && unitsToTakeOut(open) === 0;
  return {
    bench: { open: gone ? null : open },
    effects: [...(news?.effects ?? []), ...(gone ? leaveTask(open) : [])],
    verdict: news?.verdict ?? null,
  };
};
