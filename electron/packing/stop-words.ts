import type { StopKind, StopUnits } from "../store/stops.ts";
import { contentOf, nameOf, packedElsewhere, unitsWanted, type BenchTask } from "./bench.ts";
import { OLD_LABEL_WORDS } from "./stop-verdicts.ts";
import { listed, plural, unitsForOms4 } from "./words.ts";

/** All that is in a parcel is concerned: no line needs naming. */
export const isWholeParcel = (task: BenchTask, parcelNo: string, units: StopUnits): boolean =>
  contentOf(task, parcelNo).every(({ detailId, qty }) => units[detailId] === qty);

const named = (task: BenchTask, units: StopUnits): string => {
  const names = new Map(task.task.details.map((detail) => [detail.detailId, nameOf(detail)]));
  return listed(Object.entries(units).map(([detailId, qty]) => `${qty} × ${names.get(detailId) ?? detailId}`));
};

/** What a person has to do with a stopped parcel. `units`: what the stop is about; `labelOut`: a label of it may be on the box. */
export const stopWords = (
  task: BenchTask,
  parcelNo: string,
  { kind, units, labelOut }: Readonly<{ kind: StopKind; units: StopUnits; labelOut: boolean }>,
): string => {
  const { ftNo } = task.task;
  switch (kind) {
    case "pull": {
      const why = packedElsewhere(task) ? "Another station packed it too. " : "";
      return why + (labelOut ? "Pull it and destroy its label: scan the label." : `Scan ${ftNo} and put its items back.`);
    }
    case "take-out":
      return `Scan ${ftNo} and take out: ${named(task, units)}.`;
    case "request":
      return task.request?.unclear === true
        ? `OMS4 closed the buyer's request with "${task.request.result || "no word"}": a supervisor asks OMS4, scans ${ftNo} and RELEASE.`
        : "Keep it here until OMS4 has decided.";
    case "relabel":
      return OLD_LABEL_WORDS;
    case "more":
      return `OMS4 ordered ${plural(unitsWanted(task), "unit")} more after it was packed: scan ${ftNo} to add what is missing. If it goes as it is, give this up.`;
    case "left":
      return `It was handed over before OMS4 cancelled ${isWholeParcel(task, parcelNo, units) ? "it" : named(task, units)}: tell your shift lead.`;
  }
};

/** What OMS4 hears of a parcel that left with what was cancelled; `units`: what it has not heard of yet. */
export const leftNews = (task: BenchTask, parcelNo: string, units: StopUnits): string => {
  const news = "Was handed over to the carrier before the cancellation arrived at the packing station";
  if (isWholeParcel(task, parcelNo, units)) return news;
  return `${news}: ${Object.entries(units)
    .map(([detailId, qty]) => unitsForOms4(task.task, detailId, qty))
    .join(", ")}`;
};
