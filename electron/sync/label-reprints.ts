import { labelHash, type LabelStore } from "../store/labels.ts";
import type { Reprints } from "./label-keep.ts";
import { readLabel, type ReadLabel } from "./read-label.ts";
import type { ShippingParcel } from "./schemas.ts";

/** True when both come out of the printer the same, dot for dot. */
export type PrintsSame = (one: ReadLabel, other: ReadLabel) => Promise<boolean>;

/**
 * Some carriers write a label anew each time it is asked for, and its bytes change with the time of day inside the file. What comes out on
 * paper is the same label: so bytes that differ are drawn and compared before anybody is alarmed.
 */
export const createLabelReprints =
  ({ labels, printsSame }: Readonly<{ labels: LabelStore; printsSame: PrintsSame }>) =>
  async (ftNo: string, parcels: readonly ShippingParcel[]): Promise<Reprints> => {
    const reprints = new Map<string, number>();
    const versions = labels.ofTask(ftNo);
    if (versions.length === 0) return reprints;
    for (const parcel of parcels) {
      const read = readLabel(parcel.shipping_label, ftNo);
      if (!read.ok || read.value === null) continue;
      const sha256 = labelHash(read.value.bytes);
      if (versions.some((known) => known.sha256 === sha256)) continue;
      // Only a label of the same tracking number can be the same label
      const newest = versions.findLast(({ trackingNo }) => trackingNo === parcel.tracking_no);
      const stored = newest === undefined ? null : labels.get(newest.id);
      if (stored !== null && (await printsSame(stored, read.value))) reprints.set(sha256, stored.id);
    }
    return reprints;
  };
