import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { PrintJob } from "../store/print-jobs.ts";
import { stopOf, wholeCancelled } from "./bench.ts";
import { loadByNumber, type BenchStores } from "./load.ts";

export type MayPrint = (job: Pick<PrintJob, "ftNo" | "parcelNo">) => Result<null>;

/** No label leaves for what was cancelled, or for a parcel that is open again: asked before a job goes to the printer and before a reprint is promised. `not-now` with its number. */
export const createMayPrint =
  ({ clock, ...stores }: BenchStores & Readonly<{ clock: Clock }>): MayPrint =>
  (job) => {
    if (job.ftNo === null) return succeed(null);
    const task = loadByNumber(stores, job.ftNo, clock.now());
    if (task === null) return succeed(null);
    const parcel = job.parcelNo === null ? null : stores.parcels.get(job.parcelNo);
    if (parcel?.state === "open") return fail("not-now", `${parcel.parcelNo} is open again: its label comes when it is closed.`);
    if (parcel?.state === "pulled") return fail("not-now", `${parcel.parcelNo} was pulled: its label must not be printed.`);
    const stop = parcel === null ? (wholeCancelled(task) ? "pull" : null) : stopOf(task, parcel.parcelNo);
    if (stop === null) return succeed(null);
    return stop === "request"
      ? fail("cancel-requested", `${job.ftNo}: no label is printed before OMS4 has decided.`)
      : fail("not-now", `${job.ftNo} was cancelled: its label must not be printed.`);
  };
