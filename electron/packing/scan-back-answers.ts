import type { Answer } from "./decision.ts";
import { make, shown } from "./words.ts";

const STOP_ACTION = "Take it off and paste the right one.";
const numberWords = (trackingNo: string): string => (trackingNo === "" ? "" : ` · ${trackingNo}`);

/** What the station says about labels that are to be scanned where they are pasted. */
export const scanBackAnswer = {
  /** A parcel was closed and its label is there or on its way: green, which says that it is done, is for the label's scan. */
  ask: (closed: Answer, sequence: number, trackingNo: string): Answer => ({
    ...closed,
    title: "Paste the label, scan it",
    text: `${closed.ftNo ?? ""} · parcel ${sequence} is packed${numberWords(trackingNo)}.`,
    tone: "info",
    sound: "accepted",
  }),
  /** A parcel was closed and its label is still to come. */
  askLater: (closed: Answer, sequence: number): Answer => ({
    ...closed,
    title: closed.kind === "task-done" ? `Packed · ${closed.ftNo ?? ""}` : closed.title,
    text: `The label of parcel ${sequence} is still to come: scan it once it is pasted. ${closed.kind === "task-done" ? "Scan the next task." : closed.text}`,
    tone: "info",
    sound: "accepted",
  }),
  ok: (parcelNo: string, ftNo: string, trackingNo: string, goOn: string): Answer =>
    make("label-ok", `Label is right · ${ftNo}`, `${trackingNo === "" ? parcelNo : trackingNo}. ${goOn}`, ftNo),
  /** A label that belongs to another parcel or task. */
  otherParcel: (asked: string, ftNo: string, owner: string): Answer =>
    make(
      "wrong-label",
      "STOP · another parcel's label",
      `It belongs to ${owner}, not to ${asked}. ${STOP_ACTION} Is it another box in your hands? Scan LATER first.`,
      ftNo,
    ),
  unknownLabel: (asked: string, ftNo: string, code: string, wanted: string): Answer =>
    make(
      "wrong-label",
      "STOP · not this parcel's label",
      `${shown(code)} is not on the label of ${asked}: it bears ${wanted}. ${STOP_ACTION}`,
      ftNo,
    ),
  oldLabel: (parcelNo: string, ftNo: string, trackingNo: string, isNewHere: boolean): Answer =>
    make(
      "wrong-label",
      `STOP · old label on ${parcelNo}`,
      `Destroy it. ${trackingNo === "" ? "OMS4 made another one" : `The one in force bears ${trackingNo}`}${isNewHere ? ": REPRINT prints it" : ", and is not there yet"}.`,
      ftNo,
    ),
  otherCode: (parcelNo: string, ftNo: string, wanted: string): Answer =>
    make(
      "unknown-code",
      "Another code of this label",
      `Scan the one that bears ${wanted}: it proves that the label is ${parcelNo}'s.`,
      ftNo,
    ),
  slip: (parcelNo: string, ftNo: string): Answer =>
    make(
      "scan-refused",
      "That is the parking slip",
      `Paste the label of ${parcelNo} over it and scan the label itself. Is there none? Scan REPRINT.`,
      ftNo,
    ),
  first: (ftNo: string, parcelNo: string, meant: string): Answer =>
    make("scan-refused", "First scan the pasted label", `${meant} ${parcelNo} is not done. LATER puts its label aside.`, ftNo),
  noLabel: (parcelNo: string, ftNo: string): Answer =>
    make("label-waiting", `No label yet · ${parcelNo}`, "It prints once OMS4 has it. LATER puts it aside: the bench goes on.", ftNo),
  later: (parcelNo: string, ftNo: string, goOn: string): Answer =>
    make("command-ok", "Label put aside", `${parcelNo} does not leave before its label is scanned. ${goOn}`, ftNo),
  nothingToPutAside: (ftNo: string | null): Answer =>
    make("command-refused", "No label is asked for", "LATER puts a label aside that is to be scanned now.", ftNo),
} as const;
