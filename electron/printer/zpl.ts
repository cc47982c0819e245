import { bytesPerRow, type Bitmap } from "./bitmap.ts";

/** ^GFA's own compression (ZPL II guide, "Alternative Data Compression Scheme"): G–Y count 1–19, g–z count 20–400. */
const repeated = (digit: string, times: number): string => {
  let out = "";
  for (let left = times; left > 0;) {
    if (left >= 400) {
      out += "z";
      left -= 400;
    } else if (left >= 20) {
      out += String.fromCharCode(0x66 + Math.floor(left / 20));
      left %= 20;
    } else {
      out += String.fromCharCode(0x46 + left);
      left = 0;
    }
  }
  return out + digit;
};

const HEX = "0123456789ABCDEF";

const compressRow = (row: Uint8Array): string => {
  let hex = "";
  for (const byte of row) hex += (HEX[byte >> 4] as string) + (HEX[byte & 15] as string);
  // The rest of a row in white is "," and in black "!"
  const white = hex.replace(/0+$/, "");
  const trimmed = white.length < hex.length ? white : hex.replace(/F+$/, "");
  const end = white.length < hex.length ? "," : trimmed.length < hex.length ? "!" : "";
  return trimmed.replaceAll(/(.)\1{2,}/g, (run: string, digit: string) => repeated(digit, run.length)) + end;
};

/** One picture as ^GFA; a row like the one above it is ":". */
const graphicField = ({ width, height, data }: Bitmap): string => {
  const row = bytesPerRow(width);
  const rows: string[] = [];
  let above: string | null = null;
  for (let y = 0; y < height; y++) {
    const line = compressRow(data.subarray(y * row, (y + 1) * row));
    rows.push(line === above ? ":" : line);
    above = line;
  }
  const total = row * height;
  return `^GFA,${total},${total},${row},${rows.join("")}`;
};

/**
 * Pictures as ZPL, one label each: the label's size is set (^PW, ^LL), the origin is the corner, one copy, and nothing
 * of the printer's stored settings is changed (^JUS is not sent).
 */
export const encodeZpl = (pages: readonly Bitmap[]): Uint8Array =>
  new Uint8Array(
    Buffer.from(
      pages
        .map((page) => `^XA^PON^LH0,0^PW${bytesPerRow(page.width) * 8}^LL${page.height}^FO0,0${graphicField(page)}^FS^PQ1,0,1,Y^XZ\n`)
        .join(""),
      "latin1",
    ),
  );
