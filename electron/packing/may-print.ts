import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { LabelStore } from "../store/labels.ts";
import type { Outbox } from "../store/outbox.ts";
import type { PrintJob } from "../store/print-jobs.ts";
import { stopOf, wholeCancelled } from "./bench.ts";
import { loadByNumber, type BenchStores } from "./load.ts";
import { waitsForMore } from "./waits-for-more.ts";

export type MayPrint = (job: Pick<PrintJob, "ftNo" | "parcelNo"> & Partial<Pick<PrintJob, "labelId">>) => Result<null>;

/**
 * No label leaves for what was cancelled, for a parcel that is open again, or under a tracking number that is no more: asked before a job
 * goes to the printer and before a reprint is promised. `not-now` with its number.
 */
export const createMayPrint =
  ({ clock, labels, outbox, ...stores }: BenchStores & Readonly<{ clock: Clock; labels: LabelStore; outbox: Outbox }>): MayPrint =>
  (job) => {
    if (job.ftNo === null) return succeed(null);
    const task = loadByNumber(stores, job.ftNo, clock.now());
    if (task === null) return succeed(null);
    const parcel = job.parcelNo === null ? null : stores.parcels.get(job.parcelNo);
    if (parcel?.state === "open") return fail("not-now", `${parcel.parcelNo} is open again: its label comes when it is closed.`);
    if (typeof job.labelId === "number" && labels.isOutOfForce(job.labelId))
      return fail("not-now", `${job.parcelNo ?? job.ftNo} has another tracking number: its new label is not there yet.`);
    if (parcel?.state === "pulled") return fail("not-now", `${parcel.parcelNo} was pulled: its label must not be printed.`);
    const stop = parcel === null ? (wholeCancelled(task) ? "pull" : null) : stopOf(task, parcel.parcelNo);
    if (stop === null && parcel !== null && waitsForMore({ ...stores, outbox }, task.task, parcel.parcelNo))
      return fail("not-now", `More of ${job.ftNo} was ordered: its label comes with what is added.`);
    if (stop === null) return succeed(null);
    return stop === "request"
      ? fail("cancel-requested", `${job.ftNo}: no label is printed before OMS4 has decided.`)
      : fail("not-now", `${job.ftNo} was cancelled: its label must not be printed.`);
  };
