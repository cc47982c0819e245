import type { Client } from "../shared/client.ts";
import type { CallInput, CallName, CallOutput } from "../shared/contract.ts";
import { failureKinds, type Failure, type Result } from "../shared/failures.ts";
import { isWork, veiled, type ScanSource, type Tone } from "../shared/scan.ts";
import { TEST_SCREENS, type OpenScreen, type Phase, type Snapshot } from "../shared/station.ts";
import type { TroubleAction } from "../shared/trouble.ts";
import { backNotice } from "./back-notice.ts";
import type { Link, LinkState } from "./bridge.ts";
import { shareStructure } from "./share-structure.ts";
import { visibleText } from "./visible.ts";
import type { DoctorScan } from "./doctor-scans.ts";
import { createScannerTests, type TestRead } from "./scanner-tests.ts";
import type { WedgeScan } from "./wedge.ts";
import { words } from "./words/en.ts";

/** Something the screen itself says in the verdict band: a refused call, a test read in the settings. */
export type Notice = Readonly<{ tone: Tone; title: string; text: string }>;

export type StationState = Readonly<{
  link: LinkState;
  snapshot: Snapshot | null;
  screen: OpenScreen;
  lifeOf: string | null;
  notice: Notice | null;
  /** grows with each notice, so that the same words twice are two answers */
  noticeCount: number;
  testReads: readonly TestRead[];
  /** number of the newest scanner read that was shown */
  readsSeen: number;
  /** the doctor's scans of one scanner */
  doctorScans: readonly DoctorScan[];
  /** what stands typed by hand, not ended by Enter yet */
  typing: string;
}>;

/** What of a keyboard's scan matters to the store. */
export type StoreScan = Omit<WedgeScan, "pace">;

const SLOW_ANSWER_MS = 2_000; // answers take milliseconds: after this long the packer must know that none came

/** What `data-phase` says: the station's phase, `setup` while the settings are open, `loading` while nothing is known. */
export const phaseShown = ({ snapshot, screen }: StationState): Phase => {
  if (snapshot === null) return "loading";
  if (snapshot.phase === "trouble") return "trouble";
  return TEST_SCREENS.includes(screen) ? "setup" : snapshot.phase;
};

const failureNotice = (failure: Failure): Notice => ({
  tone: "wrong",
  title: failureKinds[failure.kind].title,
  text: `${failure.detail} ${failureKinds[failure.kind].wayOut}`.trim(),
});

/** A scan was answered, or the station speaks up by itself (a cancellation, a task found late): either is a new answer. */
export const isNewAnswer = (before: Snapshot, next: Snapshot): boolean =>
  next.scanSeq !== before.scanSeq || next.verdict?.at !== before.verdict?.at || next.verdict?.kind !== before.verdict?.kind;

const workVerdict = ({ verdict }: Snapshot): boolean => verdict !== null && isWork(verdict.kind);

/**
 * Which screen a new snapshot leaves open: a new wish of a scanned command opens its screen, and work at the bench
 * (any scan that is no command) brings the bench back, so that nobody has to touch anything to go on packing.
 */
const screenAfter = (state: StationState, next: Snapshot): OpenScreen => {
  const before = state.snapshot;
  if (before === null) return state.screen;
  const wish = next.wish;
  if (wish !== null && wish.count !== (before.wish?.count ?? 0)) return wish.screen;
  const goesOn = isNewAnswer(before, next) && workVerdict(next) && !TEST_SCREENS.includes(state.screen);
  return goesOn ? "bench" : state.screen;
};

/**
 * Holds what the screen draws, in one value that is replaced as a whole: one snapshot, one render. The first
 * snapshot of a connection is asked for; after it only a higher revision replaces a lower one.
 */
export const createStationStore = ({
  client,
  link,
  after,
  now,
  onReadAs,
}: {
  client: Client;
  link: Link;
  /** Runs an action once after some ms; the returned function takes it back. */
  after: (ms: number, action: () => void) => () => void;
  now: () => number;
  /** The station knew this reading of a keyboard's scan. */
  onReadAs: (scan: StoreScan, index: number) => void;
}) => {
  const listeners = new Set<() => void>();
  let connection = 0;
  let state: StationState = {
    link: { name: "connecting", retryAt: null },
    snapshot: null,
    screen: "bench",
    lifeOf: null,
    notice: null,
    noticeCount: 0,
    testReads: [],
    readsSeen: 0,
    doctorScans: [],
    typing: "",
  };

  /** the screen that the station knows to be open here */
  let toldScreen: OpenScreen | null = null;
  const tellScreen = (): void => {
    if (state.link.name !== "up" || state.screen === toldScreen) return;
    toldScreen = state.screen;
    void send("screen.opened", { screen: state.screen });
  };

  const set = (change: Partial<StationState>): void => {
    state = { ...state, ...change };
    tellScreen();
    for (const listener of listeners) listener();
  };

  const say = (notice: Notice): void => set({ notice, noticeCount: state.noticeCount + 1 });

  /** as far as this page has seen */
  let answeredScans = Number.POSITIVE_INFINITY;

  const take = (next: Snapshot): void => {
    if (state.link.name !== "up") return;
    if (state.snapshot !== null && next.revision <= state.snapshot.revision) return;
    // An answer that was under way when the connection broke is an answer too
    const answered = state.snapshot === null ? next.scanSeq > answeredScans : isNewAnswer(state.snapshot, next);
    answeredScans = next.scanSeq;
    set({ snapshot: shareStructure(state.snapshot, next), screen: screenAfter(state, next), ...(answered ? { notice: null } : {}) });
    const seen = state.readsSeen;
    const news = next.scannerReads.filter(({ number }) => number > seen);
    const newest = next.scannerReads.at(-1)?.number;
    if (newest !== undefined && newest !== seen) set({ readsSeen: newest });
    for (const read of news) tests.takeDevice(read);
  };

  const ask = async (): Promise<void> => {
    const mine = connection;
    const answer = await client.call("station.snapshot", {});
    if (mine !== connection) return;
    if (answer.ok) take(answer.value);
    else say(failureNotice(answer.failure));
  };

  const send = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Result<CallOutput<Name>>> => {
    const answer = await client.call(name, input);
    if (!answer.ok) say(failureNotice(answer.failure));
    return answer;
  };

  const scan = async (text: string, source: ScanSource, alternates: readonly string[] = [], byHand = false): Promise<number | null> => {
    const answered = after(SLOW_ANSWER_MS, () =>
      say({ tone: "wrong", title: words.link.slow, text: words.link.slowText(visibleText(veiled(text))) }),
    );
    const scansBefore = answeredScans;
    const answer = await client.call("scan", { text, source, alternates: [...alternates], ...(byHand ? { byHand } : {}) });
    answered();
    if (answer.ok) return answer.value.readAs ?? null;
    // Whether it was counted, only the bench shows when it is back
    const broke = state.link.name !== "up";
    if (broke && answeredScans > scansBefore) return null;
    say(
      broke
        ? { tone: "wrong", title: words.link.unanswered(visibleText(veiled(text))), text: words.link.unansweredText }
        : failureNotice(answer.failure),
    );
    return null;
  };

  /** Asked before a screen is left by key or touch; the settings say no once while something is not saved. */
  let mayLeave: (() => boolean) | null = null;

  const go = (screen: OpenScreen): void => {
    if (mayLeave !== null && !mayLeave()) return;
    const { snapshot } = state;
    const isOver =
      screen === "bench" && state.screen !== "bench" && snapshot !== null && snapshot.verdict !== null && !workVerdict(snapshot);
    const notice = isOver ? backNotice(snapshot) : null;
    set({
      screen,
      notice,
      noticeCount: state.noticeCount + (isOver ? 1 : 0),
      testReads: screen === "settings" ? state.testReads : [],
      doctorScans: [],
    });
  };

  const tests = createScannerTests({ state: () => state, set, say, leave: () => go("bench"), scan, now });

  const takeLink = (next: LinkState): void => {
    connection++;
    toldScreen = null;
    // what was known before a break may be long past: nothing of it is shown as the present
    set(next.name === "up" ? { link: next } : { link: next, snapshot: null });
    if (next.name === "up") void ask();
  };

  /** A scan caught as keystrokes: read for the station, except what belongs to the screen that is open. */
  const takeWedge = (scanned: StoreScan, inSecret = false): void => {
    const { text, alternates, byHand } = scanned;
    if (state.snapshot === null) {
      say({ tone: "wrong", title: words.link.notTaken(veiled(text)), text: words.link.lostText });
    } else if (TEST_SCREENS.includes(state.screen)) {
      tests.takeWedge(scanned, inSecret);
    } else {
      void scan(text, "wedge", alternates, byHand).then((index) => {
        if (index !== null) onReadAs(scanned, index);
      });
    }
  };

  return {
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getState: (): StationState => state,
    /** A call without a word in the band: the caller shows the answer itself. */
    ask: client.call,
    say,
    go,
    guardLeaving: (guard: (() => boolean) | null): void => {
      mayLeave = guard;
    },
    scan,
    showTyping: (typing: string): void => set({ typing: veiled(typing) }),
    showLife: (parcelNo: string): void => set({ screen: "life", lifeOf: parcelNo, notice: null }),
    acknowledge: (ftNo: string): void => void send("task.acknowledge", { ftNo }),
    actOnTrouble: (id: string, action: TroubleAction): void => void send("trouble.act", { id, action }),
    restore: (name: string) => send("storage.restore", { name }),

    takeWedge,
    /** A scan that a field was given, and that is none of the field's. */
    takeText: (text: string): void => {
      const keys = { physical: text, typed: text, gaps: { median: 0, longest: 0 }, capsLock: false };
      takeWedge({ text, alternates: [], terminator: "Enter", burst: true, byHand: false, keys });
    },
    takeUnended: tests.takeUnended,
    forgetDoctorScans: tests.forget,

    start: (): void => {
      link.onState(takeLink);
      client.on("snapshot", take);
      link.start();
    },
    stop: (): void => link.stop(),
  };
};
export type StationStore = ReturnType<typeof createStationStore>;
