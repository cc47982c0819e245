import type { ParcelState } from "../../shared/parcel.ts";
import type { StopKind, StopUnits } from "../store/stops.ts";
import {
  contentOf,
  leftWithCancelled,
  linesWanted,
  orderedOf,
  packedElsewhere,
  packedOf,
  stopOf,
  takeOuts,
  unitsWanted,
  wantedOf,
  wholeCancelled,
  type BenchTask,
} from "./bench.ts";

/**
 * Report and label wait for the end of such a stop, or were taken back with it. A box of a task that may not be split takes what is missing,
 * and a second report of it would be refused.
 */
export const keepsBack = ({ task }: BenchTask, kind: StopKind | null | undefined): boolean =>
  kind === "pull" || kind === "take-out" || kind === "request" || (kind === "more" && !task.allowSplit);

/** What is not wrong with the content of a closed parcel, and still needs a hand. */
const besides = (task: BenchTask, parcelNo: string, oldLabel: boolean): StopKind | null => {
  const { allowSplit } = task.task;
  const last = task.parcels.findLast((parcel) => parcel.state === "closed");
  // A closed box of a task that may not be split takes no second one beside it: it goes only when nothing is missing
  const closes = task.state === "done" || !allowSplit;
  const more = closes && !task.shared && last?.parcelNo === parcelNo && unitsWanted(task) > 0;
  // An old label is looked at once the box is whole; where another box is packed beside it, at once
  if (oldLabel && !(more && !allowSplit)) return "relabel";
  return more ? "more" : null;
};

/** Why a parcel must not stay as it is, the gravest reason first. `oldLabel`: its own label bears an old address. */
export const stopKindOf = (
  task: BenchTask,
  { parcelNo, state }: Readonly<{ parcelNo: string; state: ParcelState }>,
  oldLabel: boolean,
): StopKind | null => {
  switch (state) {
    case "closed":
      return stopOf(task, parcelNo) ?? besides(task, parcelNo, oldLabel);
    case "open":
      return contentOf(task, parcelNo).length > 0 && (wholeCancelled(task) || packedElsewhere(task)) ? "pull" : null;
    case "handed-over":
      return leftWithCancelled(task, parcelNo) ? "left" : null;
    case "pulled":
      return null;
  }
};

/** The units by line that a stop is about: to take out, ordered on top, or gone although they were cancelled. */
export const stopUnitsOf = (task: BenchTask, parcelNo: string, kind: StopKind): StopUnits => {
  switch (kind) {
    case "take-out":
      return Object.fromEntries(takeOuts(task).flatMap((out) => (out.parcelNo === parcelNo ? [[out.detailId, out.qty]] : [])));
    case "more":
      return Object.fromEntries(linesWanted(task).map((detail) => [detail.detailId, wantedOf(task, detail)]));
    case "left": {
      const tooMany = new Map(
        task.task.details.map((detail) => [detail.detailId, packedOf(task, detail.detailId) - orderedOf(task, detail)]),
      );
      return Object.fromEntries(
        contentOf(task, parcelNo)
          .map(({ detailId, qty }) => [detailId, Math.min(qty, tooMany.get(detailId) ?? 0)] as const)
          .filter(([, qty]) => qty > 0),
      );
    }
    case "pull":
    case "request":
    case "relabel":
      return {};
  }
};

/** What is concerned now beyond what was before. */
export const grownUnits = (before: StopUnits, now: StopUnits): StopUnits =>
  Object.fromEntries(
    Object.entries(now)
      .map(([detailId, qty]) => [detailId, qty - (before[detailId] ?? 0)] as const)
      .filter(([, qty]) => qty > 0),
  );

export const sameUnits = (one: StopUnits, other: StopUnits): boolean =>
  Object.keys(one).length === Object.keys(other).length && Object.entries(one).every(([detailId, qty]) => other[detailId] === qty);
