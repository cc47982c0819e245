import { failureWords } from "../../shared/failures.ts";
import { acceptReason, acceptReasons } from "../../shared/label-check.ts";
import { discardReason, discardReasons } from "../../shared/outbox.ts";
import type { Snapshot } from "../../shared/station.ts";
import type { Trouble } from "../../shared/trouble.ts";
import type { Answer } from "./decision.ts";
import type { Supervisor } from "./supervisor.ts";
import { waysWords } from "./trouble-ways.ts";
import type { TroubleList } from "./trouble.ts";
import { answer, plural } from "./verdicts.ts";

type Way = NonNullable<Snapshot["givingUp"]>["action"];
/** `guarded`: it wants a reason, and the supervisor's badge where a PIN is set. */
type Asked = Readonly<{ id: string; about: string; way: Way; guarded: boolean; reason: string; at: number }>;

/** How long a first DISCARD waits for what is missing: long enough to find a reason or a supervisor. */
const ASKED_MS = 60_000;
const codesOf = (reasons: readonly Readonly<{ code: string }>[]): string => reasons.map(({ code }) => code).join(", ");
const ways = {
  discard: {
    word: "DISCARD",
    reasonOf: discardReason,
    codes: codesOf(discardReasons),
    title: "Give this up?",
    outcome: "it is given up",
    nothing: "Nothing is given up yet.",
    done: "Given up",
  },
  accept: {
    word: "ACCEPT",
    reasonOf: acceptReason,
    codes: codesOf(acceptReasons),
    title: "Print this label all the same?",
    outcome: "it prints",
    nothing: "Nothing prints yet.",
    done: "Prints",
  },
} as const satisfies Record<Way, unknown>;

/**
 * What a scan by mistake must never do: giving something up, and printing a label that may be the wrong one. Whatever concerns no report is
 * given up by asking twice. A report to OMS4 and a doubtful label want a reason too (`CMDDISCARD`, `CMDACCEPT` and a code), and where a PIN
 * is set the supervisor's badge takes the place of the second scan.
 */
export const createGivingUp = ({ trouble, supervisor }: Readonly<{ trouble: TroubleList; supervisor: Supervisor }>) => {
  let asked: Asked | null = null;

  const askedAt = (at: number): Asked | null => (asked !== null && at >= asked.at && at - asked.at <= ASKED_MS ? asked : null);

  const doIt = ({ id, about, way, reason }: Asked): Answer => {
    asked = null;
    const acted = trouble.act(id, way, reason);
    if (!acted.ok) return answer.refused(null, "That can't be done", failureWords(acted.failure));
    const left = trouble.list().length;
    return answer.commandOk(
      null,
      `${ways[way].done}: ${about}`,
      left === 0 ? "Nothing else needs you." : `${plural(left, "thing")} left in trouble.`,
    );
  };

  const ask = (way: Way, current: Trouble, typed: string, at: number): Answer => {
    const last = askedAt(at);
    const before = last?.id === current.id && last.way === way ? last : null;
    const guarded = way === "accept" || current.source === "outbox";
    const { word, reasonOf, codes, title, outcome, nothing } = ways[way];
    const reason = typed === "" ? (before?.reason ?? "") : reasonOf(typed);
    asked = { id: current.id, about: current.about, way, guarded, reason, at };
    if (guarded && reason === "") return answer.commandOk(null, `${title} Why?`, `Scan a reason below (${word} and ${codes}). ${nothing}`);
    if (guarded && supervisor.isSet()) {
      return supervisor.allows(at)
        ? doIt(asked)
        : answer.commandOk(null, "A supervisor's badge", `${reason}. A supervisor scans their badge, and ${outcome}.`);
    }
    if (before === null || (guarded && before.reason === ""))
      return answer.commandOk(
        null,
        title,
        `${current.title} · ${current.about}. ${guarded ? `${reason}. ` : ""}Scan ${word} once more, and ${outcome}.`,
      );
    return doIt(asked);
  };

  return {
    /** DISCARD for the marked entry. */
    discard: (current: Trouble, typed: string, at: number): Answer => ask("discard", current, typed, at),
    /** ACCEPT for the marked entry: its label prints although it may be the wrong one. */
    accept: (current: Trouble, typed: string, at: number): Answer =>
      current.actions.includes("accept")
        ? ask("accept", current, typed, at)
        : answer.refused(null, "There is no label to accept here", waysWords(current)),
    /** The supervisor came: what waited for that is done; null when nothing did. */
    allowed: (at: number): Answer | null => {
      const waiting = askedAt(at);
      return waiting === null || waiting.reason === "" || !supervisor.allows(at) ? null : doIt(waiting);
    },
    /** Another command: nobody means the question any more. */
    forget: (): void => void (asked = null),
    view: (at: number): Snapshot["givingUp"] => {
      const waiting = askedAt(at);
      if (waiting === null) return null;
      const { id, way, guarded, reason } = waiting;
      const wants = guarded && reason === "" ? "reason" : guarded && supervisor.isSet() ? "supervisor" : "again";
      return { id, action: way, reason, wants };
    },
  };
};
export type GivingUp = ReturnType<typeof createGivingUp>;
