import type { Clock } from "../kit/clock.ts";
import { textOf, wayOfRaw, type Oms4Cancellation, type Oms4Parcel, type Oms4State, type Oms4Task } from "./oms4-state.ts";
import type { Oms4Answer } from "./oms4-core.ts";

export type ParcelDeskParts = Readonly<{
  state: Oms4State;
  tasks: ReadonlyMap<string, Oms4Task>;
  parcels: Map<string, Oms4Parcel>;
  parcelsOf: Map<string, Oms4Parcel[]>;
  clock: Clock;
  splitLabelMs: () => number;
  touch: (task: Oms4Task) => void;
}>;

const refuse = (message: string, code = "400"): Oms4Answer => ({ code, message, data: null });
const orderedOf = (task: Oms4Task, detailId: string): number | null => {
  const detail = task.raw.task_details.find(({ task_detail_id }) => String(task_detail_id) === detailId);
  return detail === undefined ? null : (detail.qty ?? 1);
};

const carrierCode = (carrier: string): string => (carrier.match(/[A-Z]/g) ?? ["X"]).slice(0, 3).join("");

/** What OMS4 does with parcels and cancellations. */
export const createParcelDesk = ({ state, tasks, parcels, parcelsOf, clock, splitLabelMs, touch }: ParcelDeskParts) => {
  const cancelledIn = (task: Oms4Task): ReadonlySet<string> => {
    const ids = state.cancellations
      .filter(({ raw }) => raw.ft_no === task.raw.ft_no)
      .flatMap(({ detailIds }) =>
        detailIds.length > 0 ? detailIds : task.raw.task_details.map(({ task_detail_id }) => String(task_detail_id)),
      );
    return new Set(ids);
  };

  const packedUnits = (ftNo: string, detailId: string): number =>
    (parcelsOf.get(ftNo) ?? []).reduce((sum, parcel) => sum + (parcel.units[detailId] ?? 0), 0);

  /** Reads one parcel of the body; the words say what is wrong with it. */
  const read = (task: Oms4Task, told: Record<string, unknown>): Oms4Parcel | Oms4Answer => {
    const parcelNo = textOf(told["fp_parcel_no"]);
    if (parcelNo === "") return refuse("fp_parcel_no is required");
    if (parcels.has(parcelNo)) return refuse(`duplicate parcel: fp_parcel_no ${parcelNo} already exists`);
    const items = Array.isArray(told["parcel_items"]) ? (told["parcel_items"] as Record<string, unknown>[]) : [];
    if (items.length === 0) return refuse("parcel_items is required");
    const units: Record<string, number> = {};
    const cancelled = cancelledIn(task);
    for (const item of items) {
      const detailId = textOf(item["ft_detail_id"]);
      const ordered = orderedOf(task, detailId);
      if (ordered === null) return refuse(`ft_detail_id ${detailId} is not part of ${task.raw.ft_no}`);
      if (cancelled.has(detailId)) return refuse(`ft_detail_id ${detailId} was cancelled`);
      const qty = Number(item["qty"] ?? 1);
      units[detailId] = (units[detailId] ?? 0) + qty;
      if (!Number.isInteger(qty) || qty < 1) return refuse(`qty of ft_detail_id ${detailId} is ${textOf(item["qty"])}`);
      if (packedUnits(task.raw.ft_no, detailId) + (units[detailId] ?? 0) > ordered)
        return refuse(`more of ft_detail_id ${detailId} than the ${ordered} ordered`);
    }
    state.sequence += 1;
    const now = clock.now();
    const way = wayOfRaw(task.raw);
    const labelAt = way === "own" ? null : way === "split" ? now + splitLabelMs() : task.labelAt;
    const carrier = textOf(task.raw["delivery_carrier"]);
    const trackingNo =
      way === "own"
        ? textOf(told["tracking_no"])
        : way === "single"
          ? task.trackingNo
          : `${carrierCode(carrier)}${String(880_000_000 + state.sequence)}SG`;
    return {
      parcelNo,
      ftNo: task.raw.ft_no,
      parcelId: 70_000 + state.sequence,
      packedAt: Number(told["parcel_packed_time"]),
      trackingNo,
      labelAt,
      units,
      told,
    };
  };

  return {
    pack: (body: Readonly<Record<string, unknown>>): Oms4Answer => {
      const ftNo = textOf(body["ft_no"]);
      const task = tasks.get(ftNo);
      if (task === undefined) return refuse(`fulfillment task ${ftNo} not found`, "404");
      if (/CANCEL/i.test(task.raw.status)) return refuse(`fulfillment task ${ftNo} was cancelled`);
      const told = Array.isArray(body["parcels"]) ? (body["parcels"] as Record<string, unknown>[]) : [];
      if (told.length === 0) return refuse("parcels is required");
      if (
        wayOfRaw(task.raw) === "single" &&
        (parcelsOf.get(ftNo) ?? []).length + told.length > 1 &&
        Number(task.raw["allow_ft_split"] ?? 0) !== 1
      ) {
        const known = told.find((parcel) => parcels.has(textOf(parcel["fp_parcel_no"])));
        const number = textOf(known?.["fp_parcel_no"]);
        return refuse(
          known === undefined ? `fulfillment task ${ftNo} may not be split` : `duplicate parcel: fp_parcel_no ${number} already exists`,
        );
      }
      const readParcels = told.map((parcel) => read(task, parcel));
      const bad = readParcels.find((one): one is Oms4Answer => "code" in one);
      if (bad !== undefined) return bad;
      for (const parcel of readParcels as Oms4Parcel[]) {
        state.parcels.push(parcel);
        parcels.set(parcel.parcelNo, parcel);
        parcelsOf.set(ftNo, [...(parcelsOf.get(ftNo) ?? []), parcel]);
      }
      const cancelled = cancelledIn(task);
      const whole = task.raw.task_details.every((detail) => {
        const detailId = String(detail.task_detail_id);
        return cancelled.has(detailId) || packedUnits(ftNo, detailId) >= (detail.qty ?? 1);
      });
      task.raw.status = whole ? "PACKED" : "PACKING";
      touch(task);
      return { code: "200", message: "success", data: null };
    },

    /** `detailIds` empty: the whole task. Returns its ct_no; null when there is no such task. */
    cancel: (ftNo: string, detailIds: readonly string[] = []): string | null => {
      const task = tasks.get(ftNo);
      if (task === undefined) return null;
      state.sequence += 1;
      const now = clock.now();
      const ctNo = `CT${String(state.sequence).padStart(6, "0")}`;
      const lines = task.raw.task_details.filter(
        ({ task_detail_id }) => detailIds.length === 0 || detailIds.includes(String(task_detail_id)),
      );
      const cancellation: Oms4Cancellation = {
        raw: {
          ct_no: ctNo,
          ft_no: ftNo,
          order_no: task.raw["order_no"],
          created_time: now,
          updated_time: now,
          status: "NEW",
          task_details: lines.map((line) => ({
            ft_detail_id: String(line.task_detail_id),
            seller_sku_code: line["seller_sku_code"],
            brand_code: line["brand_code"],
            brand_sku_code: line["brand_sku_code"],
            sku_name: line["sku_name"],
          })),
        },
        detailIds: lines.map(({ task_detail_id }) => String(task_detail_id)),
        createdAt: now,
        updatedAt: now,
      };
      state.cancellations.push(cancellation);
      if (lines.length === task.raw.task_details.length) {
        task.raw.status = "CANCELLED";
        touch(task);
      }
      return ctNo;
    },
  };
};
