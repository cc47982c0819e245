import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { PrintState } from "../../shared/parcel.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Database } from "../store/database.ts";
import type { PrintJob, PrintJobs } from "../store/print-jobs.ts";
import type { LabelDocument } from "./format.ts";
import { passes, type PrinterPort, type PrintNews, type PrintRun, type Recovery } from "./port.ts";
import { jobName, sentJob, type StaleJobs } from "./stale-jobs.ts";

export type PrintWorkParts = Readonly<{
  database: Database;
  printJobs: PrintJobs;
  /** The bytes of a job's document: the stored label, or one made now. */
  documentFor: (job: PrintJob) => Promise<Result<LabelDocument>>;
  /** Asked in the same transaction as `mayPrint`: a document that says what is true no more is made anew. */
  isCurrent?: (job: PrintJob, document: LabelDocument) => boolean;
  /** Asked in the transaction that marks the job as sent: a cancelled task never prints. */
  mayPrint: (job: PrintJob) => Result<null>;
  /** A job is on a printer that is not its own any more: the bench was switched to another one. */
  isLeft?: (job: PrintJob) => boolean;
  /** Gives jobs that have certainly not gone out to the printers that are theirs now. */
  moveWaiting?: () => void;
  /** Waited for while a job is made ready: OMS4 is asked once more whether its parcel was cancelled. Takes a moment at most. */
  checked?: (job: PrintJob) => Promise<void>;
  /** A job goes to its printer now, after the commit that says so. */
  onSent?: (job: PrintJob) => void;
  /** A job did not print, waits for something at its printer, or may not have printed: after the commit that says so. */
  onTrouble?: (id: number) => void;
  clock: Clock;
  log: Log;
  journal?: Readonly<{
    add: (entry: { kind: string; ftNo: string | null; parcelNo: string | null; before: unknown; after: unknown }, at: number) => void;
  }>;
}>;

/** What the queue gives to its work on one job. */
type QueueSide = Readonly<{
  portFor: (uri: string) => Result<PrinterPort>;
  isRunning: () => boolean;
  /** after every committed step */
  changed: () => void;
  /** something is wrong with a printer: look at it now */
  lookAtPrinter: () => void;
  stale: StaleJobs;
}>;

/** First and longest wait before a failure that passes is tried again. */
const RETRY_FIRST_MS = 500;
export const RETRY_LONGEST_MS = 5_000;
/** About half an hour at the longest wait: after that nobody expects the label any more, and a person must ask for it. */
const MOST_TRIES = 360;
/** While a crash is looked into and the one to ask is away. */
const ASK_AGAIN_MS = 1_000;

const backoff = (attempts: number): number => Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts, 10));

/** The steps of one job, each committed before it is shown; `sent` is committed before the first byte leaves. */
export const createPrintWork = (parts: PrintWorkParts, { portFor, isRunning, changed, lookAtPrinter, stale }: QueueSide) => {
  const { database, printJobs, documentFor, mayPrint, checked = async () => {}, clock, log, journal } = parts;
  const { isCurrent = () => true, isLeft = () => false, moveWaiting = () => {}, onSent = () => {}, onTrouble = () => {} } = parts;
  const following = new Map<number, AbortController>();
  /** Followed jobs whose printer the bench has left: they are looked into instead. */
  const leaving = new Set<number>();

  type Step = Readonly<{
    state: PrintState;
    deviceRef?: string | null;
    failure?: Failure | null;
    settled?: boolean;
    attempts?: number;
    nextAt?: number;
  }>;
  /** One committed step; false when the job was answered by a person meanwhile, or got another printer or label. */
  const climb = (job: PrintJob, step: Step): boolean => {
    const at = clock.now();
    const { state, deviceRef = job.deviceRef, failure = null, settled = false, attempts = job.attempts, nextAt = 0 } = step;
    const moved = database.transaction(() => {
      const done = printJobs.climb(job, { state, deviceRef, failure, settled, attempts, nextAt }, at);
      if (done && settled) {
        const about = { document: job.document, copy: job.copy, printer: job.printer };
        journal?.add(
          { kind: `print-${state}`, ftNo: job.ftNo, parcelNo: job.parcelNo, before: { state: job.state }, after: { ...about, failure } },
          at,
        );
      }
      return done;
    });
    if (moved) changed();
    if (moved && failure !== null && state !== "cancelled") onTrouble(job.id);
    return moved;
  };

  /** Nothing was printed, for certain: what passes is tried again, all else waits for a person. */
  const failed = (job: PrintJob, failure: Failure): void => {
    const attempts = job.attempts + 1;
    const again = passes(failure) && attempts < MOST_TRIES;
    log.warn({ job: job.id, printer: job.printer, failure: failure.kind, again }, "a label did not print");
    climb(job, {
      state: "failed",
      deviceRef: null,
      failure,
      settled: !again,
      attempts,
      nextAt: again ? clock.now() + backoff(attempts - 1) : 0,
    });
    stale.owe(job.printer);
    lookAtPrinter();
  };
  const doubtful = (job: PrintJob, words: string): void => {
    log.warn({ job: job.id, printer: job.printer }, "a label may or may not have come out");
    stale.owe(job.printer);
    climb(job, { state: "unknown", failure: fail("print-unknown", words).failure, settled: true });
    lookAtPrinter();
  };

  const run = async (job: PrintJob, port: PrinterPort, send: PrintRun): Promise<void> => {
    const controller = new AbortController();
    following.set(job.id, controller);
    let waitsFor: Failure | null = null;
    const tell = ({ state, deviceRef, failure }: PrintNews): void => {
      waitsFor = failure;
      if (!climb(job, { state, deviceRef, failure })) controller.abort();
      else if (failure !== null) lookAtPrinter();
    };
    // Narrowing forgets that `tell` has set it
    const stillWaitsFor = (): Failure | null => waitsFor;
    const end = await send(tell, controller.signal).finally(() => following.delete(job.id));
    const left = leaving.delete(job.id);
    const kept = stillWaitsFor();
    if (end.ok && left && kept !== null && end.value.state === "sent")
      // It is in the printer's own memory: nobody can take it out there
      return doubtful(job, `${kept.detail} ${port.name} has it in its memory and may print it as soon as it can: switch it off first.`);
    // Stopped while it waits there: the next start asks a person
    if (end.ok && kept !== null && end.value.state === "sent" && !isRunning()) return;
    if (end.ok) {
      climb(job, { state: end.value.state, deviceRef: end.value.deviceRef, settled: true });
      return;
    }
    // Stopped in the middle: the next start finds out
    if (end.failure.ambiguous === true && !isRunning()) return;
    if (end.failure.ambiguous !== true) return failed(job, end.failure);
    const now = left ? printJobs.byId(job.id) : null;
    if (now !== null && !now.settled) return await leave(now, port);
    doubtful(job, end.failure.detail);
  };

  const print = async (job: PrintJob, port: PrinterPort): Promise<void> => {
    // What is still in the spooler is accounted for before anything is sent there again
    const accounted = stale.owes(job.printer) ? await stale.account(port) : null;
    if (accounted?.ok === false) return failed(job, accounted.failure);
    if (accounted !== null && printJobs.byId(job.id)?.state !== job.state) return;
    const checking = checked(job);
    const document = await documentFor(job);
    if (!document.ok) return failed(job, document.failure);
    const { format } = document.value;
    if (!port.accepts.includes(format))
      return failed(job, fail("printer-cannot-print", `${port.name} takes no ${format.toUpperCase()}.`).failure);
    const prepared = await port.prepare({ ...document.value, name: jobName(job), document: job.document });
    if (!prepared.ok) return failed(job, prepared.failure);
    await checking;
    // Not the queue's any more, or with another label by now: what was made ready is put away before it is made anew
    if (!isRunning() || !climb(job, { state: "rendered" })) return await prepared.value.discard();
    const made = document.value;
    const rendered: PrintJob = { ...job, state: "rendered", attempts: job.attempts + 1 };
    const sent = database.transaction((): Result<boolean> => {
      const allowed = mayPrint(rendered);
      if (!allowed.ok) return allowed;
      // It stays where it is: the next turn makes it of what is true now
      if (!isCurrent(job, made)) return succeed(false);
      const to = { state: "sent", deviceRef: null, failure: null, settled: false, attempts: rendered.attempts, nextAt: 0 } as const;
      return { ok: true, value: printJobs.climb(job, to, clock.now()) };
    });
    if (!sent.ok) {
      await prepared.value.discard();
      climb(rendered, { state: "cancelled", failure: sent.failure, settled: true });
      return;
    }
    if (!sent.value) return await prepared.value.discard();
    changed();
    onSent(rendered);
    await run({ ...rendered, state: "sent" }, port, prepared.value.send);
  };

  /** What was looked up of a sent job, as steps: the truth, never a guess. */
  const follow = async (job: PrintJob, port: PrinterPort, found: Recovery, notThere: () => void): Promise<void> => {
    switch (found.became) {
      case "printed":
        climb(job, { state: "printed", deviceRef: found.deviceRef, settled: true });
        return;
      case "accepted":
        if (climb(job, { state: "accepted", deviceRef: found.deviceRef }))
          await run({ ...job, state: "accepted", deviceRef: found.deviceRef }, port, found.follow);
        return;
      case "not-there":
        if (climb(job, { state: "queued", deviceRef: null })) notThere();
        return;
      case "failed":
        return failed(job, found.failure);
      case "unknown":
        return doubtful(job, found.words);
      case "no-answer":
        if (isRunning()) climb(job, { state: job.state, failure: found.failure, nextAt: clock.now() + ASK_AGAIN_MS });
        lookAtPrinter();
        return;
    }
  };

  /** The process that sent this job is gone. */
  const recover = async (job: PrintJob, port: PrinterPort): Promise<void> =>
    follow(job, port, await port.recover(sentJob(job)), () =>
      log.info({ job: job.id }, "a label never reached its printer before the station ended; it goes out now"),
    );

  /** The bench has left this job's printer: it is taken back there if that is still possible, else a person is asked. */
  const leave = async (job: PrintJob, port: PrinterPort): Promise<void> => {
    const found = await (port.withdraw ?? port.recover)(sentJob(job));
    if (found.became === "no-answer")
      return doubtful(job, `${found.failure.detail} It may still come out of ${port.name}, where it was sent before the switch.`);
    await follow(job, port, found.became === "failed" ? { became: "not-there" } : found, moveWaiting);
  };

  const work = async (job: PrintJob): Promise<void> => {
    const sentBefore = job.state === "sent" || job.state === "accepted";
    const port = portFor(job.printer);
    try {
      if (!port.ok) return sentBefore ? doubtful(job, port.failure.detail) : failed(job, port.failure);
      await (!sentBefore ? print(job, port.value) : isLeft(job) ? leave(job, port.value) : recover(job, port.value));
    } catch (error) {
      // A fault of our own: whether bytes went out is read from the committed state
      const words = errorWords(error);
      log.error({ job: job.id, error: words }, "printing a label went wrong");
      const now = printJobs.byId(job.id);
      if (now === null || now.settled) return;
      if (now.state === "sent" || now.state === "accepted") doubtful(now, `The station made a mistake (${words}).`);
      else failed(now, fail("internal", words).failure);
    }
  };

  return {
    /** Takes one job as far as it goes now: to its end, to a wait, or to a person. Never throws. */
    work,
    /** Ends the following of one job, or of all; the printing itself goes on. */
    unfollow: (id: number | null): void => {
      for (const [job, controller] of following) if (id === null || id === job) controller.abort();
    },
    /** The bench was switched to other printers: what is followed on those it has left is looked into. */
    leaveLeft: (): void => {
      for (const [id, controller] of following) {
        const job = printJobs.byId(id);
        if (job === null || job.settled || !isLeft(job)) continue;
        leaving.add(id);
        controller.abort();
      }
    },
  };
};
