import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { prepareZXingModule, readBarcodes, type ReaderOptions, type ReadInputBarcodeFormat } from "zxing-wasm/reader";
import { bytesPerRow, type Bitmap } from "./bitmap.ts";
import type { ReadCode } from "../../shared/carried-number.ts";

/** What stands on shipping labels; each further kind costs time and finds codes in lines of text. */
const FORMATS: ReadInputBarcodeFormat[] = [
  "Code128",
  "Code39",
  "Code93",
  "Codabar",
  "ITF",
  "EAN13",
  "DataBar",
  "QRCode",
  "DataMatrix",
  "PDF417",
  "Aztec",
  "MaxiCode",
];
/** A raster is black and white already, and a label has few codes. */
const COMMON: ReaderOptions = {
  formats: FORMATS,
  binarizer: "FixedThreshold",
  textMode: "Plain",
  tryInvert: false,
  maxNumberOfSymbols: 32,
};
const THOROUGH: ReaderOptions = { ...COMMON, tryHarder: true, tryRotate: true, tryDownscale: true };
/** Straight codes of a raster that we drew ourselves. */
const QUICK: ReaderOptions = { ...COMMON, tryHarder: false, tryRotate: false, tryDownscale: false };

const BLACK = 0xff_00_00_00;
const WHITE = 0xff_ff_ff_ff;

/** The reader takes pictures of four bytes a dot. */
const toRgba = ({ width, height, data }: Bitmap): ImageData => {
  const rgba = new Uint8ClampedArray(width * height * 4);
  const dots = new Uint32Array(rgba.buffer).fill(WHITE);
  const row = bytesPerRow(width);
  for (let y = 0; y < height; y++) {
    for (let at = 0; at < row; at++) {
      const byte = data[y * row + at] as number;
      if (byte === 0) continue;
      const left = y * width + at * 8;
      const most = Math.min(8, width - at * 8);
      for (let bit = 0; bit < most; bit++) if ((byte & (0x80 >> bit)) !== 0) dots[left + bit] = BLACK;
    }
  }
  return { data: rgba, width, height, colorSpace: "srgb" } as ImageData;
};

export type BarcodeReader = Readonly<{
  /** Every code on a page. `quick`: only what stands straight and clean, in a third of the time. Throws what the library throws. */
  read: (page: Bitmap, number: number, quick?: boolean) => Promise<readonly ReadCode[]>;
}>;

/**
 * Reads barcodes back from dots. The package would fetch its WebAssembly from a content network; here it is the package's own file.
 * Costs about 25 ms at the first call. Throws when the file is missing or broken.
 */
export const createBarcodeReader = async (): Promise<BarcodeReader> => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  const wasmBinary = new Uint8Array(wasm).buffer;
  // Asked for even where the bytes are given: a bare name is no address
  await prepareZXingModule({ overrides: { wasmBinary, locateFile: (name: string) => name }, fireImmediately: true });
  return {
    read: async (page, number, quick = false) => {
      const found = await readBarcodes(toRgba(page), quick ? QUICK : THOROUGH);
      return found
        .filter(({ isValid }) => isValid)
        .map(({ format, symbologyIdentifier, text }) => ({ page: number, format, identifier: symbologyIdentifier, text }));
    },
  };
};
