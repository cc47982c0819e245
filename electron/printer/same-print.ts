import type { Bitmap } from "./bitmap.ts";
import type { LabelDocument } from "./format.ts";
import type { Rasteriser } from "./rasteriser.ts";

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const samePage = (a: Bitmap, b: Bitmap | undefined): boolean =>
  b !== undefined && a.width === b.width && a.height === b.height && sameBytes(a.data, b.data);

/**
 * Whether two labels print the same, dot for dot, at the printer's dpi. ZPL is drawn by the printer itself, so only its bytes can be
 * compared; what can't be drawn is never the same as anything else.
 */
export const createSamePrint =
  ({ rasteriser, dpi }: Readonly<{ rasteriser: Rasteriser; dpi: () => number }>) =>
  async (one: LabelDocument, other: LabelDocument): Promise<boolean> => {
    if (sameBytes(one.bytes, other.bytes)) return true;
    if (one.format === "zpl" || other.format === "zpl") return false;
    const [first, second] = [await rasteriser.rasterise(one, dpi()), await rasteriser.rasterise(other, dpi())];
    if (!first.ok || !second.ok) return false;
    return first.value.length === second.value.length && first.value.every((page, index) => samePage(page, second.value[index]));
  };
