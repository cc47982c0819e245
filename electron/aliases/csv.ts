import { Readable } from "node:stream";
import { CsvError, parse, type Info } from "csv-parse";
import { z } from "zod";
import { codeFault, MOST_UNITS, type AliasRow } from "../../shared/alias.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";

/** A line of the file: what it says, or why it says nothing that can be used. */
export type CsvLine = Readonly<{ line: number }> & (Readonly<{ row: AliasRow }> | Readonly<{ bad: string }>);

const COLUMNS = ["barcode", "brand_code", "brand_sku_code", "quantity"] as const;
type Column = (typeof COLUMNS)[number];
/** Spellings of a header, without case, spaces and signs. */
const SPELLINGS: Readonly<Record<Column, readonly string[]>> = {
  barcode: ["barcode", "barcodes", "code", "ean", "ean13", "gtin", "upc", "alias", "scan", "scancode"],
  brand_code: ["brandcode", "brand"],
  brand_sku_code: ["brandskucode", "brandsku", "skucode", "sku", "itemcode", "productcode"],
  quantity: ["quantity", "qty", "quantityperscan", "qtyperscan", "units", "unitsperscan", "packsize", "casequantity", "caseqty", "pieces"],
};
const DELIMITERS = [",", ";", "\t"] as const;

/** As much as a thousand rows: a scan that comes in between waits for no more. */
const CHUNK_CHARACTERS = 32 * 1024;
const WORDS_QUOTED = 40;
const ROWS_BETWEEN_BREATHS = 250;

/** Excel's way to write a long number: always with a sign behind the E. */
const SCIENTIFIC = /^[+-]?\d(?:[.,]\d+)?E[+-]\d{1,3}$/i;
/** A long number that some program took for a figure. */
const FIGURE = /^\d{6,}[.,]0+$/;

const columnOf = (title: string): Column | undefined => {
  const plain = title.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return COLUMNS.find((column) => SPELLINGS[column].includes(plain));
};

/** The delimiter is the one of which the first line has most, outside of quotes. */
const delimiterOf = (text: string): string => {
  const [line = ""] = /[^\r\n]*\S[^\r\n]*/.exec(text) ?? [];
  const bare = line.replaceAll(/"[^"]*"/g, "");
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: bare.split(delimiter).length }));
  return counted.toSorted((a, b) => b.count - a.count)[0]?.delimiter ?? ",";
};

/** The file's text: UTF-8, or UTF-16 as Excel writes "Unicode text"; null when it is neither. */
const decode = (bytes: Uint8Array): string | null => {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null; // the caller says so
  }
};

const faultOfText = (name: string, text: string): string | null => {
  const fault = codeFault(text);
  return fault === null ? null : `${name} ${fault}`;
};
const faultOfBarcode = (barcode: string): string | null => {
  if (SCIENTIFIC.test(barcode) || FIGURE.test(barcode))
    return `barcode ${barcode} was cut by a spreadsheet: its digits are lost. Format the column as text, enter the codes again and save`;
  return /^CMD/i.test(barcode) ? `barcode ${barcode} would be a command` : faultOfText("barcode", barcode);
};

const readLine = (cells: readonly string[], order: readonly (Column | undefined)[]): AliasRow | string => {
  const cell = (column: Column): string => {
    const at = order.indexOf(column);
    return at < 0 ? "" : (cells[at] ?? "").trim();
  };
  const [barcode, brandCode, brandSkuCode, quantity] = [cell("barcode"), cell("brand_code"), cell("brand_sku_code"), cell("quantity")];
  const fault = faultOfBarcode(barcode) ?? faultOfText("brand_code", brandCode) ?? faultOfText("brand_sku_code", brandSkuCode);
  if (fault !== null) return fault;
  if (quantity !== "" && (!/^0*\d{1,4}$/.test(quantity) || Number(quantity) < 1))
    return `quantity ${quantity} is no whole number from 1 to ${MOST_UNITS.toLocaleString("en")}`;
  const beyond = cells.slice(order.length).find((each) => each.trim() !== "");
  if (beyond !== undefined) return `there is more than the columns hold: ${beyond.trim().slice(0, WORDS_QUOTED)}`;
  return { barcode, brandCode, brandSkuCode, quantity: quantity === "" ? 1 : Number(quantity) };
};

/** The columns as the first line names them; its own order where it names none; words where it names some but not those that are needed. */
const orderOf = (cells: readonly string[]): Readonly<{ order: readonly (Column | undefined)[]; header: boolean }> | string => {
  const named = cells.map(columnOf);
  const known = named.filter((column) => column !== undefined);
  if (known.length === 0) return { order: COLUMNS, header: false };
  const missing = COLUMNS.find((column) => column !== "quantity" && !known.includes(column));
  if (missing !== undefined) return `no column is called ${missing}`;
  const twice = known.find((column, index) => known.indexOf(column) !== index);
  return twice === undefined ? { order: named, header: true } : `two columns mean ${twice}`;
};

const recordSchema = z.object({ record: z.array(z.string()), info: z.custom<Info>() });

/** Where a file can't be taken apart any further. */
const brokenWords = (error: CsvError): string => {
  const line = typeof error["lines"] === "number" ? error["lines"] : 1;
  return error.code === "CSV_QUOTE_NOT_CLOSED"
    ? `line ${line}: a quote begins and never ends`
    : `line ${line}: a quote stands where none can be; quote the whole cell and double the quotes in it`;
};

/**
 * Reads a list of codes: barcode, brand code, brand SKU code, quantity. The header may be left out; the delimiter is found. Codes are text,
 * with all their leading zeros. `breathe` runs between bites. Failures: `codes-bad` when the file as a whole can't be read.
 */
export const readAliasCsv = async (given: Uint8Array | string, breathe: () => Promise<void>): Promise<Result<readonly CsvLine[]>> => {
  const decoded = typeof given === "string" ? given : decode(given);
  if (decoded === null) return fail("codes-bad", "It is no UTF-8 text: save it as CSV UTF-8.");
  // `sep=;` is Excel's own first line; emptied, it keeps the numbers of the lines behind it
  const text = decoded.replace(/^\ufeff/, "").replace(/^sep=.(?=\r|\n)/i, "");
  const parser = parse({ delimiter: delimiterOf(text), info: true, relaxColumnCount: true, skipEmptyLines: true });
  const chunks = Array.from({ length: Math.ceil(text.length / CHUNK_CHARACTERS) }, (_one, index) =>
    text.slice(index * CHUNK_CHARACTERS, (index + 1) * CHUNK_CHARACTERS),
  );
  const lines: CsvLine[] = [];
  let order: readonly (Column | undefined)[] | null = null;
  let read = 0;
  try {
    for await (const each of Readable.from(chunks).pipe(parser)) {
      const { record, info } = recordSchema.parse(each);
      const { lines: line } = info;
      read += 1;
      if (read % ROWS_BETWEEN_BREATHS === 0) await breathe();
      if (order === null) {
        const found = orderOf(record);
        if (typeof found === "string") return fail("codes-bad", `line ${line}: ${found}. Wanted: ${COLUMNS.join(", ")}.`);
        ({ order } = found);
        if (found.header) continue;
      }
      if (record.every((cell) => cell.trim() === "")) continue;
      const row = readLine(record, order);
      lines.push(typeof row === "string" ? { line, bad: row } : { line, row });
    }
  } catch (error) {
    if (error instanceof CsvError) return fail("codes-bad", `${brokenWords(error)}.`);
    throw error;
  }
  return lines.length === 0 ? fail("codes-bad", "There is no code in it.") : succeed(lines);
};

const quoted = (cell: string): string => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
export const CSV_HEADER = `${COLUMNS.join(",")}\r\n`;
/** One line of the same format, as spreadsheets take it. */
export const csvLine = ({ barcode, brandCode, brandSkuCode, quantity }: AliasRow): string =>
  `${[barcode, brandCode, brandSkuCode, String(quantity)].map(quoted).join(",")}\r\n`;
