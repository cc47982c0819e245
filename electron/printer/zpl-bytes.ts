import { succeed, type Result } from "../../shared/failures.ts";
import type { LabelDocument } from "./format.ts";
import type { Rasteriser } from "./rasteriser.ts";
import { encodeZpl } from "./zpl.ts";

/**
 * A document for a Zebra-language printer: ZPL as it is, everything else as `^GF` from its dots. What was read back is what goes out. Failures:
 * `label-unreadable`.
 */
export const zplBytes = async (
  { format, bytes, dots, dpi: madeFor }: LabelDocument,
  dpi: number,
  rasteriser: Rasteriser,
): Promise<Result<Uint8Array>> => {
  if (format === "zpl") return succeed(bytes);
  const density = madeFor ?? dpi;
  const pages = dots?.dpi === density ? succeed(dots.pages) : await rasteriser.rasterise({ format, bytes }, density);
  return pages.ok ? succeed(encodeZpl(pages.value)) : pages;
};
