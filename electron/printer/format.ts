import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { LabelFormat } from "../../shared/parcel.ts";
import type { Bitmap } from "./bitmap.ts";

/** A document's pages as a printer of that density draws them; blank pages left out. */
export type LabelDots = Readonly<{ dpi: number; pages: readonly Bitmap[] }>;

/**
 * A document as it is stored and printed: never changed on its way to the folder adapter or the spooler. `dots`: where it was drawn already;
 * `dpi`: the density it was made for, where we made it.
 */
export type LabelDocument = Readonly<{ format: LabelFormat; bytes: Uint8Array; dots?: LabelDots; dpi?: number }>;

/** File name endings of what the folder adapter writes. */
export const formatEndings = { pdf: "pdf", png: "png", jpeg: "jpg", zpl: "zpl" } as const satisfies Record<LabelFormat, string>;

/** PDF readers accept junk before the header within the first KiB (ISO 32000-1, annex H.3.4.1). */
const PDF_HEADER_WITHIN = 1_024;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG_START = [0xff, 0xd8, 0xff];
const UTF8_MARK = [0xef, 0xbb, 0xbf];

/** ZPL: optional printer commands (~JA, ~DG…, ^DF…) and white space, then ^XA somewhere before any other text. */
const ZPL_HEAD = /^\s*(?:(?:~[A-Z]{2}|\^(?!XA)[A-Z][A-Z0-9@])[^^~]*)*\^XA/i;
const ZPL_TRAILER_WITHIN = 64 * 1_024;

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
  if (/^\^X/i.test(text)) return "it looks like ZPL without ^XA";
  const printable = text.replaceAll(/[\t\r\n\x20-\x7e]/g, "").length / text.length < 0.1;
  const shown = text.slice(0, 24).replaceAll(/[^\x20-\x7e]/g, ".");
  return printable ? `it is text that starts with “${shown}”` : `it is binary data that starts with “${shown}”`;
};

/**
 * Which label format bytes are, by their first bytes. Failure `label-unreadable`, with words for what they look like
 * instead. A PDF cut short (no trailer) is found here too, because it would print as an empty or half a label.
 */
export const readFormat = (bytes: Uint8Array): Result<LabelFormat> => {
  const body = startsWith(bytes, UTF8_MARK) ? bytes.subarray(UTF8_MARK.length) : bytes;
  if (startsWith(body, PNG_SIGNATURE)) return succeed("png");
  if (startsWith(body, JPEG_START)) return succeed("jpeg");
  if (headText(body, PDF_HEADER_WITHIN).includes("%PDF-")) {
    const end = Buffer.from(body.subarray(-ZPL_TRAILER_WITHIN)).toString("latin1");
    return end.includes("%%EOF") || end.includes("startxref")
      ? succeed("pdf")
      : fail("label-unreadable", "It is a PDF that was cut short.");
  }
  if (ZPL_HEAD.test(headText(body, ZPL_TRAILER_WITHIN))) {
    return /\^XZ/i.test(Buffer.from(body).toString("latin1"))
      ? succeed("zpl")
      : fail("label-unreadable", "It is ZPL that was cut short: ^XZ is missing.");
  }
  return fail("label-unreadable", `Instead ${describe(body)} (${bytes.length} bytes).`);
};
