import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import { isBlockedLabel } from "../../shared/label-check.ts";
import { isSlip, type DocumentKind } from "../../shared/parcel.ts";
import type { Trouble, TroubleAction } from "../../shared/station.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { LabelChanges } from "../store/label-changes.ts";
import type { LabelChecks } from "../store/label-checks.ts";
import type { LabelStore } from "../store/labels.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { ParkedBoxes } from "../store/parked-boxes.ts";
import type { PrintJob, PrintJobs } from "../store/print-jobs.ts";
import type { SetAside } from "../store/set-aside.ts";
import type { StopStore } from "../store/stops.ts";
import type { CountTroubles } from "../counting/troubles.ts";
import { createLabelTroubles } from "./label-troubles.ts";
import type { MayPrint } from "./may-print.ts";
import type { PrintPackingSlip } from "./packing-slips.ts";
import type { OutboxTroubles } from "./outbox-troubles.ts";
import type { ScanBack } from "./scan-back.ts";
import { createStopTroubles } from "./stop-troubles.ts";

export type TroubleParts = Readonly<{
  database: Database;
  clock: Clock;
  journal: Journal;
  outboxTroubles: OutboxTroubles;
  parcels: ParcelStore;
  labels: LabelStore;
  labelChanges: LabelChanges;
  labelChecks: LabelChecks;
  printJobs: PrintJobs;
  parkedBoxes: ParkedBoxes;
  setAside: SetAside;
  countTroubles: CountTroubles;
  stops: StopStore;
  /** A person says that a stopped parcel was dealt with. Inside a transaction. */
  vouch: (parcelNo: string, at: number) => Result<null>;
  mayPrint: MayPrint;
  scanBack: ScanBack;
  /** URI of the printer that gets such a document now; empty when none is set */
  printer: (document: DocumentKind) => string;
  printPackingSlip: PrintPackingSlip;
  /** OMS4 is asked for this parcel's label at once. */
  askLabel: (parcelNo: string) => void;
  /** After something is to be sent or printed again. */
  onWork: () => void;
}>;

/** More than a screen holds: the rest shows when these are dealt with. */
const MOST_SHOWN = 50;

const recordWords = { task: "A task can't be used", cancellation: "A cancellation can't be used", label: "A label can't be used" } as const;
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
const isBadLabel = ({ kind }: Failure): boolean => kind === "label-unreadable" || isBlockedLabel(kind);

const noWords = (detail: string): Failure => fail("internal", detail).failure;

/** What needs a person: parked entries, prints that failed or may not have come out, records that can't be read. */
export const createTroubleList = ({
  database,
  clock,
  journal,
  outboxTroubles,
  parcels,
  labels,
  labelChanges,
  labelChecks,
  printJobs,
  parkedBoxes,
  setAside,
  countTroubles,
  stops,
  vouch,
  mayPrint,
  scanBack,
  printer,
  printPackingSlip,
  askLabel,
  onWork,
}: TroubleParts) => {
  const stopTroubles = createStopTroubles({ database, clock, stops, vouch });
  const labelTroubles = createLabelTroubles({ database, clock, journal, parcels, labelChanges, printJobs, askLabel });

  const printTroubles = (): readonly Trouble[] =>
    printJobs.troubles(MOST_SHOWN).map((job): Trouble => {
      const about = [job.parcelNo, job.ftNo].filter((word) => word !== null).join(" · ");
      return {
        id: `print:${job.id}`,
        source: "print",
        title: `${documentWords[job.document]}${job.state === "unknown" ? ": did it come out?" : " did not print"}`,
        about: about === "" ? job.printer : about,
        failure: job.failure ?? noWords(""),
        at: job.changedAt,
        actions:
          job.state === "unknown"
            ? ["printed", "reprint", "discard"]
            : job.labelId !== null && job.failure !== null && isBlockedLabel(job.failure.kind)
              ? ["retry", "accept", "discard"]
              : ["retry", "discard"],
      };
    });

  /** Records that can't be used. A bad label is one trouble: its failed print says all there is to say. */
  const badRecords = (prints: readonly Trouble[]) => {
    const bad = prints.filter(({ failure }) => isBadLabel(failure)).flatMap(({ about }) => about.split(" · "));
    return setAside.list(MOST_SHOWN).filter(({ source, name }) => source !== "label" || !bad.includes(name));
  };

  const listed = (prints: readonly Trouble[]): readonly Trouble[] => [
    ...stopTroubles.list(MOST_SHOWN),
    ...labelTroubles.list(),
    ...prints,
    ...outboxTroubles.list(),
    ...badRecords(prints).map((record): Trouble => ({
      id: `set-aside:${record.id}`,
      source: "set-aside",
      title: recordWords[record.source],
      about: record.name,
      failure: record.failure,
      at: record.at,
      actions: ["discard"],
    })),
    ...countTroubles.list(),
  ];
  const list = (): readonly Trouble[] => listed(printTroubles());

  /** Prints a parcel's label once more, the one in force, with a reason; the count is kept with it. `slip`: its parking slip. */
  const printAgain = (parcelNo: string, reason: string, slip = false): Result<{ copy: number }> => {
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
    const allowed = mayPrint({ ...job, labelId });
    if (!allowed.ok) return allowed;
    const at = clock.now();
    const copy = printJobs.copies(parcelNo, job.document) + 1;
    database.transaction(() => {
      if (job.state === "unknown" || job.state === "failed") printJobs.answer(job.id, "cancelled", at);
      printJobs.add({ parcelNo, ftNo: job.ftNo, document: job.document, copy, reason, labelId, printer: printer(job.document) }, at);
      // Another label is pasted now, whatever was scanned before
      if (!slip && job.ftNo !== null) scanBack.printing(parcelNo, job.ftNo, false, at);
      // With a new slip the box leaves again, also one that was scanned just now: its label waits for the slip
      if (slip && job.ftNo !== null && scanBack.labelJob(parcelNo) === null) parkedBoxes.park(parcelNo, job.ftNo, at);
      journal.add({ kind: "reprint", ftNo: job.ftNo, parcelNo, before: { state: job.state }, after: { copy, reason } }, at);
    });
    onWork();
    return succeed({ copy });
  };

  /** Where a print goes that is tried again; a test print stays with the printer that it tests. */
  const printerNow = (job: PrintJob): string | null => {
    const to = job.document === "test-label" ? "" : printer(job.document);
    return to === "" ? null : to;
  };

  const packingSlipAgain = (parcelNo: string, reason: string): Result<{ copy: number }> => {
    const again = printPackingSlip(parcelNo, reason);
    if (again.ok) onWork();
    return again;
  };

  const actOnPrint = (id: number, action: TroubleAction, reason: string, at: number): Result<null> => {
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

  /** `reason`: why a report is given up, or a doubtful label accepted. */
  const act = (id: string, action: TroubleAction, reason = ""): Result<null> => {
    const [source, number] = id.split(":");
    const at = clock.now();
    if (source === "print") return actOnPrint(Number(number), action, reason.trim(), at);
    if (source === "outbox") return outboxTroubles.act(Number(number), action, reason.trim());
    if (source === "late" || source === "changed") {
      if (source === "late" || action !== "reprint" || number === undefined) return labelTroubles.act(id, action);
      // Answered from a picture of a moment ago: the new label is out by now, and one more would be a double
      const change = labelChanges.get(number);
      if (change === null) return fail("not-found", id);
      if (labelTroubles.isInDoubt(change)) return fail("not-now", `Say first whether the new label of ${number} came out.`);
      const again = printAgain(number, "OMS4 has another label");
      return again.ok ? succeed(null) : again;
    }
    if (source === "count") {
      const acted = countTroubles.act(id, action);
      onWork();
      return acted;
    }
    if (source === "stop" && action === "reprint" && number !== undefined) {
      if (stops.get(number)?.kind !== "relabel") return fail("not-found", id);
      const again = printAgain(number, "the address or carrier was changed");
      return again.ok ? succeed(null) : again;
    }
    if (source === "stop" && action === "discard" && number !== undefined) {
      const vouched = stopTroubles.discard(number);
      if (vouched.ok) onWork();
      return vouched;
    }
    if (source === "set-aside" && action === "discard") {
      setAside.discard(Number(number));
      return succeed(null);
    }
    return fail("not-found", id);
  };

  /** A print that is no label: of a parking slip or a packing slip. */
  const isOfSlip = (id: string): boolean => {
    const [source, number] = id.split(":");
    const job = source === "print" ? printJobs.byId(Number(number)) : null;
    return job !== null && isSlip(job.document);
  };

  /** Puts typed values into a report and sends it again. */
  const correct = (id: string, values: Readonly<Record<string, string>>): Result<null> => {
    const [source, number] = id.split(":");
    return source === "outbox" ? outboxTroubles.correct(Number(number), values) : fail("not-found", id);
  };

  return { list, act, correct, printAgain, packingSlipAgain, isOfSlip };
};
export type TroubleList = ReturnType<typeof createTroubleList>;
