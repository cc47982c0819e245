/** A task as OMS4 sends it. Only what the practice OMS4 itself reads is named; all other fields are kept. */
export type RawDetail = Record<string, unknown> & { task_detail_id: number | string; qty?: number };
export type RawTask = Record<string, unknown> & { ft_no: string; status: string; task_details: RawDetail[] };

/** Times in ms. `labelAt`: from when on the label can be had, null for never. */
export type Oms4Task = { raw: RawTask; createdAt: number; updatedAt: number; trackingNo: string; labelAt: number | null };

export type Oms4Parcel = {
  parcelNo: string;
  ftNo: string;
  parcelId: number;
  packedAt: number;
  trackingNo: string;
  labelAt: number | null;
  /** units by detail id */
  units: Record<string, number>;
  /** the parcel as it was told, word for word */
  told: Record<string, unknown>;
};

export type Oms4Cancellation = {
  raw: Record<string, unknown> & { ct_no: string; ft_no: string };
  detailIds: string[];
  createdAt: number;
  updatedAt: number;
};

export type Oms4Activity = { ftNo: string; parcelNo: string | null; milestone: string | null; description: string; eventTime: number };

/** Everything the practice OMS4 knows, as plain JSON. */
export type Oms4State = {
  sequence: number;
  tasks: Oms4Task[];
  parcels: Oms4Parcel[];
  cancellations: Oms4Cancellation[];
  cancelRequests: (Record<string, unknown> & { ft_no: string })[];
  activities: Oms4Activity[];
  inventory: Record<string, number>;
};

export const emptyState = (): Oms4State => ({
  sequence: 0,
  tasks: [],
  parcels: [],
  cancellations: [],
  cancelRequests: [],
  activities: [],
  inventory: {},
});

/** How the task ships, by OMS4's own fields (oms4-api, section 3). */
export const wayOfRaw = (raw: RawTask): "single" | "split" | "own" =>
  raw["delivery_carrier"] === null || raw["delivery_carrier"] === undefined || raw["delivery_carrier"] === ""
    ? "own"
    : Number(raw["allow_ft_split"] ?? 0) === 1
      ? "split"
      : "single";

export const textOf = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
