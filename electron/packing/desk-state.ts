import { failureKinds, type Failure } from "../../shared/failures.ts";
import { verdictLooks, type Verdict } from "../../shared/scan.ts";
import type { Clock } from "../kit/clock.ts";
import type { Bench } from "./bench.ts";
import type { Answer } from "./decision.ts";

/** What lies on the bench, what was answered last, and what is set going once the packer has the answer. */
export const createDeskState = ({ clock, onChange }: Readonly<{ clock: Clock; onChange: () => void }>) => {
  let bench: Bench = { open: null };
  let verdict: Verdict | null = null;
  let scanSeq = 0;
  let knownText: string | null = null;
  let heldFtNo: string | null = null;
  const later: (() => void)[] = [];

  const dress = (words: Answer, at: number): Verdict => ({ ...verdictLooks[words.kind], ...words, at });

  return {
    bench: (): Bench => bench,
    put: (next: Bench): void => {
      bench = next;
    },
    verdict: (): Verdict | null => verdict,
    scanSeq: (): number => scanSeq,
    nextScan: (): number => {
      knownText = null;
      return (scanSeq += 1);
    },
    /** The reading of the present scan that named an item or a task. */
    knownText: (): string | null => knownText,
    know: (text: string): void => {
      knownText = text;
    },
    /** The held task that was scanned just before: what RELEASE means. */
    held: (): string | null => heldFtNo,
    hold: (ftNo: string | null): void => {
      heldFtNo = ftNo;
    },
    /** What a decision sets going; it begins when the packer has the answer. */
    later: (go: () => void): void => void later.push(go),
    announce: (words: Answer): Verdict => {
      // Two verdicts in one millisecond must still be told apart
      verdict = dress(words, Math.max(clock.now(), (verdict?.at ?? 0) + 1));
      onChange();
      for (const go of later.splice(0)) go();
      return verdict;
    },
    refuseForStorage: (failure: Failure): Answer => ({
      kind: "scan-refused",
      title: failureKinds[failure.kind].title,
      text: `Nothing was counted. ${failureKinds[failure.kind].wayOut} ${failure.detail}`,
      ftNo: bench.open?.task.ftNo ?? null,
      detailId: null,
    }),
  };
};
export type DeskState = ReturnType<typeof createDeskState>;
