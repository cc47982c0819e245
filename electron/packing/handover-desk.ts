import { isSameNumber } from "../../shared/carried-number.ts";
import type { Failure } from "../../shared/failures.ts";
import { isSlip, type Milestone } from "../../shared/parcel.ts";
import type { ReadScan } from "../../shared/scan.ts";
import type { MilestoneView } from "../../shared/station.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Database } from "../store/database.ts";
import type { StoredParcel } from "../store/parcels.ts";
import type { ToldElsewhereStore } from "../store/told-elsewhere.ts";
import { packedElsewhere, stopOf, type BenchTask } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { createElsewhere, type ElsewhereSource } from "./elsewhere.ts";
import { createHandoverLater, type Asked, type HandoverBand, type Listed, type Refused, type Told } from "./handover-later.ts";
import {
  decideHandover,
  elsewhereAnswer,
  handoverEnded,
  listTooLong,
  handoverListed,
  handoverStarted,
  type HandoverParcel,
} from "./handover.ts";
import { changeWords } from "./label-answers.ts";
import { mayBeOut } from "./label-arrival.ts";
import { loadByNumber, type BenchStores } from "./load.ts";
import { milestoneModes } from "./milestone-modes.ts";
import type { PerformParts } from "./perform.ts";
import { createScannedParcels } from "./scanned-parcels.ts";
import { OLD_LABEL_WORDS } from "./stop-verdicts.ts";
import type { Supervisor } from "./supervisor.ts";
import { waitsForMore } from "./waits-for-more.ts";

export type HandoverDeskParts = PerformParts &
  BenchStores &
  Readonly<{
    database: Database;
    clock: Clock;
    log: Log;
    /** Asks OMS4 for parcels that other stations packed. */
    elsewhere: ElsewhereSource;
    toldElsewhere: ToldElsewhereStore;
    storageRefusal: () => Failure | null;
    supervisor: Supervisor;
    readings: (text: string) => readonly ReadScan[];
    /** The parcel that was scanned; null when it is none, or more than one. */
    onParcelSeen: (parcelNo: string | null) => void;
    /** After a milestone was queued. */
    onWork: () => void;
  }>;
/** More rows than a screen holds are only counted. */
const ROWS_SHOWN = 8;
/** More numbers in one pasted list are somebody's whole history pasted by mistake. */
const MOST_IN_LIST = 1_000;
/** The numbers of a pasted list, each once: spaces, commas, semicolons or line breaks stand between them. */
const numbersOf = (list: string): readonly string[] => [...new Set(list.split(/[\s,;]+/).filter((number) => number !== ""))];
/** More unknown numbers in one list are the wrong list. */
const MOST_ASKED = 50;

type Row = MilestoneView["last"][number];
/** The desk while parcels leave with the carrier, or another milestone is told: each one is scanned, told to OMS4 and written down. */
export const createHandoverDesk = (parts: HandoverDeskParts, band: HandoverBand) => {
  const { database, clock, parcels, labels, printJobs, labelChanges, outbox, journal, bodies, supervisor, scanBack, onParcelSeen } = parts;
  const elsewhere = createElsewhere(parts);
  const scannedParcels = createScannedParcels(parts);
  let mode: Milestone | null = null;
  let told = 0;
  let rows: readonly Row[] = [];
  /** The parcel that was refused for want of a supervisor, and how: scanned again it goes, where no PIN is set. */
  let askedAgain: string | null = null;
  /** `scanned`: the tracking number on its label, null when the parcel's own number was scanned. */
  const wrongLabelOf = ({ parcelNo, ftNo, trackingNo }: StoredParcel, scanned: string | null): string | null => {
    const change = labelChanges.get(parcelNo);
    if (change !== null) return changeWords(change, false);
    if (parts.stops.hasOldLabel(parcelNo)) return OLD_LABEL_WORDS;
    if (scanned === null || trackingNo === "" || isSameNumber(trackingNo, scanned)) return null;
    // The new label is out, and the box still bears the old one
    return labels.ofTask(ftNo).some((label) => label.parcelNo === parcelNo && isSameNumber(label.trackingNo, scanned))
      ? `This is its old label. Put the one with ${trackingNo} on it, or scan REPRINT.`
      : null;
  };

  /** `held-up`: it was tried, or looked at, and no paper can have come out. One that was queued just now is as good as out. */
  const labelState = (parcelNo: string): "none" | "held-up" | "out" => {
    const jobs = printJobs.ofParcel(parcelNo).filter(({ state, document }) => state !== "cancelled" && !isSlip(document));
    if (jobs.length === 0) return "none";
    return jobs.some(({ state, failure }) => mayBeOut(state) || failure === null) ? "out" : "held-up";
  };
  /** The slip bears the parcel's number as the label does: only the tracking number proves that a label is on the box, wherever it was printed. */
  const unlabelledOf = ({ parcelNo }: StoredParcel, isProven: boolean): HandoverParcel["unlabelled"] => {
    const state = labelState(parcelNo);
    if (state === "none") return "no-label";
    return state === "held-up" && !isProven ? "held-up" : null;
  };

  const stopped = (task: BenchTask, { parcelNo, state }: StoredParcel): HandoverParcel["stop"] => {
    if (state === "pulled") return "pull";
    if (packedElsewhere(task) && state === "closed") return "elsewhere";
    return stopOf(task, parcelNo) ?? (state === "closed" && waitsForMore(parts, task.task, parcelNo) ? "more" : null);
  };

  const candidates = (readings: readonly ReadScan[]): readonly HandoverParcel[] => {
    const { found, trackingNo } = scannedParcels(readings);
    return found.map((parcel) => {
      const task = loadByNumber(parts, parcel.ftNo, clock.now());
      return {
        parcelNo: parcel.parcelNo,
        ftNo: parcel.ftNo,
        state: parcel.state,
        carrier: parcel.carrier?.name ?? task?.task.carrier ?? "",
        stop: task === null ? null : stopped(task, parcel),
        refused: outbox.reportState(parcel.parcelNo) === "parked",
        unlabelled: unlabelledOf(parcel, trackingNo !== null),
        unscanned: scanBack.isListed(parcel.parcelNo),
        wrongLabel: wrongLabelOf(parcel, trackingNo),
        milestone: parcel.milestone,
        elsewhere: null,
      };
    });
  };

  /** Starts a milestone's mode; the same again ends it, another takes its place. */
  const toggle = (wanted: Milestone): Answer => {
    const asking = later.asking();
    if (asking > 0) return elsewhereAnswer.stillAsking(asking);
    askedAgain = null;
    if (mode === wanted) {
      mode = null;
      return handoverEnded(wanted, told);
    }
    mode = wanted;
    told = 0;
    rows = [];
    return handoverStarted(wanted, parcels.readyToHandOver());
  };

  /** Written down and queued, inside the caller's transaction. */
  const write = (
    { ftNo, parcelNo, carrier, elsewhere: other }: HandoverParcel,
    tell: readonly Milestone[],
    before: Milestone | null,
    at: number,
  ): void => {
    for (const milestone of tell) {
      const { description } = milestoneModes[milestone];
      const words = milestone === "SHIPPING" ? `${description} to ${carrier === "" ? "the carrier" : carrier}` : description;
      const body = bodies.parcelActivity({ ftNo, parcelNo, milestone, description: words, at });
      if (other === null) {
        parcels.setMilestone(parcelNo, milestone);
        // It must not come out for a box that is gone
        if (labelState(parcelNo) === "held-up") printJobs.cancelLabels(parcelNo, at);
      } else parts.toldElsewhere.put({ parcelNo, ftNo, trackingNo: other.trackingNo, carrier, milestone }, at);
      outbox.add({ ftNo, parcelNo, call: "parcel-activity", body, urgent: true }, at);
      const kind = milestone === "SHIPPING" ? "parcel-handed-over" : "parcel-milestone";
      journal.add(
        {
          kind,
          ftNo,
          parcelNo,
          before: before === null ? null : { milestone: before },
          after: { carrier, milestone, ...(other === null ? {} : { elsewhere: true }) },
        },
        at,
      );
    }
    // Its label is scanned again when it comes back
    if (other !== null && other.trackingNo !== "") parts.tasks.addTrackingCode(ftNo, other.trackingNo);
  };

  /** What became of a scan takes the place of the row that says that OMS4 is asked about it. */
  const row = (code: string, parcel: HandoverParcel | null, ok: boolean | null, words: string): void => {
    const said: Row = { code: parcel?.parcelNo ?? code, ftNo: parcel?.ftNo ?? "", carrier: parcel?.carrier ?? "", ok, words };
    const waiting = rows.findIndex((one) => one.ok === null && one.code === code);
    rows = waiting < 0 ? [said, ...rows].slice(0, ROWS_SHOWN) : rows.with(waiting, said);
  };
  const refuse = (code: string, verdict: Answer): Told => {
    row(code, null, false, verdict.title);
    return { verdict, toldOms4: false, ask: null };
  };

  const one = (running: Milestone, code: string, readings: readonly ReadScan[], at: number): Told => {
    const here = candidates(readings);
    // REPRINT means the box in the packer's hands
    onParcelSeen(here.length === 1 ? (here[0]?.parcelNo ?? null) : null);
    const found = here.length > 0 ? here : elsewhere.known(readings);
    const question = found.length > 0 ? null : elsewhere.question(readings);
    if (question === null) return settle(running, code, found, at);
    if (!parts.elsewhere.reachable()) return refuse(code, elsewhereAnswer.offline(code));
    const verdict = elsewhereAnswer.asking(code);
    row(code, null, null, "asking OMS4 …");
    return { verdict, toldOms4: false, ask: { text: code, question } };
  };

  /** Decides about the parcels that a scan may mean, and writes it down. */
  const settle = (running: Milestone, code: string, found: readonly HandoverParcel[], at: number): Told => {
    const key = `${running} ${found[0]?.parcelNo ?? ""}`;
    const allowed = supervisor.allows(at) || (!supervisor.isSet() && askedAgain === key);
    const { parcel, tell, wantsSupervisor, verdict } = decideHandover(code, found, { mode: running, told, supervisor: allowed });
    askedAgain = wantsSupervisor ? key : null;
    if (parcel === null || tell.length === 0) {
      const words = wantsSupervisor ? `${verdict.text} ${supervisor.how("scan the parcel again")}` : verdict.text;
      row(code, parcel, false, verdict.title);
      return { verdict: { ...verdict, text: words }, toldOms4: false, ask: null };
    }
    write(parcel, tell, parcel.milestone, at);
    told += 1;
    row(code, parcel, true, milestoneModes[running].done);
    return { verdict, toldOms4: true, ask: null };
  };

  /** Numbers separated by spaces, commas or line breaks; all that may go are written as one. */
  const list = (running: Milestone, codes: readonly string[], at: number): Listed => {
    const refused: Refused[] = [];
    const ask: Asked[] = [];
    const before = told;
    for (const code of codes) {
      const answered = one(running, code, parts.readings(code), at);
      if (answered.ask !== null && ask.length < MOST_ASKED) ask.push(answered.ask);
      else if (answered.ask !== null) refused.push({ code, words: refuse(code, elsewhereAnswer.tooMany(code, MOST_ASKED)).verdict.title });
      else if (!answered.toldOms4) refused.push({ code, words: answered.verdict.title });
    }
    return {
      verdict: handoverListed(running, told - before, refused, ask.length),
      toldOms4: told > before,
      ask,
      list: { told: told - before, refused },
    };
  };

  /** Runs a decision in a transaction; what was not kept, the screen must not count. */
  const kept = <T>(decide: () => T): T => {
    const before = { told, rows, askedAgain };
    try {
      return database.transaction(decide);
    } catch (error) {
      ({ told, rows, askedAgain } = before);
      throw error;
    }
  };

  /** What was scanned or pasted; `toldOms4` when something waits to be sent now. */
  const scan = (text: string, readings: readonly ReadScan[]): Listed => {
    const running = mode ?? "SHIPPING";
    const at = clock.now();
    const codes = numbersOf(text);
    // What is too much would be left out, and nobody would know which ones
    if (codes.length > MOST_IN_LIST) return { verdict: listTooLong(codes.length, MOST_IN_LIST), toldOms4: false, ask: [], list: null };
    return kept((): Listed => {
      const isKnown = candidates(readings).length > 0 || elsewhere.isKnown(readings);
      // A tracking number may be written with spaces: the whole text comes first
      if (codes.length > 1 && !isKnown) return list(running, codes, at);
      const answered = one(running, text, readings, at);
      return { ...answered, ask: answered.ask === null ? [] : [answered.ask], list: null };
    });
  };

  const later = createHandoverLater({
    ...parts,
    elsewhere,
    source: parts.elsewhere,
    band,
    mode: () => mode,
    settle,
    refuse,
    candidates,
    kept,
  });

  return {
    toggle,
    scan,
    follow: later.follow,
    running: (): boolean => mode !== null,
    mode: (): Milestone | null => mode,
    /** The command that ends what runs, without its CMD. */
    endWord: (): string => milestoneModes[mode ?? "SHIPPING"].command.slice(3),
    handedOver: (): number => told,
    view: (): MilestoneView | null => {
      if (mode === null) return null;
      const { command, title, done, scan: what } = milestoneModes[mode];
      return { milestone: mode, command, title, done, scan: what, told, last: [...rows] };
    },
  };
};
export type HandoverDesk = ReturnType<typeof createHandoverDesk>;
