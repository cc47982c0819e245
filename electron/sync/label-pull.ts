import { succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { ShippingWay } from "../../shared/task.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { Api, CallOptions } from "./api.ts";
import { createAnswerOrder } from "./answer-order.ts";
import { NUMBERS_LIMIT } from "./endpoints.ts";
import type { Label } from "../store/labels.ts";
import { groupsOf, inParallel } from "./in-parallel.ts";
import { createLabelKeep, type Kept, type LabelKeepParts, type Reprints } from "./label-keep.ts";
import { matchSingle, matchSplit, namedParcel, parcelsOfTask, type LabelMatch } from "./label-match.ts";
import { createLabelReprints, type PrintsSame } from "./label-reprints.ts";
import type { OtherStations } from "./other-stations.ts";
import { createPace } from "./pace.ts";
import type { ShippingInfo } from "./schemas.ts";

export type { LabelStored } from "./label-keep.ts";

export type LabelPullParts = LabelKeepParts &
  Readonly<{
    api: Api;
    database: Database;
    printsSame: PrintsSame;
    otherStations: OtherStations;
    clock: Clock;
    /** Somebody scans at this moment. */
    isScanning: () => boolean;
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
/** What OMS4 was asked about a label so short a time ago holds: an order of two things is packed in a few seconds. */
const YOUNG_STEPS = [{ until: Infinity, everyMs: 5_000 }];
/** More parcels than ever stand at one bench. */
const MOST_PARCELS = 500;
/** Tasks in one pass: a full warehouse's labels come in bites, so that they hold up no parcel's. */
const MOST_TASKS = 100;
/** While somebody scans: one call at a time, and air behind each pass (loop.ts). More than anybody packs, and an open task is asked about beside it. */
const MOST_TASKS_BESIDE_SCANS = NUMBERS_LIMIT;
const PARALLEL_CALLS = 4;

const isNews = (kept: Kept): boolean => kept === "stored" || kept === "refused";

/** OMS4 was reached and objects to what was asked: the next record may fare better. */
const isAboutTheRecord = ({ kind }: Failure): boolean => kind === "oms4-refused" || kind === "answer-unreadable" || kind === "call-bad";

/** A label of a number that is no more is none: the new one is still to come. */
const hasLabel = (newest: Label | null): boolean => newest !== null && !newest.outOfForce;

/** Fetches labels: ahead for tasks that ship in one parcel, and for each closed parcel that still waits for its own. */
export const createLabelPull = (parts: LabelPullParts) => {
  const { api, database, tasks, parcels, labels, clock, otherStations, isScanning, onChange } = parts;
  /** A closed parcel got another number: the packer must hear that, although no label came with it. */
  let isRenumbered = false;
  const { keep, refuseSeveral } = createLabelKeep({
    ...parts,
    onTrackingChanged: (news) => {
      isRenumbered = true;
      parts.onTrackingChanged(news);
    },
  });
  const findReprints = createLabelReprints(parts);
  /** Stored labels are looked at beside the pull: an older answer must not put an older label back into force. */
  const order = createAnswerOrder();
  type Question = ReturnType<typeof order.ask>;
  const parcelPace = createPace(PARCEL_STEPS);
  const aheadPace = createPace(AHEAD_STEPS);
  const lookedAt = createPace(YOUNG_STEPS);
  /** Tasks that changed or were asked for by name: their label may have changed with them. */
  const again = new Set<string>();
  /** What an answer says of other stations' parcels; told after its commit. */
  const packedElsewhere = new Set<string>();
  const tellElsewhere = (): void => {
    const ftNos = [...packedElsewhere];
    packedElsewhere.clear();
    for (const ftNo of ftNos) otherStations.tell(ftNo);
  };

  /** After the commit of an answer. */
  const tell = (hasLabels: boolean): void => {
    if (hasLabels || isRenumbered) onChange();
    isRenumbered = false;
  };

  /** Closed parcels of a task that ships in one: the one whose label this is, null before it is packed. */
  const packedParcelOf = (ftNo: string): string | null => {
    const closed = parcels.ofTask(ftNo).filter(({ state }) => state === "closed" || state === "handed-over");
    return closed.length === 1 ? (closed[0]?.parcelNo ?? null) : null;
  };

  const reprintsOf = async (answer: readonly ShippingInfo[], asked: readonly string[]): Promise<ReadonlyMap<string, Reprints>> => {
    const all = new Map<string, Reprints>();
    for (const ftNo of asked) all.set(ftNo, await findReprints(ftNo, parcelsOfTask(answer, ftNo, asked.length)));
    return all;
  };

  const takeMatch = (match: LabelMatch, ftNo: string, parcelNo: string | null, reprints: Reprints | undefined, now: number): Kept => {
    if (match.kind === "found") return keep(ftNo, parcelNo, match.parcel, now, reprints);
    // Before it is packed nobody waits for it, and its number may still decide
    return match.kind === "several" && parcelNo !== null ? refuseSeveral(ftNo, parcelNo, match.parcels, now) : "waiting";
  };

  const takeSingle = (answer: readonly ShippingInfo[], ftNo: string, asked: number, reprints: Reprints | undefined, now: number): Kept => {
    const parcelNo = packedParcelOf(ftNo);
    // OMS4 may go on naming a pulled parcel: what it gives for that one is the label of the box packed anew
    const others = parcels.ofTask(ftNo).filter((parcel) => parcel.parcelNo !== parcelNo && parcel.state !== "pulled");
    const named = parcelsOfTask(answer, ftNo, asked);
    const strangers = otherStations.among(
      ftNo,
      named.map(({ fp_parcel_no }) => fp_parcel_no),
    );
    if (otherStations.noteNew(ftNo, strangers, now)) packedElsewhere.add(ftNo);
    const match = matchSingle(named, parcelNo, [...others.map((parcel) => parcel.parcelNo), ...strangers]);
    const kept = takeMatch(match, ftNo, parcelNo, reprints, now);
    if (kept === "waiting" || kept === "refused") {
      // Whether it is still wanted doesn't change here: a task with an older label keeps that one
      const newest = labels.forTask(ftNo);
      const hasLeft = parcelNo !== null && parcels.get(parcelNo)?.state === "handed-over";
      if (newest === null || (newest.outOfForce && !hasLeft)) tasks.markLabelChecked(ftNo, now, true);
      if (parcelNo !== null && !hasLabel(labels.forParcel(parcelNo)) && parcels.get(parcelNo)?.state === "closed") {
        parcels.markLabelChecked(parcelNo, now, true);
      }
    }
    return kept;
  };

  /** Parcels of a task that was split have a label each: only what bears a number of ours is taken from an answer about all of them. */
  const takeSplit = (
    answer: readonly ShippingInfo[],
    ftNo: string,
    asked: number,
    reprints: Reprints | undefined,
    now: number,
    question: Question,
  ): boolean =>
    parcels
      .ofTask(ftNo)
      .filter(({ state, parcelNo }) => state === "closed" && labels.forParcel(parcelNo) !== null && order.use(question, parcelNo))
      .map(({ parcelNo }) => {
        const found = namedParcel(parcelsOfTask(answer, ftNo, asked), parcelNo);
        return found === null ? "waiting" : keep(ftNo, parcelNo, found, now, reprints);
      })
      .some(isNews);

  const fetchTasks = async (asked: readonly string[], options: CallOptions): Promise<Result<null>> => {
    const question = order.ask(asked);
    try {
      return await askTasks(asked, question, options);
    } finally {
      order.done(question);
    }
  };

  const askTasks = async (asked: readonly string[], question: Question, options: CallOptions): Promise<Result<null>> => {
    for (const ftNo of asked) lookedAt.asked(ftNo, clock.now());
    const answer = await api.getShippingInfo({ ft_no: [...asked] }, options);
    for (const ftNo of asked) aheadPace.asked(ftNo, clock.now());
    if (!answer.ok) {
      if (!isAboutTheRecord(answer.failure)) return answer;
      for (const ftNo of asked) again.delete(ftNo);
      // One number that OMS4 won't have must not cost the other four their labels
      return asked.length === 1 ? succeed(null) : await inParallel(asked, 1, (ftNo) => fetchTasks([ftNo], options));
    }
    for (const ftNo of asked) again.delete(ftNo);
    const reprints = await reprintsOf(answer.value, asked);
    const now = clock.now();
    const news = database.transaction(() =>
      asked.map((ftNo) => {
        const way = tasks.get(ftNo)?.task.way;
        if (way === "split") return takeSplit(answer.value, ftNo, asked.length, reprints.get(ftNo), now, question);
        return (
          way === "single" && order.use(question, ftNo) && isNews(takeSingle(answer.value, ftNo, asked.length, reprints.get(ftNo), now))
        );
      }),
    );
    tellElsewhere();
    for (const ftNo of asked) if (hasLabel(labels.forTask(ftNo))) aheadPace.forget(ftNo);
    tell(news.includes(true));
    return succeed(null);
  };

  const fetchParcel = async (parcel: WaitingParcel, options: CallOptions): Promise<Result<null>> => {
    const question = order.ask([parcel.ftNo]);
    try {
      return await askParcel(parcel, question, options);
    } finally {
      order.done(question);
    }
  };

  const askParcel = async ({ parcelNo, ftNo, way }: WaitingParcel, question: Question, options: CallOptions): Promise<Result<null>> => {
    parcelPace.asked(parcelNo, clock.now());
    const answer = await api.getShippingInfo(way === "split" ? { ft_no: [ftNo], fp_parcel_no: parcelNo } : { ft_no: [ftNo] }, options);
    if (!answer.ok) return isAboutTheRecord(answer.failure) ? succeed(null) : answer;
    const reprints = (await reprintsOf(answer.value, [ftNo])).get(ftNo);
    const now = clock.now();
    const kept = database.transaction((): Kept => {
      // Reopened or pulled while we asked: its content may change, or it goes nowhere, so its label must not come now
      const state = parcels.get(parcelNo)?.state;
      if (state !== "closed" && state !== "handed-over") return "waiting";
      if (!order.use(question, way === "split" ? parcelNo : ftNo)) return "waiting";
      if (way !== "split") return takeSingle(answer.value, ftNo, 1, reprints, now);
      const match = matchSplit(parcelsOfTask(answer.value, ftNo, 1), parcelNo);
      const outcome = takeMatch(match, ftNo, parcelNo, reprints, now);
      if (outcome === "waiting" || outcome === "refused") parcels.markLabelChecked(parcelNo, now, true);
      return outcome;
    });
    tellElsewhere();
    if (!parcels.wantsLabel(parcelNo)) parcelPace.forget(parcelNo);
    tell(isNews(kept));
    return succeed(null);
  };

  const dueParcels = (now: number): readonly WaitingParcel[] =>
    parcels.wantingLabel(MOST_PARCELS).filter((parcel) => parcelPace.isDue(parcel.parcelNo, now));

  /** Those that nobody is asking about this moment. */
  const toAskAgain = (): readonly string[] => [...again].filter((ftNo) => order.running(ftNo) === null);

  const dueTasks = (now: number): readonly string[] => {
    const wanting = tasks.wantingLabel(MOST_PARCELS).map(({ ftNo }) => ftNo);
    return [...new Set([...toAskAgain(), ...wanting.filter((ftNo) => aheadPace.isDue(ftNo, now))])].slice(
      0,
      isScanning() ? MOST_TASKS_BESIDE_SCANS : MOST_TASKS,
    );
  };

  const askAll = (ftNos: readonly string[], options: CallOptions): Promise<Result<null>> =>
    inParallel(groupsOf(ftNos, NUMBERS_LIMIT), PARALLEL_CALLS, (group) => fetchTasks(group, options));

  return {
    /** Asks for the labels that are due, parcels first; the first call that could not reach OMS4 ends the pass. */
    run: async (options: CallOptions = {}): Promise<Result<null>> => {
      const waiting = await inParallel(dueParcels(clock.now()), PARALLEL_CALLS, (parcel) => fetchParcel(parcel, options));
      if (!waiting.ok) return waiting;
      return await askAll(dueTasks(clock.now()), options);
    },
    /** When the next label is due, ms; null when none is wanted. */
    nextAt: (): number | null => {
      const now = clock.now();
      if (toAskAgain().length > 0) return now;
      const waiting = parcels.wantingLabel(MOST_PARCELS);
      const times = [
        ...waiting.map(({ parcelNo }) => parcelPace.dueAt(parcelNo, now)),
        ...tasks.wantingLabel(MOST_PARCELS).map(({ ftNo }) => aheadPace.dueAt(ftNo, now)),
      ];
      return times.length === 0 ? null : times.reduce((first, time) => Math.min(first, time));
    },
    /** Tasks whose label is to be asked for at once, whether one is stored or not: they changed, or lie on the bench. */
    askAgain: (ftNos: readonly string[], { unlessYoung = false }: Readonly<{ unlessYoung?: boolean }> = {}): void => {
      const now = clock.now();
      for (const ftNo of ftNos) if (tasks.get(ftNo)?.task.way === "single" && (!unlessYoung || lookedAt.isDue(ftNo, now))) again.add(ftNo);
    },
    /** Asks about those of them that `askAgain` took, at once: beside a pass that may be waiting for others. */
    hurry: (ftNos: readonly string[], options: CallOptions = {}): Promise<Result<null>> =>
      askAll(
        ftNos.filter((ftNo) => again.has(ftNo)),
        options,
      ),
    /** A person stands before a parcel that waits for its label: it is due at once, and often again. */
    askNow: (parcelNo: string): void => parcelPace.forget(parcelNo),
    /** Resolves when what is being asked about a task's labels now is answered and stored, or given up; null when nothing is. */
    asking: order.running,
    /** Asks about labels that are stored already, at most five tasks: what OMS4 has changed comes as any label. */
    checkAgain: (ftNos: readonly string[], options: CallOptions = {}): Promise<Result<null>> => fetchTasks(ftNos, options),
  };
};
export type LabelPull = ReturnType<typeof createLabelPull>;
