import { z } from "zod";
import type { DocumentKind } from "./parcel.ts";

/** `cups:QUEUE`, `windows:NAME`, `zpl://HOST:PORT` or `folder:DIR`. */
export const printerUriSchema = z
  .string()
  .trim()
  .refine((uri) => /^(cups:[^\s/]+|windows:.+|zpl:\/\/[^\s:/]+:\d{1,5}\/?|folder:.+)$/.test(uri), {
    error: "write it as cups:QUEUE, windows:NAME, zpl://HOST:PORT or folder:DIRECTORY",
  });
/** Empty: none of its own. */
export const printerOrNoneSchema = z.union([printerUriSchema, z.literal("")]);

/** Densities label and office printers are built with. */
export const dpiSchema = z.union([z.literal(203), z.literal(300), z.literal(600)]);
export type Dpi = z.infer<typeof dpiSchema>;

/** The paper in a printer, as people call it, with its size in mm. */
export const paperSizes = {
  "100x150": { words: "100 × 150 mm", widthMm: 100, heightMm: 150 },
  "4x6": { words: "4 × 6 in", widthMm: 101.6, heightMm: 152.4 },
  A6: { words: "A6", widthMm: 105, heightMm: 148 },
  A5: { words: "A5", widthMm: 148, heightMm: 210 },
  A4: { words: "A4", widthMm: 210, heightMm: 297 },
  letter: { words: "Letter", widthMm: 215.9, heightMm: 279.4 },
} as const;
export const paperNames = Object.keys(paperSizes) as readonly (keyof typeof paperSizes)[];
export const paperNameSchema = z.enum(paperNames as [keyof typeof paperSizes, ...(keyof typeof paperSizes)[]]);
export type PaperName = z.infer<typeof paperNameSchema>;
export type PaperSize = Readonly<{ widthMm: number; heightMm: number }>;

/** What is true of one printer, found again by its URI. */
export const printerFactsSchema = z.object({ uri: printerUriSchema, dpi: dpiSchema, paper: paperNameSchema });
export type PrinterFacts = Readonly<z.infer<typeof printerFactsSchema>>;

/** Documents that may have a printer of their own; all others print on the label printer. */
export const ROUTED = ["own-label", "parking-slip", "packing-slip", "command-sheet"] as const satisfies readonly DocumentKind[];
export type RoutedDocument = (typeof ROUTED)[number];
const routeSchema = printerOrNoneSchema.default("");
/** By document; empty: the label printer. */
export const routesSchema = z.object({
  "own-label": routeSchema,
  "parking-slip": routeSchema,
  "packing-slip": routeSchema,
  "command-sheet": routeSchema,
});
export type Routes = Readonly<z.infer<typeof routesSchema>>;
export const noRoutes: Routes = { "own-label": "", "parking-slip": "", "packing-slip": "", "command-sheet": "" };

/** The settings that say what prints where. */
export type PrinterSettings = Readonly<{
  printer: string;
  sparePrinter: string;
  printerDpi: Dpi;
  printers: readonly PrinterFacts[];
  routes: Routes;
}>;

/** Documents an office printer gets are A4 where nobody said otherwise; what may be a label is a label. */
const OFFICE_DOCUMENTS: readonly RoutedDocument[] = ["packing-slip", "command-sheet"];
const isOffice = (settings: PrinterSettings, uri: string): boolean =>
  uri !== settings.printer &&
  uri !== settings.sparePrinter &&
  OFFICE_DOCUMENTS.some((document) => settings.routes[document] === uri) &&
  ROUTED.every((document) => OFFICE_DOCUMENTS.includes(document) || settings.routes[document] !== uri);

/** What is known of a printer: as set, else the common dpi with a label, or an office printer's A4. `said`: somebody set it. */
export const factsOf = (settings: PrinterSettings, uri: string): PrinterFacts & Readonly<{ said: boolean }> => {
  const set = settings.printers.find((known) => known.uri === uri.trim());
  if (set !== undefined) return { ...set, said: true };
  return { uri, dpi: settings.printerDpi, paper: isOffice(settings, uri) ? "A4" : "100x150", said: false };
};

/** Where a document prints: its own printer, else the label printer, which is the spare one while the bench is switched over. */
export const routeOf = (settings: PrinterSettings, document: DocumentKind, labelPrinter: string): string => {
  const own = ROUTED.find((routed) => routed === document);
  const route = own === undefined ? "" : settings.routes[own];
  // A route to the label printer by name goes over to the spare with it
  return route === "" || route === settings.printer ? labelPrinter : route;
};

/** The test print's barcode begins so; what follows tells one test print from another. */
export const TEST_CODE_HEAD = "PBTEST";
/** Rulers of the test print, mm: across, and down, which a label of any size has room for. */
export const TEST_RULERS = { acrossMm: 80, downMm: 100 } as const;
