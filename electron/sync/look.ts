import { fail, succeed, type Failure, type FailureKind, type Result } from "../../shared/failures.ts";
import { readStatus } from "../../shared/task.ts";
import type { Outbox, OutboxEntry } from "../store/outbox.ts";
import type { Api, CallOptions } from "./api.ts";
import type { Outcome } from "./drain.ts";
import { parcelsOfTask } from "./label-match.ts";
import type { OtherStations } from "./other-stations.ts";
import { compareContent, findParcel, type ParcelContent } from "./parcel-content.ts";
import { readTask } from "./read-task.ts";

/** An unanswered look or an odd refusal of it says nothing about the parcel; after this many a person decides. */
const TRIES_OF_REFUSED_LOOK = 4;
const WORTH_ANOTHER_LOOK: readonly FailureKind[] = ["offline", "timeout", "answer-cut", "throttled", "oms4-trouble"];
const NOT_FOUND_WORDS = /not (be )?found|not exist|no such|unknown|no data|no record/i;

/** OMS4 has answered about the parcel already: only a lost answer is worth another try. */
const unlessLost = (answer: Readonly<{ ok: false; failure: Failure }>): Result<null> =>
  WORTH_ANOTHER_LOOK.includes(answer.failure.kind) ? answer : succeed(null);

const DONE: Outcome = { kind: "done" };
const parked = (detail: string, ambiguous: boolean): Outcome => ({
  kind: "failed",
  failure: fail("duplicate-parcel", detail).failure,
  ambiguous,
  park: true,
});

/** `other`: it is not, and the task that ships in one parcel was packed at another station, under these numbers. */
type Seen = Readonly<{ kind: "there"; parcel: ParcelContent }> | Readonly<{ kind: "other"; parcelNos: readonly string[] }> | null;

type Refused = Extract<Outcome, { kind: "failed" }>;

/** A last look at a report that surely never arrived: false when it must not go now; then it was taken back or held. */
export type MayGo = (entry: Pick<OutboxEntry, "id" | "ftNo" | "parcelNo" | "attempts">) => boolean;

type LookParts = Readonly<{
  api: Api;
  outbox: Outbox;
  otherStations: OtherStations;
  mayGo: MayGo;
}>;

/**
 * Is our parcel at OMS4, and with what in it? Our numbers are unique for ever, so finding one is proof that some report of it arrived;
 * whether it was this very one, the content says where OMS4 gives it, else our own record of having sent this body before.
 */
export const createLook = ({ api, outbox, otherStations, mayGo }: LookParts) => {
  const look = async ({ ftNo, parcelNo }: OutboxEntry, options: CallOptions, wasRefused: boolean): Promise<Result<Seen>> => {
    if (parcelNo === null) return succeed(null);
    const answer = await api.getShippingInfo({ ft_no: [ftNo], fp_parcel_no: parcelNo }, options);
    if (!answer.ok && (answer.failure.kind !== "oms4-refused" || !NOT_FOUND_WORDS.test(answer.failure.detail))) return answer;
    const parcels = answer.ok ? answer.value.flatMap((row) => row.parcels) : [];
    const parcel = findParcel(parcels, parcelNo);
    return parcel === null ? await lookAtTask(ftNo, parcelNo, options, wasRefused) : succeed({ kind: "there", parcel });
  };

  /**
   * The second place to look: the task itself, and all parcels that OMS4 has of it. That it counts as packed is proof of ours only where
   * no other station's parcel is named.
   */
  const lookAtTask = async (ftNo: string, parcelNo: string, options: CallOptions, wasRefused: boolean): Promise<Result<Seen>> => {
    const tasks = await api.getTasksByNo({ ft_nos: [ftNo] }, options);
    if (!tasks.ok) return unlessLost(tasks);
    const named = findParcel(tasks.value, parcelNo);
    if (named !== null) return succeed({ kind: "there", parcel: named });
    const statuses = tasks.value.flatMap((raw) => {
      const read = readTask(raw);
      // Of a task in several parcels another one may stand beside ours
      return read.ok && read.task.ftNo === ftNo && !read.task.allowSplit ? [readStatus(read.task.status)] : [];
    });
    const isPacked = statuses.includes("finished");
    if (!isPacked && !(wasRefused && statuses.length > 0)) return succeed(null);
    const shipping = await api.getShippingInfo({ ft_no: [ftNo] }, options);
    if (!shipping.ok) return unlessLost(shipping);
    const parcels = parcelsOfTask(shipping.value, ftNo, 1);
    const parcel = findParcel(parcels, parcelNo);
    if (parcel !== null) return succeed({ kind: "there", parcel });
    const parcelNos = otherStations.among(
      ftNo,
      parcels.map(({ fp_parcel_no }) => fp_parcel_no),
    );
    if (parcelNos.length > 0) return succeed({ kind: "other", parcelNos });
    // A label that was there before the parcel may never bear its number, and nobody else's is there
    return succeed(isPacked ? { kind: "there", parcel: { items: null, trackingNo: "" } } : null);
  };

  /** OMS4 has the parcel: with what this report says, or with something a person must compare? */
  const judgeFound = (entry: OutboxEntry, there: ParcelContent, said: string): Outcome => {
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
    // Never sent from here as far as this database knows: a restored backup, or something on the way that sent it twice. RETRY says that it was looked at
    if (ambiguous || entry.failure?.kind === "duplicate-parcel") return DONE;
    const words =
      "is at OMS4 already, but this station has no record of having told it. Compare it there: if it is this box, RETRY takes it as told.";
    return parked(`${parcelNo} ${words}${said}`, ambiguous);
  };

  /** Our box is the one too many. One that has left can't be stopped: that is for a person. */
  const elsewhere = ({ ftNo, parcelNo }: OutboxEntry, parcelNos: readonly string[]): Outcome => {
    if (parcelNo === null || !otherStations.hasLeft(parcelNo)) return { kind: "elsewhere", parcelNos };
    const detail = `OMS4 has ${parcelNos.join(", ")} of ${ftNo}, and ${parcelNo} has left as well.`;
    return { kind: "failed", failure: fail("packed-elsewhere", detail).failure, ambiguous: false, park: true };
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
      const looked = await look(entry, options, false);
      if (!looked.ok) return unanswered(entry, looked.failure);
      const seen = looked.value;
      return seen?.kind === "there" ? judgeFound(entry, seen.parcel, "") : seen === null ? null : elsewhere(entry, seen.parcelNos);
    },
    /** OMS4 calls the parcel a duplicate: an earlier try of this very report arrived, or something that only a person can judge. */
    afterDuplicate: async (entry: OutboxEntry, failure: Failure, options: CallOptions): Promise<Outcome> => {
      const { parcelNo, ambiguous } = entry;
      const asIs: Outcome = { kind: "failed", failure, ambiguous, park: true };
      if (parcelNo === null) return asIs;
      const looked = await look(entry, options, true);
      if (!looked.ok) return unanswered(entry, looked.failure);
      const seen = looked.value;
      if (seen?.kind === "there") return judgeFound(entry, seen.parcel, ` OMS4 says: ${failure.detail}`);
      // With our number in its words it is ours that is there twice, whatever else is listed
      if (seen !== null) return failure.detail.toUpperCase().includes(parcelNo) ? asIs : elsewhere(entry, seen.parcelNos);
      // Nothing shows it, but OMS4 knows its number, and this very body was sent before
      return ambiguous && !entry.corrected && !outbox.reportedBefore(parcelNo, entry.id) ? DONE : asIs;
    },
    /**
     * OMS4 refuses a first report for good: another station may have packed the task, or it was cancelled while the report was on its way.
     * `refused`: what becomes of it otherwise.
     */
    afterRefusal: async (entry: OutboxEntry, refused: Refused, options: CallOptions): Promise<Outcome> => {
      const looked = await look(entry, options, true);
      if (!looked.ok || looked.value?.kind === "there") return refused;
      if (looked.value !== null) return elsewhere(entry, looked.value.parcelNos);
      if (!mayGo(entry)) return { kind: "withdrawn" };
      // Where it answered for good and has not got it, no earlier try arrived either
      return { ...refused, ambiguous: refused.failure.ambiguous === true };
    },
  };
};
export type Look = ReturnType<typeof createLook>;
