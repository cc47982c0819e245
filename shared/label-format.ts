import type { LabelFormat } from "./parcel.ts";

/** A PDF may carry up to this many bytes of junk before its header (ISO 32000-1, implementation note 13). */
const PDF_HEADER_WITHIN = 1024;

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean => signature.every((byte, index) => bytes[index] === byte);

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];
const BYTE_ORDER_MARK = /^\u00ef\u00bb\u00bf/;

/**
 * ZPL has no signature: it is text whose first word is a command of the printer's (`^XA`, `~JA`, `~DG…`). Zebra's own drivers name the three
 * signs first, some behind a DLE: `CT~~CD,~CC^~CT~`.
 */
const ZPL_HEAD = /^[\s\u0010]*(?:CT~~CD,|~CC\^|~CT~|~CD,|\^[A-Z][A-Z0-9@]|~[A-Z]{2})/i;
/** Chosen so that every character is that byte. */
const headText = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, PDF_HEADER_WITHIN));

/**
 * Recognises a label by its first bytes, because OMS4 names no format: PDF, PNG, JPEG or ZPL; null for anything else. Whether all of it
 * is there is not looked at.
 */
export const readLabelFormat = (bytes: Uint8Array): LabelFormat | null => {
  if (startsWith(bytes, PNG)) return "png";
  if (startsWith(bytes, JPEG)) return "jpeg";
  const text = headText(bytes).replace(BYTE_ORDER_MARK, "");
  if (ZPL_HEAD.test(text)) return "zpl";
  return text.includes("%PDF-") && !/^\s*<(!doctype|html)/i.test(text) ? "pdf" : null;
};
