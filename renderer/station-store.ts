import type { Client } from "../shared/client.ts";
import type { CallInput, CallName, CallOutput } from "../shared/contract.ts";
import { failureKinds, type Failure, type Result } from "../shared/failures.ts";
import { readCommand, veiled, type ScanSource, type Tone } from "../shared/scan.ts";
import type { Phase, Snapshot, TroubleAction } from "../shared/station.ts";
import type { Link, LinkState } from "./bridge.ts";
import { shareStructure } from "./share-structure.ts";
import { visibleText } from "./visible.ts";
import { words } from "./words/en.ts";

export type ScreenName = "bench" | "trouble" | "correct" | "settings" | "disk" | "codes" | "sheet" | "help" | "life";

/** Something the screen itself says in the verdict band: a refused call, a test read in the settings. */
export type Notice = Readonly<{ tone: Tone; title: string; text: string }>;

/** One read of the scanner test. `text` as it came, hidden characters and all. */
export type TestRead = Readonly<{ number: number; text: string; alternates: readonly string[]; source: string; end: string }>;

export type StationState = Readonly<{
  link: LinkState;
  snapshot: Snapshot | null;
  screen: ScreenName;
  lifeOf: string | null;
  notice: Notice | null;
  /** grows with each notice, so that the same words twice are two answers */
  noticeCount: number;
  testReads: readonly TestRead[];
  /** what stands typed by hand, not ended by Enter yet */
  typing: string;
}>;

const TEST_READS_SHOWN = 6;
const SLOW_ANSWER_MS = 2_000; // answers take milliseconds: after this long the packer must know that none came
const SCREENS_OF_WISHES = ["trouble", "correct", "settings", "disk", "codes", "sheet", "help"] as const;

/** What `data-phase` says: the station's phase, `setup` while the settings are open, `loading` while nothing is known. */
export const phaseShown = ({ snapshot, screen }: StationState): Phase => {
  if (snapshot === null) return "loading";
  if (snapshot.phase === "trouble") return "trouble";
  return screen === "settings" ? "setup" : snapshot.phase;
};

export const failureNotice = (failure: Failure): Notice => ({
  tone: "wrong",
  title: failureKinds[failure.kind].title,
  text: `${failure.detail} ${failureKinds[failure.kind].wayOut}`.trim(),
});

/** A scan was answered, or the station speaks up by itself (a cancellation, a task found late): either is a new answer. */
export const isNewAnswer = (before: Snapshot, next: Snapshot): boolean =>
  next.scanSeq !== before.scanSeq || next.verdict?.at !== before.verdict?.at || next.verdict?.kind !== before.verdict?.kind;

const workVerdict = (snapshot: Snapshot): boolean => {
  const kind = snapshot.verdict?.kind;
  return kind !== undefined && kind !== "command-ok" && kind !== "command-refused";
};

/**
 * Which screen a new snapshot leaves open: a new wish of a scanned command opens its screen, and work at the bench
 * (any scan that is no command) brings the bench back, so that nobody has to touch anything to go on packing.
 */
const screenAfter = (state: StationState, next: Snapshot): ScreenName => {
  const before = state.snapshot;
  if (before === null) return state.screen;
  const wish = next.wish;
  if (wish !== null && wish.count !== (before.wish?.count ?? 0))
    return SCREENS_OF_WISHES.find((screen) => screen === wish.screen) ?? "bench";
  const goesOn = isNewAnswer(before, next) && workVerdict(next) && state.screen !== "settings";
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
}: {
  client: Client;
  link: Link;
  /** Runs an action once after some ms; the returned function takes it back. */
  after: (ms: number, action: () => void) => () => void;
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
    typing: "",
  };

  const set = (change: Partial<StationState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const say = (notice: Notice): void => set({ notice, noticeCount: state.noticeCount + 1 });

  const take = (next: Snapshot): void => {
    if (state.link.name !== "up") return;
    if (state.snapshot !== null && next.revision <= state.snapshot.revision) return;
    const answered = state.snapshot !== null && isNewAnswer(state.snapshot, next);
    const hidRead = answered && state.screen === "settings" && next.verdict !== null && sentFromHere === 0;
    set({
      snapshot: shareStructure(state.snapshot, next),
      screen: screenAfter(state, next),
      ...(answered ? { notice: null } : {}),
      ...(hidRead
        ? { notice: { tone: "info", title: words.settings.hidAnswered(next.verdict?.title ?? ""), text: next.verdict?.text ?? "" } }
        : {}),
    });
  };

  /** scans sent by this page and not answered yet: any other answer in the settings belongs to a HID scanner */
  let sentFromHere = 0;

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

  const scan = async (text: string, source: ScanSource, alternates: readonly string[] = [], byHand = false): Promise<void> => {
    sentFromHere++;
    const answered = after(SLOW_ANSWER_MS, () =>
      say({ tone: "wrong", title: words.link.slow, text: words.link.slowText(visibleText(veiled(text))) }),
    );
    await send("scan", { text, source, alternates: [...alternates], ...(byHand ? { byHand } : {}) });
    answered();
    sentFromHere--;
  };

  /** Asked before a screen is left by key or touch; the settings say no once while something is not saved. */
  let mayLeave: (() => boolean) | null = null;

  const go = (screen: ScreenName): void => {
    if (mayLeave !== null && !mayLeave()) return;
    // RETRY and DISCARD are the count's again
    if (state.screen === "trouble" && screen === "bench" && state.snapshot?.activity === "counting") return void scan("CMDBACK", "key");
    set({ screen, notice: null, testReads: screen === "settings" ? state.testReads : [] });
  };

  const testRead = (text: string, alternates: readonly string[], end: string): void => {
    const read: TestRead = { number: (state.testReads[0]?.number ?? 0) + 1, text, alternates, source: words.settings.keyboard, end };
    set({ testReads: [read, ...state.testReads].slice(0, TEST_READS_SHOWN) });
    say({ tone: "info", title: words.settings.read(visibleText(text)), text: words.settings.readText([...text].length, read.source, end) });
  };

  const takeLink = (next: LinkState): void => {
    connection++;
    // what was known before a break may be long past: nothing of it is shown as the present
    set(next.name === "up" ? { link: next } : { link: next, snapshot: null });
    if (next.name === "up") void ask();
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

    /** A scan caught as keystrokes: read for the station, except what belongs to the screen that is open. */
    takeWedge: (text: string, alternates: readonly string[], end: string, byHand = false): void => {
      const command = readCommand(text);
      const word = command !== null && command !== "unknown" ? command.word : null;
      if (state.snapshot === null) {
        say({ tone: "wrong", title: words.link.notTaken(veiled(text)), text: words.link.lostText });
      } else if (word === "CMDCLOSE" && state.screen !== "bench") {
        // LEAVE closes the screen that covers the bench; the station answers it like every scan
        if (state.screen === "settings") go("bench");
        else void scan("CMDBACK", "wedge");
      } else if (state.screen === "settings" && word === "CMDBACK") {
        go("bench");
      } else if (state.screen === "settings" && word !== "CMDTROUBLE" && word !== "CMDHELP" && word !== "CMDSHEET") {
        testRead(veiled(text), alternates.map(veiled), end);
      } else {
        void scan(text, "wedge", alternates, byHand);
      }
    },

    start: (): void => {
      link.onState(takeLink);
      client.on("snapshot", take);
      link.start();
    },
    stop: (): void => link.stop(),
  };
};
export type StationStore = ReturnType<typeof createStationStore>;
