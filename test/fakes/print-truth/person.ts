import type { Answered, Asked } from "./messages.ts";
import type { OutTray } from "./out-tray.ts";

type Parts = Readonly<{
  tray: OutTray;
  pause: (ms: number) => Promise<void>;
  note: (words: string) => void;
  answer: (answer: Answered) => void;
}>;
export type PersonTally = Readonly<{
  asked: Readonly<{ unknown: number; failed: number; saidPrinted: number; saidAgain: number }>;
  /** how often each label was asked for again, after a look that found none */
  again: ReadonlyMap<string, number>;
  /** labels that the station called certainly not printed, and that lay there */
  lies: readonly string[];
}>;

/** Reading the screen and turning to the printer. */
const LOOKS_AFTER_MS = 1_500;

/**
 * The packer: told that a label is in doubt, looks whether it lies there and says so. Where the station is certain that nothing was printed
 * the packer asks for it again; whether it was right is looked at all the same.
 */
export const createPerson = ({ tray, pause, note, answer }: Parts) => {
  const busy = new Set<number>();
  const answered = new Map<number, Answered & Readonly<{ asked: Asked }>>();
  const again = new Map<string, number>();
  const lies: string[] = [];
  const asked = { unknown: 0, failed: 0, saidPrinted: 0, saidAgain: 0 };

  const look = async (job: Asked): Promise<void> => {
    await pause(LOOKS_AFTER_MS);
    // Nobody listens any more: the next station asks again
    if (!busy.has(job.id)) return;
    const copies = await tray.copies(job.parcelNo);
    note(`${job.parcelNo} is ${job.state} (${job.words}): ${copies} there`);
    if (job.state === "failed" && copies > 0) lies.push(`${job.parcelNo}: “${job.words}”, and it lay there`);
    const said: Answered = { id: job.id, became: copies > 0 ? "printed" : "again" };
    if (!busy.has(job.id)) return;
    answered.set(job.id, { ...said, asked: job });
    // Said, so it may be done, whether or not the station lives to say so
    if (said.became === "again") again.set(job.parcelNo, (again.get(job.parcelNo) ?? 0) + 1);
    answer(said);
  };
  return {
    asks: (jobs: readonly Asked[]): void => {
      for (const job of jobs) {
        if (busy.has(job.id)) continue;
        busy.add(job.id);
        void look(job);
      }
    },
    /** The station has the answer. */
    heard: (id: number): void => {
      const done = answered.get(id);
      answered.delete(id);
      busy.delete(id);
      if (done === undefined) return;
      asked[done.asked.state === "failed" ? "failed" : "unknown"] += 1;
      asked[done.became === "printed" ? "saidPrinted" : "saidAgain"] += 1;
    },
    /** The station was killed: what it asked is asked again by the next one. */
    nobodyListens: (): void => {
      busy.clear();
      answered.clear();
    },
    tally: (): PersonTally => ({ asked, again, lies }),
  };
};
