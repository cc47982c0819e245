import type { Log } from "../kit/log.ts";
import { createFonts } from "../printer/fonts.ts";
import { createPaper, type Box } from "../printer/paper.ts";
import { createTextLayout } from "../printer/text-layout.ts";
import type { LabelOrder } from "./oms4-core.ts";
import { textOf } from "./oms4-state.ts";

/** As the marketplaces send theirs, mm. */
const WIDTH_MM = 100;
const HEIGHT_MM = 150;
const LABEL_DPI = 203;
const EDGE = 4;
const INNER = WIDTH_MM - 2 * EDGE;

const places = {
  carrier: { x: EDGE, y: 4, width: 62, height: 14 },
  type: { x: 68, y: 4, width: 28, height: 14 },
  bars: { x: 1, y: 21, width: WIDTH_MM - 2, height: 22 },
  tracking: { x: EDGE, y: 44, width: INNER, height: 7 },
  band: { x: 0, y: 53, width: WIDTH_MM, height: 16 },
  to: { x: EDGE, y: 73, width: INNER, height: 5 },
  receiver: { x: EDGE, y: 78.5, width: INNER, height: 38 },
  postcode: { x: EDGE, y: 118, width: 50, height: 14 },
  qr: { x: 68, y: 117, width: 28, height: 28 },
  order: { x: EDGE, y: 134, width: 62, height: 12 },
} as const satisfies Record<string, Box>;

/**
 * The carrier's label of a practice order, a PDF of 100 × 150 mm: carrier, tracking number as Code 128 and QR, receiver, and
 * PRACTICE right across it, so that nobody ever sticks it on a real box.
 */
export const createPracticeLabels = ({ log }: Readonly<{ log: Log }>) => {
  const layout = createTextLayout(createFonts({ log }));
  return async ({ ftNo, trackingNo, carrier, deliveryType, task }: LabelOrder): Promise<Uint8Array> => {
    const of = (field: string): string => textOf(task[field]);
    const at = Number(task["created_time"] ?? 0);
    const paper = createPaper({ widthMm: WIDTH_MM, heightMm: HEIGHT_MM, dpi: LABEL_DPI, layout, title: `${carrier} ${trackingNo}`, at });
    paper.text(places.carrier, [{ text: carrier, weight: "bold" }], { largest: 22, smallest: 10, middle: true, oneLine: true });
    paper.text(places.type, [{ text: deliveryType }, { text: of("country"), weight: "bold", scale: 1.4 }], {
      largest: 10,
      smallest: 7,
      align: "right",
      middle: true,
    });
    paper.rule(EDGE, 19, INNER, 0.6);
    paper.code128(places.bars, trackingNo);
    paper.text(places.tracking, [{ text: trackingNo, weight: "bold" }], {
      largest: 14,
      smallest: 8,
      align: "center",
      middle: true,
      oneLine: true,
    });
    paper.solid(places.band);
    paper.text(places.band, [{ text: "PRACTICE", weight: "bold" }], {
      largest: 34,
      smallest: 20,
      align: "center",
      middle: true,
      oneLine: true,
      white: true,
    });
    paper.text(places.to, [{ text: "TO", weight: "bold" }], { largest: 9, smallest: 7 });
    paper.text(
      places.receiver,
      [
        { text: of("name"), weight: "bold", scale: 1.3 },
        { text: of("phone") },
        { text: of("address") },
        { text: [of("district"), of("city"), of("state")].filter((part) => part !== "").join(", ") },
      ],
      { largest: 13, smallest: 6 },
    );
    paper.text(places.postcode, [{ text: of("postcode"), weight: "bold" }], { largest: 28, smallest: 12, middle: true, oneLine: true });
    paper.text(places.order, [{ text: `Order ${of("order_no")}`, weight: "bold" }, { text: `${of("sales_channel")} · ${ftNo}` }], {
      largest: 9,
      smallest: 6,
    });
    paper.qr(places.qr, trackingNo);
    return await paper.finish();
  };
};
