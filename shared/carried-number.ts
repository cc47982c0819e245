import { AIM_IDENTIFIER, GS1_IDENTIFIER, normaliseCode } from "./scan.ts";

/** A barcode as it was read: `identifier` is its AIM symbology identifier (`]C1`), `page` counts from 1. */
export type ReadCode = Readonly<{ page: number; format: string; identifier: string; text: string }>;

/** `exact`: the code is this number; `within`: it carries the number among other data, which may make it somebody else's. */
export type Carries = "exact" | "within" | null;

const SEPARATORS = /[\u0000-\u001f]+/;
const TWO_DIMENSIONAL = /^(?:QR|MicroQR|RMQR|DataMatrix|Aztec|PDF417|MicroPDF|CompactPDF|MaxiCode)/i;

/** GS1 General Specifications, figure 7.8.5-2: element strings of fixed length by the first two digits of their AI, AI included. */
const FIXED_LENGTHS: Readonly<Record<string, number>> = {
  "00": 20,
  "01": 16,
  "02": 16,
  "03": 16,
  "04": 18,
  "11": 8,
  "12": 8,
  "13": 8,
  "14": 8,
  "15": 8,
  "16": 8,
  "17": 8,
  "18": 8,
  "19": 8,
  "20": 4,
  "31": 10,
  "32": 10,
  "33": 10,
  "34": 10,
  "35": 10,
  "36": 10,
  "41": 16,
};
/** Two digits are the shortest application identifier, four the longest. */
const AI_LENGTHS = [2, 3, 4];

/** Shorter numbers occur by chance inside longer ones. */
export const SHORTEST_WITHIN = 8;
/** Of 100,000 numbers of eight digits one lies in every fortieth code of 34 digits; of ten digits in every four thousandth. */
const SHORTEST_DIGITS_OF_OTHERS = 10;
/** Numbers of one carrier that differ in length differ by a digit or two: what goes on in the same kind of character needs more than that. */
const SHORTEST_ADDED = 3;
/** The longest routing data that a carrier puts around a number in bars: FedEx' 34 digits hold 12 of tracking number. */
const LONGEST_ADDED = 30;
/** Tokens shorter than this are country codes, postcodes and the like: never looked up as somebody's number. */
export const SHORTEST_NUMBER = 6;
const MOST_CANDIDATES = 60;

/** Only what all ways to write a number have in common: capitals and digits. */
export const cleanNumber = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(AIM_IDENTIFIER, "")
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, "");

const isDigits = (text: string): boolean => /^\d+$/.test(text);
/** ITF pads to an even count and GTIN fields to 14 digits, with zeros in front. */
const withoutZeros = (text: string): string => (isDigits(text) ? text.replace(/^0+(?=\d)/, "") : text);

/** A number as it is looked up: cleaned, and without the zeros that pad it. An index is made of it: another form of it wants a new index. */
export const bareNumber = (text: string): string => withoutZeros(cleanNumber(text));

/** True when both are ways to write one number; of very short ones only what reads the same is. */
export const isSameNumber = (one: string, other: string): boolean => {
  const bare = bareNumber(one);
  return normaliseCode(one) === normaliseCode(other) || (bare.length >= SHORTEST_NUMBER && bare === bareNumber(other));
};

/** The data of GS1 elements, by the rules for fixed lengths and with each length an AI can have. */
const gs1Data = (element: string): readonly string[] => {
  const found: string[] = [];
  let rest = element;
  while (rest.length > 2) {
    const length = FIXED_LENGTHS[rest.slice(0, 2)];
    const data = length === undefined || rest.length < length ? rest : rest.slice(0, length);
    for (const ai of AI_LENGTHS) if (data.length > ai) found.push(data.slice(ai));
    rest = rest.slice(data.length);
  }
  return found;
};

/** What a code holds as one thing: all of it, or an element that the symbology itself sets apart. */
const wholesOf = ({ format, identifier, text }: ReadCode): readonly string[] => {
  const elements = text.split(SEPARATORS).filter((element) => element !== "");
  const isGs1 = GS1_IDENTIFIER.test(identifier) || GS1_IDENTIFIER.test(text);
  const plain = elements.map((element) => element.replace(AIM_IDENTIFIER, ""));
  return [
    text,
    ...elements,
    ...(isGs1 ? plain.flatMap(gs1Data) : []),
    // As people write it: (00)340123450000000001
    ...[...text.matchAll(/\(\d{2,4}\)([^(]+)/g)].map(([, data = ""]) => data),
    // Codabar may tell its start and stop letters
    ...(/codabar/i.test(format) ? [text.replace(/^[A-D](.*)[A-D]$/i, "$1")] : []),
  ];
};

/** A link, a list or a record in a 2D code, taken apart at its signs; a dash may be part of a number: NVSG123456789-02. */
const piecesOf = ({ text }: ReadCode): readonly string[] => [...text.split(/[^\p{L}\p{N}-]+/u), ...text.split(/[^\p{L}\p{N}]+/u)];

const cleaned = (texts: readonly string[]): readonly string[] => texts.map(cleanNumber).filter((text) => text !== "");

/** Everything in a code that may be somebody's number, as it stands (OMS4 may keep its signs) and cleaned; the whole code comes first. */
export const candidatesOf = (code: ReadCode): readonly string[] => {
  const texts = [...wholesOf(code), ...piecesOf(code)].flatMap((text) => [
    text.replace(AIM_IDENTIFIER, "").trim().toUpperCase(),
    cleanNumber(text),
  ]);
  return [...new Set(texts.filter((text) => cleanNumber(text).length >= SHORTEST_NUMBER))].slice(0, MOST_CANDIDATES);
};

/** The texts of a code in which a number may lie among other data: cleaned, each once. */
const textsAround = (code: ReadCode): readonly string[] => [
  ...new Set(cleaned([...wholesOf(code), ...piecesOf(code)]).filter((text) => text.length > SHORTEST_WITHIN)),
];

/** True when what is added at this side can only be something else than more of the same number. */
const isAdded = (added: string, edge: string, next: string): boolean => {
  if (added === "") return true;
  const sameKind = isDigits(edge) === isDigits(next);
  return added.length >= (sameKind ? SHORTEST_ADDED : 1);
};

const liesWithin = (number: string, code: string, longestAdded: number): boolean => {
  if (number.length < SHORTEST_WITHIN || code.length - number.length > longestAdded) return false;
  for (let at = code.indexOf(number); at >= 0; at = code.indexOf(number, at + 1)) {
    const [before, behind] = [code.slice(0, at), code.slice(at + number.length)];
    if (isAdded(before, number.slice(0, 1), before.slice(-1)) && isAdded(behind, number.slice(-1), behind.slice(0, 1))) return true;
  }
  return false;
};

/**
 * Does this code carry that tracking number, after taking off what carriers add: spaces and dashes, FNC1, the symbology's prefix,
 * GS1 application identifiers, padding zeros, routing data in front (USPS `420` + ZIP, FedEx) or behind (DPD's service and country)?
 * Null when it doesn't, and for a number without a letter or digit.
 */
export const carriesNumber = (code: ReadCode, trackingNo: string): Carries => {
  const number = cleanNumber(trackingNo);
  if (number === "") return null;
  const bare = withoutZeros(number);
  const is = (candidate: string): boolean => candidate === number || withoutZeros(candidate) === bare;
  const wholes = cleaned(wholesOf(code));
  if (wholes.some(is)) return "exact";
  const longest = TWO_DIMENSIONAL.test(code.format) ? Infinity : LONGEST_ADDED;
  const pieces = cleaned(piecesOf(code));
  return pieces.some(is) || [...wholes, ...pieces].some((candidate) => liesWithin(number, candidate, longest)) ? "within" : null;
};

/** A tracking number as it is looked up, and the parcel or task that has it. */
export type OwnedNumber = Readonly<{ number: string; owner: string }>;

/**
 * The number of somebody else that these codes carry among other data; null: none that is not there by chance. Where they carry ours in that
 * way too, another's counts only if ours is a part of it. `numbersWithin`: all numbers known here that lie in a cleaned text, longest first.
 */
export const otherWithin = (
  codes: readonly ReadCode[],
  { trackingNo, carriesOurs }: Readonly<{ trackingNo: string; carriesOurs: boolean }>,
  numbersWithin: (text: string) => readonly OwnedNumber[],
): OwnedNumber | null => {
  const ours = bareNumber(trackingNo);
  for (const code of codes) {
    const found = textsAround(code)
      .flatMap(numbersWithin)
      .filter(({ number }) => !isDigits(number) || number.length >= SHORTEST_DIGITS_OF_OTHERS)
      .filter(({ number }) => !carriesOurs || (number.length > ours.length && number.includes(ours)))
      .find(({ number }) => carriesNumber(code, number) !== null);
    if (found !== undefined) return found;
  }
  return null;
};
