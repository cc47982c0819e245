import type { Command, ReadScan } from "../../shared/scan.ts";
import { isCancelled, openParcel, unitsWanted, wholeCancelled, type Bench, type BenchTask } from "./bench.ts";
import { decideCommand } from "./commands.ts";
import type { Decision, Policy } from "./decision.ts";
import { decideItem } from "./items.ts";
import { matchItem } from "./match.ts";
import { answer } from "./verdicts.ts";

/**
 * Everything that can happen at the bench. `nextParcelNo` is a fresh parcel number the decision may use. The desk looks
 * things up beforehand, so the engine needs no store, no clock and no device.
 */
export type BenchInput = Readonly<{ nextParcelNo: string; policy: Policy }> &
  (
    | Readonly<{ kind: "item"; readings: readonly ReadScan[] }>
    | Readonly<{ kind: "tasks"; found: readonly BenchTask[]; code: string }>
    | Readonly<{ kind: "stranger"; code: string; itemName: string | null }>
    /** `last`: the task done last at this station, for undo; `held`: the held task scanned just before, for release */
    | Readonly<{ kind: "command"; command: Command; last: BenchTask | null; held: BenchTask | null }>
  );

const openTask = (bench: Bench, found: BenchTask, now: number): Decision => {
  const { ftNo, orderNo } = found.task;
  const started = found.units.length > 0;
  const open: BenchTask = { ...found, state: "packing", holdReason: null, openedAt: now, quantityNext: 1 };
  const left = bench.open === null ? [] : [{ kind: "task-left" as const, ftNo: bench.open.task.ftNo, nothingPacked: true }];
  return {
    bench: { open },
    effects: [...left, { kind: "task-opened", ftNo, at: now }],
    verdict: answer.taskOpened(ftNo, orderNo, unitsWanted(open), started),
  };
};

/** A scanned task number, order number or tracking number. */
const decideTasks = (bench: Bench, found: readonly BenchTask[], code: string, now: number): Decision => {
  const stay = (verdict: Decision["verdict"]): Decision => ({ bench, effects: [], verdict });
  const workable = found.filter(
    (candidate) => (candidate.state === "waiting" || candidate.state === "packing") && !wholeCancelled(candidate),
  );
  const exact = found.find((candidate) => candidate.task.ftNo.toUpperCase() === code.trim().toUpperCase());
  const candidate = exact ?? (workable.length === 1 ? workable[0] : found.length === 1 ? found[0] : undefined);
  if (candidate === undefined) {
    return workable.length > 1
      ? stay(
          answer.ambiguousOrder(
            code,
            workable.map(({ task }) => task.ftNo),
          ),
        )
      : decideTasks(bench, found.slice(0, 1), code, now);
  }
  const { ftNo } = candidate.task;
  if (bench.open !== null && bench.open.task.ftNo === ftNo) {
    return wholeCancelled(bench.open)
      ? stay(answer.taskCancelled(ftNo, bench.open))
      : stay(answer.taskOpened(ftNo, candidate.task.orderNo, unitsWanted(bench.open), true));
  }
  if (candidate.state === "done") return stay(answer.doneAlready(ftNo, candidate.parcels.length));
  if (candidate.state === "done-elsewhere") return stay(answer.doneElsewhere(ftNo, candidate.task.status, candidate.units.length > 0));
  if (wholeCancelled(candidate)) return stay(answer.taskCancelled(ftNo, candidate));
  if (candidate.state === "held") return stay(answer.onHold(ftNo, candidate.holdReason));
  if (bench.open !== null && bench.open.units.length > 0) return stay(answer.otherTask(ftNo, bench.open.task.ftNo));
  return openTask(bench, candidate, now);
};

/** One decision: pure, so the same state and input always give the same answer. */
export const decide = (bench: Bench, input: BenchInput, now: number): Decision => {
  switch (input.kind) {
    case "tasks":
      return decideTasks(bench, input.found, input.code, now);
    case "command":
      return decideCommand(bench, input, now);
    case "stranger": {
      const verdict =
        bench.open === null
          ? answer.unknownTask(input.code, input.itemName)
          : wholeCancelled(bench.open)
            ? answer.taskCancelled(bench.open.task.ftNo, bench.open)
            : input.itemName === null
              ? answer.unknownCode(input.code, bench.open)
              : answer.wrongItem(input.itemName, bench.open);
      return {
        bench,
        effects: [{ kind: "scan-refused", ftNo: bench.open?.task.ftNo ?? null, code: input.code, verdict: verdict.kind }],
        verdict,
      };
    }
    case "item": {
      if (bench.open === null) return { bench, effects: [], verdict: answer.unknownTask(input.readings[0]?.text ?? "", null) };
      return decideItem(bench, bench.open, matchItem(bench.open, input.readings), input, now);
    }
  }
};

/** OMS4 took something back while the task lies on the bench: what the packer must hear at once, null when nothing changes. */
export const decideCancellation = (bench: Bench, changed: BenchTask): Decision | null => {
  if (bench.open === null || bench.open.task.ftNo !== changed.task.ftNo) return null;
  const before = bench.open;
  if (changed.state === "done-elsewhere" && before.state === "packing") {
    // Another bench was faster: going on here would send the goods twice
    return {
      bench: { open: null },
      effects: [{ kind: "task-left", ftNo: before.task.ftNo, nothingPacked: false }],
      verdict: answer.doneElsewhere(before.task.ftNo, changed.task.status, before.units.length > 0),
    };
  }
  const open: BenchTask = {
    ...before,
    state: changed.state === "cancelled" ? "cancelled" : before.state,
    cancellation: changed.cancellation,
    task: changed.task,
  };
  const news = open.task.details.filter(({ detailId }) => isCancelled(open, detailId) && !isCancelled(before, detailId));
  if (news.length === 0) return { bench: { open }, effects: [], verdict: null };
  return {
    bench: { open },
    effects: [{ kind: "cancellation-shown", ftNo: open.task.ftNo, detailIds: news.map(({ detailId }) => detailId) }],
    verdict: wholeCancelled(open) ? answer.taskCancelled(open.task.ftNo, open) : answer.lineCancelled(news, open),
  };
};

/** True when all is packed and only the closing scan is missing. */
export const waitsForFinish = (bench: BenchTask): boolean =>
  unitsWanted(bench) === 0 && openParcel(bench) !== null && !wholeCancelled(bench);
