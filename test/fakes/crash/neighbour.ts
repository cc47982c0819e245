import type { TestOms4 } from "../oms4-running.ts";
import { noteStep, type Notebook } from "./notebook.ts";
import type { Random } from "./random.ts";

/** A parcel that another bench packed, as it lies on the pallet. */
export type NeighbourParcel = Readonly<{ ftNo: string; parcelNo: string; trackingNo: string }>;

export type NeighbourParts = Readonly<{ oms4: TestOms4; notebook: Notebook; random: Random }>;

const SHARE = 0.08;
const PARCELS = "PBNEXT";

/** Such a parcel has no life at this bench but its leaving. */
export const isNeighbours = (parcelNo: string): boolean => parcelNo.startsWith(PARCELS);

/** Another bench at the same fulfillment point: what it packs leaves over this one's handover, too. */
export const createNeighbour = ({ oms4, notebook, random }: NeighbourParts) => {
  const parcels: NeighbourParcel[] = [];
  return {
    /** Between two scans. */
    perhaps: (): void => {
      if (!random.chance(SHARE)) return;
      const number = parcels.length + 1;
      const ftNo = `NB${String(number).padStart(4, "0")}`;
      const { trackingNo } = oms4.addTask({ ftNo, lines: [{ sku: "SKU-01" }, { sku: "SKU-02", qty: 2 }] });
      const parcelNo = `${PARCELS}${number}`;
      oms4.packElsewhere(ftNo, parcelNo);
      parcels.push({ ftNo, parcelNo, trackingNo });
      noteStep(notebook, `${parcelNo} (${trackingNo}) is packed at another bench`);
    },
    parcels: (): readonly NeighbourParcel[] => parcels,
  };
};
export type Neighbour = ReturnType<typeof createNeighbour>;

/** Each of the other bench's parcels was told as handed over once if the packer was told so, never if not, and at most once in doubt. */
export const checkNeighbour = (
  oms4: TestOms4,
  { parcels }: Neighbour,
  { neighbourTold, neighbourPerhaps }: Notebook,
): readonly string[] => {
  const told = oms4.told().filter(({ call, committed }) => call === "updateParcelActivity" && committed);
  return parcels().flatMap(({ ftNo, parcelNo }) => {
    const bodies = new Set(told.filter((one) => one.parcelNo === parcelNo).map(({ body }) => JSON.stringify(body)));
    const [least, most] = neighbourTold.has(parcelNo) ? [1, 1] : [0, neighbourPerhaps.has(parcelNo) ? 1 : 0];
    if (bodies.size < least || bodies.size > most)
      return [`${parcelNo} of ${ftNo}, packed at another bench, was told ${bodies.size} times: ${[...bodies].join(" ")}`];
    return [];
  });
};
