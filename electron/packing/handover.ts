import type { Milestone, ParcelState } from "../../shared/parcel.ts";
import type { Answer } from "./decision.ts";
import { milestoneModes } from "./milestone-modes.ts";
import { answer, plural, shown } from "./verdicts.ts";

/** A parcel as handover and the other milestones see it. */
export type HandoverParcel = Readonly<{
  parcelNo: string;
  ftNo: string;
  state: ParcelState;
  carrier: string;
  /** Why it must not leave: cancelled, packed at another station too, in part cancelled, the buyer asks to cancel, or something is to be added. */
  stop: "pull" | "elsewhere" | "take-out" | "request" | "more" | null;
  /** OMS4 refuses to hear of it, and a person has not dealt with that yet. */
  refused: boolean;
  /** No label of it ever came out: none is here yet, or it is held up on its way to paper. Null: one may be on the box. */
  unlabelled: "no-label" | "held-up" | null;
  /** Its label is to be scanned where it is pasted, and was not. */
  unscanned: boolean;
  /** What is on the box is not the label in force any more, in words; null when it is. */
  wrongLabel: string | null;
  /** The last milestone told of it; null: none. */
  milestone: Milestone | null;
  /** Another station packed it: with what tracking number; null: packed here. */
  elsewhere: Readonly<{ trackingNo: string }> | null;
}>;

/** After these a parcel's story is over: only a supervisor goes on with it. */
const FINAL: readonly Milestone[] = ["DELIVERED", "RETURNED TO FP", "LOST"];

/** `tell`: the milestones OMS4 hears of the parcel now, in order. `wantsSupervisor`: it would be told if one allowed it. */
export type HandoverDecision = Readonly<{
  parcel: HandoverParcel | null;
  tell: readonly Milestone[];
  wantsSupervisor: boolean;
  verdict: Answer;
}>;

/** What keeps a parcel that is still here from leaving; null when it may go. */
const keptHere = (parcel: HandoverParcel): Answer | null => {
  const { ftNo, stop } = parcel;
  const refuse = (kind: Answer["kind"], title: string, text: string): Answer => ({ kind, title, text, ftNo, detailId: null });
  if (stop === "request")
    return refuse("on-hold", `HOLD · ${ftNo}: the buyer asks to cancel`, "Keep this parcel here until OMS4 has decided.");
  if (stop === "more")
    return refuse(
      "command-refused",
      `STOP · ${ftNo}: more is ordered now`,
      `Put it aside. After the handover scan ${ftNo} to add what is missing, or TROUBLE to let it go as it is.`,
    );
  if (stop === "elsewhere")
    return refuse(
      "cancelled",
      `STOP · ${ftNo} is packed elsewhere`,
      "Another station packed it too. Pull this parcel out: it must not leave.",
    );
  if (stop !== null || parcel.state === "pulled") {
    const title = stop === "take-out" ? `STOP · ${ftNo}: an item was cancelled` : `STOP · ${ftNo} was cancelled`;
    return refuse("cancelled", title, "Pull this parcel out: it must not leave.");
  }
  if (parcel.state === "open") return refuse("command-refused", "This parcel is not closed yet", `Finish ${ftNo} first.`);
  if (parcel.wrongLabel !== null) return refuse("label-changed", `Wrong label on ${parcel.parcelNo}`, parcel.wrongLabel);
  if (parcel.unlabelled === "held-up")
    return refuse(
      "command-refused",
      "STOP · its label did not come out",
      `Put ${parcel.parcelNo} aside. After the handover put the printer right, or scan TROUBLE: it has the reason and the ways out.`,
    );
  if (parcel.unlabelled === "no-label")
    return refuse(
      "command-refused",
      "STOP · this parcel has no label yet",
      "Put it back. With a parking slip on it, scan the slip after the handover: its label prints once OMS4 has it.",
    );
  if (parcel.unscanned)
    return refuse(
      "command-refused",
      "STOP · this label was not checked",
      `Put ${parcel.parcelNo} aside. After the handover look whether the label is on the right box, and scan it there.`,
    );
  if (parcel.refused)
    return refuse(
      "command-refused",
      "STOP · OMS4 has not taken its report",
      `Put ${parcel.parcelNo} aside. After the handover scan TROUBLE: it has OMS4's words and the ways out.`,
    );
  return null;
};

/**
 * A parcel scanned in a milestone's mode; it is told once. What is still here leaves only if nothing keeps it. A parcel that was never
 * scanned out has left all the same when it is delivered, pending or back: OMS4 hears SHIPPING first. A lost one may have been lost
 * here, so nothing is said for it.
 */
export const decideHandover = (
  code: string,
  found: readonly HandoverParcel[],
  { mode, told, supervisor }: Readonly<{ mode: Milestone; told: number; supervisor: boolean }>,
): HandoverDecision => {
  const [parcel] = found;
  const refuse = (verdict: Answer, wantsSupervisor = false): HandoverDecision => ({
    parcel: parcel ?? null,
    tell: [],
    wantsSupervisor,
    verdict,
  });
  const { title, done, command } = milestoneModes[mode];
  if (parcel === undefined) {
    return refuse({
      kind: "unknown-code",
      title: `No parcel ${shown(code)}`,
      text: `No parcel packed here has this number. ${command.slice(3)} again ends ${title.toLowerCase()}.`,
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
  const { ftNo, parcelNo, carrier } = parcel;
  const hasLeft = parcel.state === "handed-over";
  // What was handed over before anybody noted milestones was shipped
  const last = hasLeft ? (parcel.milestone ?? "SHIPPING") : parcel.milestone;
  if (hasLeft && mode === "SHIPPING" && parcel.stop !== null && parcel.stop !== "request") {
    const text = "It has left already: tell your shift lead at once.";
    return refuse({ kind: "cancelled", title: `STOP · ${ftNo} was cancelled`, text, ftNo, detailId: null });
  }
  if (last === mode || (mode === "SHIPPING" && last === "PENDING DELIVERY")) {
    const words = mode === "SHIPPING" ? "This parcel is handed over already" : `Told already: ${done.toLowerCase()}`;
    // Then it is OMS4 that says so
    const text = parcel.elsewhere !== null && parcel.milestone === null ? `${parcelNo}: OMS4 shows that it has left.` : parcelNo;
    return refuse({ kind: "done-already", title: words, text, ftNo, detailId: null });
  }
  if (last !== null && FINAL.includes(last) && !supervisor) {
    return refuse(
      {
        kind: "command-refused",
        title: `Told before: ${milestoneModes[last].done.toLowerCase()}`,
        text: `OMS4 heard that ${parcelNo} is ${milestoneModes[last].done.toLowerCase()}.`,
        ftNo,
        detailId: null,
      },
      true,
    );
  }
  const kept = hasLeft ? null : keptHere(parcel);
  if (kept !== null) return refuse(kept);
  const tell: readonly Milestone[] = !hasLeft && mode !== "SHIPPING" && mode !== "LOST" ? ["SHIPPING", mode] : [mode];
  return {
    parcel,
    tell,
    wantsSupervisor: false,
    verdict: {
      kind: "parcel-ok",
      title: `${done} · ${ftNo}`,
      text: `${carrier === "" ? "" : `${carrier} · `}${plural(told + 1, "parcel")} so far.${parcel.elsewhere === null ? "" : " Packed at another station."}`,
      ftNo,
      detailId: null,
    },
  };
};

export const handoverStarted = (mode: Milestone, waiting: number): Answer => {
  const { title, scan, command } = milestoneModes[mode];
  const ready = mode === "SHIPPING" ? ` (${plural(waiting, "parcel")} ready)` : "";
  return answer.commandOk(null, title, `Scan ${scan}${ready}. ${command.slice(3)} again ends it.`);
};
export const handoverEnded = (mode: Milestone, count: number): Answer =>
  answer.commandOk(null, `${milestoneModes[mode].title} ended`, `${plural(count, "parcel")}: ${milestoneModes[mode].done.toLowerCase()}.`);

export const listTooLong = (numbers: number, most: number): Answer => ({
  kind: "scan-refused",
  title: "Nothing was taken of this list",
  text: `It has ${numbers.toLocaleString("en")} numbers; ${most.toLocaleString("en")} go at once. Paste it in parts.`,
  ftNo: null,
  detailId: null,
});

/** A whole list of numbers at once: how many were told, and what is with the others. */
export const handoverListed = (
  mode: Milestone,
  told: number,
  refused: readonly Readonly<{ code: string; words: string }>[],
  asking = 0,
): Answer => {
  const { done } = milestoneModes[mode];
  if (asking > 0) {
    return {
      kind: "unknown-code",
      title: `${done}: ${told} · asking OMS4 about ${asking}`,
      text: `Not packed here: wait for the answer.${refused.length === 0 ? "" : ` Not taken: ${refused.length}, see below.`}`,
      ftNo: null,
      detailId: null,
      tone: "over",
      sound: "over",
    };
  }
  if (refused.length === 0)
    return { kind: "parcel-ok", title: `${done} · ${plural(told, "parcel")}`, text: "All of the list.", ftNo: null, detailId: null };
  const [first] = refused;
  const text = `${shown(first?.code ?? "")}: ${first?.words ?? ""}${refused.length > 1 ? ` · ${refused.length - 1} more below` : ""}`;
  return {
    kind: told === 0 ? "command-refused" : "parcel-ok",
    title: `${done}: ${told} · not taken: ${refused.length}`,
    text,
    ftNo: null,
    detailId: null,
    ...(told === 0 ? {} : { tone: "over" as const, sound: "over" as const }),
  };
};

const refusedCode = (title: string, text: string, ftNo: string | null = null): Answer => ({
  kind: "unknown-code",
  title,
  text,
  ftNo,
  detailId: null,
});

/** What is said of parcels that were not packed here, until OMS4 has answered and where its answer names none. */
export const elsewhereAnswer = {
  asking: (code: string): Answer => ({
    ...refusedCode(`Asking OMS4 about ${shown(code)} …`, "Not packed here. Keep the parcel in your hands: nothing is told yet."),
    tone: "over",
    sound: "over",
  }),
  stillAsking: (count: number): Answer => ({
    ...refusedCode(`Still asking OMS4 about ${plural(count, "parcel")}`, "Wait for the answer, then scan it again."),
    kind: "command-refused",
  }),
  offline: (code: string): Answer =>
    refusedCode("Not told: OMS4 can't be reached", `${shown(code)} was not packed here. Scan it again when OMS4 can be reached.`),
  noAnswer: (code: string, why: string): Answer => refusedCode("Not told: no answer from OMS4", `Scan ${shown(code)} again. ${why}`.trim()),
  overtaken: (code: string): Answer =>
    refusedCode("Not told: scan it again", `Something else was scanned before OMS4 had answered about ${shown(code)}.`),
  tooMany: (code: string, most: number): Answer =>
    refusedCode("Not told: scan it again", `${shown(code)}: OMS4 is asked about ${most} parcels of a list at most.`),
  none: (code: string, why: "unknown" | "not-packed" | "several" | "old-number", ftNo: string | null): Answer => {
    switch (why) {
      case "unknown":
        return refusedCode(
          `No parcel ${shown(code)}`,
          "Neither this station nor OMS4 finds a parcel by this number. Scan its tracking number.",
        );
      case "not-packed":
        return refusedCode(`No parcel of ${shown(code)} yet`, "OMS4 has heard of no parcel of this order: ask where it is packed.", ftNo);
      case "old-number":
        return refusedCode(`No parcel ${shown(code)} any more`, "OMS4 has another tracking number for this order: check the label.", ftNo);
      case "several":
        return { ...refusedCode(`${shown(code)} has several parcels`, "Scan the parcel's own label.", ftNo), kind: "ambiguous" };
    }
  },
} as const;
