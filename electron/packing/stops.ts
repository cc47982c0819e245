import { fail, succeed, type Result } from "../../shared/failures.ts";
import { isSlip } from "../../shared/parcel.ts";
import { readStatus } from "../../shared/task.ts";
import type { CancelRequestStore } from "../store/cancel-requests.ts";
import type { Journal } from "../store/journal.ts";
import type { Outbox } from "../store/outbox.ts";
import type { StoredParcel } from "../store/parcels.ts";
import type { PrintJobs } from "../store/print-jobs.ts";
import type { Stop, StopKind } from "../store/stops.ts";
import { leftWithCancelled, nameOf, packedElsewhere, stopOf, takeOuts, unitsWanted, wholeCancelled, type BenchTask } from "./bench.ts";
import { takenBackOf } from "./closing.ts";
import { mayBeOut } from "./label-arrival.ts";
import { loadByNumber, type BenchStores } from "./load.ts";
import type { Perform } from "./perform.ts";
import type { StoppedParcel } from "./stop-verdicts.ts";
import { listed, plural } from "./words.ts";

export type StopParts = BenchStores &
  Readonly<{ outbox: Outbox; printJobs: PrintJobs; journal: Journal; cancelRequests: CancelRequestStore; perform: Perform }>;

export type Settled = Readonly<{ raised: readonly StoppedParcel[]; freed: boolean }>;
const NOTHING_NEW: Settled = { raised: [], freed: false };

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
    if (task.state === "cancelled" || packedElsewhere(task) || (!finished && stops.elsewhere(ftNo).length === 0)) return false;
    // A refused report is a person's matter: the status may say so because somebody booked this very parcel by hand
    const told = task.parcels.some(
      ({ parcelNo, state }) => state === "handed-over" || outbox.reached(parcelNo) || outbox.reportState(parcelNo) === "parked",
    );
    if (told) return false;
    tasks.markState(ftNo, "done-elsewhere", at);
    return true;
  };

  const wordsOf = (task: BenchTask, parcelNo: string, kind: StopKind): string => {
    const { ftNo } = task.task;
    switch (kind) {
      case "pull":
        return labelOut(parcelNo) ? "Pull it and destroy its label: scan the label." : `Scan ${ftNo} and put its items back.`;
      case "take-out": {
        const names = new Map(task.task.details.map((detail) => [detail.detailId, nameOf(detail)]));
        const out = takeOuts(task).filter((one) => one.parcelNo === parcelNo);
        return `Scan ${ftNo} and take out: ${listed(out.map(({ detailId, qty }) => `${qty} × ${names.get(detailId) ?? detailId}`))}.`;
      }
      case "request":
        return task.request?.unclear === true
          ? `OMS4 closed the buyer's request with "${task.request.result || "no word"}": a supervisor asks OMS4, scans ${ftNo} and RELEASE.`
          : "Keep it here until OMS4 has decided.";
      case "relabel":
        return "Its label bears the old address or carrier: destroy it, and scan REPRINT for the new one.";
      case "more":
        return `OMS4 ordered ${plural(unitsWanted(task), "unit")} more after it was packed: scan ${ftNo} to add what is missing, or ask whether it goes as it is.`;
      case "left":
        return "It was handed over before OMS4 cancelled it: tell your shift lead.";
    }
  };

  /** An own label made from what the task says now has gone out since then. */
  const relabelled = (parcelNo: string, since: number): boolean =>
    printJobs
      .ofParcel(parcelNo)
      .some(({ document, state, createdAt }) => document === "own-label" && createdAt >= since && mayBeOut(state));

  /** What is not wrong with the content of a closed parcel, and still needs a hand. */
  const besides = (task: BenchTask, parcelNo: string, relabel: boolean): StopKind | null => {
    const known = stops.get(parcelNo);
    if (known?.kind === "relabel" ? !relabelled(parcelNo, known.at) : relabel && relabelled(parcelNo, 0)) return "relabel";
    const last = task.parcels.findLast((parcel) => parcel.state === "closed");
    return task.state === "done" && last?.parcelNo === parcelNo && unitsWanted(task) > 0 ? "more" : null;
  };

  const kindOf = (task: BenchTask, { parcelNo, state }: StoredParcel, relabel = false): StopKind | null => {
    const inside = task.units.filter((unit) => unit.parcelNo === parcelNo);
    switch (state) {
      case "closed":
        return stopOf(task, parcelNo) ?? besides(task, parcelNo, relabel);
      case "open":
        return inside.length > 0 && (wholeCancelled(task) || packedElsewhere(task)) ? "pull" : null;
      case "handed-over":
        return leftWithCancelled(task, parcelNo) ? "left" : null;
      case "pulled":
        return null;
    }
  };

  /** What became of one parcel: stopped just now, free again, or nothing new. */
  const settleParcel = (task: BenchTask, parcel: StoredParcel, relabel: boolean, at: number): StoppedParcel | "free" | null => {
    const { parcelNo, ftNo } = parcel;
    const known = stops.get(parcelNo);
    const kind = kindOf(task, parcel, relabel);
    if (kind === null) {
      if (known === null || known.doneAt !== null) return null;
      stops.lift(parcelNo);
      if (known.kind === "relabel" || known.kind === "more") return null;
      if (parcel.state === "closed") perform.resume(ftNo, parcelNo, takenBackOf(task), at);
      return parcel.state === "open" ? null : "free";
    }
    if (parcel.state === "closed" && parcel.items.length === 0) {
      stops.lift(parcelNo);
      perform.pullParcel(ftNo, parcelNo, at);
      return null;
    }
    const words = wordsOf(task, parcelNo, kind);
    if (known?.kind === kind && (known.words === words || known.doneAt !== null)) return null;
    if (parcel.state === "closed") {
      if (kind === "request") {
        printJobs.cancelQueued(parcelNo, at);
        outbox.hold(parcelNo, at);
      } else if (kind === "pull" || kind === "take-out") {
        perform.withdraw(parcelNo, at);
        // What may have arrived is not held any more, but looked for: its task's news wait behind it
        outbox.unhold(parcelNo, at);
      }
    }
    if (kind === "left")
      perform.tellParcel(ftNo, parcelNo, "Was handed over to the carrier before the cancellation arrived at the packing station", at);
    stops.put({ parcelNo, ftNo, kind, words, at });
    note("parcel-stopped", ftNo, parcelNo, { reason: words }, at);
    return known?.kind === kind || parcel.state === "open" ? null : { parcelNo, kind, labelOut: labelOut(parcelNo) };
  };

  const load = (ftNo: string, at: number): BenchTask | null => loadByNumber(parts, ftNo, at);

  /** Draws the consequences of what OMS4 says of a task now; gives the parcels that were stopped just now, and whether others are free again. */
  const settle = (ftNo: string, at: number): Settled => {
    const { relabel } = stops.settled(ftNo);
    const first = load(ftNo, at);
    if (first === null) return NOTHING_NEW;
    const task = leaveToOther(first, at) ? load(ftNo, at) : first;
    if (task === null) return NOTHING_NEW;
    const settled = parcels.ofTask(ftNo).flatMap((parcel) => settleParcel(task, parcel, relabel, at) ?? []);
    const after = parcels.ofTask(ftNo);
    // Everything packed was pulled: if the cancellation is taken back, the task is packed anew
    if (task.state === "done" && after.every(({ state }) => state === "pulled") && after.length > 0) tasks.markState(ftNo, "cancelled", at);
    return { raised: settled.filter((one) => one !== "free"), freed: settled.includes("free") };
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
      if (stop.kind === "left" || stop.kind === "more") stops.deal(parcelNo, at);
      else if (stop.kind === "relabel") stops.lift(parcelNo);
      else if (stop.kind === "pull") pull(stop, at);
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
