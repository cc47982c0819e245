import type { Parcel } from "../../shared/parcel.ts";
import type { Settings } from "../../shared/settings.ts";
import type { FulfillmentTask } from "../../shared/task.ts";
import type { OwnLabelFacts } from "./own-label.ts";
import type { PackingSlipFacts } from "./packing-slip.ts";
import type { ParkingSlipFacts } from "./parking-slip.ts";

/** A packed parcel and what it belongs to. `total`: null while the task may still grow parcels; `packedAt` in ms. */
type Packed = Readonly<{ task: FulfillmentTask; total: number | null; packedAt: number; settings: Settings }>;

/** What stands on every paper that goes with a parcel. */
const commonFacts = ({
  task,
  parcel,
  total,
  packedAt,
  settings: { sender },
}: Packed & Readonly<{ parcel: Pick<Parcel, "parcelNo" | "sequence"> }>) => ({
  parcelNo: parcel.parcelNo,
  sequence: parcel.sequence,
  total,
  ftNo: task.ftNo,
  orderNo: task.orderNo,
  salesChannel: task.salesChannel,
  receiver: task.receiver,
  // Nobody has to type in settings what OMS4 tells with every task
  sender: sender.name.trim() === "" ? { ...sender, name: task.fpName || task.salesChannel } : sender,
  packedAt,
});

/** What stands on a parcel's own label. */
export const ownLabelFacts = (packed: Packed & Readonly<{ parcel: Pick<Parcel, "parcelNo" | "sequence" | "carrier"> }>): OwnLabelFacts => ({
  ...commonFacts(packed),
  carrier: packed.parcel.carrier ?? packed.settings.ownCarrier,
  deliveryInstruction: packed.task.deliveryInstruction,
});

/** What stands on the slip that lies in the box: this parcel's lines in the order's own order. */
export const packingSlipFacts = (
  packed: Packed & Readonly<{ parcel: Pick<Parcel, "parcelNo" | "sequence" | "items"> }>,
): PackingSlipFacts => ({
  ...commonFacts(packed),
  lines: packed.task.details.flatMap((detail) => {
    const qty = packed.parcel.items.reduce((sum, item) => (item.detailId === detail.detailId ? sum + item.qty : sum), 0);
    const code = detail.brandSkuCode || detail.sellerSkuCode || (detail.barcodes[0] ?? "");
    return qty === 0 ? [] : [{ qty, name: detail.name || code || detail.detailId, code }];
  }),
});

/** What stands on the slip of a box that waits for its label. `at`: when it left the bench, ms. */
export const parkingSlipFacts = ({
  task,
  parcel,
  stationId,
  at,
}: Readonly<{
  task: FulfillmentTask;
  parcel: Pick<Parcel, "parcelNo" | "sequence" | "closedAt">;
  stationId: string;
  at: number;
}>): ParkingSlipFacts => ({
  parcelNo: parcel.parcelNo,
  sequence: parcel.sequence,
  maySplit: task.allowSplit,
  ftNo: task.ftNo,
  orderNo: task.orderNo,
  salesChannel: task.salesChannel,
  receiver: task.receiver.name,
  carrier: task.carrier,
  stationId,
  closedAt: parcel.closedAt ?? at,
});
