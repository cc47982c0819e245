import type { ParcelItem } from "./parcel.ts";
import type { Carton, OwnCarrier } from "./settings.ts";
import type { TaskDetail } from "./task.ts";

/** The letters and digits of a code: all that a barcode of a command may hold. */
export const commandCode = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");

/** The carton chosen by CMDBOX, where the settings know its size; null otherwise. */
export const cartonOf = (cartons: readonly Carton[], code: string | null): Carton | null =>
  code === null ? null : (cartons.find((carton) => carton.code.toUpperCase() === code.toUpperCase()) ?? null);

/** The own carrier of the settings that is meant, by OMS4's id or by its name; null when it isn't among them. */
export const knownCarrier = (
  known: readonly OwnCarrier[],
  { id, name }: Readonly<{ id: string | null; name: string }>,
): OwnCarrier | null =>
  known.find((carrier) => carrier.id !== "" && carrier.id === id) ??
  known.find((carrier) => carrier.name.toUpperCase() === name.toUpperCase()) ??
  null;

const GRAMS_PER_KG = 1_000;

/**
 * What a parcel weighs, kg: as it was weighed or keyed; else its lines and its carton, if every one of them is known. Null: nobody knows,
 * and a weight that leaves something out would be a wrong one.
 */
export const parcelWeightKg = ({
  weightG,
  items,
  details,
  carton,
}: Readonly<{ weightG: number | null; items: readonly ParcelItem[]; details: readonly TaskDetail[]; carton: Carton | null }>):
  number | null => {
  if (weightG !== null) return weightG / GRAMS_PER_KG;
  if (carton === null || items.length === 0) return null;
  let grams = carton.tareKg * GRAMS_PER_KG;
  for (const { detailId, qty } of items) {
    const unit = details.find((detail) => detail.detailId === detailId)?.weightKg ?? null;
    if (unit === null) return null;
    grams += unit * GRAMS_PER_KG * qty;
  }
  return Math.round(grams) / GRAMS_PER_KG;
};

/** "30 × 20 × 15 cm" */
export const sizeWords = ({ lengthCm, widthCm, heightCm }: Carton): string => `${lengthCm} × ${widthCm} × ${heightCm} cm`;
