import { isSameNumber } from "../../shared/carried-number.ts";
import type { Result } from "../../shared/failures.ts";
import type { Milestone, ParcelAtOms4 } from "../../shared/parcel.ts";
import { normaliseCode, type ReadScan } from "../../shared/scan.ts";
import { isOnItsWay, PLAUSIBLE_TASK_NUMBER } from "../../shared/task.ts";
import type { Clock } from "../kit/clock.ts";
import type { ToldElsewhereStore } from "../store/told-elsewhere.ts";
import { wholeCancelled } from "./bench.ts";
import type { HandoverParcel } from "./handover.ts";
import { loadByNumber, type BenchStores } from "./load.ts";

/** OMS4, asked for parcels that other stations packed. */
export type ElsewhereSource = Readonly<{
  /** False while OMS4 can't be reached: then nobody has to wait for that. */
  reachable: () => boolean;
  /** Parcels of these tasks, or of the task with this number where none is named; what OMS4 says of these tasks is stored by then. */
  ask: (code: string, ftNos: readonly string[]) => Promise<Result<readonly ParcelAtOms4[]>>;
}>;

/** What is to be asked about a scan that is no parcel of this station. */
export type Question = Readonly<{ code: string; ftNos: readonly string[] }>;

/** Which parcel a scan means, as far as OMS4's answer tells. */
export type Match =
  | Readonly<{ kind: "elsewhere"; parcel: ParcelAtOms4; onlyOne: boolean }>
  /** packed here, and named by something else than its own number */
  | Readonly<{ kind: "here"; parcelNo: string }>
  | Readonly<{ kind: "none"; why: "unknown" | "not-packed" | "several" | "old-number"; ftNo: string | null }>;

export type ElsewhereParts = BenchStores & Readonly<{ toldElsewhere: ToldElsewhereStore; clock: Clock }>;

/** An order of more tasks than one call asks about is not one parcel's number. */
const MOST_TASKS = 5;

/** Parcels that other stations of the fulfillment point packed, as far as this one knows them. */
export const createElsewhere = (parts: ElsewhereParts) => {
  const { tasks, parcels, stops, toldElsewhere, clock } = parts;

  /** A parcel of which a milestone was told here: it has left, and nothing need be asked about it. */
  const known = (readings: readonly ReadScan[]): readonly HandoverParcel[] => {
    for (const { code } of readings) {
      const direct = toldElsewhere.get(code);
      const found =
        direct !== null
          ? [direct]
          : tasks
              .byCode(code)
              .flatMap(({ task }) => toldElsewhere.ofTask(task.ftNo))
              .filter(({ trackingNo }) => trackingNo !== "" && isSameNumber(trackingNo, code));
      if (found.length === 0) continue;
      return found.map(({ parcelNo, ftNo, trackingNo, carrier, milestone }) => ({
        parcelNo,
        ftNo,
        state: "handed-over",
        carrier,
        stop: null,
        refused: false,
        unlabelled: null,
        unscanned: false,
        wrongLabel: null,
        milestone,
        elsewhere: { trackingNo },
      }));
    }
    return [];
  };

  /** Null for what can be no number of OMS4's. */
  const question = (readings: readonly ReadScan[]): Question | null => {
    for (const { code, text } of readings) {
      const noted = stops.taskElsewhere(code) ?? stops.taskElsewhere(text.trim().toUpperCase());
      if (noted !== null) return { code, ftNos: [noted] };
      const ftNos = tasks.byCode(code).map(({ task }) => task.ftNo);
      if (ftNos.length > 0) return { code, ftNos: ftNos.slice(0, MOST_TASKS) };
    }
    const [first] = readings;
    return first !== undefined && PLAUSIBLE_TASK_NUMBER.test(first.text.trim().toUpperCase())
      ? { code: first.text.trim(), ftNos: [] }
      : null;
  };

  /** A parcel's own number wins, then its tracking number; a task or an order means its only parcel, and never one of several. */
  const match = (asked: string, there: readonly ParcelAtOms4[]): Match => {
    const code = normaliseCode(asked);
    const meant = (parcel: ParcelAtOms4): Match => {
      const here = parcels.get(normaliseCode(parcel.parcelNo));
      if (here !== null) return { kind: "here", parcelNo: here.parcelNo };
      return { kind: "elsewhere", parcel, onlyOne: there.filter(({ ftNo }) => ftNo === parcel.ftNo).length === 1 };
    };
    const byNumber = there.find(({ parcelNo }) => normaliseCode(parcelNo) === code);
    if (byNumber !== undefined) return meant(byNumber);
    const byTracking = there.filter(({ trackingNo }) => trackingNo !== "" && isSameNumber(trackingNo, code));
    const [tracked] = byTracking;
    if (tracked !== undefined) return byTracking.length === 1 ? meant(tracked) : { kind: "none", why: "several", ftNo: tracked.ftNo };
    const named = tasks.byCode(code);
    const [first] = named;
    if (first === undefined) return { kind: "none", why: "unknown", ftNo: null };
    const { ftNo } = first.task;
    const isTaskOrOrder = named.some(({ task }) => [task.ftNo, task.orderNo].some((number) => normaliseCode(number) === code));
    if (!isTaskOrOrder) return { kind: "none", why: there.length === 0 ? "not-packed" : "old-number", ftNo };
    if (named.length > MOST_TASKS) return { kind: "none", why: "several", ftNo };
    const ours = named.flatMap(({ task }) =>
      parcels.ofTask(task.ftNo).flatMap(({ state, parcelNo }) => (state === "closed" || state === "handed-over" ? [parcelNo] : [])),
    );
    const all = new Set([...there.map(({ parcelNo }) => normaliseCode(parcelNo)), ...ours.map(normaliseCode)]);
    const [only] = there;
    if (all.size > 1) return { kind: "none", why: "several", ftNo };
    if (only !== undefined) return meant(only);
    const [own] = ours;
    return own === undefined ? { kind: "none", why: "not-packed", ftNo } : { kind: "here", parcelNo: own };
  };

  /** As OMS4 shows it now. What has come back, was delivered or got lost had left: a cancellation stops only what leaves. */
  const parcelFor = ({ ftNo, parcelNo, trackingNo, carrier }: ParcelAtOms4, onlyOne: boolean, mode: Milestone): HandoverParcel => {
    const task = loadByNumber(parts, ftNo, clock.now());
    const leaves = mode === "SHIPPING";
    const cancelled = task !== null && task.task.details.length > 0 && wholeCancelled(task);
    const told = toldElsewhere.get(parcelNo)?.milestone ?? null;
    // Of several parcels another one may have set the status: then this one is told as leaving, and nothing is told for it otherwise
    const onItsWay = task !== null && isOnItsWay(task.task.status) && (onlyOne || !leaves);
    return {
      parcelNo,
      ftNo,
      state: told !== null || onItsWay || (cancelled && !leaves) ? "handed-over" : "closed",
      carrier: carrier !== "" ? carrier : (task?.task.carrier ?? ""),
      stop: !leaves ? null : cancelled ? "pull" : task !== null && task.request !== null ? "request" : null,
      refused: false,
      unlabelled: null,
      unscanned: false,
      wrongLabel: null,
      milestone: told,
      elsewhere: { trackingNo },
    };
  };

  /** True for a number of a stored task or of a parcel that was seen at OMS4. */
  const isKnown = (readings: readonly ReadScan[]): boolean => (question(readings)?.ftNos.length ?? 0) > 0;

  return { known, isKnown, question, match, parcelFor };
};
export type Elsewhere = ReturnType<typeof createElsewhere>;
