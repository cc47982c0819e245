import { succeed, type Failure, type Result } from "../../shared/failures.ts";
import { isWithin, type Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { SyncMarks } from "../store/sync-marks.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { Api, CallOptions } from "./api.ts";
import { NUMBERS_LIMIT, PAGE_LIMIT } from "./endpoints.ts";
import { numberIn, rawOf } from "./fields.ts";
import type { Ingest, Ingestion } from "./ingest.ts";
import { keepSkew } from "./kept-skew.ts";
import { startWalk, walkPages, type Walk } from "./paging.ts";
import type { Page } from "./schemas.ts";

export type PullParts = Readonly<{
  api: Api;
  ingest: Ingest;
  tasks: TaskStore;
  marks: SyncMarks;
  clock: Clock;
  log: Log;
  /** After the commit: a task is new or changed. */
  onTaskStored: (ftNo: string, how: "new" | "changed") => void;
  /** After the commit: something of this task was cancelled, or is no more. */
  onCancellation: (ftNo: string) => void;
  /** After each page that changed anything. */
  onChange: () => void;
  /** Buyers' requests to cancel, asked about with every pull; absent where nobody asks. */
  check?: Readonly<{ poll: (options: CallOptions) => Promise<Result<null>>; pulled: (startedAt: number) => void }>;
  /** Somebody scans at this moment. */
  isScanning: () => boolean;
}>;

/**
 * The window reaches this far behind the last good pull: pages move while we read them, OMS4's clock is not ours, and
 * what was saved in one moment may be shown a little later.
 */
const OVERLAP_MS = 10 * 60_000;
/** A sweep of so few pages is cheap enough for every few pulls. */
const CHEAP_PAGES = 4;
const CHEAP_EVERY_PULLS = 5;
const SWEEP_EVERY_MS = 15 * 60_000;
/** A long list is swept over several times this, so that OMS4's limit ("thousand times an hour") is left to the day's work. */
const SWEEP_MS_PER_PAGE = 20_000;
/** Pages of one list in one pass: a long sweep goes on in the next pass and holds up no news. */
const PAGES_A_PASS = 20;
/** While somebody scans, pages are read with air between them. */
const SWEEP_AIR_MS = 150;
const NEWS_AIR_MS = 30;
/** A scanned, unknown number is asked for while the packer waits. */
const LOOK_UP_TIMEOUT_MS = 2_500;

type Sweep = { walk: { walk: Walk; startedAt: number } | null; lastAt: number | null; lastPages: number; pullsSince: number };
type List = "tasks" | "cancellations";

/** An OMS4 that refuses its cancellations for ever still has tasks to give; which call is refused stands in the status line. */
const isOneCall = (list: List, { kind }: Failure): boolean => list === "cancellations" && kind === "call-refused";

const keyOf = (item: unknown): string => {
  const [ct, ft] = [numberIn(item, "ct_no"), numberIn(item, "ft_no")];
  return ct !== "" ? `ct ${ct}` : ft !== "" ? `ft ${ft}` : (rawOf(item) ?? "too deep");
};

/** Pulls what OMS4 has: new and changed tasks and cancellations since the last good pull, and everything now and then. */
export const createPull = ({
  api,
  ingest,
  tasks,
  marks,
  clock,
  log,
  onTaskStored,
  onCancellation,
  onChange,
  check,
  isScanning,
}: PullParts) => {
  const sweeps: Record<List, Sweep> = {
    tasks: { walk: null, lastAt: null, lastPages: 0, pullsSince: 0 },
    cancellations: { walk: null, lastAt: null, lastPages: 0, pullsSince: 0 },
  };
  const windows: Record<List, { walk: Walk; from: number; startedAt: number } | null> = { tasks: null, cancellations: null };

  /** The marks are in OMS4's time, because it is OMS4 that compares with them. */
  const oms4Now = (): number => clock.now() + (api.skewMs() ?? 0);

  const tell = ({ created, changed, cancelled, setAside }: Ingestion): void => {
    for (const ftNo of created) onTaskStored(ftNo, "new");
    for (const ftNo of changed) onTaskStored(ftNo, "changed");
    for (const ftNo of cancelled) onCancellation(ftNo);
    if (created.length + changed.length + cancelled.length + setAside > 0) onChange();
  };

  const take = (list: List) => (items: readonly unknown[]) =>
    tell(list === "tasks" ? ingest.taskPage(items, clock.now()) : ingest.cancellationPage(items, clock.now()));

  const fetchPage =
    (list: List, updatedFrom: number | null, options: CallOptions) =>
    async (offset: number): Promise<Result<Page>> => {
      const query = { offset, limit: PAGE_LIMIT, ...(updatedFrom === null ? {} : { updated_from: updatedFrom }) };
      return list === "tasks" ? await api.getTasks(query, options) : await api.getCancellations(query, options);
    };

  const giveWay = (airMs: number) => (): Promise<void> | null =>
    isScanning() ? new Promise((resolve) => void clock.after(airMs, resolve)) : null;

  const sweepIsDue = ({ walk, lastAt, lastPages, pullsSince }: Sweep): boolean => {
    if (walk !== null || lastAt === null) return true;
    if (lastPages <= CHEAP_PAGES) return pullsSince >= CHEAP_EVERY_PULLS;
    return !isWithin(lastAt, clock.now(), Math.max(SWEEP_EVERY_MS, lastPages * SWEEP_MS_PER_PAGE));
  };

  const walkOn = (list: List, walk: Walk, updatedFrom: number | null, airMs: number, options: CallOptions): Promise<Result<null>> =>
    walkPages({
      walk,
      mostPages: PAGES_A_PASS,
      fetchPage: fetchPage(list, updatedFrom, options),
      keyOf,
      take: take(list),
      giveWay: giveWay(airMs),
    });

  /** What changed since the last good pull. The mark moves only when all of it is stored; a failure goes on where it broke off. */
  const pullWindow = async (list: List, mark: number, options: CallOptions): Promise<Result<boolean>> => {
    const window = windows[list] ?? { walk: startWalk(), from: Math.max(0, mark - OVERLAP_MS), startedAt: oms4Now() };
    windows[list] = window;
    const { walk, from } = window;
    const walked = await walkOn(list, walk, from, NEWS_AIR_MS, options);
    if (!walked.ok) return walked;
    if (!walk.finished) return succeed(true);
    windows[list] = null;
    marks.set(list, window.startedAt);
    return succeed(false);
  };

  /** Everything, whatever its times say: so that no late, missed or oddly dated record is lost. */
  const sweep = async (list: List, options: CallOptions): Promise<Result<boolean>> => {
    const state = sweeps[list];
    state.pullsSince += 1;
    if (!sweepIsDue(state)) return succeed(false);
    const { walk, startedAt } = state.walk ?? { walk: startWalk(), startedAt: oms4Now() };
    state.walk = { walk, startedAt };
    const walked = await walkOn(list, walk, null, SWEEP_AIR_MS, options);
    // What changes from the first sweep's start on is the first window's
    if (walk.pages > 0 && marks.get(list) === null) marks.set(list, startedAt);
    if (!walked.ok) return walked;
    if (!walk.finished) return succeed(true);
    sweeps[list] = { walk: null, lastAt: clock.now(), lastPages: walk.pages, pullsSince: 0 };
    log.info({ list, pages: walk.pages, records: walk.seen.size }, "swept");
    return succeed(false);
  };

  /** One pass. `more`: it stopped in the middle of a long list and wants to go on at once. */
  const run = async (options: CallOptions = {}): Promise<Result<Readonly<{ more: boolean }>>> => {
    let more = false;
    const startedAt = clock.now();
    for (const list of ["tasks", "cancellations"] as const) {
      const mark = marks.get(list);
      const cheap = sweeps[list].lastAt !== null && sweeps[list].lastPages <= CHEAP_PAGES && sweepIsDue(sweeps[list]);
      // A sweep that is cheap brings the window's records as well
      if (mark !== null && !cheap) {
        const window = await pullWindow(list, mark, options);
        if (!window.ok && isOneCall(list, window.failure)) continue;
        if (!window.ok) return window;
        more ||= window.value;
      }
      const swept = await sweep(list, options);
      if (!swept.ok && isOneCall(list, swept.failure)) continue;
      if (!swept.ok) return swept;
      more ||= swept.value;
    }
    const requests = check === undefined ? succeed(null) : await check.poll(options);
    if (!requests.ok) return requests;
    keepSkew(marks, api.skewMs(), clock.now());
    if (!more) check?.pulled(startedAt);
    return succeed({ more });
  };

  const byNumber = async (ftNos: readonly string[], options: CallOptions): Promise<Result<null>> => {
    const answer = await api.getTasksByNo({ ft_nos: [...ftNos] }, options);
    if (!answer.ok) return answer;
    tell(ingest.taskPage(answer.value, clock.now()));
    return succeed(null);
  };

  return {
    run,
    /** Tells what an answer that another part asked for has changed. */
    tell,
    /**
     * Asks OMS4 for one scanned, unknown number, within 2.5 s: true when it is a task and stored now. A scan that can't be a
     * number, a failure and an unknown number are told apart by the result.
     */
    lookUp: async (scanned: string, options: CallOptions = {}): Promise<Result<boolean>> => {
      const ftNo = scanned.trim();
      if (!/^[^\s,[\]]{1,64}$/.test(ftNo)) return succeed(false);
      // OMS4 may tell letter case apart where a scanner doesn't
      for (const spelling of new Set([ftNo, ftNo.toUpperCase()])) {
        const asked = await byNumber([spelling], { timeoutMs: LOOK_UP_TIMEOUT_MS, ...options });
        if (!asked.ok && asked.failure.kind !== "oms4-refused") return asked;
        if (tasks.get(spelling) !== null) return succeed(true);
      }
      return succeed(false);
    },
    /** Fetches tasks again that may have changed, five numbers a call. */
    refresh: async (ftNos: readonly string[], options: CallOptions = {}): Promise<Result<null>> => {
      for (let from = 0; from < ftNos.length; from += NUMBERS_LIMIT) {
        const asked = await byNumber(ftNos.slice(from, from + NUMBERS_LIMIT), options);
        if (!asked.ok) return asked;
      }
      return succeed(null);
    },
  };
};
export type Pull = ReturnType<typeof createPull>;
