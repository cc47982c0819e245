import type { LabelOutcome } from "../../shared/label-check.ts";
import { candidatesOf, carriesNumber, cleanNumber, type ReadCode } from "../../shared/carried-number.ts";

/** `words`: plain, for people: which number was read and which was expected. */
export type Judgement = Readonly<{ outcome: LabelOutcome; words: string }>;

type Case = Readonly<{
  codes: readonly ReadCode[];
  /** the tracking number OMS4 names for this parcel; "" where it names none */
  trackingNo: string;
  /** the other parcel or task known here that has this number; null when nobody has */
  ownerOf: (number: string) => string | null;
}>;

const MOST_SHOWN = 3;
const LONGEST_SHOWN = 40;

const shown = (codes: readonly ReadCode[]): string => {
  const texts = [
    ...new Set(
      codes.map(({ text }) =>
        text
          .replaceAll(/[\u0000-\u001f]+/g, " ")
          .trim()
          .slice(0, LONGEST_SHOWN),
      ),
    ),
  ];
  return `${texts.slice(0, MOST_SHOWN).join(", ")}${texts.length > MOST_SHOWN ? ` and ${texts.length - MOST_SHOWN} more` : ""}`;
};

/**
 * What the barcodes of a label say about whose it is. Each page is looked at by itself: a file with this parcel's label on one page and
 * another parcel's on the next is not this parcel's label.
 */
export const judgeLabel = ({ codes, trackingNo, ownerOf }: Case): Judgement => {
  if (codes.length === 0) return { outcome: "unreadable", words: "no barcode on it could be read" };
  const pages = Map.groupBy(codes, ({ page }) => page);
  let matched = false;
  for (const onPage of pages.values()) {
    const carried = onPage.map((code) => carriesNumber(code, trackingNo));
    if (carried.includes("exact")) {
      matched = true;
      continue;
    }
    for (const code of onPage) {
      const number = candidatesOf(code).find((candidate) => ownerOf(candidate) !== null);
      if (number !== undefined) return { outcome: "other-parcel", words: `it bears ${number}, the number of ${ownerOf(number) ?? ""}` };
    }
    matched ||= carried.includes("within");
  }
  if (matched) return { outcome: "match", words: `its barcode says ${trackingNo}` };
  if (cleanNumber(trackingNo) === "") return { outcome: "no-number", words: `it bears ${shown(codes)}; OMS4 names no tracking number` };
  return { outcome: "mismatch", words: `its barcodes say ${shown(codes)}, not ${trackingNo}` };
};
