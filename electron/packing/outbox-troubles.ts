import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { OutboxCall } from "../../shared/outbox.ts";
import type { Trouble, TroubleAction } from "../../shared/trouble.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { Outbox, OutboxEntry } from "../store/outbox.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { TaskStore } from "../store/tasks.ts";
import { correctBody, correctFields } from "./correct.ts";
import { waitedWords } from "./label-answers.ts";
import type { Supervisor } from "./supervisor.ts";
import { troubleOf } from "./trouble-ways.ts";

export type OutboxTroubleParts = Readonly<{
  database: Database;
  clock: Clock;
  journal: Journal;
  outbox: Outbox;
  parcels: ParcelStore;
  tasks: TaskStore;
  supervisor: Supervisor;
  /** When OMS4 last gave a good answer to something, ms; null: not since the start. */
  oms4AnsweredAt: () => number | null;
  onWork: () => void;
}>;

const MOST_SHOWN = 50;
/** By then a passing trouble of OMS4 has passed; what still fails, fails for a reason of its own. */
const KEEPS_FAILING_MS = 10 * 60_000;
/** OMS4 in trouble as a whole is no entry's own fault: something else must have gone well lately. */
const ANSWERED_WITHIN_MS = 5 * 60_000;

const callWords: Readonly<Record<OutboxCall, string>> = {
  "parcel-packed": "Parcel packed",
  "task-activity": "Task news",
  "parcel-activity": "Parcel news",
};

const titleOf = ({ call, failure }: OutboxEntry, keepsFailing: boolean): string => {
  if (keepsFailing) return `OMS4 keeps failing on this: ${callWords[call].toLowerCase()}`;
  return failure?.kind === "duplicate-parcel"
    ? `OMS4 has this already: ${callWords[call].toLowerCase()}`
    : `${callWords[call]} is not at OMS4`;
};

/** Reports that don't reach OMS4: refused and parked, or tried again and again in vain. Each holds only its own task. */
export const createOutboxTroubles = (parts: OutboxTroubleParts) => {
  const { database, clock, journal, outbox, parcels, tasks, supervisor, oms4AnsweredAt, onWork } = parts;

  const view = (entry: OutboxEntry, now: number): Trouble => {
    const keepsFailing = entry.state !== "parked";
    const failure = entry.failure ?? fail("internal", "").failure;
    const since = entry.failingSince ?? entry.changedAt;
    const detail = keepsFailing
      ? `for ${waitedWords(now - since)}, ${entry.attempts} tries. ${failure.detail} It is still tried.`
      : failure.detail;
    return troubleOf(keepsFailing ? "report-keeps-failing" : "report-refused", {
      id: `outbox:${entry.id}`,
      source: "outbox",
      title: titleOf(entry, keepsFailing),
      about: [entry.ftNo, entry.parcelNo].filter((word) => word !== null).join(" · "),
      failure: { ...failure, detail },
      at: keepsFailing ? since : entry.changedAt,
      fields: [...correctFields(entry.call, entry.body, failure.detail)],
    });
  };

  const failingBefore = (now: number): number | null => {
    const answeredAt = oms4AnsweredAt();
    return answeredAt === null || now - answeredAt > ANSWERED_WITHIN_MS ? null : now - KEEPS_FAILING_MS;
  };

  const list = (): readonly Trouble[] => {
    const now = clock.now();
    const before = failingBefore(now);
    const failing = before === null ? [] : outbox.failing(before, MOST_SHOWN);
    return [...outbox.parked(MOST_SHOWN), ...failing].map((entry) => view(entry, now));
  };

  const find = (id: number): Result<OutboxEntry> => {
    const entry = outbox.get(id);
    if (entry?.state === "sending") return fail("not-now", "It is being sent this very moment: look again.");
    const stands = entry !== null && (entry.state === "parked" || (entry.state === "pending" && entry.failingSince !== null));
    return stands ? succeed(entry) : fail("not-found", `Entry ${id}.`);
  };

  /** `reason`: why it is given up; needed for that, as is a supervisor where a PIN is set. */
  const act = (id: number, action: TroubleAction, reason: string): Result<null> => {
    const found = find(id);
    if (!found.ok) return found;
    const { ftNo, parcelNo, call, failure, ambiguous } = found.value;
    const at = clock.now();
    if (action === "retry") {
      database.transaction(() => {
        outbox.retry(id, at);
        journal.add({ kind: "report-retried", ftNo, parcelNo, before: { call, failure }, after: null }, at);
      });
    } else if (action === "discard") {
      if (reason === "") return fail("not-now", "Say why it is given up: scan a reason.");
      if (supervisor.isSet() && !supervisor.allows(at)) return fail("not-now", "Only a supervisor gives this up: scan the badge first.");
      database.transaction(() => {
        outbox.discard(id, at);
        if (call === "parcel-packed" && parcelNo !== null) parcels.labelMayCome(parcelNo);
        const after = { reason, allowedBy: supervisor.isSet() ? "supervisor" : "second scan", mayBeAtOms4: ambiguous };
        journal.add({ kind: "report-discarded", ftNo, parcelNo, before: { call, failure }, after }, at);
      });
    } else return fail("not-now", "It can be retried, corrected or given up.");
    onWork();
    return succeed(null);
  };

  /** Puts typed values into a report and sends it again at once, under the same parcel number. */
  const correct = (id: number, values: Readonly<Record<string, string>>): Result<null> => {
    const found = find(id);
    if (!found.ok) return found;
    const { ftNo, parcelNo, call, body, failure } = found.value;
    const corrected = correctBody(call, body, values);
    if (!corrected.ok) return corrected;
    const at = clock.now();
    const { before, after } = corrected.value;
    database.transaction(() => {
      outbox.correct(id, corrected.value.body, at);
      const tracking = after["tracking_no"];
      if (parcelNo !== null && typeof tracking === "string") {
        parcels.setTracking(parcelNo, tracking);
        tasks.addTrackingCode(ftNo, tracking);
      }
      journal.add({ kind: "report-corrected", ftNo, parcelNo, before: { call, ...before, failure }, after }, at);
    });
    onWork();
    return succeed(null);
  };

  return {
    list,
    act,
    correct,
    /** How many are still tried but keep failing. */
    failingCount: (): number => {
      const before = failingBefore(clock.now());
      return before === null ? 0 : outbox.failingCount(before);
    },
  };
};
export type OutboxTroubles = ReturnType<typeof createOutboxTroubles>;
