import { LONGEST_SCAN, readCommand, verdictLooks, type Command, type ReadScan, type Verdict } from "../../shared/scan.ts";
import { failureKinds, type Failure } from "../../shared/failures.ts";
import type { Milestone } from "../../shared/parcel.ts";
import type { Counted } from "../counting/desk.ts";
import { storageFailure } from "../store/database.ts";
import { unitsToTakeOut, unitsWanted, type Bench, type BenchTask } from "./bench.ts";
import type { Answer, Decision, Effect, Policy } from "./decision.ts";
import { decide, type BenchInput } from "./engine.ts";
import { createDeskLabels } from "./desk-labels.ts";
import { LEAVES_WORK, SETTLES, WRITES_NOTHING, type DeskParts } from "./desk-parts.ts";
import { createHandoverDesk } from "./handover-desk.ts";
import { milestoneOf } from "./handover.ts";
import { loadBenchTask, loadByNumber } from "./load.ts";
import { matchItem } from "./match.ts";
import { decideNews } from "./news.ts";
import { createPerform } from "./perform.ts";
import { createStops, type Settled } from "./stops.ts";
import { answer, shown } from "./verdicts.ts";

/** How long a looked-up task may still open by itself: later the packer is busy with something else. */
const LOOK_UP_OPENS_MS = 4_000;
const PLAUSIBLE_TASK_NUMBER = /^[A-Z0-9][A-Z0-9_-]{3,63}$/;

/** The desk: takes scans one at a time, lets the engine decide, writes the decision in one transaction, then announces it. */
export const createDesk = (parts: DeskParts) => {
  const { database, clock, log, tasks, parcels, journal, weighing } = parts;
  const acts = createPerform(parts);
  const { perform, arrival } = acts;
  const stops = createStops({ ...parts, perform: acts });
  const handover = createHandoverDesk(parts, {
    scanSeq: () => scanSeq,
    announce: (words) => void announce(words),
    changed: parts.onChange,
    notKept: (error) => notKept(error, "another station's parcel could not be told"),
  });
  let bench: Bench = { open: null };
  let verdict: Verdict | null = null;
  let scanSeq = 0;
  let heldFtNo: string | null = null;

  const dress = (words: Answer, at: number): Verdict => ({ ...verdictLooks[words.kind], ...words, at });

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

  const notKept = (error: unknown, what: string): Answer => {
    const failure = storageFailure(error, database.path);
    log.error({ failure, stack: error instanceof Error ? error.stack : null }, what);
    return refuseForStorage(failure);
  };

  /** Screens open on a full disk too: what they show is the way out. */
  const refusedByDisk = (texts: readonly string[]): Answer | null => {
    const failure = parts.storageRefusal();
    if (failure === null) return null;
    const command = texts.map(readCommand).find((read): read is Command => read !== null && read !== "unknown");
    return command !== undefined && WRITES_NOTHING.includes(command.word) ? null : refuseForStorage(failure);
  };

  /** Whether a reopened parcel's report could still be taken back, only the outbox knew. */
  const withReports = ({ bench: { open }, effects }: Decision): Bench => {
    if (open === null || !effects.some(({ kind }) => kind === "parcel-reopened" || kind === "unit-taken-out")) return { open };
    return { open: { ...open, parcels: loadByNumber(parts, open.task.ftNo, open.openedAt)?.parcels ?? open.parcels } };
  };

  /** Commits a decision; only then it is the bench's state. */
  const commit = (decision: Decision, at: number, more: () => void = () => {}): void => {
    if (decision.effects.length > 0) {
      database.transaction(() => {
        for (const effect of decision.effects) perform(effect, at);
        weighing.keep(decision.effects);
        const changed = new Set(
          decision.effects.flatMap((effect) => (SETTLES.includes(effect.kind) && effect.ftNo !== null ? [effect.ftNo] : [])),
        );
        if (changed.size > 0 && stops.any()) for (const ftNo of changed) stops.settle(ftNo, at);
        more();
      });
    }
    bench = withReports(decision);
    weighing.committed(decision.effects);
    if (decision.effects.some(({ kind }) => LEAVES_WORK.includes(kind))) later.push(parts.onWork);
    for (const effect of decision.effects) {
      if (effect.kind === "task-opened") later.push(() => parts.onCheckDue(effect.ftNo, "opened"));
      if (effect.kind === "parcel-closed") later.push(() => parts.onCheckDue(effect.ftNo, "closed"));
      if (effect.kind === "unit-packed" && bench.open !== null && unitsWanted(bench.open) === 1)
        later.push(() => parts.onCheckDue(effect.ftNo, "nearly-in"));
    }
  };

  /** The engine's decision with what the scale says to it; a weight that is off keeps the box open, but counts the item. */
  const weighed = (input: BenchInput, at: number): Decision => {
    const decision = decide(bench, input, at);
    const settled = weighing.settle(bench.open, decision, input.kind === "command");
    if ("decision" in settled) return settled.decision;
    const { refused } = settled;
    if (input.kind !== "item") {
      const off = refused.kind === "weight-off";
      const noted: readonly Effect[] = off ? [{ kind: "scan-refused", ftNo: refused.ftNo, code: "", verdict: "weight-off" }] : [];
      return { bench, effects: noted, verdict: refused };
    }
    return { ...decide(bench, { ...input, policy: { ...input.policy, waitForWeight: true } }, at), verdict: refused };
  };

  const decideAndCommit = (make: (nextParcelNo: string, policy: Policy) => BenchInput): Answer => {
    const at = clock.now();
    const number = parcels.nextParcelNo(at);
    const decision = weighed(make(number.parcelNo, { ...parts.policy(), waitForWeight: weighing.waits(bench.open) }), at);
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

  const toggleHandover = (milestone: Milestone): Answer =>
    bench.open === null
      ? handover.toggle(milestone)
      : answer.refused(bench.open, "Finish this task first", "Or scan LEAVE to put it aside.");

  const scanHandover = (text: string, readings: readonly ReadScan[]): Answer => {
    const scanned = handover.scan(text, readings);
    if (scanned.toldOms4) later.push(parts.onWork);
    if (scanned.ask.length > 0) later.push(() => void handover.follow(scanned));
    return scanned.verdict;
  };

  const counted = ({ verdict: words, work }: Counted): Answer => {
    if (work) later.push(parts.onWork);
    return words;
  };

  const runCommand = (command: Command): Answer => {
    const busy = { openTask: bench.open?.task.ftNo ?? null, otherWork: handover.running() };
    const count = parts.counting.command(command, busy, clock.now());
    if (count !== null) return counted(count);
    const milestone = command.word === "CMDCLOSE" ? handover.mode() : milestoneOf(command.word);
    if (milestone !== null) return toggleHandover(milestone);
    const scaled = weighing.command(command, bench.open, clock.now());
    // A weight that a supervisor lets pass closes its box with the same scan
    if (scaled !== null) return weighing.closesNow(bench.open) ? runCommand({ word: "CMDFINISH", rest: "" }) : scaled;
    const station = parts.stationCommand(command, bench, clock.now());
    if (station !== null) return station;
    if (handover.running()) return answer.refused(null, `${handover.endWord()} is running`, `Scan ${handover.endWord()} to end it.`);
    const held = heldFtNo === null ? null : loadByNumber(parts, heldFtNo, clock.now());
    const unclear = (bench.open ?? held)?.request?.unclear === true;
    if (command.word === "CMDRELEASE" && unclear && parts.supervisor.isSet() && !parts.supervisor.allows(clock.now())) {
      return answer.refused(bench.open, "Only a supervisor releases this", parts.supervisor.how("scan RELEASE again"));
    }
    const words = decideAndCommit((nextParcelNo, policy) => ({
      kind: "command",
      command,
      nextParcelNo,
      policy,
      last: command.word === "CMDUNDO" && bench.open === null ? lastDone() : null,
      held,
    }));
    return command.word === "CMDWEIGHT" && weighing.wasKeyed(bench.open) ? runCommand({ word: "CMDFINISH", rest: "" }) : words;
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

  /** The label of a stopped parcel: what was to be pulled is pulled, what has to be taken out comes to the bench. */
  const scanStopped = (readings: readonly ReadScan[]): Answer | null => {
    if (!stops.any()) return null;
    const stop = readings.map(({ code }) => stops.byCode(code)).find((found) => found !== null);
    if (stop === undefined || stop === null) return null;
    const { ftNo, parcelNo } = stop;
    const at = clock.now();
    if (stop.kind === "pull") {
      const more = database.transaction(() => stops.confirmPulled(stop, at));
      if (bench.open?.task.ftNo === ftNo) bench = { open: loadByNumber(parts, ftNo, at) };
      later.push(parts.onWork);
      return answer.parcelPulled(parcelNo, ftNo, more);
    }
    if (stop.kind !== "left" && stop.kind !== "relabel") return openByCode(ftNo);
    parts.onParcelSeen(parcelNo);
    return answer.parcelsStopped(ftNo, [{ parcelNo, kind: stop.kind, labelOut: true }]);
  };

  /** The box stands still on the scale: a task that waited for nothing else closes by itself. */
  const closeWeighed = (): void => {
    if (!weighing.closesNow(bench.open) || parts.storageRefusal() !== null) return;
    let words: Answer;
    try {
      words = runCommand({ word: "CMDFINISH", rest: "" });
    } catch (error) {
      const failure = storageFailure(error, database.path);
      log.error({ failure }, "a weighed parcel could not be closed");
      words = refuseForStorage(failure);
    }
    announce(words);
  };

  const scanCode = (text: string, readings: readonly ReadScan[]): Answer => {
    const { open } = bench;
    const stopped = scanStopped(readings);
    if (stopped !== null) return stopped;
    const box = parts.parcelScanned(
      readings.map(({ code }) => code),
      clock.now(),
      open !== null,
    );
    if (box !== null) return box;
    if (open !== null && matchItem(open, readings).kind !== "none") {
      const words = decideAndCommit((nextParcelNo, policy) => ({ kind: "item", readings, nextParcelNo, policy }));
      weighing.itemScanned(bench.open, closeWeighed);
      return words;
    }
    for (const { code } of readings) {
      const opened = openByCode(code);
      if (opened !== null) return opened;
    }
    const itemName = readings.map(({ code }) => tasks.itemName(code)).find((name) => name !== null) ?? null;
    if (open === null && itemName === null) askOms4(readings[0]?.code ?? text);
    return decideAndCommit((nextParcelNo, policy) => ({ kind: "stranger", code: text, itemName, nextParcelNo, policy }));
  };

  const answerScan = (texts: readonly string[], byHand: boolean): Answer => {
    const [text = ""] = texts;
    if (text.trim() === "") return { kind: "scan-refused", title: "Nothing was read", text: "Scan again.", ftNo: null, detailId: null };
    const isList = handover.running() && /\S[\s,;]+\S/.test(text);
    if (text.length > LONGEST_SCAN && !isList) {
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
    if (parts.counting.running()) return counted(parts.counting.scan(texts, byHand, clock.now()));
    // A pasted list is taken apart number by number
    const readings = text.length > LONGEST_SCAN ? [] : texts.flatMap((candidate) => parts.readings(candidate));
    return handover.running() ? scanHandover(text, readings) : scanCode(text, readings);
  };

  /** Something of a task changed at OMS4: packed parcels are stopped or go on, and the packer hears what matters. Call after the commit. */
  const taskNews = (ftNo: string): void => {
    const at = clock.now();
    const changed = loadByNumber(parts, ftNo, at);
    if (changed === null) return;
    const isOpen = bench.open?.task.ftNo === ftNo;
    if (!isOpen && changed.parcels.length === 0 && parts.stops.elsewhere(ftNo).length === 0) return;
    let settled: Settled = { raised: [], freed: false };
    let decision: Decision | null = null;
    try {
      database.transaction(() => {
        settled = stops.settle(ftNo, at);
        decision = decideNews(bench, loadByNumber(parts, ftNo, at) ?? changed);
        for (const effect of decision?.effects ?? []) perform(effect, at);
      });
    } catch (error) {
      // The journal's note can wait for the disk; the packer must hear of a cancellation now
      log.error({ ftNo, failure: storageFailure(error, database.path) }, "what changed of a packed task could not be noted");
      decision = decideNews(bench, changed);
    }
    const news: Decision | null = decision;
    if (news !== null) bench = news.bench;
    parts.onWork();
    const { raised, freed } = settled;
    // That a parcel is free again is worth interrupting only the alarm about it
    const besides =
      raised.length > 0 ? answer.parcelsStopped(ftNo, raised) : freed && verdict?.ftNo === ftNo ? answer.parcelsFree(ftNo) : null;
    const words = news?.verdict ?? (isOpen ? null : besides);
    const [stopped, ...others] = raised;
    if (words === besides && stopped !== undefined && others.length === 0) parts.onParcelSeen(stopped.parcelNo);
    if (words !== null) announce(words);
    else if (isOpen || raised.length > 0 || freed) parts.onChange();
  };

  return {
    /** Puts the task back on the bench that lay there when the station stopped. */
    restore: (): void => {
      const ftNo = parcels.openTask();
      const open = ftNo === null ? null : loadByNumber(parts, ftNo, clock.now());
      const stays = open !== null && (open.state === "packing" || open.state === "cancelled" || unitsToTakeOut(open) > 0);
      bench = { open: stays ? open : null };
      // What OMS4 changed just before a crash
      for (const changed of parts.stops.unsettled()) taskNews(changed);
    },
    taskNews,
    /** The scale says something else than before. */
    weighed: closeWeighed,
    /** May this parcel's report go to OMS4 now? */
    mayReport: (ftNo: string, parcelNo: string) => stops.mayReport(ftNo, parcelNo, clock.now()),
    /** A person vouches for a stopped parcel. Inside the caller's transaction. */
    vouch: stops.vouch,
    /** One scan, whole: decided, written, announced. Never throws. */
    scan: (text: string, alternates: readonly string[] = [], byHand = false): Readonly<{ seq: number; verdict: Verdict }> => {
      scanSeq += 1;
      const seq = scanSeq;
      let words: Answer;
      try {
        words = refusedByDisk([text, ...alternates]) ?? answerScan([text, ...alternates], byHand);
      } catch (error) {
        words = notKept(error, "a scan could not be kept");
      }
      // The supervisor's badge between the task and RELEASE changes nothing about what is meant
      const goesOn = readCommand(text);
      const keeps =
        goesOn !== null &&
        goesOn !== "unknown" &&
        (goesOn.word === "CMDSUPER" || (goesOn.word === "CMDRELEASE" && words.kind === "command-refused"));
      heldFtNo = words.kind === "on-hold" ? words.ftNo : keeps ? heldFtNo : null;
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
    ...createDeskLabels({ ...parts, arrival, announce }),
    /** Queues a parcel's slip or label once. Inside the caller's transaction. */
    printOnce: arrival.printOnce,
    state: () => ({
      bench,
      verdict,
      scanSeq,
      activity: parts.counting.running()
        ? ("counting" as const)
        : handover.mode() === null
          ? ("packing" as const)
          : handover.mode() === "SHIPPING"
            ? ("handover" as const)
            : ("milestone" as const),
      handedOver: handover.handedOver(),
      milestone: handover.view(),
    }),
  };
};
export type Desk = ReturnType<typeof createDesk>;
