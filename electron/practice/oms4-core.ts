import type { Clock } from "../kit/clock.ts";
import type { EndpointName } from "../sync/endpoints.ts";
import { textOf, wayOfRaw, type Oms4Activity, type Oms4Parcel, type Oms4State, type Oms4Task, type RawTask } from "./oms4-state.ts";
import { createParcelDesk } from "./oms4-parcels.ts";

/** What is printed on a label. */
export type LabelOrder = Readonly<{
  ftNo: string;
  parcelNo: string | null;
  trackingNo: string;
  carrier: string;
  deliveryType: string;
  task: Readonly<Record<string, unknown>>;
}>;

/** OMS4's envelope without the request id. */
export type Oms4Answer = Readonly<{ code: string; message: string; data: unknown }>;
export type Oms4Question = Readonly<{
  call: EndpointName;
  query: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
}>;

export type Oms4CoreParts = Readonly<{
  state: Oms4State;
  clock: Clock;
  /** Makes a label; its text is what OMS4 would put into `shipping_label` before base64. */
  makeLabel: (order: LabelOrder) => Promise<Uint8Array>;
  /** How long after packing a split parcel's label appears, ms. */
  splitLabelMs: () => number;
  /** After a call changed the state, before it is answered. */
  onTold: () => void;
}>;

export const success = (data: unknown): Oms4Answer => ({ code: "200", message: "success", data });
export const refusal = (message: string, code = "400"): Oms4Answer => ({ code, message, data: null });

/** `[a,b]` → a, b */
const readList = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const MOST_LABELS_KEPT = 500;

/**
 * The nine calls over a state in memory, without HTTP: what the practice mode and the test OMS4 share. It answers as the
 * documentation says, and refuses what would corrupt an order: a parcel number twice, more than was ordered, cancelled lines.
 */
export const createOms4Core = ({ state, clock, makeLabel, splitLabelMs, onTold }: Oms4CoreParts) => {
  const tasks = new Map<string, Oms4Task>(state.tasks.map((task) => [task.raw.ft_no, task]));
  const parcels = new Map<string, Oms4Parcel>(state.parcels.map((parcel) => [parcel.parcelNo, parcel]));
  const parcelsOf = new Map<string, Oms4Parcel[]>();
  for (const parcel of state.parcels) parcelsOf.set(parcel.ftNo, [...(parcelsOf.get(parcel.ftNo) ?? []), parcel]);
  const labels = new Map<string, string>();
  /** Whole `shipping_label` texts that stand in for the made ones, by parcel number or ft_no. */
  const labelTexts = new Map<string, string>();

  const touch = (task: Oms4Task): void => {
    task.updatedAt = clock.now();
    task.raw["updated_time"] = task.updatedAt;
  };

  const desk = createParcelDesk({ state, tasks, parcels, parcelsOf, clock, splitLabelMs, touch });

  const page = (rows: readonly { createdAt: number; updatedAt: number }[], query: Oms4Question["query"]) => {
    const bound = (name: string, otherwise: number): number => (query[name] === undefined ? otherwise : Number(query[name]));
    const found = rows.filter(
      (row) =>
        row.updatedAt >= bound("updated_from", 0) &&
        row.updatedAt <= bound("updated_to", Infinity) &&
        row.createdAt >= bound("created_from", 0) &&
        row.createdAt <= bound("created_to", Infinity),
    );
    const offset = bound("offset", 0);
    return { total: found.length, rows: found.slice(offset, offset + Math.min(50, bound("limit", 50))) };
  };

  const labelOf = async (task: Oms4Task, parcelNo: string | null, trackingNo: string, labelAt: number | null): Promise<string> => {
    const text = labelTexts.get(parcelNo ?? "") ?? labelTexts.get(task.raw.ft_no);
    if (labelAt === null || labelAt > clock.now()) return "";
    if (text !== undefined) return text;
    const key = `${task.raw.ft_no}|${trackingNo}`;
    const made = labels.get(key);
    if (made !== undefined) return made;
    // In practice OMS4 lives in the station's own process: between two labels a scan must get its turn
    await new Promise((resolve) => setImmediate(resolve));
    const bytes = await makeLabel({
      ftNo: task.raw.ft_no,
      parcelNo,
      trackingNo,
      carrier: textOf(task.raw["delivery_carrier"]),
      deliveryType: textOf(task.raw["delivery_type"]),
      task: task.raw,
    });
    const base64 = Buffer.from(bytes).toString("base64");
    labels.set(key, base64);
    const [oldest] = labels.keys();
    if (labels.size > MOST_LABELS_KEPT && oldest !== undefined) labels.delete(oldest);
    return base64;
  };

  const shippingOf = async (task: Oms4Task, only: string | undefined): Promise<Record<string, unknown>> => {
    const way = wayOfRaw(task.raw);
    const packed = parcelsOf.get(task.raw.ft_no) ?? [];
    const common = { delivery_carrier: task.raw["delivery_carrier"] ?? null, delivery_type: task.raw["delivery_type"] ?? null };
    const rows: Record<string, unknown>[] = [];
    if (way === "single" && packed.length === 0 && only === undefined) {
      const shipping_label = await labelOf(task, null, task.trackingNo, task.labelAt);
      rows.push({ parcel_id: null, fp_parcel_no: "", ...common, tracking_no: task.trackingNo, shipping_label });
    }
    for (const parcel of packed.filter(({ parcelNo }) => only === undefined || parcelNo === only)) {
      const ready = parcel.labelAt !== null && parcel.labelAt <= clock.now();
      const shipping_label = way === "own" ? "" : await labelOf(task, parcel.parcelNo, parcel.trackingNo, parcel.labelAt);
      const tracking_no = way === "split" && !ready ? "" : parcel.trackingNo;
      rows.push({ parcel_id: parcel.parcelId, fp_parcel_no: parcel.parcelNo, ...common, tracking_no, shipping_label });
    }
    return { ft_no: task.raw.ft_no, parcels: rows };
  };

  const addActivity = (body: Oms4Question["body"], parcelNo: string | null): Oms4Answer => {
    const ftNo = textOf(body["ft_no"]);
    const task = tasks.get(ftNo);
    if (task === undefined) return refusal(`fulfillment task ${ftNo} not found`, "404");
    if (parcelNo !== null && parcels.get(parcelNo)?.ftNo !== ftNo) return refusal(`parcel ${parcelNo} not found`, "404");
    const milestone = textOf(body["milestone"]) || null;
    const activity: Oms4Activity = {
      ftNo,
      parcelNo,
      milestone,
      description: textOf(body["description"]),
      eventTime: Number(body["event_time"]),
    };
    state.activities.push(activity);
    if (milestone === "SHIPPING") {
      task.raw.status = "SHIPPED";
      touch(task);
    }
    onTold();
    return success(null);
  };

  const setInventory = (body: Oms4Question["body"]): Oms4Answer => {
    const rows = Array.isArray(body["inventory"]) ? (body["inventory"] as Record<string, unknown>[]) : [];
    for (const row of rows) {
      const key = `${textOf(row["brand_code"])}|${textOf(row["brand_sku_code"])}`;
      if (Number(row["na_ind"] ?? 0) === 1) delete state.inventory[key];
      else state.inventory[key] = Number(row["qty"]);
    }
    onTold();
    return success({ success_sync_records: rows.length });
  };

  const answer = async ({ call, query, body }: Oms4Question): Promise<Oms4Answer> => {
    switch (call) {
      case "getTasks": {
        const { total, rows } = page(
          query["status"] === undefined ? state.tasks : state.tasks.filter(({ raw }) => raw.status === query["status"]),
          query,
        );
        return success({ total_count: total, cursor: "", ft_list: (rows as Oms4Task[]).map(({ raw }) => raw) });
      }
      case "getTasksByNo":
        return success(readList(query["ft_nos"]).flatMap((ftNo) => tasks.get(ftNo)?.raw ?? []));
      case "getShippingInfo": {
        const found = readList(query["ft_no"]).flatMap((ftNo) => tasks.get(ftNo) ?? []);
        const rows: Record<string, unknown>[] = [];
        for (const task of found) rows.push(await shippingOf(task, query["fp_parcel_no"]));
        return success(rows);
      }
      case "getCancellations": {
        const named = (name: "ft_no" | "status", raw: Readonly<Record<string, unknown>>): boolean =>
          query[name] === undefined || raw[name] === query[name];
        const { total, rows } = page(
          state.cancellations.filter(({ raw }) => named("ft_no", raw) && named("status", raw)),
          query,
        );
        return success({ total_count: total, cursor: "", ct_list: (rows as typeof state.cancellations).map(({ raw }) => raw) });
      }
      case "getCancelRequests":
        return success(state.cancelRequests.filter(({ ft_no }) => readList(query["ft_no"]).includes(ft_no)));
      case "updateTaskActivity":
        return addActivity(body, null);
      case "updateParcelActivity":
        return addActivity(body, textOf(body["fp_parcel_no"]));
      case "setParcelPacked": {
        const packed = desk.pack(body);
        if (packed.code === "200") onTold();
        return packed;
      }
      case "updateInventory":
        return setInventory(body);
    }
  };

  return {
    answer,
    /** `labelAt`: from when the label can be had; null for a task whose labels come after packing or never. */
    addTask: (
      raw: RawTask,
      { trackingNo = "", labelAt = null }: Readonly<{ trackingNo?: string; labelAt?: number | null }> = {},
    ): Oms4Task => {
      const now = clock.now();
      const task: Oms4Task = { raw, createdAt: Number(raw["created_time"] ?? now), updatedAt: now, trackingNo, labelAt };
      state.tasks.push(task);
      tasks.set(raw.ft_no, task);
      return task;
    },
    /** Changes a task upstream; its update time moves with it. */
    changeTask: (ftNo: string, change: Readonly<Record<string, unknown>>): boolean => {
      const task = tasks.get(ftNo);
      if (task === undefined) return false;
      Object.assign(task.raw, change);
      touch(task);
      return true;
    },
    /** Cancels a task, or only the named lines of it. */
    cancel: desk.cancel,
    task: (ftNo: string): Oms4Task | null => tasks.get(ftNo) ?? null,
    parcelsOf: (ftNo: string): readonly Oms4Parcel[] => parcelsOf.get(ftNo) ?? [],
    parcel: (parcelNo: string): Oms4Parcel | null => parcels.get(parcelNo) ?? null,
    /** Puts a text of one's own into `shipping_label` of a task or parcel. */
    setLabelText: (key: string, text: string): void => void labelTexts.set(key, text),
    state,
  };
};
export type Oms4Core = ReturnType<typeof createOms4Core>;
