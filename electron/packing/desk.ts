import { withBareCommands, withBareReadings, withoutAffixes } from "../../shared/affixes.ts";
import { failureKinds, type Result } from "../../shared/failures.ts";
import { isWork, LONGEST_SCAN, readCommand, type Command, type ReadScan, type Verdict } from "../../shared/scan.ts";
import { storageFailure } from "../store/database.ts";
import { partElsewhere, unitsToTakeOut } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { createDeskCommands } from "./desk-commands.ts";
import { createDeskDecisions } from "./desk-decisions.ts";
import { createDeskLabels } from "./desk-labels.ts";
import { createDeskNews } from "./desk-news.ts";
import { WRITES_NOTHING, type DeskParts } from "./desk-parts.ts";
import { createDeskScans } from "./desk-scans.ts";
import { createDeskState } from "./desk-state.ts";
import { createHandoverDesk } from "./handover-desk.ts";
import { loadByNumber } from "./load.ts";
import { createPerform } from "./perform.ts";
import { createReportCheck } from "./report-check.ts";
import { createStops } from "./stops.ts";
import { answer, shown } from "./verdicts.ts";

/**
 * The desk: takes scans one at a time, lets the engine decide, writes the decision in one transaction, then announces it. What can't be
 * written is answered `scan-refused` with the words of its storage failure, and nothing of it is counted.
 */
export const createDesk = (parts: DeskParts) => {
  const { database, clock, log, tasks, parcels, journal } = parts;
  const state = createDeskState(parts);
  const perform = createPerform(parts);
  const { arrival } = perform;
  const stops = createStops({ ...parts, perform });
  const notKept = (error: unknown, what: string): Answer => {
    const failure = storageFailure(error, database.path);
    log.error({ failure, stack: error instanceof Error ? error.stack : null }, what);
    return state.refuseForStorage(failure);
  };
  const handover = createHandoverDesk(parts, {
    scanSeq: state.scanSeq,
    announce: (words) => void state.announce(words),
    changed: parts.onChange,
    notKept: (error) => notKept(error, "another station's parcel could not be told"),
  });
  const decideAndCommit = createDeskDecisions(parts, { state, perform, stops });
  const commands = createDeskCommands(parts, { state, decideAndCommit, handover, perform });
  const scanCode = createDeskScans(parts, { state, decideAndCommit, stops, handover, commands });
  const taskNews = createDeskNews(parts, { state, perform, stops });

  /** Screens open on a full disk too: what they show is the way out. */
  const refusedByDisk = (asCommands: readonly string[]): Answer | null => {
    const failure = parts.storageRefusal();
    if (failure === null) return null;
    const command = asCommands.map(readCommand).find((read): read is Command => read !== null && read !== "unknown");
    return command !== undefined && WRITES_NOTHING.includes(command.word) ? null : state.refuseForStorage(failure);
  };

  const scanHandover = (text: string, readings: readonly ReadScan[]): Answer => {
    const scanned = handover.scan(text, readings);
    if (scanned.toldOms4) state.later(parts.onWork);
    if (scanned.ask.length > 0) state.later(() => void handover.follow(scanned));
    return scanned.verdict;
  };

  const answerScan = (texts: readonly string[], asCommands: readonly string[], byHand: boolean): Answer => {
    const text = withoutAffixes(texts[0] ?? "", parts.affixes());
    const { open } = state.bench();
    if (text.trim() === "") return { kind: "scan-refused", title: "Nothing was read", text: "Scan again.", ftNo: null, detailId: null };
    const isList = handover.running() && /\S[\s,;]+\S/.test(text);
    if (text.length > LONGEST_SCAN && !isList) {
      const failure = failureKinds["scan-too-long"];
      return {
        kind: "scan-refused",
        title: failure.title,
        text: `${shown(text)}. ${failure.wayOut}`,
        ftNo: open?.task.ftNo ?? null,
        detailId: null,
      };
    }
    const commandsRead = asCommands.map(readCommand);
    const command = commandsRead.find((read): read is Command => read !== null && read !== "unknown");
    if (command !== undefined) return commands.run(command);
    if (commandsRead.includes("unknown"))
      return answer.refused(open, `No command ${shown(text)}`, "The command sheet and F1 list the commands.");
    parts.laterReason.forget();
    if (parts.counting.running()) return commands.counted(parts.counting.scan(texts, byHand, clock.now()));
    // A pasted list is taken apart number by number
    const readings = text.length > LONGEST_SCAN ? [] : texts.flatMap((candidate) => parts.readings(candidate));
    return handover.running() ? scanHandover(text, readings) : scanCode({ text, texts, byHand }, readings);
  };

  /** LEAVE closes the screen that covers the bench before it leaves anything there. */
  const forTheOpenScreen = (text: string): string => {
    const command = parts.openScreen.now() === "bench" ? null : readCommand(text);
    return command !== null && command !== "unknown" && command.word === "CMDCLOSE" ? "CMDBACK" : text;
  };

  /** The supervisor's badge between the task and RELEASE changes nothing about what is meant. */
  const keepsHeld = (asCommands: readonly string[], words: Answer): boolean => {
    const command = asCommands.map(readCommand).find((read) => read !== null) ?? null;
    if (command === null || command === "unknown") return false;
    return command.word === "CMDSUPER" || (command.word === "CMDRELEASE" && words.kind === "command-refused");
  };

  const mayBeReleased = ({ kind, ftNo }: Answer): boolean => {
    const task = kind === "done-already" && ftNo !== null ? loadByNumber(parts, ftNo, clock.now()) : null;
    return kind === "on-hold" || (task !== null && partElsewhere(task));
  };

  /** Draws the consequences of what OMS4 changed just before a crash, here or at the station whose work was taken over. */
  const settleNews = (): void => parts.stops.unsettled().forEach(taskNews);

  return {
    /** Puts the task back on the bench that lay there when the station stopped. */
    restore: (): void => {
      const ftNo = parcels.openTask();
      const open = ftNo === null ? null : loadByNumber(parts, ftNo, clock.now());
      const stays = open !== null && (open.state === "packing" || open.state === "cancelled" || unitsToTakeOut(open) > 0);
      state.put({ open: stays ? open : null });
      settleNews();
    },
    taskNews,
    settleNews,
    /** The scale says something else than before. */
    weighed: commands.closeWeighed,
    /** May this report, which surely never arrived, go to OMS4 now? Where not, it was taken back or held. */
    reportMayGo: createReportCheck({ ...parts, isWanted: stops.mayReport }),
    /** A person vouches for a stopped parcel. Its task may lie on the bench. */
    vouch: (parcelNo: string, at: number): Result<null> => {
      const ftNo = parcels.get(parcelNo)?.ftNo ?? null;
      const vouched = database.transaction(() => stops.vouch(parcelNo, at));
      if (vouched.ok && ftNo !== null) taskNews(ftNo);
      return vouched;
    },
    /** One scan, whole: decided, written, announced. `readAs`: which of its texts named an item or a task, null for none. Never throws. */
    scan: (
      text: string,
      alternates: readonly string[] = [],
      byHand = false,
    ): Readonly<{ seq: number; verdict: Verdict; readAs: number | null }> => {
      const came = [text, ...alternates];
      // A person types neither prefix nor suffix
      const texts = byHand ? came : withBareReadings(came, parts.affixes());
      const asCommands = (byHand ? came : withBareCommands(came, parts.affixes())).map(forTheOpenScreen);
      const seq = state.nextScan();
      let words: Answer;
      try {
        words = refusedByDisk(asCommands) ?? answerScan(texts, asCommands, byHand);
      } catch (error) {
        words = notKept(error, "a scan could not be kept");
      }
      if (isWork(words.kind)) parts.openScreen.worked();
      state.hold(mayBeReleased(words) ? words.ftNo : keepsHeld(asCommands, words) ? state.held() : null);
      const known = state.knownText();
      const readAs = known === null ? -1 : came.indexOf(known);
      return { seq, verdict: state.announce(words), readAs: readAs < 0 ? null : readAs };
    },
    /** Words for the band without a scan: what a person did elsewhere, or news that can't wait. */
    announce: state.announce,
    acknowledge: (ftNo: string): void => {
      const { open } = state.bench();
      if (open?.task.ftNo !== ftNo || open.acknowledged) return;
      const at = clock.now();
      database.transaction(() => {
        tasks.acknowledge(ftNo, at);
        journal.add({ kind: "instruction-acknowledged", ftNo, parcelNo: null, before: null, after: null }, at);
      });
      state.put({ open: { ...open, acknowledged: true } });
      parts.onChange();
    },
    ...createDeskLabels({ ...parts, arrival, announce: state.announce }),
    /** Queues a parcel's slip or label once. Inside the caller's transaction. */
    printOnce: arrival.printOnce,
    state: () => ({
      bench: state.bench(),
      verdict: state.verdict(),
      scanSeq: state.scanSeq(),
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
