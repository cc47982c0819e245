import { z } from "zod";

export const MODES = ["practice", "live"] as const;

/** `cups:QUEUE`, `windows:NAME`, `zpl://HOST:PORT` or `folder:DIR`. */
export const printerUriSchema = z
  .string()
  .trim()
  .refine((uri) => /^(cups:[^\s/]+|windows:.+|zpl:\/\/[^\s:/]+:\d{1,5}\/?|folder:.+)$/.test(uri), {
    error: "write it as cups:QUEUE, windows:NAME, zpl://HOST:PORT or folder:DIRECTORY",
  });

export const baseUrlSchema = z.url({ protocol: /^https?$/, error: "write it as https://HOST/openapi/" });

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
  printer: z.union([printerUriSchema, z.literal("")]),
  /** ms between two pulls */
  pollMs: z.int().min(50).max(3_600_000),
  /** How long a closed box waits at the bench for its label before a parking slip prints, s; 0: never */
  parkingSlipSeconds: z.int({ error: "use whole seconds; 0 prints no slips" }).min(0).max(3_600),
  /** dots per inch of the label printer, for what we rasterise */
  printerDpi: z.union([z.literal(203), z.literal(300), z.literal(600)]),
  /** Printed on our own label, and sent as `source_location`. */
  sender: z.object({ name: z.string(), address: z.string(), phone: z.string() }),
  /** Carrier named for tasks without an integrated carrier when OMS4 offers none. */
  ownCarrier: z.object({ name: z.string().trim().min(1), type: z.enum(["Standard", "Economic", "Premium"]) }),
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
  pollMs: 15_000,
  parkingSlipSeconds: 8,
  printerDpi: 203,
  sender: { name: "", address: "", phone: "" },
  ownCarrier: { name: "Own fleet", type: "Standard" },
  theme: "dark",
  sound: true,
};

/** What the settings screen sees: the values in force, which of them the environment holds fast, and whether a secret is stored. */
export const settingsViewSchema = z.object({
  settings: settingsSchema,
  fixedByEnvironment: z.array(z.string()),
  secretStored: z.boolean(),
});
export type SettingsView = Readonly<z.infer<typeof settingsViewSchema>>;

/** A change from the settings screen; an empty secret leaves the stored one alone. */
export const settingsChangeSchema = settingsSchema.partial().extend({ apiSecret: z.string().optional() });
export type SettingsChange = Readonly<z.infer<typeof settingsChangeSchema>>;
