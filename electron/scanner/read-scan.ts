import { AIM_IDENTIFIER, gtinFits, normaliseCode, type ReadScan } from "../../shared/scan.ts";
import { decodeGs1 } from "./gs1.ts";

const plain = (text: string, code: string): ReadScan => ({
  text,
  code: normaliseCode(code),
  quantity: null,
  batch: null,
  serial: null,
  expiry: null,
});

/** The text as one code: without the symbology identifier, nothing taken apart. */
export const readPlain = (text: string): ReadScan => plain(text, text.trim().replace(AIM_IDENTIFIER, ""));

/** The GTIN of a GS1 code with what it says of this piece; null when the text is no GS1 code. */
export const readGs1 = (text: string): ReadScan | null => {
  const gs1 = decodeGs1(text);
  if (gs1 === null) return null;
  const { gtin, ...said } = gs1;
  return { text, code: normaliseCode(gtin), ...said };
};

/**
 * UPC-E: eight digits that scanners may send instead of the UPC-A they stand for (GS1 General Specifications 5.2.2.4.2).
 * Null when the text is none.
 */
const readUpcE = (text: string): ReadScan | null => {
  const found = /^([01])(\d{5})(\d)(\d)$/.exec(text.trim().replace(AIM_IDENTIFIER, ""));
  if (found === null) return null;
  const [, system = "", body = "", last = "", check = ""] = found;
  const upcA =
    last <= "2"
      ? `${system}${body.slice(0, 2)}${last}0000${body.slice(2)}${check}`
      : last === "3"
        ? `${system}${body.slice(0, 3)}00000${body.slice(3)}${check}`
        : last === "4"
          ? `${system}${body.slice(0, 4)}00000${body.slice(4)}${check}`
          : `${system}${body}0000${last}${check}`;
  return gtinFits(upcA) ? plain(text, upcA) : null;
};

/** Every way to read a scan, in order of trust: a code that is known as it stands is meant as it stands. */
export const readings = (text: string): readonly ReadScan[] => {
  const all = [readPlain(text), readGs1(text), readUpcE(text)].filter((reading) => reading !== null);
  return all.filter((reading, index) => all.findIndex(({ code }) => code === reading.code) === index || reading.quantity !== null);
};
