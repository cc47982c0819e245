import { errorWords } from "../../shared/error-words.ts";
import { labelWait } from "../../shared/label-wait.ts";
import type { LabelNews } from "../../shared/station.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { LabelChanges } from "../store/label-changes.ts";
import type { LabelStore } from "../store/labels.ts";
import type { ParcelStore, StoredParcel, WaitingParcel } from "../store/parcels.ts";
import type { ParkedBoxes } from "../store/parked-boxes.ts";
import type { PrintJobs } from "../store/print-jobs.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { Answer } from "./decision.ts";
import { mayBeOut, type LabelArrival } from "./label-arrival.ts";
import { labelAnswer, waitedWords } from "./label-answers.ts";
import type { MayPrint } from "./may-print.ts";
import type { ScanBack } from "./scan-back.ts";

export type ParkingParts = Readonly<{
  database: Database;
  clock: Clock;
  log: Log;
  tasks: TaskStore;
  parcels: ParcelStore;
  labels: LabelStore;
  printJobs: PrintJobs;
  parkedBoxes: ParkedBoxes;
  labelChanges: LabelChanges;
  journal: Journal;
  mayPrint: MayPrint;
  scanBack: ScanBack;
  /** How long a closed box waits at the bench for its label, ms; 0: no slips. Asked each time. */
  slipAfterMs: () => number;
  printOnce: LabelArrival["printOnce"];
  /** OMS4 is asked for this parcel's label at once. */
  askLabel: (parcelNo: string) => void;
  /** After something is to be printed. */
  onPrint: () => void;
}>;

/** After its slip was scanned a box stands at the bench so long: a label that comes meanwhile prints by itself. */
const STAND_BY_MS = 30_000;
/** Who closed a box longer ago than this before a restart has put it somewhere by now, and knows where. */
const SLIPS_SINCE_MS = 12 * 3_600_000;
const AT_A_TIME = 20;
/** Most labels of split parcels come within seconds of the report: a list that flickers is not read. */
const NEWS_AFTER_MS = 5_000;
const MOST_SHOWN = 3;
const MOST_COUNTED = 100;
const HAVE_LABELS: readonly string[] = ["open", "closed", "handed-over"];
const UNSCANNED = { label: "unscanned", words: null } as const;
/** The disk, or a fault of our own: looked at again, and no busy loop. */
const LOOK_AGAIN_MS = 5_000;

/**
 * Boxes whose label has not come: after a short wait each gets a parking slip, so that it can leave the bench; scanning the slip later
 * prints the label, which never comes out at a bench where its box no longer stands.
 */
export const createParking = (parts: ParkingParts) => {
  const { database, clock, log, tasks, parcels, labels, printJobs, parkedBoxes, labelChanges, journal, mayPrint, scanBack, askLabel } =
    parts;
  let running = false;
  let startedAt = 0;
  let takeTimer = (): void => {};
  /** Boxes closed up to here have had their slip, or want none. */
  let dealtWith = { closedAt: 0, parcelNo: "" };
  /** The parcel scanned just before: what REPRINT means. */
  let looked: string | null = null;

  /** True for a box that stands elsewhere with a slip on it. */
  const isParked = (parcelNo: string): boolean => {
    const slip = parkedBoxes.get(parcelNo) === null ? null : printJobs.slipOf(parcelNo);
    return slip !== null && mayBeOut(slip.state);
  };

  const hasLabelPrint = (parcelNo: string): boolean => scanBack.labelJob(parcelNo) !== null;

  const park = ({ parcelNo, ftNo }: WaitingParcel, at: number): boolean => {
    if (hasLabelPrint(parcelNo) || parkedBoxes.get(parcelNo) !== null || !mayPrint({ parcelNo, ftNo }).ok) return false;
    return database.transaction(() => {
      const queued = parts.printOnce(parcelNo, ftNo, "parking-slip", null, at);
      parkedBoxes.park(parcelNo, ftNo, at);
      journal.add({ kind: "box-parked", ftNo, parcelNo, before: null, after: null }, at);
      return queued;
    });
  };

  const look = (): void => {
    takeTimer();
    takeTimer = () => {};
    const wait = parts.slipAfterMs();
    if (!running || wait <= 0) return;
    const now = clock.now();
    // A clock that was set back must not keep the next boxes without slips
    if (dealtWith.closedAt > now) dealtWith = { closedAt: now - SLIPS_SINCE_MS, parcelNo: "" };
    let printed = false;
    for (;;) {
      const waiting = parcels.waitingForLabel(AT_A_TIME, dealtWith);
      for (const box of waiting) {
        // At a start its label may be there with the first answer
        const due = Math.max(box.closedAt, startedAt) + wait;
        if (due > now) {
          takeTimer = clock.after(due - now, tick);
          if (printed) parts.onPrint();
          return;
        }
        if (park(box, now)) printed = true;
        dealtWith = { closedAt: box.closedAt, parcelNo: box.parcelNo };
      }
      if (waiting.length < AT_A_TIME) break;
    }
    if (printed) parts.onPrint();
  };

  function tick(): void {
    try {
      look();
    } catch (error) {
      log.error({ error: errorWords(error) }, "parking slips could not be looked after");
      if (running) takeTimer = clock.after(LOOK_AGAIN_MS, tick);
    }
  }

  const find = (code: string): StoredParcel | null => {
    const direct = parcels.get(code);
    if (direct !== null) return direct;
    const [found, ...others] = parcels.byTracking(code);
    // A tracking number opens its task as long as there is something to pack
    return found !== undefined && others.length === 0 && tasks.get(found.ftNo)?.state === "done" ? found : null;
  };

  /** `code`: what of it was scanned. */
  const answerFor = (parcel: StoredParcel, code: string, at: number): Answer => {
    const { parcelNo, ftNo } = parcel;
    if (parcel.state === "open") return labelAnswer.notClosed(parcelNo, ftNo);
    if (parcel.state === "handed-over") return labelAnswer.handedOver(parcelNo, ftNo);
    const allowed = mayPrint({ parcelNo, ftNo });
    if (!allowed.ok) return labelAnswer.stopped(parcelNo, ftNo, allowed.failure.detail);
    const change = labelChanges.get(parcelNo);
    if (change !== null) return labelAnswer.changed(change, false);
    const pasted = scanBack.scannedUnasked(parcel, code, null);
    if (pasted !== null) return pasted;
    const job = scanBack.labelJob(parcelNo);
    if (job !== null) {
      if (job.state === "queued" || job.state === "rendered") return labelAnswer.onItsWay(parcelNo, ftNo);
      return job.state === "failed" || job.state === "unknown"
        ? labelAnswer.notPrinted(parcelNo, ftNo)
        : labelAnswer.printedAlready(parcelNo, ftNo, job.copy);
    }
    const label = labels.forParcel(parcelNo);
    if (label === null || label.outOfForce) {
      askLabel(parcelNo);
      database.transaction(() => {
        parkedBoxes.comeBack(parcelNo, at + STAND_BY_MS);
        journal.add({ kind: "slip-scanned", ftNo, parcelNo, before: null, after: null }, at);
      });
      return labelAnswer.waits(parcelNo, ftNo, at - (parcel.closedAt ?? at), STAND_BY_MS / 1_000);
    }
    database.transaction(() => {
      printJobs.cancelSlip(parcelNo, at);
      // The box is here: whether its slip ever came out need nobody look
      const slip = printJobs.slipOf(parcelNo);
      if (slip?.state === "unknown") printJobs.answer(slip.id, "cancelled", at);
      parkedBoxes.remove(parcelNo);
      journal.add({ kind: "slip-scanned", ftNo, parcelNo, before: null, after: { label: label.id } }, at);
      parts.printOnce(parcelNo, ftNo, "shipping-label", label.id, at);
      scanBack.printing(parcelNo, ftNo, true, at);
    });
    parts.onPrint();
    return labelAnswer.prints(parcelNo, ftNo, parcel.trackingNo);
  };

  return {
    start: (): void => {
      running = true;
      startedAt = clock.now();
      dealtWith = { closedAt: startedAt - SLIPS_SINCE_MS, parcelNo: "" };
      tick();
    },
    stop: (): void => {
      running = false;
      takeTimer();
    },
    /** A parcel was closed, or the settings changed: when the next slip is due may be another time. */
    kick: tick,
    /**
     * A code was scanned that may be a parcel's: its label prints where it is here, else it is said how long it has waited. With a task
     * open nothing prints: two boxes at one bench have got each other's labels before.
     */
    scanned: (codes: readonly string[], at: number, taskIsOpen: boolean): Answer | null => {
      looked = null;
      if (taskIsOpen) {
        const other = codes.map((code) => parcels.get(code)).find((found) => found !== null);
        return other === null || other === undefined ? null : labelAnswer.taskIsOpen(other.parcelNo, other.ftNo);
      }
      for (const code of codes) {
        const parcel = find(code);
        if (parcel === null) continue;
        // Where there is something to pack, the label of a pulled one is a way to its task
        const isOver = parcel.state === "pulled" && tasks.get(parcel.ftNo)?.state === "done";
        if (isOver) return labelAnswer.pulled(parcel.parcelNo, parcel.ftNo);
        if (!HAVE_LABELS.includes(parcel.state)) return null;
        looked = parcel.parcelNo;
        return answerFor(parcel, code, at);
      }
      return null;
    },
    /** The parcel that was scanned or alarmed about last, as long as nothing else was scanned: what REPRINT means. */
    lookedAt: (): string | null => looked,
    lookAt: (parcelNo: string | null): void => {
      looked = parcelNo;
    },
    /** How a parcel stands with its label, for the screen; `words` null where the print's own words say all. */
    labelOf: ({ parcelNo, state, closedAt }: Pick<StoredParcel, "parcelNo" | "state" | "closedAt">, now: number) => {
      const fine = { label: "fine", words: null } as const;
      if (state !== "closed") return fine;
      if (labelChanges.get(parcelNo) !== null) return { label: "changed", words: "wrong label on the box: scan it, then REPRINT" } as const;
      const box = parkedBoxes.get(parcelNo);
      if (box !== null && box.labelAt !== null) return { label: "parked", words: "label is here: scan the box's slip" } as const;
      if (closedAt === null || !parcels.wantsLabel(parcelNo)) return scanBack.isListed(parcelNo) ? UNSCANNED : fine;
      const waited = waitedWords(now - closedAt);
      return {
        label: labelWait(now - closedAt),
        words: isParked(parcelNo) ? `parked · waiting for the label · ${waited}` : `waiting for the label · ${waited}`,
      };
    },
    /** Labels somebody has to think of. Those closed a moment ago are no news. */
    news: (now: number): LabelNews => {
      const waiting = parcels.waitingForLabel(MOST_COUNTED).filter(({ closedAt }) => now - closedAt >= NEWS_AFTER_MS);
      return {
        waiting: waiting
          .slice(0, MOST_SHOWN)
          .map(({ parcelNo, ftNo, closedAt }) => ({ parcelNo, ftNo, since: closedAt, parked: isParked(parcelNo) })),
        waitingCount: waiting.length,
        ...scanBack.news(),
        ready: parkedBoxes.ready(MOST_SHOWN).map(({ parcelNo }) => parcelNo),
        readyCount: parkedBoxes.readyCount(),
      };
    },
  };
};
export type Parking = ReturnType<typeof createParking>;
