import { normaliseCode, type ReadScan } from "../../shared/scan.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { StoredParcel } from "../store/parcels.ts";
import { isCancelled, wholeCancelled } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { decideHandover, handoverEnded, handoverStarted, type HandoverParcel } from "./handover.ts";
import { changeWords } from "./label-answers.ts";
import { loadByNumber, type BenchStores } from "./load.ts";
import type { PerformParts } from "./perform.ts";

export type HandoverDeskParts = PerformParts &
  BenchStores &
  Readonly<{
    database: Database;
    clock: Clock;
    /** The parcel that was scanned; null when it is none, or more than one. */
    onParcelSeen: (parcelNo: string | null) => void;
  }>;

/** The desk while parcels leave with the carrier: each one is scanned, told to OMS4 and written down. */
export const createHandoverDesk = (parts: HandoverDeskParts) => {
  const { database, clock, parcels, labels, printJobs, labelChanges, outbox, journal, bodies, onParcelSeen } = parts;
  let running = false;
  let handedOver = 0;

  /** `scanned`: the tracking number on its label, null when the parcel's own number was scanned. */
  const wrongLabelOf = ({ parcelNo, ftNo, trackingNo }: StoredParcel, scanned: string | null): string | null => {
    const change = labelChanges.get(parcelNo);
    if (change !== null) return changeWords(change, false);
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
            cancelled: task !== null && (wholeCancelled(task) || parcel.items.some(({ detailId }) => isCancelled(task, detailId))),
            // A parking slip is no label
            unlabelled: printJobs
              .ofParcel(parcel.parcelNo)
              .every(({ state, document }) => state === "cancelled" || document === "parking-slip"),
            wrongLabel: wrongLabelOf(parcel, direct === null ? code : null),
          };
        });
      }
    }
    return [];
  };

  const toggle = (): Answer => {
    running = !running;
    if (!running) return handoverEnded(handedOver);
    handedOver = 0;
    return handoverStarted(parcels.readyToHandOver());
  };

  /** What was scanned; `toldOms4` when something waits to be sent now. */
  const scan = (text: string, readings: readonly ReadScan[]): Readonly<{ verdict: Answer; toldOms4: boolean }> => {
    const at = clock.now();
    const found = candidates(readings);
    // REPRINT means the box in the packer's hands
    onParcelSeen(found.length === 1 ? (found[0]?.parcelNo ?? null) : null);
    const { handOver: parcel, verdict } = decideHandover(text, found, handedOver);
    if (parcel === null) return { verdict, toldOms4: false };
    const { ftNo, parcelNo, carrier } = parcel;
    const description = carrier === "" ? "Handed over to the carrier" : `Handed over to ${carrier}`;
    const body = bodies.parcelActivity({ ftNo, parcelNo, milestone: "SHIPPING", description, at });
    database.transaction(() => {
      parcels.handOver(parcelNo);
      outbox.add({ ftNo, parcelNo, call: "parcel-activity", body, urgent: true }, at);
      journal.add({ kind: "parcel-handed-over", ftNo, parcelNo, before: null, after: { carrier } }, at);
    });
    handedOver += 1;
    return { verdict, toldOms4: true };
  };

  return { toggle, scan, running: (): boolean => running, handedOver: (): number => handedOver };
};
