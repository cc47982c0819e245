import { parcelWeightKg } from "../../shared/measures.ts";
import type { Milestone, Parcel } from "../../shared/parcel.ts";
import { DELIVERY_TYPES, type Carton, type OwnCarrier } from "../../shared/settings.ts";
import type { FulfillmentTask } from "../../shared/task.ts";

/** A request body as it is stored in the outbox and sent, never changed between tries. Times in ms. */
export type Body = Readonly<Record<string, unknown>>;

const destination = ({ receiver }: FulfillmentTask): string =>
  [receiver.address, receiver.district, receiver.city, receiver.state, receiver.postcode, receiver.country]
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join(", ");

/** OMS4 takes only its three words; a task may carry any. */
const deliveryType = (type: string): string =>
  DELIVERY_TYPES.find((known) => known.toLowerCase() === type.trim().toLowerCase()) ?? "Standard";

/** `delivery_carrier_id` is one of the task's own offer (D); a carrier that is offered by its name only has none. */
const isOffered = (task: FulfillmentTask, { id, name }: NonNullable<Parcel["carrier"]>): boolean =>
  id !== null && id !== name && task.availableCarriers.some((offered) => offered.id === id);

/**
 * Parcel Packing Finished for one parcel (oms4-api, section 2). For a delivery of our own it names carrier and type, the
 * carrier under both spellings of the documentation, and our parcel number as tracking number; for an integrated carrier
 * the tracking number stays blank, because upstream gives it. `qty` goes back only where OMS4 itself sent one. Weight, size and cost
 * are said where the station knows them, `sourceLocation` "" means the fulfillment point's name: `carton` null for one whose size nobody knows, `ownCarrier` null for a carrier the settings don't know.
 */
export const parcelPackedBody = ({
  task,
  parcel,
  packedAt,
  sourceLocation,
  carton = null,
  ownCarrier = null,
}: Readonly<{
  task: FulfillmentTask;
  parcel: Parcel & Readonly<{ weightG: number | null; costCents: number | null }>;
  packedAt: number;
  sourceLocation: string;
  carton?: Carton | null;
  ownCarrier?: OwnCarrier | null;
}>): Record<string, unknown> => {
  const own = task.way === "own";
  const weight = parcelWeightKg({ weightG: parcel.weightG, items: parcel.items, details: task.details, carton });
  const cost = parcel.costCents === null ? (ownCarrier?.cost ?? null) : parcel.costCents / 100;
  const carrier = parcel.carrier;
  const items = parcel.items.map(({ detailId, qty }) => {
    const detail = task.details.find((candidate) => candidate.detailId === detailId);
    return {
      ft_detail_id: detailId,
      seller_sku_code: detail?.sellerSkuCode ?? "",
      brand_code: detail?.brandCode ?? "",
      brand_sku_code: detail?.brandSkuCode ?? "",
      ...(detail?.qtyGiven === true ? { qty } : {}),
    };
  });
  return {
    ft_no: task.ftNo,
    order_no: task.orderNo,
    sales_channel: task.salesChannel,
    parcels: [
      {
        fp_parcel_no: parcel.parcelNo,
        parcel_packed_time: packedAt,
        ...(weight === null ? {} : { weight }),
        ...(carton === null ? {} : { length: carton.lengthCm, height: carton.heightCm, width: carton.widthCm }),
        ...(own && carrier !== null
          ? {
              actual_delivery_partner: carrier.name,
              actual_delivery_carrier: carrier.name,
              actual_delivery_type: deliveryType(carrier.type),
              ...(isOffered(task, carrier) ? { delivery_carrier_id: carrier.id } : {}),
              ...(cost === null ? {} : { actual_delivery_cost: cost }),
            }
          : {}),
        tracking_no: own ? parcel.parcelNo : "",
        source_location: sourceLocation.trim() === "" ? task.fpName : sourceLocation,
        dest_location: destination(task),
        parcel_items: items,
      },
    ],
  };
};

/** Update Inventory: of each row the counted quantity, or `na_ind` for a product that is no longer here. */
export const inventoryBody = (
  rows: readonly Readonly<{ brandCode: string; brandSkuCode: string; qty: number | null }>[],
): Readonly<{ inventory: { brand_code: string; brand_sku_code: string; qty?: number; na_ind?: 1 }[] }> => ({
  inventory: rows.map(({ brandCode, brandSkuCode, qty }) => ({
    brand_code: brandCode,
    brand_sku_code: brandSkuCode,
    ...(qty === null ? { na_ind: 1 } : { qty }),
  })),
});

/** Update Fulfillment Activity: received, packing started, put on hold (with the reason), packed. */
export const taskActivityBody = ({
  ftNo,
  description,
  at,
  milestone = null,
}: Readonly<{ ftNo: string; description: string; at: number; milestone?: Milestone | null }>): Record<string, unknown> => ({
  ft_no: ftNo,
  ...(milestone === null ? {} : { milestone }),
  description,
  event_time: at,
});

/** Update Parcel Activity; `milestone` null for an activity that is none of the five. */
export const parcelActivityBody = ({
  ftNo,
  parcelNo,
  description,
  at,
  milestone,
}: Readonly<{ ftNo: string; parcelNo: string; description: string; at: number; milestone: Milestone | null }>): Record<
  string,
  unknown
> => ({
  ft_no: ftNo,
  fp_parcel_no: parcelNo,
  ...(milestone === null ? {} : { milestone }),
  description,
  event_time: at,
});
