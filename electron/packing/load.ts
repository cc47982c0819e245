import type { CancelRequestStore } from "../store/cancel-requests.ts";
import type { CancellationStore } from "../store/cancellations.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { StopStore } from "../store/stops.ts";
import type { StoredTask, TaskStore } from "../store/tasks.ts";
import type { BenchTask } from "./bench.ts";

export type BenchStores = Readonly<{
  tasks: TaskStore;
  parcels: ParcelStore;
  cancellations: CancellationStore;
  cancelRequests: CancelRequestStore;
  stops: StopStore;
}>;

/** Puts a stored task together with its parcels, its scans and its cancellations, as the engine wants it. */
export const loadBenchTask = (
  { parcels, cancellations, cancelRequests, stops }: BenchStores,
  stored: StoredTask,
  now: number,
): BenchTask => {
  const { ftNo } = stored.task;
  const request = cancelRequests.holding(ftNo);
  return {
    task: stored.task,
    state: stored.state,
    holdReason: stored.holdReason,
    cancellation: cancellations.ofTask(ftNo),
    request: request === null ? null : { unclear: request.state === "unclear", result: request.result },
    parcels: parcels.ofTask(ftNo).map(({ parcelNo, sequence, state, carton, carrier, reportedItems }) => ({
      parcelNo,
      sequence,
      state,
      carton,
      carrier,
      reported: reportedItems !== null,
    })),
    units: parcels.units(ftNo),
    shared: stops.restReleased(ftNo),
    carrierId: stored.carrierId,
    openedAt: stored.openedAt ?? now,
    startedAt: stored.startedAt,
    acknowledged: stored.acknowledged,
    quantityNext: 1,
    tookOut: false,
  };
};

/** The same by task number; null when the task isn't here. */
export const loadByNumber = (stores: BenchStores, ftNo: string, now: number): BenchTask | null => {
  const stored = stores.tasks.get(ftNo);
  return stored === null ? null : loadBenchTask(stores, stored, now);
};
