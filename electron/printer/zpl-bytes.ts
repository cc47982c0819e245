import type { PaperSize } from "../../shared/printers.ts";
import { succeed, type Result } from "../../shared/failures.ts";
import type { LabelDocument } from "./format.ts";
import { noneHolds } from "./page-sizes.ts";
import { fits, laidOn, sizeOf } from "./paper-fit.ts";
import type { Rasteriser } from "./rasteriser.ts";
import { encodeZpl } from "./zpl.ts";

/**
 * A document for a Zebra-language printer: ZPL as it is, everything else as `^GF` from its dots, turned where only so a page fits the paper.
 * What was read back is what goes out. Failures: `label-unreadable`, `printer-cannot-print`.
 */
export const zplBytes = async (
  { format, bytes, dots, dpi: madeFor }: LabelDocument,
  { dpi, paper, rasteriser }: Readonly<{ dpi: number; paper: PaperSize; rasteriser: Rasteriser }>,
): Promise<Result<Uint8Array>> => {
  if (format === "zpl") return succeed(bytes);
  const density = madeFor ?? dpi;
  const pages = dots?.dpi === density ? succeed(dots.pages) : await rasteriser.rasterise({ format, bytes }, density);
  if (!pages.ok) return pages;
  const laid = pages.value.map((page) => laidOn(page, density, paper));
  const sizes = laid.map((page) => sizeOf(page, density));
  // A printer as wide as the label prints all of it; where one page is a label and another an office sheet, the sheet would be cut
  if (sizes.some((size) => fits(size, paper)) && !sizes.every((size) => fits(size, paper)))
    return noneHolds(sizes, [`${Math.round(paper.widthMm)} mm wide`]);
  return succeed(encodeZpl(laid));
};
