import { z } from "zod";
import { codeListSchema, codesPreviewSchema, codesStateSchema, LONGEST_PASTE } from "./alias.ts";
import { failureSchema, type Failure } from "./failures.ts";
import { LONGEST_SCAN, scanSourceSchema, verdictSchema } from "./scan.ts";
import { parcelAboutSchema } from "./parcel-about.ts";
import { dpiSchema, paperNameSchema } from "./printers.ts";
import { settingsChangeSchema, settingsViewSchema } from "./settings.ts";
import { printerFoundSchema, deviceFoundSchema, scaleFoundSchema } from "./device-view.ts";
import { diskStateSchema, journalLineSchema, labelPreviewSchema, printOutcomeSchema, openScreenSchema, snapshotSchema } from "./station.ts";
import { troubleActionSchema } from "./trouble.ts";

/** A scan longer than LONGEST_SCAN still gets its verdict; only what no device sends is refused at the door. */
const LONGEST_SCAN_CALL = LONGEST_SCAN * 32;

/** `storage.restore` with this name starts with an empty database; the old file is kept beside it. */
export const EMPTY_DATABASE = "";

/**
 * Every call and event between screen and station. Types, router, client, preload allow-list and tests all read this
 * one table. Input and output are validated on the station's side.
 */
export const contract = {
  calls: {
    "station.snapshot": { input: z.object({}), output: snapshotSchema },
    /** One scan; `alternates` are other readings of the same keystrokes (keyboard layouts). */
    scan: {
      input: z.object({
        /** or a pasted list of numbers */
        text: z.string().max(LONGEST_PASTE),
        alternates: z.array(z.string().max(LONGEST_SCAN_CALL)).max(4).default([]),
        source: scanSourceSchema,
        /** Typed at a person's pace: digits are then a number to a count, even where an item has the same code. */
        byHand: z.boolean().optional(),
      }),
      output: z.object({
        seq: z.number(),
        verdict: verdictSchema,
        /** which reading was a known code: 0 `text`, 1 and more `alternates`; null: none, or nobody can tell */
        readAs: z.int().nonnegative().nullable().optional(),
      }),
    },
    /** The page opened or left a screen by itself: what some commands mean depends on it. */
    "screen.opened": { input: z.object({ screen: openScreenSchema }), output: z.object({}) },
    "task.acknowledge": { input: z.object({ ftNo: z.string() }), output: z.object({}) },
    "trouble.act": { input: z.object({ id: z.string(), action: troubleActionSchema }), output: z.object({}) },
    /** Puts values into a refused report and sends it again; names and values as in the trouble's `fields`. */
    "trouble.correct": { input: z.object({ id: z.string(), values: z.record(z.string(), z.string().max(1_000)) }), output: z.object({}) },
    /** A parcel's label as its printer draws it, and what was read back from it; pages are PNG, base64, none for ZPL. */
    "parcel.label": { input: z.object({ parcelNo: z.string() }), output: labelPreviewSchema },
    /** `about` null: its task is not kept any more. */
    "parcel.life": {
      input: z.object({ parcelNo: z.string() }),
      output: z.object({ lines: z.array(journalLineSchema), about: parcelAboutSchema.nullable() }),
    },
    "settings.get": { input: z.object({}), output: settingsViewSchema },
    "settings.save": { input: settingsChangeSchema, output: settingsViewSchema },
    /** Asks OMS4 with the values on the screen, before they are saved. */
    "settings.test-oms4": {
      input: settingsChangeSchema,
      output: z.object({ words: z.string(), skewMs: z.number().nullable(), tasks: z.number() }),
    },
    /** `sweep`: also knock on every address of this PC's own networks, with empty connections: only ever because a person asked. */
    "printer.list": { input: z.object({ sweep: z.boolean().optional() }), output: z.object({ printers: z.array(printerFoundSchema) }) },
    /** A test print with what stands on the screen; `code` is what its barcode says. An empty printer is the label printer. */
    "printer.test": {
      input: z.object({ printer: z.string(), dpi: dpiSchema.optional(), paper: paperNameSchema.optional() }),
      output: printOutcomeSchema.extend({ code: z.string() }),
    },
    "scanner.list": { input: z.object({}), output: z.object({ scanners: z.array(deviceFoundSchema) }) },
    /** While it is on, HID and serial scans come in `scannerReads` and pack nothing; to be said again within 15 s. */
    "scanner.test": { input: z.object({ on: z.boolean() }), output: z.object({}) },
    /** The doctor's three barcodes, printed on the label printer or as a PDF (base64). */
    "scanner-sheet.print": { input: z.object({}), output: printOutcomeSchema },
    "scanner-sheet.pdf": { input: z.object({}), output: z.object({ base64: z.string() }) },
    "scale.list": { input: z.object({}), output: z.object({ scales: z.array(scaleFoundSchema) }) },
    /** Serial ports of this PC on which something is. */
    "port.list": { input: z.object({}), output: z.object({ ports: z.array(z.object({ path: z.string(), name: z.string() })) }) },
    "sheet.print": { input: z.object({}), output: printOutcomeSchema },
    /** The command sheet as a PDF, base64, to print on an office printer. */
    "sheet.pdf": { input: z.object({}), output: z.object({ base64: z.string() }) },
    /** What lies on the disk: free space, the database and its log, backups, files with what is owed. */
    "disk.state": { input: z.object({}), output: diskStateSchema },
    "disk.back-up": { input: z.object({}), output: z.object({ name: z.string() }) },
    /** Writes what is owed to OMS4 into a file; this station goes on sending it. */
    "owed.copy": { input: z.object({}), output: z.object({ path: z.string(), words: z.string() }) },
    /** The same, and this station never sends it again. */
    "owed.move": { input: z.object({}), output: z.object({ path: z.string(), words: z.string() }) },
    "owed.preview": { input: z.object({ name: z.string() }), output: z.object({ words: z.string() }) },
    "owed.take": { input: z.object({ name: z.string() }), output: z.object({ words: z.string() }) },
    /** Codes that no order gave: how many, lists that lie ready, and what changed last. */
    "codes.state": { input: z.object({}), output: codesStateSchema },
    /** What taking a list over would do: a file of the folder by its name, or pasted text. */
    "codes.preview": { input: z.object({ list: codeListSchema }), output: codesPreviewSchema },
    /** Takes all of it, or nothing; with `goodOnly` the rows that are good. */
    "codes.take": { input: z.object({ list: codeListSchema, goodOnly: z.boolean() }), output: z.object({ words: z.string() }) },
    /** Makes a code unknown again. Without a supervisor's PIN it is asked first (`removed` false), and done when `sure`. */
    "codes.remove": {
      input: z.object({ code: z.string(), sure: z.boolean() }),
      output: z.object({ removed: z.boolean(), words: z.string() }),
    },
    "codes.export": { input: z.object({}), output: z.object({ path: z.string(), count: z.number() }) },
    /** Of a database in use it needs no empty name: that one is for what can't be used. */
    "storage.restore": { input: z.object({ name: z.string() }), output: z.object({}) },
  },
  events: {
    snapshot: snapshotSchema,
  },
} as const;

export type CallName = keyof typeof contract.calls;
export type CallInput<Name extends CallName> = z.input<(typeof contract.calls)[Name]["input"]>;
export type CallRead<Name extends CallName> = z.output<(typeof contract.calls)[Name]["input"]>;
export type CallOutput<Name extends CallName> = z.output<(typeof contract.calls)[Name]["output"]>;
export type EventName = keyof typeof contract.events;
export type EventBody<Name extends EventName> = z.output<(typeof contract.events)[Name]>;

export const callNames = Object.keys(contract.calls) as readonly CallName[];

/** The encoding is one JSON string each way, over IPC and over the loopback socket alike. */
export const requestSchema = z.object({ id: z.number(), call: z.string(), input: z.unknown() });
export const replySchema = z.union([
  z.object({ id: z.number(), ok: z.literal(true), value: z.unknown() }),
  z.object({ id: z.number(), ok: z.literal(false), failure: failureSchema }),
]);
export const eventSchema = z.object({ event: z.string(), body: z.unknown() });

export type Reply = Readonly<{ id: number; ok: true; value: unknown }> | Readonly<{ id: number; ok: false; failure: Failure }>;
