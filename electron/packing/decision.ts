import type { PackedUnit, ParcelItem } from "../../shared/parcel.ts";
import type { Sound, Tone, VerdictKind } from "../../shared/scan.ts";
import type { Carton, OwnCarrier } from "../../shared/settings.ts";
import type { Bench, ParcelCarrier } from "./bench.ts";

/** What a decision changes, as data. The desk writes all of it in one transaction, in this order. */
export type Effect =
  | Readonly<{ kind: "task-opened"; ftNo: string; at: number }>
  | Readonly<{ kind: "put-back-opened"; ftNo: string }>
  | Readonly<{ kind: "task-left"; ftNo: string; nothingPacked: boolean }>
  | Readonly<{ kind: "task-held"; ftNo: string; reason: string }>
  | Readonly<{ kind: "hold-explained"; ftNo: string; reason: string }>
  | Readonly<{ kind: "task-released"; ftNo: string }>
  | Readonly<{ kind: "task-done"; ftNo: string; parcelNo: string }>
  | Readonly<{ kind: "task-reopened"; ftNo: string }>
  | Readonly<{ kind: "packing-started"; ftNo: string }>
  | Readonly<{ kind: "parcel-started"; ftNo: string; parcelNo: string; sequence: number }>
  | Readonly<{ kind: "parcel-dropped"; ftNo: string; parcelNo: string }>
  | Readonly<{
      kind: "parcel-closed";
      ftNo: string;
      parcelNo: string;
      items: readonly ParcelItem[];
      carrier: ParcelCarrier | null;
      linesInFull: readonly string[];
    }>
  | Readonly<{ kind: "parcel-pulled"; ftNo: string; parcelNo: string }>
  | Readonly<{ kind: "parcel-reopened"; ftNo: string; parcelNo: string }>
  | Readonly<{ kind: "unit-packed"; ftNo: string; unit: PackedUnit }>
  | Readonly<{ kind: "scan-undone"; ftNo: string; scanNo: number; units: readonly PackedUnit[] }>
  | Readonly<{ kind: "unit-taken-out"; ftNo: string; parcelNo: string; detailId: string; serial: string | null }>
  | Readonly<{ kind: "carton-chosen"; ftNo: string; parcelNo: string; carton: string }>
  | Readonly<{ kind: "parcel-weighed"; ftNo: string; parcelNo: string; grams: number; source: "scale" | "keyed" }>
  | Readonly<{ kind: "cost-keyed"; ftNo: string; parcelNo: string; cents: number }>
  | Readonly<{ kind: "carrier-chosen"; ftNo: string; carrierId: string }>
  | Readonly<{ kind: "cancellation-shown"; ftNo: string; detailIds: readonly string[] }>
  | Readonly<{ kind: "cancellation-withdrawn"; ftNo: string }>
  | Readonly<{ kind: "task-change-shown"; ftNo: string; words: string }>
  | Readonly<{ kind: "request-shown"; ftNo: string }>
  | Readonly<{ kind: "request-released"; ftNo: string }>
  | Readonly<{ kind: "rest-released"; ftNo: string }>
  | Readonly<{ kind: "scan-refused"; ftNo: string | null; code: string; verdict: VerdictKind }>;

/** The verdict before the desk adds its look and its time. */
export type Answer = Readonly<{ kind: VerdictKind; title: string; text: string; ftNo: string | null; detailId: string | null }> &
  Partial<
    Readonly<{
      /** Where it must look or sound otherwise than its kind does. */
      tone: Tone;
      sound: Sound;
    }>
  >;

export type Decision = Readonly<{ bench: Bench; effects: readonly Effect[]; verdict: Answer | null }>;
/** Nothing changes but what is said. */
export const stay = (bench: Bench, verdict: Decision["verdict"]): Decision => ({ bench, effects: [], verdict });

/** What the station's settings say about packing. */
export type Policy = Readonly<{
  /** for own deliveries of which nobody says who makes them */
  ownCarrier: Readonly<{ name: string; type: string }>;
  /** our own carriers with type and cost */
  ownCarriers: readonly OwnCarrier[];
  /** box types; none: every code is taken */
  cartons: readonly Carton[];
  /** The box is to be weighed first: the last item of a task that may not be split doesn't close it. */
  waitForWeight?: boolean;
}>;
