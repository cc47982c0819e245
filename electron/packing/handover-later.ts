import { errorWords } from "../../shared/error-words.ts";
import { failureKinds, type Failure, type Result } from "../../shared/failures.ts";
import type { Milestone, ParcelAtOms4 } from "../../shared/parcel.ts";
import type { ReadScan } from "../../shared/scan.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Answer } from "./decision.ts";
import type { Elsewhere, ElsewhereSource, Question } from "./elsewhere.ts";
import { elsewhereAnswer, handoverListed, type HandoverParcel } from "./handover.ts";

/** Longer nobody stands with a parcel in the hands; what comes later is told of nothing. */
const ANSWER_WITHIN_MS = 4_000;
/** Calls are four each: more at once would keep the pull from its own. */
const AT_ONCE = 2;

/** A question with the code as it was scanned. */
export type Asked = Readonly<{ text: string; question: Question }>;
type Answered = Readonly<{ kind: "answer"; there: readonly ParcelAtOms4[] }> | Readonly<{ kind: "none"; why: string }>;

/** `ask`: OMS4 is to be asked, because the scan is no parcel of this station. */
export type Told = Readonly<{ verdict: Answer; toldOms4: boolean; ask: Asked | null }>;
export type Refused = Readonly<{ code: string; words: string }>;
type ListSoFar = Readonly<{ told: number; refused: readonly Refused[] }>;
/** `list`: how far a list is without the answers still to come; null for a single parcel. */
export type Listed = Readonly<{ verdict: Answer; toldOms4: boolean; ask: readonly Asked[]; list: ListSoFar | null }>;

/** What the desk lends for answers that come later. */
export type HandoverBand = Readonly<{
  /** Grows with each scan. */
  scanSeq: () => number;
  announce: (words: Answer) => void;
  /** The rows on the screen changed, and the band says nothing new. */
  changed: () => void;
  /** Words for a decision that could not be kept. */
  notKept: (error: unknown) => Answer;
}>;

export type HandoverLaterParts = Readonly<{
  elsewhere: Elsewhere;
  source: ElsewhereSource;
  band: HandoverBand;
  clock: Clock;
  log: Log;
  storageRefusal: () => Failure | null;
  readings: (text: string) => readonly ReadScan[];
  onWork: () => void;
  mode: () => Milestone | null;
  /** Decides about the parcels a scan may mean, inside a transaction. */
  settle: (running: Milestone, code: string, found: readonly HandoverParcel[], at: number) => Told;
  refuse: (code: string, verdict: Answer) => Told;
  /** Parcels packed here. */
  candidates: (readings: readonly ReadScan[]) => readonly HandoverParcel[];
  kept: <T>(decide: () => T) => T;
}>;

const wordsOf = ({ kind, detail }: Failure): string => `${failureKinds[kind].title}: ${detail}`;

/** Asks OMS4 about scans one after the other, each for four seconds at most; after one without an answer no more is asked. */
const createFollow = ({ source, clock, log }: Readonly<{ source: ElsewhereSource; clock: Clock; log: Log }>) => {
  const within = async (asked: Promise<Result<readonly ParcelAtOms4[]>>): Promise<Answered> => {
    let cancel = (): void => {};
    const late = new Promise<Answered>((resolve) => {
      cancel = clock.after(ANSWER_WITHIN_MS, () => resolve({ kind: "none", why: `It took longer than ${ANSWER_WITHIN_MS / 1_000} s.` }));
    });
    const answer = asked.then(
      (result): Answered => (result.ok ? { kind: "answer", there: result.value } : { kind: "none", why: wordsOf(result.failure) }),
      (error: unknown): Answered => {
        log.error({ error: errorWords(error) }, "asking about another station's parcel broke off");
        return { kind: "none", why: "" };
      },
    );
    try {
      return await Promise.race([answer, late]);
    } finally {
      cancel();
    }
  };

  return async (asked: readonly Asked[], take: (one: Asked, answer: Answered) => void): Promise<void> => {
    const queue = [...asked];
    let gaveUp: Answered | null = null;
    const worker = async (): Promise<void> => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        const answer: Answered = gaveUp ?? (await within(source.ask(one.question.code, one.question.ftNos)));
        if (answer.kind === "none") gaveUp = answer;
        take(one, answer);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, worker));
  };
};

/** Milestones of parcels that other stations packed: told when OMS4 has said which parcel it is, and never by an answer that came too late. */
export const createHandoverLater = (parts: HandoverLaterParts) => {
  const { elsewhere, band, clock, settle, refuse, candidates } = parts;
  const follow = createFollow(parts);
  /** Numbers of a list about which OMS4 has not answered yet. */
  let asking = 0;

  /** What OMS4 says of one scan: decided and written like a scan of a parcel packed here. */
  const take = (running: Milestone, { text, question }: Asked, answered: Answered): Told => {
    if (answered.kind === "none") return refuse(text, elsewhereAnswer.noAnswer(text, answered.why));
    const full = parts.storageRefusal();
    if (full !== null) return refuse(text, elsewhereAnswer.noAnswer(text, wordsOf(full)));
    try {
      return parts.kept((): Told => {
        const found = elsewhere.match(question.code, answered.there);
        if (found.kind === "none") return refuse(text, elsewhereAnswer.none(text, found.why, found.ftNo));
        const at = clock.now();
        if (found.kind === "here") return settle(running, text, candidates(parts.readings(found.parcelNo)), at);
        return settle(running, text, [elsewhere.parcelFor(found.parcel, found.onlyOne, running)], at);
      });
    } catch (error) {
      return refuse(text, band.notKept(error));
    }
  };

  /** One parcel, in somebody's hands: its answer counts only as long as nothing else was scanned. */
  const followOne = async (running: Milestone, asked: Asked): Promise<void> => {
    const seq = band.scanSeq();
    await follow([asked], (one, answered) => {
      if (parts.mode() !== running) return;
      if (band.scanSeq() !== seq) {
        refuse(one.text, elsewhereAnswer.overtaken(one.text));
        return band.changed();
      }
      const { verdict, toldOms4 } = take(running, one, answered);
      band.announce(verdict);
      if (toldOms4) parts.onWork();
    });
  };

  /** Of a list each number is told as its answer comes; the mode can't be left meanwhile. */
  const followList = async (running: Milestone, asked: readonly Asked[], { told, refused }: ListSoFar): Promise<void> => {
    const seq = band.scanSeq();
    let count = told;
    const notTaken = [...refused];
    asking += asked.length;
    await follow(asked, (one, answered) => {
      asking -= 1;
      const { verdict, toldOms4 } = take(running, one, answered);
      if (toldOms4) {
        count += 1;
        parts.onWork();
      } else notTaken.push({ code: one.text, words: verdict.title });
      band.changed();
    });
    if (band.scanSeq() === seq) band.announce(handoverListed(running, count, notTaken));
  };

  return {
    asking: (): number => asking,
    /** Asks OMS4 about what was not packed here, and says what became of it. Call when the packer has the first answer. */
    follow: async ({ ask, list }: Pick<Listed, "ask" | "list">): Promise<void> => {
      const running = parts.mode();
      const [first] = ask;
      if (running === null || first === undefined) return;
      await (list === null ? followOne(running, first) : followList(running, ask, list));
    },
  };
};
