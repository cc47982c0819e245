import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { DocumentKind } from "../../shared/parcel.ts";
import { factsOf, routeOf, ROUTED, type Dpi, type PaperName, type PrinterSettings } from "../../shared/printers.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import { createPrinterSwitch } from "../store/printer-switch.ts";
import type { PrintJob, PrintJobs } from "../store/print-jobs.ts";
import type { PrinterStatus } from "./port.ts";

export type RoutingParts = Readonly<{
  database: Database;
  settings: () => PrinterSettings;
  /** URI of the bench's own label printer; "" when there is none. Practice prints into a folder without being told. */
  ownPrinter: () => string;
  printJobs: PrintJobs;
  journal: Journal;
  clock: Clock;
}>;

/** What a document is drawn for. `said`: somebody set it; otherwise it is the usual. */
export type DrawnFor = Readonly<{ dpi: Dpi; paper: PaperName; said: boolean }>;

/** What a switch changed: jobs that had certainly not gone out are on the other printer's list now. */
export type Switched = Readonly<{ onSpare: boolean; printer: string; moved: number }>;

/** No backlog is longer: a week of a bench without a printer. */
const MOST_MOVED = 100_000;

/** The name people know a printer by: its queue, folder or address. */
export const nameOf = (uri: string): string => {
  const rest = uri.slice(uri.indexOf(":") + 1).replace(/^\/\//, "");
  return uri.startsWith("folder:") ? (rest.split(/[\\/]/).findLast((part) => part !== "") ?? rest) : rest.replace(/\/$/, "");
};

/** Which printer gets which document, at what density and on what paper; and the switch to the spare printer. */
export const createRouting = ({ database, settings, ownPrinter, printJobs, journal, clock }: RoutingParts) => {
  const printerSwitch = createPrinterSwitch({ database });
  /** What the settings screen tries before it is saved; only a test print is drawn so. */
  let trial: (DrawnFor & Readonly<{ uri: string }>) | null = null;

  const onSpare = (): boolean => printerSwitch.onSpare() && settings().sparePrinter !== "";
  const labelPrinter = (): string => (onSpare() ? settings().sparePrinter : ownPrinter());
  const printerFor = (document: DocumentKind): string => routeOf(settings(), document, labelPrinter());
  const drawnFor = (uri: string): DrawnFor => factsOf(settings(), uri);

  const isLeft = ({ document, parcelNo, printer }: Pick<PrintJob, "document" | "parcelNo" | "printer">): boolean => {
    const to = printerFor(document);
    return parcelNo !== null && to !== "" && to !== printer;
  };
  const left = (): readonly PrintJob[] => [...printJobs.open(MOST_MOVED), ...printJobs.troubles(MOST_MOVED)].filter(isLeft);

  /** Inside the caller's transaction. */
  const moveWaiting = (at: number): number => {
    let moved = 0;
    for (const job of left()) {
      const to = printerFor(job.document);
      if (!printJobs.move(job.id, to, at)) continue;
      moved += 1;
      const about = { document: job.document, copy: job.copy };
      const before = { state: job.state, printer: job.printer };
      journal.add({ kind: "print-moved", ftNo: job.ftNo, parcelNo: job.parcelNo, before, after: { ...about, printer: to } }, at);
    }
    return moved;
  };

  return {
    /** URI of the printer for labels now: the spare one while the bench is switched over. */
    labelPrinter,
    printerFor,
    /** The printers of documents that have one of their own. */
    otherPrinters: (): readonly string[] => [...new Set(ROUTED.map((document) => printerFor(document)))],
    onSpare,
    drawnFor,
    /** A test print is drawn with what stands on the settings screen, all else as it is saved. */
    drawnForJob: ({ document, printer }: Pick<PrintJob, "document" | "printer">): DrawnFor =>
      document === "test-label" && trial?.uri === printer ? trial : drawnFor(printer),
    tryAs: (uri: string, facts: Readonly<{ dpi: Dpi; paper: PaperName }> | null): void => {
      trial = facts === null ? null : { uri, ...facts, said: true };
    },
    /** A parcel's document is on a printer that is not its own any more. */
    isLeft,
    /** After a start and a change of the settings: what has certainly not gone out goes to the printer that is its own now. */
    settle: (): number => (left().length === 0 ? 0 : database.transaction(() => moveWaiting(clock.now()))),
    /** To the spare printer, or back. One transaction; failure `not-now` where there is no other printer. */
    toggle: (): Result<Switched> => {
      const { sparePrinter } = settings();
      if (!onSpare() && (sparePrinter === "" || sparePrinter === ownPrinter()))
        return fail("not-now", "No spare printer is set: choose one in the settings.");
      const to = !onSpare();
      const at = clock.now();
      const before = { printer: labelPrinter() };
      const moved = printerSwitch.to(to, at, () => {
        const count = moveWaiting(at);
        const after = { printer: labelPrinter(), spare: to, moved: count };
        journal.add({ kind: "printer-switched", ftNo: null, parcelNo: null, before, after }, at);
        return count;
      });
      return succeed({ onSpare: to, printer: labelPrinter(), moved });
    },
    /** The printers' state in the top bar: the label printer's never looks like the usual one while it is the spare. */
    pill: (label: PrinterStatus, brokenOther: PrinterStatus | null): PrinterStatus & Readonly<{ spare?: "there" | "in-use" }> => {
      // Labels come out all the same
      const status: PrinterStatus =
        brokenOther === null || label.health === "broken"
          ? label
          : { health: "careful", words: `${label.words} · other printer: ${brokenOther.words}` };
      if (!onSpare()) return settings().sparePrinter === "" ? status : { ...status, spare: "there" };
      return { health: status.health === "fine" ? "careful" : status.health, words: `spare printer · ${status.words}`, spare: "in-use" };
    },
  };
};
