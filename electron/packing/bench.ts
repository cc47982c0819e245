import type { PackedUnit, ParcelItem, ParcelState } from "../../shared/parcel.ts";
import { knownCarrier } from "../../shared/measures.ts";
import type { OwnCarrier } from "../../shared/settings.ts";
import { productKey, readStatus, type BenchState, type FulfillmentTask, type TaskDetail } from "../../shared/task.ts";

export type ParcelCarrier = Readonly<{ id: string | null; name: string; type: string }>;

export type BenchParcel = Readonly<{
  parcelNo: string;
  sequence: number;
  state: ParcelState;
  carton: string | null;
  carrier: ParcelCarrier | null;
  /** OMS4 was told what is in it, or is being told: it can't be forgotten any more */
  reported: boolean;
}>;

/** What OMS4 took back of a task: all of it, some lines, or some units of a line (`keeps`: how many are still wanted). */
export type Cancellation = Readonly<{
  ctNo: string;
  at: number;
  whole: boolean;
  detailIds: readonly string[];
  keeps: Readonly<Record<string, number>>;
}>;

/** The buyer asks to cancel: nothing of the task leaves. `unclear`: OMS4 has closed the request with a word nobody here can read. */
export type CancelHold = Readonly<{ unclear: boolean; result: string }>;

/** A task with all that was packed of it so far. */
export type BenchTask = Readonly<{
  task: FulfillmentTask;
  state: BenchState;
  holdReason: string | null;
  cancellation: Cancellation | null;
  request: CancelHold | null;
  parcels: readonly BenchParcel[];
  /** in the order they were scanned */
  units: readonly PackedUnit[];
  /** Another station packed a part of it, and a supervisor has the rest packed here. */
  shared: boolean;
  /** chosen by CMDCARRIER */
  carrierId: string | null;
  openedAt: number;
  startedAt: number | null;
  acknowledged: boolean;
  /** units the next item scan packs */
  quantityNext: number;
  /** the last scan took an item out: it is not what UNDO is for */
  tookOut: boolean;
}>;

/** The bench: at most one task is open on it. */
export type Bench = Readonly<{ open: BenchTask | null }>;

/** Another station has packed it: nothing of it is wanted here any more. */
export const packedElsewhere = (bench: BenchTask): boolean => bench.state === "done-elsewhere";

/** OMS4 has a parcel of another station's, and wants more of the task: only a person can know what is left to pack. */
export const partElsewhere = (bench: BenchTask): boolean =>
  packedElsewhere(bench) && bench.task.allowSplit && readStatus(bench.task.status) === "open";

/** True for a line that is wanted no more: cancelled, or taken off the task. */
export const isCancelled = (bench: BenchTask, { detailId, gone }: Pick<TaskDetail, "detailId" | "gone">): boolean =>
  gone === true ||
  bench.state === "cancelled" ||
  (bench.cancellation !== null && (bench.cancellation.whole || bench.cancellation.detailIds.includes(detailId)));

export const wholeCancelled = (bench: BenchTask): boolean => bench.task.details.every((detail) => isCancelled(bench, detail));

export const packedOf = (bench: BenchTask, detailId: string): number =>
  bench.units.reduce((sum, unit) => (unit.detailId === detailId ? sum + unit.qty : sum), 0);

/** Units packed of every line, counted once: an order of hundreds of lines is asked for all of them with each scan. */
export const packedByLine = (bench: BenchTask): ReadonlyMap<string, number> => {
  const packed = new Map<string, number>();
  for (const { detailId, qty } of bench.units) packed.set(detailId, (packed.get(detailId) ?? 0) + qty);
  return packed;
};

/** Units of a line that the buyer is to get, packed or not. */
export const orderedOf = (bench: BenchTask, detail: TaskDetail): number =>
  packedElsewhere(bench) || isCancelled(bench, detail) ? 0 : Math.min(detail.qty, bench.cancellation?.keeps[detail.detailId] ?? detail.qty);

/** Units still to pack of a line; a cancelled line wants none. */
export const wantedOf = (bench: BenchTask, detail: TaskDetail): number =>
  Math.max(0, orderedOf(bench, detail) - packedOf(bench, detail.detailId));

export type TakeOut = Readonly<{ detailId: string; parcelNo: string; qty: number }>;

const unitsIn = (bench: BenchTask, parcelNo: string, detailId: string): number =>
  bench.units.reduce((sum, unit) => (unit.detailId === detailId && unit.parcelNo === parcelNo ? sum + unit.qty : sum), 0);

/** What has to come out again because it was cancelled or is more than is ordered now: out of the open parcel first, then out of the latest closed one. */
export const takeOuts = (bench: BenchTask): readonly TakeOut[] => {
  if (bench.units.length === 0) return [];
  const here = bench.parcels
    .filter(isHere)
    .toSorted((a, b) => Number(b.state === "open") - Number(a.state === "open") || b.sequence - a.sequence);
  const packed = packedByLine(bench);
  return bench.task.details.flatMap((detail) => {
    let left = Math.max(0, (packed.get(detail.detailId) ?? 0) - orderedOf(bench, detail));
    if (left === 0) return [];
    return here.flatMap(({ parcelNo }) => {
      const qty = left === 0 ? 0 : Math.min(left, unitsIn(bench, parcelNo, detail.detailId));
      left -= qty;
      return qty === 0 ? [] : [{ detailId: detail.detailId, parcelNo, qty }];
    });
  });
};

/** Units of a line that have to come out of a box again. */
export const takeOutOf = (bench: BenchTask, detailId: string): number =>
  takeOuts(bench).reduce((sum, out) => (out.detailId === detailId ? sum + out.qty : sum), 0);

/** True when a parcel that has left holds what is wanted no more. */
export const leftWithCancelled = (bench: BenchTask, parcelNo: string): boolean =>
  bench.parcels.some((parcel) => parcel.parcelNo === parcelNo && parcel.state === "handed-over") &&
  bench.task.details.some(
    (detail) => unitsIn(bench, parcelNo, detail.detailId) > 0 && orderedOf(bench, detail) < packedOf(bench, detail.detailId),
  );

/** Why a closed parcel must not leave, or be labelled, as it is; null when it may. */
export const stopOf = (bench: BenchTask, parcelNo: string): "pull" | "take-out" | "request" | null => {
  if (leftWithCancelled(bench, parcelNo)) return wholeCancelled(bench) ? "pull" : "take-out";
  const inside = bench.units.reduce((sum, unit) => (unit.parcelNo === parcelNo ? sum + unit.qty : sum), 0);
  const out = takeOuts(bench).reduce((sum, one) => (one.parcelNo === parcelNo ? sum + one.qty : sum), 0);
  if (inside === 0 || wholeCancelled(bench) || (out > 0 && out === inside)) return "pull";
  if (out > 0) return "take-out";
  return bench.request === null ? null : "request";
};

export const unitsWanted = (bench: BenchTask): number => {
  const packed = packedByLine(bench);
  return bench.task.details.reduce((sum, detail) => sum + Math.max(0, orderedOf(bench, detail) - (packed.get(detail.detailId) ?? 0)), 0);
};

/** Lines of which something is still to pack. */
export const linesWanted = (bench: BenchTask): readonly TaskDetail[] => {
  const packed = packedByLine(bench);
  return bench.task.details.filter((detail) => orderedOf(bench, detail) > (packed.get(detail.detailId) ?? 0));
};

export const unitsToTakeOut = (bench: BenchTask): number => takeOuts(bench).reduce((sum, { qty }) => sum + qty, 0);

const isHere = ({ state }: BenchParcel): boolean => state === "open" || state === "closed";

/** True when all that was packed of a finished task has left. */
export const hasLeft = ({ state, parcels }: BenchTask): boolean =>
  state === "done" && !parcels.some(isHere) && parcels.some((parcel) => parcel.state === "handed-over");

/** A finished task of which units are wanted and no box is here: they go into a parcel of their own. */
export const wantsNewParcel = (bench: BenchTask): boolean =>
  bench.state === "done" &&
  bench.task.allowSplit &&
  !bench.shared &&
  bench.request === null &&
  bench.parcels.length > 0 &&
  !bench.parcels.some(isHere) &&
  unitsWanted(bench) > 0;

export const openParcel = (bench: BenchTask): BenchParcel | null => bench.parcels.find((parcel) => parcel.state === "open") ?? null;

/** A parcel's content by line, in the order it was first scanned. */
export const contentOf = (bench: BenchTask, parcelNo: string): readonly ParcelItem[] => {
  const content = new Map<string, number>();
  for (const unit of bench.units) {
    if (unit.parcelNo === parcelNo) content.set(unit.detailId, (content.get(unit.detailId) ?? 0) + unit.qty);
  }
  return [...content].map(([detailId, qty]) => ({ detailId, qty }));
};

/**
 * The carrier an own delivery goes with: chosen at the bench, else the first OMS4 offers, else the station's own. Its type is the task's,
 * else what the settings say of that carrier.
 */
export const ownCarrierOf = (
  bench: BenchTask,
  fallback: Readonly<{ name: string; type: string }>,
  known: readonly OwnCarrier[] = [],
): ParcelCarrier | null => {
  if (bench.task.way !== "own") return null;
  const { availableCarriers: offered, deliveryType } = bench.task;
  const { carrierId } = bench;
  const own = offered.length > 0 ? undefined : known.find(({ id, name }) => (id || name) === carrierId);
  const chosen = offered.find(({ id }) => id === carrierId) ?? offered[0] ?? own ?? { id: "", name: fallback.name };
  const type = deliveryType || knownCarrier(known, chosen)?.type || fallback.type;
  return { id: chosen.id === "" ? null : chosen.id, name: chosen.name, type };
};

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** A name written from right to left is fenced off, or it would turn the figures beside it round. */
export const fenced = (name: string): string => (RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name);

/** What a person calls a line. */
export const nameOf = (detail: TaskDetail): string =>
  fenced(detail.name || detail.brandSkuCode || detail.sellerSkuCode || `line ${detail.detailId}`);

export const sameProduct = (details: readonly TaskDetail[]): boolean => new Set(details.map(productKey)).size <= 1;
