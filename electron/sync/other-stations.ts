import type { ParcelStore } from "../store/parcels.ts";
import type { StopStore } from "../store/stops.ts";

/** As every Packbench makes its parcel numbers. OMS4 may name a parcel that nobody has packed in a way of its own: that proves nothing. */
const STATION_NUMBER = /^PB[A-Z0-9]+$/;

export type OtherStationsParts = Readonly<{
  parcels: ParcelStore;
  stops: StopStore;
  /** After the commit: another station packed this task. */
  onNews: (ftNo: string) => void;
}>;

/** Parcels of other stations of the fulfillment point, told by their numbers. */
export const createOtherStations = ({ parcels, stops, onNews }: OtherStationsParts) => {
  const note = (ftNo: string, parcelNos: readonly string[], now: number): void => {
    for (const parcelNo of parcelNos) stops.noteElsewhere(ftNo, parcelNo, now);
    stops.markUnsettled(ftNo);
  };
  return {
    /** Of the parcel numbers that OMS4 gives for a task, in any letter case, those that another station made; in capitals. */
    among: (ftNo: string, numbers: readonly string[]): readonly string[] => {
      const known = stops.elsewhere(ftNo);
      const given = new Set(numbers.map((number) => number.trim().toUpperCase()).filter((number) => number !== ""));
      return [...given].filter((number) => parcels.get(number) === null && (STATION_NUMBER.test(number) || known.includes(number)));
    },
    hasLeft: (parcelNo: string): boolean => parcels.get(parcelNo)?.state === "handed-over",
    /** They are kept, and the task is marked for the bench to draw the consequences. Inside the caller's transaction. */
    note,
    /** The same where one of them was not known yet; true then. */
    noteNew: (ftNo: string, parcelNos: readonly string[], now: number): boolean => {
      const known = stops.elsewhere(ftNo);
      if (parcelNos.every((parcelNo) => known.includes(parcelNo))) return false;
      note(ftNo, parcelNos, now);
      return true;
    },
    /** After that commit. */
    tell: onNews,
  };
};
export type OtherStations = ReturnType<typeof createOtherStations>;
