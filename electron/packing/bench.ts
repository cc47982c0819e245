import type { ParcelItem } from "../../shared/parcel.ts";
import { productKey, type BenchState, type FulfillmentTask, type TaskDetail } from "../../shared/task.ts";

/** One accepted item scan, as the engine sees it. A case code that fills several lines makes several with one `scanNo`. */
export type PackedUnit = Readonly<{
  scanNo: number;
  parcelNo: string;
  detailId: string;
  qty: number;
  code: string;
  batch: string | null;
  serial: string | null;
}>;

export type ParcelCarrier = Readonly<{ id: string | null; name: string; type: string }>;

export type BenchParcel = Readonly<{
  parcelNo: string;
  sequence: number;
  state: "open" | "closed" | "handed-over";
  carton: string | null;
  carrier: ParcelCarrier | null;
  /** OMS4 was told what is in it, or is being told: it can't be forgotten any more */
  reported: boolean;
}>;

/** What OMS4 took back of a task: all of it, or some lines. */
export type Cancellation = Readonly<{ ctNo: string; at: number; whole: boolean; detailIds: readonly string[] }>;

/** A task with all that was packed of it so far. */
export type BenchTask = Readonly<{
  task: FulfillmentTask;
  state: BenchState;
  holdReason: string | null;
  cancellation: Cancellation | null;
  parcels: readonly BenchParcel[];
  /** in the order they were scanned */
  units: readonly PackedUnit[];
  /** chosen by CMDCARRIER */
  carrierId: string | null;
  openedAt: number;
  startedAt: number | null;
  acknowledged: boolean;
  /** units the next item scan packs */
  quantityNext: number;
}>;

/** The bench: at most one task is open on it. */
export type Bench = Readonly<{ open: BenchTask | null }>;

export const isCancelled = (bench: BenchTask, detailId: string): boolean =>
  bench.state === "cancelled" ||
  (bench.cancellation !== null && (bench.cancellation.whole || bench.cancellation.detailIds.includes(detailId)));

export const wholeCancelled = (bench: BenchTask): boolean => bench.task.details.every(({ detailId }) => isCancelled(bench, detailId));

export const packedOf = (bench: BenchTask, detailId: string): number =>
  bench.units.reduce((sum, unit) => (unit.detailId === detailId ? sum + unit.qty : sum), 0);

/** Units still to pack of a line; a cancelled line wants none. */
export const wantedOf = (bench: BenchTask, detail: TaskDetail): number =>
  isCancelled(bench, detail.detailId) ? 0 : Math.max(0, detail.qty - packedOf(bench, detail.detailId));

/** Units of a cancelled line that lie in a parcel that is still open: they have to come out again. */
export const takeOutOf = (bench: BenchTask, detailId: string): number => {
  if (!isCancelled(bench, detailId)) return 0;
  const open = openParcel(bench);
  return open === null
    ? 0
    : bench.units.reduce((sum, unit) => (unit.detailId === detailId && unit.parcelNo === open.parcelNo ? sum + unit.qty : sum), 0);
};

export const unitsWanted = (bench: BenchTask): number => bench.task.details.reduce((sum, detail) => sum + wantedOf(bench, detail), 0);

export const unitsToTakeOut = (bench: BenchTask): number =>
  bench.task.details.reduce((sum, detail) => sum + takeOutOf(bench, detail.detailId), 0);

export const openParcel = (bench: BenchTask): BenchParcel | null => bench.parcels.find((parcel) => parcel.state === "open") ?? null;

/** A parcel's content by line, in the order it was first scanned. */
export const contentOf = (bench: BenchTask, parcelNo: string): readonly ParcelItem[] => {
  const content = new Map<string, number>();
  for (const unit of bench.units) {
    if (unit.parcelNo === parcelNo) content.set(unit.detailId, (content.get(unit.detailId) ?? 0) + unit.qty);
  }
  return [...content].map(([detailId, qty]) => ({ detailId, qty }));
};

/** The carrier an own delivery goes with: chosen at the bench, else the first OMS4 offers, else the station's own. */
export const ownCarrierOf = (bench: BenchTask, fallback: Readonly<{ name: string; type: string }>): ParcelCarrier | null => {
  if (bench.task.way !== "own") return null;
  const offered = bench.task.availableCarriers;
  const chosen = offered.find(({ id }) => id === bench.carrierId) ?? offered[0];
  const type = bench.task.deliveryType !== "" ? bench.task.deliveryType : fallback.type;
  return chosen === undefined ? { id: null, name: fallback.name, type } : { id: chosen.id, name: chosen.name, type };
};

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** What a person calls a line. A name written from right to left is fenced off, or it would turn the figures beside it round. */
export const nameOf = (detail: TaskDetail): string => {
  const name = detail.name || detail.brandSkuCode || detail.sellerSkuCode || `line ${detail.detailId}`;
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
};

export const sameProduct = (details: readonly TaskDetail[]): boolean => new Set(details.map(productKey)).size <= 1;
