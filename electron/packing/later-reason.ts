import { benchReason, type ReasonCommand } from "../../shared/reasons.ts";
import type { Command } from "../../shared/scan.ts";
import type { Snapshot } from "../../shared/station.ts";
import type { Answer } from "./decision.ts";

/** Long enough to find a reason on the sheet. */
const OFFERED_MS = 30_000;
/** A reason that comes too late would do the thing once more: it is taken a little longer than any screen may still offer it. */
const TAKEN_MS = OFFERED_MS + 10_000;

type Asked = Readonly<{
  command: Exclude<ReasonCommand, "CMDWEIGHTOK">;
  /** the task or parcel it is about */
  about: string;
  at: number;
  /** Writes the reason and says so. */
  explain: (reason: string, at: number) => Answer;
}>;

/** HOLD and REPRINT are done at once; why may follow, as the same command with a reason, for as long as nothing else is scanned. */
export const createLaterReason = () => {
  let asked: Asked | null = null;
  const askedAt = (at: number, forMs: number): Asked | null => (asked !== null && at >= asked.at && at - asked.at <= forMs ? asked : null);
  return {
    ask: (next: Asked): void => void (asked = next),
    /** A command came: the reason that was asked for, else the question is over and null. */
    answer: ({ word, rest }: Command, at: number): Answer | null => {
      const waiting = askedAt(at, TAKEN_MS);
      asked = null;
      return waiting === null || waiting.command !== word || rest === "" ? null : waiting.explain(benchReason(waiting.command, rest), at);
    },
    /** Something else was scanned. */
    forget: (): void => void (asked = null),
    view: (at: number): Snapshot["reasonAsked"] => {
      const waiting = askedAt(at, OFFERED_MS);
      return waiting === null ? null : { command: waiting.command, about: waiting.about };
    },
  };
};
export type LaterReason = ReturnType<typeof createLaterReason>;
