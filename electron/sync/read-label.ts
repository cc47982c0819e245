import { fail, succeed, type Result } from "../../shared/failures.ts";
import { readLabelFormat } from "../../shared/label-format.ts";
import type { LabelFormat } from "../../shared/parcel.ts";

export type ReadLabel = Readonly<{ bytes: Uint8Array; format: LabelFormat }>;

const DATA_URI = /^data:[^,]*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Decodes a `shipping_label`: base64, with or without line breaks, a data URI's head or URL-safe letters; ZPL may come as plain
 * text. Null when there is none yet; `label-unreadable` for anything that is no PDF, PNG, JPEG or ZPL.
 */
export const readLabel = (text: string, about: string): Result<ReadLabel | null> => {
  const trimmed = text.trim();
  if (trimmed === "" || /^(null|undefined)$/i.test(trimmed)) return succeed(null);
  // Base64 knows neither sign of ZPL
  const plain = new TextEncoder().encode(trimmed);
  if (readLabelFormat(plain) === "zpl") return succeed({ bytes: plain, format: "zpl" });
  const base64 = trimmed.replace(DATA_URI, "").replaceAll(/\s+/g, "");
  if (!BASE64.test(base64)) return fail("label-unreadable", `${about}: it is no base64 but begins with "${trimmed.slice(0, 24)}".`);
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  if (bytes.length === 0) return fail("label-unreadable", `${about}: it decodes to nothing.`);
  const format = readLabelFormat(bytes);
  if (format !== null) return succeed({ bytes, format });
  const head = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return fail("label-unreadable", `${about}: ${bytes.length} bytes that begin with ${head}.`);
};
