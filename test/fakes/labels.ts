import PDFDocument from "pdfkit";
import { PNG } from "pngjs";
import jpeg from "jpeg-js";
import { succeed } from "../../shared/failures.ts";
import type { Preflight } from "../../electron/printer/preflight.ts";
import { encodeCode128 } from "../../electron/printer/barcode.ts";
import { collectPdf } from "../../electron/printer/picture-pdf.ts";

const POINTS_PER_MM = 72 / 25.4;

/** A believable shipping label with its own text, 100 × 150 mm unless told otherwise. `sheet`: behind it a page of that size. */
export const labelPdf = async (
  text: string,
  size: Readonly<{
    widthMm: number;
    heightMm: number;
    pages?: number;
    blankPages?: number;
    rotate?: 90;
    sheet?: readonly [widthMm: number, heightMm: number];
  }> = { widthMm: 100, heightMm: 150 },
): Promise<Uint8Array> => {
  const page: [number, number] = [size.widthMm * POINTS_PER_MM, size.heightMm * POINTS_PER_MM];
  const document = new PDFDocument({ size: page, margin: 0 });
  const collected = collectPdf(document);
  for (let index = 0; index < (size.pages ?? 1); index++) {
    if (index > 0) document.addPage({ size: page, margin: 0 });
    if (size.rotate !== undefined) Object.assign(document.page.dictionary.data, { Rotate: size.rotate });
    document.fontSize(16).text(text, 20, 20, { lineBreak: false });
    let x = 20;
    encodeCode128(text).widths.forEach((width, at) => {
      if (at % 2 === 0) document.rect(x, 60, width * 0.709, 80);
      x += width * 0.709;
    });
    document.fill();
  }
  if (size.sheet !== undefined) {
    const [widthMm, heightMm] = size.sheet;
    document.addPage({ size: [widthMm * POINTS_PER_MM, heightMm * POINTS_PER_MM], margin: 0 });
    document.fontSize(16).text(`CN23 of ${text}`, 20, 20, { lineBreak: false });
  }
  for (let index = 0; index < (size.blankPages ?? 0); index++) document.addPage({ size: page, margin: 0 });
  document.end();
  return collected;
};

type Picture = Readonly<{ width: number; height: number; data: Buffer }>;
/** White with a black frame of `border` dots and a black square at the upper left. */
export const picture = (width: number, height: number, border: number = 8): Picture => {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const frame = x < border || y < border || x >= width - border || y >= height - border;
      if (frame || (x < width / 4 && y < height / 4)) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height, data };
};
export const labelPng = (width: number, height: number): Uint8Array => {
  const png = new PNG({ width, height });
  picture(width, height).data.copy(png.data);
  return new Uint8Array(PNG.sync.write(png));
};
export const labelJpeg = (width: number, height: number): Uint8Array => new Uint8Array(jpeg.encode(picture(width, height), 90).data);
export const labelZpl = (text: string): Uint8Array => new Uint8Array(Buffer.from(`^XA^FO40,40^A0N,40,40^FD${text}^FS^XZ\n`));

/** For queues whose test is not about what stands on a label: nothing is read back. */
export const uncheckedLabels: Pick<Preflight, "forPrint" | "ownLabel"> = {
  forPrint: async () => succeed(null),
  ownLabel: async (document) => succeed(document),
};
