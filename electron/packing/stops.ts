import { fail, succeed, type Result } from "../../shared/failures.ts";
import { isSlip } from "../../shared/parcel.ts";
import { readStatus } from "../../shared/task.ts";
import type { CancelRequestStore } from "../store/cancel-requests.ts";
import type { Journal } from "../store/journal.ts";
import type { Outbox } from "../store/outbox.ts";
import type { StoredParcel } from "../store/parcels.ts";
import type { PrintJobs } from "../store/print-jobs.ts";
import type { Stop, StopKind } from "../store/stops.ts";
import { packedElsewhere, takeOuts, type BenchTask } from "./bench.ts";
import { linesInFull } from "./closing.ts";
import { mayBeOut } from "./label-arrival.ts";
import { loadByNumber, type BenchStores } from "./load.ts";
import type { Perform } from "./perform.ts";
import { grownUnits, keepsBack, sameUnits, stopKindOf, stopUnitsOf } from "./stop-kinds.ts";
import type { StoppedParcel } from "./stop-verdicts.ts";
import { isWholeParcel, leftNews, stopWords } from "./stop-words.ts";

export type StopParts = BenchStores &
  Readonly<{ outbox: Outbox; printJobs: PrintJobs; journal: Journal; cancelRequests: CancelRequestStore; perform: Perform }>;

/** `elsewhere`: what was stopped was packed at another station too. */
export type Settled = Readonly<{ raised: readonly StoppedParcel[]; freed: boolean; elsewhere: boolean }>;
export const NOTHING_NEW: Settled = { raised: [], freed: false, elsewhere: false };

/**
 * Packed parcels of tasks that OMS4 took back or asks about. `settle` compares what is packed with what is wanted now and draws the
 * consequences, so that it may run at any time and twice. Every function runs in the caller's transaction.
 */
export const createStops = (parts: StopParts) => {
  const { tasks, parcels, stops, outbox, printJobs, journal, perform } = parts;
  const note = (kind: string, ftNo: string, parcelNo: string, after: unknown, at: number): void =>
    journal.add({ kind, ftNo, parcelNo, before: null, after }, at);

  const labelOut = (parcelNo: string): boolean =>
    printJobs.ofParcel(parcelNo).some(({ document, state }) => !isSlip(document) && mayBeOut(state));

  /** Another station packed it, and nothing that OMS4 may have heard from here says otherwise: this station's box is the one too many. */
  const leaveToOther = (task: BenchTask, at: number): boolean => {
    const { ftNo, status } = task.task;
    const finished = readStatus(status) === "finished" && task.state !== "waiting";
    if (task.state === "cancelled" || packedElsewhere(task) || (!finished && (task.shared || stops.elsewhere(ftNo).length === 0)))
      return false;
    // A refused report is a person's matter: the status may say so because somebody booked this very parcel by hand
    const told = task.parcels.some(
      ({ parcelNo, state }) => state === "handed-over" || outbox.reached(parcelNo) || outbox.reportState(parcelNo) === "parked",
    );
    if (told) return false;
    tasks.markState(ftNo, "done-elsewhere", at);
    return true;
  };

  const kindOf = (task: BenchTask, parcel: StoredParcel): StopKind | null => stopKindOf(task, parcel, stops.hasOldLabel(parcel.parcelNo));

  /** What a stop does to the report and the label of a closed parcel. */
  const keepBack = (task: BenchTask, parcelNo: string, kind: StopKind, at: number): void => {
    if (kind === "request" || (kind === "more" && keepsBack(task, kind))) {
      printJobs.cancelQueued(parcelNo, at);
      outbox.hold(parcelNo, at);
    } else if (kind === "pull" || kind === "take-out") {
      perform.withdraw(parcelNo, at);
      // What may have arrived is not held any more, but looked for: its task's news wait behind it
      outbox.unhold(parcelNo, at);
    }
  };

  /** What became of one parcel: stopped just now, free again, or nothing new. */
  const settleParcel = (task: BenchTask, parcel: StoredParcel, at: number): StoppedParcel | "free" | null => {
    const { parcelNo, ftNo } = parcel;
    const known = stops.get(parcelNo);
    const kind = kindOf(task, parcel);
    const isFree = known !== null && known.doneAt === null && keepsBack(task, known.kind) && !keepsBack(task, kind);
    if (isFree && parcel.state === "closed") perform.resume(ftNo, parcelNo, linesInFull(task), at);
    if (kind === null) {
      // What a person let go as it is stays so after it has left
      if (known === null || (known.kind === "more" && known.doneAt !== null && parcel.state === "handed-over")) return null;
      stops.lift(parcelNo);
      if (known.doneAt !== null || known.kind === "relabel" || known.kind === "more") return null;
      return parcel.state === "open" ? null : "free";
    }
    if (parcel.state === "closed" && parcel.items.length === 0) {
      stops.lift(parcelNo);
      perform.pullParcel(ftNo, parcelNo, at);
      return null;
    }
    const units = stopUnitsOf(task, parcelNo, kind);
    const same = known?.kind === kind;
    const grown = grownUnits(same ? known.units : {}, units);
    const isNew = !same || Object.keys(grown).length > 0;
    if (!isNew && known.doneAt !== null) {
      if (!sameUnits(known.units, units)) stops.narrow(parcelNo, units);
      return null;
    }
    const words = stopWords(task, parcelNo, { kind, units, labelOut: labelOut(parcelNo) });
    if (!isNew && known.words === words && sameUnits(known.units, units)) return null;
    if (parcel.state === "closed") keepBack(task, parcelNo, kind, at);
    if (kind === "left" && isNew) perform.tellParcel(ftNo, parcelNo, leftNews(task, parcelNo, grown), at);
    stops.put({ parcelNo, ftNo, kind, words, units, at });
    note("parcel-stopped", ftNo, parcelNo, { reason: words }, at);
    return isNew && parcel.state !== "open"
      ? { parcelNo, kind, labelOut: labelOut(parcelNo), whole: isWholeParcel(task, parcelNo, units) }
      : null;
  };

  const load = (ftNo: string, at: number): BenchTask | null => loadByNumber(parts, ftNo, at);

  /** Draws the consequences of what OMS4 says of a task now; gives the parcels that were stopped just now, and whether others are free again. */
  const settle = (ftNo: string, at: number): Settled => {
    if (stops.settled(ftNo).relabel) {
      stops.noteOldLabels(ftNo, at);
      for (const parcel of parcels.ofTask(ftNo)) if (parcel.state === "closed") perform.renewReport(ftNo, parcel, at);
    }
    const first = load(ftNo, at);
    if (first === null) return NOTHING_NEW;
    const task = leaveToOther(first, at) ? load(ftNo, at) : first;
    if (task === null) return NOTHING_NEW;
    const settled = parcels.ofTask(ftNo).flatMap((parcel) => settleParcel(task, parcel, at) ?? []);
    const after = parcels.ofTask(ftNo);
    // Everything packed was pulled: if the cancellation is taken back, the task is packed anew
    if (task.state === "done" && after.every(({ state }) => state === "pulled") && after.length > 0) tasks.markState(ftNo, "cancelled", at);
    return { raised: settled.filter((one) => one !== "free"), freed: settled.includes("free"), elsewhere: packedElsewhere(task) };
  };

  const pull = ({ parcelNo, ftNo }: Stop, at: number): void => {
    stops.lift(parcelNo);
    if (parcels.get(parcelNo)?.state === "open" && !outbox.reached(parcelNo)) {
      for (const { detailId, qty } of parcels.get(parcelNo)?.items ?? [])
        for (let unit = 0; unit < qty; unit++) parcels.takeOut(ftNo, parcelNo, detailId, null);
      parcels.drop(parcelNo);
      note("parcel-dropped", ftNo, parcelNo, null, at);
    } else perform.pullParcel(ftNo, parcelNo, at);
    settle(ftNo, at);
  };

  /** What is missing stays out: its report and label may have been taken back when something else had to come out of it. */
  const goAsItIs = ({ parcelNo, ftNo }: Stop, at: number): void => {
    stops.deal(parcelNo, at);
    const task = load(ftNo, at);
    if (task !== null && keepsBack(task, "more")) perform.resume(ftNo, parcelNo, linesInFull(task), at);
  };

  return {
    settle,
    /** The open stop a scanned code is about: a parcel's own number, or the tracking number on its label. */
    byCode: (code: string): Stop | null => {
      const found = parcels.get(code) === null ? parcels.byTracking(code).map(({ parcelNo }) => parcelNo) : [code];
      const open = found.flatMap((parcelNo) => stops.get(parcelNo) ?? []).filter(({ doneAt }) => doneAt === null);
      return open.length === 1 ? (open[0] ?? null) : null;
    },
    any: stops.any,
    /** The box is out of the way, says who scanned its label; how many of its task are still to be pulled. */
    confirmPulled: (stop: Stop, at: number): number => {
      pull(stop, at);
      return stops.ofTask(stop.ftNo).filter(({ kind, doneAt }) => kind === "pull" && doneAt === null).length;
    },
    /** A person vouches that a stop was dealt with in another way than by scanning. Failures: `not-found`, `not-now`. */
    vouch: (parcelNo: string, at: number): Result<null> => {
      const stop = stops.get(parcelNo);
      if (stop === null || stop.doneAt !== null) return fail("not-found", parcelNo);
      if (stop.kind === "request") return fail("not-now", `${stop.ftNo} waits for OMS4's decision.`);
      note("stop-vouched", stop.ftNo, parcelNo, { reason: stop.words }, at);
      if (stop.kind === "left") stops.deal(parcelNo, at);
      else if (stop.kind === "more") goAsItIs(stop, at);
      else if (stop.kind === "relabel") {
        stops.forgetOldLabel(parcelNo);
        stops.lift(parcelNo);
      } else if (stop.kind === "pull") pull(stop, at);
      else {
        const task = load(stop.ftNo, at);
        for (const { detailId, qty } of task === null ? [] : takeOuts(task).filter((out) => out.parcelNo === parcelNo))
          for (let unit = 0; unit < qty; unit++) {
            parcels.takeOut(stop.ftNo, parcelNo, detailId, null);
            journal.add({ kind: "unit-taken-out", ftNo: stop.ftNo, parcelNo, before: { detailId, qty: 1 }, after: null }, at);
          }
        settle(stop.ftNo, at);
      }
      return succeed(null);
    },
    /** False when a report that surely never arrived must not go any more. What has left is told whatever happens. */
    mayReport: (ftNo: string, parcelNo: string, at: number): boolean => {
      const parcel = parcels.get(parcelNo);
      const task = load(ftNo, at);
      if (parcel === null || task === null || parcel.state === "handed-over") return true;
      if (parcel.state === "pulled") return false;
      const kind = kindOf(task, parcel);
      return kind !== "pull" && kind !== "take-out";
    },
  };
};
export type Stops = ReturnType<typeof createStops>;
