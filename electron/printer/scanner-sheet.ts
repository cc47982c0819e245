import { GS1_BRACKETED, testCodes, type TestCode } from "../../shared/doctor-codes.ts";
import { LABEL_HEIGHT_MM, LABEL_WIDTH_MM } from "./own-label.ts";
import { createPaper } from "./paper.ts";
import type { TextLayout } from "./text-layout.ts";

const titles: Readonly<Record<TestCode["id"], string>> = {
  letters: "1  Letters and signs",
  digits: "2  Digits and repeats",
  gs1: "3  GS1-128 with FNC1",
};
const EDGE = 3;
const FIRST_AT = 30;
const EACH = 38;

/**
 * The scanner doctor's test sheet: its three barcodes on one label. They are longer than usual ones and stand from edge to edge: at 203 dpi a
 * module is two dots.
 */
export const makeScannerSheet = async ({
  layout,
  at,
  dpi,
}: Readonly<{ layout: TextLayout; at: number; dpi: number }>): Promise<Uint8Array> => {
  const paper = createPaper({ widthMm: LABEL_WIDTH_MM, heightMm: LABEL_HEIGHT_MM, dpi, layout, title: "Packbench scanner test", at });
  const inner = LABEL_WIDTH_MM - 2 * EDGE;
  paper.text({ x: EDGE + 2, y: 5, width: inner - 4, height: 10 }, [{ text: "Scanner test", weight: "bold" }], {
    largest: 18,
    smallest: 10,
  });
  paper.text(
    { x: EDGE + 2, y: 15, width: inner - 4, height: 12 },
    [{ text: "Scan CMDDOCTOR from the command sheet, then these three codes, in any order. Print at 100 %." }],
    { largest: 9, smallest: 6 },
  );
  testCodes.forEach(({ id, text, shown }, index) => {
    const y = FIRST_AT + index * EACH;
    paper.text({ x: EDGE + 2, y, width: inner - 4, height: 5 }, [{ text: titles[id], weight: "bold" }], { largest: 10, smallest: 7 });
    const box = { x: 0, y: y + 6, width: LABEL_WIDTH_MM, height: 22 };
    if (id === "gs1") paper.gs1(box, GS1_BRACKETED);
    else paper.code128(box, text);
    paper.text({ x: EDGE, y: y + 29, width: inner, height: 5 }, [{ text: shown }], { largest: 8, smallest: 6, align: "center" });
  });
  return paper.finish();
};
