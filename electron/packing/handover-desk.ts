import { isSlip, type Milestone } from "../../shared/parcel.ts";
import { normaliseCode, type ReadScan } from "../../shared/scan.ts";
import type { MilestoneView } from "../../shared/station.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { StoredParcel } from "../store/parcels.ts";
import { stopOf } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { decideHandover, handoverEnded, handoverListed, handoverStarted, milestoneModes, type HandoverParcel } from "./handover.ts";
import { changeWords } from "./label-answers.ts";
import { loadByNumber, type BenchStores } from "./load.ts";
import type { PerformParts } from "./perform.ts";
import type { Supervisor } from "./supervisor.ts";

export type HandoverDeskParts = PerformParts &
  BenchStores &
  Readonly<{
    database: Database;
    clock: Clock;
    supervisor: Supervisor;
    readings: (text: string) => readonly ReadScan[];
    /** The parcel that was scanned; null when it is none, or more than one. */
    onParcelSeen: (parcelNo: string | null) => void;
  }>;

/** More rows than a screen holds are only counted. */
const ROWS_SHOWN = 8;
/** More numbers in one list are somebody's whole history pasted by mistake. */
const MOST_IN_LIST = 1_000;
const SEPARATORS = /[\s,;]+/;

type Row = MilestoneView["last"][number];
type Told = Readonly<{ verdict: Answer; toldOms4: boolean }>;

/** The desk while parcels leave with the carrier, or another milestone is told: each one is scanned, told to OMS4 and written down. */
export const createHandoverDesk = (parts: HandoverDeskParts) => {
  const { database, clock, parcels, labels, printJobs, labelChanges, outbox, journal, bodies, supervisor, scanBack, onParcelSeen } = parts;
  let mode: Milestone | null = null;
  let told = 0;
  let rows: readonly Row[] = [];
  /** The parcel that was refused for want of a supervisor, and how: scanned again it goes, where no PIN is set. */
  let askedAgain: string | null = null;

  /** `scanned`: the tracking number on its label, null when the parcel's own number was scanned. */
  const wrongLabelOf = ({ parcelNo, ftNo, trackingNo }: StoredParcel, scanned: string | null): string | null => {
    const change = labelChanges.get(parcelNo);
    if (change !== null) return changeWords(change, false);
    const stop = parts.stops.get(parcelNo);
    if (stop?.kind === "relabel") return stop.words;
    if (scanned === null || trackingNo === "" || normaliseCode(trackingNo) === scanned) return null;
    // The new label is out, and the box still bears the old one
    return labels.ofTask(ftNo).some((label) => label.parcelNo === parcelNo && normaliseCode(label.trackingNo) === scanned)
      ? `This is its old label. Put the one with ${trackingNo} on it, or scan REPRINT.`
      : null;
  };

  const candidates = (readings: readonly ReadScan[]): readonly HandoverParcel[] => {
    for (const { code } of readings) {
      const direct = parcels.get(code);
      const found = direct === null ? parcels.byTracking(code) : [direct];
      if (found.length > 0) {
        return found.map((parcel) => {
          const task = loadByNumber(parts, parcel.ftNo, clock.now());
          return {
            parcelNo: parcel.parcelNo,
            ftNo: parcel.ftNo,
            state: parcel.state,
            carrier: parcel.carrier?.name ?? task?.task.carrier ?? "",
            stop: task === null ? null : parcel.state === "pulled" ? "pull" : stopOf(task, parcel.parcelNo),
            unlabelled: printJobs.ofParcel(parcel.parcelNo).every(({ state, document }) => state === "cancelled" || isSlip(document)),
            unscanned: scanBack.isListed(parcel.parcelNo),
            wrongLabel: wrongLabelOf(parcel, direct === null ? code : null),
            milestone: parcel.milestone,
          };
        });
      }
    }
    return [];
  };

  /** Starts a milestone's mode; the same again ends it, another takes its place. */
  const toggle = (wanted: Milestone): Answer => {
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
  const write = ({ ftNo, parcelNo, carrier }: HandoverParcel, tell: readonly Milestone[], before: Milestone | null, at: number): void => {
    for (const milestone of tell) {
      const { description } = milestoneModes[milestone];
      const words = milestone === "SHIPPING" ? `${description} to ${carrier === "" ? "the carrier" : carrier}` : description;
      const body = bodies.parcelActivity({ ftNo, parcelNo, milestone, description: words, at });
      parcels.setMilestone(parcelNo, milestone);
      outbox.add({ ftNo, parcelNo, call: "parcel-activity", body, urgent: true }, at);
      const kind = milestone === "SHIPPING" ? "parcel-handed-over" : "parcel-milestone";
      journal.add({ kind, ftNo, parcelNo, before: before === null ? null : { milestone: before }, after: { carrier, milestone } }, at);
    }
  };

  const row = (code: string, parcel: HandoverParcel | null, ok: boolean, words: string): void => {
    rows = [{ code: parcel?.parcelNo ?? code, ftNo: parcel?.ftNo ?? "", carrier: parcel?.carrier ?? "", ok, words }, ...rows].slice(
      0,
      ROWS_SHOWN,
    );
  };

  const one = (running: Milestone, code: string, readings: readonly ReadScan[], at: number): Told => {
    const found = candidates(readings);
    // REPRINT means the box in the packer's hands
    onParcelSeen(found.length === 1 ? (found[0]?.parcelNo ?? null) : null);
    const key = `${running} ${found[0]?.parcelNo ?? ""}`;
    const allowed = supervisor.allows(at) || (!supervisor.isSet() && askedAgain === key);
    const { parcel, tell, wantsSupervisor, verdict } = decideHandover(code, found, { mode: running, told, supervisor: allowed });
    askedAgain = wantsSupervisor ? key : null;
    if (parcel === null || tell.length === 0) {
      const words = wantsSupervisor ? `${verdict.text} ${supervisor.how("scan the parcel again")}` : verdict.text;
      row(code, parcel, false, verdict.title);
      return { verdict: { ...verdict, text: words }, toldOms4: false };
    }
    write(parcel, tell, parcel.milestone, at);
    told += 1;
    row(code, parcel, true, milestoneModes[running].done);
    return { verdict, toldOms4: true };
  };

  /** Numbers separated by spaces, commas or line breaks; all that may go are written as one. */
  const list = (running: Milestone, codes: readonly string[], at: number): Told => {
    const refused: { code: string; words: string }[] = [];
    const before = told;
    for (const code of codes) {
      const { verdict, toldOms4 } = one(running, code, parts.readings(code), at);
      if (!toldOms4) refused.push({ code, words: verdict.title });
    }
    return { verdict: handoverListed(running, told - before, refused), toldOms4: told > before };
  };

  /** What was scanned or pasted; `toldOms4` when something waits to be sent now. */
  const scan = (text: string, readings: readonly ReadScan[]): Told => {
    const running = mode ?? "SHIPPING";
    const at = clock.now();
    const codes = [...new Set(text.split(SEPARATORS).filter((code) => code !== ""))].slice(0, MOST_IN_LIST);
    const before = { told, rows, askedAgain };
    try {
      return database.transaction(() =>
        // A tracking number may be written with spaces: the whole text comes first
        codes.length > 1 && candidates(readings).length === 0 ? list(running, codes, at) : one(running, text, readings, at),
      );
    } catch (error) {
      // Nothing was kept: the screen must not count it
      ({ told, rows, askedAgain } = before);
      throw error;
    }
  };

  return {
    toggle,
    scan,
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
