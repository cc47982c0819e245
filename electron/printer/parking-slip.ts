import { LABEL, LABEL_WIDTH_MM } from "./own-label.ts";
import { createPaper, joined, type Box, type DrawWith, type Paragraph } from "./paper.ts";

/** What stands on a parking slip: enough to know the box again, and its number to scan. */
export type ParkingSlipFacts = Readonly<{
  parcelNo: string;
  sequence: number;
  maySplit: boolean;
  ftNo: string;
  orderNo: string;
  salesChannel: string;
  receiver: string;
  carrier: string;
  stationId: string;
  /** ms since epoch */
  closedAt: number;
}>;

const EDGE = 4;
const INNER = LABEL_WIDTH_MM - 2 * EDGE;

/** Places on the slip, mm. It must never be taken for a shipping label: a black head says what it is. */
const places = {
  head: { x: 0, y: 0, width: LABEL_WIDTH_MM, height: 24 },
  title: { x: EDGE, y: 3, width: INNER, height: 11 },
  subtitle: { x: EDGE, y: 14, width: INNER, height: 8 },
  number: { x: EDGE, y: 27, width: INNER, height: 13 },
  bars: { x: 1, y: 41, width: LABEL_WIDTH_MM - 2, height: 27 },
  qr: { x: 58, y: 71, width: 38, height: 38 },
  task: { x: EDGE, y: 72, width: 52, height: 36 },
  receiver: { x: EDGE, y: 112, width: INNER, height: 15 },
  what: { x: EDGE, y: 130, width: INNER, height: 16 },
} as const satisfies Record<string, Box>;

/** Makes the slip as a PDF, drawn for 100 × 150 mm and fitted to the paper of the printer it is for. Throws when the parcel number can't be a barcode. */
export const makeParkingSlip = async (facts: ParkingSlipFacts, { layout, dpi, paper: size }: DrawWith): Promise<Uint8Array> => {
  const paper = createPaper({
    ...size,
    design: LABEL,
    dpi,
    layout,
    title: `Parking slip ${facts.parcelNo}`,
    at: facts.closedAt,
  });
  const centred = { align: "center", middle: true, oneLine: true } as const;
  paper.solid(places.head);
  paper.text(places.title, [{ text: "WAITING FOR LABEL", weight: "bold" }], { ...centred, largest: 27, smallest: 14, white: true });
  paper.text(places.subtitle, [{ text: "Parking slip · not a shipping label · do not ship" }], {
    ...centred,
    largest: 12,
    smallest: 7,
    white: true,
  });
  paper.text(places.number, [{ text: facts.parcelNo, weight: "bold" }], { ...centred, largest: 34, smallest: 12 });
  paper.code128(places.bars, facts.parcelNo);
  paper.rule(EDGE, 69.5, INNER, 0.6);
  paper.qr(places.qr, facts.parcelNo);
  const about: readonly Paragraph[] = [
    { text: facts.ftNo, weight: "bold", scale: 1.4 },
    { text: facts.orderNo === "" ? "" : `Order ${facts.orderNo}` },
    { text: facts.maySplit ? `Parcel ${facts.sequence}` : "" },
    { text: joined([facts.salesChannel, facts.carrier], " · ") },
    { text: `Packed ${new Date(facts.closedAt).toISOString().slice(0, 16).replace("T", " ")} UTC` },
    { text: facts.stationId },
  ];
  paper.text(
    places.task,
    about.filter(({ text }) => text !== ""),
    { largest: 12, smallest: 5 },
  );
  paper.rule(EDGE, 110.5, INNER, 0.6);
  paper.text(places.receiver, [{ text: "To" }, { text: facts.receiver, weight: "bold", scale: 1.8 }], { largest: 11, smallest: 5 });
  paper.frame(places.what, 0.5);
  paper.text(
    { x: places.what.x + 2, y: places.what.y + 1, width: places.what.width - 4, height: places.what.height - 2 },
    [{ text: "Label there? Scan this slip at the bench that packed it: the label prints. Put it over this slip.", weight: "bold" }],
    { largest: 11, smallest: 6, align: "center", middle: true },
  );
  return paper.finish();
};
