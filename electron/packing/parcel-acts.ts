import type { ParcelItem } from "../../shared/parcel.ts";
import { CHECK_DEADLINE_MS } from "../../shared/outbox.ts";
import type { FulfillmentTask } from "../../shared/task.ts";
import type { Label } from "../store/labels.ts";
import type { StoredParcel } from "../store/parcels.ts";
import type { Effect } from "./decision.ts";
import { createLabelArrival } from "./label-arrival.ts";
import { printPackingSlip, sameItems } from "./packing-slips.ts";
import type { PerformParts } from "./perform.ts";
import { unitsForOms4 } from "./words.ts";

/** What is less now than it was; null when something else or more is in it. */
const lessOf = (before: readonly ParcelItem[], now: readonly ParcelItem[]): readonly ParcelItem[] | null => {
  const qtyIn = (items: readonly ParcelItem[], detailId: string): number => items.find((item) => item.detailId === detailId)?.qty ?? 0;
  if (now.some(({ detailId, qty }) => qty > qtyIn(before, detailId))) return null;
  return before.flatMap(({ detailId, qty }) => (qty > qtyIn(now, detailId) ? [{ detailId, qty: qty - qtyIn(now, detailId) }] : []));
};

/** What is done with a parcel: closed, told, printed, stopped, freed, pulled, opened again. Every function runs in the caller's transaction. */
export const createParcelActs = (parts: PerformParts) => {
  const { tasks, parcels, journal, outbox, labels, printJobs, parkedBoxes, labelChanges, scanBack, bodies } = parts;
  const arrival = createLabelArrival(parts);
  const note = (kind: string, ftNo: string | null, parcelNo: string | null, before: unknown, after: unknown, at: number): void =>
    journal.add({ kind, ftNo, parcelNo, before, after }, at);

  const tellTask = (ftNo: string, description: string, at: number, parcelNo: string | null = null): void =>
    void outbox.add({ ftNo, parcelNo, call: "task-activity", body: bodies.taskActivity({ ftNo, description, at }), urgent: true }, at);

  const tellParcel = (ftNo: string, parcelNo: string, description: string, at: number): void =>
    void outbox.add(
      {
        ftNo,
        parcelNo,
        call: "parcel-activity",
        body: bodies.parcelActivity({ ftNo, parcelNo, milestone: null, description, at }),
        urgent: true,
      },
      at,
    );

  const reportOf = (task: FulfillmentTask, parcel: StoredParcel, at: number) =>
    bodies.parcelPacked({
      task,
      parcel,
      packedAt: parcel.closedAt ?? at,
      // Our number is the tracking number of an own delivery; integrated carriers' numbers come from upstream
      trackingNo: task.way === "own" ? parcel.parcelNo : "",
    });
  /** OMS4 hears what is in a closed parcel, once; what only lost units that OMS4 itself took back is told as an activity, not as a second report. */
  const report = (task: FulfillmentTask, parcel: StoredParcel, linesInFull: readonly string[], at: number): void => {
    const { ftNo, parcelNo, items, reportedItems } = parcel;
    if (reportedItems !== null && sameItems(reportedItems, items)) return;
    if (reportedItems !== null && outbox.reached(parcelNo)) {
      const out = lessOf(reportedItems, items);
      if (out !== null && out.every(({ detailId }) => linesInFull.includes(detailId))) {
        const words = out.map(({ detailId, qty }) => unitsForOms4(task, detailId, qty));
        tellParcel(ftNo, parcelNo, `Taken out after packing, because it was cancelled: ${words.join(", ")}`, at);
        return parcels.setReported(parcelNo, items);
      }
    }
    const body = reportOf(task, parcel, at);
    outbox.add({ ftNo, parcelNo, call: "parcel-packed", body, urgent: true, notBefore: at + CHECK_DEADLINE_MS }, at);
    parcels.setReported(parcelNo, items);
  };
  /** The address or carrier of a closed parcel's task are others now. */
  const renewReport = (ftNo: string, parcel: StoredParcel, at: number): void =>
    outbox.rewrite(parcel.parcelNo, reportOf(taskOf(ftNo), parcel, at), at);

  const printLabel = (task: FulfillmentTask, parcelNo: string, ready: Label | null, at: number): void => {
    if (task.way === "own") {
      parcels.setTracking(parcelNo, parcelNo);
      tasks.addTrackingCode(task.ftNo, parcelNo);
      arrival.printOnce(parcelNo, task.ftNo, "own-label", null, at);
    } else if (ready !== null) {
      arrival.bindLabel(parcelNo, task.ftNo, ready, at);
    }
  };

  const labelFor = ({ way, ftNo }: FulfillmentTask, parcelNo: string): Label | null => {
    const newest = way === "own" ? null : way === "single" ? labels.forTask(ftNo) : labels.forParcel(parcelNo);
    // Its tracking number is another by now: the parcel waits for the new label as for a late one
    return newest?.outOfForce === true ? null : newest;
  };

  const taskOf = (ftNo: string): FulfillmentTask => {
    const stored = tasks.get(ftNo);
    if (stored === null) throw new Error(`${ftNo} is not stored`);
    return stored.task;
  };
  const parcelOf = (parcelNo: string): StoredParcel => {
    const parcel = parcels.get(parcelNo);
    if (parcel === null) throw new Error(`${parcelNo} is not stored`);
    return parcel;
  };

  const tellPacked = (ftNo: string, parcelNo: string, at: number): number => {
    const count = parcels.notPulled(ftNo);
    if (!outbox.has(parcelNo, "task-activity")) tellTask(ftNo, `Packed: ${count} ${count === 1 ? "parcel" : "parcels"}`, at, parcelNo);
    return count;
  };

  const closeParcel = (effect: Extract<Effect, { kind: "parcel-closed" }>, at: number): void => {
    const { ftNo, parcelNo, items, carrier, linesInFull } = effect;
    const task = taskOf(ftNo);
    const ready = labelFor(task, parcelNo);
    parcels.close(parcelNo, at, carrier, task.way !== "own" && ready === null);
    const parcel = parcelOf(parcelNo);
    note("parcel-closed", ftNo, parcelNo, null, { items, carton: parcel.carton, carrier }, at);
    report(task, parcel, linesInFull, at);
    printLabel(task, parcelNo, ready, at);
    scanBack.closed(parcelNo, ftNo, at);
    if (parts.packingSlips()) printPackingSlip(parts, parcel, at);
  };

  /** What nobody has told or printed yet is taken back; OMS4's last word on the parcel is then what it really knows. */
  const withdraw = (parcelNo: string, at: number): Readonly<{ withdrawn: readonly string[]; cancelledPrints: number }> => {
    const withdrawn = outbox.withdraw(parcelNo, at);
    // An earlier report may have arrived before: what OMS4 knows then is what that one says
    if (withdrawn.length > 0) parcels.setReported(parcelNo, outbox.reportedItems(parcelNo));
    return { withdrawn, cancelledPrints: printJobs.cancelQueued(parcelNo, at) };
  };

  /** A parcel that was stopped may go as it is now: what was taken back of it is told and printed after all. */
  const resume = (ftNo: string, parcelNo: string, linesInFull: readonly string[], at: number): void => {
    const stored = tasks.get(ftNo);
    if (stored === null) return;
    const ready = labelFor(stored.task, parcelNo);
    if (stored.task.way !== "own" && ready === null) parcels.markLabelChecked(parcelNo, at, true);
    outbox.unhold(parcelNo, at);
    // What was given up never arrived: then nothing was told
    if (!outbox.reached(parcelNo)) parcels.setReported(parcelNo, outbox.reportedItems(parcelNo));
    report(stored.task, parcelOf(parcelNo), linesInFull, at);
    const last = parcels.ofTask(ftNo).findLast(({ state }) => state !== "pulled");
    if (stored.state === "done" && last?.parcelNo === parcelNo) tellPacked(ftNo, parcelNo, at);
    printLabel(stored.task, parcelNo, ready, at);
    const parcel = parcelOf(parcelNo);
    if (parts.packingSlips()) printPackingSlip(parts, parcel, at);
    note("parcel-resumed", ftNo, parcelNo, null, { items: parcel.items }, at);
  };

  /** Nothing of it is wanted any more: the box is out of the way. OMS4 hears it where it knows the parcel. */
  const pullParcel = (ftNo: string, parcelNo: string, at: number): void => {
    const before = parcels.get(parcelNo);
    if (before === null) return;
    const taken = withdraw(parcelNo, at);
    parcels.pull(parcelNo, ftNo, at);
    parkedBoxes.remove(parcelNo);
    labelChanges.remove(parcelNo);
    if (outbox.reached(parcelNo))
      tellParcel(ftNo, parcelNo, "Pulled at the packing station, because it was cancelled: it does not leave", at);
    note("parcel-pulled", ftNo, parcelNo, { state: before.state, items: before.items }, taken, at);
  };

  const reopenParcel = (ftNo: string, parcelNo: string, at: number): void => {
    const before = parcels.get(parcelNo);
    const { withdrawn, cancelledPrints } = withdraw(parcelNo, at);
    // One in doubt may have arrived: it is looked for, and holds up nothing for ever
    outbox.unhold(parcelNo, at);
    parcels.reopen(parcelNo);
    // It stands at the bench again, slip and all
    parkedBoxes.remove(parcelNo);
    note("parcel-reopened", ftNo, parcelNo, { state: before?.state, items: before?.items }, { withdrawn, cancelledPrints }, at);
  };

  return { arrival, note, tellTask, tellParcel, tellPacked, closeParcel, renewReport, withdraw, resume, pullParcel, reopenParcel };
};
