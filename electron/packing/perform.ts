import type { Parcel, ParcelItem } from "../../shared/parcel.ts";
import type { FulfillmentTask } from "../../shared/task.ts";
import type { Journal } from "../store/journal.ts";
import type { LabelStore } from "../store/labels.ts";
import type { Outbox } from "../store/outbox.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { LabelChanges } from "../store/label-changes.ts";
import type { ParkedBoxes } from "../store/parked-boxes.ts";
import type { PrintJobs } from "../store/print-jobs.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { Effect } from "./decision.ts";
import { createLabelArrival } from "./label-arrival.ts";

/** Makes the bodies of the calls to OMS4; the sync side owns their form. */
export type Bodies = Readonly<{
  parcelPacked: (
    facts: Readonly<{ task: FulfillmentTask; parcel: Parcel; packedAt: number; trackingNo: string }>,
  ) => Record<string, unknown>;
  taskActivity: (facts: Readonly<{ ftNo: string; description: string; at: number }>) => Record<string, unknown>;
  parcelActivity: (
    facts: Readonly<{ ftNo: string; parcelNo: string; milestone: "SHIPPING"; description: string; at: number }>,
  ) => Record<string, unknown>;
}>;

export type PerformParts = Readonly<{
  tasks: TaskStore;
  parcels: ParcelStore;
  journal: Journal;
  outbox: Outbox;
  labels: LabelStore;
  printJobs: PrintJobs;
  parkedBoxes: ParkedBoxes;
  labelChanges: LabelChanges;
  bodies: Bodies;
  /** URI of the printer for labels; empty when none is set */
  printer: () => string;
}>;

const sameItems = (a: readonly ParcelItem[], b: readonly ParcelItem[]): boolean => {
  const text = (items: readonly ParcelItem[]): string =>
    JSON.stringify(
      items.toSorted((left, right) => left.detailId.localeCompare(right.detailId)).map(({ detailId, qty }) => [detailId, qty]),
    );
  return text(a) === text(b);
};

/**
 * Writes a decision's effects: the store, the journal, what OMS4 must hear and what must print. The caller wraps it in one
 * transaction, so that a decision is kept whole or not at all.
 */
export const createPerform = (parts: PerformParts) => {
  const { tasks, parcels, journal, outbox, labels, printJobs, parkedBoxes, bodies } = parts;
  const arrival = createLabelArrival(parts);
  const note = (kind: string, ftNo: string | null, parcelNo: string | null, before: unknown, after: unknown, at: number): void =>
    journal.add({ kind, ftNo, parcelNo, before, after }, at);

  const tellTask = (ftNo: string, description: string, at: number, parcelNo: string | null = null): void =>
    void outbox.add({ ftNo, parcelNo, call: "task-activity", body: bodies.taskActivity({ ftNo, description, at }), urgent: true }, at);

  const closeParcel = (effect: Extract<Effect, { kind: "parcel-closed" }>, at: number): void => {
    const { ftNo, parcelNo, items, carrier } = effect;
    const stored = tasks.get(ftNo);
    if (stored === null) throw new Error(`closing a parcel of ${ftNo}, which is not stored`);
    const { task } = stored;
    const ready = task.way === "own" ? null : task.way === "single" ? labels.forTask(ftNo) : labels.forParcel(parcelNo);
    parcels.close(parcelNo, at, carrier, task.way !== "own" && ready === null);
    const parcel = parcels.get(parcelNo);
    if (parcel === null) throw new Error(`closing ${parcelNo}, which is not stored`);
    note("parcel-closed", ftNo, parcelNo, null, { items, carton: parcel.carton, carrier }, at);
    if (parcel.reportedItems === null || !sameItems(parcel.reportedItems, items)) {
      // Our number is the tracking number of an own delivery; integrated carriers' numbers come from upstream
      const trackingNo = task.way === "own" ? parcelNo : "";
      outbox.add(
        { ftNo, parcelNo, call: "parcel-packed", body: bodies.parcelPacked({ task, parcel, packedAt: at, trackingNo }), urgent: true },
        at,
      );
      parcels.setReported(parcelNo, items);
    }
    if (task.way === "own") {
      parcels.setTracking(parcelNo, parcelNo);
      tasks.addTrackingCode(ftNo, parcelNo);
      arrival.printOnce(parcelNo, ftNo, "own-label", null, at);
    } else if (ready !== null) {
      arrival.bindLabel(parcelNo, ftNo, ready, at);
    }
  };

  const reopenParcel = (ftNo: string, parcelNo: string, at: number): void => {
    const before = parcels.get(parcelNo);
    const withdrawn = outbox.withdraw(parcelNo, at);
    // An earlier report may have arrived before: what OMS4 knows then is what that one says
    if (withdrawn.includes("parcel-packed")) parcels.setReported(parcelNo, outbox.reportedItems(parcelNo));
    const cancelledPrints = printJobs.cancelQueued(parcelNo, at);
    parcels.reopen(parcelNo);
    // It stands at the bench again, slip and all
    parkedBoxes.remove(parcelNo);
    note("parcel-reopened", ftNo, parcelNo, { state: before?.state, items: before?.items }, { withdrawn, cancelledPrints }, at);
  };

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
      case "task-released":
        tasks.markState(effect.ftNo, "packing", at);
        tellTask(effect.ftNo, "Released from hold at the packing station", at);
        return note("task-released", effect.ftNo, null, null, null, at);
      case "task-done": {
        tasks.markDone(effect.ftNo, at);
        parcels.setOpenTask(null);
        const count = parcels.ofTask(effect.ftNo).length;
        if (!outbox.has(effect.parcelNo, "task-activity")) {
          tellTask(effect.ftNo, `Packed: ${count} ${count === 1 ? "parcel" : "parcels"}`, at, effect.parcelNo);
        }
        return note("task-done", effect.ftNo, null, null, { parcels: count }, at);
      }
      case "task-reopened":
        tasks.markReopened(effect.ftNo, at);
        parcels.setOpenTask(effect.ftNo);
        return note("task-reopened", effect.ftNo, null, null, null, at);
      case "packing-started":
        tasks.markStarted(effect.ftNo, at);
        tasks.acknowledge(effect.ftNo, at);
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
        parcels.takeOut(effect.ftNo, effect.parcelNo, effect.detailId);
        return note("unit-taken-out", effect.ftNo, effect.parcelNo, { detailId: effect.detailId, qty: 1 }, null, at);
      case "carton-chosen":
        parcels.chooseCarton(effect.parcelNo, effect.carton);
        return note("carton-chosen", effect.ftNo, effect.parcelNo, null, { carton: effect.carton }, at);
      case "carrier-chosen":
        tasks.chooseCarrier(effect.ftNo, effect.carrierId, at);
        return note("carrier-chosen", effect.ftNo, null, null, { carrierId: effect.carrierId }, at);
      case "cancellation-shown":
        return note("cancellation-shown", effect.ftNo, null, null, { detailIds: effect.detailIds }, at);
      case "scan-refused":
        return note(effect.verdict, effect.ftNo, null, null, { code: effect.code.slice(0, 200) }, at);
    }
  };
  return { perform, arrival };
};
export type Perform = ReturnType<typeof createPerform>;
