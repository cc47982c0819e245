import { fail, type Result } from "../../shared/failures.ts";
import type { PrintJob } from "../store/print-jobs.ts";
import { isOver } from "../kit/clock.ts";
import type { PrinterPort, PrinterStatus } from "./port.ts";
import { createPrintWork, RETRY_LONGEST_MS, type PrintWorkParts } from "./print-work.ts";
import { createPrinterWatches } from "./printer-watches.ts";
import { createStaleJobs } from "./stale-jobs.ts";

export type PrintQueueParts = PrintWorkParts &
  Readonly<{
    /** Opens the way to print that a URI names (printers.ts). */
    openPrinter: (uri: string) => Result<PrinterPort>;
    /** URI of the printer in the settings, for the top bar; "" when none is chosen. */
    currentPrinter: () => string;
    /** URIs of the printers that have documents of their own; left out: none. */
    otherPrinters?: () => readonly string[];
    /** After every committed step, and when the printer's status changed. */
    onChange: () => void;
  }>;

/** A full or failing disk: often enough for the packer who makes room, and no busy loop meanwhile. */
const READ_AGAIN_MS = 1_000;
const ANY_PRINTER = "";

const isDue = ({ nextAt }: PrintJob, now: number): boolean => isOver(nextAt, now, RETRY_LONGEST_MS);

/**
 * The durable print queue: one job at a time per printer, in order of their ids, each step committed before it is
 * shown, and `sent` committed before the first byte leaves. What may have printed is never printed again by itself.
 */
export const createPrintQueue = (parts: PrintQueueParts) => {
  const { printJobs, clock, log, onChange } = parts;
  const ports = new Map<string, PrinterPort>();
  const lanes = new Map<string, Promise<void>>();
  const timers = new Map<string, () => void>();
  const waiters = new Set<() => void>();
  let running = false;

  const portFor = (uri: string): Result<PrinterPort> => {
    const known = ports.get(uri);
    if (known !== undefined) return { ok: true, value: known };
    if (uri === "") return fail("printer-missing", "No printer is chosen.");
    const opened = parts.openPrinter(uri);
    if (opened.ok) ports.set(uri, opened.value);
    return opened;
  };
  const { currentPrinter, otherPrinters = () => [] } = parts;
  const watch = createPrinterWatches({ portFor, labelPrinter: currentPrinter, otherPrinters, clock, onChange });

  const changed = (): void => {
    onChange();
    for (const wake of waiters) wake();
  };

  const isRunning = (): boolean => running;
  const stale = createStaleJobs({ ...parts, portFor, isRunning, changed });
  const moveWaiting = (): void => {
    parts.moveWaiting?.();
    kick();
  };
  const side = { portFor, isRunning, changed, lookAtPrinter: () => watch.look(), stale };
  const { work, unfollow, leaveLeft } = createPrintWork({ ...parts, moveWaiting }, side);

  const lane = async (printer: string): Promise<void> => {
    for (;;) {
      const job = running ? printJobs.nextFor(printer) : null;
      if (job === null) return;
      const now = clock.now();
      if (!isDue(job, now)) {
        timers.set(printer, clock.after(job.nextAt - now, kick));
        return;
      }
      await work(job);
    }
  };

  /** The jobs can't be read: nothing is lost, they are asked for again. */
  const readLater = (error: unknown, key: string): void => {
    log.error({ printer: key, error: String(error) }, "the print queue can't read its jobs");
    timers.get(key)?.();
    if (running) timers.set(key, clock.after(READ_AGAIN_MS, kick));
  };

  function kick(): void {
    try {
      if (running) openLanes();
    } catch (error) {
      readLater(error, ANY_PRINTER);
    }
  }

  function openLanes(): void {
    for (const printer of printJobs.openPrinters()) {
      if (lanes.has(printer)) continue;
      timers.get(printer)?.();
      timers.delete(printer);
      // Off the caller's stack: a scan's answer never waits for a printer
      const done = Promise.resolve()
        .then(() => lane(printer))
        .then(() => {
          lanes.delete(printer);
          // A job that came in while the lane was closing
          const next = running ? printJobs.nextFor(printer) : null;
          if (next !== null && isDue(next, clock.now())) kick();
        })
        .catch((error: unknown) => {
          lanes.delete(printer);
          readLater(error, printer);
        });
      lanes.set(printer, done);
    }
  }

  return {
    start: (): void => {
      running = true;
      watch.start();
      stale.start([parts.currentPrinter(), ...printJobs.doubtfulPrinters()]);
      kick();
    },
    /** Ends the following of jobs and waits for what is on its way; nothing is printed after it resolves. */
    stop: async (): Promise<void> => {
      running = false;
      watch.stop();
      for (const take of timers.values()) take();
      timers.clear();
      unfollow(null);
      await Promise.all([...lanes.values(), stale.stop()]);
    },
    /** Call it after a transaction that added jobs. */
    kick,
    /** The printer of the settings, for the top bar. */
    status: (): PrinterStatus => watch.status(),
    /** A printer of other documents that can't print; null: none is known to. */
    brokenOther: (): PrinterStatus | null => watch.brokenOther(),
    /** The highest rung a printer can know, the one of the settings where none is named; null when there is none. */
    reaches: (uri: string = parts.currentPrinter()): PrinterPort["reaches"] | null => {
      const port = portFor(uri);
      return port.ok ? port.value.reaches : null;
    },
    /** Printer settings have changed: ways to print are opened anew. */
    reopen: (): void => {
      ports.clear();
      watch.look();
    },
    /** The bench prints on other printers than before: what is on its way to one it has left is taken back where that is still possible. */
    rerouted: (): void => {
      leaveLeft();
      watch.look();
      kick();
    },
    /** The job once the queue is through with it, or as it stands after `withinMs`. */
    settled: (id: number, withinMs: number): Promise<PrintJob | null> =>
      new Promise((resolve) => {
        const finish = (): void => {
          waiters.delete(look);
          takeTimer();
          resolve(printJobs.byId(id));
        };
        const look = (): void => {
          if (printJobs.byId(id)?.settled !== false) finish();
        };
        const takeTimer = clock.after(withinMs, finish);
        waiters.add(look);
        look();
      }),
  };
};
export type PrintQueue = ReturnType<typeof createPrintQueue>;
