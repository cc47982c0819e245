import type { DocumentKind, Milestone } from "../../shared/parcel.ts";
import type { FulfillmentTask } from "../../shared/task.ts";
import type { Journal } from "../store/journal.ts";
import type { CancelRequestStore } from "../store/cancel-requests.ts";
import type { LabelStore } from "../store/labels.ts";
import type { Outbox } from "../store/outbox.ts";
import type { ParcelStore, StoredParcel } from "../store/parcels.ts";
import type { LabelChanges } from "../store/label-changes.ts";
import type { ParkedBoxes } from "../store/parked-boxes.ts";
import type { PrintJobs } from "../store/print-jobs.ts";
import type { StopStore } from "../store/stops.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { Effect } from "./decision.ts";
import type { ScanBack } from "./scan-back.ts";
import { createParcelActs } from "./parcel-acts.ts";

/** Makes the bodies of the calls to OMS4; the sync side owns their form. */
export type Bodies = Readonly<{
  parcelPacked: (
    facts: Readonly<{ task: FulfillmentTask; parcel: StoredParcel; packedAt: number; trackingNo: string }>,
  ) => Record<string, unknown>;
  taskActivity: (facts: Readonly<{ ftNo: string; description: string; at: number }>) => Record<string, unknown>;
  parcelActivity: (
    facts: Readonly<{ ftNo: string; parcelNo: string; milestone: Milestone | null; description: string; at: number }>,
  ) => Record<string, unknown>;
}>;

export type PerformParts = Readonly<{
  tasks: TaskStore;
  parcels: ParcelStore;
  journal: Journal;
  outbox: Outbox;
  labels: LabelStore;
  printJobs: PrintJobs;
  cancelRequests: CancelRequestStore;
  stops: StopStore;
  parkedBoxes: ParkedBoxes;
  labelChanges: LabelChanges;
  bodies: Bodies;
  /** Labels that are to be scanned where they are pasted. */
  scanBack: ScanBack;
  /** URI of the printer that gets such a document now; empty when none is set */
  printer: (document: DocumentKind) => string;
  /** A packing slip prints by itself for every closed parcel. Asked each time. */
  packingSlips: () => boolean;
}>;

/**
 * Writes a decision's effects: the store, the journal, what OMS4 must hear and what must print. The caller wraps it in one
 * transaction, so that a decision is kept whole or not at all.
 */
export const createPerform = (parts: PerformParts) => {
  const { tasks, parcels, cancelRequests, stops } = parts;
  const { note, tellTask, tellPacked, closeParcel, pullParcel, reopenParcel, ...acts } = createParcelActs(parts);

  const perform = (effect: Effect, at: number): void => {
    switch (effect.kind) {
      case "task-opened":
        tasks.markOpened(effect.ftNo, at);
        parcels.setOpenTask(effect.ftNo);
        return note("task-opened", effect.ftNo, null, null, null, at);
      case "task-left":
        tasks.markState(
          effect.ftNo,
          effect.nothingPacked && tasks.get(effect.ftNo)?.state === "packing" ? "waiting" : (tasks.get(effect.ftNo)?.state ?? "waiting"),
          at,
        );
        parcels.setOpenTask(null);
        return note("task-left", effect.ftNo, null, null, { nothingPacked: effect.nothingPacked }, at);
      case "task-held":
        tasks.markHeld(effect.ftNo, effect.reason, at);
        parcels.setOpenTask(null);
        tellTask(
          effect.ftNo,
          effect.reason === "" ? "Put on hold at the packing station" : `Put on hold at the packing station: ${effect.reason}`,
          at,
        );
        return note("task-held", effect.ftNo, null, null, { reason: effect.reason }, at);
      case "hold-explained":
        tasks.markHeld(effect.ftNo, effect.reason, at);
        tellTask(effect.ftNo, `On hold at the packing station because of: ${effect.reason}`, at);
        return note("hold-explained", effect.ftNo, null, null, { reason: effect.reason }, at);
      case "task-released":
        tasks.markState(effect.ftNo, "packing", at);
        tellTask(effect.ftNo, "Released from hold at the packing station", at);
        return note("task-released", effect.ftNo, null, null, null, at);
      case "task-done": {
        tasks.markDone(effect.ftNo, at);
        parcels.setOpenTask(null);
        const count = tellPacked(effect.ftNo, effect.parcelNo, at);
        return note("task-done", effect.ftNo, null, null, { parcels: count }, at);
      }
      case "task-reopened":
        tasks.markReopened(effect.ftNo, at);
        parcels.setOpenTask(effect.ftNo);
        return note("task-reopened", effect.ftNo, null, null, null, at);
      case "packing-started":
        tasks.markStarted(effect.ftNo, at);
        tellTask(effect.ftNo, "Packing started", at);
        return note("packing-started", effect.ftNo, null, null, null, at);
      case "parcel-started":
        parcels.start(effect.parcelNo, effect.ftNo, effect.sequence, at);
        return note("parcel-started", effect.ftNo, effect.parcelNo, null, { sequence: effect.sequence }, at);
      case "parcel-dropped":
        parcels.drop(effect.parcelNo);
        return note("parcel-dropped", effect.ftNo, effect.parcelNo, null, null, at);
      case "parcel-closed":
        return closeParcel(effect, at);
      case "parcel-reopened":
        return reopenParcel(effect.ftNo, effect.parcelNo, at);
      case "unit-packed": {
        parcels.addUnit(effect.ftNo, effect.unit, at);
        const { parcelNo, ...packed } = effect.unit;
        return note("unit-packed", effect.ftNo, parcelNo, null, packed, at);
      }
      case "scan-undone":
        parcels.removeScan(effect.ftNo, effect.scanNo);
        return note("scan-undone", effect.ftNo, effect.units[0]?.parcelNo ?? null, effect.units, null, at);
      case "unit-taken-out":
        parcels.takeOut(effect.ftNo, effect.parcelNo, effect.detailId, effect.serial);
        return note(
          "unit-taken-out",
          effect.ftNo,
          effect.parcelNo,
          { detailId: effect.detailId, qty: 1, ...(effect.serial === null ? {} : { serial: effect.serial }) },
          null,
          at,
        );
      case "carton-chosen":
        parcels.chooseCarton(effect.parcelNo, effect.carton);
        return note("carton-chosen", effect.ftNo, effect.parcelNo, null, { carton: effect.carton }, at);
      case "parcel-weighed":
        parcels.setWeight(effect.parcelNo, effect.grams, effect.source);
        return note("parcel-weighed", effect.ftNo, effect.parcelNo, null, { grams: effect.grams, source: effect.source }, at);
      case "cost-keyed":
        parcels.setCost(effect.parcelNo, effect.cents);
        return note("cost-keyed", effect.ftNo, effect.parcelNo, null, { cents: effect.cents }, at);
      case "carrier-chosen":
        tasks.chooseCarrier(effect.ftNo, effect.carrierId, at);
        return note("carrier-chosen", effect.ftNo, null, null, { carrierId: effect.carrierId }, at);
      case "put-back-opened":
        parcels.setOpenTask(effect.ftNo);
        return note("put-back-opened", effect.ftNo, null, null, null, at);
      case "parcel-pulled":
        return pullParcel(effect.ftNo, effect.parcelNo, at);
      case "cancellation-withdrawn":
        tasks.markState(effect.ftNo, "packing", at);
        return note("cancellation-withdrawn", effect.ftNo, null, null, null, at);
      case "task-change-shown":
        return note("task-changed", effect.ftNo, null, null, { words: effect.words }, at);
      case "request-shown":
        return note("cancel-request", effect.ftNo, null, null, null, at);
      case "request-released":
        cancelRequests.release(effect.ftNo, at);
        tellTask(effect.ftNo, "The buyer's cancel request was looked at by a person: packing goes on", at);
        return note("request-released", effect.ftNo, null, null, null, at);
      case "rest-released":
        stops.releaseRest(effect.ftNo, at);
        tasks.markState(effect.ftNo, "packing", at);
        tellTask(effect.ftNo, "Another station packed a part of it: the rest is packed at this one", at);
        return note("rest-released", effect.ftNo, null, null, { elsewhere: stops.elsewhere(effect.ftNo) }, at);
      case "cancellation-shown":
        return note("cancellation-shown", effect.ftNo, null, null, { detailIds: effect.detailIds }, at);
      case "scan-refused":
        return note(effect.verdict, effect.ftNo, null, null, { code: effect.code.slice(0, 200) }, at);
    }
  };
  return { perform, pullParcel, ...acts };
};
export type Perform = ReturnType<typeof createPerform>;
