import PDFDocument from "pdfkit";
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

/**
 * A picture as a one-page PDF of its own size: spoolers scale bare pictures to their taste, a PDF page they print at
 * 100 %. Failure `label-unreadable`.
 */
export const pictureToPdf = async (bytes: Uint8Array, { widthMm, heightMm }: PageSize): Promise<Result<Uint8Array>> => {
  try {
    const [width, height] = [widthMm * POINTS_PER_MM, heightMm * POINTS_PER_MM];
    const document = new PDFDocument({ size: [width, height], margin: 0 });
    const collected = collectPdf(document);
    // The size was read without the camera's turn, so the picture is drawn without it
    const look = { width, height, ignoreOrientation: true };
    document.image(Buffer.from(bytes), 0, 0, look);
    document.end();
    return succeed(await collected);
  } catch (error) {
    return fail("label-unreadable", `The picture can't be read (${error instanceof Error ? error.message : String(error)}).`);
  }
};
