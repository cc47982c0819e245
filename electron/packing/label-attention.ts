import { answerTo, type LabelRule } from "../../shared/label-check.ts";
import { isSlip } from "../../shared/parcel.ts";
import type { Verdict } from "../../shared/scan.ts";
import type { Clock } from "../kit/clock.ts";
import type { LabelChecks } from "../store/label-checks.ts";
import type { LabelStore } from "../store/labels.ts";
import type { PrintJob, PrintJobs } from "../store/print-jobs.ts";
import type { Answer } from "./decision.ts";
import { labelAnswer } from "./label-answers.ts";

export type LabelAttentionParts = Readonly<{
  clock: Clock;
  labels: LabelStore;
  labelChecks: LabelChecks;
  printJobs: Pick<PrintJobs, "byId">;
  /** What the settings say about this carrier's labels. */
  ruleFor: (carrier: string) => LabelRule;
  /** What the band says now. */
  verdict: () => Verdict | null;
  /** The bench is what the screen shows. */
  benchIsShown: () => boolean;
  announce: (words: Answer) => Verdict;
}>;

/** An answer stands at least this long before news takes its place: long enough to be read while the next item is reached for. */
const ANSWER_STANDS_MS = 3_000;

/** A label that printed although it may be the wrong one. */
export type DoubtedLabel = Readonly<{ parcelNo: string; ftNo: string; trackingNo: string; words: string }>;
/** A label that a box is waiting for in vain, or of which nobody knows whether it came out. */
export type MissingLabel = Pick<PrintJob, "id" | "state" | "settled" | "failure"> & Readonly<{ parcelNo: string; ftNo: string }>;

/** What a job is stuck at; null while nothing is wrong with it. */
const faultOf = ({ state, failure }: PrintJob): string | null => {
  if (state === "printed" || state === "scanned" || state === "cancelled" || failure === null) return null;
  return `${state === "failed" || state === "unknown" ? state : "held up"} ${failure.kind}`;
};
/** As far as its printer can tell, the paper is out. */
const hasComeOut = ({ state, settled, failure }: PrintJob): boolean =>
  state === "printed" || state === "scanned" || (settled && failure === null && (state === "sent" || state === "accepted"));

/**
 * Says once of each label that needs a person's eyes: it printed although it may be the wrong one, or it did not come out. That waits until
 * the last scan's answer has been read, and for as long as that answer wants something done: a red, amber or STOP band stays until the next
 * scan. What has come right meanwhile is not spoken of; what comes right while the band still asks for it is said in its place.
 */
export const createLabelAttention = ({
  clock,
  labels,
  labelChecks,
  printJobs,
  ruleFor,
  verdict,
  benchIsShown,
  announce,
}: LabelAttentionParts) => {
  let doubted: readonly DoubtedLabel[] = [];
  /** What is still to be said: jobs by number, with what is wrong with them. */
  const stuck = new Map<number, string>();
  /** What was said of jobs that are tried again by themselves: once is enough. */
  const told = new Map<number, string>();
  /** The labels that the band says are missing, and when it said so. */
  let asked: Readonly<{ at: number; jobs: readonly number[] }> | null = null;
  let cancel = (): void => {};

  const missing = (): readonly MissingLabel[] =>
    [...stuck].flatMap(([id, fault]) => {
      const job = printJobs.byId(id);
      if (job !== null && job.parcelNo !== null && job.ftNo !== null && faultOf(job) === fault)
        return [{ ...job, parcelNo: job.parcelNo, ftNo: job.ftNo }];
      stuck.delete(id);
      return [];
    });

  /** The labels that the band misses have come: nobody is to wait beside a box for what is out. */
  const takeBack = (): void => {
    if (asked === null) return;
    if (verdict()?.at !== asked.at) {
      asked = null;
      return;
    }
    const jobs = asked.jobs.map((id) => printJobs.byId(id));
    const out = jobs.flatMap((job) =>
      job !== null && hasComeOut(job) && job.parcelNo !== null && job.ftNo !== null
        ? [{ parcelNo: job.parcelNo, ftNo: job.ftNo, state: job.state }]
        : [],
    );
    if (out.length < jobs.length || !benchIsShown()) return;
    asked = null;
    announce(labelAnswer.cameOut(out));
  };

  /** Call it whenever the band, the screen or a print may say something else. */
  const look = (): void => {
    cancel();
    takeBack();
    if ((doubted.length === 0 && stuck.size === 0) || !benchIsShown()) return;
    const last = verdict();
    if (last !== null && last.tone !== "ok" && last.tone !== "info") return;
    const wait = last === null ? 0 : last.at + ANSWER_STANDS_MS - clock.now();
    if (wait > 0) {
      cancel = clock.after(wait, look);
      return;
    }
    const gone = missing();
    if (gone.length > 0) {
      for (const { id, settled } of gone) if (!settled) told.set(id, stuck.get(id) ?? "");
      stuck.clear();
      asked = { at: announce(labelAnswer.missing(gone)).at, jobs: gone.map(({ id }) => id) };
    } else if (doubted.length > 0) {
      const looked = doubted;
      doubted = [];
      announce(labelAnswer.doubted(looked));
    }
  };

  return {
    look,
    /** A label went to the printer. */
    sent: ({ parcelNo, ftNo, labelId }: Pick<PrintJob, "parcelNo" | "ftNo" | "labelId">): void => {
      const label = labelId === null ? null : labels.get(labelId);
      const check = labelId === null ? null : labelChecks.get(labelId);
      if (label === null || check === null || parcelNo === null || ftNo === null) return;
      // What a supervisor has let go was compared
      if (check.released !== null || answerTo(check.outcome, ruleFor(label.carrier)) === "pass") return;
      doubted = [...doubted, { parcelNo, ftNo, trackingNo: label.trackingNo, words: check.words }];
      look();
    },
    /** A print did not come out, waits for something at its printer, or may not have come out. */
    failed: (id: number): void => {
      const job = printJobs.byId(id);
      if (job === null || job.parcelNo === null || isSlip(job.document)) return;
      const fault = faultOf(job);
      if (fault === null || (!job.settled && told.get(id) === fault)) return;
      if (job.settled) told.delete(id);
      stuck.set(id, fault);
      look();
    },
    stop: (): void => cancel(),
  };
};
