import type { FulfillmentTask } from "../../shared/task.ts";
import type { Settings } from "../../shared/settings.ts";
import { createPaper, joined, type DrawWith, type Paper, type Paragraph } from "./paper.ts";

export type PackingSlipLine = Readonly<{ qty: number; name: string; code: string }>;

/** What stands on the slip that lies in the box: what is in this very parcel, for the one who opens it. */
export type PackingSlipFacts = Readonly<{
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
  lines: readonly PackingSlipLine[];
  /** ms since epoch */
  packedAt: number;
}>;

/** Sizes of a sheet's parts, mm and points: a label holds few words, an office page many. */
type Measures = Readonly<{
  edge: number;
  head: number;
  laterHead: number;
  row: number;
  foot: number;
  text: number;
  title: number;
  qr: number;
}>;
const LABEL_MEASURES: Measures = { edge: 4, head: 48, laterHead: 13, row: 9, foot: 7, text: 9, title: 15, qr: 22 };
const PAGE_MEASURES: Measures = { edge: 14, head: 72, laterHead: 20, row: 10, foot: 10, text: 10.5, title: 22, qr: 30 };
/** Wider than any label. */
const PAGE_FROM_MM = 140;

const drawHead = (paper: Paper, facts: PackingSlipFacts, measures: Measures, inner: number): void => {
  const { edge, title, text, head, qr } = measures;
  const { receiver, sender } = facts;
  const left = inner - qr - 2;
  const count =
    facts.total === null || facts.total < facts.sequence ? `Parcel ${facts.sequence}` : `Parcel ${facts.sequence} of ${facts.total}`;
  paper.text({ x: edge, y: edge, width: left, height: title * 0.42 }, [{ text: "PACKING SLIP", weight: "bold" }], {
    largest: title,
    smallest: 9,
    oneLine: true,
  });
  const order = facts.orderNo === "" ? facts.ftNo : `Order ${facts.orderNo}`;
  paper.text(
    { x: edge, y: edge + title * 0.46, width: left, height: head * 0.28 },
    [
      { text: order, weight: "bold", scale: 1.3 },
      { text: joined([facts.salesChannel, facts.ftNo], " · ") },
      { text: `${count} · ${facts.parcelNo}` },
      { text: `Packed ${new Date(facts.packedAt).toISOString().slice(0, 10)}` },
    ],
    { largest: text, smallest: 5 },
  );
  // The order's number, not the parcel's: a slip that is scanned by mistake must not stand for the box
  paper.qr({ x: edge + inner - qr, y: edge - 1, width: qr, height: qr }, facts.orderNo === "" ? facts.ftNo : facts.orderNo);
  const half = (inner - 4) / 2;
  const top = edge + title * 0.46 + head * 0.3;
  const height = head - (top - edge) - 2;
  const write = (x: number, lines: readonly Paragraph[]): void =>
    void paper.text(
      { x, y: top, width: half, height },
      lines.filter((line) => line.text.trim() !== ""),
      { largest: text, smallest: 4.5 },
    );
  write(edge, [
    { text: "To" },
    { text: receiver.name, weight: "bold", scale: 1.1 },
    { text: receiver.organization },
    { text: receiver.address },
    { text: joined([receiver.district, receiver.city, receiver.state], ", ") },
    { text: joined([receiver.postcode, receiver.country], " ") },
  ]);
  write(edge + half + 4, [{ text: "From" }, { text: sender.name, weight: "bold" }, { text: sender.address }, { text: sender.phone }]);
};

const drawLine = (paper: Paper, { qty, name, code }: PackingSlipLine, y: number, { edge, row, text }: Measures, inner: number): boolean => {
  const [count, codes] = [14, inner * 0.28];
  const box = { y: y + 0.6, height: row - 1.2 };
  const look = { largest: text, smallest: 4.5, middle: true } as const;
  paper.text({ ...box, x: edge, width: count - 2 }, [{ text: `${qty} ×`, weight: "bold" }], {
    ...look,
    largest: text * 1.25,
    oneLine: true,
  });
  const cut = paper.text({ ...box, x: edge + count, width: inner - count - codes - 2 }, [{ text: name }], look);
  paper.text({ ...box, x: edge + inner - codes, width: codes }, [{ text: code }], { ...look, align: "right" });
  paper.rule(edge, y + row, inner, 0.15);
  return cut;
};

/** Makes the slip as a PDF with as many pages of the printer's paper as its lines need. `cut`: a name was too long. */
export const makePackingSlip = async (
  facts: PackingSlipFacts,
  { layout, dpi, paper: size }: DrawWith,
): Promise<Readonly<{ bytes: Uint8Array; cut: boolean }>> => {
  const measures = size.widthMm >= PAGE_FROM_MM ? PAGE_MEASURES : LABEL_MEASURES;
  const { edge, head, laterHead, row, foot, text } = measures;
  const paper = createPaper({ ...size, dpi, layout, title: `Packing slip ${facts.parcelNo}`, at: facts.packedAt });
  const inner = size.widthMm - 2 * edge;
  const rowsAfter = (from: number): number => Math.max(1, Math.floor((size.heightMm - edge - foot - edge - from) / row));
  const [first, later] = [rowsAfter(head), rowsAfter(laterHead)];
  const pages = 1 + Math.max(0, Math.ceil((facts.lines.length - first) / later));
  const units = facts.lines.reduce((sum, { qty }) => sum + qty, 0);
  let cut = false;
  for (let page = 0; page < pages; page++) {
    if (page > 0) paper.nextPage();
    const from = page === 0 ? head : laterHead;
    if (page === 0) drawHead(paper, facts, measures, inner);
    else
      paper.text(
        { x: edge, y: edge, width: inner, height: laterHead - 4 },
        [
          {
            text: joined(["PACKING SLIP", facts.orderNo === "" ? facts.ftNo : `Order ${facts.orderNo}`, facts.parcelNo], " · "),
            weight: "bold",
          },
        ],
        { largest: text * 1.2, smallest: 6, middle: true },
      );
    paper.rule(edge, edge + from - 1, inner, 0.5);
    const start = page === 0 ? 0 : first + (page - 1) * later;
    facts.lines.slice(start, start + (page === 0 ? first : later)).forEach((line, index) => {
      if (drawLine(paper, line, edge + from + index * row, measures, inner)) cut = true;
    });
    const lines = `${facts.lines.length} ${facts.lines.length === 1 ? "line" : "lines"} · ${units} ${units === 1 ? "unit" : "units"} in this parcel`;
    paper.text(
      { x: edge, y: size.heightMm - edge - foot + 1, width: inner * 0.68, height: foot - 2 },
      [{ text: page === pages - 1 ? lines : "goes on", weight: "bold" }],
      { largest: text, smallest: 5, middle: true, oneLine: true },
    );
    paper.text(
      { x: edge + inner * 0.7, y: size.heightMm - edge - foot + 1, width: inner * 0.3, height: foot - 2 },
      [{ text: pages === 1 ? "" : `page ${page + 1} of ${pages}` }],
      { largest: text, smallest: 5, align: "right", middle: true, oneLine: true },
    );
  }
  return { bytes: await paper.finish(), cut };
};
