import { PDFiumLibrary } from "@hyzyla/pdfium";
import type { LabelFormat } from "../../shared/parcel.ts";
import { isBlank, packGrey, resampleGrey, type Bitmap } from "./bitmap.ts";
import { pictureToPdf } from "./picture-pdf.ts";
import { decodePng, measureJpeg, type PageSize } from "./picture.ts";

/** What a document is on paper: the size of each page as it is seen (rotation and crop box respected), and which are empty. */
export type Inspection = Readonly<{ pages: readonly (PageSize & Readonly<{ blank: boolean }>)[] }>;

/** Reads and rasterises documents. Throws what its libraries throw: it runs in a worker, whose client makes values of it. */
export type Raster = Readonly<{
  inspect: (format: LabelFormat, bytes: Uint8Array) => Promise<Inspection>;
  rasterise: (format: LabelFormat, bytes: Uint8Array, dpi: number) => Promise<readonly Bitmap[]>;
  /** A picture as a one-page PDF of its own size; a PDF as it is. */
  toPdf: (format: LabelFormat, bytes: Uint8Array) => Promise<Uint8Array>;
}>;

const MM_PER_INCH = 25.4;
const POINTS_PER_INCH = 72;
/** Enough to see whether a page holds anything at all. */
const GLANCE_DPI = 36;
/** A label page larger than a metre is damage, and would ask for gigabytes. */
const LARGEST_MM = 1_000;

const dots = (mm: number, dpi: number): number => Math.max(1, Math.round((mm / MM_PER_INCH) * dpi));

/** One PDFium for all documents; its start costs about 60 ms, so it is made once. */
export const createRaster = async (): Promise<Raster> => {
  const library = await PDFiumLibrary.init();

  const eachPage = async <T>(bytes: Uint8Array, dpi: number, work: (size: PageSize, bitmap: Bitmap) => T): Promise<T[]> => {
    const pdf = await library.loadDocument(bytes);
    try {
      const done: T[] = [];
      if (pdf.getPageCount() === 0) throw new Error("the PDF has no page");
      for (const page of pdf.pages()) {
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
        done.push(work(size, packGrey(grey.data, grey.width, grey.height)));
      }
      return done;
    } finally {
      pdf.destroy();
    }
  };

  const toPdf: Raster["toPdf"] = async (format, bytes) => {
    if (format === "zpl") throw new Error("ZPL is drawn by the printer itself");
    if (format === "pdf") return bytes;
    const pdf = await pictureToPdf(bytes, format === "jpeg" ? measureJpeg(bytes) : decodePng(bytes));
    if (!pdf.ok) throw new Error(pdf.failure.detail);
    return pdf.value;
  };

  return {
    toPdf,
    inspect: async (format, bytes) => {
      if (format === "zpl") return { pages: [] };
      if (format === "pdf") return { pages: await eachPage(bytes, GLANCE_DPI, (size, bitmap) => ({ ...size, blank: isBlank(bitmap) })) };
      const { widthMm, heightMm } = format === "jpeg" ? measureJpeg(bytes) : decodePng(bytes);
      return { pages: [{ widthMm, heightMm, blank: false }] };
    },
    rasterise: async (format, bytes, dpi) => {
      if (format === "zpl") throw new Error("ZPL is drawn by the printer itself");
      if (format === "pdf") {
        const pages = await eachPage(bytes, dpi, (_size, bitmap) => bitmap);
        const inked = pages.filter((page) => !isBlank(page));
        if (inked.length === 0) throw new Error("every page is blank");
        return inked;
      }
      if (format === "jpeg") {
        return eachPage(await toPdf(format, bytes), dpi, (_size, bitmap) => bitmap);
      }
      const { width, height, grey, widthMm, heightMm } = decodePng(bytes);
      const [toWidth, toHeight] = [dots(widthMm, dpi), dots(heightMm, dpi)];
      // A picture made for this printer keeps its dots one to one
      const same = Math.abs(toWidth - width) <= 2 && Math.abs(toHeight - height) <= 2;
      return [same ? packGrey(grey, width, height) : packGrey(resampleGrey(grey, width, height, toWidth, toHeight), toWidth, toHeight)];
    },
  };
};
