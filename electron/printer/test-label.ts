import { LABEL_HEIGHT_MM, LABEL_WIDTH_MM } from "./own-label.ts";
import { createPaper } from "./paper.ts";
import type { TextLayout } from "./text-layout.ts";

export type TestLabelFacts = Readonly<{ stationId: string; printer: string; /** ms since epoch */ at: number }>;

/** What the test print's barcode says: scanning it tests the scanner as well. */
export const TEST_LABEL_CODE = "PACKBENCH-TEST";
const RULER_MM = 80;

/** A test print: rulers to measure the scale with, corner marks for the margins, a barcode to scan. */
export const makeTestLabel = async (
  { stationId, printer, at }: TestLabelFacts,
  { layout, dpi }: Readonly<{ layout: TextLayout; dpi: number }>,
): Promise<Uint8Array> => {
  const paper = createPaper({ widthMm: LABEL_WIDTH_MM, heightMm: LABEL_HEIGHT_MM, dpi, layout, title: "Packbench test print", at });
  const [right, bottom] = [LABEL_WIDTH_MM - 3, LABEL_HEIGHT_MM - 3];
  for (const [x, y] of [
    [3, 3],
    [right, 3],
    [3, bottom],
    [right, bottom],
  ] as const) {
    paper.rule(Math.min(x, right - 5), y, 5, 0.25);
    paper.solid({ x, y: Math.min(y, bottom - 5), width: 0.25, height: 5 });
  }
  paper.text({ x: 10, y: 8, width: 80, height: 12 }, [{ text: "Packbench test print", weight: "bold" }], {
    largest: 18,
    smallest: 10,
    align: "center",
    middle: true,
  });
  paper.text(
    { x: 10, y: 22, width: 80, height: 20 },
    [
      { text: stationId, weight: "bold", scale: 1.4 },
      { text: printer },
      { text: `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC · ${dpi} dpi` },
    ],
    { largest: 10, smallest: 5, align: "center" },
  );
  // Rulers: a length that measures true says that nothing was scaled on the way
  paper.rule(10, 52, RULER_MM, 0.25);
  for (let mm = 0; mm <= RULER_MM; mm++) {
    const length = mm % 10 === 0 ? 4 : mm % 5 === 0 ? 2.5 : 1.5;
    paper.solid({ x: 10 + mm - 0.0625, y: 52, width: 0.125, height: length });
    if (mm % 10 === 0)
      paper.text({ x: 10 + mm - 4, y: 56.5, width: 8, height: 4 }, [{ text: String(mm) }], { largest: 7, smallest: 5, align: "center" });
  }
  paper.text({ x: 10, y: 61.5, width: 80, height: 5 }, [{ text: `This line measures ${RULER_MM} mm at 100 %` }], {
    largest: 8,
    smallest: 5,
    align: "center",
  });
  paper.text(
    { x: 10, y: 69, width: 80, height: 30 },
    [
      "Tên người nhận: Nguyễn Thị Hồng",
      "收件人：王小明 · 受取人：さくら",
      "ผู้รับ: สมชาย ใจดี",
      "المستلم: أحمد عبد الله",
      "Получатель: Анна",
    ].map((text) => ({ text })),
    { largest: 11, smallest: 6 },
  );
  paper.qr({ x: 36, y: 99, width: 28, height: 22 }, TEST_LABEL_CODE);
  paper.code128({ x: 4, y: 121, width: 92, height: 15 }, TEST_LABEL_CODE);
  paper.text({ x: 10, y: 136.5, width: 80, height: 6 }, [{ text: `${TEST_LABEL_CODE} · scan one of them` }], {
    largest: 9,
    smallest: 5,
    align: "center",
  });
  return paper.finish();
};
