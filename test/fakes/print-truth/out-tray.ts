import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createBarcodeReader } from "../../../electron/printer/barcode-reader.ts";
import { readPrinted } from "./truth-label.ts";

/** Where a PDF's last words stand. */
const END_WITHIN = 1_024;
/** Of a document that CUPS broke off in the middle of sending the printer takes what it got: paper came out, and no label is on it. */
const isHalf = (path: string): boolean => !readFileSync(path).subarray(-END_WITHIN).toString("latin1").includes("%%EOF");

/** The labels that came out of the printer, each known by what stands on it and never by its file's name. */
export const createOutTray = async (folder: string) => {
  const reader = await createBarcodeReader();
  const read = new Map<string, Promise<readonly string[]>>();
  const halves = new Set<string>();
  const isLabel = (name: string): boolean => {
    if (!read.has(name) && isHalf(join(folder, name))) halves.add(name);
    return !halves.has(name);
  };
  /** Every whole file with the codes on it, oldest first. */
  const all = async (): Promise<readonly Readonly<{ name: string; codes: readonly string[] }>[]> =>
    Promise.all(
      readdirSync(folder)
        .filter((name) => !name.startsWith(".") && isLabel(name))
        .toSorted()
        .map(async (name) => {
          const codes = read.get(name) ?? readPrinted(reader, join(folder, name));
          read.set(name, codes);
          return { name, codes: await codes };
        }),
    );
  return {
    all,
    /** How many documents came out half. */
    halves: (): number => halves.size,
    /** How many labels of this parcel lie there. */
    copies: async (parcelNo: string): Promise<number> => (await all()).filter(({ codes }) => codes.includes(parcelNo)).length,
  };
};
export type OutTray = Awaited<ReturnType<typeof createOutTray>>;
