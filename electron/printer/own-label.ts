import type { FulfillmentTask } from "../../shared/task.ts";
import type { Settings } from "../../shared/settings.ts";
import { createPaper, joined, type Box, type DrawWith, type Paragraph, type TextLook } from "./paper.ts";

/** What stands on the station's own label (tasks without an integrated carrier). */
export type OwnLabelFacts = Readonly<{
  parcelNo: string;
  /** 1 for the task's first parcel */
  sequence: number;
  /** null while the task may still grow parcels */
  total: number | null;
  ftNo: string;
  orderNo: string;
  salesChannel: string;
  receiver: FulfillmentTask["receiver"];
  sender: Settings["sender"];
  carrier: Readonly<{ name: string; type: string }>;
  deliveryInstruction: string;
  /** ms since epoch */
  packedAt: number;
}>;

/** The most usual label stock, mm. */
export const LABEL_WIDTH_MM = 100;
export const LABEL_HEIGHT_MM = 150;
export const LABEL = { widthMm: LABEL_WIDTH_MM, heightMm: LABEL_HEIGHT_MM } as const;
const EDGE = 4;
const INNER = LABEL_WIDTH_MM - 2 * EDGE;

/** Places on the label, mm. No text box reaches into a code's box: text that is too long shrinks, then is cut. */
const places = {
  carrier: { x: EDGE, y: 4, width: 60, height: 12 },
  parcel: { x: 66, y: 4, width: LABEL_WIDTH_MM - EDGE - 66, height: 12 },
  sender: { x: EDGE, y: 18, width: INNER, height: 12 },
  to: { x: EDGE, y: 32, width: 12, height: 5 },
  receiver: { x: EDGE, y: 36.5, width: INNER, height: 33 },
  postcode: { x: EDGE, y: 70.5, width: 46, height: 12 },
  country: { x: 52, y: 70.5, width: LABEL_WIDTH_MM - EDGE - 52, height: 12 },
  order: { x: EDGE, y: 85.5, width: 62, height: 10 },
  instruction: { x: EDGE, y: 96.5, width: 62, height: 13 },
  qr: { x: 68, y: 84.5, width: 28, height: 26 },
  bars: { x: 1, y: 113, width: LABEL_WIDTH_MM - 2, height: 24 },
  number: { x: EDGE, y: 138, width: INNER, height: 7 },
} as const satisfies Record<string, Box>;

/** Makes the label as a PDF, drawn for 100 × 150 mm and fitted to the paper of the printer it is for. Throws when the parcel number can't be a barcode. */
export const makeOwnLabel = async (
  facts: OwnLabelFacts,
  { layout, dpi, paper: size }: DrawWith,
): Promise<Readonly<{ bytes: Uint8Array; cut: boolean }>> => {
  const paper = createPaper({ ...size, design: LABEL, dpi, layout, title: facts.parcelNo, at: facts.packedAt });
  const { receiver, sender, carrier } = facts;
  const cuts: boolean[] = [];
  const write = (box: Box, paragraphs: readonly Paragraph[], look: TextLook): void => void cuts.push(paper.text(box, paragraphs, look));

  write(places.carrier, [{ text: joined([carrier.name, carrier.type], " · "), weight: "bold" }], {
    largest: 17,
    smallest: 8,
    middle: true,
  });
  paper.solid(places.parcel);
  const count =
    facts.total === null || facts.total < facts.sequence ? `PARCEL ${facts.sequence}` : `PARCEL ${facts.sequence} of ${facts.total}`;
  write({ ...places.parcel, x: places.parcel.x + 2, width: places.parcel.width - 4 }, [{ text: count, weight: "bold" }], {
    largest: 13,
    smallest: 7,
    align: "center",
    middle: true,
    oneLine: true,
    white: true,
  });
  paper.rule(EDGE, 17.2, INNER);

  write(places.sender, [{ text: joined(["From", sender.name], "  "), weight: "bold" }, { text: sender.address }, { text: sender.phone }], {
    largest: 8,
    smallest: 4.5,
  });
  paper.rule(EDGE, 31, INNER, 0.6);

  write(places.to, [{ text: "TO", weight: "bold" }], { largest: 9, smallest: 6 });
  write(
    places.receiver,
    [
      { text: receiver.name, weight: "bold", scale: 1.35 },
      { text: receiver.organization },
      { text: receiver.phone },
      { text: receiver.address },
      { text: joined([receiver.district, receiver.city, receiver.state], ", ") },
    ],
    { largest: 12.5, smallest: 5 },
  );
  write(places.postcode, [{ text: receiver.postcode, weight: "bold" }], { largest: 30, smallest: 10, middle: true, oneLine: true });
  write(places.country, [{ text: receiver.country.toUpperCase(), weight: "bold" }], {
    largest: 20,
    smallest: 7,
    align: "right",
    middle: true,
    oneLine: true,
  });
  paper.rule(EDGE, 83.5, INNER, 0.6);

  write(places.order, [{ text: `Order ${facts.orderNo}`, weight: "bold" }, { text: joined([facts.salesChannel, facts.ftNo], " · ") }], {
    largest: 9,
    smallest: 5,
  });
  if (facts.deliveryInstruction.trim() !== "") {
    paper.frame(places.instruction);
    const { x, y, width, height } = places.instruction;
    write({ x: x + 1, y: y + 0.7, width: width - 2, height: height - 1.4 }, [{ text: facts.deliveryInstruction, weight: "bold" }], {
      largest: 9,
      smallest: 4.5,
      middle: true,
    });
  }
  paper.qr(places.qr, facts.parcelNo);
  paper.rule(EDGE, 111.5, INNER, 0.6);
  paper.code128(places.bars, facts.parcelNo);
  write(places.number, [{ text: facts.parcelNo, weight: "bold" }], {
    largest: 15,
    smallest: 6,
    align: "center",
    middle: true,
    oneLine: true,
  });
  return { bytes: await paper.finish(), cut: cuts.some(Boolean) };
};
