import { commands, sheetVariants } from "../../shared/scan.ts";
import { createPaper } from "./paper.ts";
import type { TextLayout } from "./text-layout.ts";

export type SheetEntry = Readonly<{ code: string; title: string; help: string; key: string | null }>;

/** Every barcode of the sheet, in the order of the command table. `boxes`: codes of the settings' boxes. */
export const sheetEntries = (boxes: readonly string[] = []): readonly SheetEntry[] => {
  const variants = sheetVariants(boxes);
  return commands
    .filter((command) => command.sheet)
    .flatMap(({ word, title, help, key }) =>
      (variants[word] ?? [""]).map((rest) => ({ code: word + rest, title: rest === "" ? title : `${title} ${rest}`, help, key })),
    );
};

const A4 = { widthMm: 210, heightMm: 297 };
const COLUMNS = 3;
const MARGIN = 10;
const HEAD = 18;
/** Office printers have 600 dpi. */
const SHEET_DPI = 600;

/** The command sheet: an A4 PDF with each command as Code 128, its title, its key and what it does. */
export const makeCommandSheet = async ({
  layout,
  at,
  boxes,
}: Readonly<{ layout: TextLayout; at: number; boxes: readonly string[] }>): Promise<Uint8Array> => {
  const paper = createPaper({ ...A4, dpi: SHEET_DPI, layout, title: "Packbench commands", at });
  const entries = sheetEntries(boxes);
  const rows = Math.ceil(entries.length / COLUMNS);
  const [cellWidth, cellHeight] = [(A4.widthMm - 2 * MARGIN) / COLUMNS, (A4.heightMm - 2 * MARGIN - HEAD) / rows];
  paper.text({ x: MARGIN, y: MARGIN, width: 120, height: 9 }, [{ text: "Packbench commands", weight: "bold" }], {
    largest: 20,
    smallest: 12,
  });
  paper.text(
    { x: MARGIN, y: MARGIN + 9, width: 190, height: 6 },
    [{ text: "Scan instead of touching the screen. Print at 100 %, laminate, keep at the bench." }],
    { largest: 10, smallest: 7 },
  );
  entries.forEach(({ code, title, help, key }, index) => {
    const x = MARGIN + (index % COLUMNS) * cellWidth;
    const y = MARGIN + HEAD + Math.floor(index / COLUMNS) * cellHeight;
    const inner = cellWidth - 4;
    paper.frame({ x: x + 0.5, y: y + 0.5, width: cellWidth - 1, height: cellHeight - 1 }, 0.15);
    paper.text({ x: x + 2, y: y + 1.6, width: inner - 14, height: 5 }, [{ text: title, weight: "bold" }], { largest: 11, smallest: 7 });
    if (key !== null)
      paper.text({ x: x + cellWidth - 16, y: y + 1.8, width: 14, height: 4.5 }, [{ text: key === "Escape" ? "Esc" : key }], {
        largest: 9,
        smallest: 6,
        align: "right",
      });
    paper.code128({ x: x + 1, y: y + 7, width: cellWidth - 2, height: cellHeight - 18.5 }, code);
    paper.text({ x: x + 2, y: y + cellHeight - 11, width: inner, height: 4 }, [{ text: code }], {
      largest: 7.5,
      smallest: 5,
      align: "center",
    });
    paper.text({ x: x + 2, y: y + cellHeight - 7, width: inner, height: 5.5 }, [{ text: help }], {
      largest: 7.5,
      smallest: 5,
      align: "center",
    });
  });
  return paper.finish();
};
