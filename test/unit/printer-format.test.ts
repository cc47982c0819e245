import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFormat } from "../../electron/printer/format.ts";
import { readLabelFormat } from "../../shared/label-format.ts";
import { labelJpeg, labelPdf, labelPng, labelZpl } from "../fakes/labels.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
const words = (input: Uint8Array): string => {
  const read = readFormat(input);
  return read.ok ? read.value : `${read.failure.kind}: ${read.failure.detail}`;
};

describe("a label's format", () => {
  test("is read from its first bytes: PDF, PNG, JPEG, ZPL", async () => {
    expect([await labelPdf("A"), labelPng(8, 8), labelJpeg(8, 8), labelZpl("A")].map(words)).toEqual(["pdf", "png", "jpeg", "zpl"]);
  });

  test.each([
    ["white space and a byte order mark before ^XA", "\xef\xbb\xbf \r\n^XA^FDx^FS^XZ"],
    ["printer commands before ^XA", "~JA~SD15\r\n^XA^FDx^FS^XZ"],
    ["a stored graphic before ^XA", "~DGR:LOGO.GRF,4,1,FFFFFFFF\n^XA^XGR:LOGO.GRF^FS^XZ"],
    ["lower case", "^xa^fdx^fs^xz"],
    ["the head of Zebra's own drivers", "CT~~CD,~CC^~CT~\r\n^XA~TA000~JSN^FDx^FS^XZ"],
    ["the same behind a DLE", "\x10CT~~CD,~CC^~CT~\n^XA^FDx^FS^XZ"],
    ["a graphic longer than any head", `~DGR:LOGO.GRF,${70_000 / 2},100,${"F".repeat(70_000)}\n^XA^XGR:LOGO.GRF^FS^XZ`],
  ])("is ZPL also with %s", (_what, text) => expect(words(bytes(text))).toBe("zpl"));

  test("junk before a PDF's header is tolerated, as PDF readers do", async () => {
    expect(words(new Uint8Array([...bytes("\r\n\r\n"), ...(await labelPdf("A"))]))).toBe("pdf");
  });

  test.each([
    ["an empty label", "", "empty"],
    ["a web page", "<!DOCTYPE html><html><body>Sign in</body></html>", "web page"],
    ["JSON", '{"code":"500","message":"no label"}', "JSON"],
    ["plain text", "Label not ready, try again later", "text that starts with “Label not ready, try ag”".slice(0, 30)],
    ["a GIF", "GIF89a\x01\x00", "GIF"],
    ["a ZIP", "PK\x03\x04rest", "ZIP"],
    ["PostScript", "%!PS-Adobe-3.0", "PostScript"],
    ["half a PDF", "%PDF-1.7\n1 0 obj <<", "cut short"],
    ["half a ZPL label", "^XA^FO1,1^FDabc", "^XZ is missing"],
    ["printer commands without a label", "~JA~SD15", "^XA is missing"],
    ["binary rubbish", "\x00\x01\x02\x03\x04", "binary"],
  ])("refuses %s with words for what it is", (_what, text, expected) => {
    const said = words(bytes(text));
    expect(said).toMatch(/^label-unreadable: /);
    expect(said).toContain(expected);
  });

  test("is the one it was stored as", () => {
    const beginnings = [
      "^XA",
      "CT~~CD,~CC^~CT~^XA",
      "\x10CT~~CD,~CC^~CT~\n^XA",
      "~JA^XA",
      "%PDF-1.7\n",
      "<html>%PDF-",
      "GIF89a",
      "\x89PNG",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.string(), (head, rest) => {
        const label = bytes(`${head}${rest}^XA^XZ%%EOF`);
        expect(words(label).replace(/^label-unreadable.*/s, "none")).toBe(readLabelFormat(label) ?? "none");
      }),
    );
  });

  test("never throws, whatever bytes come", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (input) => typeof readFormat(input).ok === "boolean"));
  });
});
