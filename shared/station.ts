import { z } from "zod";
import { teachingViewSchema } from "./alias.ts";
import { countViewSchema } from "./count.ts";
import { failureSchema } from "./failures.ts";
import { scannerLayoutSchema } from "./keyboard-layouts.ts";
import { labelOutcomeSchema } from "./label-check.ts";
import { correctFieldSchema } from "./outbox.ts";
import { documentKindSchema, labelFormatSchema, milestoneSchema, parcelStateSchema, printStateSchema } from "./parcel.ts";
import { verdictSchema } from "./scan.ts";
import { settingsSchema } from "./settings.ts";
import { carrierChoiceSchema, shippingWaySchema } from "./task.ts";
import { weighingStateSchema } from "./weight.ts";

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
  /** kg; null where nobody knows */
  weightKg: z.number().nullable(),
  /** "30 × 20 × 15 cm", "" where the carton's size isn't known */
  size: z.string(),
  /** what an own delivery costs; null where nobody said */
  cost: z.number().nullable(),
  carrier: z.string(),
  deliveryType: z.string(),
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
  /**
   * `parked`: the label is here and waits for the box's slip; `changed`: the printed one is not in force any more; `unscanned`: it is still
   * to be scanned where it is pasted
   */
  label: z.enum(["fine", "waiting", "late", "overdue", "parked", "changed", "unscanned"]),
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
  crossBorder: z.literal(true).optional(),
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
  /** why nothing of it may go on now: cancelled, packed by another station, the buyer asks to cancel, or nobody can read how OMS4 decided */
  stopped: z.enum(["cancelled", "elsewhere", "request", "unclear"]).nullable(),
  /** units to scan out of their boxes again, by line and parcel */
  putBack: z.array(z.object({ detailId: z.string(), qty: z.number(), parcelNo: z.string(), sequence: z.number(), closed: z.boolean() })),
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

export const troubleActionSchema = z.enum(["retry", "reprint", "printed", "correct", "accept", "discard"]);
export type TroubleAction = z.infer<typeof troubleActionSchema>;

/** Something that needs a person, with its ways out. */
export const troubleSchema = z.object({
  /** `outbox:12`, `print:7`, `set-aside:3` */
  id: z.string(),
  source: z.enum(["outbox", "print", "set-aside", "label", "count", "stop"]),
  title: z.string(),
  /** what it is about: task, parcel, printer */
  about: z.string(),
  failure: failureSchema,
  at: z.number(),
  actions: z.array(troubleActionSchema),
  /** What of a refused report may be put right, as it stands. */
  fields: z.array(correctFieldSchema).optional(),
});
export type Trouble = Readonly<z.infer<typeof troubleSchema>>;

/** A milestone being told of parcel after parcel: its command, what to scan, and what became of the last ones. */
export const milestoneViewSchema = z.object({
  milestone: milestoneSchema,
  command: z.string(),
  title: z.string(),
  done: z.string(),
  /** "each parcel that leaves" */
  scan: z.string(),
  told: z.number(),
  /** `ok` null: OMS4 is being asked whether another station packed it */
  last: z.array(z.object({ code: z.string(), ftNo: z.string(), carrier: z.string(), ok: z.boolean().nullable(), words: z.string() })),
});
export type MilestoneView = Readonly<z.infer<typeof milestoneViewSchema>>;
/** Labels that somebody has to think of, in short: closed boxes without one, and boxes whose slip is to be scanned. */
export const labelNewsSchema = z.object({
  /** longest waiting first, at most a few; `since` in ms */
  waiting: z.array(z.object({ parcelNo: z.string(), ftNo: z.string(), since: z.number(), parked: z.boolean() })),
  /** all of them; at most 100 are counted */
  waitingCount: z.number(),
  /** parked boxes whose labels are here: parcel numbers, at most a few */
  ready: z.array(z.string()),
  readyCount: z.number(),
  /** labels to scan back that were put aside, longest first, at most a few */
  toScan: z.array(z.object({ parcelNo: z.string(), ftNo: z.string(), trackingNo: z.string() })),
  /** all of them; at most 100 are counted */
  toScanCount: z.number(),
});
export type LabelNews = Readonly<z.infer<typeof labelNewsSchema>>;

export const pillSchema = z.object({ health: healthSchema, words: z.string() });

/** The scale of this bench and what is on it. */
export const scaleViewSchema = pillSchema.extend({
  /** null: no scale is read now */
  state: weighingStateSchema.nullable(),
  /** net, kg; null while it says nothing */
  kg: z.number().nullable(),
  tareKg: z.number(),
  /** everything is in: the box goes on the scale now */
  waiting: z.boolean(),
  /** what such a parcel weighs, where the weight in question doesn't fit; else null */
  expectedKg: z.number().nullable(),
});
export type ScaleView = Readonly<z.infer<typeof scaleViewSchema>>;

/** A scan that went to the scanner test instead of to the bench. Of keyboards only the screen knows. */
export const scannerReadSchema = z.object({
  /** grows with every read */
  number: z.number(),
  text: z.string(),
  /** AIM identifier, where the device told it */
  symbology: z.string().nullable(),
  way: z.enum(["hid", "serial"]),
  path: z.string(),
  name: z.string(),
  at: z.number(),
});
export type ScannerRead = Readonly<z.infer<typeof scannerReadSchema>>;

/** The screen that is open; `life`: what became of one parcel. */
export const openScreenSchema = z.enum(["bench", "trouble", "correct", "settings", "disk", "codes", "sheet", "doctor", "help", "life"]);
export type OpenScreen = z.infer<typeof openScreenSchema>;
/** On these, scans test a scanner and pack nothing; work elsewhere closes neither. */
export const TEST_SCREENS: readonly OpenScreen[] = ["settings", "doctor"];

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
  /** `spare`: there is a spare printer, and the bench is on it, or could be */
  printer: pillSchema.extend({ spare: z.enum(["there", "in-use"]).optional() }),
  scanner: pillSchema,
  /** what the wedge tries first */
  scannerLayout: scannerLayoutSchema,
  /** the last reads of a running scanner test */
  scannerReads: z.array(scannerReadSchema),
  /** null where no scale is set or plugged in */
  scale: scaleViewSchema.nullable(),
  outbox: pillSchema.extend({ waiting: z.number(), parked: z.number() }),
  /** the data folder's disk */
  disk: pillSchema,
  /** `handover` while parcels are scanned out to the carrier, `counting` while stock is counted */
  activity: z.enum(["packing", "handover", "milestone", "counting"]),
  handedOver: z.number(),
  milestone: milestoneViewSchema.nullable(),
  /** `pinSet`: what a supervisor must allow needs the badge; `until`: it was scanned, and is good until then (ms) */
  supervisor: z.object({ pinSet: z.boolean(), until: z.number().nullable() }),
  task: taskViewSchema.nullable(),
  /** the parcel whose pasted label is to be scanned now, before anything else is packed; null: none */
  scanBack: parcelViewSchema.nullable(),
  lastParcels: z.array(parcelViewSchema),
  labels: labelNewsSchema,
  waiting: z.object({ count: z.number(), next: z.array(waitingTaskSchema) }),
  today: z.object({ parcels: z.number(), secondsPerOrder: z.number().nullable(), wrongStopped: z.number() }),
  count: countViewSchema,
  /** a code being made known for the task on the bench */
  teaching: teachingViewSchema.nullable(),
  troubles: z.array(troubleSchema),
  /** which trouble the scanned commands act on; index into `troubles` */
  troubleMarked: z.number(),
  /** what is about to be given up, or accepted although it may be wrong, and what is missing for it */
  givingUp: z
    .object({ id: z.string(), action: z.enum(["discard", "accept"]), reason: z.string(), wants: z.enum(["reason", "again", "supervisor"]) })
    .nullable(),
  /** a screen a scanned command asked for; the counter tells a new wish from an old one */
  wish: z.object({ screen: openScreenSchema.exclude(["life"]), count: z.number() }).nullable(),
  storage: z
    .object({ failure: failureSchema, backups: z.array(z.object({ name: z.string(), at: z.number(), bytes: z.number() })) })
    .nullable(),
  theme: settingsSchema.shape.theme,
  sound: z.boolean(),
});
export type Snapshot = Readonly<z.infer<typeof snapshotSchema>>;

export const printerFoundSchema = z.object({ uri: z.string(), name: z.string(), health: healthSchema, words: z.string() });
/** A scanner or a scale that was found. */
export const deviceFoundSchema = z.object({ path: z.string(), name: z.string(), health: healthSchema, words: z.string() });
/** `setting`: what to set for this scale to be read; null where it names none that could be. */
export const scaleFoundSchema = deviceFoundSchema.extend({ setting: z.string().nullable() });

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

const namedFileSchema = z.object({ name: z.string(), at: z.number(), bytes: z.number() });
/** Sizes in MB of 2^20 bytes, times in ms. */
export const diskStateSchema = z.object({
  level: z.enum(["fine", "low", "full", "read-only"]),
  freeMb: z.number().nullable(),
  databaseMb: z.number(),
  logMb: z.number(),
  checkedAt: z.number().nullable(),
  backups: z.array(namedFileSchema),
  owed: z.object({ messages: z.number(), folder: z.string() }),
  files: z.array(namedFileSchema),
});
export type DiskState = Readonly<z.infer<typeof diskStateSchema>>;

/** `dpi` null: there are no dots (ZPL). `words`: what was read from it, and what is wrong with it. */
export const labelPreviewSchema = z.object({
  trackingNo: z.string(),
  outcome: labelOutcomeSchema,
  words: z.string(),
  dpi: z.number().nullable(),
  pages: z.array(z.string()),
});

export const printOutcomeSchema = z.object({ state: printStateSchema, words: z.string() });
export { documentKindSchema, labelFormatSchema };
