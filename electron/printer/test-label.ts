import { TEST_RULERS } from "../../shared/printers.ts";
import { LABEL_WIDTH_MM } from "./own-label.ts";
import { createPaper, type DrawWith, type Paper } from "./paper.ts";

export type TestLabelFacts = Readonly<{
  stationId: string;
  printer: string;
  /** ms since epoch */
  at: number;
  /** what its barcode says: another one on each test print, so that an old one doesn't pass for it */
  code: string;
}>;

const TICK = { ten: 4, five: 2.5, one: 1.5 } as const;
const tickOf = (mm: number): number => (mm % 10 === 0 ? TICK.ten : mm % 5 === 0 ? TICK.five : TICK.one);
const LINE_MM = 0.25;
const TICK_MM = 0.125;

/** A ruler along x, its marks downwards; the numbers stand below them. */
const rulerAcross = (paper: Paper, x: number, y: number, lengthMm: number): void => {
  paper.rule(x, y, lengthMm, LINE_MM);
  for (let mm = 0; mm <= lengthMm; mm++) {
    paper.solid({ x: x + mm - TICK_MM / 2, y, width: TICK_MM, height: tickOf(mm) });
    if (mm % 10 === 0)
      paper.text({ x: x + mm - 4, y: y + 4.5, width: 8, height: 4 }, [{ text: String(mm) }], { largest: 7, smallest: 5, align: "center" });
  }
};
/** A ruler along y, its marks to the right. */
const rulerDown = (paper: Paper, x: number, y: number, lengthMm: number): void => {
  paper.solid({ x, y, width: LINE_MM, height: lengthMm });
  for (let mm = 0; mm <= lengthMm; mm++) {
    paper.solid({ x, y: y + mm - TICK_MM / 2, width: tickOf(mm), height: TICK_MM });
    if (mm % 10 === 0)
      paper.text({ x: x + 4.5, y: y + mm - 1.6, width: 7, height: 3.2 }, [{ text: String(mm) }], { largest: 7, smallest: 5, middle: true });
  }
};

/** A test print: rulers both ways to measure the scale with, corner marks for the margins, barcodes of its own to scan back. */
export const makeTestLabel = async (
  { stationId, printer, at, code }: TestLabelFacts,
  { layout, dpi, paper: size }: DrawWith,
): Promise<Uint8Array> => {
  const paper = createPaper({ ...size, dpi, layout, title: "Packbench test print", at });
  const [right, bottom] = [size.widthMm - 3, size.heightMm - 3];
  for (const [x, y] of [
    [3, 3],
    [right, 3],
    [3, bottom],
    [right, bottom],
  ] as const) {
    paper.rule(Math.min(x, right - 5), y, 5, LINE_MM);
    paper.solid({ x, y: Math.min(y, bottom - 5), width: LINE_MM, height: 5 });
  }
  // Real millimetres on every paper: nothing here is fitted, or the rulers would lie
  const left = (size.widthMm - LABEL_WIDTH_MM) / 2;
  const centred = { align: "center", middle: true } as const;
  rulerDown(paper, left + 5, 12, TEST_RULERS.downMm);
  rulerAcross(paper, left + 17, 8, TEST_RULERS.acrossMm);
  paper.text({ x: left + 19, y: 19, width: 76, height: 11 }, [{ text: "Packbench test print", weight: "bold" }], {
    ...centred,
    largest: 18,
    smallest: 10,
  });
  paper.text(
    { x: left + 19, y: 31, width: 76, height: 19 },
    [
      { text: stationId, weight: "bold", scale: 1.4 },
      { text: printer },
      {
        text: `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC · ${dpi} dpi · ${Math.round(size.widthMm)} × ${Math.round(size.heightMm)} mm`,
      },
    ],
    { largest: 10, smallest: 5, align: "center" },
  );
  paper.text(
    { x: left + 19, y: 51, width: 76, height: 9 },
    [{ text: `At 100 % the rulers measure ${TEST_RULERS.acrossMm} mm across and ${TEST_RULERS.downMm} mm down.`, weight: "bold" }],
    { largest: 9, smallest: 5, align: "center" },
  );
  paper.text(
    { x: left + 19, y: 62, width: 48, height: 26 },
    [
      "Tên người nhận: Nguyễn Thị Hồng",
      "收件人：王小明 · 受取人：さくら",
      "ผู้รับ: สมชาย ใจดี",
      "المستلم: أحمد عبد الله",
      "Получатель: Анна",
    ].map((text) => ({ text })),
    { largest: 10, smallest: 5 },
  );
  paper.qr({ x: left + 69, y: 61, width: 26, height: 26 }, code);
  paper.code128({ x: left + 17, y: 91, width: 80, height: 17 }, code);
  paper.text({ x: left + 17, y: 109, width: 80, height: 5 }, [{ text: code, weight: "bold" }], { ...centred, largest: 11, smallest: 6 });
  paper.text(
    { x: left + 6, y: 117, width: 88, height: 12 },
    [{ text: "Now scan one of the two codes at the settings screen.", weight: "bold" }],
    {
      ...centred,
      largest: 14,
      smallest: 8,
    },
  );
  paper.text(
    { x: left + 6, y: 130, width: 88, height: 12 },
    [
      {
        text: "A ruler is shorter or longer? Set the paper size in the printer's driver to this label's, and its scaling to 100 % (not “fit”).",
      },
    ],
    { largest: 9, smallest: 6, align: "center" },
  );
  return paper.finish();
};
