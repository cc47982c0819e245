import type { CodeMeaning } from "../../shared/alias.ts";
import type { Command, ReadScan } from "../../shared/scan.ts";
import type { TaskDetail } from "../../shared/task.ts";
import { hasLeft, takeOuts, unitsToTakeOut, unitsWanted, wantedOf, wholeCancelled, type Bench, type BenchTask } from "./bench.ts";
import { leaveTask } from "./closing.ts";
import { decideCommand } from "./commands.ts";
import type { Answer, Decision, Effect, Policy } from "./decision.ts";
import { decideItem, type PackedPiece } from "./items.ts";
import { matchItem } from "./match.ts";
import { reopen } from "./undo.ts";
import { answer, stoppedAnswer } from "./verdicts.ts";

/**
 * Everything that can happen at the bench. `nextParcelNo` is a fresh parcel number the decision may use. The desk looks
 * things up beforehand, so the engine needs no store, no clock and no device.
 */
export type BenchInput = Readonly<{ nextParcelNo: string; policy: Policy }> &
  /** `packed`: where this very piece, by its serial number, was packed before; `meanings`: what a file or a person says of the readings' codes */
  (
    | Readonly<{ kind: "item"; readings: readonly ReadScan[]; packed: PackedPiece | null; meanings?: readonly CodeMeaning[] }>
    | Readonly<{ kind: "tasks"; found: readonly BenchTask[]; code: string }>
    | Readonly<{ kind: "stranger"; code: string; itemName: string | null }>
    /** `last`: the task done last at this station, for undo; `held`: the held task scanned just before, for release */
    | Readonly<{ kind: "command"; command: Command; last: BenchTask | null; held: BenchTask | null }>
  );

const leaving = ({ open }: Bench): readonly Effect[] => (open === null ? [] : leaveTask(open));

const openTask = (bench: Bench, found: BenchTask, now: number): Decision => {
  const { ftNo } = found.task;
  const again = found.state === "done";
  const open: BenchTask = { ...found, state: "packing", holdReason: null, openedAt: now, quantityNext: 1 };
  const changed = takenOutLines(open);
  return {
    bench: { open },
    effects: [...leaving(bench), ...(again ? [{ kind: "task-reopened" as const, ftNo }] : []), { kind: "task-opened", ftNo, at: now }],
    verdict: changed.length > 0 ? answer.lineCancelled(changed, open) : answer.taskOpened(open, found.units.length > 0),
  };
};

/** OMS4 ordered more after it was packed: what may be split gets another parcel, all else goes into the box there is. */
const openForMore = (bench: Bench, found: BenchTask, now: number): Decision => {
  const decision = openTask(bench, found, now);
  const { open } = decision.bench;
  const parcel = found.parcels.findLast(({ state }) => state === "closed");
  if (open === null || parcel === undefined || found.shared) return decision;
  const reopened = found.task.allowSplit ? { bench: open, effects: [] } : reopen(open, parcel.parcelNo, null);
  const missing = found.task.details.filter((detail) => wantedOf(found, detail) > 0);
  return {
    bench: { open: reopened.bench },
    effects: [...decision.effects, ...reopened.effects],
    verdict: answer.moreOrdered(missing, reopened.bench),
  };
};

/** A task that is over lies on the bench only to be put back. */
const openToPutBack = (bench: Bench, found: BenchTask, over: Answer): Decision => ({
  bench: { open: { ...found, quantityNext: 1 } },
  effects: [...leaving(bench), { kind: "put-back-opened", ftNo: found.task.ftNo }],
  verdict: over,
});

const takenOutLines = (bench: BenchTask): readonly TaskDetail[] => {
  const out = new Set(takeOuts(bench).map(({ detailId }) => detailId));
  return bench.task.details.filter(({ detailId }) => out.has(detailId));
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
  const { open } = bench;
  if (open !== null && open.task.ftNo === ftNo) {
    return stay(stoppedAnswer(open) ?? answer.taskOpened(open, true));
  }
  const stopped = stoppedAnswer(candidate);
  const toTakeOut = unitsToTakeOut(candidate) > 0;
  const busy = open !== null && unitsToTakeOut(open) + (stoppedAnswer(open) === null ? open.units.length : 0) > 0;
  const left = hasLeft(candidate);
  // Where another station packed the rest, what is missing here is missed by nobody once these parcels have left
  const more = candidate.state === "done" && !toTakeOut && unitsWanted(candidate) > 0 && !(left && candidate.shared);
  // Put aside by the buyer's request until it is decided; what has left can't be held any more
  if (stopped !== null && (!left || more)) {
    if (!toTakeOut) return stay(stopped);
    return busy && open !== null ? stay(answer.otherTask(ftNo, open.task.ftNo)) : openToPutBack(bench, candidate, stopped);
  }
  if (more && left && !candidate.task.allowSplit) return stay(answer.leftWithoutMore(ftNo, unitsWanted(candidate)));
  if (more) return busy && open !== null ? stay(answer.otherTask(ftNo, open.task.ftNo)) : openForMore(bench, candidate, now);
  if (candidate.state === "done" && !toTakeOut)
    return stay(answer.doneAlready(ftNo, candidate.parcels.filter(({ state }) => state !== "pulled").length));
  if (candidate.state === "held") return stay(answer.onHold(ftNo, candidate.holdReason));
  if (busy && open !== null) return stay(answer.otherTask(ftNo, open.task.ftNo));
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
          : (stoppedAnswer(bench.open) ??
            (input.itemName === null ? answer.unknownCode(input.code, bench.open) : answer.wrongItem(input.itemName, bench.open)));
      return {
        bench,
        effects: [{ kind: "scan-refused", ftNo: bench.open?.task.ftNo ?? null, code: input.code, verdict: verdict.kind }],
        verdict,
      };
    }
    case "item": {
      if (bench.open === null) return { bench, effects: [], verdict: answer.unknownTask(input.readings[0]?.text ?? "", null) };
      return decideItem(bench, bench.open, matchItem(bench.open, input.readings, input.meanings), input, now);
    }
  }
};
