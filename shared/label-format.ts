import type { LabelFormat } from "./parcel.ts";

/** A PDF may carry up to this many bytes of junk before its header (ISO 32000-1, implementation note 13). */
const PDF_HEADER_WITHIN = 1024;

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean => signature.every((byte, index) => bytes[index] === byte);

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];

/**
 * Recognises a label by its first bytes, because OMS4 names no format: PDF, PNG, JPEG or ZPL; null for anything else.
 * ZPL has no signature: it is text that opens a label (`^XA`), perhaps after setup commands (`~…`, `CT~~CD,…` of some drivers).
 */
export const readLabelFormat = (bytes: Uint8Array): LabelFormat | null => {
  if (startsWith(bytes, PNG)) return "png";
  if (startsWith(bytes, JPEG)) return "jpeg";
  const head = Array.from(bytes.subarray(0, PDF_HEADER_WITHIN), (byte) => String.fromCharCode(byte)).join("");
  const text = head.replace(/^\u00ef\u00bb\u00bf/, "").trimStart();
  if (/^\^XA/i.test(text) || /^(CT)?~[A-Z~]/i.test(text)) return "zpl";
  return head.includes("%PDF-") && !/^<(!doctype|html)/i.test(text) ? "pdf" : null;
};
