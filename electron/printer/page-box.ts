import type { PDFiumDocument, PDFiumPage } from "@hyzyla/pdfium";

/** Corners in points from the page's origin: left, bottom, right, top. */
type Corners = readonly [number, number, number, number];

/** What lies within this of each other is one box: half a dot at 203 dpi. */
const SAME_POINTS = 0.2;
/** A finished page smaller than this is no label but a slip of whoever made the file. */
const SMALLEST_POINTS = 72;
const FLOAT_BYTES = 4;

type ReadBox = (page: number, left: number, bottom: number, right: number, top: number) => number;

/** PDFium's own calls about boxes. The package brings them along but gives them no names of its own. */
type Pdfium = Readonly<{
  _FPDFPage_GetMediaBox: ReadBox;
  _FPDFPage_GetCropBox: ReadBox;
  _FPDFPage_GetTrimBox: ReadBox;
  _FPDFPage_SetCropBox: (page: number, left: number, bottom: number, right: number, top: number) => void;
  _FPDFPage_GetRotation: (page: number) => number;
  _FPDF_ClosePage: (page: number) => void;
  HEAPU8: Uint8Array;
  wasmExports: Readonly<{ malloc: (bytes: number) => number; free: (at: number) => void }>;
}>;
type Inside = Readonly<{ module: Pdfium; pageIdx: number }>;

/** How a page is to be seen. `plain`: its box begins at the origin, is the whole sheet, and nothing is turned. */
export type PageBox = Readonly<{ page: PDFiumPage; plain: boolean }>;

const readBox = ({ module, pageIdx }: Inside, read: ReadBox): Corners | null => {
  const at = module.wasmExports.malloc(4 * FLOAT_BYTES);
  try {
    const places = [0, 1, 2, 3].map((index) => at + index * FLOAT_BYTES) as [number, number, number, number];
    if (read(pageIdx, ...places) === 0) return null;
    const view = new DataView(module.HEAPU8.buffer, at, 4 * FLOAT_BYTES);
    const [x1, y1, x2, y2] = [0, 4, 8, 12].map((offset) => view.getFloat32(offset, true)) as [number, number, number, number];
    return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
  } finally {
    module.wasmExports.free(at);
  }
};

const overlap = (a: Corners, b: Corners): Corners => [
  Math.max(a[0], b[0]),
  Math.max(a[1], b[1]),
  Math.min(a[2], b[2]),
  Math.min(a[3], b[3]),
];
const isSame = (a: Corners, b: Corners): boolean => a.every((edge, index) => Math.abs(edge - (b[index] ?? 0)) < SAME_POINTS);

/**
 * Opens a page as it is meant to come out: the crop box, or where there are crop marks the trim box, which is the finished page by ISO
 * 32000-1, 14.11.2. Marks and colour bars around it stay off the label.
 */
export const openPage = (pdf: PDFiumDocument, index: number): PageBox => {
  const page = pdf.getPage(index);
  const inside = page as unknown as Inside;
  const { module, pageIdx } = inside;
  const media = readBox(inside, module._FPDFPage_GetMediaBox);
  const crop = readBox(inside, module._FPDFPage_GetCropBox);
  const trim = readBox(inside, module._FPDFPage_GetTrimBox);
  const sheet = media === null || crop === null ? (crop ?? media) : overlap(media, crop);
  const turned = module._FPDFPage_GetRotation(pageIdx) !== 0;
  const atOrigin = media !== null && Math.abs(media[0]) < SAME_POINTS && Math.abs(media[1]) < SAME_POINTS;
  const whole = crop === null || media === null || isSame(crop, media);
  if (trim === null || sheet === null) return { page, plain: !turned && atOrigin && whole };
  const finished = overlap(trim, sheet);
  const sane = finished[2] - finished[0] >= SMALLEST_POINTS && finished[3] - finished[1] >= SMALLEST_POINTS;
  if (!sane || isSame(finished, sheet)) return { page, plain: !turned && atOrigin && whole };
  module._FPDFPage_SetCropBox(pageIdx, ...finished);
  // The size of an open page stays what it was when it was opened
  module._FPDF_ClosePage(pageIdx);
  return { page: pdf.getPage(index), plain: false };
};
