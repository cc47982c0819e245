import { benchReason, reasonChoices } from "../../shared/reasons.ts";
import type { Command } from "../../shared/scan.ts";
import { weightWords, type OnThePan, type PanDone, type ParcelWeight } from "../../shared/weight.ts";
import type { Clock } from "../kit/clock.ts";
import type { Journal } from "../store/journal.ts";
import type { LearnedWeights } from "../store/learned-weights.ts";
import type { ParcelStore } from "../store/parcels.ts";
import { openParcel, type BenchTask } from "./bench.ts";
import { isComplete } from "./closing.ts";
import type { Answer, Decision, Effect } from "./decision.ts";
import { createLastItem } from "./last-item.ts";
import type { Supervisor } from "./supervisor.ts";
import { answer } from "./verdicts.ts";
import { weightAnswer } from "./weight-answers.ts";
import { contentKey, weightOff } from "./weight-check.ts";
import { make } from "./words.ts";

/** The scale of the bench, as packing needs it. */
export type BenchScale = Readonly<{
  works: () => boolean;
  weighing: () => OnThePan;
  /** another weight than that before it, and no drift of it; kg */
  isAnother: (kg: number, beforeKg: number) => boolean;
  taken: (parcelNo: string) => void;
  giveBack: (parcelNo: string) => void;
  zero: () => PanDone;
  tare: () => PanDone;
}>;

/** A bench without a scale. */
export const noScale: BenchScale = {
  works: () => false,
  weighing: () => ({ state: "silent", kg: null, tareKg: 0, problem: null }),
  isAnother: () => false,
  taken: () => {},
  giveBack: () => {},
  zero: () => ({ done: null, why: "silent" }),
  tare: () => ({ done: null, why: "silent" }),
};

/** How long a first scan waits for its second. */
const AGAIN_MS = 15_000;

type Closing = Extract<Effect, { kind: "parcel-closed" }>;

const gramsOf = (kg: number): number => Math.round(kg * 1_000);

/**
 * What the scale has to do with packing: a task that may not be split closes when its box has stood still on the scale, the weight goes into
 * its parcel, and a weight that doesn't fit what such parcels weigh holds it until a supervisor says why. Without a scale nothing waits.
 */
export const createWeighing = ({
  scale,
  learned,
  parcels,
  supervisor,
  journal,
  clock,
}: Readonly<{
  scale: BenchScale;
  learned: LearnedWeights;
  parcels: ParcelStore;
  supervisor: Supervisor;
  journal: Journal;
  clock: Clock;
}>) => {
  const lastItem = createLastItem({ scale, clock });
  /** the hold on the bench: a weight that doesn't fit */
  let off: Readonly<{ parcelNo: string; grams: number; expectedG: number }> | null = null;
  /** by a supervisor, for this weight of this parcel */
  let accepted: Readonly<{ parcelNo: string; grams: number }> | null = null;
  let asked: Readonly<{ what: string; at: number }> | null = null;
  /** the weight a decision closes its parcel with, until that is written */
  let toLearn: Readonly<{ parcelNo: string; grams: number; content: string }> | null = null;

  const askedAgain = (what: string, at: number): boolean => {
    const again = asked?.what === what && at >= asked.at && at - asked.at <= AGAIN_MS;
    asked = again ? null : { what, at };
    return again;
  };

  const keyed = (parcelNo: string): number | null => {
    const parcel = parcels.get(parcelNo);
    return parcel?.weightSource === "keyed" ? parcel.weightG : null;
  };

  /** The weight this parcel would close with now. */
  const weightOf = (parcelNo: string): ParcelWeight | null => {
    const grams = keyed(parcelNo);
    if (grams !== null) return { grams, source: "keyed" };
    const { state, kg } = scale.weighing();
    return scale.works() && state === "steady" && kg !== null && gramsOf(kg) > 0 ? { grams: gramsOf(kg), source: "scale" } : null;
  };

  const waits = (open: BenchTask | null): boolean => {
    if (open === null || !scale.works()) return false;
    const parcel = openParcel(open);
    return parcel === null || keyed(parcel.parcelNo) === null;
  };

  const contentOf = (open: BenchTask, closing: Closing): string =>
    contentKey(closing.items, open.task.details, open.parcels.find(({ parcelNo }) => parcelNo === closing.parcelNo)?.carton ?? null);

  const closingOf = (decision: Decision): Closing | undefined =>
    decision.effects.find((effect): effect is Closing => effect.kind === "parcel-closed");

  const release = (open: BenchTask | null, typed: string, at: number): Answer => {
    const parcelNo = open === null ? null : (openParcel(open)?.parcelNo ?? null);
    if (open === null || off === null || off.parcelNo !== parcelNo)
      return answer.refused(open, "No weight is in question", "WEIGHTOK is for a weight that does not fit.");
    const reason = benchReason("CMDWEIGHTOK", typed);
    if (reason === "") return answer.refused(open, "Say why", `Scan the reason or press its number: ${reasonChoices("CMDWEIGHTOK")}.`);
    if (!supervisor.allows(at) && (supervisor.isSet() || !askedAgain(`accept ${off.grams}`, at)))
      return make("weight-off", "A supervisor accepts this", supervisor.how("scan the reason again"), open.task.ftNo);
    const { grams, expectedG } = off;
    accepted = { parcelNo, grams };
    off = null;
    const allowedBy = supervisor.isSet() ? "supervisor" : "second scan";
    journal.add(
      { kind: "weight-accepted", ftNo: open.task.ftNo, parcelNo, before: { expectedG }, after: { grams, reason, allowedBy } },
      at,
    );
    return answer.commandOk(open, `${weightWords(grams / 1_000)} is right`, "Scan FINISH.");
  };

  return {
    /** True while a task on the bench closes only once its box was weighed. */
    waits,
    /** The weight that is waited for. */
    isWaiting: (open: BenchTask | null): boolean =>
      open !== null && waits(open) && isComplete(open) && !open.task.allowSplit && openParcel(open) !== null,
    /** Everything is in and the weight that was waited for was keyed instead: nothing else is missing. */
    wasKeyed: (open: BenchTask | null): boolean =>
      open !== null && scale.works() && !waits(open) && isComplete(open) && !open.task.allowSplit,
    /** An item was counted: its weight is still on its way into the box. `onDue` runs when the box may have been complete before. */
    itemScanned: (open: BenchTask | null, onDue: () => void): void =>
      lastItem.scanned(open !== null && scale.works() && isComplete(open) ? onDue : null),
    /** The bench closes: nothing comes due any more. */
    stop: lastItem.forget,
    /** The box on the scale is whole and stands still: the task may close by itself. Ask whenever the scale says something else. */
    closesNow: (open: BenchTask | null): boolean => {
      lastItem.notice();
      if (open === null || !waits(open) || !isComplete(open) || open.task.allowSplit) return false;
      const parcel = openParcel(open);
      const weight = parcel === null ? null : weightOf(parcel.parcelNo);
      if (parcel === null || weight === null) return false;
      // Said already: only another weight, or leave, is news
      if (off !== null && off.parcelNo === parcel.parcelNo && off.grams === weight.grams) return false;
      return lastItem.isIn(weight.grams / 1_000);
    },
    /**
     * What the scale says to a decision that closes a parcel: the decision with its weight, or why it must not close. `byCommand`: a person
     * scanned FINISH and may be asked to wait.
     */
    settle: (open: BenchTask | null, decision: Decision, byCommand: boolean): Readonly<{ decision: Decision } | { refused: Answer }> => {
      const closing = closingOf(decision);
      if (open === null || closing === undefined) return { decision };
      const at = clock.now();
      const { ftNo, parcelNo } = closing;
      const weight = weightOf(parcelNo);
      toLearn = null;
      if (weight === null) {
        if (byCommand && scale.works() && scale.weighing().state === "moving" && !askedAgain(`close ${parcelNo}`, at))
          return { refused: answer.refused(open, "The scale is not still", "Scan again when it is. Once more closes without a weight.") };
        return { decision };
      }
      const { grams, source } = weight;
      const content = learned.keyOf(contentOf(open, closing));
      const expectedG = weightOff(grams, learned.of(content));
      if (expectedG !== null && !(accepted?.parcelNo === parcelNo && accepted.grams === grams)) {
        off = { parcelNo, grams, expectedG };
        return { refused: weightAnswer.off(open, grams, expectedG) };
      }
      off = null;
      accepted = null;
      toLearn = { parcelNo, grams, content };
      const { verdict } = decision;
      // What was keyed is written already
      const weighed: readonly Effect[] = source === "scale" ? [{ kind: "parcel-weighed", ftNo, parcelNo, grams, source }] : [];
      return {
        decision: {
          ...decision,
          effects: decision.effects.flatMap((effect) => (effect === closing ? [...weighed, effect] : [effect])),
          verdict: verdict === null ? null : { ...verdict, text: `${verdict.text} · ${weightWords(grams / 1_000)}` },
        },
      };
    },
    /** What such parcels weigh is learned with the closing and forgotten with the reopening. Inside the caller's transaction. */
    keep: (effects: readonly Effect[]): void => {
      for (const effect of effects) {
        if (effect.kind === "parcel-closed" && toLearn?.parcelNo === effect.parcelNo) {
          learned.learn(toLearn.content, toLearn.grams, clock.now());
          parcels.setLearned(effect.parcelNo, toLearn.content);
        }
        if (effect.kind === "parcel-reopened") {
          const before = parcels.learned(effect.parcelNo);
          if (before !== null) learned.unlearn(before.content, before.grams);
          parcels.forgetWeight(effect.parcelNo);
        }
      }
    },
    /** After the commit: the weight is spoken for; of a parcel that is open again it is its own once more. */
    committed: (effects: readonly Effect[]): void => {
      for (const effect of effects) {
        if (effect.kind === "parcel-closed") {
          lastItem.forget();
          toLearn = null;
          scale.taken(effect.parcelNo);
        }
        if (effect.kind === "parcel-reopened") scale.giveBack(effect.parcelNo);
      }
    },
    /** TARE, ZERO and WEIGHTOK; null for any other command. */
    command: ({ word, rest }: Command, open: BenchTask | null, at: number): Answer | null => {
      switch (word) {
        case "CMDTARE":
          return weightAnswer.pan(open, scale.tare(), scale.weighing().tareKg);
        case "CMDZERO":
          return weightAnswer.pan(open, scale.zero(), 0);
        case "CMDWEIGHTOK":
          return release(open, rest, at);
        default:
          return null;
      }
    },
    /** The weight in question of the parcel on the bench; null when none is. */
    held: (open: BenchTask | null): Readonly<{ grams: number; expectedG: number }> | null =>
      open !== null && off !== null && openParcel(open)?.parcelNo === off.parcelNo ? off : null,
  };
};
export type Weighing = ReturnType<typeof createWeighing>;
