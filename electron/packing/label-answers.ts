import { failureKinds } from "../../shared/failures.ts";
import type { Answer } from "./decision.ts";
import type { DoubtedLabel, MissingLabel } from "./label-attention.ts";
import { listed } from "./words.ts";

const make = (kind: Answer["kind"], title: string, text: string, ftNo: string): Answer => ({ kind, title, text, ftNo, detailId: null });

/** "40 s", "12 min", "2 h 05": how long somebody waits, ms. */
export const waitedWords = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
};

type Change = Readonly<{ parcelNo: string; ftNo: string; labelId: number | null; oldTrackingNo: string; trackingNo: string }>;

/** A tracking number that is another is the loud kind: the parcel would travel under a number that nobody follows. */
export const isOtherNumber = ({ oldTrackingNo, trackingNo }: Pick<Change, "oldTrackingNo" | "trackingNo">): boolean =>
  oldTrackingNo !== "" && trackingNo !== "" && oldTrackingNo !== trackingNo;

const factWords = (change: Change): string =>
  isOtherNumber(change)
    ? `Its tracking number is ${change.trackingNo} now, not ${change.oldTrackingNo}.`
    : "OMS4 made its label anew after it was printed.";

/** What changed, for the trouble list; what to do stands beside it. */
export const changeFacts = (change: Change): string =>
  `${factWords(change)}${change.labelId === null ? " The new label is not there yet." : ""}`;

/** What changed and what to do, in one sentence each. */
export const changeWords = (change: Change, hasLeft: boolean): string => {
  const todo = hasLeft
    ? "It has left already: tell the carrier."
    : change.labelId === null
      ? "Pull the parcel and destroy its label. The new one is not there yet: REPRINT prints it once it is."
      : "Pull the parcel, destroy its label, scan REPRINT.";
  return `${factWords(change)} ${todo}`;
};

/** What is to be looked for, and what to do meanwhile. */
const missingTitle = ({ parcelNo, state }: MissingLabel): string => {
  if (state === "unknown") return `Is there a label of ${parcelNo}?`;
  return state === "failed" ? `No label for ${parcelNo}` : `Label held up · ${parcelNo}`;
};
const missingText = ({ ftNo, state, settled, failure }: MissingLabel): string => {
  if (state === "unknown") return `${ftNo}: look, then TROUBLE (F9). PRINTED if it is there, REPRINT if it is not.`;
  const why = failure === null ? "" : ` ${failureKinds[failure.kind].title}.`;
  return `${ftNo}:${why} Keep the box here${settled ? ": TROUBLE (F9) has the ways out." : ". The label comes as soon as that is put right."}`;
};

/** What the station says about labels that are late, parked, did not come out, or are not the ones in force any more. */
export const labelAnswer = {
  changed: (change: Change, hasLeft: boolean): Answer =>
    make(
      isOtherNumber(change) ? "tracking-changed" : "label-changed",
      `${isOtherNumber(change) ? "STOP · wrong" : "Wrong"} label on ${change.parcelNo}`,
      changeWords(change, hasLeft),
      change.ftNo,
    ),
  /** Labels that went out although they may be wrong; there is at least one. */
  doubted: (doubted: readonly DoubtedLabel[]): Answer => {
    const [first] = doubted;
    return first !== undefined && doubted.length === 1
      ? make(
          "label-doubted",
          `Look at the label of ${first.parcelNo}`,
          `${first.ftNo}: ${first.words}. Compare it with the order (↓ shows both) before the box leaves.`,
          first.ftNo,
        )
      : make(
          "label-doubted",
          `Look at ${doubted.length} labels`,
          `They may be wrong: ${listed(doubted.map(({ parcelNo }) => parcelNo))}. Compare them with their orders before the boxes leave.`,
          first?.ftNo ?? "",
        );
  },
  /** Labels that did not come out, or may not have; there is at least one. */
  missing: (missing: readonly MissingLabel[]): Answer => {
    const [first] = missing;
    return first !== undefined && missing.length === 1
      ? make("no-label", missingTitle(first), missingText(first), first.ftNo)
      : make(
          "no-label",
          `${missing.length} boxes may lack their labels`,
          `${listed(missing.map(({ parcelNo }) => parcelNo))}. Keep the boxes here: TROUBLE (F9) says why.`,
          first?.ftNo ?? "",
        );
  },
  /** Labels that the band said were missing are out; there is at least one. Silent: a blip would be taken for a scan. */
  cameOut: (out: readonly Pick<MissingLabel, "parcelNo" | "ftNo" | "state">[]): Answer => {
    const [first] = out;
    const done = out.every(({ state }) => state === "printed" || state === "scanned") ? "printed" : "sent";
    const look = done === "printed" ? "" : `Look for ${out.length === 1 ? "it" : "them"} at the printer. `;
    const words =
      first !== undefined && out.length === 1
        ? make(
            "parcel-ok",
            `Label ${done} · ${first.parcelNo}`,
            `${first.ftNo}: it is out now. ${look}Put it on this very box.`,
            first.ftNo,
          )
        : make(
            "parcel-ok",
            `${out.length} labels ${done}`,
            `${look}Each on its own box: ${listed(out.map(({ parcelNo }) => parcelNo))}.`,
            first?.ftNo ?? "",
          );
    return { ...words, sound: "none" };
  },
  prints: (parcelNo: string, ftNo: string, trackingNo: string): Answer =>
    make(
      "parcel-ok",
      `Label prints · ${parcelNo}`,
      `${trackingNo === "" ? "" : `${trackingNo}. `}Put it on this very box, over the slip.`,
      ftNo,
    ),
  waits: (parcelNo: string, ftNo: string, waitedMs: number, standBySeconds: number): Answer =>
    make(
      "label-waiting",
      `No label yet · waiting ${waitedWords(waitedMs)}`,
      `OMS4 is asked now for ${parcelNo}. If it comes within ${standBySeconds} s it prints here. Else put the box back.`,
      ftNo,
    ),
  onItsWay: (parcelNo: string, ftNo: string): Answer =>
    make("done-already", `Label on its way · ${parcelNo}`, "It is in the printer's queue. Put it on this very box.", ftNo),
  notPrinted: (parcelNo: string, ftNo: string): Answer =>
    make("command-refused", `Label did not print · ${parcelNo}`, "Scan TROUBLE to see why, or REPRINT to print it again.", ftNo),
  printedAlready: (parcelNo: string, ftNo: string, prints: number): Answer =>
    make(
      "done-already",
      `Label is printed already · ${parcelNo}`,
      `${prints > 1 ? `${prints} prints so far. ` : ""}Is it not on the box? Scan REPRINT now.`,
      ftNo,
    ),
  handedOver: (parcelNo: string, ftNo: string): Answer => make("done-already", "This parcel is handed over already", parcelNo, ftNo),
  taskIsOpen: (parcelNo: string, ftNo: string): Answer =>
    make("command-refused", "Finish this task first", `Or scan LEAVE. Then scan the slip of ${parcelNo} again.`, ftNo),
  notClosed: (parcelNo: string, ftNo: string): Answer =>
    make("command-refused", "This box is not closed yet", `Scan its task ${ftNo} to go on with ${parcelNo}.`, ftNo),
  pulled: (parcelNo: string, ftNo: string): Answer =>
    make("cancelled", `STOP · ${parcelNo} was pulled`, "It does not leave: destroy its label.", ftNo),
  stopped: (parcelNo: string, ftNo: string, words: string): Answer =>
    make("cancelled", `STOP · no label for ${parcelNo}`, `${words} Keep this box here.`, ftNo),
} as const;
