import { fail, succeed, type Result } from "../../shared/failures.ts";
import { parcelItemSchema, type ParcelItem } from "../../shared/parcel.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { ParcelStore, StoredParcel } from "../store/parcels.ts";
import type { PrintJob, PrintJobs } from "../store/print-jobs.ts";
import type { LabelArrivalParts } from "./label-arrival.ts";
import type { MayPrint } from "./may-print.ts";

export const sameItems = (a: readonly ParcelItem[], b: readonly ParcelItem[]): boolean => {
  const text = (items: readonly ParcelItem[]): string =>
    JSON.stringify(
      items.toSorted((left, right) => left.detailId.localeCompare(right.detailId)).map(({ detailId, qty }) => [detailId, qty]),
    );
  return text(a) === text(b);
};

const itemsSchema = parcelItemSchema.array().readonly();
const itemsOf = (contents: unknown): readonly ParcelItem[] | null => {
  const items = typeof contents === "object" && contents !== null && "items" in contents ? contents.items : null;
  const read = itemsSchema.safeParse(items);
  return read.success ? read.data : null;
};

type Printing = Pick<LabelArrivalParts, "printJobs" | "journal" | "printer">;

const queue = (
  { printJobs, journal, printer }: Printing,
  { parcelNo, ftNo }: Pick<StoredParcel, "parcelNo" | "ftNo">,
  reason: string | null,
  at: number,
): number => {
  const document = "packing-slip";
  const copy = printJobs.copies(parcelNo, document) + 1;
  printJobs.add({ parcelNo, ftNo, document, copy, reason, labelId: null, printer: printer(document) }, at);
  journal.add({ kind: "slip-queued", ftNo, parcelNo, before: null, after: { document, copy, reason } }, at);
  return copy;
};

/** Of what is in question nobody asks any more: the newer slip is the one that counts. */
const settleOld = (printJobs: PrintJobs, job: PrintJob | null, at: number): void => {
  if (job !== null && (job.state === "unknown" || job.state === "failed")) printJobs.answer(job.id, "cancelled", at);
};

/**
 * The packing slip of a parcel that was just closed, once: a second one only when something else is in the box than the first one says.
 * Inside the caller's transaction.
 */
export const printPackingSlip = (parts: Printing, parcel: StoredParcel, at: number): void => {
  const { printJobs, journal } = parts;
  const { parcelNo } = parcel;
  const slip = printJobs.ofParcel(parcelNo).findLast(({ document, state }) => document === "packing-slip" && state !== "cancelled");
  if (slip === undefined) return void queue(parts, parcel, null, at);
  const before = itemsOf(journal.contentsAt(parcelNo, slip.createdAt));
  if (before !== null && sameItems(before, parcel.items)) return;
  settleOld(printJobs, slip, at);
  queue(parts, parcel, "something else is in the box now", at);
};

/** A packing slip that somebody asks for, with its count. Failures: `not-found`, `not-now`, those of what was cancelled. */
export const createPackingSlips =
  ({
    database,
    clock,
    parcels,
    mayPrint,
    ...parts
  }: Printing & Readonly<{ database: Database; clock: Clock; parcels: ParcelStore; journal: Journal; mayPrint: MayPrint }>) =>
  (parcelNo: string, reason: string): Result<{ copy: number }> => {
    const parcel = parcels.get(parcelNo);
    if (parcel === null) return fail("not-found", parcelNo);
    const job = parts.printJobs.newestOf(parcelNo, "packing-slip");
    if (job?.state === "queued" || job?.state === "rendered")
      return fail("not-now", `The packing slip of ${parcelNo} is on its way to the printer already.`);
    const allowed = mayPrint(parcel);
    if (!allowed.ok) return allowed;
    const at = clock.now();
    return succeed(
      database.transaction(() => {
        settleOld(parts.printJobs, job, at);
        return { copy: queue(parts, parcel, reason, at) };
      }),
    );
  };
export type PrintPackingSlip = ReturnType<typeof createPackingSlips>;
