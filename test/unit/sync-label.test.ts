import { describe, expect, test } from "vitest";
import { matchSingle, matchSplit, parcelsOfTask } from "../../electron/sync/label-match.ts";
import { readLabel } from "../../electron/sync/read-label.ts";
import type { ShippingParcel } from "../../electron/sync/schemas.ts";
import { readLabelFormat } from "../../shared/label-format.ts";

const parcel = (more: Partial<ShippingParcel> = {}): ShippingParcel => ({
  parcel_id: "1",
  fp_parcel_no: "",
  delivery_carrier: "J&T",
  delivery_type: "Standard",
  tracking_no: "T1",
  shipping_label: "JVBERi0=",
  ...more,
});

describe("the label of a parcel of a split task", () => {
  test("is the one that bears our number, in any letter case", () => {
    const ours = parcel({ fp_parcel_no: "pbx1" });
    expect(matchSplit([parcel({ fp_parcel_no: "PBX2" }), ours], "PBX1")).toEqual({ kind: "found", parcel: ours });
  });
  test("is taken without a number only when the answer is about just that one", () => {
    expect(matchSplit([parcel()], "PBX1").kind).toBe("found");
    expect(matchSplit([parcel(), parcel({ parcel_id: "2" })], "PBX1").kind).toBe("wait");
  });
  test("is never another parcel's", () => {
    expect(matchSplit([parcel({ fp_parcel_no: "PBX2" })], "PBX1").kind).toBe("wait");
    expect(matchSplit([], "PBX1").kind).toBe("wait");
  });
});

describe("the label of a task that ships in one parcel", () => {
  test("is the only one there, before and after packing", () => {
    expect(matchSingle([parcel()], null, []).kind).toBe("found");
    expect(matchSingle([parcel()], "PBX1", []).kind).toBe("found");
  });
  test("is ours where one bears our number", () => {
    const ours = parcel({ fp_parcel_no: "PBX1" });
    expect(matchSingle([parcel(), ours], "PBX1", [])).toEqual({ kind: "found", parcel: ours });
  });
  test("is not chosen between several labels", () => {
    const both = [parcel(), parcel({ tracking_no: "T2" })];
    expect(matchSingle(both, null, [])).toEqual({ kind: "several", parcels: both });
    expect(matchSingle(both, "PBX1", [])).toEqual({ kind: "several", parcels: both });
  });
  test("is not one that bears the number of another parcel of ours", () => {
    expect(matchSingle([parcel({ fp_parcel_no: "PBX0" })], "PBX1", ["PBX0"]).kind).toBe("wait");
  });
  test("may be empty still, and then brings its tracking number", () => {
    expect(matchSingle([parcel({ shipping_label: "" })], null, []).kind).toBe("found");
  });
});

describe("an answer about several tasks", () => {
  test("gives each task its own parcels and nobody the rest", () => {
    const answer = [
      { ft_no: "FT1", parcels: [parcel()] },
      { ft_no: "", parcels: [parcel({ tracking_no: "T9" })] },
    ];
    expect(parcelsOfTask(answer, "ft1", 2)).toHaveLength(1);
    expect(parcelsOfTask(answer, "FT2", 2)).toHaveLength(0);
    expect(parcelsOfTask([{ ft_no: "", parcels: [parcel()] }], "FT2", 1)).toHaveLength(1);
    expect(parcelsOfTask([{ ft_no: "FT3", parcels: [parcel()] }], "FT2", 1)).toHaveLength(0);
  });
});

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("a label's format", () => {
  test.each([
    ["%PDF-1.7\n", "pdf"],
    ["\u00ef\u00bb\u00bf\n%PDF-1.4", "pdf"],
    ["\x89PNG\r\n\x1a\nrest", "png"],
    ["\xff\xd8\xff\xe0JFIF", "jpeg"],
    ["^XA^FO50,50^FDx^FS^XZ", "zpl"],
    ["\r\n ^xa^xz", "zpl"],
    ["CT~~CD,~CC^~CT~\n^XA", "zpl"],
    ["~DGR:X.GRF,1,1,FF^XA^XZ", "zpl"],
    ["<html>%PDF-</html>", null],
    ["GIF89a", null],
    ["", null],
    ["PK\x03\x04", null],
  ])("of %o is read as %o", (text, format) => {
    expect(readLabelFormat(bytes(text))).toBe(format);
  });

  test("is read from base64 with line breaks, URL-safe letters or a data URI, and from plain ZPL", () => {
    const base64 = Buffer.from("%PDF-1.4 >>>???").toString("base64");
    const formats = [
      base64,
      `${base64.slice(0, 8)}\r\n${base64.slice(8)}`,
      base64.replaceAll("+", "-").replaceAll("/", "_"),
      `data:application/pdf;base64,${base64}`,
    ].map((text) => {
      const read = readLabel(text, "x");
      return read.ok ? Buffer.from(read.value?.bytes ?? []).toString() : read.failure.kind;
    });
    expect(new Set(formats)).toEqual(new Set(["%PDF-1.4 >>>???"]));
    for (const plain of ["^XA^XZ", "CT~~CD,~CC^~CT~\n^XA^XZ"])
      expect(readLabel(plain, "x")).toMatchObject({ ok: true, value: { format: "zpl" } });
  });

  test("that is none is refused with words that name the parcel and what came", () => {
    const refused = readLabel(Buffer.from("<html>").toString("base64"), "label of PBX1");
    expect(refused).toMatchObject({ ok: false, failure: { kind: "label-unreadable" } });
    expect(refused.ok ? "" : refused.failure.detail).toMatch(/PBX1.*3c 68 74 6d 6c 3e/);
    expect(readLabel("https://labels.example/1.pdf", "x").ok).toBe(false);
    expect(readLabel("", "x")).toEqual({ ok: true, value: null });
  });
});
