import type { Milestone } from "../../shared/parcel.ts";
import { benchReason } from "../../shared/reasons.ts";
import type { Command } from "../../shared/scan.ts";
import type { Counted } from "../counting/desk.ts";
import { storageFailure } from "../store/database.ts";
import { partElsewhere, type BenchTask } from "./bench.ts";
import type { Answer } from "./decision.ts";
import type { DecideAndCommit } from "./desk-decisions.ts";
import type { DeskParts } from "./desk-parts.ts";
import type { DeskState } from "./desk-state.ts";
import type { HandoverDesk } from "./handover-desk.ts";
import { milestoneOf } from "./milestone-modes.ts";
import { loadByNumber } from "./load.ts";
import type { Perform } from "./perform.ts";
import { answer } from "./verdicts.ts";

/** The desk's commands: what runs (a count, a handover) comes first, then the scale, the station, and last the engine. */
export const createDeskCommands = (
  parts: DeskParts,
  {
    state,
    decideAndCommit,
    handover,
    perform: { perform },
  }: Readonly<{ state: DeskState; decideAndCommit: DecideAndCommit; handover: HandoverDesk; perform: Perform }>,
) => {
  const { clock, log, parcels, weighing, database, laterReason } = parts;
  const openTask = (): BenchTask | null => state.bench().open;

  const lastDone = (): BenchTask | null => {
    const [parcel] = parcels.lastClosed(1);
    if (parcel === undefined) return null;
    const task = loadByNumber(parts, parcel.ftNo, clock.now());
    return task?.state === "done" ? task : null;
  };

  const toggleHandover = (milestone: Milestone): Answer =>
    openTask() === null
      ? handover.toggle(milestone)
      : answer.refused(openTask(), "Finish this task first", "Or scan LEAVE to put it aside.");

  const counted = ({ verdict: words, work }: Counted): Answer => {
    if (work) state.later(parts.onWork);
    return words;
  };

  /** Why a task is on hold, said after it was put aside: OMS4 hears it as news of its own, so that the hold itself never waits for it. */
  const explainHold = (ftNo: string, reason: string, at: number): Answer => {
    if (parts.tasks.get(ftNo)?.state !== "held")
      return answer.refused(null, `${ftNo} is not on hold any more`, "Scan it to see how it stands.");
    database.transaction(() => perform({ kind: "hold-explained", ftNo, reason }, at));
    state.later(parts.onWork);
    return answer.held(ftNo, reason);
  };

  const run = (command: Command): Answer => {
    const open = openTask();
    const explained = laterReason.answer(command, clock.now());
    if (explained !== null) return explained;
    const unscanned = parts.scanBack.command(command, open);
    if (unscanned !== null) return unscanned;
    const busy = { openTask: open?.task.ftNo ?? null, otherWork: handover.running() };
    const count = parts.counting.command(command, busy, clock.now());
    if (count !== null) return counted(count);
    const taught = parts.teaching.command(command, open, clock.now());
    if (taught !== null) {
      // What CMDQTY said is meant for the case that is taught, not for the next item
      if (open !== null) state.put({ open: { ...open, quantityNext: 1 } });
      return taught;
    }
    const milestone = command.word === "CMDCLOSE" ? handover.mode() : milestoneOf(command.word);
    if (milestone !== null) return toggleHandover(milestone);
    const scaled = weighing.command(command, open, clock.now());
    // A weight that a supervisor lets pass closes its box with the same scan
    if (scaled !== null) return weighing.closesNow(open) ? run({ word: "CMDFINISH", rest: "" }) : scaled;
    const station = parts.stationCommand(command, state.bench(), clock.now());
    if (station !== null) return station;
    if (handover.running()) return answer.refused(null, `${handover.endWord()} is running`, `Scan ${handover.endWord()} to end it.`);
    const heldFtNo = state.held();
    const held = heldFtNo === null ? null : loadByNumber(parts, heldFtNo, clock.now());
    const named = open ?? held;
    const doubtful = named !== null && (named.request?.unclear === true || partElsewhere(named));
    if (command.word === "CMDRELEASE" && doubtful && parts.supervisor.isSet() && !parts.supervisor.allows(clock.now())) {
      return answer.refused(open, "Only a supervisor releases this", parts.supervisor.how("scan RELEASE again"));
    }
    if (command.word === "CMDHOLD" && command.rest !== "" && open === null && heldFtNo !== null)
      return explainHold(heldFtNo, benchReason("CMDHOLD", command.rest), clock.now());
    const words = decideAndCommit((nextParcelNo, policy) => ({
      kind: "command",
      command,
      nextParcelNo,
      policy,
      last: command.word === "CMDUNDO" && open === null ? lastDone() : null,
      held,
    }));
    if (command.word === "CMDHOLD" && command.rest === "" && open !== null && openTask() === null) {
      const { ftNo } = open.task;
      laterReason.ask({ command: "CMDHOLD", about: ftNo, at: clock.now(), explain: (reason, at) => explainHold(ftNo, reason, at) });
    }
    return command.word === "CMDWEIGHT" && weighing.wasKeyed(openTask()) ? run({ word: "CMDFINISH", rest: "" }) : words;
  };

  return {
    run,
    counted,
    /** The box stands still on the scale: a task that waited for nothing else closes by itself. */
    closeWeighed: (): void => {
      let words: Answer;
      try {
        if (!weighing.closesNow(openTask()) || parts.storageRefusal() !== null) return;
        words = run({ word: "CMDFINISH", rest: "" });
      } catch (error) {
        const failure = storageFailure(error, database.path);
        log.error({ failure }, "a weighed parcel could not be closed");
        words = state.refuseForStorage(failure);
      }
      state.announce(words);
    },
  };
};
export type DeskCommands = ReturnType<typeof createDeskCommands>;
