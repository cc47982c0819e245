import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { ShippingWay } from "../../shared/task.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import { labelHash, type LabelStore } from "../store/labels.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { SetAside } from "../store/set-aside.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { Api, CallOptions } from "./api.ts";
import { NUMBERS_LIMIT } from "./endpoints.ts";
import { inParallel } from "./in-parallel.ts";
import { matchSingle, matchSplit, parcelsOfTask } from "./label-match.ts";
import { createPace } from "./pace.ts";
import { readLabel } from "./read-label.ts";
import type { ShippingInfo, ShippingParcel } from "./schemas.ts";

export type LabelStored = Readonly<{ ftNo: string; parcelNo: string | null; labelId: number }>;

export type LabelPullParts = Readonly<{
  api: Api;
  database: Database;
  tasks: TaskStore;
  parcels: ParcelStore;
  labels: LabelStore;
  setAside: SetAside;
  clock: Clock;
  /** Inside the transaction that stores it. */
  onLabelStored: (stored: LabelStored) => void;
  /** After the commit. */
  onChange: () => void;
}>;

type WaitingParcel = Readonly<{ parcelNo: string; ftNo: string; way: ShippingWay; closedAt: number }>;

/** A packer stands before a closed parcel and waits: asked at once, then ever more slowly. */
const PARCEL_STEPS = [
  { until: 10_000, everyMs: 1_000 },
  { until: 60_000, everyMs: 3_000 },
  { until: 10 * 60_000, everyMs: 15_000 },
  { until: 2 * 3_600_000, everyMs: 60_000 },
  { until: Infinity, everyMs: 5 * 60_000 },
];
/** Nobody waits for a label fetched ahead; most are there with their task. */
const AHEAD_STEPS = [
  { until: 60_000, everyMs: 10_000 },
  { until: 10 * 60_000, everyMs: 60_000 },
  { until: Infinity, everyMs: 5 * 60_000 },
];
/** More parcels than ever stand at one bench. */
const MOST_PARCELS = 500;
/** Tasks in one pass: a full warehouse's labels come in bites, so that they hold up no parcel's. */
const MOST_TASKS = 100;
const PARALLEL_CALLS = 4;

/** OMS4 was reached and objects to what was asked: the next record may fare better. */
const isAboutTheRecord = ({ kind }: Failure): boolean => kind === "oms4-refused" || kind === "answer-unreadable" || kind === "call-bad";

const groupsOf = (ftNos: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ftNos.length / NUMBERS_LIMIT) }, (_, group) =>
    ftNos.slice(group * NUMBERS_LIMIT, (group + 1) * NUMBERS_LIMIT),
  );

/** Fetches labels: ahead for tasks that ship in one parcel, and for each closed parcel that still waits for its own. */
export const createLabelPull = (parts: LabelPullParts) => {
  const { api, database, tasks, parcels, labels, setAside, clock, onLabelStored, onChange } = parts;
  const parcelPace = createPace(PARCEL_STEPS);
  const aheadPace = createPace(AHEAD_STEPS);
  /** Tasks that changed or were asked for by name: their label may have changed with them. */
  const again = new Set<string>();

  /** Another parcel of the task that has this very label or tracking number. */
  const ownerOf = (ftNo: string, parcelNo: string | null, sha256: string | null, trackingNo: string): string | null => {
    const label = labels
      .ofTask(ftNo)
      .find(
        (known) =>
          known.parcelNo !== null &&
          known.parcelNo !== parcelNo &&
          parcels.get(known.parcelNo) !== null &&
          (known.sha256 === sha256 || (trackingNo !== "" && known.trackingNo === trackingNo)),
      );
    if (label !== undefined) return label.parcelNo;
    return (
      parcels.ofTask(ftNo).find((other) => other.parcelNo !== parcelNo && trackingNo !== "" && other.trackingNo === trackingNo)?.parcelNo ??
      null
    );
  };

  const refuse = (about: string, failure: Failure, parcel: ShippingParcel, now: number): "refused" => {
    setAside.add("label", about, failure, JSON.stringify(parcel), now);
    return "refused";
  };

  /** Stores what an answer says of one parcel; runs inside the transaction of its answer. */
  const keep = (ftNo: string, parcelNo: string | null, parcel: ShippingParcel, now: number): "stored" | "waiting" | "refused" => {
    const about = parcelNo ?? ftNo;
    const read = readLabel(parcel.shipping_label, `label of ${about}`);
    if (!read.ok) return refuse(about, read.failure, parcel, now);
    const label = read.value;
    const trackingNo = parcel.tracking_no;
    // A single task's label belongs to its one parcel, whichever number that has by now
    const single = tasks.get(ftNo)?.task.way === "single" && parcels.ofTask(ftNo).length <= 1;
    const owner = single && parcelNo === null ? null : ownerOf(ftNo, parcelNo, label === null ? null : labelHash(label.bytes), trackingNo);
    if (owner !== null) {
      return refuse(
        about,
        fail("label-of-other-parcel", `what OMS4 gives for ${about} is on ${owner} (tracking number ${trackingNo || "none"}).`).failure,
        parcel,
        now,
      );
    }
    if (trackingNo !== "") {
      tasks.addTrackingCode(ftNo, trackingNo);
      if (parcelNo !== null) parcels.setTracking(parcelNo, trackingNo);
    }
    if (label === null) return "waiting";
    const added = labels.add({
      ftNo,
      parcelNo,
      trackingNo,
      carrier: parcel.delivery_carrier,
      deliveryType: parcel.delivery_type,
      format: label.format,
      bytes: label.bytes,
      fetchedAt: now,
    });
    if (parcelNo !== null) parcels.markLabelChecked(parcelNo, now, false);
    tasks.markLabelChecked(ftNo, now, false);
    // What was set aside before the parcel was packed bears the task's number
    for (const named of new Set([about, ...(single ? [ftNo] : [])])) setAside.clear("label", named);
    onLabelStored({ ftNo, parcelNo, labelId: added.id });
    return "stored";
  };

  /** Closed parcels of a task that ships in one: the one whose label this is, null before it is packed. */
  const packedParcelOf = (ftNo: string): string | null => {
    const closed = parcels.ofTask(ftNo).filter(({ state }) => state !== "open");
    return closed.length === 1 ? (closed[0]?.parcelNo ?? null) : null;
  };

  const takeSingle = (answer: readonly ShippingInfo[], ftNo: string, asked: number, now: number): boolean => {
    const parcelNo = packedParcelOf(ftNo);
    const others = parcels.ofTask(ftNo).flatMap((parcel) => (parcel.parcelNo === parcelNo ? [] : [parcel.parcelNo]));
    const match = matchSingle(parcelsOfTask(answer, ftNo, asked), parcelNo, others);
    const kept = match.kind === "found" ? keep(ftNo, parcelNo, match.parcel, now) : "waiting";
    if (kept !== "stored") {
      // Whether it is still wanted doesn't change here: a task with an older label keeps that one
      if (labels.forTask(ftNo) === null) tasks.markLabelChecked(ftNo, now, true);
      if (parcelNo !== null && labels.forParcel(parcelNo) === null && parcels.get(parcelNo)?.state === "closed") {
        parcels.markLabelChecked(parcelNo, now, true);
      }
    }
    return kept !== "waiting";
  };

  const fetchSingles = async (asked: readonly string[], options: CallOptions): Promise<Result<null>> => {
    const answer = await api.getShippingInfo({ ft_no: [...asked] }, options);
    const now = clock.now();
    for (const ftNo of asked) aheadPace.asked(ftNo, now);
    if (!answer.ok) {
      if (!isAboutTheRecord(answer.failure)) return answer;
      for (const ftNo of asked) again.delete(ftNo);
      // One number that OMS4 won't have must not cost the other four their labels
      return asked.length === 1 ? succeed(null) : await inParallel(asked, 1, (ftNo) => fetchSingles([ftNo], options));
    }
    for (const ftNo of asked) again.delete(ftNo);
    const news = database.transaction(() => asked.map((ftNo) => takeSingle(answer.value, ftNo, asked.length, now)).includes(true));
    for (const ftNo of asked) if (labels.forTask(ftNo) !== null) aheadPace.forget(ftNo);
    if (news) onChange();
    return succeed(null);
  };

  const fetchParcel = async ({ parcelNo, ftNo, way }: WaitingParcel, options: CallOptions): Promise<Result<null>> => {
    parcelPace.asked(parcelNo, clock.now());
    const answer = await api.getShippingInfo(way === "split" ? { ft_no: [ftNo], fp_parcel_no: parcelNo } : { ft_no: [ftNo] }, options);
    if (!answer.ok) return isAboutTheRecord(answer.failure) ? succeed(null) : answer;
    const now = clock.now();
    const kept = database.transaction(() => {
      // Reopened while we asked: its content may change, so its label must not come now
      if (parcels.get(parcelNo)?.state === "open") return "waiting";
      if (way !== "split") return takeSingle(answer.value, ftNo, 1, now) ? "stored" : "waiting";
      const match = matchSplit(parcelsOfTask(answer.value, ftNo, 1), parcelNo);
      const outcome = match.kind === "found" ? keep(ftNo, parcelNo, match.parcel, now) : "waiting";
      if (outcome !== "stored") parcels.markLabelChecked(parcelNo, now, true);
      return outcome;
    });
    if (kept === "stored") parcelPace.forget(parcelNo);
    if (kept !== "waiting") onChange();
    return succeed(null);
  };

  const dueParcels = (now: number): readonly WaitingParcel[] =>
    parcels.wantingLabel(MOST_PARCELS, now).filter((parcel) => parcelPace.isDue(parcel.parcelNo, now));

  const dueTasks = (now: number): readonly string[] => {
    const wanting = tasks.wantingLabel(MOST_PARCELS, now).map(({ ftNo }) => ftNo);
    return [...new Set([...again, ...wanting.filter((ftNo) => aheadPace.isDue(ftNo, now))])].slice(0, MOST_TASKS);
  };

  return {
    /** Asks for the labels that are due, parcels first; the first call that could not reach OMS4 ends the pass. */
    run: async (options: CallOptions = {}): Promise<Result<null>> => {
      const waiting = await inParallel(dueParcels(clock.now()), PARALLEL_CALLS, (parcel) => fetchParcel(parcel, options));
      if (!waiting.ok) return waiting;
      return await inParallel(groupsOf(dueTasks(clock.now())), PARALLEL_CALLS, (group) => fetchSingles(group, options));
    },
    /** When the next label is due, ms; null when none is wanted. */
    nextAt: (): number | null => {
      const now = clock.now();
      if (again.size > 0) return now;
      const waiting = parcels.wantingLabel(MOST_PARCELS, now);
      const times = [
        ...waiting.map(({ parcelNo }) => parcelPace.dueAt(parcelNo, now)),
        ...tasks.wantingLabel(MOST_PARCELS, now).map(({ ftNo }) => aheadPace.dueAt(ftNo, now)),
      ];
      return times.length === 0 ? null : times.reduce((first, time) => Math.min(first, time));
    },
    /** Tasks whose label is to be asked for at once, whether one is stored or not: they changed, or lie on the bench. */
    askAgain: (ftNos: readonly string[]): void => {
      for (const ftNo of ftNos) if (tasks.get(ftNo)?.task.way === "single") again.add(ftNo);
    },
  };
};
export type LabelPull = ReturnType<typeof createLabelPull>;
