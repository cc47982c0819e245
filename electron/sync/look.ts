import { fail, succeed, type Failure, type FailureKind, type Result } from "../../shared/failures.ts";
import { readStatus } from "../../shared/task.ts";
import type { Outbox, OutboxEntry } from "../store/outbox.ts";
import type { Api, CallOptions } from "./api.ts";
import type { Outcome } from "./drain.ts";
import { compareContent, findParcel, type ParcelThere } from "./parcel-content.ts";
import { readTask } from "./read-task.ts";

/** An unanswered look or an odd refusal of it says nothing about the parcel; after this many a person decides. */
const TRIES_OF_REFUSED_LOOK = 4;
const WORTH_ANOTHER_LOOK: readonly FailureKind[] = ["offline", "timeout", "answer-cut", "throttled", "oms4-trouble"];
const NOT_FOUND_WORDS = /not (be )?found|not exist|no such|unknown|no data|no record/i;

const DONE: Outcome = { kind: "done" };
const parked = (detail: string, ambiguous: boolean): Outcome => ({
  kind: "failed",
  failure: fail("duplicate-parcel", detail).failure,
  ambiguous,
  park: true,
});

/**
 * Is our parcel at OMS4, and with what in it? Our numbers are unique for ever, so finding one is proof that some report of it arrived;
 * whether it was this very one, the content says where OMS4 gives it, else our own record of having sent this body before.
 */
export const createLook = ({ api, outbox }: Readonly<{ api: Api; outbox: Outbox }>) => {
  const look = async ({ ftNo, parcelNo }: OutboxEntry, options: CallOptions): Promise<Result<ParcelThere | null>> => {
    if (parcelNo === null) return succeed(null);
    const answer = await api.getShippingInfo({ ft_no: [ftNo], fp_parcel_no: parcelNo }, options);
    if (!answer.ok) {
      const saysNo = answer.failure.kind === "oms4-refused" && NOT_FOUND_WORDS.test(answer.failure.detail);
      return saysNo ? succeed(null) : answer;
    }
    const there = findParcel(
      answer.value.flatMap(({ parcels }) => parcels),
      parcelNo,
    );
    return there === null ? await lookAtTask(ftNo, parcelNo, options) : succeed(there);
  };

  /** The second place to look: a label that was there before the parcel may never bear its number, but the task then counts as packed. */
  const lookAtTask = async (ftNo: string, parcelNo: string, options: CallOptions): Promise<Result<ParcelThere | null>> => {
    const answer = await api.getTasksByNo({ ft_nos: [ftNo] }, options);
    // Shipping information has answered already: only a lost answer is worth another try
    if (!answer.ok) return WORTH_ANOTHER_LOOK.includes(answer.failure.kind) ? answer : succeed(null);
    const named = findParcel(answer.value, parcelNo);
    if (named !== null) return succeed(named);
    const isPacked = answer.value.some((raw) => {
      const read = readTask(raw);
      // Of a task in several parcels another one may have set the status
      return read.ok && read.task.ftNo === ftNo && !read.task.allowSplit && readStatus(read.task.status) === "finished";
    });
    return succeed(isPacked ? { items: null, trackingNo: "" } : null);
  };

  /** OMS4 has the parcel: with what this report says, or with something a person must compare? */
  const judgeFound = (entry: OutboxEntry, there: ParcelThere, said: string): Outcome => {
    const { ambiguous, parcelNo } = entry;
    const { known, difference } = compareContent(entry.body, there);
    if (difference !== "") return parked(`${parcelNo}: ${difference}.${said}`, ambiguous);
    if (entry.corrected)
      return parked(
        `${parcelNo} arrived before it was corrected, or after: nobody can tell. Compare its figures in OMS4.${said}`,
        ambiguous,
      );
    if (known) return DONE;
    if (parcelNo !== null && outbox.reportedBefore(parcelNo, entry.id))
      return parked(`the parcel was changed after it was reported, and OMS4 keeps the first report.${said}`, ambiguous);
    // Never sent from here as far as this database knows: a restored backup, or another station with our numbers
    return ambiguous ? DONE : parked(`${parcelNo} is at OMS4, but this station has no record of having sent it.${said}`, ambiguous);
  };

  const unanswered = (entry: OutboxEntry, failure: Failure): Outcome => ({
    kind: "failed",
    failure,
    ambiguous: entry.ambiguous,
    park: failure.kind === "oms4-refused" && entry.attempts + 1 >= TRIES_OF_REFUSED_LOOK,
  });

  return {
    /** Before a report whose earlier try may have taken effect goes again; null: OMS4 hasn't got it, send it. */
    beforeResend: async (entry: OutboxEntry, options: CallOptions): Promise<Outcome | null> => {
      const looked = await look(entry, options);
      if (!looked.ok) return unanswered(entry, looked.failure);
      return looked.value === null ? null : judgeFound(entry, looked.value, "");
    },
    /** OMS4 calls the parcel a duplicate: an earlier try of this very report arrived, or something that only a person can judge. */
    afterDuplicate: async (entry: OutboxEntry, failure: Failure, options: CallOptions): Promise<Outcome> => {
      const { parcelNo, ambiguous } = entry;
      const asIs: Outcome = { kind: "failed", failure, ambiguous, park: true };
      if (parcelNo === null) return asIs;
      const looked = await look(entry, options);
      if (!looked.ok) return unanswered(entry, looked.failure);
      if (looked.value !== null) return judgeFound(entry, looked.value, ` OMS4 says: ${failure.detail}`);
      // Nothing shows it, but OMS4 knows its number, and this very body was sent before
      return ambiguous && !entry.corrected && !outbox.reportedBefore(parcelNo, entry.id) ? DONE : asIs;
    },
  };
};
export type Look = ReturnType<typeof createLook>;
