import { join } from "node:path";
import { succeed } from "../../shared/failures.ts";
import { labelRuleFor, type LabelRule } from "../../shared/label-check.ts";
import { paperOf, type PaperSize } from "../../shared/printers.ts";
import { createMayPrint } from "../packing/may-print.ts";
import { createCupsGuard } from "../printer/cups-guard.ts";
import { createDocuments } from "../printer/documents.ts";
import { createPreflight } from "../printer/preflight.ts";
import { USUAL_ROLL } from "../printer/paper-fit.ts";
import { openPrinter, type PrinterOptions } from "../printer/printers.ts";
import { createPrintQueue } from "../printer/queue.ts";
import { createZplPictures } from "../printer/zpl-picture.ts";
import { createRouting } from "../printer/routing.ts";
import type { PrintJob } from "../store/print-jobs.ts";
import type { CancelCheck } from "../sync/cancel-check.ts";
import type { CommonParts } from "./parts.ts";

type PrintingParts = CommonParts &
  Readonly<{
    /** OMS4 is asked once more what was cancelled, just before a label goes out. */
    fresh: (...asked: Parameters<CancelCheck["fresh"]>) => Promise<void>;
    signal: () => AbortSignal;
    /** A print goes to its printer now. */
    onSent: (job: PrintJob) => void;
    /** A print needs somebody. */
    onTrouble: (id: number) => void;
  }>;

/** Everything between a queued print job and the device: which printer, which document, whether it may print, and the queue itself. */
export const createPrinting = (parts: PrintingParts) => {
  const { mode, folder, settings, environment, rasteriser, labelMaker, clock, log, database, stores, fresh, signal } = parts;
  const { tasks, parcels, labels, labelChecks, printJobs, journal, outbox, cancellations, cancelRequests, stops } = stores;
  // Practice prints into a folder of its own, unless somebody wants to see practice labels on paper
  const ownPrinter = (): string =>
    settings().printer !== "" ? settings().printer : mode === "practice" ? `folder:${join(folder, "labels")}` : "";
  const routing = createRouting({ database, settings, ownPrinter, printJobs, journal, clock });
  const labelDpi = (): number => routing.drawnFor(routing.labelPrinter()).dpi;
  const rollIn = (uri: string): PaperSize => {
    const { paper, said } = routing.drawnFor(uri);
    return said ? paperOf(paper) : USUAL_ROLL;
  };
  /** Only what we send as dots is never turned by anybody else. */
  const turnedFor = (): PaperSize | null => (routing.labelPrinter().startsWith("zpl:") ? rollIn(routing.labelPrinter()) : null);
  const guard = createCupsGuard({ log });
  const printerOptions = (uri = ""): PrinterOptions => ({
    dpi: routing.drawnFor(uri).dpi,
    paper: rollIn(uri),
    clock,
    log,
    rasteriser,
    environment,
    guard,
  });
  const onChange = (): void => parts.onChange(false);
  const ruleFor = (carrier: string): LabelRule => labelRuleFor(settings().labelRules, carrier);
  const preflight = createPreflight({
    database,
    labels,
    labelChecks,
    journal,
    rasteriser,
    dpi: labelDpi,
    paper: turnedFor,
    ruleFor,
    clock,
    log,
    onChange,
  });
  const zplPictures = createZplPictures({ clock, log });
  const documents = createDocuments({ tasks, parcels, labels, settings, maker: labelMaker, preflight, drawnFor: routing.drawnForJob });
  const mayPrint = createMayPrint({ tasks, parcels, labels, outbox, cancellations, cancelRequests, stops, clock });
  const printQueue = createPrintQueue({
    database,
    printJobs,
    documentFor: documents.forJob,
    isCurrent: documents.isCurrent,
    mayPrint,
    checked: async ({ ftNo, parcelNo, document, createdAt }) => {
      if (ftNo === null || parcelNo === null || document === "parking-slip") return;
      await fresh(ftNo, Math.max(createdAt, parcels.get(parcelNo)?.closedAt ?? 0), { signal: signal() });
    },
    openPrinter: (uri) => {
      const port = openPrinter(uri, printerOptions(uri));
      return port.ok && parts.ground !== undefined ? succeed(parts.ground.printer(port.value)) : port;
    },
    currentPrinter: routing.labelPrinter,
    otherPrinters: routing.otherPrinters,
    isLeft: routing.isLeft,
    moveWaiting: () => void routing.settle(),
    onSent: parts.onSent,
    onTrouble: parts.onTrouble,
    clock,
    log,
    journal,
    onChange,
  });
  return { routing, labelDpi, ruleFor, printerOptions, preflight, zplPictures, documents, mayPrint, printQueue, guard };
};
export type Printing = ReturnType<typeof createPrinting>;
