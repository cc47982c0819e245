import { fail, succeed, type Result } from "../../shared/failures.ts";
import { documentKindSchema } from "../../shared/parcel.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Database } from "../store/database.ts";
import type { PrintJob, PrintJobs } from "../store/print-jobs.ts";
import type { PrinterPort, SentJob } from "./port.ts";

/** Unique for ever: parcel numbers are, and a job without a parcel has its time and row. */
export const jobName = (job: Pick<PrintJob, "id" | "parcelNo" | "document" | "copy" | "createdAt">): string =>
  job.parcelNo === null ? `${job.document}.${job.createdAt}-${job.id}` : `${job.parcelNo}.${job.document}.${job.copy}`;

export const sentJob = (job: PrintJob): SentJob => ({
  name: jobName(job),
  deviceRef: job.deviceRef,
  sentAt: job.sentAt ?? job.changedAt,
  document: job.document,
});

const OUR_NAME = new RegExp(`^(?:(.+)\\.)?(${documentKindSchema.options.join("|")})\\.(?:\\d+-)?(\\d+)$`);
/** Between two tries to ask a spooler that gives no answer. */
const ASK_AGAIN_MS = 2_000;

export type StaleJobsParts = Readonly<{
  database: Database;
  printJobs: PrintJobs;
  portFor: (uri: string) => Result<PrinterPort>;
  isRunning: () => boolean;
  changed: () => void;
  clock: Clock;
  log: Log;
  journal?: Readonly<{
    add: (entry: { kind: string; ftNo: string | null; parcelNo: string | null; before: unknown; after: unknown }, at: number) => void;
  }>;
}>;

/**
 * Jobs of ours that a spooler still holds although this station is through with them: given up, answered by a person, or older than a
 * restored backup. They would come out as a second label as soon as the printer is back, so they are taken out before anything is sent there.
 */
export const createStaleJobs = ({ database, printJobs, portFor, isRunning, changed, clock, log, journal }: StaleJobsParts) => {
  /** Printers whose spooler has not been looked into since something of theirs came to no good end. */
  const owed = new Set<string>();
  /** Being looked into now: nothing is sent there meanwhile. */
  const looking = new Map<string, Promise<Result<null>>>();
  let takeTimer = (): void => {};
  let busy: Promise<void> | null = null;

  const ours = (name: string): PrintJob | null => {
    const [, parcelNo, document, number] = OUR_NAME.exec(name) ?? [];
    const kind = documentKindSchema.safeParse(document);
    if (!kind.success) return null;
    const job = parcelNo === undefined ? printJobs.byId(Number(number)) : printJobs.copyOf(parcelNo, kind.data, Number(number));
    return job !== null && jobName(job) === name ? job : null;
  };

  const takeOut = async (port: PrinterPort, job: PrintJob): Promise<Result<null>> => {
    const found = await port.withdraw?.({ ...sentJob(job), deviceRef: null, sentAt: 0 });
    if (found === undefined) return succeed(null);
    if (found.became === "no-answer") return { ok: false, failure: found.failure };
    const at = clock.now();
    // What a person was asked about is certain now; what was never sent, as far as this database knows, may have come out all the same
    const isOut = found.became !== "not-there" && found.became !== "failed";
    const waits = !job.settled && job.state !== "sent" && job.state !== "accepted";
    database.transaction(() => {
      if (!isOut && job.state === "unknown")
        printJobs.account(
          job.id,
          "failed",
          fail("printer-refused", `It was still in the queue of ${port.name} and was taken out.`).failure,
          at,
        );
      if (isOut && waits)
        printJobs.account(job.id, "unknown", fail("print-unknown", `${port.name} had it already, from before.`).failure, at);
      const after = { printer: port.uri, document: job.document, copy: job.copy, became: found.became };
      journal?.add({ kind: "print-taken-out", ftNo: job.ftNo, parcelNo: job.parcelNo, before: { state: job.state }, after }, at);
    });
    log.warn({ job: job.id, printer: port.uri, became: found.became }, "a stale job was taken out of the spooler");
    changed();
    return succeed(null);
  };

  const lookInto = async (port: PrinterPort): Promise<Result<null>> => {
    owed.delete(port.uri);
    const held = (await port.held?.()) ?? succeed([]);
    // A queue that is gone holds nothing
    if (!held.ok && held.failure.kind === "printer-missing") return succeed(null);
    if (!held.ok) {
      owed.add(port.uri);
      return held;
    }
    for (const name of held.value) {
      const job = ours(name);
      // What is on its way is followed by the queue
      if (job === null || (!job.settled && (job.state === "sent" || job.state === "accepted"))) continue;
      const done = await takeOut(port, job);
      if (!done.ok) {
        owed.add(port.uri);
        return done;
      }
    }
    return succeed(null);
  };

  /** Looks into one spooler. Failures: those of asking it; nothing may be sent there until it has answered. */
  const account = (port: PrinterPort): Promise<Result<null>> => {
    const going = looking.get(port.uri) ?? lookInto(port).finally(() => looking.delete(port.uri));
    looking.set(port.uri, going);
    return going;
  };

  const lookAll = async (): Promise<void> => {
    for (const uri of [...owed]) {
      const port = portFor(uri);
      if (!port.ok || port.value.held === undefined) owed.delete(uri);
      else if (isRunning()) await account(port.value);
    }
  };
  const tick = (): void => {
    takeTimer();
    if (!isRunning() || busy !== null || owed.size === 0) return;
    busy = lookAll()
      .catch((error: unknown) => log.error({ error: String(error) }, "spoolers could not be looked into"))
      .then(() => {
        busy = null;
        if (isRunning() && owed.size > 0) takeTimer = clock.after(ASK_AGAIN_MS, tick);
      });
  };

  return {
    /** Something of ours may be left in this printer's spooler. */
    owe: (uri: string): void => {
      owed.add(uri);
      if (busy === null) takeTimer();
      takeTimer = clock.after(ASK_AGAIN_MS, tick);
    },
    owes: (uri: string): boolean => owed.has(uri) || looking.has(uri),
    account,
    start: (uris: readonly string[]): void => {
      for (const uri of uris) if (uri !== "") owed.add(uri);
      tick();
    },
    stop: async (): Promise<void> => {
      takeTimer();
      await busy;
    },
  };
};
export type StaleJobs = ReturnType<typeof createStaleJobs>;
