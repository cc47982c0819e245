import { z } from "zod";
import { failureSchema } from "./failures.ts";
import { documentKindSchema, labelFormatSchema, parcelStateSchema, printStateSchema } from "./parcel.ts";
import { verdictSchema } from "./scan.ts";
import { settingsSchema } from "./settings.ts";
import { carrierChoiceSchema, shippingWaySchema } from "./task.ts";

/** `setup` is the screen's own (settings open, scans test the scanner); all others are the station's. */
export const phaseSchema = z.enum(["loading", "setup", "ready", "packing", "closing", "trouble"]);
export type Phase = z.infer<typeof phaseSchema>;

/** round = fine, diamond = careful, square = broken */
export const healthSchema = z.enum(["fine", "careful", "broken"]);
export type Health = z.infer<typeof healthSchema>;

export const lineViewSchema = z.object({
  detailId: z.string(),
  name: z.string(),
  brandCode: z.string(),
  brandSkuCode: z.string(),
  sellerSkuCode: z.string(),
  barcodes: z.array(z.string()),
  imageUrl: z.string().nullable(),
  qty: z.number(),
  /** units in all parcels of this task */
  packed: z.number(),
  state: z.enum(["next", "todo", "done", "cancelled"]),
  /** units of a cancelled line that are still in a box */
  takeOut: z.number(),
});
export type LineView = Readonly<z.infer<typeof lineViewSchema>>;

/** One rung of the label's ladder as drawn; `unknown` is drawn as a question mark. */
export const rungSchema = z.object({
  name: z.enum(["here", "checked", "sent", "printed", "scanned"]),
  state: z.enum(["done", "now", "todo", "unknown", "failed"]),
});

export const parcelViewSchema = z.object({
  parcelNo: z.string(),
  ftNo: z.string(),
  sequence: z.number(),
  state: parcelStateSchema,
  units: z.number(),
  carton: z.string().nullable(),
  carrier: z.string(),
  trackingNo: z.string(),
  closedAt: z.number().nullable(),
  /** where Packing Finished stands at OMS4 */
  report: z.enum(["none", "waiting", "sent", "parked"]),
  print: printStateSchema.nullable(),
  /** how many times a label was printed for it */
  copies: z.number(),
  ladder: z.array(rungSchema),
  /** plain words for the ladder: "label printed", "waiting for the label · 12 s" */
  words: z.string(),
  /** `parked`: the label is here and waits for the box's slip; `changed`: the printed one is not in force any more */
  label: z.enum(["fine", "waiting", "late", "overdue", "parked", "changed"]),
});
export type ParcelView = Readonly<z.infer<typeof parcelViewSchema>>;

export const taskViewSchema = z.object({
  ftNo: z.string(),
  orderNo: z.string(),
  salesChannel: z.string(),
  way: shippingWaySchema,
  maySplit: z.boolean(),
  shipBy: z.number().nullable(),
  receiver: z.object({ name: z.string(), postcode: z.string(), city: z.string(), country: z.string() }),
  carrier: z.string(),
  deliveryType: z.string(),
  carrierId: z.string().nullable(),
  availableCarriers: z.array(carrierChoiceSchema),
  packingInstruction: z.string(),
  deliveryInstruction: z.string(),
  /** false until the packer has seen the instruction: the first item scan or Enter says so */
  acknowledged: z.boolean(),
  lines: z.array(lineViewSchema),
  parcels: z.array(parcelViewSchema),
  currentParcel: z.number(),
  /** units the next item scan packs (CMDQTY) */
  quantityNext: z.number(),
  unitsLeft: z.number(),
  openedAt: z.number(),
  cancellation: z.object({ ctNo: z.string(), at: z.number() }).nullable(),
});
export type TaskView = Readonly<z.infer<typeof taskViewSchema>>;

export const waitingTaskSchema = z.object({
  ftNo: z.string(),
  orderNo: z.string(),
  salesChannel: z.string(),
  units: z.number(),
  carrier: z.string(),
  way: shippingWaySchema,
  shipBy: z.number().nullable(),
  started: z.boolean(),
});
export type WaitingTask = Readonly<z.infer<typeof waitingTaskSchema>>;

export const troubleActionSchema = z.enum(["retry", "reprint", "printed", "discard"]);
export type TroubleAction = z.infer<typeof troubleActionSchema>;

/** Something that needs a person, with its ways out. */
export const troubleSchema = z.object({
  /** `outbox:12`, `print:7`, `set-aside:3` */
  id: z.string(),
  source: z.enum(["outbox", "print", "set-aside", "label"]),
  title: z.string(),
  /** what it is about: task, parcel, printer */
  about: z.string(),
  failure: failureSchema,
  at: z.number(),
  actions: z.array(troubleActionSchema),
});
export type Trouble = Readonly<z.infer<typeof troubleSchema>>;

/** Labels that somebody has to think of, in short: closed boxes without one, and boxes whose slip is to be scanned. */
export const labelNewsSchema = z.object({
  /** longest waiting first, at most a few; `since` in ms */
  waiting: z.array(z.object({ parcelNo: z.string(), ftNo: z.string(), since: z.number(), parked: z.boolean() })),
  /** all of them; at most 100 are counted */
  waitingCount: z.number(),
  /** parked boxes whose labels are here: parcel numbers, at most a few */
  ready: z.array(z.string()),
  readyCount: z.number(),
});
export type LabelNews = Readonly<z.infer<typeof labelNewsSchema>>;

export const pillSchema = z.object({ health: healthSchema, words: z.string() });

/** Everything the screen draws, in one piece, with a revision that only grows. */
export const snapshotSchema = z.object({
  revision: z.number(),
  phase: phaseSchema,
  mode: z.enum(["practice", "live"]),
  stationId: z.string(),
  /** who packs here; null until a badge was scanned */
  packer: z.string().nullable(),
  version: z.string(),
  scanSeq: z.number(),
  verdict: verdictSchema.nullable(),
  online: z.boolean(),
  oms4: pillSchema.extend({ lastSyncAt: z.number().nullable(), skewMs: z.number().nullable() }),
  printer: pillSchema,
  scanner: pillSchema,
  outbox: pillSchema.extend({ waiting: z.number(), parked: z.number() }),
  /** `handover` while parcels are scanned out to the carrier */
  activity: z.enum(["packing", "handover"]),
  handedOver: z.number(),
  task: taskViewSchema.nullable(),
  lastParcels: z.array(parcelViewSchema),
  labels: labelNewsSchema,
  waiting: z.object({ count: z.number(), next: z.array(waitingTaskSchema) }),
  today: z.object({ parcels: z.number(), secondsPerOrder: z.number().nullable(), wrongStopped: z.number() }),
  troubles: z.array(troubleSchema),
  /** which trouble the scanned commands act on; index into `troubles` */
  troubleMarked: z.number(),
  /** a screen a scanned command asked for; the counter tells a new wish from an old one */
  wish: z.object({ screen: z.enum(["trouble", "settings", "sheet", "help", "bench"]), count: z.number() }).nullable(),
  storage: z
    .object({ failure: failureSchema, backups: z.array(z.object({ name: z.string(), at: z.number(), bytes: z.number() })) })
    .nullable(),
  theme: settingsSchema.shape.theme,
  sound: z.boolean(),
});
export type Snapshot = Readonly<z.infer<typeof snapshotSchema>>;

export const printerFoundSchema = z.object({ uri: z.string(), name: z.string(), health: healthSchema, words: z.string() });
export const scannerFoundSchema = z.object({ path: z.string(), name: z.string(), health: healthSchema, words: z.string() });

export const journalLineSchema = z.object({
  id: z.number(),
  at: z.number(),
  stationId: z.string(),
  packer: z.string().nullable(),
  ftNo: z.string().nullable(),
  parcelNo: z.string().nullable(),
  kind: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});

export const printOutcomeSchema = z.object({ state: printStateSchema, words: z.string() });
export { documentKindSchema, labelFormatSchema };
