import PDFDocument from "pdfkit";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { PageSize } from "./picture.ts";

const POINTS_PER_MM = 72 / 25.4;

/** Everything a PDF document writes, once it has ended. */
export const collectPdf = (document: PDFKit.PDFDocument): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    document.on("data", (part: Buffer) => parts.push(part));
    document.on("error", reject);
    document.on("end", () => resolve(new Uint8Array(Buffer.concat(parts))));
  });

/** Pictures as the pages of a PDF, each of its own size. Throws what the PDF library throws about a picture it can't read. */
export const pagesToPdf = (pages: readonly (PageSize & Readonly<{ bytes: Uint8Array }>)[]): Promise<Uint8Array> => {
  const document = new PDFDocument({ autoFirstPage: false });
  const collected = collectPdf(document);
  for (const { bytes, widthMm, heightMm } of pages) {
    const [width, height] = [widthMm * POINTS_PER_MM, heightMm * POINTS_PER_MM];
    document.addPage({ size: [width, height], margin: 0 });
    // The size was read without the camera's turn, so the picture is drawn without it
    const look = { width, height, ignoreOrientation: true };
    document.image(Buffer.from(bytes), 0, 0, look);
  }
  document.end();
  return collected;
};

/**
 * A picture as a one-page PDF of its own size: spoolers scale bare pictures to their taste, a PDF page they print at
 * 100 %. Failure `label-unreadable`.
 */
export const pictureToPdf = async (bytes: Uint8Array, size: PageSize): Promise<Result<Uint8Array>> => {
  try {
    return succeed(await pagesToPdf([{ bytes, ...size }]));
  } catch (error) {
    return fail("label-unreadable", `The picture can't be read (${errorWords(error)}).`);
  }
};
