import { expect, test } from "vitest";
import {
  factsOf,
  noRoutes,
  paperNameSchema,
  paperOf,
  printerFactsSchema,
  routeOf,
  typedPaper,
  type PrinterSettings,
} from "../../shared/printers.ts";
import { defaultSettings, settingsSchema } from "../../shared/settings.ts";

const settings = (more: Partial<PrinterSettings> = {}): PrinterSettings => ({ ...defaultSettings, printer: "cups:label", ...more });

test("a file of an older version still loads, and one that names a single route too", () => {
  const read = settingsSchema.partial().parse({ printer: "cups:label", printerDpi: 300 });
  const old = settingsSchema.parse({ ...defaultSettings, ...read });
  expect(old).toMatchObject({
    printer: "cups:label",
    printerDpi: 300,
    sparePrinter: "",
    printers: [],
    routes: noRoutes,
    packingSlips: false,
  });
  const one = settingsSchema.partial().parse({ routes: { "packing-slip": "cups:office" } });
  expect(one.routes).toEqual({ ...noRoutes, "packing-slip": "cups:office" });
});

test("a printer of which nothing was said has the common dpi and a label in it; one that gets office papers only has A4", () => {
  const routes = { ...noRoutes, "packing-slip": "cups:office", "parking-slip": "zpl://10.0.0.5:9100" };
  const some = settings({ printerDpi: 300, routes });
  expect(factsOf(some, "cups:label")).toMatchObject({ dpi: 300, paper: "100x150", said: false });
  expect(factsOf(some, "cups:office")).toMatchObject({ dpi: 300, paper: "A4", said: false });
  expect(factsOf(some, "zpl://10.0.0.5:9100")).toMatchObject({ paper: "100x150" });
  // The label printer that prints slips too stays a label printer
  expect(factsOf(settings({ routes: { ...noRoutes, "packing-slip": "cups:label" } }), "cups:label")).toMatchObject({ paper: "100x150" });
  expect(factsOf(settings({ printers: [{ uri: "cups:label", dpi: 600, paper: "A6" }] }), "cups:label")).toMatchObject({
    dpi: 600,
    paper: "A6",
    said: true,
  });
});

test("a printer of which only the dpi was set prints labels as large as they say, and what was set before stays", () => {
  const dpiOnly = settings({ printers: [printerFactsSchema.parse({ uri: "cups:label", dpi: 300 })] });
  expect(factsOf(dpiOnly, "cups:label")).toEqual({ uri: "cups:label", dpi: 300, paper: "100x150", said: false });
  expect(printerFactsSchema.parse({ uri: "cups:label", dpi: 203, paper: "100x150" })).toMatchObject({ paper: "100x150" });
});

test("a paper is one that people have, or a size in mm that somebody typed", () => {
  expect(["100x180", "4x8", "A5", "80x120"].map((name) => [paperOf(name).widthMm, paperOf(name).heightMm])).toEqual([
    [100, 180],
    [101.6, 203.2],
    [148, 210],
    [80, 120],
  ]);
  expect(["100 × 180 mm", " 80*120", "A6", "80", "5x5", "80x2000"].map(typedPaper)).toEqual(["100x180", "80x120", "A6", null, null, null]);
  expect(["9x9", "B5", "", "100x"].map((name) => paperNameSchema.safeParse(name).success)).toEqual([false, false, false, false]);
});

test("documents go to their own printer, else to the label printer, which may be the spare one just now", () => {
  const some = settings({ sparePrinter: "cups:spare", routes: { ...noRoutes, "command-sheet": "cups:office", "own-label": "cups:label" } });
  const now = (labelPrinter: string) =>
    (["shipping-label", "own-label", "parking-slip", "packing-slip", "command-sheet"] as const).map((document) =>
      routeOf(some, document, labelPrinter),
    );
  expect(now("cups:label")).toEqual(["cups:label", "cups:label", "cups:label", "cups:label", "cups:office"]);
  // A route that names the label printer goes over with it
  expect(now("cups:spare")).toEqual(["cups:spare", "cups:spare", "cups:spare", "cups:spare", "cups:office"]);
});
