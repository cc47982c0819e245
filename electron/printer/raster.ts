import { PDFiumLibrary } from "@hyzyla/pdfium";
import { errorWords } from "../../shared/error-words.ts";
import type { LabelFormat } from "../../shared/parcel.ts";
import { isBlank, packGrey, resampleGrey, type Bitmap } from "./bitmap.ts";
import { openPage } from "./page-box.ts";
import { createBarcodeReader, type BarcodeReader } from "./barcode-reader.ts";
import { encodeBitmapPng } from "./bitmap-png.ts";
import { pagesToPdf, pictureToPdf } from "./picture-pdf.ts";
import { carriesNumber, type ReadCode } from "../../shared/carried-number.ts";
import { laidOn, sizeOf } from "./paper-fit.ts";
import { decodePng, measureJpeg, type PageSize } from "./picture.ts";
import type { PaperSize } from "../../shared/printers.ts";

/**
 * What a document is on paper: the size of each page as it is seen (rotation, crop and trim box respected), which are empty, and which are
 * `plain`: no rotation, no box but the sheet's own, so that every printer sees the page as we do.
 */
export type Inspection = Readonly<{ pages: readonly (PageSize & Readonly<{ blank: boolean; plain: boolean }>)[] }>;

/**
 * A document as its printer will draw it, and what a scanner reads from it. `pngs`: the pages again, small enough to keep. `codes` null:
 * there is no reader here, `trouble` says why.
 */
export type Preflighted = Readonly<{
  pages: readonly Bitmap[];
  pngs: readonly Uint8Array[];
  codes: readonly ReadCode[] | null;
  trouble: string;
}>;

/** Reads and rasterises documents. Throws what its libraries throw: it runs in a worker, whose client makes values of it. */
export type Raster = Readonly<{
  inspect: (format: LabelFormat, bytes: Uint8Array) => Promise<Inspection>;
  rasterise: (format: LabelFormat, bytes: Uint8Array, dpi: number) => Promise<readonly Bitmap[]>;
  /**
   * Rasterises and reads the barcodes back. `quickFor`: a quick look is enough when it finds that number; "" looks thoroughly. `paper`: pages
   * are turned where only so they fit it; null: they stay as they are.
   */
  preflight: (format: LabelFormat, bytes: Uint8Array, dpi: number, quickFor: string, paper: PaperSize | null) => Promise<Preflighted>;
  /**
   * A picture as a one-page PDF of its own size; a PDF as it is, if every printer sees it as we do: with a page that is turned, cropped or
   * blank it is made anew from its dots at `dpi`, in exact size and without the blank pages.
   */
  toPdf: (format: LabelFormat, bytes: Uint8Array, dpi: number) => Promise<Uint8Array>;
}>;

const MM_PER_INCH = 25.4;
const POINTS_PER_INCH = 72;
/** Enough to see whether a page holds anything at all. */
const GLANCE_DPI = 36;
/** A label page larger than a metre is damage, and would ask for gigabytes. */
const LARGEST_MM = 1_000;
/** A catalogue is no label, and would keep the reader busy for minutes. */
const MOST_PAGES = 50;

const dots = (mm: number, dpi: number): number => Math.max(1, Math.round((mm / MM_PER_INCH) * dpi));

/** One PDFium for all documents; its start costs about 60 ms, so it is made once. */
export const createRaster = async (): Promise<Raster> => {
  const library = await PDFiumLibrary.init();

  const eachPage = async <T>(bytes: Uint8Array, dpi: number, work: (size: PageSize, bitmap: Bitmap, plain: boolean) => T): Promise<T[]> => {
    const pdf = await library.loadDocument(bytes);
    try {
      const done: T[] = [];
      const count = pdf.getPageCount();
      if (count === 0) throw new Error("the PDF has no page");
      if (count > MOST_PAGES) throw new Error(`the PDF has ${count} pages`);
      for (let index = 0; index < count; index++) {
        const { page, plain } = openPage(pdf, index);
        const { originalWidth, originalHeight } = page.getOriginalSize();
        const size = {
          widthMm: (originalWidth / POINTS_PER_INCH) * MM_PER_INCH,
          heightMm: (originalHeight / POINTS_PER_INCH) * MM_PER_INCH,
        };
        if (!(size.widthMm > 0 && size.heightMm > 0 && size.widthMm <= LARGEST_MM && size.heightMm <= LARGEST_MM)) {
          throw new Error(`a page measures ${Math.round(size.widthMm)} × ${Math.round(size.heightMm)} mm`);
        }
        // Exactly 100 %: the page's size in dots, rounded once; each edge is off by half a dot at most
        const grey = await page.render({
          width: dots(size.widthMm, dpi),
          height: dots(size.heightMm, dpi),
          scale: 1,
          colorSpace: "Gray",
          render: "bitmap",
          renderFormFields: true,
        });
        done.push(work(size, packGrey(grey.data, grey.width, grey.height), plain));
      }
      return done;
    } finally {
      pdf.destroy();
    }
  };

  const inspectPdf = (bytes: Uint8Array): Promise<Inspection["pages"]> =>
    eachPage(bytes, GLANCE_DPI, (size, bitmap, plain) => ({ ...size, blank: isBlank(bitmap), plain }));
  const inkedPages = async (bytes: Uint8Array, dpi: number): Promise<readonly Bitmap[]> => {
    const inked = (await eachPage(bytes, dpi, (_size, bitmap) => bitmap)).filter((page) => !isBlank(page));
    if (inked.length === 0) throw new Error("every page is blank");
    return inked;
  };

  const toPdf: Raster["toPdf"] = async (format, bytes, dpi) => {
    if (format === "zpl") throw new Error("ZPL is drawn by the printer itself");
    if (format === "pdf") {
      const pages = await inspectPdf(bytes);
      if (pages.every(({ blank, plain }) => plain && !blank)) return bytes;
      return pagesToPdf((await inkedPages(bytes, dpi)).map((page) => ({ bytes: encodeBitmapPng(page), ...sizeOf(page, dpi) })));
    }
    const pdf = await pictureToPdf(bytes, format === "jpeg" ? measureJpeg(bytes) : decodePng(bytes));
    if (!pdf.ok) throw new Error(pdf.failure.detail);
    return pdf.value;
  };

  const rasterise: Raster["rasterise"] = async (format, bytes, dpi) => {
    if (format === "zpl") throw new Error("ZPL is drawn by the printer itself");
    if (format === "pdf") return inkedPages(bytes, dpi);
    if (format === "jpeg") return eachPage(await toPdf(format, bytes, dpi), dpi, (_size, bitmap) => bitmap);
    const { width, height, grey, widthMm, heightMm } = decodePng(bytes);
    const [toWidth, toHeight] = [dots(widthMm, dpi), dots(heightMm, dpi)];
    // A picture made for this printer keeps its dots one to one
    const same = Math.abs(toWidth - width) <= 2 && Math.abs(toHeight - height) <= 2;
    return [same ? packGrey(grey, width, height) : packGrey(resampleGrey(grey, width, height, toWidth, toHeight), toWidth, toHeight)];
  };

  /** Made with the first label that is read; when that fails it is tried again with the next. */
  let reader: Promise<BarcodeReader> | null = null;
  const readPages = async (pages: readonly Bitmap[], quickFor: string): Promise<readonly ReadCode[]> => {
    const { read } = await (reader ??= createBarcodeReader());
    const codes: ReadCode[] = [];
    for (const [index, page] of pages.entries()) {
      const quick = quickFor === "" ? [] : await read(page, index + 1, true);
      const found = quick.some((code) => carriesNumber(code, quickFor) === "exact");
      codes.push(...(found ? quick : await read(page, index + 1)));
    }
    return codes;
  };

  return {
    toPdf,
    rasterise,
    preflight: async (format, bytes, dpi, quickFor, paper) => {
      const drawn = await rasterise(format, bytes, dpi);
      const pages = paper === null ? drawn : drawn.map((page) => laidOn(page, dpi, paper));
      const pngs = pages.map(encodeBitmapPng);
      try {
        return { pages, pngs, codes: await readPages(pages, quickFor), trouble: "" };
      } catch (error) {
        reader = null;
        return { pages, pngs, codes: null, trouble: errorWords(error) };
      }
    },
    inspect: async (format, bytes) => {
      if (format === "zpl") return { pages: [] };
      if (format === "pdf") return { pages: await inspectPdf(bytes) };
      const { widthMm, heightMm } = format === "jpeg" ? measureJpeg(bytes) : decodePng(bytes);
      return { pages: [{ widthMm, heightMm, blank: false, plain: true }] };
    },
  };
};
