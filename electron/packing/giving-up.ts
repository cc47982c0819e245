import { failureWords } from "../../shared/failures.ts";
import { discardReason, discardReasons } from "../../shared/outbox.ts";
import type { Snapshot, Trouble } from "../../shared/station.ts";
import type { Answer } from "./decision.ts";
import type { Supervisor } from "./supervisor.ts";
import type { TroubleList } from "./trouble.ts";
import { answer, plural } from "./verdicts.ts";

type Asked = Readonly<{ id: string; about: string; reason: string; at: number }>;

/** How long a first DISCARD waits for what is missing: long enough to find a reason or a supervisor. */
const ASKED_MS = 60_000;
const REASON_WORDS = discardReasons.map(({ code }) => code).join(", ");

/**
 * Giving something up, which a scan by mistake must never do. Whatever concerns no report is asked about twice. A report to OMS4 wants a
 * reason too (`CMDDISCARD` and a code), and where a PIN is set the supervisor's badge takes the place of the second scan.
 */
export const createGivingUp = ({ trouble, supervisor }: Readonly<{ trouble: TroubleList; supervisor: Supervisor }>) => {
  let asked: Asked | null = null;

  const askedAt = (at: number): Asked | null => (asked !== null && at >= asked.at && at - asked.at <= ASKED_MS ? asked : null);

  const giveUp = ({ id, about, reason }: Asked): Answer => {
    asked = null;
    const acted = trouble.act(id, "discard", reason);
    if (!acted.ok) return answer.refused(null, "That can't be done", failureWords(acted.failure));
    const left = trouble.list().length;
    return answer.commandOk(
      null,
      `Given up: ${about}`,
      left === 0 ? "Nothing else needs you." : `${plural(left, "thing")} left in trouble.`,
    );
  };

  return {
    /** DISCARD for the marked entry. */
    discard: (current: Trouble, typed: string, at: number): Answer => {
      const before = askedAt(at)?.id === current.id ? askedAt(at) : null;
      const isReport = current.source === "outbox";
      const reason = typed === "" ? (before?.reason ?? "") : discardReason(typed);
      asked = { id: current.id, about: current.about, reason, at };
      if (isReport && reason === "")
        return answer.commandOk(null, "Give this up? Why?", `Scan a reason below (DISCARD and ${REASON_WORDS}). Nothing is given up yet.`);
      if (isReport && supervisor.isSet()) {
        return supervisor.allows(at)
          ? giveUp(asked)
          : answer.commandOk(null, "A supervisor's badge", `${reason}. A supervisor scans their badge, and it is given up.`);
      }
      if (before === null || (isReport && before.reason === ""))
        return answer.commandOk(
          null,
          "Give this up?",
          `${current.title} · ${current.about}. ${isReport ? `${reason}. ` : ""}Scan DISCARD once more to give it up.`,
        );
      return giveUp(asked);
    },
    /** The supervisor came: what waited for that is done; null when nothing did. */
    allowed: (at: number): Answer | null => {
      const waiting = askedAt(at);
      return waiting === null || waiting.reason === "" || !supervisor.allows(at) ? null : giveUp(waiting);
    },
    /** Another command: nobody means the question any more. */
    forget: (): void => void (asked = null),
    view: (at: number): Snapshot["givingUp"] => {
      const waiting = askedAt(at);
      if (waiting === null) return null;
      const isReport = waiting.id.startsWith("outbox:");
      const wants = isReport && waiting.reason === "" ? "reason" : isReport && supervisor.isSet() ? "supervisor" : "again";
      return { id: waiting.id, reason: waiting.reason, wants };
    },
  };
};
export type GivingUp = ReturnType<typeof createGivingUp>;
