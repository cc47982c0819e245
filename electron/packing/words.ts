import type { FulfillmentTask } from "../../shared/task.ts";
import type { Answer } from "./decision.ts";

const LONGEST_CODE_SHOWN = 40;
/** A code as it may stand in a headline: control characters made visible, cut by whole characters. */
export const shown = (code: string): string => {
  const visible = [...code.trim()].map((character) => (/\p{Cc}/u.test(character) ? "␟" : character));
  return visible.length > LONGEST_CODE_SHOWN
    ? `${visible.slice(0, LONGEST_CODE_SHOWN).join("")}… (${visible.length} characters)`
    : visible.join("");
};

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export const make = (kind: Answer["kind"], title: string, text: string, ftNo: string | null, detailId: string | null = null): Answer => ({
  kind,
  title,
  text,
  ftNo,
  detailId,
});

/** Units of a line as OMS4 and its people know them. */
export const unitsForOms4 = ({ details }: FulfillmentTask, detailId: string, qty: number): string => {
  const detail = details.find((line) => line.detailId === detailId);
  return `${qty} x ${detail?.brandSkuCode || detail?.sellerSkuCode || detailId} (line ${detailId})`;
};

/** A list for the band: what doesn't fit is on the screen below. */
export const listed = (words: readonly string[], most = 3): string =>
  `${words.slice(0, most).join(", ")}${words.length > most ? " …" : ""}`;
