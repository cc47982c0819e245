import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import PDFDocument from "pdfkit";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { bytesPerRow, packGrey, resampleGrey, turned, type Bitmap } from "../../electron/printer/bitmap.ts";
import type { LabelDocument } from "../../electron/printer/format.ts";
import { collectPdf } from "../../electron/printer/picture-pdf.ts";
import { createRasteriser } from "../../electron/printer/rasteriser.ts";
import { fits, laidOn } from "../../electron/printer/paper-fit.ts";
import { createSamePrint } from "../../electron/printer/same-print.ts";
import { zplBytes } from "../../electron/printer/zpl-bytes.ts";
import { encodeZpl } from "../../electron/printer/zpl.ts";
import { testFolder } from "../fakes/folder.ts";
import { labelJpeg, labelPdf, labelPng } from "../fakes/labels.ts";
import { decodeZpl } from "../fakes/zpl-decode.ts";

const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
afterAll(() => rasteriser.stop());

const MM = 72 / 25.4;
const raster = async (document: LabelDocument, dpi: number): Promise<readonly Bitmap[]> => {
  const pages = await rasteriser.rasterise(document, dpi);
  if (!pages.ok) throw new Error(pages.failure.detail);
  return pages.value;
};
const isBlack = (bitmap: Bitmap, x: number, y: number): boolean =>
  ((bitmap.data[y * bytesPerRow(bitmap.width) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
/** The smallest box that holds all ink. */
const inkBox = (bitmap: Bitmap): readonly number[] => {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let y = 0; y < bitmap.height; y++) {
    for (let x = 0; x < bitmap.width; x++) {
      if (!isBlack(bitmap, x, y)) continue;
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  }
  return [left, top, right, bottom];
};
const pdf = async (draw: (document: PDFKit.PDFDocument) => void): Promise<LabelDocument> => {
  const document = new PDFDocument({ size: [100 * MM, 150 * MM], margin: 0 });
  const collected = collectPdf(document);
  draw(document);
  document.end();
  return { format: "pdf", bytes: await collected };
};
/** pdfkit has no call for these: the page's dictionary takes them as they are. */
const setPage = (document: PDFKit.PDFDocument, entries: Readonly<Record<string, unknown>>): void => {
  Object.assign((document.page as unknown as { dictionary: { data: Record<string, unknown> } }).dictionary.data, entries);
};

describe("PDF to dots", () => {
  test.each([203, 300, 600])("keeps a page at its exact size at %i dpi: every edge lies within one dot", async (dpi) => {
    const [page] = await raster(await pdf((document) => document.rect(10 * MM, 20 * MM, 80 * MM, 100 * MM).fill()), dpi);
    if (page === undefined) throw new Error("no page");
    const dots = (mm: number): number => (mm / 25.4) * dpi;
    expect([page.width, page.height]).toEqual([Math.round(dots(100)), Math.round(dots(150))]);
    const expected = [dots(10), dots(20), dots(90) - 1, dots(120) - 1];
    inkBox(page).forEach((edge, index) => expect(Math.abs(edge - (expected[index] ?? 0))).toBeLessThanOrEqual(1));
  });

  test("turns a page that asks to be turned", async () => {
    const [page] = await raster(
      await pdf((document) => {
        document.rect(0, 0, 10 * MM, 10 * MM).fill();
        setPage(document, { Rotate: 90 });
      }),
      203,
    );
    if (page === undefined) throw new Error("no page");
    expect([page.width, page.height]).toEqual([1199, 799]);
    // The upper left corner has become the upper right one
    expect(isBlack(page, page.width - 5, 5)).toBe(true);
    expect(isBlack(page, 5, 5)).toBe(false);
  });

  test("shows only what the crop box leaves", async () => {
    const [page] = await raster(
      await pdf((document) => {
        document.rect(0, 0, 30 * MM, 30 * MM).fill();
        setPage(document, { CropBox: [0, 50 * MM, 100 * MM, 150 * MM] });
      }),
      203,
    );
    if (page === undefined) throw new Error("no page");
    expect([page.width, page.height]).toEqual([799, 799]);
    const [left, top, right, bottom] = inkBox(page);
    expect([left, top]).toEqual([0, 0]);
    expect(Math.abs((right ?? 0) - 239)).toBeLessThanOrEqual(1);
    expect(Math.abs((bottom ?? 0) - 239)).toBeLessThanOrEqual(1);
  });

  test("agrees with poppler on a real label", async () => {
    const bytes = await labelPdf("PB-POPPLER-1");
    const [page] = await raster({ format: "pdf", bytes }, 203);
    if (page === undefined) throw new Error("no page");
    const path = join(testFolder(), "label.pdf");
    writeFileSync(path, bytes);
    execFileSync("pdftoppm", ["-r", "203", "-mono", "-singlefile", path, path]);
    const pbm = readFileSync(`${path}.pbm`);
    const head = /^P4\s+(\d+)\s+(\d+)\s/.exec(pbm.toString("latin1", 0, 32));
    const poppler: Bitmap = { width: Number(head?.[1]), height: Number(head?.[2]), data: pbm.subarray(head?.[0].length) };
    const [ours, theirs] = [inkBox(page), inkBox(poppler)];
    ours.forEach((edge, index) => expect(Math.abs(edge - (theirs[index] ?? 0))).toBeLessThanOrEqual(1));
  });

  test("a page that is blank costs no label, and a label that is nothing but blank is refused", async () => {
    const some: LabelDocument = { format: "pdf", bytes: await labelPdf("A", { widthMm: 100, heightMm: 150, blankPages: 1 }) };
    expect(await raster(some, 203)).toHaveLength(1);
    const none = await rasteriser.rasterise(
      { format: "pdf", bytes: await labelPdf("A", { widthMm: 100, heightMm: 150, pages: 0, blankPages: 1 }) },
      203,
    );
    expect(none).toMatchObject({ ok: false, failure: { kind: "label-unreadable" } });
  });

  test("damage is a failure with words, and the next label is read all the same", async () => {
    const whole = Buffer.from(await labelPdf("PB-1"));
    const damaged = [
      Buffer.from("%PDF-1.7\n%%EOF"),
      whole.subarray(0, 300),
      Buffer.concat([whole.subarray(0, 200), Buffer.alloc(400, 7), whole.subarray(600)]),
    ];
    for (const bytes of damaged) {
      const answer = await rasteriser.rasterise({ format: "pdf", bytes: new Uint8Array(bytes) }, 203);
      if (!answer.ok) expect(answer.failure.kind).toBe("label-unreadable");
    }
    expect(await rasteriser.inspect({ format: "png", bytes: new Uint8Array([1, 2, 3]) })).toMatchObject({ ok: false });
    expect(await raster({ format: "pdf", bytes: new Uint8Array(whole) }, 203)).toHaveLength(1);
  });
});

describe("pictures to dots", () => {
  test("a picture made for the printer keeps its dots one to one", async () => {
    const [png] = await raster({ format: "png", bytes: labelPng(812, 1218) }, 203);
    expect([png?.width, png?.height]).toEqual([812, 1218]);
    expect(png && isBlack(png, 7, 600) && !isBlack(png, 8, 600)).toBe(true);
    const [jpeg] = await raster({ format: "jpeg", bytes: labelJpeg(1200, 1800) }, 300);
    expect([jpeg?.width, jpeg?.height]).toEqual([1200, 1800]);
  });

  test("a picture made for another density keeps its size on paper", async () => {
    const inspected = await rasteriser.inspect({ format: "png", bytes: labelPng(1200, 1800) });
    expect(inspected.ok && inspected.value.pages).toEqual([
      { widthMm: expect.closeTo(101.6) as number, heightMm: expect.closeTo(152.4) as number, blank: false, plain: true },
    ]);
    const [page] = await raster({ format: "png", bytes: labelPng(1200, 1800) }, 203);
    expect([page?.width, page?.height]).toEqual([812, 1218]);
  });

  test("shrinking keeps the share of ink, growing keeps edges sharp", () => {
    expect([...resampleGrey(new Uint8Array([0, 255, 255, 255]), 2, 2, 1, 1)]).toEqual([191]);
    expect([...resampleGrey(new Uint8Array([0, 255]), 2, 1, 4, 1)]).toEqual([0, 0, 255, 255]);
  });
});

describe("dots to ZPL", () => {
  test("every picture comes out of a printer dot for dot", () => {
    const bitmap = fc.integer({ min: 1, max: 70 }).chain((width) =>
      fc.integer({ min: 1, max: 12 }).chain((height) =>
        // Long runs and repeated rows are what the compression is about
        fc
          .array(fc.constantFrom(0, 0, 0, 255, 255, 90), { minLength: width * height, maxLength: width * height })
          .map((grey) => packGrey(Uint8Array.from(grey), width, height)),
      ),
    );
    fc.assert(
      fc.property(bitmap, (page) => {
        const [drawn] = decodeZpl(Buffer.from(encodeZpl([page])).toString("latin1"));
        return drawn !== undefined && Buffer.compare(Buffer.from(drawn.data), Buffer.from(page.data)) === 0 && drawn.height === page.height;
      }),
    );
  });

  test("long runs use the counts of the ZPL guide", () => {
    const wide = packGrey(new Uint8Array(8_000).fill(0), 4_000, 2);
    const text = Buffer.from(encodeZpl([wide])).toString("latin1");
    expect(text).toMatch(/\^GFA,1000,1000,500,!:\^FS/);
    const halves = packGrey(
      Uint8Array.from({ length: 4_000 }, (_dot, x) => (x < 1_720 ? 0 : x % 2 === 0 ? 255 : 0)),
      4_000,
      1,
    );
    const [drawn] = decodeZpl(Buffer.from(encodeZpl([halves])).toString("latin1"));
    expect(drawn && Buffer.compare(Buffer.from(drawn.data), Buffer.from(halves.data))).toBe(0);
  });
});

describe("two labels print the same", () => {
  const same = createSamePrint({ rasteriser, dpi: () => 203 });
  const written = (text: string, title: string): Promise<LabelDocument> =>
    pdf((document) => {
      document.info.Title = title;
      document.fontSize(30).text(text, 20, 20);
    });

  test("when every dot is equal, whatever else is in the file", async () => {
    const [one, other] = [await written("JT1", "made at 9:00"), await written("JT1", "made at 9:05")];
    expect(Buffer.compare(one.bytes, other.bytes)).not.toBe(0);
    expect(await same(one, other)).toBe(true);
  });

  test("not when a digit differs, nor when one of them can't be drawn", async () => {
    const one = await written("JT1", "");
    expect(await same(one, await written("JT7", ""))).toBe(false);
    expect(await same(one, { format: "pdf", bytes: one.bytes.subarray(0, 200) })).toBe(false);
  });

  test("as ZPL only byte for byte, because the printer draws it", async () => {
    const zpl = (text: string): LabelDocument => ({ format: "zpl", bytes: Buffer.from(text) });
    expect(await same(zpl("^XA^FDx^FS^XZ"), zpl("^XA^FDx^FS^XZ"))).toBe(true);
    expect(await same(zpl("^XA^FDx^FS^XZ"), zpl("^XA ^FDx^FS^XZ"))).toBe(false);
  });
});

describe("a page on a printer that turns nothing itself", () => {
  const spotted = (width: number, height: number): Bitmap =>
    packGrey(
      Uint8Array.from({ length: width * height }, (_, at) => ((at * 7919) % 5 === 0 ? 0 : 255)),
      width,
      height,
    );

  test("a quarter turn moves each dot to where it belongs, and four of them nothing", () => {
    const page = spotted(21, 13);
    const once = turned(page);
    expect([once.width, once.height]).toEqual([13, 21]);
    for (let y = 0; y < 13; y++) for (let x = 0; x < 21; x++) expect(isBlack(once, 12 - y, x)).toBe(isBlack(page, x, y));
    expect(turned(turned(turned(once)))).toEqual(page);
  });
  test("it is turned only where it fits in no other way", () => {
    const [roll, sheet] = [
      { widthMm: 101.6, heightMm: Infinity },
      { widthMm: 150, heightMm: 100 },
    ];
    const page = (widthMm: number, heightMm: number): Bitmap => spotted(widthMm * 8, heightMm * 8);
    const laid = (given: Bitmap, paper: typeof roll): string => (laidOn(given, 203.2, paper) === given ? "as it is" : "turned");
    expect([page(100, 150), page(60, 40), page(105, 148), page(210, 297), page(150, 100)].map((one) => laid(one, roll))).toEqual([
      "as it is",
      "as it is",
      "as it is",
      "as it is",
      "turned",
    ]);
    expect([page(150, 100), page(100, 150)].map((one) => laid(one, sheet))).toEqual(["as it is", "turned"]);
    expect(fits({ widthMm: 108, heightMm: 1 }, roll)).toBe(false);
  });
  test("a label with an office sheet behind it is refused: the head would cut the sheet", async () => {
    const bytes = await labelPdf("PB-1", { widthMm: 100, heightMm: 150, sheet: [210, 297] });
    const print = (paper: Readonly<{ widthMm: number; heightMm: number }>) =>
      zplBytes({ format: "pdf", bytes }, { dpi: 203, paper, rasteriser });
    expect(await print({ widthMm: 101.6, heightMm: Infinity })).toMatchObject({
      ok: false,
      failure: { kind: "printer-cannot-print", detail: expect.stringContaining("100 × 150 and 210 × 297 mm") as string },
    });
    expect(await print({ widthMm: 216, heightMm: Infinity })).toMatchObject({ ok: true });
  });
  test("what was kept as it is, for another printer, is turned on its way to this one", async () => {
    const page = spotted(1200, 800);
    const document: LabelDocument = { format: "pdf", bytes: new Uint8Array(), dots: { dpi: 203, pages: [page] } };
    const zpl = await zplBytes(document, { dpi: 203, paper: { widthMm: 100, heightMm: 150 }, rasteriser });
    const [out] = decodeZpl(zpl.ok ? Buffer.from(zpl.value).toString("latin1") : "");
    expect(out && Buffer.compare(Buffer.from(out.data), Buffer.from(turned(page).data))).toBe(0);
  });
});
