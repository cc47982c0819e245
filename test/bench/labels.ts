import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createPracticeLabels } from "../../electron/practice/practice-label.ts";
import { createLabelMaker } from "../../electron/printer/label-maker.ts";
import { LABEL } from "../../electron/printer/own-label.ts";
import { readTask } from "../../electron/sync/read-task.ts";
import { labelPdf } from "../fakes/labels.ts";
import { makeBenchTask } from "./tasks.ts";

const DPI = 203;

/** A carrier's label of a bench task: barcode, QR, receiver, drawn type. */
export const carrierLabels = () => {
  const make = createPracticeLabels({ log: silentLog });
  return (sequence: number): Promise<Uint8Array> => {
    const { raw, trackingNo } = makeBenchTask(sequence);
    return make({
      ftNo: raw.ft_no,
      parcelNo: null,
      trackingNo,
      carrier: String(raw["delivery_carrier"] ?? ""),
      deliveryType: "Standard",
      task: raw,
    });
  };
};

/** A carrier's label in ZPL, with the fields such labels have. */
export const zplLabel = (sequence: number): Uint8Array => {
  const { raw, trackingNo } = makeBenchTask(sequence);
  const lines = [
    "^XA^CI28^PW800^LL1200^LH0,0",
    `^FO40,40^A0N,60,60^FD${String(raw["delivery_carrier"])}^FS`,
    `^FO40,140^BY3^BCN,180,Y,N,N^FD${trackingNo}^FS`,
    `^FO40,420^A0N,40,40^FD${String(raw["name"])}^FS`,
    `^FO40,480^A0N,30,30^FB720,4^FD${String(raw["address"])}, ${String(raw["district"])} ${String(raw["postcode"])}^FS`,
    `^FO40,760^BQN,2,8^FDQA,${trackingNo}^FS`,
    `^FO320,800^A0N,32,32^FDOrder ${String(raw["order_no"])}^FS`,
    "^PQ1^XZ",
  ];
  return Buffer.from(`${lines.join("\n")}\n`, "utf8");
};

/** Three kinds of PDF label: a carrier's, the station's own, and bars with a line of text. */
export const benchLabels = async (): Promise<Readonly<Record<string, Uint8Array>>> => {
  const { raw } = makeBenchTask(12);
  const read = readTask(raw);
  if (!read.ok) throw new Error(read.reason);
  const { task } = read;
  const own = await createLabelMaker({ clock: systemClock, log: silentLog }).ownLabel(
    {
      parcelNo: "PBBNCHMIDD5F1A",
      sequence: 1,
      total: 1,
      ftNo: task.ftNo,
      orderNo: task.orderNo,
      salesChannel: task.salesChannel,
      receiver: task.receiver,
      sender: { name: "Bench warehouse", address: "1 Tuas South Ave", phone: "+65 6123 4567" },
      carrier: { name: "Own fleet", type: "Standard" },
      deliveryInstruction: "Ring twice",
      packedAt: Date.UTC(2026, 10, 23, 9),
    },
    { dpi: DPI, paper: LABEL },
  );
  if (!own.ok) throw new Error(own.failure.detail);
  return { carrier: await carrierLabels()(11), own: own.value.bytes, plain: await labelPdf("JTSG841000093112") };
};
