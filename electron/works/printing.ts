import { join } from "node:path";
import { succeed } from "../../shared/failures.ts";
import { labelRuleFor } from "../../shared/label-check.ts";
import { createMayPrint } from "../packing/may-print.ts";
import { createCupsGuard } from "../printer/cups-guard.ts";
import { createDocuments } from "../printer/documents.ts";
import { createPreflight } from "../printer/preflight.ts";
import { openPrinter, type PrinterOptions } from "../printer/printers.ts";
import { createPrintQueue } from "../printer/queue.ts";
import { createZplPictures } from "../printer/zpl-picture.ts";
import { createRouting } from "../printer/routing.ts";
import type { CancelCheck } from "../sync/cancel-check.ts";
import type { CommonParts } from "./parts.ts";

type PrintingParts = CommonParts &
  Readonly<{
    /** OMS4 is asked once more what was cancelled, just before a label goes out. */
    fresh: (...asked: Parameters<CancelCheck["fresh"]>) => Promise<void>;
    signal: () => AbortSignal;
  }>;

/** Everything between a queued print job and the device: which printer, which document, whether it may print, and the queue itself. */
export const createPrinting = (parts: PrintingParts) => {
  const { mode, folder, settings, environment, rasteriser, labelMaker, clock, log, database, stores, fresh, signal } = parts;
  const { tasks, parcels, labels, labelChecks, printJobs, journal, cancellations, cancelRequests, stops } = stores;
  // Practice prints into a folder of its own, unless somebody wants to see practice labels on paper
  const ownPrinter = (): string =>
    settings().printer !== "" ? settings().printer : mode === "practice" ? `folder:${join(folder, "labels")}` : "";
  const routing = createRouting({ database, settings, ownPrinter, printJobs, journal, clock });
  const labelDpi = (): number => routing.drawnFor(routing.labelPrinter()).dpi;
  const guard = createCupsGuard({ log });
  const printerOptions = (uri = ""): PrinterOptions => ({ dpi: routing.drawnFor(uri).dpi, clock, log, rasteriser, environment, guard });
  const onChange = (): void => parts.onChange(false);
  const preflight = createPreflight({
    database,
    labels,
    labelChecks,
    journal,
    rasteriser,
    dpi: labelDpi,
    ruleFor: (carrier) => labelRuleFor(settings().labelRules, carrier),
    clock,
    log,
    onChange,
  });
  const zplPictures = createZplPictures({ clock, log });
  const documents = createDocuments({ tasks, parcels, labels, settings, maker: labelMaker, preflight, drawnFor: routing.drawnForJob });
  const mayPrint = createMayPrint({ tasks, parcels, labels, cancellations, cancelRequests, stops, clock });
  const printQueue = createPrintQueue({
    database,
    printJobs,
    documentFor: documents.forJob,
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
    isLeft: routing.isLeft,
    moveWaiting: () => void routing.settle(),
    clock,
    log,
    journal,
    onChange,
  });
  return { routing, labelDpi, printerOptions, preflight, zplPictures, documents, mayPrint, printQueue, guard };
};
export type Printing = ReturnType<typeof createPrinting>;
