import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import { isBlockedLabel } from "../../shared/label-check.ts";
import { isSlip, type DocumentKind } from "../../shared/parcel.ts";
import type { Trouble, TroubleAction } from "../../shared/trouble.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { LabelChecks } from "../store/label-checks.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { PrintJob, PrintJobs } from "../store/print-jobs.ts";
import type { PrintAgain } from "./print-again.ts";
import { troubleOf, type TroubleKind } from "./trouble-ways.ts";

export type PrintTroubleParts = Readonly<{
  database: Database;
  journal: Journal;
  parcels: ParcelStore;
  labelChecks: LabelChecks;
  printJobs: PrintJobs;
  again: PrintAgain;
  /** URI of the printer that gets such a document now; empty when none is set */
  printer: (document: DocumentKind) => string;
  /** After something is to be printed again. */
  onWork: () => void;
}>;

const documentWords = {
  "shipping-label": "Shipping label",
  "own-label": "Own label",
  "parking-slip": "Parking slip",
  "packing-slip": "Packing slip",
  "test-label": "Test print",
  "command-sheet": "Command sheet",
  "scanner-sheet": "Scanner test sheet",
} as const;

/** What is wrong is the label itself, whoever found out: a new one is the way out. */
export const isBadLabel = ({ kind }: Failure): boolean => kind === "label-unreadable" || isBlockedLabel(kind);

const kindOf = ({ state, labelId, failure }: PrintJob): TroubleKind => {
  if (state === "unknown") return "print-in-doubt";
  return labelId !== null && failure !== null && isBlockedLabel(failure.kind) ? "label-kept-back" : "print-failed";
};

/** Prints that failed, are kept back, or of which nobody knows whether they came out. */
export const createPrintTroubles = ({
  database,
  journal,
  parcels,
  labelChecks,
  printJobs,
  again: { printAgain, packingSlipAgain },
  printer,
  onWork,
}: PrintTroubleParts) => {
  const list = (most: number): readonly Trouble[] =>
    printJobs.troubles(most).map((job) => {
      const about = [job.parcelNo, job.ftNo].filter((word) => word !== null).join(" · ");
      const kind = kindOf(job);
      return troubleOf(kind, {
        ...(kind === "label-kept-back" && job.parcelNo !== null ? { labelOf: job.parcelNo } : {}),
        id: `print:${job.id}`,
        source: "print",
        title: `${documentWords[job.document]}${job.state === "unknown" ? ": did it come out?" : " did not print"}`,
        about: about === "" ? job.printer : about,
        failure: job.failure ?? fail("internal", "").failure,
        at: job.changedAt,
      });
    });

  /** Where a print goes that is tried again; a test print stays with the printer that it tests. */
  const printerNow = (job: PrintJob): string | null => {
    const to = job.document === "test-label" ? "" : printer(job.document);
    return to === "" ? null : to;
  };

  const act = (id: number, action: TroubleAction, reason: string, at: number): Result<null> => {
    const job = printJobs.byId(id);
    if (job === null || (job.state !== "unknown" && job.state !== "failed")) return fail("not-found", `Print ${id}.`);
    const note = (kind: string): void =>
      journal.add({ kind, ftNo: job.ftNo, parcelNo: job.parcelNo, before: { state: job.state }, after: null }, at);
    switch (action) {
      case "printed":
        database.transaction(() => {
          printJobs.answer(id, "printed", at);
          note("print-confirmed");
        });
        return succeed(null);
      case "discard":
        database.transaction(() => {
          printJobs.answer(id, "cancelled", at);
          note("print-given-up");
        });
        return succeed(null);
      case "correct":
        return fail("not-now", `Print ${id} has nothing to correct.`);
      case "accept": {
        const { labelId, failure } = job;
        if (labelId === null || failure === null || !isBlockedLabel(failure.kind)) return fail("not-now", `Print ${id} is not kept back.`);
        if (reason === "") return fail("not-now", "Scan ACCEPT and a reason.");
        database.transaction(() => {
          labelChecks.release(labelId, reason);
          printJobs.retry(id, at, printerNow(job));
          const after = { label: labelId, reason };
          journal.add({ kind: "label-released", ftNo: job.ftNo, parcelNo: job.parcelNo, before: { failure }, after }, at);
        });
        onWork();
        return succeed(null);
      }
      case "retry":
      case "reprint": {
        if (job.state === "failed" || job.parcelNo === null) {
          database.transaction(() => {
            // The way out of a bad label is a new one: OMS4 is asked for it
            if (job.failure !== null && isBadLabel(job.failure) && job.document === "shipping-label" && job.parcelNo !== null)
              parcels.markLabelChecked(job.parcelNo, at, true);
            printJobs.retry(id, at, printerNow(job));
            note("print-retried");
          });
          onWork();
          return succeed(null);
        }
        const reason = "it did not come out";
        const again =
          job.document === "packing-slip"
            ? packingSlipAgain(job.parcelNo, reason)
            : printAgain(job.parcelNo, reason, job.document === "parking-slip");
        return again.ok ? succeed(null) : again;
      }
    }
  };

  /** A print that is no label: of a parking slip or a packing slip. */
  const isOfSlip = (id: string): boolean => {
    const [source, number] = id.split(":");
    const job = source === "print" ? printJobs.byId(Number(number)) : null;
    return job !== null && isSlip(job.document);
  };

  return { list, act, isOfSlip };
};
