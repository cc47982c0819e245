import { PNG } from "pngjs";
import { encodeCode128 } from "../../../electron/printer/barcode.ts";
import type { BarcodeReader } from "../../../electron/printer/barcode-reader.ts";
import type { LabelDocument } from "../../../electron/printer/format.ts";
import { labelPdf } from "../labels.ts";
import { drawPages } from "../poppler.ts";

const DPI = 203;
/** Two PDF labels to each picture. */
const PICTURE_EVERY = 3;
const MODULE_DOTS = 3;

export const parcelFor = (number: number): string => `PB-${number}`;

/** 2 × 3 inch at 203 dpi with its own barcode. */
const labelPicture = (text: string): Uint8Array => {
  const [width, height, left, top, bars] = [406, 609, 35, 60, 120];
  const png = new PNG({ width, height });
  png.data.fill(255);
  let x = left;
  encodeCode128(text).widths.forEach((modules, at) => {
    const dots = modules * MODULE_DOTS;
    for (let y = top; at % 2 === 0 && y < top + bars; y++) {
      for (let dot = x; dot < x + dots; dot++) png.data.fill(0, (y * width + dot) * 4, (y * width + dot) * 4 + 3);
    }
    x += dots;
  });
  return new Uint8Array(PNG.sync.write(png, { colorType: 0, filterType: 0, deflateLevel: 1 }));
};

/** A label that says in its barcode whose it is; the same number always gives the same kind. */
export const truthLabel = async (parcelNo: string): Promise<LabelDocument> =>
  Number(parcelNo.replace("PB-", "")) % PICTURE_EVERY === 0
    ? { format: "png", bytes: labelPicture(parcelNo) }
    : { format: "pdf", bytes: await labelPdf(parcelNo) };

/** The codes on every page of a file that came out. */
export const readPrinted = async (reader: BarcodeReader, path: string): Promise<readonly string[]> => {
  const codes: string[] = [];
  for (const page of await drawPages(path, DPI)) {
    const quick = await reader.read(page, 1, true);
    codes.push(...(quick.length > 0 ? quick : await reader.read(page, 1)).map(({ text }) => text));
  }
  return codes;
};
