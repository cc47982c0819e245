import PDFDocument from "pdfkit";
import { encodeCode128, encodeGs1, encodeQr, type Bars } from "./barcode.ts";
import type { Weight } from "./fonts.ts";
import { collectPdf } from "./picture-pdf.ts";
import type { Block, TextLayout } from "./text-layout.ts";

const POINTS_PER_MM = 72 / 25.4;
const POINTS_PER_INCH = 72;
/** ISO/IEC 15417 and 18004 ask for this much white around the code, in modules. */
const CODE128_QUIET = 10;
const QR_QUIET = 4;

/**
 * Bars stay this far inside their dots: many rasterisers (Ghostscript, poppler, PostScript printers) blacken every dot that a shape
 * touches, and would make each bar a dot fatter; those that go by area still see more than half of the dot.
 */
const INSET_DOTS = 0.12;

export type Box = Readonly<{ x: number; y: number; width: number; height: number }>;
export type Paragraph = Readonly<{ text: string; weight?: Weight; scale?: number }>;

type Align = "left" | "center" | "right";
/** Sizes in points; `oneLine`: rather smaller than in two lines; `left` is the reading side, right for Arabic. */
export type TextLook = Readonly<{ largest: number; smallest: number; align?: Align; middle?: boolean; white?: boolean; oneLine?: boolean }>;

/** What a document is drawn with and for: the printer's density and its paper. */
export type DrawWith = Readonly<{ layout: TextLayout; dpi: number; paper: Readonly<{ widthMm: number; heightMm: number }> }>;

/** What is there of several texts, in one line. */
export const joined = (parts: readonly string[], between: string): string => parts.filter((part) => part.trim() !== "").join(between);

const heightOf = (block: Block): number => (block.ascent + block.descent) * block.size * block.lines.length;

/** A sheet of paper to draw on; all positions and sizes are mm from its upper left corner, type sizes are points. */
export type Paper = Readonly<{
  /** Text that wraps and shrinks into its box; true when some of it had to be cut. */
  text: (box: Box, paragraphs: readonly Paragraph[], look: TextLook) => boolean;
  rule: (x: number, y: number, width: number, thickness?: number) => void;
  solid: (box: Box) => void;
  frame: (box: Box, thickness?: number) => void;
  /** Bars as wide as the box allows, each module a whole number of dots; white margin included. */
  code128: (box: Box, text: string) => void;
  /** The same of a GS1 element string in brackets, as GS1-128. */
  gs1: (box: Box, bracketed: string) => void;
  qr: (box: Box, text: string) => void;
  nextPage: () => void;
  finish: () => Promise<Uint8Array>;
}>;

type Sheet = Readonly<{
  widthMm: number;
  heightMm: number;
  dpi: number;
  layout: TextLayout;
  title: string;
  at: number;
  /** The sheet that positions are written for, where it is another than the paper: drawn a little larger or smaller, never blown up. */
  design?: Readonly<{ widthMm: number; heightMm: number }>;
}>;

/** Label stocks differ by a few percent; on an office sheet a label stays a label. */
const LARGEST_SCALE = 1.1;

/** A PDF of the given size. Bars and dots are whole printer dots wide at `dpi`, so that no scaling blurs them. */
export const createPaper = ({ widthMm, heightMm, dpi, layout, title, at, design = { widthMm, heightMm } }: Sheet): Paper => {
  const size: [number, number] = [widthMm * POINTS_PER_MM, heightMm * POINTS_PER_MM];
  // The standard font would only be named, never used: `font: ""` keeps it out
  const document = new PDFDocument({ size, margin: 0, font: "", info: { Title: title, Creator: "Packbench", CreationDate: new Date(at) } });
  const collected = collectPdf(document);
  const dot = POINTS_PER_INCH / dpi;
  const inset = dot * INSET_DOTS;
  const fitting = Math.min(widthMm / design.widthMm, heightMm / design.heightMm);
  const scale = fitting > LARGEST_SCALE ? 1 : fitting;
  const points = (mm: number): number => mm * scale * POINTS_PER_MM;
  const left = points((widthMm - design.widthMm * scale) / 2 / scale);
  const across = (mm: number): number => left + points(mm);
  const onDot = (value: number): number => Math.round(value / dot) * dot;

  const drawBlock = (block: Block, x: number, width: number, top: number, align: Align): number => {
    let y = top;
    for (const line of block.lines) {
      const spare = width - line.width * block.size;
      const side = align === "left" && line.rightToLeft ? "right" : align;
      let at = x + (side === "left" ? 0 : side === "center" ? spare / 2 : spare);
      for (const run of line.runs) {
        // pdfkit takes parsed fonts and feature maps, its types know neither; one name per font embeds it once
        document.registerFont(run.face.name, run.face.font as unknown as PDFKit.Mixins.PDFFontSource).font(run.face.name, block.size);
        const features = run.features as unknown as PDFKit.Mixins.OpenTypeFeatures[];
        document.text(run.text, at, y + block.ascent * block.size, { lineBreak: false, baseline: "alphabetic", features });
        at += run.width * block.size;
      }
      y += heightOf(block) / block.lines.length;
    }
    return y;
  };

  const drawBars = (box: Box, { widths, modules }: Bars): void => {
    const room = points(box.width) / (modules + 2 * CODE128_QUIET);
    const module = Math.max(1, Math.floor(room / dot)) * dot;
    let x = onDot(across(box.x) + (points(box.width) - modules * module) / 2);
    const [top, height] = [onDot(points(box.y)), onDot(points(box.height))];
    widths.forEach((width, index) => {
      if (index % 2 === 0) document.rect(x + inset, top, width * module - 2 * inset, height);
      x += width * module;
    });
    document.fill();
  };

  return {
    text: (box, paragraphs, { largest, smallest, align = "left", middle = false, white = false, oneLine = false }) => {
      const room = { width: points(box.width), height: points(box.height), largest, smallest, oneLine };
      const blocks = layout.fit(
        paragraphs.map(({ text, weight = "regular", scale = 1 }) => ({ text, weight, scale })),
        room,
      );
      const used = blocks.reduce((sum, block) => sum + heightOf(block), 0);
      let y = points(box.y) + (middle ? Math.max(0, (room.height - used) / 2) : 0);
      document.fillColor(white ? "white" : "black");
      for (const block of blocks) y = drawBlock(block, across(box.x), room.width, y, align);
      document.fillColor("black");
      return blocks.some((block) => block.cut);
    },
    rule: (x, y, width, thickness = 0.3) => void document.rect(across(x), points(y), points(width), points(thickness)).fill(),
    solid: (box) => void document.rect(across(box.x), points(box.y), points(box.width), points(box.height)).fill(),
    frame: (box, thickness = 0.3) =>
      void document.lineWidth(points(thickness)).rect(across(box.x), points(box.y), points(box.width), points(box.height)).stroke(),
    code128: (box, text) => drawBars(box, encodeCode128(text)),
    gs1: (box, bracketed) => drawBars(box, encodeGs1(bracketed)),
    qr: (box, text) => {
      const matrix = encodeQr(text);
      const side = Math.min(points(box.width), points(box.height));
      const module = Math.max(1, Math.floor(side / (matrix.size + 2 * QR_QUIET) / dot)) * dot;
      const first = onDot(across(box.x) + (points(box.width) - matrix.size * module) / 2);
      const top = onDot(points(box.y) + (points(box.height) - matrix.size * module) / 2);
      for (let y = 0; y < matrix.size; y++) {
        for (let x = 0; x < matrix.size; x++) {
          if (!matrix.isDark(x, y)) continue;
          let run = 1;
          while (x + run < matrix.size && matrix.isDark(x + run, y)) run += 1;
          document.rect(first + x * module + inset, top + y * module + inset, run * module - 2 * inset, module - 2 * inset);
          x += run;
        }
      }
      document.fill();
    },
    nextPage: () => void document.addPage({ size, margin: 0 }),
    finish: () => {
      document.end();
      return collected;
    },
  };
};
