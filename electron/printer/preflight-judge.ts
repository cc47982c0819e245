import type { LabelOutcome } from "../../shared/label-check.ts";
import {
  bareNumber,
  candidatesOf,
  carriesNumber,
  isSameNumber,
  otherWithin,
  type OwnedNumber,
  type ReadCode,
} from "../../shared/carried-number.ts";

/** `words`: plain, for people: which number was read and which was expected. */
export type Judgement = Readonly<{ outcome: LabelOutcome; words: string }>;

/** The numbers of all other parcels and tasks known here. */
export type OtherNumbers = Readonly<{
  /** who has this number, in whatever way it is written; null when nobody has */
  ownerOf: (number: string) => string | null;
  /** those that lie in this cleaned text, longest first */
  numbersWithin: (text: string) => readonly OwnedNumber[];
}>;
/** Where no other number counts. */
export const nobodyElse: OtherNumbers = { ownerOf: () => null, numbersWithin: () => [] };

type Case = Readonly<{
  codes: readonly ReadCode[];
  /** the tracking number OMS4 names for this parcel; "" where it names none */
  trackingNo: string;
  others: OtherNumbers;
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

const wholeOfOther = (code: ReadCode, trackingNo: string, { ownerOf }: OtherNumbers): OwnedNumber | null => {
  for (const number of candidatesOf(code)) {
    const owner = isSameNumber(number, trackingNo) ? null : ownerOf(number);
    if (owner !== null) return { number, owner };
  }
  return null;
};

/** Whose label a page without our number as a whole is; null: nobody else's. */
const otherOn = (onPage: readonly ReadCode[], trackingNo: string, carriesOurs: boolean, others: OtherNumbers): OwnedNumber | null => {
  for (const code of onPage) {
    const whole = wholeOfOther(code, trackingNo, others);
    if (whole !== null) return whole;
  }
  return otherWithin(onPage, { trackingNo, carriesOurs }, others.numbersWithin);
};

/**
 * What the barcodes of a label say about whose it is. Each page is looked at by itself: a file with this parcel's label on one page and
 * another parcel's on the next is not this parcel's label.
 */
export const judgeLabel = ({ codes, trackingNo, others }: Case): Judgement => {
  if (codes.length === 0) return { outcome: "unreadable", words: "no barcode on it could be read" };
  const pages = Map.groupBy(codes, ({ page }) => page);
  let matched = false;
  for (const onPage of pages.values()) {
    const carried = onPage.map((code) => carriesNumber(code, trackingNo));
    if (carried.includes("exact")) {
      matched = true;
      continue;
    }
    const other = otherOn(onPage, trackingNo, carried.includes("within"), others);
    if (other !== null) return { outcome: "other-parcel", words: `it bears ${other.number}, the number of ${other.owner}` };
    matched ||= carried.includes("within");
  }
  if (matched) return { outcome: "match", words: `its barcode says ${trackingNo}` };
  if (bareNumber(trackingNo) === "") return { outcome: "no-number", words: `it bears ${shown(codes)}; OMS4 names no tracking number` };
  return { outcome: "mismatch", words: `its barcodes say ${shown(codes)}, not ${trackingNo}` };
};
