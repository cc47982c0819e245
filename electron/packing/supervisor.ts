import { fail, failureWords, type Failure, type Result } from "../../shared/failures.ts";
import type { Journal } from "../store/journal.ts";
import type { Answer } from "./decision.ts";
import { answer } from "./verdicts.ts";

/** Whoever checks the PIN; the desk never sees how it is kept. */
export type PinCheck = Readonly<{ isSet: () => boolean; verify: (pin: string) => Result<null> }>;

/** Long enough for the one thing the supervisor was called for. */
const ALLOWED_MS = 60_000;

/**
 * A supervisor's leave for what must not be done by a scan in passing: badge `CMDSUPER` and the PIN, good for a minute. Where no PIN is
 * set, the same thing scanned twice stands in for it.
 */
export const createSupervisor = ({ pin, journal }: Readonly<{ pin: PinCheck; journal: Journal }>) => {
  let since: number | null = null;
  // A clock that was set back must not prolong it
  const allows = (at: number): boolean => since !== null && at >= since && at < since + ALLOWED_MS;

  return {
    isSet: pin.isSet,
    allows,
    /** When the leave ends, ms; null: there is none now. */
    until: (at: number): number | null => (since !== null && allows(at) ? since + ALLOWED_MS : null),
    /** The badge was scanned. The PIN itself is never said, shown or written down. */
    badge: (typed: string, at: number): Answer => {
      if (!pin.isSet())
        return answer.refused(null, "No supervisor PIN is set", "Set one in the settings. Until then a second scan does it.");
      const known = pin.verify(typed);
      since = known.ok ? at : null;
      journal.add({ kind: known.ok ? "supervisor-came" : "supervisor-refused", ftNo: null, parcelNo: null, before: null, after: null }, at);
      return known.ok
        ? answer.commandOk(null, "Supervisor", "For one minute: do what you came for.")
        : answer.refused(null, "Not a supervisor", failureWords(known.failure));
    },
    /** Why what a person does at the screen has to wait for a supervisor; null where no PIN is set, and while one is here. */
    refusal: (at: number): Failure | null =>
      pin.isSet() && !allows(at)
        ? fail("not-now", "A supervisor scans their badge (or types CMDSUPER and the PIN); do it again within a minute.").failure
        : null,
    /** How the leave is got, in words for the band. */
    how: (twice: string): string =>
      pin.isSet() ? "A supervisor scans their badge, then do it again." : `Sure? ${twice.charAt(0).toUpperCase()}${twice.slice(1)}.`,
  };
};
export type Supervisor = ReturnType<typeof createSupervisor>;
