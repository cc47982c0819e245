import { linesWanted, sameProduct, unitsWanted, type Bench, type BenchTask } from "./bench.ts";
import type { Answer, Decision, Effect, Policy } from "./decision.ts";
import { LEAVES_WORK, SETTLES, type DeskParts } from "./desk-parts.ts";
import type { DeskState } from "./desk-state.ts";
import { decide, type BenchInput } from "./engine.ts";
import { loadByNumber } from "./load.ts";
import type { Perform } from "./perform.ts";
import type { StoppedParcel } from "./stop-verdicts.ts";
import type { Stops } from "./stops.ts";
import { answer } from "./verdicts.ts";

/**
 * The next scan may be the last, although it is not the last unit: a quantity was keyed, the last scan counted as many as are left, or
 * what has just become the only product left may come with a code that counts.
 */
const isNearlyIn = (before: BenchTask | null, open: BenchTask, packed: number): boolean => {
  const keyed = open.quantityNext > 1 && open.quantityNext !== before?.quantityNext;
  if (packed === 0 && !keyed) return false;
  const left = linesWanted(open);
  if (left.length === 0 || !sameProduct(left)) return false;
  return keyed || unitsWanted(open) <= packed || before === null || !sameProduct(linesWanted(before));
};

/** What the engine decides, written in one transaction; only then it is the bench's state. */
export const createDeskDecisions = (
  parts: DeskParts,
  { state, perform: { perform }, stops }: Readonly<{ state: DeskState; perform: Perform; stops: Stops }>,
) => {
  const { database, clock, parcels, weighing } = parts;
  const { later } = state;

  /** Whether a reopened parcel's report could still be taken back, only the outbox knew. */
  const withReports = ({ bench: { open }, effects }: Decision): Bench => {
    if (open === null || !effects.some(({ kind }) => kind === "parcel-reopened" || kind === "unit-taken-out")) return { open };
    return { open: { ...open, parcels: loadByNumber(parts, open.task.ftNo, open.openedAt)?.parcels ?? open.parcels } };
  };

  /** Gives the words about parcels of tasks that have left the bench with it and must not leave as they are; null when there are none. */
  const commit = (decision: Decision, at: number, more: () => void): Answer | null => {
    const settled: { ftNo: string; raised: readonly StoppedParcel[] }[] = [];
    if (decision.effects.length > 0) {
      database.transaction(() => {
        for (const effect of decision.effects) perform(effect, at);
        weighing.keep(decision.effects);
        const changed = new Set(
          decision.effects.flatMap((effect) => (SETTLES.includes(effect.kind) && effect.ftNo !== null ? [effect.ftNo] : [])),
        );
        if (changed.size > 0 && stops.any()) for (const ftNo of changed) settled.push({ ftNo, raised: stops.settle(ftNo, at).raised });
        more();
      });
    }
    const bench = withReports(decision);
    const before = state.bench().open;
    state.put(bench);
    weighing.committed(decision.effects);
    if (decision.effects.some(({ kind }) => LEAVES_WORK.includes(kind))) later(parts.onWork);
    for (const effect of decision.effects) {
      if (effect.kind === "task-opened") later(() => parts.onCheckDue(effect.ftNo, "opened"));
      if (effect.kind === "parcel-closed") later(() => parts.onCheckDue(effect.ftNo, "closed"));
    }
    const { open } = bench;
    const packed = decision.effects.reduce((sum, effect) => (effect.kind === "unit-packed" ? sum + effect.unit.qty : sum), 0);
    if (open !== null && isNearlyIn(before, open, packed)) later(() => parts.onCheckDue(open.task.ftNo, "nearly-in"));
    const left = settled.find(({ ftNo, raised }) => raised.length > 0 && ftNo !== open?.task.ftNo);
    if (left === undefined) return null;
    const [stopped, ...others] = left.raised;
    // REPRINT means this one then
    if (stopped !== undefined && others.length === 0) later(() => parts.onParcelSeen(stopped.parcelNo));
    return answer.parcelsStopped(left.ftNo, left.raised);
  };

  /** The engine's decision with what the scale says to it; a weight that is off keeps the box open, but counts the item. */
  const weighed = (input: BenchInput, at: number): Decision => {
    const bench = state.bench();
    const decision = decide(bench, input, at);
    const settled = weighing.settle(bench.open, decision, input.kind === "command");
    if ("decision" in settled) return settled.decision;
    const { refused } = settled;
    if (input.kind !== "item") {
      const off = refused.kind === "weight-off";
      const noted: readonly Effect[] = off ? [{ kind: "scan-refused", ftNo: refused.ftNo, code: "", verdict: "weight-off" }] : [];
      return { bench, effects: noted, verdict: refused };
    }
    return { ...decide(bench, { ...input, policy: { ...input.policy, waitForWeight: true } }, at), verdict: refused };
  };

  /** One decision, whole: made, written, and what it sets going noted. `make` gets a fresh parcel number it may use. */
  return (make: (nextParcelNo: string, policy: Policy) => BenchInput): Answer => {
    const at = clock.now();
    const number = parcels.nextParcelNo(at);
    const { open } = state.bench();
    const decision = weighed(make(number.parcelNo, { ...parts.policy(), waitForWeight: weighing.waits(open) }), at);
    const used = decision.effects.some((effect) => effect.kind === "parcel-started");
    const stopped = commit(decision, at, () => {
      if (used) number.commit();
    });
    if (stopped !== null) return stopped;
    const words = decision.verdict ?? answer.refused(state.bench().open, "Nothing to do", "Scan a task or an item.");
    const closed = decision.effects.find((effect) => effect.kind === "parcel-closed");
    return closed === undefined ? words : parts.scanBack.said(words, closed.parcelNo);
  };
};
export type DecideAndCommit = ReturnType<typeof createDeskDecisions>;
