import { fail, type Result } from "../../shared/failures.ts";
import type { PageSize } from "./picture.ts";

/** 4×6 inch on 100×150 mm stock loses 1.2 mm at each end, which every carrier's label leaves white. */
export const CUT_AT_MOST_MM = 3;
const MOST_NAMED = 20;

const sides = ({ widthMm, heightMm }: PageSize): readonly [short: number, long: number] => [
  Math.min(widthMm, heightMm),
  Math.max(widthMm, heightMm),
];

/** True when every page comes out whole on this medium, or but for its white edge, whichever way round. */
export const allHeld = (pages: readonly PageSize[], medium: PageSize): boolean => {
  const [short, long] = sides(medium);
  return pages.map(sides).every(([one, other]) => one <= short + CUT_AT_MOST_MM && other <= long + CUT_AT_MOST_MM);
};

/** The smallest page that holds each of these, upright. */
export const wholeOf = (pages: readonly PageSize[]): PageSize => ({
  widthMm: Math.max(...pages.map((page) => sides(page)[0])),
  heightMm: Math.max(...pages.map((page) => sides(page)[1])),
});

/** A spooler prints all pages of a document on one medium: no page is cut without a word. */
export const noneHolds = (pages: readonly PageSize[], media: readonly string[]): Result<never> => {
  const sizes = [...new Set(pages.map(({ widthMm, heightMm }) => `${widthMm.toFixed(0)} × ${heightMm.toFixed(0)}`))];
  const named = media.slice(0, MOST_NAMED).join(", ");
  return fail(
    "printer-cannot-print",
    `Its pages measure ${sizes.join(" and ")} mm: no paper of this printer holds them all (${named === "" ? "it names none" : named}).`,
  );
};
