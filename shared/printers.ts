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

export type PaperSize = Readonly<{ widthMm: number; heightMm: number }>;
type Paper = PaperSize & Readonly<{ words: string }>;
const inMm = (widthMm: number, heightMm: number): Paper => ({ words: `${widthMm} × ${heightMm} mm`, widthMm, heightMm });

/** The papers people have in their printers, as they call them, with their size in mm. */
export const paperSizes = {
  "100x150": inMm(100, 150),
  "100x180": inMm(100, 180),
  "100x200": inMm(100, 200),
  "100x100": inMm(100, 100),
  "76x127": inMm(76, 127),
  "4x6": { words: "4 × 6 in", widthMm: 101.6, heightMm: 152.4 },
  "4x8": { words: "4 × 8 in", widthMm: 101.6, heightMm: 203.2 },
  A6: { words: "A6", widthMm: 105, heightMm: 148 },
  A5: { words: "A5", widthMm: 148, heightMm: 210 },
  A4: { words: "A4", widthMm: 210, heightMm: 297 },
  letter: { words: "Letter", widthMm: 215.9, heightMm: 279.4 },
} as const satisfies Readonly<Record<string, Paper>>;
export const paperNames = Object.keys(paperSizes) as readonly (keyof typeof paperSizes)[];

/** A size that somebody typed, mm: whole numbers, width first. */
const TYPED = /^(\d{2,4})\s*[x×*]\s*(\d{2,4})(?:\s*mm)?$/i;
const SMALLEST_PAPER_MM = 20;
const LARGEST_PAPER_MM = 1_000;

/** A paper by its name, or by a size in mm as `100x180`; null when it is neither. */
const readPaper = (name: string): Paper | null => {
  const known = paperNames.find((one) => one === name);
  if (known !== undefined) return paperSizes[known];
  const [, width, height] = TYPED.exec(name.trim()) ?? [];
  const sides = [Number(width), Number(height)] as const;
  return sides.every((side) => side >= SMALLEST_PAPER_MM && side <= LARGEST_PAPER_MM) ? inMm(...sides) : null;
};
export const paperNameSchema = z.string().refine((name) => readPaper(name) !== null, { error: "write its size in mm, as 100x180" });
/** One of `paperNames`, or a size in mm. */
export type PaperName = z.infer<typeof paperNameSchema>;
/** Throws for what is no paper's name: the schema has let none pass. */
export const paperOf = (name: PaperName): Paper => {
  const paper = readPaper(name);
  if (paper === null) throw new Error(`no paper is called ${name}`);
  return paper;
};
/** What somebody typed as a paper's name; null while it is none. */
export const typedPaper = (text: string): PaperName | null => {
  const paper = readPaper(text);
  return paper === null ? null : (paperNames.find((name) => name === text.trim()) ?? `${paper.widthMm}x${paper.heightMm}`);
};

/** What is true of one printer, found again by its URI. `paper` left out: labels print on whatever is in it, as large as they say. */
export const printerFactsSchema = z.object({ uri: printerUriSchema, dpi: dpiSchema, paper: paperNameSchema.optional() });
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

/**
 * What is known of a printer: as set, else the common dpi with a label, or an office printer's A4. `said`: somebody set its paper; otherwise
 * it is only what we draw on.
 */
export const factsOf = (settings: PrinterSettings, uri: string): Readonly<{ uri: string; dpi: Dpi; paper: PaperName; said: boolean }> => {
  const set = settings.printers.find((known) => known.uri === uri.trim());
  const usual = isOffice(settings, uri) ? "A4" : "100x150";
  return { uri, dpi: set?.dpi ?? settings.printerDpi, paper: set?.paper ?? usual, said: set?.paper !== undefined };
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
