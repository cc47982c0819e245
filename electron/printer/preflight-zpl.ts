import type { ReadCode } from "../../shared/carried-number.ts";
import { FNC1 } from "../../shared/fnc1.ts";

/** Barcode commands of ZPL II and what they draw; the field's data follow in ^FD or ^FV. */
const SYMBOLS: Readonly<Record<string, Readonly<{ format: string; identifier: string }>>> = {
  BC: { format: "Code128", identifier: "]C0" },
  BQ: { format: "QRCode", identifier: "]Q1" },
  BX: { format: "DataMatrix", identifier: "]d1" },
  B7: { format: "PDF417", identifier: "]L0" },
  BD: { format: "MaxiCode", identifier: "]U0" },
  B0: { format: "Aztec", identifier: "]z0" },
  BO: { format: "Aztec", identifier: "]z0" },
  B2: { format: "ITF", identifier: "]I0" },
  B3: { format: "Code39", identifier: "]A0" },
  BA: { format: "Code93", identifier: "]G0" },
  BK: { format: "Codabar", identifier: "]F0" },
  BE: { format: "EAN13", identifier: "]E0" },
  BU: { format: "UPCA", identifier: "]E0" },
  BR: { format: "DataBar", identifier: "]e0" },
};

const unescapeHex = (text: string, indicator: string): string =>
  text
    .split(indicator)
    .map((part, index) => {
      const hex = /^[0-9a-f]{2}/i.exec(part)?.[0];
      return index === 0 || hex === undefined
        ? index === 0
          ? part
          : indicator + part
        : String.fromCharCode(parseInt(hex, 16)) + part.slice(2);
    })
    .join("");

/** ZPL II guide, ^BC: `>8` is FNC1, `>;` and its like choose a subset, `>0`, `><` and `>=` stand for characters that ZPL needs itself. */
const readCode128 = (text: string): Readonly<{ text: string; gs1: boolean }> => {
  const plain = text
    .replaceAll(">8", FNC1)
    .replaceAll("><", "^")
    .replaceAll(">=", "~")
    .replaceAll(/>[:;1-79]/g, "")
    .replaceAll(">0", ">");
  return { text: plain.replace(new RegExp(`^${FNC1}`), ""), gs1: plain.startsWith(FNC1) };
};

const readData = (command: string, parameters: string, data: string): Readonly<{ text: string; identifier?: string }> => {
  switch (command) {
    case "BC": {
      const { text, gs1 } = readCode128(data);
      // Mode U and D are UCC cases and GS1: the printer puts FNC1 in front
      return gs1 || /,[UD]\s*$/i.test(parameters) ? { text, identifier: "]C1" } : { text };
    }
    case "BQ":
      // Error correction and input mode, a comma, and for character mode the kind of characters
      return { text: data.replace(/^[HQML]?[AM]?(?:,[NAK])?,/, "") };
    case "BX":
      return { text: data.replaceAll("_1", FNC1) };
    default:
      return { text: data };
  }
};

/**
 * The barcodes that a ZPL label asks its printer to draw, from the text of its fields. Null when that can't be told from the text alone:
 * no barcode field (bars as a picture), a stored form with the data elsewhere (^XF, ^FN), or other command characters (^CC, ~CC).
 */
export const readZplCodes = (zpl: string): readonly ReadCode[] | null => {
  if (/[\^~]C[CD]|\^XF|\^FN/i.test(zpl)) return null;
  const codes: ReadCode[] = [];
  let page = 0;
  let symbol: Readonly<{ command: string; parameters: string }> | null = null;
  let hex: string | null = null;
  for (const match of zpl.matchAll(/[\^~]([A-Z][A-Z0-9@])([^^~]*)/gi)) {
    const command = (match[1] ?? "").toUpperCase();
    const rest = match[2] ?? "";
    if (command === "XA") page += 1;
    else if (command === "FH") hex = rest.trim().slice(0, 1) || "_";
    else if (SYMBOLS[command] !== undefined) symbol = { command, parameters: rest.trim() };
    else if (command === "FD" || command === "FV") {
      const drawn = symbol === null ? undefined : SYMBOLS[symbol.command];
      if (symbol !== null && drawn !== undefined) {
        const data = readData(symbol.command, symbol.parameters, hex === null ? rest : unescapeHex(rest, hex));
        if (data.text.trim() !== "") codes.push({ page, ...drawn, ...data, text: data.text.trim() });
      }
    } else if (command === "FS") {
      symbol = null;
      hex = null;
    }
  }
  return codes.length === 0 ? null : codes;
};
