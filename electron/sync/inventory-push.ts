import { fail, type Failure, type FailureKind } from "../../shared/failures.ts";
import type { CountRow } from "../../shared/count.ts";
import { watchForSetBack, type Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { CountStore, DueCount } from "../store/counts.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { Api, CallOptions } from "./api.ts";
import { backoff } from "./backoff.ts";
import { inventoryBody } from "./bodies.ts";
import { INVENTORY_LIMIT } from "./endpoints.ts";

export type InventoryPushParts = Readonly<{
  api: Api;
  counts: CountStore;
  journal: Journal;
  database: Database;
  clock: Clock;
  /** 0 to 1, for jitter */
  random: () => number;
  log: Log;
  /** After rows changed their state. */
  onChange: () => void;
}>;

/** Failures any row would meet: nothing is a row's own fault, all wait. */
const CONCERNS_ALL: readonly FailureKind[] = ["offline", "not-oms4", "credentials-refused", "call-refused", "throttled"];
const LONGEST_WAIT_MS = 5 * 60_000;
/** A code nobody documented is asked this often before it is believed. */
const TRIES_OF_UNKNOWN_CODE = 4;
/** A batch OMS4 breaks on so often, while it answers others, has a row in it that breaks it. */
const TRIES_BEFORE_SPLIT = 3;
/** So many single rows refused one after the other, none taken between them: OMS4 refuses the call, not the rows. */
const REFUSED_IN_A_ROW = 10;

/**
 * Tells OMS4 the finished counts, at most 200 rows a call. A batch that is refused, or of which OMS4 took fewer rows than were sent, is
 * halved until the bad row is alone; the others go. Quantities are absolute, so what may have arrived simply goes again.
 */
export const createInventoryPush = ({ api, counts, journal, database, clock, random, log, onChange }: InventoryPushParts) => {
  let waits = 0;
  let refusedInARow = 0;
  let othersPass = false;
  /** What concerns all calls is over when any of them is answered well. */
  let notBefore = 0;
  const wasSetBack = watchForSetBack(clock);
  let callIsRefused = false;
  api.observe((result) => {
    if (!result.ok) return;
    othersPass = true;
    // That others are answered well says nothing for a call that is refused by itself
    if (!callIsRefused) notBefore = 0;
  });

  const brief = ({ brandCode, brandSkuCode, qty }: CountRow): unknown => ({ brandCode, brandSkuCode, qty });
  const note = (kind: string, before: unknown, after: unknown, at: number): void =>
    journal.add({ kind, ftNo: null, parcelNo: null, before, after }, at);

  const took = (batch: readonly DueCount[], recorded: number | null): void => {
    const at = clock.now();
    database.transaction(() => {
      const rows = counts.markDone(
        batch.map(({ id }) => id),
        at,
      );
      note("count-sent", null, { rows: rows.length, recorded, counts: rows.map(brief) }, at);
    });
  };

  const refuse = (batch: readonly DueCount[], failure: Failure): void => {
    const at = clock.now();
    database.transaction(() => {
      for (const { id } of batch) {
        const row = counts.markFailed(id, failure, at);
        if (row !== null) note("count-refused", brief(row), { reason: failure.detail }, at);
      }
    });
    log.warn({ rows: batch.length, kind: failure.kind }, "counted rows were refused");
  };

  /** Finds the bad row: both halves go by themselves, and a row that is refused alone stays with its reason. */
  const split = (batch: readonly DueCount[], failure: Failure): void => {
    if (batch.length === 1) refusedInARow += 1;
    if (batch.length === 1 || refusedInARow >= REFUSED_IN_A_ROW) return refuse(batch, failure);
    const most = Math.ceil(batch.length / 2);
    database.transaction(() => {
      for (const { id } of batch) counts.markLater(id, { attempts: 0, most, nextAt: 0, failure: null });
    });
  };

  /** OMS4's own trouble, or no answer: the same rows go again after a while, in smaller batches where only they are met by it. */
  const later = (batch: readonly DueCount[], failure: Failure): number => {
    const attempts = Math.max(...batch.map((row) => row.attempts)) + 1;
    const suspect = othersPass && attempts >= TRIES_BEFORE_SPLIT && batch.length > 1;
    const most = suspect ? Math.ceil(batch.length / 2) : (batch[0]?.most ?? INVENTORY_LIMIT);
    const nextAt = clock.now() + Math.max(backoff(attempts, LONGEST_WAIT_MS, random), failure.retryAfterMs ?? 0);
    database.transaction(() => {
      // Its halves need only one more try each to be halved again
      const tries = suspect ? TRIES_BEFORE_SPLIT - 1 : attempts;
      for (const { id } of batch) counts.markLater(id, { attempts: tries, most, nextAt, failure });
    });
    othersPass = false;
    // Rows that have nothing to do with it go on after a breath
    return clock.now() + backoff(1, LONGEST_WAIT_MS, random);
  };

  /** One call; gives when the next may be made, ms. */
  const sendOne = async (batch: readonly DueCount[], options: CallOptions): Promise<number> => {
    const answer = await api.updateInventory(inventoryBody(batch), options);
    const now = clock.now();
    callIsRefused = !answer.ok && answer.failure.kind === "call-refused";
    if (answer.ok) {
      waits = 0;
      const { rows } = answer.value;
      if (rows === null || rows >= batch.length) {
        refusedInARow = 0;
        took(batch, rows);
      } else {
        const words =
          batch.length === 1 ? "OMS4 took the call, but not this row, and gave no reason." : `OMS4 took ${rows} of ${batch.length} rows.`;
        split(batch, fail("oms4-refused", words).failure);
      }
      return now;
    }
    const { failure } = answer;
    if (CONCERNS_ALL.includes(failure.kind)) {
      waits += 1;
      notBefore = now + (failure.retryAfterMs ?? backoff(waits, LONGEST_WAIT_MS, random));
      return notBefore;
    }
    waits = 0;
    const unclear = failure.kind === "oms4-refused" && failure.ambiguous === true;
    const tries = Math.max(...batch.map(({ attempts }) => attempts)) + 1;
    const refused = failure.kind === "call-bad" || failure.kind === "duplicate-parcel" || (failure.kind === "oms4-refused" && !unclear);
    if (!refused && !(unclear && tries >= TRIES_OF_UNKNOWN_CODE)) return later(batch, failure);
    split(batch, failure);
    return now;
  };

  return {
    /** Sends until nothing may go now; gives when it may go on (ms), null when nothing waits. Never beside itself. */
    run: async (options: CallOptions = {}): Promise<number | null> => {
      refusedInARow = 0;
      if (wasSetBack()) {
        notBefore = 0;
        counts.hurry();
      }
      for (;;) {
        if (options.signal?.aborted === true) return null;
        const now = clock.now();
        if (now < notBefore) return notBefore;
        const batch = counts.due(now, INVENTORY_LIMIT);
        if (batch.length === 0) {
          const next = counts.nextAt();
          return next === null ? null : Math.max(next, now + 1);
        }
        const goesOnAt = await sendOne(batch, options);
        onChange();
        if (goesOnAt > clock.now()) return goesOnAt;
      }
    },
  };
};
export type InventoryPush = ReturnType<typeof createInventoryPush>;
