import { errorWords } from "../../shared/error-words.ts";
import type { Failure, FailureKind, Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Api } from "./api.ts";
import type { InventoryPush } from "./inventory-push.ts";
import type { LabelPull } from "./label-pull.ts";
import type { LabelRecheck } from "./label-recheck.ts";
import type { Pull } from "./pull.ts";
import type { Push } from "./push.ts";

export type SyncStatus = Readonly<{
  /** True after any good answer, false once OMS4 can't be reached. */
  online: boolean;
  /** ms, the last good pull */
  lastSyncAt: number | null;
  /** ms that OMS4's clock is ahead of ours */
  skewMs: number | null;
  /** calls that are refused although others go well */
  refusedCalls: readonly string[];
  /** What the last call met, null when all is well. */
  failure: Failure | null;
}>;

export type SyncParts = Readonly<{
  api: Api;
  pull: Pull;
  labelPull: LabelPull;
  labelRecheck: LabelRecheck;
  push: Push;
  inventoryPush: InventoryPush;
  clock: Clock;
  /** ms between two pulls; asked each time, so that a changed setting holds at once */
  pollMs: () => number;
  log: Log;
  /** After the status changed. */
  onChange: () => void;
}>;

/** Not even OMS4's words reach us then; with any other failure OMS4 itself has answered. */
const UNREACHABLE: readonly FailureKind[] = ["offline", "timeout", "not-oms4", "answer-cut"];
const ABOUT_THE_WAY: readonly FailureKind[] = [...UNREACHABLE, "credentials-refused", "oms4-trouble", "throttled"];
const SHORTEST_RETRY_MS = 1_000;
const LONGEST_LABEL_WAIT_MS = 30_000;
const LONGEST_PULL_WAIT_MS = 60_000;
/** Refused credentials don't get right by asking, and too many wrong signatures lock an account: asked ever more slowly until somebody sets them anew. */
const LONGEST_REFUSED_WAIT_MS = 5 * 60_000;
/** Between two passes of labels, so that a long list leaves air for all other calls. */
const SHORTEST_LABEL_WAIT_MS = 200;
/** What is being told to OMS4 gets this long to end by itself: breaking it off would leave a doubt. */
const STOP_GRACE_MS = 1_500;

/**
 * Keeps four things going, each never overlapping itself: the pull every `pollMs`, the labels as soon as one is due, a look at the labels
 * that are here already, and the outbox as soon as something may go. None waits for another; a slow sweep holds up no parcel.
 */
export const createSync = ({ api, pull, labelPull, labelRecheck, push, inventoryPush, clock, pollMs, log, onChange }: SyncParts) => {
  let status: Omit<SyncStatus, "skewMs" | "refusedCalls"> = { online: false, lastSyncAt: null, failure: null };
  let stopping = true;
  let labelFailures = 0;
  let refusedInARow = 0;
  let abort = new AbortController();
  let pause = new AbortController();

  const note = (change: Partial<typeof status>): void => {
    const next = { ...status, ...change };
    const same =
      next.online === status.online && next.failure?.kind === status.failure?.kind && next.failure?.detail === status.failure?.detail;
    const quiet = same && next.lastSyncAt === status.lastSyncAt;
    status = next;
    if (!quiet) onChange();
  };

  /** Every call of every part tells here how it went: any good answer proves the way, whoever asked. */
  const hear = (result: Result<unknown>): void => {
    if (stopping) return;
    const kind = result.ok ? null : result.failure.kind;
    if (result.ok || kind === "oms4-refused" || kind === "duplicate-parcel") {
      const wasOnline = status.online;
      note({ online: true, failure: result.ok ? null : status.failure });
      push.wayIsOpen();
      if (!wasOnline) {
        pushTurn.now();
        labelTurn.now();
        inventoryTurn.now();
      }
    } else if (kind !== null && ABOUT_THE_WAY.includes(kind)) {
      note({ online: status.online && !UNREACHABLE.includes(kind), failure: result.failure });
    }
  };
  api.observe(hear);

  /** One kind of work: runs, says when it wants to run next (ms from now, null = only when asked), and can be asked at any time. */
  const createTurn = (name: string, work: () => Promise<number | null>) => {
    let running: Promise<void> | null = null;
    let again = false;
    let cancelTimer: (() => void) | null = null;
    const now = (): void => {
      if (stopping) return;
      cancelTimer?.();
      cancelTimer = null;
      if (running !== null) {
        again = true;
        return;
      }
      again = false;
      running = work()
        .catch((error: unknown) => {
          // A bug or the disk: the work goes on later, the words are kept
          log.error({ work: name, error: errorWords(error) }, "sync work broke off");
          return LONGEST_PULL_WAIT_MS;
        })
        .then((wait) => {
          running = null;
          if (stopping) return;
          if (again) now();
          else if (wait !== null) cancelTimer = clock.after(wait, now);
        });
    };
    return {
      now,
      idle: async (): Promise<void> => {
        cancelTimer?.();
        while (running !== null) await running;
      },
    };
  };

  const pullTurn = createTurn("pull", async () => {
    const result = await pull.run({ signal: abort.signal });
    if (stopping) return null;
    if (!result.ok) {
      // Also a refusal: what the pull itself is refused, a person must see
      note({ failure: result.failure });
      refusedInARow = result.failure.kind === "credentials-refused" ? refusedInARow + 1 : 0;
      const usual = Math.min(pollMs(), LONGEST_PULL_WAIT_MS);
      const wait = refusedInARow === 0 ? usual : Math.min(LONGEST_REFUSED_WAIT_MS, usual * 2 ** Math.min(refusedInARow - 1, 10));
      return Math.max(result.failure.retryAfterMs ?? 0, wait);
    }
    refusedInARow = 0;
    note({ lastSyncAt: clock.now() });
    labelTurn.now();
    return result.value.more ? 0 : pollMs();
  });

  const labelTurn = createTurn("labels", async () => {
    const result = await labelPull.run({ signal: abort.signal });
    if (stopping) return null;
    labelFailures = result.ok ? 0 : labelFailures + 1;
    if (!result.ok)
      return Math.max(
        result.failure.retryAfterMs ?? 0,
        Math.min(LONGEST_LABEL_WAIT_MS, SHORTEST_RETRY_MS * 2 ** Math.min(labelFailures - 1, 10)),
      );
    const next = labelPull.nextAt();
    return next === null ? null : Math.max(SHORTEST_LABEL_WAIT_MS, next - clock.now());
  });

  const pushTurn = createTurn("push", async () => {
    const next = await push.drain({ signal: abort.signal, pause: pause.signal, onReported: () => labelTurn.now() });
    return next === null ? null : Math.max(0, next - clock.now());
  });

  /** Whether OMS4 has made stored labels anew: asked beside everything else, and only while it can be reached. */
  const recheckTurn = createTurn("label recheck", async () => {
    if (status.online) {
      const result = await labelRecheck.run({ signal: abort.signal });
      if (stopping) return null;
      if (!result.ok) return Math.max(result.failure.retryAfterMs ?? 0, labelRecheck.everyMs());
    }
    return labelRecheck.everyMs();
  });

  /** Counted stock: one call at a time, behind nobody, and only while OMS4 can be reached. */
  const inventoryTurn = createTurn("inventory", async () => {
    if (!status.online) return null;
    const next = await inventoryPush.run({ signal: abort.signal });
    return next === null ? null : Math.max(0, next - clock.now());
  });

  /** Questions of the moment, which no turn may keep waiting. */
  const beside = new Set<Promise<void>>();
  const every = [pullTurn, labelTurn, recheckTurn, pushTurn, inventoryTurn];

  return {
    start: (): void => {
      stopping = false;
      abort = new AbortController();
      pause = new AbortController();
      for (const turn of every) turn.now();
    },
    /** Ends when nothing is under way any more; reports get 1.5 s to end by themselves, all else is broken off. */
    stop: async (): Promise<void> => {
      stopping = true;
      pause.abort();
      push.kick();
      const cancelGrace = clock.after(STOP_GRACE_MS, () => abort.abort());
      await pushTurn.idle();
      cancelGrace();
      abort.abort();
      await Promise.all([...every.map((turn) => turn.idle()), ...beside]);
    },
    /** A decision was queued: OMS4 hears it at once. */
    kickPush: (): void => {
      push.kick();
      pushTurn.now();
      // A parcel that was closed without its label waits for it from now on; offline the turn's own retries find the way
      if (status.online) labelTurn.now();
    },
    /** A count was finished. Offline it waits for any good answer. */
    kickInventory: (): void => inventoryTurn.now(),
    pullNow: (): void => pullTurn.now(),
    /** A person stands before a parcel that waits for its label. */
    askLabel: (parcelNo: string): void => {
      labelPull.askNow(parcelNo);
      labelTurn.now();
    },
    /** A scanned number we don't know; true when OMS4 had it and it is stored now. */
    lookUp: async (ftNo: string): Promise<Result<boolean>> => {
      const found = await pull.lookUp(ftNo, { signal: abort.signal });
      if (found.ok && found.value) labelTurn.now();
      return found;
    },
    /** A task is opened at the bench, or nearly packed: what OMS4 has of its label now is fetched beside the packing. */
    refreshLabels: (ftNos: readonly string[], { unlessYoung = false }: Readonly<{ unlessYoung?: boolean }> = {}): void => {
      labelPull.askAgain(ftNos, { unlessYoung });
      if (!status.online || stopping) return;
      // The label of the box before may be on its way: this one's must not wait for it
      const asked: Promise<void> = labelPull
        .hurry(ftNos, { signal: abort.signal })
        .then(() => labelTurn.now())
        .catch((error: unknown) => log.error({ error: String(error) }, "the labels of an open task could not be looked at"))
        .finally(() => beside.delete(asked));
      beside.add(asked);
    },
    /** For calls beside the turns: aborted when the station stops. */
    signal: (): AbortSignal => abort.signal,
    status: (): SyncStatus => ({ ...status, skewMs: api.skewMs(), refusedCalls: api.refusedCalls() }),
  };
};
