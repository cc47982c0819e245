import type { TestOms4 } from "../oms4-running.ts";
import type { ParcelRow } from "./books.ts";
import { carrierLabel } from "./labels.ts";
import { isNeighbours } from "./neighbour.ts";
import { noteStep, type Notebook } from "./notebook.ts";
import type { Random } from "./random.ts";
import type { Supply } from "./supply.ts";

export type RelabellerParts = Readonly<{
  oms4: TestOms4;
  notebook: Notebook;
  supply: Supply;
  random: Random;
  kind: "folder" | "zpl";
}>;

const SHARE = 0.12;
/** Parcels packed before these have their labels on, and mostly have left. */
const YOUNGEST = 8;
/** The new tracking number is there so long before its label, ms. */
const LABEL_LATER_MS = [200, 1_500] as const;
/** Of a task that waits or lies on the bench: long enough that it is packed, closed and shot at in between. */
const LABEL_AHEAD_LATER_MS = [2_000, 12_000] as const;

/**
 * The carrier makes labels anew at any moment: of tasks that wait or lie on the bench, and of parcels that are closed, printed or not. Either
 * the tracking number is another, or only the picture. It never goes back to an earlier one. Of tasks that are not packed yet the number
 * mostly comes first and the label later: what is stored must not come out in between.
 */
export const createRelabeller = ({ oms4, notebook, supply, random, kind }: RelabellerParts) => {
  /** every label a parcel ever had, oldest first; by the task's number where it ships in one parcel */
  const versions = new Map<string, Uint8Array[]>();
  const draw = carrierLabel[kind === "folder" ? "pdf" : "zpl"];
  let made = 0;

  const isSingle = (ftNo: string): boolean => supply.paper(ftNo).way === "single";
  const keyOf = ({ ftNo, parcelNo }: Readonly<{ ftNo: string; parcelNo: string | null }>): string =>
    isSingle(ftNo) ? ftNo : (parcelNo ?? ftNo);

  const target = (): Readonly<{ ftNo: string; parcelNo: string | null }> | null => {
    const { open } = notebook.model;
    const which = random.next();
    const ahead = which < 0.2 ? open : which < 0.5 ? supply.next() : null;
    if (ahead !== null && ahead !== "") return isSingle(ahead) ? { ftNo: ahead, parcelNo: null } : null;
    const packed = oms4.parcels().filter(({ ftNo, parcelNo }) => !isNeighbours(parcelNo) && supply.paper(ftNo).way !== "own");
    return packed.length === 0 ? null : random.pick(packed.slice(-YOUNGEST));
  };

  const relabel = ({ ftNo, parcelNo }: Readonly<{ ftNo: string; parcelNo: string | null }>): void => {
    const key = keyOf({ ftNo, parcelNo });
    const before = (isSingle(ftNo) ? oms4.core.task(ftNo) : oms4.core.parcel(parcelNo ?? ""))?.trackingNo ?? "";
    const isAhead = parcelNo === null;
    const other = random.chance(isAhead ? 0.8 : 0.6);
    made += 1;
    const trackingNo = other ? `RL${String(made).padStart(8, "0")}SG` : before;
    const bytes = draw({ trackingNo, ftNo, version: made });
    versions.set(key, [...(versions.get(key) ?? [draw({ trackingNo: before, ftNo })]), bytes]);
    const [soonest, latest] = isAhead ? LABEL_AHEAD_LATER_MS : LABEL_LATER_MS;
    const later = other && random.chance(isAhead ? 0.75 : 0.3) ? random.between(soonest, latest) : 0;
    oms4.relabel({ ftNo, parcelNo: isSingle(ftNo) ? null : parcelNo }, { trackingNo, bytes, inMs: later });
    // OMS4 may or may not call that a change of the task
    if (random.chance(0.4)) oms4.changeTask(ftNo, {});
    notebook.tally.relabelled += 1;
    if (isAhead && later > 0) notebook.tally.numbersFirst += 1;
    notebook.relabelled.add(key);
    noteStep(
      notebook,
      `${key} has another ${other ? `number, ${trackingNo}` : "picture"} ${later === 0 ? "" : `and its label in ${later} ms`}`,
    );
  };

  return {
    /** Between two scans. */
    perhaps: (): void => {
      if (!random.chance(SHARE)) return;
      const found = target();
      if (found === null || notebook.takenBack.has(found.ftNo)) return;
      // What has left, or may have, can't get another label
      const gone = oms4.parcels(found.ftNo).map(({ parcelNo }) => parcelNo);
      if (gone.some((parcelNo) => notebook.handedOver.has(parcelNo) || notebook.handedOverPerhaps.has(parcelNo))) return;
      relabel(found);
    },
    /** Every label the carrier made for a parcel, the one in force last; empty when it made only one. */
    versionsOf: ({ ft_no, parcel_no }: Pick<ParcelRow, "ft_no" | "parcel_no">): readonly Uint8Array[] =>
      versions.get(keyOf({ ftNo: ft_no, parcelNo: parcel_no })) ?? [],
  };
};
export type Relabeller = ReturnType<typeof createRelabeller>;
