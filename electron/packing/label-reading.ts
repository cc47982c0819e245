import {
  candidatesOf,
  carriesNumber,
  cleanNumber,
  isSameNumber,
  otherWithin,
  SHORTEST_NUMBER,
  type Carries,
  type ReadCode,
} from "../../shared/carried-number.ts";
import { isSlip } from "../../shared/parcel.ts";
import { AIM_IDENTIFIER, normaliseCode, type ReadScan } from "../../shared/scan.ts";
import type { LabelChecks } from "../store/label-checks.ts";
import type { ParcelStore, StoredParcel } from "../store/parcels.ts";
import type { PrintJob, PrintJobs } from "../store/print-jobs.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { BenchTask } from "./bench.ts";
import { mayBeOut } from "./label-arrival.ts";
import { matchItem } from "./match.ts";

export type LabelReadingParts = Readonly<{ tasks: TaskStore; parcels: ParcelStore; labelChecks: LabelChecks; printJobs: PrintJobs }>;

/**
 * What a scan is, seen from one parcel. `label`: its label in force; `slip`: its parking slip; `old`: a label it once had; `other`: somebody
 * else's label; `beside`: another code of its own label; `task`, `item`: no label at all; `strange`: a number nobody here knows; `none`: too
 * short for one.
 */
export type LabelReading =
  | Readonly<{ kind: "label" | "slip" | "old" | "beside" | "task" | "item" | "strange" | "none" }>
  | Readonly<{ kind: "other"; owner: string }>;

/** A scan in the form in which barcodes on labels are compared; a wedge may tell the symbology in front. */
export const codeOf = (text: string): ReadCode => ({ page: 1, format: "", identifier: AIM_IDENTIFIER.exec(text)?.[0] ?? "", text });

/** How surely one of these texts carries this tracking number; a short one occurs by chance in what is no label. */
export const carriedBy = (texts: readonly string[], trackingNo: string): Carries => {
  if (cleanNumber(trackingNo).length < SHORTEST_NUMBER) return null;
  const carried = texts.map((text) => carriesNumber(codeOf(text), trackingNo));
  return carried.includes("exact") ? "exact" : carried.includes("within") ? "within" : null;
};

/** Reads scanned labels: whose they are, and whether they are the ones in force. */
export const createLabelReading = ({ tasks, parcels, labelChecks, printJobs }: LabelReadingParts) => {
  /** The newest print of a parcel's label that was not taken back; a slip, of whatever kind, is none. */
  const labelJob = (parcelNo: string): PrintJob | null =>
    printJobs.ofParcel(parcelNo).findLast(({ document, state }) => !isSlip(document) && state !== "cancelled") ?? null;

  const slipMayBeOut = (parcelNo: string): boolean => mayBeOut(printJobs.slipOf(parcelNo)?.state ?? "cancelled");

  /** One code as it stands. The parcel's own number is on its label, and on its slip where it has one. */
  const readAs = ({ parcelNo, trackingNo }: StoredParcel, code: string): "label" | "slip" | "old" | null => {
    const wanted = normaliseCode(code);
    if (trackingNo !== "" && isSameNumber(trackingNo, wanted)) return "label";
    if (wanted === parcelNo) return slipMayBeOut(parcelNo) ? "slip" : "label";
    return parcels.byTracking(code).some((parcel) => parcel.parcelNo === parcelNo) ? "old" : null;
  };

  /** Who has one of these numbers: another parcel of ours with its task, or a task that is not packed yet. */
  const ownerOf = (numbers: readonly string[], { parcelNo, ftNo }: StoredParcel): string | null => {
    for (const number of numbers) {
      const direct = parcels.get(normaliseCode(number));
      const other = (direct === null ? parcels.byTracking(number) : [direct]).find((parcel) => parcel.parcelNo !== parcelNo);
      if (other !== undefined) return `${other.parcelNo} (${other.ftNo})`;
      const task = labelChecks.ownerOf(number, { ftNo, parcelNo });
      if (task !== null) return task;
    }
    return null;
  };

  const ownerWithin = (texts: readonly string[], parcel: StoredParcel, carriesOurs: boolean): string | null => {
    const ours = { trackingNo: parcel.trackingNo, carriesOurs };
    const found = otherWithin(texts.map(codeOf), ours, (text) => labelChecks.numbersWithin(text, parcel));
    return found === null ? null : (ownerOf([found.number], parcel) ?? found.owner);
  };

  /** One of the other codes on this very label: a postcode, a sorting code, a link. */
  const isBeside = ({ parcelNo }: StoredParcel, texts: readonly string[]): boolean => {
    const labelId = labelJob(parcelNo)?.labelId ?? null;
    const codes = labelId === null ? [] : (labelChecks.get(labelId)?.codes ?? []);
    const scanned = texts.map(cleanNumber).filter((text) => text !== "");
    return codes.some(({ text }) => scanned.includes(cleanNumber(text)));
  };

  const workOf = (open: BenchTask | null, readings: readonly ReadScan[]): "task" | "item" | null => {
    if (open !== null && matchItem(open, readings).kind !== "none") return "item";
    if (readings.some(({ code }) => tasks.byCode(code).length > 0)) return "task";
    return readings.some(({ code }) => tasks.itemName(code) !== null) ? "item" : null;
  };

  return {
    labelJob,
    readAs,
    /**
     * A scan, read for one parcel. Somebody else's number as it stands comes before this parcel's number within a longer code. `texts`: each
     * way in which the keyboard may have meant it.
     */
    read: (parcel: StoredParcel, texts: readonly string[], readings: readonly ReadScan[], open: BenchTask | null): LabelReading => {
      const carried = carriedBy(texts, parcel.trackingNo);
      const plainly = readings.map(({ code }) => readAs(parcel, code));
      if (carried === "exact" || plainly.includes("label")) return { kind: "label" };
      if (plainly.includes("slip")) return { kind: "slip" };
      const numbers = texts.flatMap((text) => candidatesOf(codeOf(text)));
      const owner = ownerOf([...readings.map(({ code }) => code), ...numbers], parcel);
      if (owner !== null) return { kind: "other", owner };
      const longer = carried === "within" ? ownerWithin(texts, parcel, true) : null;
      if (longer !== null) return { kind: "other", owner: longer };
      if (carried === "within") return { kind: "label" };
      if (plainly.includes("old") || numbers.some((number) => readAs(parcel, number) === "old")) return { kind: "old" };
      const work = workOf(open, readings);
      if (work !== null) return { kind: work };
      const around = ownerWithin(texts, parcel, false);
      if (around !== null) return { kind: "other", owner: around };
      if (isBeside(parcel, texts)) return { kind: "beside" };
      return { kind: numbers.length === 0 ? "none" : "strange" };
    },
  };
};
