import type { Failure, Result } from "../../shared/failures.ts";
import type { DocumentKind, LabelFormat } from "../../shared/parcel.ts";
import type { Health } from "../../shared/device-view.ts";
import type { LabelDocument } from "./format.ts";

/** The rungs on which a way to print can leave a job for good. */
export type TopRung = "sent" | "accepted" | "printed";

/** What is known of a job that was sent. `sentAt`: when it was marked so, ms. */
export type SentJob = Readonly<{ name: string; deviceRef: string | null; sentAt: number; document: DocumentKind }>;

/** One print. `name` is unique for ever (parcel, document and copy), so that the spooler can be asked about it later. */
export type PrintRequest = LabelDocument & Readonly<{ name: string; document: DocumentKind }>;

/** Where a job ended that went well: at the highest rung its printer can know. */
export type PrintEnd = Readonly<{ state: TopRung; deviceRef: string | null }>;

/** News while a job is followed; a failure here is one in waiting (out of paper), the job itself goes on. */
export type PrintNews = Readonly<{ state: "sent" | "accepted"; deviceRef: string | null; failure: Failure | null }>;

/**
 * Sends or follows one job to its end. Failures: with `ambiguous` nobody knows whether it printed; without it, it is
 * certain that nothing was printed. The signal ends the following, never the printing.
 */
export type PrintRun = (tell: (news: PrintNews) => void, signal: AbortSignal) => Promise<Result<PrintEnd>>;

/** A document made ready. `discard` leaves nothing behind when it isn't to be printed after all. */
export type Prepared = Readonly<{ send: PrintRun; discard: () => void | Promise<void> }>;

/** What became of a job whose sending this process didn't see to its end. */
export type Recovery =
  | Readonly<{ became: "printed"; deviceRef: string | null }>
  /** the spooler still has it: follow it */
  | Readonly<{ became: "accepted"; deviceRef: string; follow: PrintRun }>
  /** certain: it never arrived, and prints nothing later */
  | Readonly<{ became: "not-there" }>
  /** certain: it was given up without printing */
  | Readonly<{ became: "failed"; failure: Failure }>
  | Readonly<{ became: "unknown"; words: string }>
  /** the one to ask can't be reached now */
  | Readonly<{ became: "no-answer"; failure: Failure }>;

export type PrinterStatus = Readonly<{ health: Health; words: string }>;

/** One way to print, to one device. Its identity is its URI: path, queue or host and port. */
export type PrinterPort = Readonly<{
  uri: string;
  /** for people: the queue's or folder's name, host:port */
  name: string;
  /** the highest rung this way to print can ever know */
  reaches: TopRung;
  accepts: readonly LabelFormat[];
  /** how often its status may be asked while all is well, ms: asking costs a connection or a process */
  checkEveryMs: number;
  /**
   * Makes the document ready for this printer without printing anything; exactly one of `send` and `discard` follows.
   * Failures: `label-unreadable`, `printer-cannot-print`, and those of asking the printer what it takes.
   */
  prepare: (request: PrintRequest) => Promise<Result<Prepared>>;
  recover: (job: SentJob) => Promise<Recovery>;
  /**
   * Takes a job out of the spooler, because it is wanted elsewhere or nowhere now: `not-there` when it has certainly not come out and never
   * will, `accepted` when it had come to its end before. Left out where nothing that was sent can be taken back.
   */
  withdraw?: (job: SentJob) => Promise<Recovery>;
  /** The names of the jobs that the spooler has and hasn't finished, other programs' too. */
  held?: () => Promise<Result<readonly string[]>>;
  /** Never fails: what can't be asked is broken, with words. */
  status: () => Promise<PrinterStatus>;
}>;

/** Failures that pass by themselves and are known to have printed nothing: the queue tries these again. */
export const passes = (failure: Failure): boolean =>
  failure.ambiguous !== true && ["printer-unreachable", "printer-stopped", "printer-out-of-paper"].includes(failure.kind);

/** Waits on the clock; ends early, quietly, when one of the signals says so. */
export const pause = (
  clock: Readonly<{ after: (ms: number, action: () => void) => () => void }>,
  ms: number,
  ...signals: readonly AbortSignal[]
): Promise<void> =>
  new Promise((resolve) => {
    if (signals.some(({ aborted }) => aborted)) return resolve();
    const end = (): void => {
      take();
      for (const signal of signals) signal.removeEventListener("abort", end);
      resolve();
    };
    const take = clock.after(ms, end);
    for (const signal of signals) signal.addEventListener("abort", end);
  });
