import { z } from "zod";
import { scannerLayoutSchema } from "./keyboard-layouts.ts";
import { labelRulesSchema } from "./label-check.ts";
import { dpiSchema, noRoutes, printerFactsSchema, printerOrNoneSchema, routesSchema } from "./printers.ts";

const MODES = ["practice", "live"] as const;

const SERIAL_ADDRESS = String.raw`[^@\s,]+(?:@\d{3,7}(?:,[78][neo][12])?)?`;

/** A serial port, as `/dev/ttyACM0`, `COM3`, `COM3@9600` or `COM3@9600,7e1`. */
export const serialAddressSchema = z
  .string()
  .trim()
  .refine((address) => new RegExp(`^${SERIAL_ADDRESS}$`, "i").test(address), { error: "write it as PORT, PORT@9600 or PORT@9600,7e1" });

/** `usb`: any USB scale; `usb:PATH`: this one; `toledo:PORT`, `and:PORT`: a scale on a serial line that speaks this protocol. */
export const scaleUriSchema = z
  .string()
  .trim()
  .refine((uri) => new RegExp(`^(usb|usb:.+|(toledo|and):${SERIAL_ADDRESS})$`, "i").test(uri), {
    error: "write it as usb, toledo:PORT or and:PORT, where PORT may end with @9600 or @9600,7e1",
  });

/** Characters around every code, as `*`; a command would begin like one, and could not be told any more. */
export const affixSchema = z
  .string()
  .max(16, { error: "use at most 16 characters" })
  .refine((affix) => !/^C(M(D|$)|$)/i.test(affix), { error: "it must not begin like a command" });

export const baseUrlSchema = z.url({ protocol: /^https?$/, error: "write it as https://HOST/openapi/" });

/** A box type: what CMDBOX chooses, its outer size (cm) and its own weight (kg). */
export const cartonSchema = z.object({
  code: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z0-9]{1,12}$/, { error: "a box's code is 1 to 12 letters and digits" }),
  lengthCm: z.number().positive().max(1_000),
  widthCm: z.number().positive().max(1_000),
  heightCm: z.number().positive().max(1_000),
  tareKg: z.number().nonnegative().max(1_000),
});
export type Carton = Readonly<z.infer<typeof cartonSchema>>;

export const DELIVERY_TYPES = ["Standard", "Economic", "Premium"] as const;

/** A carrier of our own: matched by OMS4's id or by its name; `cost`: what one parcel costs, null for not said. */
export const ownCarrierSchema = z.object({
  id: z.string().trim(),
  name: z.string().trim().min(1),
  type: z.enum(DELIVERY_TYPES),
  cost: z.number().nonnegative().max(1_000_000).nullable(),
});
export type OwnCarrier = Readonly<z.infer<typeof ownCarrierSchema>>;

/** 4 to 12 letters and digits, so that a badge is `CMDSUPER` and the PIN; no keyboard layout mangles it. */
export const SUPERVISOR_PIN = /^[A-Z0-9]{4,12}$/;
/** Typed in place of a new PIN it takes the old one away. */
export const NO_SUPERVISOR_PIN = "0";

/** What can be set on the settings screen. The API secret is kept elsewhere and never read back. */
export const settingsSchema = z.object({
  mode: z.enum(MODES),
  stationId: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 _-]{0,31}$/, { error: "use 1 to 32 letters, digits, spaces, _ or -" }),
  baseUrl: baseUrlSchema,
  tenantId: z.string().trim(),
  apiKey: z.string().trim(),
  /** The label printer. */
  printer: printerOrNoneSchema,
  /** Takes over the label printer's work while the bench is switched to it (CMDSPARE); empty: there is none. */
  sparePrinter: printerOrNoneSchema,
  /** What is true of single printers; of all others `printerDpi` and paper as the label says. */
  printers: z.array(printerFactsSchema).max(50),
  routes: routesSchema,
  /** A packing slip prints by itself for every closed parcel. */
  packingSlips: z.boolean(),
  /** ms between two pulls */
  pollMs: z.int().min(50).max(3_600_000),
  /** How long a closed box waits at the bench for its label before a parking slip prints, s; 0: never */
  parkingSlipSeconds: z.int({ error: "use whole seconds; 0 prints no slips" }).min(0).max(3_600),
  /** A parcel is done only when its pasted label was scanned. */
  scanBack: z.boolean(),
  /** What is done about a label that isn't surely its parcel's, by carrier; "*": every other carrier. */
  labelRules: labelRulesSchema,
  /** dots per inch of printers of which `printers` says nothing */
  printerDpi: dpiSchema,
  /** The scale of this bench; empty: none. */
  scale: z.union([scaleUriSchema, z.literal("")]),
  /** The serial port of a scanner; empty: none. USB scanners and keyboards need no setting. */
  scannerPort: z.union([serialAddressSchema, z.literal("")]),
  /** What the scanners send around every code, beside Enter or Tab; taken off where the code isn't known with it. */
  scanPrefix: affixSchema,
  scanSuffix: affixSchema,
  /** The country layout that the keyboard scanner of this bench is set to. */
  scannerLayout: scannerLayoutSchema,
  /** What people call the scanners: path → name. */
  scannerNames: z.record(z.string(), z.string().trim().max(24)),
  /** Printed on our own label, and sent as `source_location`. */
  sender: z.object({ name: z.string(), address: z.string(), phone: z.string() }),
  /** Tasks told to OMS4 at the same time. */
  parallelTasks: z.int().min(1).max(8),
  /** Box types; with none, any code is taken and no size is reported. */
  cartons: z.array(cartonSchema).max(100),
  /** Carriers of our own with their type and cost. */
  ownCarriers: z.array(ownCarrierSchema).max(100),
  /** Carrier named for tasks without an integrated carrier when OMS4 offers none. */
  ownCarrier: z.object({ name: z.string().trim().min(1), type: z.enum(DELIVERY_TYPES) }),
  /** How long data is kept, days: the receiver's after a task is over, then everything of the task. */
  receiverDays: z.int().min(1).max(3_650),
  workDays: z.int().min(7).max(3_650),
  theme: z.enum(["dark", "light"]),
  sound: z.boolean(),
});
export type Settings = Readonly<z.infer<typeof settingsSchema>>;

export const defaultSettings: Settings = {
  mode: "practice",
  stationId: "Bench 1",
  baseUrl: "https://app.oms4.com/openapi/",
  tenantId: "",
  apiKey: "",
  printer: "",
  sparePrinter: "",
  printers: [],
  routes: noRoutes,
  packingSlips: false,
  pollMs: 15_000,
  parkingSlipSeconds: 8,
  scanBack: false,
  labelRules: {},
  printerDpi: 203,
  scale: "usb",
  scannerPort: "",
  scanPrefix: "",
  scanSuffix: "",
  scannerLayout: "auto",
  scannerNames: {},
  sender: { name: "", address: "", phone: "" },
  parallelTasks: 4,
  cartons: [],
  ownCarriers: [],
  ownCarrier: { name: "Own fleet", type: "Standard" },
  receiverDays: 30,
  workDays: 90,
  theme: "dark",
  sound: true,
};

/** What the settings screen sees: the values in force, which of them the environment holds fast, and whether a secret is stored. */
export const settingsViewSchema = z.object({
  settings: settingsSchema,
  fixedByEnvironment: z.array(z.string()),
  secretStored: z.boolean(),
  /** giving up a report needs the supervisor's PIN */
  supervisorPinSet: z.boolean(),
});
export type SettingsView = Readonly<z.infer<typeof settingsViewSchema>>;

/** A change from the settings screen; an empty secret leaves the stored one alone. */
export const settingsChangeSchema = settingsSchema.partial().extend({
  apiSecret: z.string().optional(),
  /** A new PIN, or NO_SUPERVISOR_PIN. */
  supervisorPin: z.string().optional(),
  /** The PIN in force, without which no other takes its place. */
  supervisorPinNow: z.string().optional(),
});
export type SettingsChange = Readonly<z.infer<typeof settingsChangeSchema>>;
