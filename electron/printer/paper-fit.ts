import type { PaperSize } from "../../shared/printers.ts";
import { turned, type Bitmap } from "./bitmap.ts";

const MM_PER_INCH = 25.4;
/** Labels of 4 × 6 in are printed on A6 and the other way round: what they lose is margin. */
const SAME_PAPER_MM = 6;

/** Where nobody said what is in a label printer: nearly all heads are four inches wide, and paper comes from a roll. */
export const USUAL_ROLL: PaperSize = { widthMm: 4 * MM_PER_INCH, heightMm: Infinity };

/** The size of a page on paper, mm. */
export const sizeOf = ({ width, height }: Bitmap, dpi: number): PaperSize => ({
  widthMm: (width / dpi) * MM_PER_INCH,
  heightMm: (height / dpi) * MM_PER_INCH,
});

/** True when a page comes out whole, as it lies, but for a margin's width. */
export const fits = (page: PaperSize, paper: PaperSize): boolean =>
  page.widthMm <= paper.widthMm + SAME_PAPER_MM && page.heightMm <= paper.heightMm + SAME_PAPER_MM;

/** The same page a quarter turned. */
export const across = ({ widthMm, heightMm }: PaperSize): PaperSize => ({ widthMm: heightMm, heightMm: widthMm });

/** A page as it goes to a printer that turns nothing itself: a quarter turned where only so it fits the paper. */
export const laidOn = (page: Bitmap, dpi: number, paper: PaperSize): Bitmap => {
  const size = sizeOf(page, dpi);
  return !fits(size, paper) && fits(across(size), paper) ? turned(page) : page;
};
