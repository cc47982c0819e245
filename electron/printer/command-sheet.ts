import { sheetEntries, type SheetEntry } from "../../shared/command-sheet.ts";
import { createPaper, type Box, type DrawWith, type Paper } from "./paper.ts";
import type { TextLayout } from "./text-layout.ts";

/** How the sheet is laid out: with more rows than these no bars have room. */
type Grid = Readonly<{
  columns: number;
  rows: number;
  margin: number;
  head: number;
  draw: (paper: Paper, entry: SheetEntry, cell: Box) => void;
}>;

const keyName = (key: string): string => (key === "Escape" ? "Esc" : key);

/** Of an office page: what it is above the bars, what it does below them. */
const drawPageCell = (paper: Paper, { code, title, help, key }: SheetEntry, { x, y, width, height }: Box): void => {
  const inner = width - 4;
  paper.text({ x: x + 2, y: y + 1.6, width: inner - 14, height: 5 }, [{ text: title, weight: "bold" }], { largest: 11, smallest: 7 });
  if (key !== null)
    paper.text({ x: x + width - 16, y: y + 1.8, width: 14, height: 4.5 }, [{ text: keyName(key) }], {
      largest: 9,
      smallest: 6,
      align: "right",
    });
  paper.code128({ x: x + 1, y: y + 6.8, width: width - 2, height: height - 15 }, code);
  const below = { largest: 7.5, smallest: 5, align: "center" } as const;
  paper.text({ x: x + 2, y: y + height - 8, width: inner, height: 3.2 }, [{ text: code }], below);
  paper.text({ x: x + 2, y: y + height - 4.9, width: inner, height: 4.2 }, [{ text: help }], below);
};

/** The share of the words: what is left gives the longest command (17 characters) bars of two dots at 203 dpi on a label of 100 mm. */
const LABEL_WORDS = 0.34;

/** Of a label: the bars beside the words, because half a label's width leaves a long command bars of a single dot. */
const drawLabelCell = (paper: Paper, { code, title, help, key }: SheetEntry, { x, y, width, height }: Box): void => {
  const words = width * LABEL_WORDS;
  const name = key === null ? title : `${title} · ${keyName(key)}`;
  paper.text(
    { x: x + 1.5, y: y + 1, width: words - 2, height: height - 2 },
    [{ text: name, weight: "bold", scale: 1.4 }, { text: help }, { text: code }],
    { largest: 7, smallest: 4, middle: true },
  );
  paper.code128({ x: x + words, y: y + 1.4, width: width - words - 1, height: height - 2.8 }, code);
};

const PAGE_GRID: Grid = { columns: 3, rows: 13, margin: 10, head: 18, draw: drawPageCell };
const LABEL_GRID: Grid = { columns: 1, rows: 12, margin: 2, head: 8, draw: drawLabelCell };
const A4 = { widthMm: 210, heightMm: 297 };
/** Wider than any label. */
const PAGE_FROM_MM = 140;
/** Office printers have 600 dpi. */
const SHEET_DPI = 600;

/** The command sheet: each command as Code 128, its title, its key and what it does. `on`: the printer it is for; null: any office printer. */
export const makeCommandSheet = async ({
  layout,
  at,
  boxes,
  on,
}: Readonly<{ layout: TextLayout; at: number; boxes: readonly string[]; on: Omit<DrawWith, "layout"> | null }>): Promise<Uint8Array> => {
  const { dpi, paper: size } = on ?? { dpi: SHEET_DPI, paper: A4 };
  const isPage = size.widthMm >= PAGE_FROM_MM;
  const { columns, rows: mostRows, margin, head, draw } = isPage ? PAGE_GRID : LABEL_GRID;
  const paper = createPaper({ ...size, dpi, layout, title: "Packbench commands", at });
  const entries = sheetEntries(boxes);
  const allRows = Math.ceil(entries.length / columns);
  const pages = Math.ceil(allRows / mostRows);
  const rows = Math.ceil(allRows / pages);
  const [cellWidth, cellHeight] = [(size.widthMm - 2 * margin) / columns, (size.heightMm - 2 * margin - head) / rows];
  const width = size.widthMm - 2 * margin;
  const drawHead = (page: number): void => {
    const title = pages === 1 ? "Packbench commands" : `Packbench commands ${page + 1} of ${pages}`;
    paper.text({ x: margin, y: margin, width, height: isPage ? 9 : 7 }, [{ text: title, weight: "bold" }], {
      largest: isPage ? 20 : 14,
      smallest: 9,
    });
    if (isPage)
      paper.text(
        { x: margin, y: margin + 9, width, height: 6 },
        [{ text: "Scan instead of touching the screen. Print at 100 %, laminate, keep at the bench." }],
        { largest: 10, smallest: 7 },
      );
  };
  entries.forEach((entry, index) => {
    const place = index % (rows * columns);
    if (place === 0) {
      if (index > 0) paper.nextPage();
      drawHead(index / (rows * columns));
    }
    const x = margin + (place % columns) * cellWidth;
    const y = margin + head + Math.floor(place / columns) * cellHeight;
    paper.frame({ x: x + 0.5, y: y + 0.5, width: cellWidth - 1, height: cellHeight - 1 }, 0.15);
    draw(paper, entry, { x, y, width: cellWidth, height: cellHeight });
  });
  return paper.finish();
};
