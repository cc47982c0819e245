import { FNC1, FNC1_SUBSTITUTE } from "../../shared/fnc1.ts";
import { AIM_IDENTIFIER, GS1_IDENTIFIER, gtinFits } from "../../shared/scan.ts";
import { parseBarcode, type ParsedBarcode } from "gs1-barcode-parser-mod";

/** What a GS1 code says of the thing it is on. `gtin` has 14 digits, `expiry` is yyyy-mm-dd. */
export type Gs1 = Readonly<{
  gtin: string;
  /** AI 30 or 37: how many pieces; null when the code doesn't count */
  quantity: number | null;
  /** the count is AI 30: of what one such thing holds */
  countsPieces?: true;
  batch: string | null;
  serial: string | null;
  expiry: string | null;
}>;

const SUBSTITUTES = new RegExp(FNC1_SUBSTITUTE, "gi");
/** What label programs and some scanners write for FNC1; where every tilde stands before a 1, that is meant. */
const TILDE_ONE = /^(?:[^~]|~1)+$/;
const SET_82 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$/;
const LONGEST_TEXT = 20; // batch and serial (GenSpecs 3.4.1, 3.5.2)

const parse = (text: string): ParsedBarcode | null => {
  try {
    return parseBarcode(text);
  } catch {
    return null; // it throws its words as a string: this is no element string
  }
};

/** Elements of a text that claims to be GS1; null when it isn't one all the way. */
const elementsOf = (text: string): ReadonlyMap<string, { raw: string; isoDate: string }> | null => {
  const parsed = parse(text);
  if (parsed === null) return null;
  const elements = new Map<string, { raw: string; isoDate: string }>();
  for (const { ai, raw, isoDate } of parsed.parsedCodeItems) {
    // GenSpecs 4.14: an element may come twice only with the same content
    const before = elements.get(ai);
    if (raw === "" || (before !== undefined && before.raw !== raw)) return null;
    elements.set(ai, { raw, isoDate });
  }
  return elements;
};

const readText = (raw: string | undefined): string | null =>
  raw !== undefined && raw.length <= LONGEST_TEXT && SET_82.test(raw) ? raw : null;

const readCount = (raw: string | undefined): number | null =>
  raw !== undefined && /^\d{1,8}$/.test(raw) && Number(raw) > 0 ? Number(raw) : null;

const gs1Of = (text: string, mustBeWhole: boolean): Gs1 | null => {
  const elements = elementsOf(text);
  const gtin = (elements?.get("01") ?? elements?.get("02"))?.raw;
  if (elements === null || gtin === undefined || !gtinFits(gtin)) return null;
  const [batch, serial, count] = [elements.get("10")?.raw, elements.get("21")?.raw, (elements.get("30") ?? elements.get("37"))?.raw];
  const read = { batch: readText(batch), serial: readText(serial), quantity: readCount(count) };
  const pieces = elements.has("30") ? { countsPieces: true as const } : {};
  const bad =
    (batch !== undefined && read.batch === null) ||
    (serial !== undefined && read.serial === null) ||
    (count !== undefined && read.quantity === null);
  return bad && mustBeWhole ? null : { gtin, ...read, ...pieces, expiry: elements.get("17")?.isoDate ?? null };
};

/** GS1 Digital Link URI Syntax 1.4: https://any.host/01/GTIN/10/BATCH/21/SERIAL?17=…&37=… */
const decodeLink = (text: string): Gs1 | null => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  const key = /\/01\/(\d{8}|\d{12,14})((?:\/(?:10|21|22)\/[^/]+)*)\/?$/.exec(url.pathname);
  if (key === null) return null;
  const [, gtin = "", qualifiers = ""] = key;
  const words = qualifiers.split("/").slice(1);
  const element = (ai: string): string => {
    const at = words.findIndex((word, index) => index % 2 === 0 && word === ai);
    try {
      return at < 0 ? (url.searchParams.get(ai) ?? "") : decodeURIComponent(words[at + 1] ?? "");
    } catch {
      return ""; // a broken percent escape: the GTIN still holds
    }
  };
  const parts = ["10", "21", "30", "37", "17"].map((ai) => [ai, element(ai)] as const).filter(([, value]) => value !== "");
  return gs1Of([`01${gtin.padStart(14, "0")}`, ...parts.map(([ai, value]) => ai + value)].join(FNC1), false);
};

/** `prefixed`: the symbol itself says that these are GS1 elements. */
const decodeElements = (body: string, prefixed: boolean): Gs1 | null => {
  const separated = body.replace(SUBSTITUTES, FNC1).replace(/\u001d+$/, "");
  const claimed = prefixed || separated.startsWith(FNC1);
  const elements = separated.replace(/^\u001d+/, "");
  if (!claimed && !/^0[12]\d{14}/.test(elements)) return null;
  return gs1Of(elements, !claimed);
};

/**
 * Takes a GS1 code apart: an element string as scanned (with or without its AIM prefix; FNC1 as GS or as what scanners send
 * instead), the bracketed form that people read, or a GS1 Digital Link. Null when it is none, or carries no GTIN (AI 01 or 02).
 *
 * Without prefix, FNC1 or brackets only a text that begins with 01 or 02 and parses to its end, check digit and all, is GS1:
 * plain codes may begin with these digits too.
 */
export const decodeGs1 = (text: string): Gs1 | null => {
  const scanned = text.trim();
  const prefixed = GS1_IDENTIFIER.test(scanned);
  const body = scanned.replace(AIM_IDENTIFIER, "");
  if (/^https?:/i.test(body)) return decodeLink(body);
  if (/^\(\d{2,4}\)/.test(body)) return gs1Of(body, true);
  // Another prefix says outright that these are no element strings
  if (!prefixed && body !== scanned) return null;
  const tildes = body.includes("~") && TILDE_ONE.test(body) ? decodeElements(body.replaceAll("~1", FNC1), prefixed) : null;
  return tildes ?? decodeElements(body, prefixed);
};
