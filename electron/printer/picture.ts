import { PNG } from "pngjs";

export type PageSize = Readonly<{ widthMm: number; heightMm: number }>;
/** A decoded picture as grey on white, with the size it wants to have on paper. */
export type Picture = PageSize & Readonly<{ width: number; height: number; grey: Uint8Array }>;

const MM_PER_INCH = 25.4;
/** Label stock we know, mm: a picture without a stated density is taken for one of these. */
const KNOWN_STOCK: readonly (readonly [number, number])[] = [
  [100, 150],
  [101.6, 152.4],
  [105, 148],
  [100, 100],
  [100, 180],
  [101.6, 203.2],
  [76.2, 127],
  [57, 32],
  [210, 297],
];
const STOCK_WITHIN_MM = 2.5;
const COMMON_DPI = [203, 203.2, 300, 600, 150, 152.4, 96, 72];
/** Below this a stated density is a placeholder (72 dpi screen shots, 1:1 aspect ratios), not a size on paper. */
const LEAST_BELIEVED_DPI = 100;
/** 100 mm is the width of nearly every shipping label: the last resort for a picture of unknown density. */
const USUAL_WIDTH_MM = 100;

const pngDpi = (bytes: Uint8Array): number | null => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= view.length;) {
    const length = view.readUInt32BE(at);
    const name = view.toString("latin1", at + 4, at + 8);
    if (name === "IDAT") return null;
    // pHYs: dots per metre (unit 1)
    if (name === "pHYs" && length === 9 && view[at + 16] === 1) return (view.readUInt32BE(at + 8) * MM_PER_INCH) / 1_000;
    at += 12 + length;
  }
  return null;
};

const jpegDpi = (bytes: Uint8Array): number | null => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // JFIF APP0 comes first: units 1 = per inch, 2 = per cm
  if (view.length < 18 || view.toString("latin1", 6, 10) !== "JFIF") return null;
  const density = view.readUInt16BE(14);
  if (view[13] === 1) return density;
  return view[13] === 2 ? density * 2.54 : null;
};

/** Frame headers: all SOF markers but the tables that share their range (ITU-T T.81, table B.1). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Width and height in dots, from the frame header; null when there is none. */
const jpegDots = (bytes: Uint8Array): Readonly<{ width: number; height: number }> | null => {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < view.length && view[at] === 0xff; at += 2 + view.readUInt16BE(at + 2)) {
    if (isFrame(view[at + 1] ?? 0)) return { height: view.readUInt16BE(at + 5), width: view.readUInt16BE(at + 7) };
  }
  return null;
};

const stockDistance = (widthMm: number, heightMm: number): number =>
  Math.min(
    ...KNOWN_STOCK.flatMap(([short, long]) => [
      Math.max(Math.abs(widthMm - short), Math.abs(heightMm - long)),
      Math.max(Math.abs(widthMm - long), Math.abs(heightMm - short)),
    ]),
  );

/** The size on paper: the stated density if it is one to believe, else the density that makes it a known label. */
const paperSize = (width: number, height: number, stated: number | null): PageSize => {
  const at = (dpi: number) => ({ widthMm: (width / dpi) * MM_PER_INCH, heightMm: (height / dpi) * MM_PER_INCH });
  if (stated !== null && stated >= LEAST_BELIEVED_DPI) return at(stated);
  const best = COMMON_DPI.map(at).toSorted((a, b) => stockDistance(a.widthMm, a.heightMm) - stockDistance(b.widthMm, b.heightMm))[0];
  if (best !== undefined && stockDistance(best.widthMm, best.heightMm) <= STOCK_WITHIN_MM) return best;
  return { widthMm: USUAL_WIDTH_MM, heightMm: (height / width) * USUAL_WIDTH_MM };
};

/** RGBA over white, to grey by the ITU-R BT.601 weights. */
const toGrey = (rgba: Uint8Array, count: number): Uint8Array => {
  const grey = new Uint8Array(count);
  for (let index = 0, at = 0; index < count; index++, at += 4) {
    const light = 0.299 * (rgba[at] as number) + 0.587 * (rgba[at + 1] as number) + 0.114 * (rgba[at + 2] as number);
    const alpha = (rgba[at + 3] as number) / 255;
    grey[index] = Math.round(light * alpha + 255 * (1 - alpha));
  }
  return grey;
};

/** The size of a JPEG on paper; throws when it has no frame header. It is not decoded here: PDFium does that five times as fast. */
export const measureJpeg = (bytes: Uint8Array): PageSize => {
  const dots = jpegDots(bytes);
  if (dots === null || dots.width === 0 || dots.height === 0) throw new Error("the JPEG has no frame header");
  return paperSize(dots.width, dots.height, jpegDpi(bytes));
};

/** Decodes a PNG; throws what the decoder throws. */
export const decodePng = (bytes: Uint8Array): Picture => {
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return { width, height, grey: toGrey(data, width * height), ...paperSize(width, height, pngDpi(bytes)) };
};
