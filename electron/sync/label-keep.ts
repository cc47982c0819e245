import { fail, type Failure } from "../../shared/failures.ts";
import { labelHash, type Label, type LabelStore } from "../store/labels.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { SetAside } from "../store/set-aside.ts";
import type { TaskStore } from "../store/tasks.ts";
import { readLabel } from "./read-label.ts";
import type { ShippingParcel } from "./schemas.ts";

export type LabelStored = Readonly<{ ftNo: string; parcelNo: string | null; labelId: number }>;
export type TrackingNews = Readonly<{ ftNo: string; parcelNo: string; trackingNo: string }>;

export type LabelKeepParts = Readonly<{
  tasks: TaskStore;
  parcels: ParcelStore;
  labels: LabelStore;
  setAside: SetAside;
  /** Inside the transaction that stores it. False when the label is on another parcel and nothing of it was taken. */
  onLabelStored: (stored: LabelStored) => boolean;
  /** Inside the transaction: a closed parcel has another tracking number now, and no label for it yet. */
  onTrackingChanged: (news: TrackingNews) => void;
}>;

/** `same`: OMS4 still has the label in force. */
export type Kept = "stored" | "same" | "waiting" | "refused";

/** Hashes of labels that are other bytes than a stored one and print the same: by hash, the id of the stored one. */
export type Reprints = ReadonlyMap<string, number>;
const NO_REPRINTS: Reprints = new Map();

/** What an answer says of one parcel's label, stored or refused; all of it runs inside the transaction of its answer. */
export const createLabelKeep = ({ tasks, parcels, labels, setAside, onLabelStored, onTrackingChanged }: LabelKeepParts) => {
  /** A pulled parcel never leaves: what it had is free for the box that takes its place. */
  const mayLeave = (parcelNo: string): boolean => (parcels.get(parcelNo)?.state ?? "pulled") !== "pulled";

  /** Another parcel of the task that has this very label or tracking number. */
  const ownerOf = (ftNo: string, parcelNo: string | null, sha256: string | null, trackingNo: string): string | null => {
    const label = labels
      .ofTask(ftNo)
      .find(
        (known) =>
          known.parcelNo !== null &&
          known.parcelNo !== parcelNo &&
          mayLeave(known.parcelNo) &&
          (known.sha256 === sha256 || (trackingNo !== "" && known.trackingNo === trackingNo)),
      );
    if (label !== undefined) return label.parcelNo;
    const bearer = parcels
      .ofTask(ftNo)
      .find((other) => other.parcelNo !== parcelNo && other.state !== "pulled" && trackingNo !== "" && other.trackingNo === trackingNo);
    return bearer?.parcelNo ?? null;
  };

  const isSingle = (ftNo: string): boolean => tasks.get(ftNo)?.task.way === "single" && parcels.notPulled(ftNo) <= 1;

  const refuse = (
    ftNo: string,
    parcelNo: string | null,
    failure: Failure,
    named: ShippingParcel | readonly ShippingParcel[],
    now: number,
  ): "refused" => {
    // What was set aside before the parcel was packed bears the task's number: one bad label is one trouble
    if (parcelNo !== null && isSingle(ftNo)) setAside.clear("label", ftNo);
    setAside.add("label", parcelNo ?? ftNo, failure, JSON.stringify(named), now);
    return "refused";
  };
  const ofOther = (about: string, owner: string, trackingNo: string): Failure =>
    fail("label-of-other-parcel", `what OMS4 gives for ${about} is on ${owner} (tracking number ${trackingNo || "none"}).`).failure;

  const sameTracking = (a: string, b: string): boolean => a === b || a === "" || b === "";

  const noteTracking = (ftNo: string, parcelNo: string | null, trackingNo: string, withLabel: boolean, now: number): void => {
    if (trackingNo === "") return;
    tasks.addTrackingCode(ftNo, trackingNo);
    // What is stored under another number must not come out any more, also where nothing is packed yet; of several parcels each has its own
    if (!withLabel && (parcelNo !== null || isSingle(ftNo))) {
      labels.numberNamed({ ftNo, parcelNo: isSingle(ftNo) ? null : parcelNo }, trackingNo, now);
    }
    if (parcelNo === null) return;
    const before = parcels.get(parcelNo)?.trackingNo ?? "";
    if (before === "") parcels.setTracking(parcelNo, trackingNo);
    // With a label the label itself is the news
    else if (before !== trackingNo && !withLabel) onTrackingChanged({ ftNo, parcelNo, trackingNo });
  };

  const clearAside = (ftNo: string, parcelNo: string | null, single: boolean): void => {
    for (const named of new Set([parcelNo ?? ftNo, ...(single ? [ftNo] : [])])) setAside.clear("label", named);
  };

  /** OMS4 has nothing new: nothing is written but what was still missing here. */
  const keepSame = (ftNo: string, parcelNo: string | null, known: Label, trackingNo: string, now: number): Kept => {
    // Without a number nothing says that it is the label of the number in force
    if (known.outOfForce && trackingNo === "") return "waiting";
    if (known.outOfForce) labels.inForceAgain(known.id);
    if (known.trackingNo === "" && trackingNo !== "") labels.learnTracking(known.id, trackingNo);
    if (tasks.wantsLabel(ftNo)) tasks.markLabelChecked(ftNo, now, false);
    if (parcelNo === null || (known.parcelNo === parcelNo && !parcels.wantsLabel(parcelNo))) return "same";
    parcels.markLabelChecked(parcelNo, now, false);
    onLabelStored({ ftNo, parcelNo, labelId: known.id });
    return "stored";
  };

  const keep = (ftNo: string, parcelNo: string | null, parcel: ShippingParcel, now: number, reprints: Reprints = NO_REPRINTS): Kept => {
    const about = parcelNo ?? ftNo;
    const read = readLabel(parcel.shipping_label, `label of ${about}`);
    const trackingNo = parcel.tracking_no;
    if (!read.ok) {
      // A label that can't be read says nothing; its number does
      if (ownerOf(ftNo, parcelNo, null, trackingNo) === null) noteTracking(ftNo, parcelNo, trackingNo, false, now);
      return refuse(ftNo, parcelNo, read.failure, parcel, now);
    }
    const label = read.value;
    const sha256 = label === null ? null : labelHash(label.bytes);
    // A single task's label belongs to its one parcel, whichever number that has by now
    const single = isSingle(ftNo);
    const owner = single && parcelNo === null ? null : ownerOf(ftNo, parcelNo, sha256, trackingNo);
    if (owner !== null) return refuse(ftNo, parcelNo, ofOther(about, owner, trackingNo), parcel, now);
    noteTracking(ftNo, parcelNo, trackingNo, label !== null, now);
    // A label that vanished is no news: what was here stays in force
    if (label === null || sha256 === null) return "waiting";
    const inForce = (parcelNo === null ? null : labels.forParcel(parcelNo)) ?? (single || parcelNo === null ? labels.forTask(ftNo) : null);
    const repeated = inForce !== null && (inForce.sha256 === sha256 || reprints.get(sha256) === inForce.id);
    if (inForce !== null && repeated && sameTracking(inForce.trackingNo, trackingNo)) {
      clearAside(ftNo, parcelNo, single);
      return keepSame(ftNo, parcelNo, inForce, trackingNo, now);
    }
    const added = labels.add({
      ftNo,
      parcelNo,
      trackingNo,
      carrier: parcel.delivery_carrier,
      deliveryType: parcel.delivery_type,
      format: label.format,
      bytes: label.bytes,
      fetchedAt: now,
    });
    if (parcelNo !== null && parcels.wantsLabel(parcelNo)) parcels.markLabelChecked(parcelNo, now, false);
    if (tasks.wantsLabel(ftNo)) tasks.markLabelChecked(ftNo, now, false);
    clearAside(ftNo, parcelNo, single);
    if (onLabelStored({ ftNo, parcelNo, labelId: added.id })) return "stored";
    return refuse(ftNo, parcelNo, ofOther(about, labels.get(added.id)?.parcelNo ?? "another parcel", trackingNo), parcel, now);
  };

  /** Labels for one box, of which none bears its number: a person must have all but one cancelled. */
  const refuseSeveral = (ftNo: string, parcelNo: string, named: readonly ShippingParcel[], now: number): "refused" => {
    const numbers = named.map(({ tracking_no }) => tracking_no || "none");
    const { failure } = fail("label-several", `${parcelNo}: ${named.length} labels, tracking numbers ${numbers.join(", ")}.`);
    return refuse(ftNo, parcelNo, failure, named, now);
  };

  return { keep, refuseSeveral };
};
