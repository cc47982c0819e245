import { otherWithin } from "../../shared/carried-number.ts";
import type { ReadScan } from "../../shared/scan.ts";
import type { Database } from "../store/database.ts";
import { createNumberOwners } from "../store/number-owners.ts";
import type { ParcelStore, StoredParcel } from "../store/parcels.ts";
import { codeOf } from "./label-reading.ts";

/** `trackingNo`: the number by which they were found; null: by their own. */
export type ScannedParcels = Readonly<{ found: readonly StoredParcel[]; trackingNo: string | null }>;

/** Several numbers at once are a pasted list: each of them is looked up by itself. */
const LIST = /[\s,;]/;
const NOBODY = { ftNo: "", parcelNo: null };

/**
 * Finds the parcels that a scan names: by their own number, by a tracking number, or, where neither is known, by a tracking number that stands
 * among routing data, as on FedEx' labels.
 */
export const createScannedParcels = ({ database, parcels }: Readonly<{ database: Database; parcels: ParcelStore }>) => {
  const { numbersWithin } = createNumberOwners({ database });
  return (readings: readonly ReadScan[]): ScannedParcels => {
    for (const { code } of readings) {
      const direct = parcels.get(code);
      if (direct !== null) return { found: [direct], trackingNo: null };
      const found = parcels.byTracking(code);
      if (found.length > 0) return { found, trackingNo: code };
    }
    const codes = readings.filter(({ text }) => !LIST.test(text)).map(({ text }) => codeOf(text));
    const within = otherWithin(codes, { trackingNo: "", carriesOurs: false }, (text) => numbersWithin(text, NOBODY));
    return within === null ? { found: [], trackingNo: null } : { found: parcels.byTracking(within.number), trackingNo: within.number };
  };
};
