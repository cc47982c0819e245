import type { ShippingInfo, ShippingParcel } from "./schemas.ts";

/**
 * The rules that keep a label off the wrong box. They only ever choose or refuse, they never guess: where an answer leaves
 * a doubt, the station waits.
 */
export type LabelMatch =
  | Readonly<{ kind: "found"; parcel: ShippingParcel }>
  | Readonly<{ kind: "wait" }>
  /** Labels of which nothing says which one is meant. */
  | Readonly<{ kind: "several"; parcels: readonly ShippingParcel[] }>;

const WAIT: LabelMatch = { kind: "wait" };
const found = (parcel: ShippingParcel): LabelMatch => ({ kind: "found", parcel });
const sameNumber = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();
const hasLabel = (parcel: ShippingParcel): boolean => parcel.shipping_label.trim() !== "";

/** The parcels of one task in an answer. A server that leaves `ft_no` out of its only row can only mean what was asked. */
export const parcelsOfTask = (answer: readonly ShippingInfo[], ftNo: string, asked: number): readonly ShippingParcel[] => {
  const rows = answer.filter((row) => sameNumber(row.ft_no, ftNo));
  if (rows.length > 0) return rows.flatMap((row) => row.parcels);
  const [only] = answer;
  return asked === 1 && answer.length === 1 && only?.ft_no === "" ? only.parcels : [];
};

/** What bears our number; null where nothing does. */
export const namedParcel = (parcels: readonly ShippingParcel[], parcelNo: string): ShippingParcel | null =>
  parcels.find((parcel) => sameNumber(parcel.fp_parcel_no, parcelNo)) ?? null;

/** A parcel of a task that was split: only what bears our number, or the single nameless parcel of an answer about just that one. */
export const matchSplit = (parcels: readonly ShippingParcel[], parcelNo: string): LabelMatch => {
  const ours = namedParcel(parcels, parcelNo);
  if (ours !== null) return found(ours);
  const [only] = parcels;
  return parcels.length === 1 && only !== undefined && only.fp_parcel_no === "" ? found(only) : WAIT;
};

/**
 * The one parcel of a task that isn't split; `parcelNo` null before it is packed. What bears our number comes first, then the
 * only one with a label; several labels are a doubt, and so is one that bears one of `otherNos`: another parcel of ours, or of another station.
 */
export const matchSingle = (parcels: readonly ShippingParcel[], parcelNo: string | null, otherNos: readonly string[]): LabelMatch => {
  const ours = parcelNo === null ? null : namedParcel(parcels, parcelNo);
  if (ours !== null && (hasLabel(ours) || parcels.filter(hasLabel).length === 0)) return found(ours);
  const free = parcels.filter((parcel) => !otherNos.some((other) => sameNumber(parcel.fp_parcel_no, other)));
  const labelled = free.filter(hasLabel);
  const [only] = labelled.length > 0 ? labelled : free;
  if (labelled.length > 1) return { kind: "several", parcels: labelled };
  if (only === undefined || (labelled.length === 0 && free.length > 1)) return WAIT;
  return found(only);
};
