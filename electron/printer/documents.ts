import { fail, succeed, type Result } from "../../shared/failures.ts";
import { factsOf, paperOf, TEST_CODE_HEAD } from "../../shared/printers.ts";
import type { Settings } from "../../shared/settings.ts";
import type { LabelStore } from "../store/labels.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { PrintJob } from "../store/print-jobs.ts";
import type { TaskStore } from "../store/tasks.ts";
import { ownLabelFacts, packingSlipFacts, parkingSlipFacts } from "./document-facts.ts";
import { readFormat, type LabelDocument, type LabelDots } from "./format.ts";
import type { DrawnOn, LabelMaker } from "./label-maker.ts";
import { across, fits, sizeOf } from "./paper-fit.ts";
import type { Preflight } from "./preflight.ts";
import type { DrawnFor } from "./routing.ts";

type Parts = Readonly<{
  tasks: TaskStore;
  parcels: ParcelStore;
  labels: LabelStore;
  settings: () => Settings;
  maker: LabelMaker;
  preflight: Pick<Preflight, "forPrint" | "ownLabel">;
  /** The density and paper of a job's printer; left out: as the settings have them. */
  drawnFor?: (job: Pick<PrintJob, "document" | "printer">) => DrawnFor;
}>;

/** What a test print's barcode says: scanned back, it tells which print it was. */
export const testCode = (job: Pick<PrintJob, "id">): string => `${TEST_CODE_HEAD}${job.id}`;

/** What is wrong with a label that the printer's paper, where somebody set it, would cut through; null when it fits one way or the other. */
const largerThanPaper = ({ dpi, pages }: LabelDots, { paper, said }: DrawnFor): string | null => {
  const size = paperOf(paper);
  const off = pages.map((page) => sizeOf(page, dpi)).find((page) => !fits(page, size) && !fits(across(page), size));
  if (!said || off === undefined) return null;
  return `the label measures ${Math.round(off.widthMm)} × ${Math.round(off.heightMm)} mm, the printer's paper ${size.words}.`;
};

/** The bytes behind a print job: a stored shipping label, or what the station draws itself. */
export const createDocuments = ({ tasks, parcels, labels, settings, maker, preflight, ...parts }: Parts) => {
  const drawnFor = parts.drawnFor ?? (({ printer }) => factsOf(settings(), printer));
  const drawnOn = (job: PrintJob): DrawnOn => {
    const { dpi, paper } = drawnFor(job);
    return { dpi, paper: paperOf(paper) };
  };

  const shippingLabel = async (job: PrintJob): Promise<Result<LabelDocument>> => {
    const label = job.labelId === null ? null : labels.get(job.labelId);
    if (label === null) return fail("label-missing", `Parcel ${job.parcelNo ?? "?"}.`);
    // Two tasks' labels are never mixed up, whatever the job says
    if (label.ftNo !== job.ftNo || (label.parcelNo !== null && label.parcelNo !== job.parcelNo)) {
      return fail("label-of-other-parcel", `The label of ${label.parcelNo ?? label.ftNo} was about to print for ${job.parcelNo ?? "?"}.`);
    }
    const format = readFormat(label.bytes);
    if (!format.ok) return format;
    const dots = await preflight.forPrint(label, job.parcelNo, drawnFor(job).dpi);
    if (!dots.ok) return dots;
    const tooLarge = dots.value === null ? null : largerThanPaper(dots.value, drawnFor(job));
    if (tooLarge !== null) return fail("printer-cannot-print", `${job.parcelNo ?? job.ftNo ?? ""}: ${tooLarge}`);
    return succeed({ format: format.value, bytes: label.bytes, ...(dots.value === null ? {} : { dots: dots.value }) });
  };

  const packed = (job: PrintJob, what: string) => {
    const parcel = job.parcelNo === null ? null : parcels.get(job.parcelNo);
    const stored = parcel === null ? null : tasks.get(parcel.ftNo);
    if (parcel === null || stored === null)
      return fail("label-missing", `Parcel ${job.parcelNo ?? "?"} has no task to make a ${what} from.`);
    const { task, state } = stored;
    // While the task is open it may still grow parcels
    const total = state === "done" || !task.allowSplit ? parcels.ofTask(task.ftNo).length : null;
    return succeed({ task, parcel, total, packedAt: parcel.closedAt ?? job.createdAt, settings: settings() });
  };

  const mapped = <Value, To>(result: Result<Value>, map: (value: Value) => To): Result<To> =>
    result.ok ? succeed(map(result.value)) : result;
  /** What stands on a parcel's papers, as things are now. */
  const facts = {
    "own-label": (job: PrintJob) => mapped(packed(job, "label"), ownLabelFacts),
    "packing-slip": (job: PrintJob) => mapped(packed(job, "slip"), packingSlipFacts),
    "parking-slip": (job: PrintJob) =>
      mapped(packed(job, "slip"), ({ task, parcel }) =>
        parkingSlipFacts({ task, parcel, stationId: settings().stationId, at: job.createdAt }),
      ),
  };
  const madeOf = async <Facts>(
    from: Result<Facts>,
    make: (facts: Facts) => Promise<Result<LabelDocument>>,
  ): Promise<Result<LabelDocument>> =>
    from.ok ? mapped(await make(from.value), (document) => ({ ...document, madeOf: JSON.stringify(from.value) })) : from;

  const ownLabel = (job: PrintJob): Promise<Result<LabelDocument>> => {
    const on = drawnOn(job);
    return madeOf(facts["own-label"](job), async (of) => {
      const drawn = await maker.ownLabel(of, on);
      return drawn.ok ? preflight.ownLabel(drawn.value, of.parcelNo, on.dpi) : drawn;
    });
  };
  const parkingSlip = (job: PrintJob) => madeOf(facts["parking-slip"](job), (of) => maker.parkingSlip(of, drawnOn(job)));
  const packingSlip = (job: PrintJob) => madeOf(facts["packing-slip"](job), (of) => maker.packingSlip(of, drawnOn(job)));

  const testLabel = (job: PrintJob): Promise<Result<LabelDocument>> => {
    const facts = { stationId: settings().stationId, printer: job.printer, at: job.createdAt, code: testCode(job) };
    return maker.testLabel(facts, drawnOn(job));
  };

  /** `on` null: an A4 page. */
  const commandSheet = (on: DrawnOn | null = null): Promise<Result<LabelDocument>> =>
    maker.commandSheet(
      settings().cartons.map(({ code }) => code),
      on,
    );
  // A folder is no printer: what is put there is for whatever prints it later, unless its paper was set
  const sheetFor = (job: PrintJob): Promise<Result<LabelDocument>> =>
    commandSheet(job.printer.startsWith("folder:") && !drawnFor(job).said ? null : drawnOn(job));

  const drawn = async (job: PrintJob, made: Promise<Result<LabelDocument>>): Promise<Result<LabelDocument>> => {
    const document = await made;
    return document.ok ? succeed({ ...document.value, dpi: drawnOn(job).dpi }) : document;
  };

  return {
    /** Failures: `label-missing`, `label-unreadable`, `label-of-other-parcel`, `label-other-number`, `label-no-barcode`, `label-unchecked`. */
    forJob: async (job: PrintJob): Promise<Result<LabelDocument>> => {
      switch (job.document) {
        case "shipping-label":
          return shippingLabel(job);
        case "own-label":
          return drawn(job, ownLabel(job));
        case "parking-slip":
          return drawn(job, parkingSlip(job));
        case "packing-slip":
          return drawn(job, packingSlip(job));
        case "test-label":
          return drawn(job, testLabel(job));
        case "command-sheet":
          return drawn(job, sheetFor(job));
        case "scanner-sheet":
          return drawn(job, maker.scannerSheet(drawnOn(job).dpi));
      }
    },
    /** False when what stands on a parcel's paper has changed since it was drawn: an address, a carrier, what is inside. */
    isCurrent: ({ document, ...job }: PrintJob, { madeOf: before }: LabelDocument): boolean => {
      if (before === undefined || !(document in facts)) return true;
      const now = facts[document as keyof typeof facts]({ document, ...job });
      return now.ok && JSON.stringify(now.value) === before;
    },
    /** The sheets as PDFs for the screen. */
    commandSheet: () => commandSheet(),
    scannerSheet: (): Promise<Result<LabelDocument>> => maker.scannerSheet(settings().printerDpi),
  };
};
export type Documents = ReturnType<typeof createDocuments>;
