import bwipjs from "bwip-js";
import { z } from "zod";

/** Bars and spaces in turn, in modules, starting with a bar. */
export type Bars = Readonly<{ widths: readonly number[]; modules: number }>;
/** Dark modules by row. */
export type Matrix = Readonly<{ size: number; isDark: (x: number, y: number) => boolean }>;

const barsSchema = z.tuple([z.object({ sbs: z.array(z.number()) })]).rest(z.unknown());
const matrixSchema = z.tuple([z.object({ pixs: z.array(z.number()), pixx: z.number(), pixy: z.number() })]).rest(z.unknown());

/** The library would encode other text as UTF-8 bytes, which scanners read back as garbage. */
const PRINTABLE = /^[\x20-\x7e]+$/;

const barsOf = (bcid: string, text: string): Bars => {
  const [{ sbs }] = barsSchema.parse(bwipjs.raw({ bcid, text }));
  return { widths: sbs, modules: sbs.reduce((sum, width) => sum + width, 0) };
};

/** Code 128 of printable ASCII; throws for any other text. */
export const encodeCode128 = (text: string): Bars => {
  if (!PRINTABLE.test(text)) throw new Error(`“${text}” can't be a barcode`);
  return barsOf("code128", text);
};

/** GS1-128 of an element string in brackets: `(01)…(10)…`; FNC1 is set where an element needs its end. */
export const encodeGs1 = (bracketed: string): Bars => barsOf("gs1-128", bracketed);

/** QR with error correction M: a label rubs in the van. */
export const encodeQr = (text: string): Matrix => {
  const [{ pixs, pixx, pixy }] = matrixSchema.parse(bwipjs.raw({ bcid: "qrcode", text, eclevel: "M" } as { bcid: string; text: string }));
  if (pixx !== pixy) throw new Error("the QR is not square");
  return { size: pixx, isDark: (x, y) => pixs[y * pixx + x] === 1 };
};
