import type { ParcelState } from "../../shared/parcel.ts";
import { answer, plural, shown } from "./verdicts.ts";
import type { Answer } from "./decision.ts";

/** A parcel as the handover sees it. */
export type HandoverParcel = Readonly<{
  parcelNo: string;
  ftNo: string;
  state: ParcelState;
  carrier: string;
  cancelled: boolean;
  /** No label of it was ever printed. */
  unlabelled: boolean;
  /** What is on the box is not the label in force any more, in words; null when it is. */
  wrongLabel: string | null;
}>;

export type HandoverDecision = Readonly<{ handOver: HandoverParcel | null; verdict: Answer }>;

/** A parcel scanned while parcels leave with the carrier: closed parcels go, once; everything else is refused in words. */
export const decideHandover = (code: string, found: readonly HandoverParcel[], handedOver: number): HandoverDecision => {
  const refuse = (verdict: Answer): HandoverDecision => ({ handOver: null, verdict });
  const [parcel] = found;
  if (parcel === undefined) {
    return refuse({
      kind: "unknown-code",
      title: `No parcel ${shown(code)}`,
      text: "Scan the label on the parcel. HANDOVER again ends the handover.",
      ftNo: null,
      detailId: null,
    });
  }
  if (found.length > 1) {
    return refuse({
      kind: "ambiguous",
      title: `${shown(code)} is on two parcels`,
      text: "Scan the parcel number itself.",
      ftNo: null,
      detailId: null,
    });
  }
  if (parcel.cancelled) {
    return refuse({
      kind: "cancelled",
      title: `STOP · ${parcel.ftNo} was cancelled`,
      text: "Pull this parcel out: it must not leave.",
      ftNo: parcel.ftNo,
      detailId: null,
    });
  }
  if (parcel.state === "open") {
    return refuse({
      kind: "command-refused",
      title: "This parcel is not closed yet",
      text: `Finish ${parcel.ftNo} first.`,
      ftNo: parcel.ftNo,
      detailId: null,
    });
  }
  if (parcel.state === "handed-over") {
    return refuse({
      kind: "done-already",
      title: "This parcel is handed over already",
      text: parcel.parcelNo,
      ftNo: parcel.ftNo,
      detailId: null,
    });
  }
  if (parcel.unlabelled) {
    return refuse({
      kind: "command-refused",
      title: "STOP · this parcel has no label yet",
      text: "Put it back: its label prints as soon as OMS4 gives it. Then hand it over.",
      ftNo: parcel.ftNo,
      detailId: null,
    });
  }
  if (parcel.wrongLabel !== null) {
    return refuse({
      kind: "label-changed",
      title: `STOP · wrong label on ${parcel.parcelNo}`,
      text: parcel.wrongLabel,
      ftNo: parcel.ftNo,
      detailId: null,
    });
  }
  return {
    handOver: parcel,
    verdict: {
      kind: "parcel-ok",
      title: `Handed over · ${parcel.ftNo}`,
      text: `${parcel.carrier === "" ? "" : `${parcel.carrier} · `}${plural(handedOver + 1, "parcel")} so far.`,
      ftNo: parcel.ftNo,
      detailId: null,
    },
  };
};

export const handoverStarted = (waiting: number): Answer =>
  answer.commandOk(null, "Handover", `Scan each parcel that leaves (${plural(waiting, "parcel")} ready). HANDOVER again ends it.`);
export const handoverEnded = (count: number): Answer => answer.commandOk(null, "Handover ended", `${plural(count, "parcel")} handed over.`);
