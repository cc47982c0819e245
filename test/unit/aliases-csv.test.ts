import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CSV_HEADER, csvLine, readAliasCsv } from "../../electron/aliases/csv.ts";
import { codeFault, type AliasRow } from "../../shared/alias.ts";

const read = async (content: string | Uint8Array) => {
  const got = await readAliasCsv(content, () => Promise.resolve());
  if (!got.ok) throw new Error(got.failure.detail);
  return got.value;
};
const refusal = async (content: string | Uint8Array): Promise<string> => {
  const got = await readAliasCsv(content, () => Promise.resolve());
  return got.ok ? `taken: ${JSON.stringify(got.value)}` : got.failure.detail;
};
const MUG: AliasRow = { barcode: "0012345678905", brandCode: "BR02", brandSkuCode: "SKU-0009", quantity: 12 };

describe("a list of codes", () => {
  test.each([
    ["commas", "barcode,brand_code,brand_sku_code,quantity\n0012345678905,BR02,SKU-0009,12\n", 2],
    ["semicolons and CRLF", "Barcode;Brand Code;Brand SKU Code;Quantity per scan\r\n0012345678905;BR02;SKU-0009;12\r\n", 2],
    ["tabs, a BOM and other words", "\ufeffEAN\tBrand\tSKU\tQty\n0012345678905\tBR02\tSKU-0009\t12", 2],
    ["quotes", '"barcode","brand_code","brand_sku_code","quantity"\n"0012345678905","BR02","SKU-0009","12"\n', 2],
    ["columns in another order, one of them unknown", "qty,remark,sku,gtin,brand\n12,old,SKU-0009,0012345678905,BR02\n", 2],
    ["no header", "0012345678905,BR02,SKU-0009,12\n", 1],
    ["Excel's own first line, old line ends and empty lines", "sep=;\rbarcode;brand;sku;units\r\r0012345678905;BR02;SKU-0009;12\r", 4],
  ])("is read with %s", async (_how, text, line) => {
    expect(await read(text)).toEqual([{ line, row: MUG }]);
  });

  test("is read as Excel writes Unicode text", async () => {
    const bytes = Buffer.from("\ufeffbarcode\tbrand_code\tbrand_sku_code\tquantity\r\n0012345678905\tBR02\tSKU-0009\t12\r\n", "utf16le");
    expect(await read(bytes)).toEqual([{ line: 2, row: MUG }]);
  });

  test("takes an empty or missing quantity for one", async () => {
    const one = { ...MUG, quantity: 1 };
    expect(await read("barcode,brand,sku,qty\n0012345678905,BR02,SKU-0009,\n")).toEqual([{ line: 2, row: one }]);
    expect(await read("barcode,brand,sku\n0012345678905,BR02,SKU-0009\n")).toEqual([{ line: 2, row: one }]);
  });

  test.each([
    ["8.85E+12,BR02,A,1", /8\.85E\+12 was cut by a spreadsheet.*as text/],
    ["8,85E+12;BR02;A;1", /8,85E\+12 was cut by a spreadsheet/],
    ["8850001234999.0,BR02,A,1", /was cut by a spreadsheet/],
    [",BR02,A,1", /barcode is empty/],
    ["123,,A,1", /brand_code is empty/],
    ["123,BR02,,1", /brand_sku_code is empty/],
    ["123,BR02,A,0", /quantity 0 is no whole number from 1 to 9,999/],
    ["123,BR02,A,1.5", /quantity 1.5 is no whole/],
    ["123,BR02,A,-2", /quantity -2 is no whole/],
    ["123,BR02,A,10000", /quantity 10000 is no whole/],
    ["cmdfinish,BR02,A,1", /would be a command/],
    [`${"9".repeat(200)},BR02,A,1`, /longer than 128 characters/],
    ['"12\n3",BR02,A,1', /control character/],
    ["123,BR02,A,1,what", /more than the columns hold: what/],
  ])("says what is wrong with %j, and with no other line", async (bad, words) => {
    const mark = bad.includes(";") ? ";" : ",";
    const good = ["456", "BR02", "B", "1"].join(mark);
    const lines = await read(`${["barcode", "brand", "sku", "qty"].join(mark)}\n${good}\n${bad}\n`);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ line: 2, row: { barcode: "456" } });
    expect(lines[1]).toMatchObject({ bad: expect.stringMatching(words) });
  });

  test("that is none is refused as a whole, with its line", async () => {
    expect(await refusal("barcode,brand\n1,2\n")).toMatch(/^line 1: no column is called brand_sku_code/);
    expect(await refusal("barcode,ean,brand,sku\n1,2,3,4\n")).toMatch(/^line 1: two columns mean barcode/);
    expect(await refusal('barcode,brand,sku\n1,"2,3\n4,5,6\n')).toMatch(/^line \d: a quote begins and never ends/);
    expect(await refusal('barcode,brand,sku\n1,a"b"c,3\n')).toMatch(/^line 2: a quote stands where none can be/);
    expect(await refusal(Uint8Array.of(0xe4, 0x2c, 0xff))).toMatch(/CSV UTF-8/);
    for (const nothing of ["", "\ufeff", "\n\n", "barcode,brand,sku\n"]) expect(await refusal(nothing)).toBe("There is no code in it.");
  });

  const text = fc
    .string({ unit: fc.constantFrom(..."ABcd019 ,;\"'|-._/é漢ا#=+"), minLength: 1, maxLength: 24 })
    .map((each) => each.trim())
    .filter((each) => codeFault(each) === null);
  const barcode = text.filter(
    (each) => !/^CMD/i.test(each) && !/^[+-]?\d([.,]\d+)?E[+-]\d{1,3}$/i.test(each) && !/^\d{6,}[.,]0+$/.test(each),
  );
  const row = fc.record({ barcode, brandCode: text, brandSkuCode: text, quantity: fc.integer({ min: 1, max: 9_999 }) });

  test("that is written is read back to the letter, whatever stands in it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const lines = await read(CSV_HEADER + rows.map(csvLine).join(""));
        expect(lines.map((line) => ("row" in line ? line.row : line.bad))).toEqual(rows);
        expect(lines.map(({ line }) => line)).toEqual(rows.map((_row, index) => index + 2));
      }),
      { numRuns: 200 },
    );
  });

  test("of any text at all gives rows, words with a line, or a refusal, and nothing else", async () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        "\r",
        '"',
        '""',
        "barcode",
        "brand",
        "sku",
        "8.85E+12",
        "\ufeff",
        "sep=;",
        "\u0000",
        "0",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const got = await readAliasCsv(pieces.join(""), () => Promise.resolve());
        expect(got.ok ? "codes-bad" : got.failure.kind).toBe("codes-bad");
        for (const line of got.ok ? got.value : []) {
          expect(line.line).toBeGreaterThan(0);
          if ("bad" in line) expect(line.bad).not.toBe("");
          else for (const word of [line.row.barcode, line.row.brandCode, line.row.brandSkuCode]) expect(codeFault(word)).toBeNull();
        }
      }),
      { numRuns: 400 },
    );
  });
});
