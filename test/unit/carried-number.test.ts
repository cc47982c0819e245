import { describe, expect, test } from "vitest";
import { answerTo, labelRuleFor } from "../../shared/label-check.ts";
import { judgeLabel, nobodyElse } from "../../electron/printer/preflight-judge.ts";
import { carriesNumber, cleanNumber, type Carries, type ReadCode } from "../../shared/carried-number.ts";
import { readZplCodes } from "../../electron/printer/preflight-zpl.ts";

const code = (text: string, format = "Code128", identifier = "]C0", page = 1): ReadCode => ({ page, format, identifier, text });
const GS = "\u001d";

type Fixture = readonly [name: string, code: ReadCode, trackingNo: string, carries: Carries];
const fixtures: readonly Fixture[] = [
  ["the number itself", code("SPXVN04711000000"), "SPXVN04711000000", "exact"],
  ["small letters", code("spxvn04711000000"), "SPXVN04711000000", "exact"],
  ["spaces and dashes on paper", code("1Z999AA10123456784"), "1Z 999 AA1 01 2345 6784", "exact"],
  ["spaces and dashes in the code", code("RR 123 456 785-VN"), "RR123456785VN", "exact"],
  ["a scanner's symbology prefix in the text", code("]C1SPXVN04711000000"), "SPXVN04711000000", "exact"],
  ["full-width letters", code("ＳＰＸＶＮ０４７１１"), "SPXVN04711", "exact"],
  [
    "USPS: 420 and the postcode, FNC1, the number",
    code(`42098101${GS}9400111899223100001234`, "Code128", "]C1"),
    "9400111899223100001234",
    "exact",
  ],
  ["USPS without FNC1", code("420981019400111899223100001234"), "9400111899223100001234", "within"],
  ["SSCC with its application identifier", code("00340123450000000018", "Code128", "]C1"), "340123450000000018", "exact"],
  ["SSCC without one", code("00340123450000000018"), "340123450000000018", "exact"],
  [
    "SSCC behind a postcode of fixed length",
    code(`4139501101530003${"00340123450000000018"}`, "Code128", "]C1"),
    "340123450000000018",
    "exact",
  ],
  ["people's brackets", code("(00)340123450000000018"), "340123450000000018", "exact"],
  ["FedEx: 34 digits, the number last", code("9632001960000000000400152152152012"), "152152152012", "within"],
  ["DPD: postcode, number, service, country", code("%0079900019050123456781011276"), "01905012345678", "within"],
  ["a piece count behind", code("JD014600003SG001"), "JD014600003SG", "within"],
  ["a link", code("https://track.example/?no=LEX0012345678&lang=vi", "QRCode", "]Q1"), "LEX0012345678", "within"],
  ["a list", code("GHTK55512345678|HCM|Q1|2.5kg", "DataMatrix", "]d1"), "GHTK55512345678", "within"],
  ["a record", code('{"wb":"GHTK55512345678","cod":0}', "QRCode", "]Q1"), "GHTK55512345678", "within"],
  [
    "MaxiCode with its header",
    code(`[)>\u001e01${GS}96841706672${GS}840${GS}001${GS}1Z12345677${GS}UPSN${GS}12345E`, "MaxiCode", "]U1"),
    "1Z12345677",
    "exact",
  ],
  ["Codabar with start and stop", code("A123456789012B", "Codabar", "]F0"), "123456789012", "exact"],
  ["Interleaved 2 of 5 padded with a zero", code("0123456789012", "ITF", "]I0"), "123456789012", "exact"],
  ["what stands before a dash", code("NVSG123456789-02"), "NVSG123456789", "within"],
  ["another number", code("SPXVN04711000001"), "SPXVN04711000000", null],
  ["a number one digit longer", code("SPXVN047110000001"), "SPXVN04711000000", null],
  ["a number one digit shorter", code("SPXVN0471100000"), "SPXVN04711000000", null],
  ["two digits more in front", code("9912345678901"), "12345678901", null],
  ["a short number by chance within a long one", code("9400111899223100001234"), "118992", null],
  ["only a postcode", code("70000"), "SPXVN04711000000", null],
  ["no number to compare with", code("SPXVN04711000000"), "", null],
  ["a number without letters or digits", code("SPXVN04711000000"), "---", null],
];

describe("a barcode and a tracking number", () => {
  test.each(fixtures)("%s", (_name, read, trackingNo, carries) => expect(carriesNumber(read, trackingNo)).toBe(carries));

  test("what all ways to write a number have in common", () => expect(cleanNumber("]C0 ab-12/3 4*")).toBe("AB1234"));
});

describe("whose label it is", () => {
  const others = new Map([
    ["SPXVN99999999999", "PB2 of FT-2"],
    ["PBOTHER1", "PBOTHER1"],
  ]);
  const judge = (codes: readonly ReadCode[], trackingNo = "SPXVN04711000000") =>
    judgeLabel({ codes, trackingNo, others: { ...nobodyElse, ownerOf: (number) => others.get(number) ?? null } });

  test("with its own number it is this parcel's, whatever else stands on it", () => {
    expect(judge([code("70000"), code("SPXVN99999999999"), code("SPXVN04711000000")])).toMatchObject({ outcome: "match" });
  });
  test("with the number of another parcel known here it is that parcel's, and both are named", () => {
    const judged = judge([code("70000"), code("SPXVN99999999999")]);
    expect(judged.outcome).toBe("other-parcel");
    expect(judged.words).toContain("SPXVN99999999999");
    expect(judged.words).toContain("PB2 of FT-2");
    expect(judge([code("PBOTHER1")]).outcome).toBe("other-parcel");
  });
  test("a number of ours wrapped in routing data never hides that the whole code is another parcel's", () => {
    const wrapped = new Map([["SPXVN04711000000ABC", "PB3"]]);
    const judged = judgeLabel({
      codes: [code("SPXVN04711000000ABC")],
      trackingNo: "SPXVN04711000000",
      others: { ...nobodyElse, ownerOf: (number) => wrapped.get(number) ?? null },
    });
    expect(judged.outcome).toBe("other-parcel");
  });
  test("what stands before a dash never hides that the whole number is another parcel's, however it is kept", () => {
    for (const [text, known] of [
      ["NVSG123456789-02", "NVSG123456789-02"],
      ["nvsg123456789/02", "NVSG12345678902"],
      ["https://track.example/?no=NVSG123456789-02&lang=vi", "NVSG123456789-02"],
    ] as const) {
      const ownerOf = (number: string): string | null => (number === known ? "FT-B" : null);
      expect(judgeLabel({ codes: [code(text)], trackingNo: "NVSG123456789", others: { ...nobodyElse, ownerOf } })).toMatchObject({
        outcome: "other-parcel",
      });
      expect(judgeLabel({ codes: [code(text)], trackingNo: "NVSG123456789", others: nobodyElse })).toMatchObject({ outcome: "match" });
      expect(judgeLabel({ codes: [code(text)], trackingNo: "NVSG123456789-02", others: nobodyElse })).toMatchObject({ outcome: "match" });
    }
  });
  test("another parcel's label on the second page is found", () => {
    expect(judge([code("SPXVN04711000000"), code("SPXVN99999999999", "Code128", "]C0", 2)]).outcome).toBe("other-parcel");
    expect(judge([code("SPXVN04711000000"), code("CN22", "QRCode", "]Q1", 2)]).outcome).toBe("match");
  });
  test("other codes, no code and no number to compare with are told apart", () => {
    expect(judge([code("ORDER-1")])).toMatchObject({ outcome: "mismatch", words: expect.stringContaining("ORDER-1") as string });
    expect(judge([])).toMatchObject({ outcome: "unreadable" });
    expect(judge([code("ORDER-1")], "")).toMatchObject({ outcome: "no-number" });
    expect(judge([code("SPXVN99999999999")], "")).toMatchObject({ outcome: "other-parcel" });
  });
});

describe("what is done about it", () => {
  test("by itself only another parcel's number keeps a label from printing", () => {
    expect(answerTo("other-parcel", "standard")).toBe("block");
    expect(answerTo("mismatch", "standard")).toBe("warn");
    expect(answerTo("unreadable", "standard")).toBe("warn");
    expect(answerTo("match", "block")).toBe("pass");
    for (const outcome of ["no-number", "not-checked"] as const) {
      expect(answerTo(outcome, "block")).toBe("block");
      for (const rule of ["standard", "warn", "off"] as const) expect(answerTo(outcome, rule)).toBe("pass");
    }
  });
  test("a carrier's own rule wins over the one for all", () => {
    const rules = { "*": "warn", "Ninja Van": "block", GHN: "off" } as const;
    expect(answerTo("unreadable", labelRuleFor(rules, " ninja van "))).toBe("block");
    expect(answerTo("other-parcel", labelRuleFor(rules, "GHN"))).toBe("pass");
    expect(answerTo("other-parcel", labelRuleFor(rules, "J&T"))).toBe("warn");
    expect(labelRuleFor({}, "")).toBe("standard");
  });
});

describe("barcodes in the text of a ZPL label", () => {
  const texts = (zpl: string) => readZplCodes(zpl)?.map(({ text, page }) => [page, text]) ?? null;

  test("each barcode field, page by page, and no line of text", () => {
    const zpl =
      "^XA^CI28^FO40,40^A0N,60,60^FDNinja Van^FS^FO40,140^BY3^BCN,180,Y,N,N^FDNVSG123456789^FS^FO40,760^BQN,2,8^FDQA,NVSG123456789^FS^XZ" +
      "^XA^FO1,1^B3N,N,100,Y,N^FDRR123456785VN^FS^XZ";
    expect(texts(zpl)).toEqual([
      [1, "NVSG123456789"],
      [1, "NVSG123456789"],
      [2, "RR123456785VN"],
    ]);
  });
  test("Code 128's own commands, hexadecimal and FNC1 are taken off", () => {
    expect(texts("^XA^BCN,100^FD>:JNT>5123456^FS^XZ")).toEqual([[1, "JNT123456"]]);
    expect(texts("^XA^BCN,100^FH^FDJNT_2D12^FS^XZ")).toEqual([[1, "JNT-12"]]);
    const [read] = readZplCodes("^XA^BCN,100^FD>;>842098101>89400111899223100001234^FS^XZ") ?? [];
    expect(read).toMatchObject({ identifier: "]C1", text: `42098101${GS}9400111899223100001234` });
    expect(read && carriesNumber(read, "9400111899223100001234")).toBe("exact");
  });
  test("a label whose bars are a picture or a stored form can't be told from its text", () => {
    expect(texts("^XA^FO0,0^GFA,8,8,1,FF00FF00^FS^XZ")).toBeNull();
    expect(texts("^XA^XFE:LABEL.ZPL^FN1^FDX^FS^XZ")).toBeNull();
    expect(texts("^XA^CC+^BCN^FDX^FS^XZ")).toBeNull();
  });
});
