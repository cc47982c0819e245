import type { ReadScan } from "../../shared/scan.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import { isCancelled, wholeCancelled } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { decideHandover, handoverEnded, handoverStarted, type HandoverParcel } from "./handover.ts";
import { loadByNumber, type BenchStores } from "./load.ts";
import type { PerformParts } from "./perform.ts";

export type HandoverDeskParts = PerformParts & BenchStores & Readonly<{ database: Database; clock: Clock }>;

/** The desk while parcels leave with the carrier: each one is scanned, told to OMS4 and written down. */
export const createHandoverDesk = (parts: HandoverDeskParts) => {
  const { database, clock, parcels, printJobs, outbox, journal, bodies } = parts;
  let running = false;
  let handedOver = 0;

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
            unlabelled: printJobs.ofParcel(parcel.parcelNo).every(({ state }) => state === "cancelled"),
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
    const { handOver: parcel, verdict } = decideHandover(text, candidates(readings), handedOver);
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
