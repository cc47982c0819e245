import { setImmediate } from "node:timers/promises";
import type { Failure } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Outbox, OutboxEntry } from "../store/outbox.ts";
import { backoff } from "./backoff.ts";
import type { Bites } from "./bites.ts";
import { concernsAll, type Gate } from "./gate.ts";
import type { OtherStations } from "./other-stations.ts";

/**
 * What became of one try. `withdrawn`: it never arrived, must not go now, and was taken back or held; `elsewhere`: it must not any more,
 * because OMS4 has these parcels of another station in its place; `park`: only a person can help.
 */
export type Outcome =
  | Readonly<{ kind: "done" }>
  | Readonly<{ kind: "withdrawn" }>
  | Readonly<{ kind: "elsewhere"; parcelNos: readonly string[] }>
  | Readonly<{ kind: "failed"; failure: Failure; ambiguous: boolean; park: boolean }>;
type Ended = Readonly<{ entry: OutboxEntry; outcome: Outcome }>;

export type DrainParts = Readonly<{
  outbox: Outbox;
  clock: Clock;
  gate: Gate;
  /** 0 to 1, for jitter */
  random: () => number;
  log: Log;
  /** tasks told at the same time */
  parallel: number;
  /** of what is not urgent */
  bites: Bites;
  /** One try of one entry that is marked as being sent. */
  send: (entry: OutboxEntry) => Promise<Outcome>;
  /** True: what is under way ends, nothing new is begun. */
  paused: () => boolean;
  otherStations: Pick<OtherStations, "note" | "tell">;
  /** After the commit. */
  onDone: (entry: OutboxEntry) => void;
  /** After entries changed their state. */
  onChange: () => void;
}>;

const LONGEST_BACKOFF_MS = 5 * 60_000;
/** Entries marked as being sent before their turn, so that one wait for the disk serves them all. */
const MARKED_AHEAD = 12;
/** Only where OMS4 answers this quickly: what is marked can't be taken back by an undo any more, so it must be gone before anybody could try. */
const QUICK_ANSWER_MS = 40;

/**
 * Sends what may go until nothing may go now. What ended and what begins is written in one transaction; an entry is marked as being
 * sent, durably, before a byte of it leaves.
 */
export const createDrain = ({
  outbox,
  clock,
  gate,
  random,
  log,
  parallel,
  bites,
  send,
  paused,
  otherStations,
  onDone,
  onChange,
}: DrainParts) => {
  const underWay = new Set<Promise<void>>();
  const ready: OutboxEntry[] = [];
  const ended: Ended[] = [];
  const broken: unknown[] = [];
  let answerMs = Number.POSITIVE_INFINITY;
  let wake = (): void => {};

  const settle = ({ entry, outcome }: Ended, now: number): void => {
    if (outcome.kind === "done") {
      // Noted already, as its answer came
      gate.open(now);
    } else if (outcome.kind === "withdrawn") {
      log.info({ entry: entry.id, call: entry.call }, "not told: it was taken back, or waits");
    } else if (outcome.kind === "elsewhere") {
      gate.open(now);
      log.warn({ entry: entry.id, ftNo: entry.ftNo, parcels: outcome.parcelNos }, "not told any more: another station packed it");
      outbox.drop(entry.id, now);
      otherStations.note(entry.ftNo, outcome.parcelNos, now);
    } else if (outcome.park) {
      // OMS4 answered: the way to it is open
      gate.open(now);
      log.warn({ entry: entry.id, call: entry.call, kind: outcome.failure.kind }, "parked");
      outbox.park(entry.id, outcome.failure, outcome.ambiguous, now);
    } else {
      const ownFault = !concernsAll(outcome.failure);
      const waitsForAll = gate.failed(outcome.failure, now, parallel);
      const nextAt = waitsForAll
        ? now
        : now + Math.max(backoff(entry.attempts + 1, LONGEST_BACKOFF_MS, random), outcome.failure.retryAfterMs ?? 0);
      outbox.markPending(entry.id, outcome.failure, nextAt, outcome.ambiguous, now, ownFault);
    }
  };

  const widthAt = (now: number): number => (paused() || gate.closedUntil(now) !== null ? 0 : gate.probing() ? 1 : parallel);

  /** True when it wrote something. */
  const claim = (now: number): boolean => {
    const width = widthAt(now);
    const returned = width < parallel ? ready.splice(0) : [];
    for (const entry of returned) outbox.giveBack(entry.id, now);
    const ahead = width === parallel && answerMs <= QUICK_ANSWER_MS ? MARKED_AHEAD : 0;
    const wanted = width === 0 ? 0 : Math.max(0, width - underWay.size) + ahead - ready.length;
    const claimed = wanted > 0 ? outbox.due(now, wanted, bites.most()).filter((entry) => outbox.markSending(entry.id, now)) : [];
    if (claimed.some(({ urgent }) => !urgent)) bites.taken();
    ready.push(...claimed);
    return returned.length + claimed.length > 0;
  };

  const begin = (entry: OutboxEntry): void => {
    const startedAt = clock.now();
    const work: Promise<void> = send(entry)
      .then((outcome) => {
        answerMs = clock.now() - startedAt;
        // News of a task have no number by which OMS4 could be asked for them: noted now, not with the next batch
        if (outcome.kind === "done") outbox.noteDone(entry.id, clock.now());
        ended.push({ entry, outcome });
      })
      .catch((error: unknown) => void broken.push(error))
      .finally(() => underWay.delete(work));
    underWay.add(work);
  };
  const beginReady = (now: number): void => {
    const width = widthAt(now);
    while (underWay.size < width) {
      const entry = ready.shift();
      if (entry === undefined) return;
      begin(entry);
    }
  };

  const step = (): void => {
    const now = clock.now();
    const settled = ended.splice(0);
    outbox.together(() => {
      for (const each of settled) settle(each, now);
      const [one] = settled;
      // Whatever is written here takes the notes before it to the disk; where nothing else is, the note is written once more
      if (!claim(now) && one?.outcome.kind === "done") outbox.markDone(one.entry.id, now);
    });
    for (const { entry, outcome } of settled) {
      if (outcome.kind === "done") onDone(entry);
      if (outcome.kind === "elsewhere") otherStations.tell(entry.ftNo);
    }
    beginReady(now);
    if (settled.length > 0) onChange();
  };
  /** Nothing has to be written before the next one may begin. */
  const goesOn = (): boolean =>
    ready.length > 0 && ended.every(({ outcome }) => outcome.kind === "done") && widthAt(clock.now()) === parallel;

  return {
    /** Once. When it resolves or rejects nothing is under way any more. */
    run: async (): Promise<void> => {
      try {
        do {
          if (goesOn()) beginReady(clock.now());
          else {
            // Answers that came in the same moment
            if (underWay.size > 0) await setImmediate();
            step();
          }
          if (underWay.size === 0) break;
          await Promise.race([...underWay, new Promise<void>((resolve) => (wake = resolve))]);
        } while (broken.length === 0);
      } finally {
        await Promise.all(underWay);
      }
      if (broken.length > 0) throw broken[0];
    },
    /** Something was added: go on at once if there is room. */
    kick: (): void => wake(),
  };
};
