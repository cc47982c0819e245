import { reasonChoices } from "../../shared/reasons.ts";
import { weightWords, type PanDone } from "../../shared/weight.ts";
import type { BenchTask } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { answer } from "./verdicts.ts";
import { make } from "./words.ts";

/** The words of every verdict about the scale and what it says. */
export const weightAnswer = {
  off: (open: BenchTask, grams: number, expectedG: number): Answer =>
    make(
      "weight-off",
      `Weight is off: ${weightWords(grams / 1_000)}, not ${weightWords(expectedG / 1_000)}`,
      `Check what is in the box. If it is right, a supervisor says why: ${reasonChoices("CMDWEIGHTOK")}.`,
      open.task.ftNo,
    ),
  /** What came of TARE or ZERO. */
  pan: (open: BenchTask | null, changed: PanDone, tareKg: number): Answer => {
    const next = open === null ? "Scan a task." : "Go on scanning items.";
    switch (changed.done) {
      case "zero":
        return answer.commandOk(open, "The scale is at zero", next);
      case "tare":
        return answer.commandOk(
          open,
          `Tare ${weightWords(tareKg)}`,
          "It stays until TARE is scanned with an empty scale, or the scale goes off.",
        );
      case "tare-off":
        return answer.commandOk(open, "No tare", next);
      case null:
        return changed.why === "silent"
          ? answer.refused(open, "The scale says nothing", "Check its cable and its power.")
          : changed.why === "moving"
            ? answer.refused(open, "The scale is not still", "Wait a moment, then scan again.")
            : answer.refused(open, "Too much is on the scale", "Take everything off, then scan ZERO again.");
    }
  },
} as const;
