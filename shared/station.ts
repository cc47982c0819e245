import { z } from "zod";
import { teachingViewSchema } from "./alias.ts";
import { parcelViewSchema, taskViewSchema, waitingTaskSchema } from "./bench-view.ts";
import { countViewSchema } from "./count.ts";
import { pillSchema, scaleViewSchema, scannerReadSchema } from "./device-view.ts";
import { failureSchema } from "./failures.ts";
import { scannerLayoutSchema } from "./keyboard-layouts.ts";
import { labelOutcomeSchema } from "./label-check.ts";
import { milestoneSchema, printStateSchema } from "./parcel.ts";
import { reasonCommandSchema } from "./reasons.ts";
import { verdictSchema } from "./scan.ts";
import { settingsSchema } from "./settings.ts";
import { troubleSchema } from "./trouble.ts";

/** `setup` is the screen's own (settings open, scans test the scanner); all others are the station's. */
export const phaseSchema = z.enum(["loading", "setup", "ready", "packing", "closing", "trouble"]);
export type Phase = z.infer<typeof phaseSchema>;

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
  /** put on hold by a person: how many, and the first of them with the reason ("": nobody said) */
  held: z.object({ count: z.number(), next: z.array(z.object({ ftNo: z.string(), reason: z.string() })) }),
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
  /** what may be explained now by a scan of this command and a reason: the task held, the label printed again, the weight in question */
  reasonAsked: z.object({ command: reasonCommandSchema, about: z.string() }).nullable(),
  /** a screen a scanned command asked for; the counter tells a new wish from an old one */
  wish: z.object({ screen: openScreenSchema.exclude(["life"]), count: z.number() }).nullable(),
  storage: z
    .object({ failure: failureSchema, backups: z.array(z.object({ name: z.string(), at: z.number(), bytes: z.number() })) })
    .nullable(),
  theme: settingsSchema.shape.theme,
  sound: z.boolean(),
});
export type Snapshot = Readonly<z.infer<typeof snapshotSchema>>;

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
