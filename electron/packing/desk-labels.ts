import type { Verdict } from "../../shared/scan.ts";
import type { Clock } from "../kit/clock.ts";
import type { LabelStore } from "../store/labels.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { Answer } from "./decision.ts";
import { labelAnswer } from "./label-answers.ts";
import type { LabelArrival } from "./label-arrival.ts";

export type DeskLabelParts = Readonly<{
  tasks: TaskStore;
  parcels: ParcelStore;
  labels: LabelStore;
  clock: Clock;
  arrival: LabelArrival;
  announce: (words: Answer) => Verdict;
  onParcelSeen: (parcelNo: string | null) => void;
}>;

/** What the desk does when OMS4 gives a label, or another one than before. */
export const createDeskLabels = ({ tasks, parcels, labels, clock, arrival, announce, onParcelSeen }: DeskLabelParts) => ({
  /** A label came from OMS4: parcels that wait for it print now. Runs inside the caller's transaction. False when it is another parcel's. */
  labelStored: ({ ftNo, parcelNo, labelId }: Readonly<{ ftNo: string; parcelNo: string | null; labelId: number }>): boolean => {
    const label = labels.get(labelId);
    if (label === null) return true;
    if (label.trackingNo !== "") tasks.addTrackingCode(ftNo, label.trackingNo);
    const closed = parcels.ofTask(ftNo).filter(({ state }) => state === "closed" || state === "handed-over");
    const waiting =
      parcelNo === null ? (closed.length === 1 ? closed[0] : undefined) : closed.find((parcel) => parcel.parcelNo === parcelNo);
    return waiting === undefined || arrival.bindLabel(waiting.parcelNo, ftNo, label, clock.now());
  },
  /** OMS4 names another tracking number for a closed parcel. Inside the caller's transaction. */
  trackingChanged: ({ ftNo, parcelNo, trackingNo }: Readonly<{ ftNo: string; parcelNo: string; trackingNo: string }>): void =>
    arrival.trackingChanged(parcelNo, ftNo, trackingNo, clock.now()),
  /** Says which printed labels are not the ones in force any more. After the commit that brought the news. */
  tellLabelAlarms: (): void => {
    for (const change of arrival.takeAlarms()) {
      onParcelSeen(change.parcelNo);
      announce(labelAnswer.changed(change, parcels.get(change.parcelNo)?.state === "handed-over"));
    }
  },
});
