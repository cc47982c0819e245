import type { Result } from "../../shared/failures.ts";
import type { Bench } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { answer, plural } from "./verdicts.ts";

/** What a switch to the spare printer, or back, has changed. */
export type Switched = Readonly<{ onSpare: boolean; printer: string; moved: number }>;

/** CMDSPARE: the labels of this bench print elsewhere from now on; the same scan again goes back. */
export const createSpareCommand =
  ({ toggle, nameOf, onSwitched }: Readonly<{ toggle: () => Result<Switched>; nameOf: (uri: string) => string; onSwitched: () => void }>) =>
  (bench: Bench): Answer => {
    const switched = toggle();
    if (!switched.ok) return answer.refused(bench.open, "No spare printer", switched.failure.detail);
    onSwitched();
    const { onSpare, printer, moved } = switched.value;
    const labels = moved === 0 ? "" : `${plural(moved, "print")} that had not gone out ${moved === 1 ? "goes" : "go"} there. `;
    return answer.commandOk(
      bench.open,
      onSpare ? `Spare printer · ${nameOf(printer)}` : `Back to ${nameOf(printer)}`,
      `${labels}What may have come out before is asked about, not printed again.${onSpare ? " Scan SPARE PRINTER again to go back." : ""}`,
    );
  };
