import type { TaskDetail } from "../../shared/task.ts";
import { nameOf, packedElsewhere, partElsewhere, stopOf, takeOuts, unitsWanted, wholeCancelled, type BenchTask } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { listed, make, plural } from "./words.ts";

/** A parcel as the alarm about it names it. `labelOut`: a label of it may be on the box. */
export type StoppedParcel = Readonly<{
  parcelNo: string;
  kind: "pull" | "take-out" | "request" | "relabel" | "more" | "left";
  labelOut: boolean;
  /** all that is in it is concerned */
  whole: boolean;
}>;

/** What to do with a box whose own label was made before OMS4 changed where it goes. */
export const OLD_LABEL_WORDS = "Its label bears the old address or carrier: destroy it, and scan REPRINT for the new one.";

/** What has to come out of the open box, in words; "" when nothing has to. */
export const outWords = (bench: BenchTask): string => {
  const names = new Map(bench.task.details.map((detail) => [detail.detailId, nameOf(detail)]));
  const sums = new Map<string, number>();
  for (const { detailId, qty } of takeOuts(bench)) sums.set(detailId, (sums.get(detailId) ?? 0) + qty);
  return listed([...sums].map(([detailId, qty]) => `${qty} × ${names.get(detailId) ?? detailId}`));
};

const afterwards = (bench: BenchTask): string => (unitsWanted(bench) > 0 ? "Then go on with the rest." : "Nothing else is to be packed.");

/** What to do with the boxes of a task of which nothing may go. */
const putBackWords = (bench: BenchTask): string => {
  const pulled = bench.parcels.filter(({ parcelNo, state }) => state === "closed" && stopOf(bench, parcelNo) === "pull");
  const out = outWords(bench);
  if (pulled.length > 0) {
    return `Pull ${plural(pulled.length, "parcel")} and destroy the label: scan the label, or scan each item as you put it back.`;
  }
  return out === "" ? "" : `Put back and scan: ${out}. Then scan LEAVE.`;
};

export const stopAnswer = {
  taskCancelled: (ftNo: string, bench: BenchTask): Answer =>
    make("cancelled", `STOP · ${ftNo} was cancelled`, putBackWords(bench) || "Don't pack it. Put the items back.", ftNo),
  doneElsewhere: (ftNo: string, status: string, bench: BenchTask): Answer => {
    const back = putBackWords(bench);
    const words = `OMS4 says ${status}. ${back === "" ? "Don't pack it again." : back}`;
    const part = partElsewhere(bench) ? ` Only a part? A supervisor who knows what is left scans ${ftNo}, then RELEASE.` : "";
    return {
      ...make("done-already", `${ftNo} is packed elsewhere`, words + part, ftNo),
      // Something lies in a box that must not go: this is more than "nothing to do"
      ...(back === "" ? {} : { tone: "stop" as const, sound: "stop" as const }),
    };
  },
  restReleased: (ftNo: string): Answer =>
    make("task-opened", `Go on with ${ftNo}`, "Pack only what the other station has not packed, then scan FINISH.", ftNo),
  lineCancelled: (details: readonly TaskDetail[], bench: BenchTask): Answer => {
    const out = outWords(bench);
    const names = listed(details.map(nameOf));
    return make(
      "cancelled",
      details.length === 1 ? "STOP · one line was cancelled" : `STOP · ${details.length} lines were cancelled`,
      `${out === "" ? `Don't pack: ${names}` : `Take out and scan back: ${out}`}. ${afterwards(bench)}`,
      bench.task.ftNo,
      details[0]?.detailId ?? null,
    );
  },
  /** Fewer are ordered than lie in the box, or a line is no more. */
  lessOrdered: (details: readonly TaskDetail[], bench: BenchTask): Answer => {
    const out = outWords(bench);
    const names = listed(details.map((detail) => (detail.gone === true ? `${nameOf(detail)}: none` : `${nameOf(detail)}: ${detail.qty}`)));
    return {
      ...make(
        out === "" ? "task-changed" : "cancelled",
        out === "" ? "The order was changed" : "STOP · fewer are ordered now",
        out === "" ? `Now ordered: ${names}. Go on.` : `Take out and scan back: ${out}. ${afterwards(bench)}`,
        bench.task.ftNo,
        details[0]?.detailId ?? null,
      ),
    };
  },
  moreOrdered: (details: readonly TaskDetail[], bench: BenchTask): Answer =>
    make(
      "task-changed",
      "More is ordered now",
      `${listed(details.map((detail) => `${nameOf(detail)}: ${detail.qty}`))}. ${plural(unitsWanted(bench), "unit")} to go.`,
      bench.task.ftNo,
      details[0]?.detailId ?? null,
    ),
  otherAddress: (what: readonly string[], bench: BenchTask): Answer =>
    make(
      "task-changed",
      `New ${listed(what)}`,
      `OMS4 changed it. The label will say so: write nothing on the box by hand.`,
      bench.task.ftNo,
    ),
  cancellationWithdrawn: (bench: BenchTask): Answer =>
    make(
      "task-changed",
      `Go on with ${bench.task.ftNo}`,
      `The cancellation was taken back: ${plural(unitsWanted(bench), "unit")} to go.`,
      bench.task.ftNo,
    ),
  cancelRequested: (bench: BenchTask): Answer => {
    const { ftNo } = bench.task;
    return bench.request?.unclear === true
      ? make(
          "on-hold",
          `HOLD · ${ftNo}: cancelled or not?`,
          `OMS4 closed the buyer's request with "${bench.request.result || "no word"}". A supervisor asks OMS4, then scans the task and RELEASE to pack it.`,
          ftNo,
        )
      : make(
          "on-hold",
          `HOLD · ${ftNo}: the buyer asks to cancel`,
          "Put the box aside and scan LEAVE. It goes on by itself when OMS4 has decided.",
          ftNo,
        );
  },
  requestOver: (bench: BenchTask): Answer =>
    make(
      "task-opened",
      `Go on with ${bench.task.ftNo}`,
      `The buyer's request is over: ${plural(unitsWanted(bench), "unit")} to pack.`,
      bench.task.ftNo,
    ),
  requestReleased: (ftNo: string): Answer => make("command-ok", `${ftNo} may go`, "Its label prints by itself.", ftNo),
  takenOut: (detail: TaskDetail, toTakeOut: number, wanted: number): Answer => ({
    ...make(
      "item-ok",
      `Taken out: ${nameOf(detail)}`,
      toTakeOut > 0
        ? `${plural(toTakeOut, "unit")} more to take out.`
        : wanted > 0
          ? `Go on with the rest: ${plural(wanted, "unit")} to go.`
          : "Nothing else is to be packed.",
      null,
      detail.detailId,
    ),
    sound: "out",
  }),
  /** The same for a task that is over: the headline stays, the scan counts. */
  putBack: (over: Answer, detail: TaskDetail, left: number): Answer => ({
    ...over,
    text:
      left > 0
        ? `Put back: ${nameOf(detail)}. ${plural(left, "unit")} more.`
        : `Put back: ${nameOf(detail)}. That was all: scan LEAVE, or the next task.`,
    detailId: detail.detailId,
    tone: "stop",
    sound: "out",
  }),
  /** Packed parcels that must not leave as they are, whatever lies on the bench. */
  parcelsStopped: (ftNo: string, parcels: readonly StoppedParcel[], elsewhere = false): Answer => {
    const of = (kind: StoppedParcel["kind"]): readonly StoppedParcel[] => parcels.filter((parcel) => parcel.kind === kind);
    const numbers = (some: readonly StoppedParcel[]): string => listed(some.map(({ parcelNo }) => parcelNo));
    const [pull, out, asked, left] = [of("pull"), of("take-out"), of("request"), of("left")];
    const [relabel, more] = [of("relabel"), of("more")];
    if (pull.length > 0) {
      const label = pull.some(({ labelOut }) => labelOut) ? "destroy the label and scan it" : `scan ${ftNo} and put the items back`;
      return elsewhere
        ? make("cancelled", `STOP · ${ftNo} is packed elsewhere`, `Another station packed it too. Pull ${numbers(pull)}: ${label}.`, ftNo)
        : make("cancelled", `STOP · ${ftNo} was cancelled`, `It is packed already. Pull ${numbers(pull)}: ${label}.`, ftNo);
    }
    if (out.length > 0)
      return make(
        "cancelled",
        `STOP · ${ftNo}: an item was cancelled`,
        `Pull ${numbers(out)}, scan ${ftNo}, and take out what it says.`,
        ftNo,
      );
    if (left.length > 0)
      return make(
        "cancelled",
        left.every(({ whole }) => whole) ? `STOP · ${ftNo} was cancelled` : `STOP · ${ftNo}: an item was cancelled`,
        `${numbers(left)} has left already: tell your shift lead at once.`,
        ftNo,
      );
    if (relabel.length > 0) {
      const text = `Pull ${numbers(relabel)}, destroy its label and scan REPRINT: OMS4 changed it after it was packed.`;
      return { ...make("task-changed", `STOP · ${ftNo} has a new address or carrier`, text, ftNo), tone: "stop", sound: "stop" };
    }
    if (more.length > 0)
      return make("task-changed", `${ftNo}: more is ordered now`, `Keep ${numbers(more)} here: scan ${ftNo} to add what is missing.`, ftNo);
    return make("on-hold", `HOLD · ${ftNo}: the buyer asks to cancel`, `Keep ${numbers(asked)} here until OMS4 has decided.`, ftNo);
  },
  parcelsFree: (ftNo: string): Answer =>
    make("command-ok", `${ftNo} may go after all`, "OMS4 took it back. A label that is missing prints by itself.", ftNo),
  parcelPulled: (parcelNo: string, ftNo: string, more: number): Answer => ({
    ...make(
      "command-ok",
      `Pulled: ${parcelNo}`,
      more > 0 ? `${plural(more, "parcel")} more of ${ftNo} to pull.` : "Destroy its label and put its items back. Scan the next task.",
      ftNo,
    ),
    sound: "out",
  }),
} as const;

/** Why nothing of this task may go on now, in words; null when it may. */
export const stoppedAnswer = (bench: BenchTask): Answer | null => {
  const { ftNo, status } = bench.task;
  if (wholeCancelled(bench)) return stopAnswer.taskCancelled(ftNo, bench);
  if (packedElsewhere(bench)) return stopAnswer.doneElsewhere(ftNo, status, bench);
  return bench.request === null ? null : stopAnswer.cancelRequested(bench);
};
