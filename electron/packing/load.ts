import type { CancellationStore } from "../store/cancellations.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { StoredTask, TaskStore } from "../store/tasks.ts";
import type { BenchTask } from "./bench.ts";

export type BenchStores = Readonly<{ tasks: TaskStore; parcels: ParcelStore; cancellations: CancellationStore }>;

/** Puts a stored task together with its parcels, its scans and its cancellations, as the engine wants it. */
export const loadBenchTask = ({ parcels, cancellations }: BenchStores, stored: StoredTask, now: number): BenchTask => {
  const { ftNo } = stored.task;
  return {
    task: stored.task,
    state: stored.state,
    holdReason: stored.holdReason,
    cancellation: cancellations.ofTask(ftNo),
    parcels: parcels.ofTask(ftNo).map(({ parcelNo, sequence, state, carton, carrier, reportedItems }) => ({
      parcelNo,
      sequence,
      state,
      carton,
      carrier,
      reported: reportedItems !== null,
    })),
    units: parcels.units(ftNo),
    carrierId: stored.carrierId,
    openedAt: stored.openedAt ?? now,
    startedAt: stored.startedAt,
    acknowledged: stored.acknowledged,
    quantityNext: 1,
  };
};

/** The same by task number; null when the task isn't here. */
export const loadByNumber = (stores: BenchStores, ftNo: string, now: number): BenchTask | null => {
  const stored = stores.tasks.get(ftNo);
  return stored === null ? null : loadBenchTask(stores, stored, now);
};
