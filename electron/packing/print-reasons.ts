import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { PrintJobs } from "../store/print-jobs.ts";
import type { Answer } from "./decision.ts";
import { answer } from "./verdicts.ts";

/** Notes why a label was printed again, once somebody says so. */
export const createPrintReasons =
  ({ database, printJobs, journal }: Readonly<{ database: Database; printJobs: PrintJobs; journal: Journal }>) =>
  (id: number, reason: string, at: number): Answer => {
    const job = printJobs.byId(id);
    if (job === null) return answer.refused(null, "That print is not known any more", "Go on packing.");
    const { ftNo, parcelNo, copy } = job;
    database.transaction(() => {
      printJobs.explain(id, reason, at);
      journal.add({ kind: "reprint-reason", ftNo, parcelNo, before: { reason: job.reason }, after: { copy, reason } }, at);
    });
    return answer.commandOk(null, `Noted: ${reason}`, `Print ${copy} of ${parcelNo ?? ""}.`);
  };
export type PrintReasons = ReturnType<typeof createPrintReasons>;
