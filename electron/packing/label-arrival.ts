import type { DocumentKind, PrintState } from "../../shared/parcel.ts";
import type { Journal } from "../store/journal.ts";
import type { LabelChange, LabelChanges } from "../store/label-changes.ts";
import type { Label, LabelStore } from "../store/labels.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { ParkedBoxes } from "../store/parked-boxes.ts";
import type { PrintJobs } from "../store/print-jobs.ts";

export type LabelArrivalParts = Readonly<{
  parcels: ParcelStore;
  labels: LabelStore;
  printJobs: PrintJobs;
  parkedBoxes: ParkedBoxes;
  labelChanges: LabelChanges;
  journal: Journal;
  /** URI of the printer that gets such a document now; empty when none is set */
  printer: (document: DocumentKind) => string;
}>;

/** From here on nobody can say that the paper is not on the box. */
const MAY_BE_OUT: readonly PrintState[] = ["sent", "accepted", "printed", "scanned", "unknown"];
export const mayBeOut = (state: PrintState): boolean => MAY_BE_OUT.includes(state);

const factsOf = ({ id, sha256, trackingNo, fetchedAt }: Label) => ({ label: id, sha256, trackingNo, fetchedAt });

/**
 * What happens when a parcel gets its label: it prints once, waits for the slip of a parked box, takes the place of an older label that
 * has not gone out, or raises the alarm where one has. Every function runs in the caller's transaction.
 */
export const createLabelArrival = ({ parcels, labels, printJobs, parkedBoxes, labelChanges, journal, printer }: LabelArrivalParts) => {
  const alarms = new Set<string>();

  const note = (kind: string, ftNo: string, parcelNo: string, before: unknown, after: unknown, at: number): void =>
    journal.add({ kind, ftNo, parcelNo, before, after }, at);

  /** Queues the automatic print of a parcel's document, unless one was queued before and not taken back. */
  const printOnce = (
    parcelNo: string,
    ftNo: string,
    document: "shipping-label" | "own-label" | "parking-slip",
    labelId: number | null,
    at: number,
  ): boolean => {
    if (printJobs.ofParcel(parcelNo).some((job) => job.document === document && job.state !== "cancelled")) return false;
    const copy = printJobs.copies(parcelNo, document) + 1;
    printJobs.add({ parcelNo, ftNo, document, copy, reason: null, labelId, printer: printer(document) }, at);
    note("print-queued", ftNo, parcelNo, null, { document, copy }, at);
    return true;
  };

  const raise = (change: LabelChange): void => {
    labelChanges.raise(change);
    alarms.add(change.parcelNo);
  };

  /** The newest label print of a parcel that may be on the box. */
  const outOf = (parcelNo: string) =>
    printJobs
      .ofParcel(parcelNo)
      .findLast(({ document, state, labelId }) => document === "shipping-label" && labelId !== null && mayBeOut(state));

  /** True when the label must not come out now: its box stands elsewhere, with a slip on it. */
  const waitsForSlip = (parcelNo: string, ftNo: string, at: number): boolean => {
    const box = parkedBoxes.get(parcelNo);
    if (box === null) return false;
    const slip = printJobs.slipOf(parcelNo);
    if (slip !== null && mayBeOut(slip.state) && at > box.backUntil) {
      parkedBoxes.labelCame(parcelNo, at);
      if (box.labelAt === null) note("label-waits-for-slip", ftNo, parcelNo, null, null, at);
      return true;
    }
    // No slip came out, or it was scanned just now: the box stands here
    printJobs.cancelSlip(parcelNo, at);
    parkedBoxes.remove(parcelNo);
    return false;
  };

  /** A label belongs to this parcel now. False when it is on another one: then nothing of it is taken, and OMS4 is asked again. */
  const bindLabel = (parcelNo: string, ftNo: string, label: Label, at: number): boolean => {
    if (!labels.bind(label.id, parcelNo)) {
      parcels.markLabelChecked(parcelNo, at, true);
      note("label-of-other-parcel", ftNo, parcelNo, null, factsOf(label), at);
      return false;
    }
    if (label.trackingNo !== "") parcels.setTracking(parcelNo, label.trackingNo);
    parcels.markLabelChecked(parcelNo, at, false);
    const jobs = printJobs.ofParcel(parcelNo).filter(({ document, state }) => document === "shipping-label" && state !== "cancelled");
    if (jobs.length === 0) {
      // No label of it is out: an alarm about one would be untrue
      labelChanges.remove(parcelNo);
      if (!waitsForSlip(parcelNo, ftNo, at)) printOnce(parcelNo, ftNo, "shipping-label", label.id, at);
      return true;
    }
    const versions = new Map(labels.ofTask(ftNo).map((known) => [known.id, known]));
    const factsOfId = (id: number | null | undefined) => {
      const known = id === null || id === undefined ? undefined : versions.get(id);
      return known === undefined ? null : factsOf(known);
    };
    const queuedWith = jobs.find(({ state, labelId }) => !mayBeOut(state) && labelId !== label.id)?.labelId;
    if (printJobs.giveLabel(parcelNo, label.id, at))
      note("label-replaced-in-queue", ftNo, parcelNo, factsOfId(queuedWith), factsOf(label), at);
    const out = outOf(parcelNo);
    const known = labelChanges.get(parcelNo);
    if (out?.labelId === label.id && known !== null) {
      labelChanges.remove(parcelNo);
      note("label-changed-back", ftNo, parcelNo, null, factsOf(label), at);
    } else if (out !== undefined && out.labelId !== null && out.labelId !== label.id && known?.labelId !== label.id) {
      const oldTrackingNo = versions.get(out.labelId)?.trackingNo ?? "";
      note("label-changed", ftNo, parcelNo, factsOfId(out.labelId), factsOf(label), at);
      raise({ parcelNo, ftNo, oldLabelId: out.labelId, labelId: label.id, oldTrackingNo, trackingNo: label.trackingNo, at });
    } else if (known !== null && known.labelId !== label.id) {
      // The alarm was answered already, and what prints for it is this label now: its print ends the alarm
      labelChanges.raise({ ...known, labelId: label.id, trackingNo: label.trackingNo, at });
    }
    return true;
  };

  /** OMS4 names another tracking number for a parcel and has no label for it yet: asked for from now on, and said where the old one is out. */
  const trackingChanged = (parcelNo: string, ftNo: string, trackingNo: string, at: number): void => {
    const before = parcels.get(parcelNo)?.trackingNo ?? "";
    parcels.setTracking(parcelNo, trackingNo);
    note("tracking-changed", ftNo, parcelNo, { trackingNo: before }, { trackingNo }, at);
    parcels.markLabelChecked(parcelNo, at, true);
    // A label under a number that is not in force any more must not come out: it prints once the new one is here
    printJobs.cancelLabels(parcelNo, at);
    parkedBoxes.labelGone(parcelNo);
    const out = outOf(parcelNo);
    if (out === undefined || out.labelId === null) return;
    raise({ parcelNo, ftNo, oldLabelId: out.labelId, labelId: null, oldTrackingNo: before, trackingNo, at });
  };

  return {
    bindLabel,
    trackingChanged,
    printOnce,
    /** Alarms raised since the last call that still stand, to be said after the commit. */
    takeAlarms: (): readonly LabelChange[] => {
      if (alarms.size === 0) return [];
      const raised = [...alarms].flatMap((parcelNo) => labelChanges.get(parcelNo) ?? []);
      alarms.clear();
      return raised;
    },
  };
};
export type LabelArrival = ReturnType<typeof createLabelArrival>;
