import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createBarcodeReader } from "../../../electron/printer/barcode-reader.ts";
import { readPrinted } from "./truth-label.ts";

/** The labels that came out of the printer, each known by what stands on it and never by its file's name. */
export const createOutTray = async (folder: string) => {
  const reader = await createBarcodeReader();
  const read = new Map<string, Promise<readonly string[]>>();
  /** Every file with the codes on it, oldest first. */
  const all = async (): Promise<readonly Readonly<{ name: string; codes: readonly string[] }>[]> =>
    Promise.all(
      readdirSync(folder)
        .filter((name) => !name.startsWith("."))
        .toSorted()
        .map(async (name) => {
          const codes = read.get(name) ?? readPrinted(reader, join(folder, name));
          read.set(name, codes);
          return { name, codes: await codes };
        }),
    );
  return {
    all,
    /** How many labels of this parcel lie there. */
    copies: async (parcelNo: string): Promise<number> => (await all()).filter(({ codes }) => codes.includes(parcelNo)).length,
  };
};
export type OutTray = Awaited<ReturnType<typeof createOutTray>>;
