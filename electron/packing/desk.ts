import { LONGEST_SCAN, readCommand, verdictLooks, type Command, type ReadScan, type Verdict } from "../../shared/scan.ts";
import { failureKinds, type Failure } from "../../shared/failures.ts";
import { storageFailure, type Database } from "../store/database.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { isCancelled, type Bench, type BenchTask } from "./bench.ts";
import type { Answer, Decision, Effect, Policy } from "./decision.ts";
import { decide, decideCancellation, type BenchInput } from "./engine.ts";
import { createHandoverDesk } from "./handover-desk.ts";
import { loadBenchTask, loadByNumber, type BenchStores } from "./load.ts";
import { matchItem } from "./match.ts";
import { labelAnswer } from "./label-answers.ts";
import { createPerform, type PerformParts } from "./perform.ts";
import { answer, shown } from "./verdicts.ts";

export type DeskParts = PerformParts &
  BenchStores &
  Readonly<{
    database: Database;
    clock: Clock;
    log: Log;
    policy: () => Policy;
    /** Every way to read a scan, in order of trust: plain, then taken apart as GS1. */
    readings: (text: string) => readonly ReadScan[];
    /** Commands about the station, not about packing: trouble, reprint, screens. Null when it is none of them. */
    stationCommand: (command: Command, bench: Bench, at: number) => Answer | null;
    /** A parcel's own number, or the tracking number on it: what became of its label. Null when it is none of ours. */
    parcelScanned: (codes: readonly string[], at: number, taskIsOpen: boolean) => Answer | null;
    /** The parcel in the packer's hands, or about which the alarm goes: what REPRINT means until something else is scanned. */
    onParcelSeen: (parcelNo: string | null) => void;
    /** Asks OMS4 for a task number nobody here knows; true when it is stored now. */
    lookUp: (code: string) => Promise<boolean>;
    /** A task was put on the bench. */
    onOpened: (ftNo: string) => void;
    /** After every decision: something on screen changed. */
    onChange: () => void;
    /** After a decision that left something to send or to print. */
    onWork: () => void;
  }>;

/** Effects that queue something to send or to print. */
const LEAVES_WORK: readonly Effect["kind"][] = ["packing-started", "parcel-closed", "task-done", "task-held", "task-released"];
/** How long a looked-up task may still open by itself: later the packer is busy with something else. */
const LOOK_UP_OPENS_MS = 4_000;
const PLAUSIBLE_TASK_NUMBER = /^[A-Z0-9][A-Z0-9_-]{3,63}$/;

/** The desk: takes scans one at a time, lets the engine decide, writes the decision in one transaction, then announces it. */
export const createDesk = (parts: DeskParts) => {
  const { database, clock, log, tasks, parcels, journal, labels } = parts;
  const { perform, arrival } = createPerform(parts);
  const handover = createHandoverDesk(parts);
  let bench: Bench = { open: null };
  let verdict: Verdict | null = null;
  let scanSeq = 0;
  let heldFtNo: string | null = null;

  const dress = (words: Answer, at: number): Verdict => ({ ...words, ...verdictLooks[words.kind], at });

  /** What a decision sets going; it begins when the packer has the answer. */
  const later: (() => void)[] = [];

  const announce = (words: Answer): Verdict => {
    // Two verdicts in one millisecond must still be told apart
    verdict = dress(words, Math.max(clock.now(), (verdict?.at ?? 0) + 1));
    parts.onChange();
    for (const go of later.splice(0)) go();
    return verdict;
  };

  const refuseForStorage = (failure: Failure): Answer => ({
    kind: "scan-refused",
    title: failureKinds[failure.kind].title,
    text: `Nothing was counted. ${failureKinds[failure.kind].wayOut} ${failure.detail}`,
    ftNo: bench.open?.task.ftNo ?? null,
    detailId: null,
  });

  /** Whether a reopened parcel's report could still be taken back, only the outbox knew. */
  const withReports = ({ bench: { open }, effects }: Decision): Bench => {
    if (open === null || !effects.some(({ kind }) => kind === "parcel-reopened")) return { open };
    return { open: { ...open, parcels: loadByNumber(parts, open.task.ftNo, open.openedAt)?.parcels ?? open.parcels } };
  };

  /** Commits a decision; only then it is the bench's state. */
  const commit = (decision: Decision, at: number, more: () => void = () => {}): void => {
    if (decision.effects.length > 0) {
      database.transaction(() => {
        for (const effect of decision.effects) perform(effect, at);
        more();
      });
    }
    bench = withReports(decision);
    if (decision.effects.some(({ kind }) => LEAVES_WORK.includes(kind))) later.push(parts.onWork);
    for (const effect of decision.effects) if (effect.kind === "task-opened") later.push(() => parts.onOpened(effect.ftNo));
  };

  const decideAndCommit = (make: (nextParcelNo: string, policy: Policy) => BenchInput): Answer => {
    const at = clock.now();
    const number = parcels.nextParcelNo(at);
    const decision = decide(bench, make(number.parcelNo, parts.policy()), at);
    const used = decision.effects.some((effect) => effect.kind === "parcel-started");
    commit(decision, at, () => {
      if (used) number.commit();
    });
    return decision.verdict ?? answer.refused(bench.open, "Nothing to do", "Scan a task or an item.");
  };

  const lastDone = (): BenchTask | null => {
    const [parcel] = parcels.lastClosed(1);
    if (parcel === undefined) return null;
    const task = loadByNumber(parts, parcel.ftNo, clock.now());
    return task?.state === "done" ? task : null;
  };

  const toggleHandover = (): Answer =>
    bench.open === null ? handover.toggle() : answer.refused(bench.open, "Finish this task first", "Or scan LEAVE to put it aside.");

  const scanHandover = (text: string, readings: readonly ReadScan[]): Answer => {
    const { verdict: words, toldOms4 } = handover.scan(text, readings);
    if (toldOms4) later.push(parts.onWork);
    return words;
  };

  const runCommand = (command: Command): Answer => {
    if (command.word === "CMDHANDOVER" || (handover.running() && command.word === "CMDCLOSE")) return toggleHandover();
    const station = parts.stationCommand(command, bench, clock.now());
    if (station !== null) return station;
    if (handover.running()) return answer.refused(null, "Handover is running", "Scan HANDOVER to end it.");
    return decideAndCommit((nextParcelNo, policy) => ({
      kind: "command",
      command,
      nextParcelNo,
      policy,
      last: command.word === "CMDUNDO" && bench.open === null ? lastDone() : null,
      held: heldFtNo === null ? null : loadByNumber(parts, heldFtNo, clock.now()),
    }));
  };

  const askOms4 = (code: string): void => {
    const asked = code.trim().toUpperCase();
    if (!PLAUSIBLE_TASK_NUMBER.test(asked)) return;
    const seq = scanSeq;
    const since = clock.now();
    parts
      .lookUp(code.trim())
      .then((found) => {
        if (!found || bench.open !== null || handover.running()) return;
        if (scanSeq === seq && clock.now() - since <= LOOK_UP_OPENS_MS) announce(openByCode(code) ?? answer.unknownTask(code, null));
      })
      .catch((error: unknown) => log.warn({ error: String(error) }, "looking a task up failed"));
  };

  const openByCode = (code: string): Answer | null => {
    const found = tasks.byCode(code).map((stored) => loadBenchTask(parts, stored, clock.now()));
    if (found.length === 0) return null;
    return decideAndCommit((nextParcelNo, policy) => ({ kind: "tasks", found, code, nextParcelNo, policy }));
  };

  const scanCode = (text: string, readings: readonly ReadScan[]): Answer => {
    const { open } = bench;
    const box = parts.parcelScanned(
      readings.map(({ code }) => code),
      clock.now(),
      open !== null,
    );
    if (box !== null) return box;
    if (open !== null && matchItem(open, readings).kind !== "none") {
      return decideAndCommit((nextParcelNo, policy) => ({ kind: "item", readings, nextParcelNo, policy }));
    }
    for (const { code } of readings) {
      const opened = openByCode(code);
      if (opened !== null) return opened;
    }
    const itemName = readings.map(({ code }) => tasks.itemName(code)).find((name) => name !== null) ?? null;
    if (open === null && itemName === null) askOms4(readings[0]?.code ?? text);
    return decideAndCommit((nextParcelNo, policy) => ({ kind: "stranger", code: text, itemName, nextParcelNo, policy }));
  };

  const answerScan = (texts: readonly string[]): Answer => {
    const [text = ""] = texts;
    if (text.trim() === "") return { kind: "scan-refused", title: "Nothing was read", text: "Scan again.", ftNo: null, detailId: null };
    if (text.length > LONGEST_SCAN) {
      const failure = failureKinds["scan-too-long"];
      return {
        kind: "scan-refused",
        title: failure.title,
        text: `${shown(text)}. ${failure.wayOut}`,
        ftNo: bench.open?.task.ftNo ?? null,
        detailId: null,
      };
    }
    const commandsRead = texts.map(readCommand);
    const command = commandsRead.find((read): read is Command => read !== null && read !== "unknown");
    if (command !== undefined) return runCommand(command);
    if (commandsRead.includes("unknown"))
      return answer.refused(bench.open, `No command ${shown(text)}`, "The command sheet and F1 list the commands.");
    const readings = texts.flatMap((candidate) => parts.readings(candidate));
    return handover.running() ? scanHandover(text, readings) : scanCode(text, readings);
  };

  /** OMS4 changed or cancelled a task: the packer hears it at once if it lies on the bench. Call after the commit. */
  const taskChanged = (ftNo: string): void => {
    if (bench.open?.task.ftNo !== ftNo) return;
    const at = clock.now();
    const changed = loadByNumber(parts, ftNo, at);
    const decision = changed === null ? null : decideCancellation(bench, changed);
    if (decision === null) return;
    try {
      commit(decision, at);
    } catch (error) {
      // The journal's note can wait for the disk; the packer must hear of a cancellation now
      log.error({ ftNo, failure: storageFailure(error, database.path) }, "a change of the open task could not be noted");
      bench = decision.bench;
    }
    if (decision.verdict !== null) announce(decision.verdict);
    else parts.onChange();
  };

  return {
    /** Puts the task back on the bench that lay there when the station stopped. */
    restore: (): void => {
      const ftNo = parcels.openTask();
      const open = ftNo === null ? null : loadByNumber(parts, ftNo, clock.now());
      bench = { open: open !== null && (open.state === "packing" || open.state === "cancelled") ? open : null };
    },
    /** A cancellation came in: the packer hears it at once if the task lies on the bench, or in a closed parcel beside it. After the commit. */
    cancellationCame: (ftNo: string): void => {
      if (bench.open?.task.ftNo === ftNo) return taskChanged(ftNo);
      const task = loadByNumber(parts, ftNo, clock.now());
      const here =
        task?.parcels.filter(
          ({ parcelNo, state }) =>
            state === "closed" && task.units.some((unit) => unit.parcelNo === parcelNo && isCancelled(task, unit.detailId)),
        ) ?? [];
      if (here.length > 0)
        announce(
          answer.parcelsCancelled(
            ftNo,
            here.map(({ parcelNo }) => parcelNo),
          ),
        );
    },
    taskChanged,
    /** One scan, whole: decided, written, announced. Never throws. */
    scan: (text: string, alternates: readonly string[] = []): Readonly<{ seq: number; verdict: Verdict }> => {
      scanSeq += 1;
      const seq = scanSeq;
      let words: Answer;
      try {
        words = answerScan([text, ...alternates]);
      } catch (error) {
        const failure = storageFailure(error, database.path);
        log.error({ failure, stack: error instanceof Error ? error.stack : null }, "a scan could not be kept");
        words = refuseForStorage(failure);
      }
      heldFtNo = words.kind === "on-hold" ? words.ftNo : null;
      return { seq, verdict: announce(words) };
    },
    /** Words for the band without a scan: what a person did elsewhere, or news that can't wait. */
    announce,
    acknowledge: (ftNo: string): void => {
      if (bench.open?.task.ftNo !== ftNo || bench.open.acknowledged) return;
      const at = clock.now();
      database.transaction(() => {
        tasks.acknowledge(ftNo, at);
        journal.add({ kind: "instruction-acknowledged", ftNo, parcelNo: null, before: null, after: null }, at);
      });
      bench = { open: { ...bench.open, acknowledged: true } };
      parts.onChange();
    },
    /** A label came from OMS4: parcels that wait for it print now. Runs inside the caller's transaction. False when it is another parcel's. */
    labelStored: ({ ftNo, parcelNo, labelId }: Readonly<{ ftNo: string; parcelNo: string | null; labelId: number }>): boolean => {
      const label = labels.get(labelId);
      if (label === null) return true;
      if (label.trackingNo !== "") tasks.addTrackingCode(ftNo, label.trackingNo);
      const closed = parcels.ofTask(ftNo).filter(({ state }) => state === "closed" || state === "handed-over");
      const waiting =
        parcelNo === null ? (closed.length === 1 ? closed[0] : undefined) : closed.find((parcel) => parcel.parcelNo === parcelNo);
      return waiting === undefined || arrival.bindLabel(waiting.parcelNo, ftNo, label, clock.now());
    },
    /** OMS4 names another tracking number for a closed parcel. Inside the caller's transaction. */
    trackingChanged: ({ ftNo, parcelNo, trackingNo }: Readonly<{ ftNo: string; parcelNo: string; trackingNo: string }>): void =>
      arrival.trackingChanged(parcelNo, ftNo, trackingNo, clock.now()),
    /** Says which printed labels are not the ones in force any more. After the commit that brought the news. */
    tellLabelAlarms: (): void => {
      for (const change of arrival.takeAlarms()) {
        parts.onParcelSeen(change.parcelNo);
        announce(labelAnswer.changed(change, parcels.get(change.parcelNo)?.state === "handed-over"));
      }
    },
    /** Queues a parcel's slip or label once. Inside the caller's transaction. */
    printOnce: arrival.printOnce,
    state: () => ({
      bench,
      verdict,
      scanSeq,
      activity: handover.running() ? ("handover" as const) : ("packing" as const),
      handedOver: handover.handedOver(),
    }),
  };
};
export type Desk = ReturnType<typeof createDesk>;
