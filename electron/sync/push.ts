import { fail, succeed, type Failure, type FailureKind, type Result } from "../../shared/failures.ts";
import { readStatus } from "../../shared/task.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Outbox, OutboxEntry } from "../store/outbox.ts";
import type { Api, CallOptions } from "./api.ts";
import { createDrain, type Outcome } from "./drain.ts";
import { createGate } from "./gate.ts";
import { readTask } from "./read-task.ts";

export type PushParts = Readonly<{
  outbox: Outbox;
  api: Api;
  clock: Clock;
  /** 0 to 1, for jitter */
  random: () => number;
  log: Log;
  /** Tasks told at the same time. */
  parallel?: number;
  /** After entries changed their state. */
  onChange: () => void;
}>;

/** One packer makes one parcel in ten seconds: this drains a day's backlog in minutes without leaning on OMS4. */
const PARALLEL_TASKS = 4;
/** A code nobody documented is asked this often before it is believed and parked. */
const TRIES_OF_UNKNOWN_CODE = 4;
/** An unanswered look or an odd refusal of it says nothing about the parcel; after this many a person decides. */
const TRIES_OF_REFUSED_LOOK = 4;
const WORTH_ANOTHER_LOOK: readonly FailureKind[] = ["offline", "timeout", "answer-cut", "throttled", "oms4-trouble"];
const NOT_FOUND_WORDS = /not (be )?found|not exist|no such|unknown|no data|no record/i;

const DONE: Outcome = { kind: "done" };

export type DrainOptions = CallOptions &
  Readonly<{
    /** Aborted: what is under way ends, nothing new is begun. */
    pause?: AbortSignal;
    /** A parcel was reported: its label may be there now. */
    onReported?: (ftNo: string, parcelNo: string) => void;
  }>;

/** Drains the outbox to OMS4. One run at a time; `kick` wakes it while it waits. */
export const createPush = ({ outbox, api, clock, random, log, parallel = PARALLEL_TASKS, onChange }: PushParts) => {
  const gate = createGate({ random });
  let wake: (() => void) | null = null;
  let draining: Promise<number | null> | null = null;
  let started = false;

  const post = (entry: OutboxEntry, options: CallOptions): Promise<Result<null>> => {
    // The body was checked when it was made; what OMS4 makes of it is OMS4's to say
    const body = entry.body as never;
    switch (entry.call) {
      case "parcel-packed":
        return api.setParcelPacked(body, options);
      case "task-activity":
        return api.updateTaskActivity(body, options);
      case "parcel-activity":
        return api.updateParcelActivity(body, options);
    }
  };

  /** Is our parcel at OMS4? Our numbers are unique for ever, so finding it is proof. */
  const look = async (entry: OutboxEntry, options: CallOptions): Promise<Result<boolean>> => {
    const { ftNo, parcelNo } = entry;
    if (parcelNo === null) return succeed(false);
    const answer = await api.getShippingInfo({ ft_no: [ftNo], fp_parcel_no: parcelNo }, options);
    if (!answer.ok) {
      const saysNo = answer.failure.kind === "oms4-refused" && NOT_FOUND_WORDS.test(answer.failure.detail);
      return saysNo ? succeed(false) : answer;
    }
    const wanted = parcelNo.toUpperCase();
    const isThere = answer.value.some((row) => row.parcels.some((parcel) => parcel.fp_parcel_no.toUpperCase() === wanted));
    return isThere ? succeed(true) : await lookAtTask(ftNo, wanted, options);
  };

  /** The second place to look: a label that was there before the parcel may never bear its number, but the task then counts as packed. */
  const lookAtTask = async (ftNo: string, wanted: string, options: CallOptions): Promise<Result<boolean>> => {
    const answer = await api.getTasksByNo({ ft_nos: [ftNo] }, options);
    // Shipping information has answered already: only a lost answer is worth another try
    if (!answer.ok) return WORTH_ANOTHER_LOOK.includes(answer.failure.kind) ? answer : succeed(false);
    return succeed(
      answer.value.some((raw) => {
        if (JSON.stringify(raw).toUpperCase().includes(JSON.stringify(wanted))) return true;
        const read = readTask(raw);
        // Of a task in several parcels another one may have set the status
        return read.ok && read.task.ftNo === ftNo && !read.task.allowSplit && readStatus(read.task.status) === "finished";
      }),
    );
  };

  /** What "duplicate parcel" means: an earlier try of this very report arrived, or something that only a person can judge. */
  const judgeDuplicate = async (entry: OutboxEntry, wasAmbiguous: boolean, failure: Failure, options: CallOptions): Promise<Outcome> => {
    if (entry.parcelNo === null) return { kind: "failed", failure, ambiguous: false, park: true };
    if (outbox.reportedBefore(entry.parcelNo, entry.id)) {
      const changed = fail(
        "duplicate-parcel",
        `the parcel was changed after it was reported, and OMS4 keeps the first report: ${failure.detail}`,
      ).failure;
      return { kind: "failed", failure: changed, ambiguous: false, park: true };
    }
    if (wasAmbiguous) return DONE;
    // Never sent by us as far as we know (a backup was restored?): it counts only if OMS4 has it for this very task
    const looked = await look(entry, options);
    if (!looked.ok) return { kind: "failed", failure: looked.failure, ambiguous: true, park: false };
    return looked.value ? DONE : { kind: "failed", failure, ambiguous: false, park: true };
  };

  const send = async (entry: OutboxEntry, options: CallOptions): Promise<Outcome> => {
    // A second report of the same parcel can't be told from the first by looking
    const canLook = entry.call === "parcel-packed" && entry.parcelNo !== null && !outbox.reportedBefore(entry.parcelNo, entry.id);
    if (entry.ambiguous && canLook) {
      const looked = await look(entry, options);
      if (!looked.ok) {
        const park = looked.failure.kind === "oms4-refused" && entry.attempts + 1 >= TRIES_OF_REFUSED_LOOK;
        return { kind: "failed", failure: looked.failure, ambiguous: true, park };
      }
      if (looked.value) return DONE;
    }
    const sent = await post(entry, options);
    if (sent.ok) return DONE;
    const { failure } = sent;
    if (failure.kind === "duplicate-parcel") return await judgeDuplicate(entry, entry.ambiguous, failure, options);
    // A look that found nothing may have been too early, so an earlier doubt stays until OMS4 answers for good
    const ambiguous = failure.ambiguous === true || entry.ambiguous;
    const mayPass = failure.ambiguous === true && entry.attempts + 1 < TRIES_OF_UNKNOWN_CODE;
    const park = failure.kind === "call-bad" || (failure.kind === "oms4-refused" && !mayPass);
    return { kind: "failed", failure, ambiguous, park };
  };

  const drainOnce = async (options: DrainOptions): Promise<number | null> => {
    // No drain ever runs beside another, so what is still marked as being sent was cut off by a crash or a full disk
    outbox.recoverSending(clock.now());
    if (!started) outbox.startAfresh(clock.now());
    started = true;
    const drain = createDrain({
      outbox,
      clock,
      gate,
      random,
      log,
      parallel,
      send: (entry) => send(entry, options),
      paused: () => options.signal?.aborted === true || options.pause?.aborted === true,
      onDone: ({ call, ftNo, parcelNo }) => {
        if (call === "parcel-packed" && parcelNo !== null) options.onReported?.(ftNo, parcelNo);
      },
      onChange,
    });
    wake = drain.kick;
    try {
      await drain.run();
    } finally {
      wake = null;
    }
    const next = outbox.nextAt();
    return next === null ? null : Math.max(next, gate.closedUntil(clock.now()) ?? 0);
  };

  return {
    /**
     * Sends until nothing may go now; gives when it may go on (ms), null when the outbox is empty. After failures that concern every
     * entry (no network, wrong credentials, throttled) one entry at a time is tried as a probe. A second call joins the first.
     */
    drain: (options: DrainOptions = {}): Promise<number | null> => {
      draining ??= drainOnce(options).finally(() => (draining = null));
      return draining;
    },
    /** Something was added: go on at once if there is room. */
    kick: (): void => wake?.(),
    /** Another call reached OMS4: the way is open, no need to wait any longer (unless OMS4 itself asked for it). */
    wayIsOpen: (): void => gate.open(clock.now()),
  };
};
export type Push = ReturnType<typeof createPush>;
