import { fail, succeed, type Result } from "../../shared/failures.ts";
import { readLabelFormat } from "../../shared/label-format.ts";
import type { LabelFormat } from "../../shared/parcel.ts";
import type { Bitmap } from "./bitmap.ts";

/** A document's pages as a printer of that density draws them; blank pages left out. */
export type LabelDots = Readonly<{ dpi: number; pages: readonly Bitmap[] }>;

/**
 * A document as it is stored and printed: never changed on its way to the folder adapter or the spooler. `dots`: where it was drawn already;
 * `dpi`: the density it was made for, where we made it; `madeOf`: what stands on it, as JSON.
 */
export type LabelDocument = Readonly<{ format: LabelFormat; bytes: Uint8Array; dots?: LabelDots; dpi?: number; madeOf?: string }>;

/** File name endings of what the folder adapter writes. */
export const formatEndings = { pdf: "pdf", png: "png", jpeg: "jpg", zpl: "zpl" } as const satisfies Record<LabelFormat, string>;

const UTF8_MARK = [0xef, 0xbb, 0xbf];
/** Where a PDF's last words stand. */
const PDF_END_WITHIN = 64 * 1_024;

const startsWith = (bytes: Uint8Array, head: readonly number[]): boolean => head.every((byte, index) => bytes[index] === byte);
const headText = (bytes: Uint8Array, length: number): string => Buffer.from(bytes.subarray(0, length)).toString("latin1");

/** What unreadable bytes look like to a person, for the words of the refusal. */
const describe = (bytes: Uint8Array): string => {
  if (bytes.length === 0) return "it is empty";
  const text = headText(bytes, 512).trimStart();
  if (text === "") return "it holds only white space";
  if (/^(<!doctype html|<html|<head|<body)/i.test(text)) return "it is a web page (HTML)";
  if (/^<\?xml|^<svg/i.test(text)) return "it is XML or SVG";
  if (/^[[{]/.test(text)) return "it is JSON";
  if (startsWith(bytes, [0x47, 0x49, 0x46, 0x38])) return "it is a GIF picture";
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) return "it is a ZIP or Office file";
  if (startsWith(bytes, [0x52, 0x49, 0x46, 0x46])) return "it is a WebP or RIFF file";
  if (text.startsWith("%!PS")) return "it is PostScript";
  const printable = text.replaceAll(/[\t\r\n\x20-\x7e]/g, "").length / text.length < 0.1;
  const shown = text.slice(0, 24).replaceAll(/[^\x20-\x7e]/g, ".");
  return printable ? `it is text that starts with “${shown}”` : `it is binary data that starts with “${shown}”`;
};

const holds = (bytes: Uint8Array, words: RegExp): boolean => words.test(Buffer.from(bytes).toString("latin1"));

/**
 * Which label format bytes are, and whether all of it is there: half of one would print as an empty or half a label. Failure
 * `label-unreadable`, with words for what they look like instead.
 */
export const readFormat = (bytes: Uint8Array): Result<LabelFormat> => {
  const format = readLabelFormat(bytes);
  if (format === "pdf" && !holds(bytes.subarray(-PDF_END_WITHIN), /%%EOF|startxref/))
    return fail("label-unreadable", "It is a PDF that was cut short.");
  if (format === "zpl" && !holds(bytes, /\^XA/i)) return fail("label-unreadable", "It is ZPL that opens no label: ^XA is missing.");
  if (format === "zpl" && !holds(bytes, /\^XZ/i)) return fail("label-unreadable", "It is ZPL that was cut short: ^XZ is missing.");
  if (format !== null) return succeed(format);
  const body = startsWith(bytes, UTF8_MARK) ? bytes.subarray(UTF8_MARK.length) : bytes;
  return fail("label-unreadable", `Instead ${describe(body)} (${bytes.length} bytes).`);
};
