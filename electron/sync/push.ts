import type { Result } from "../../shared/failures.ts";
import { watchForSetBack, type Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Outbox, OutboxEntry } from "../store/outbox.ts";
import type { Api, CallOptions } from "./api.ts";
import { createBites } from "./bites.ts";
import { createDrain, type Outcome } from "./drain.ts";
import { createGate } from "./gate.ts";
import { createLook, type MayGo } from "./look.ts";
import type { OtherStations } from "./other-stations.ts";

export type PushParts = Readonly<{
  outbox: Outbox;
  api: Api;
  clock: Clock;
  /** 0 to 1, for jitter */
  random: () => number;
  log: Log;
  /** Tasks told at the same time; asked for each drain, so that a changed setting holds at once. */
  parallel?: () => number;
  mayGo?: MayGo;
  /** Somebody scans at this moment. */
  isScanning?: () => boolean;
  otherStations: OtherStations;
  /** After entries changed their state. */
  onChange: () => void;
}>;

/** One packer makes one parcel in ten seconds: this drains a day's backlog in minutes without leaning on OMS4. */
const PARALLEL_TASKS = 4;
/** A code nobody documented is asked this often before it is believed and parked. */
const TRIES_OF_UNKNOWN_CODE = 4;

const DONE: Outcome = { kind: "done" };

export type DrainOptions = CallOptions &
  Readonly<{
    /** Aborted: what is under way ends, nothing new is begun. */
    pause?: AbortSignal;
    /** A parcel was reported: its label may be there now. */
    onReported?: (ftNo: string, parcelNo: string) => void;
  }>;

/** Drains the outbox to OMS4. One run at a time; `kick` wakes it while it waits. */
export const createPush = ({
  outbox,
  api,
  clock,
  random,
  log,
  parallel = () => PARALLEL_TASKS,
  mayGo = () => true,
  isScanning = () => false,
  otherStations,
  onChange,
}: PushParts) => {
  const gate = createGate({ random });
  const bites = createBites({ clock, isScanning });
  let wake: (() => void) | null = null;
  let draining: Promise<number | null> | null = null;
  const wasSetBack = watchForSetBack(clock);
  let isFresh = false;

  /** At the start, and after the PC's clock went back, no wait that was written down means anything: all may go at once. */
  const noticeClock = (): void => {
    if (!wasSetBack() && isFresh) return;
    outbox.startAfresh(clock.now());
    isFresh = true;
  };

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

  const seen = createLook({ api, outbox, otherStations, mayGo });

  const send = async (entry: OutboxEntry, options: CallOptions): Promise<Outcome> => {
    // A second report of the same parcel can't be told from the first by looking
    const canLook = entry.call === "parcel-packed" && entry.parcelNo !== null && !outbox.reportedBefore(entry.parcelNo, entry.id);
    if (entry.ambiguous && canLook) {
      const found = await seen.beforeResend(entry, options);
      if (found !== null) return found;
    }
    if (entry.call === "parcel-packed" && (canLook || !entry.ambiguous) && !mayGo(entry)) return { kind: "withdrawn" };
    const sent = await post(entry, options);
    if (sent.ok) return DONE;
    const { failure } = sent;
    if (failure.kind === "duplicate-parcel" && entry.call === "parcel-packed") return await seen.afterDuplicate(entry, failure, options);
    // OMS4 has this news already: from the try whose answer was lost
    if (failure.kind === "duplicate-parcel" && entry.ambiguous) return DONE;
    // A look that found nothing may have been too early, so an earlier doubt stays until OMS4 answers for good
    const ambiguous = failure.ambiguous === true || entry.ambiguous;
    const mayPass = failure.ambiguous === true && entry.attempts + 1 < TRIES_OF_UNKNOWN_CODE;
    const park = failure.kind === "call-bad" || failure.kind === "duplicate-parcel" || (failure.kind === "oms4-refused" && !mayPass);
    const failed = { kind: "failed", failure, ambiguous, park } as const;
    return park && canLook ? await seen.afterRefusal(entry, failed, options) : failed;
  };

  const drainOnce = async (options: DrainOptions): Promise<number | null> => {
    // No drain ever runs beside another, so what is still marked as being sent was cut off by a crash or a full disk
    outbox.recoverSending(clock.now());
    noticeClock();
    const drain = createDrain({
      outbox,
      clock,
      gate,
      random,
      log,
      parallel: parallel(),
      bites,
      send: (entry) => send(entry, options),
      paused: () => options.signal?.aborted === true || options.pause?.aborted === true,
      otherStations,
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
    noticeClock();
    const next = outbox.nextAt(bites.from());
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
