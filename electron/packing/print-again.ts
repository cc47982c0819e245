import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { DocumentKind } from "../../shared/parcel.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { LabelChanges } from "../store/label-changes.ts";
import type { LabelStore } from "../store/labels.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { ParkedBoxes } from "../store/parked-boxes.ts";
import type { PrintJobs } from "../store/print-jobs.ts";
import { mayBeOut } from "./label-arrival.ts";
import type { MayPrint } from "./may-print.ts";
import type { PrintPackingSlip } from "./packing-slips.ts";
import type { ScanBack } from "./scan-back.ts";

export type PrintAgainParts = Readonly<{
  database: Database;
  clock: Clock;
  journal: Journal;
  parcels: ParcelStore;
  labels: LabelStore;
  labelChanges: LabelChanges;
  printJobs: PrintJobs;
  parkedBoxes: ParkedBoxes;
  mayPrint: MayPrint;
  scanBack: ScanBack;
  /** URI of the printer that gets such a document now; empty when none is set */
  printer: (document: DocumentKind) => string;
  printPackingSlip: PrintPackingSlip;
  /** After something is to be printed again. */
  onWork: () => void;
}>;

/** Prints once more what was printed, with a reason and a count. Failures: `label-missing`, `not-now`, those of `mayPrint`. */
export const createPrintAgain = ({
  database,
  clock,
  journal,
  parcels,
  labels,
  labelChanges,
  printJobs,
  parkedBoxes,
  mayPrint,
  scanBack,
  printer,
  printPackingSlip,
  onWork,
}: PrintAgainParts) => {
  /**
   * Prints a parcel's label once more, the one in force, with a reason; the count is kept with it. `slip`: its parking slip.
   * `outBefore`: paper of it may be there already.
   */
  const printAgain = (
    parcelNo: string,
    reason: string,
    slip = false,
  ): Result<{ copy: number; jobId: number | null; outBefore: boolean }> => {
    const job = slip ? printJobs.slipOf(parcelNo) : printJobs.latestForParcel(parcelNo);
    const parcel = parcels.get(parcelNo);
    if (job === null || parcel === null) return fail("label-missing", parcelNo);
    const change = slip ? null : labelChanges.get(parcelNo);
    if (change?.labelId === null)
      return fail("not-now", `OMS4 has not made the new label of ${parcelNo} yet: REPRINT prints it once it is there.`);
    const labelId = job.labelId === null ? null : (labels.forParcel(parcelNo)?.id ?? job.labelId);
    // The alarm stands until the new label is out: whoever answers it twice meanwhile wants one label, not two
    const answersAlarm = change !== null && job.labelId === labelId && !job.settled && job.state !== "failed";
    if (job.state === "queued" || job.state === "rendered" || answersAlarm)
      return fail("not-now", `The label of ${parcelNo} is on its way to the printer already.`);
    // Two would come out as soon as that is put right
    if (!job.settled && job.failure !== null && (job.state === "sent" || job.state === "accepted"))
      return fail("not-now", `The label of ${parcelNo} waits in the printer: ${job.failure.detail} It comes once that is put right.`);
    const allowed = mayPrint({ ...job, labelId });
    if (!allowed.ok) return allowed;
    const at = clock.now();
    const outBefore = printJobs.ofParcel(parcelNo).some(({ document, state }) => document === job.document && mayBeOut(state));
    const copy = printJobs.copies(parcelNo, job.document) + 1;
    const jobId = database.transaction(() => {
      if (job.state === "unknown" || job.state === "failed") printJobs.answer(job.id, "cancelled", at);
      const added = printJobs.add(
        { parcelNo, ftNo: job.ftNo, document: job.document, copy, reason, labelId, printer: printer(job.document) },
        at,
      );
      // Another label is pasted now, whatever was scanned before
      if (!slip && job.ftNo !== null) scanBack.printing(parcelNo, job.ftNo, false, at);
      // With a new slip the box leaves again, also one that was scanned just now: its label waits for the slip
      if (slip && job.ftNo !== null && scanBack.labelJob(parcelNo) === null) parkedBoxes.park(parcelNo, job.ftNo, at);
      journal.add({ kind: "reprint", ftNo: job.ftNo, parcelNo, before: { state: job.state }, after: { copy, reason } }, at);
      return added;
    });
    onWork();
    return succeed({ copy, jobId, outBefore });
  };

  const packingSlipAgain = (parcelNo: string, reason: string): Result<{ copy: number }> => {
    const again = printPackingSlip(parcelNo, reason);
    if (again.ok) onWork();
    return again;
  };

  return { printAgain, packingSlipAgain };
};
export type PrintAgain = ReturnType<typeof createPrintAgain>;
