import { z } from "zod";
import { fulfillmentTaskSchema, type FulfillmentTask } from "./task.ts";

/** Who gets an order and where, as a screen shows it. Blank where OMS4 gave none, or where it is kept no longer. */
export const receiverViewSchema = fulfillmentTaskSchema.shape.receiver.omit({ email: true });
export type ReceiverView = Readonly<z.infer<typeof receiverViewSchema>>;
export const receiverView = ({ receiver }: FulfillmentTask): ReceiverView => receiverViewSchema.parse(receiver);

/** What OMS4 has of a parcel's order. */
export const parcelAboutSchema = z.object({
  ftNo: z.string(),
  orderNo: z.string(),
  salesChannel: z.string(),
  receiver: receiverViewSchema,
  /** the fulfillment point it leaves from */
  source: z.string(),
  carrier: z.string(),
  /** OMS4's id of a carrier chosen at the bench; "" for one it has no id for, and for its own */
  carrierId: z.string(),
  deliveryType: z.string(),
  crossBorder: z.boolean(),
  /** OMS4's own words for task and lines */
  status: z.string(),
  itemStatuses: z.array(z.string()),
});
export type ParcelAbout = Readonly<z.infer<typeof parcelAboutSchema>>;

/** What OMS4 says of a task's lines, each word once. */
export const itemStatusesOf = ({ details }: FulfillmentTask): string[] => [
  ...new Set(details.flatMap(({ itemStatus, gone }) => (itemStatus === undefined || gone === true ? [] : [itemStatus]))),
];

/** The order of a parcel, with the carrier that was chosen for it. */
export const parcelAbout = (
  task: FulfillmentTask,
  carrier: Readonly<{ id: string | null; name: string; type: string }> | null,
  senderAddress: string,
): ParcelAbout => ({
  ftNo: task.ftNo,
  orderNo: task.orderNo,
  salesChannel: task.salesChannel,
  receiver: receiverView(task),
  source: senderAddress.trim() === "" ? task.fpName : senderAddress,
  carrier: carrier?.name ?? task.carrier,
  carrierId: carrier?.id ?? "",
  deliveryType: carrier?.type ?? task.deliveryType,
  crossBorder: task.crossBorder === true,
  status: task.status,
  itemStatuses: itemStatusesOf(task),
});
