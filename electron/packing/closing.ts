import {
  contentOf,
  openParcel,
  ownCarrierOf,
  packedElsewhere,
  unitsToTakeOut,
  unitsWanted,
  wantedOf,
  wholeCancelled,
  type BenchTask,
} from "./bench.ts";
import type { Decision, Effect, Policy } from "./decision.ts";
import { answer } from "./verdicts.ts";

/**
 * Lines of which nothing is missing. What a parcel lost of them OMS4 wants no more, whether it cancelled them or cut the order itself: that
 * is no news to its order.
 */
export const linesInFull = (bench: BenchTask): readonly string[] =>
  bench.task.details.filter((detail) => wantedOf(bench, detail) === 0).map(({ detailId }) => detailId);

/** Closes the open parcel: its content is fixed, its label may print. */
export const closeParcel = (bench: BenchTask, policy: Policy): Readonly<{ bench: BenchTask; effects: readonly Effect[] }> => {
  const parcel = openParcel(bench);
  if (parcel === null) return { bench, effects: [] };
  const items = contentOf(bench, parcel.parcelNo);
  const { ftNo } = bench.task;
  if (items.length === 0) {
    // Everything in it was taken back: what OMS4 knows can't be forgotten
    if (!parcel.reported) {
      return {
        bench: { ...bench, parcels: bench.parcels.filter((other) => other !== parcel) },
        effects: [{ kind: "parcel-dropped", ftNo, parcelNo: parcel.parcelNo }],
      };
    }
    return {
      bench: { ...bench, parcels: bench.parcels.map((other) => (other === parcel ? { ...parcel, state: "pulled" as const } : other)) },
      effects: [{ kind: "parcel-pulled", ftNo, parcelNo: parcel.parcelNo }],
    };
  }
  const carrier = ownCarrierOf(bench, policy.ownCarrier, policy.ownCarriers);
  const closed = { ...parcel, state: "closed" as const, carrier };
  return {
    bench: { ...bench, parcels: bench.parcels.map((other) => (other === parcel ? closed : other)) },
    effects: [{ kind: "parcel-closed", ftNo, parcelNo: parcel.parcelNo, items, carrier, linesInFull: linesInFull(bench) }],
  };
};

/** True when nothing is left to pack or to take out, and something was packed. */
export const isComplete = (bench: BenchTask): boolean =>
  !wholeCancelled(bench) &&
  !packedElsewhere(bench) &&
  bench.request === null &&
  unitsWanted(bench) === 0 &&
  unitsToTakeOut(bench) === 0 &&
  bench.units.length > 0;

/** True when what is here may close the task although units are missing: another station packed those. */
export const mayCloseShort = (bench: BenchTask): boolean =>
  bench.shared && bench.units.length > 0 && unitsToTakeOut(bench) === 0 && !wholeCancelled(bench) && bench.request === null;

/** Closes the last parcel and with it the task; the caller has made sure that it is complete. */
export const closeTask = (bench: BenchTask, policy: Policy, before: readonly Effect[]): Decision => {
  const { bench: closed, effects } = closeParcel(bench, policy);
  const last = closed.parcels.findLast(({ state }) => state !== "pulled");
  const { ftNo } = bench.task;
  return {
    bench: { open: null },
    effects: [...before, ...effects, { kind: "task-done", ftNo, parcelNo: last?.parcelNo ?? "" }],
    verdict: answer.taskDone(closed),
  };
};

/** A task that is over leaves no empty box behind. */
const dropEmpty = (open: BenchTask): readonly Effect[] => {
  const empty = openParcel(open);
  const over = wholeCancelled(open) || packedElsewhere(open);
  if (!over || empty === null || open.units.some(({ parcelNo }) => parcelNo === empty.parcelNo)) return [];
  return [{ kind: empty.reported ? "parcel-pulled" : "parcel-dropped", ftNo: open.task.ftNo, parcelNo: empty.parcelNo }];
};

/** Puts the open task aside, by LEAVE or because the next one takes its place. */
export const leaveTask = (open: BenchTask): readonly Effect[] => [
  ...dropEmpty(open),
  { kind: "task-left", ftNo: open.task.ftNo, nothingPacked: open.units.length === 0 },
];
