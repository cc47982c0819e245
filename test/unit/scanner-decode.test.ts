import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyHidPos, stepHidPos, type HidPosStep } from "../../electron/scanner/decode-hid-pos.ts";
import { decodeGs1 } from "../../electron/scanner/gs1.ts";
import { readings, readGs1, readPlain } from "../../electron/scanner/read-scan.ts";
import { gtinFits, normaliseCode } from "../../shared/scan.ts";
import { reportsOf } from "../fakes/hid.ts";

const play = (reports: readonly (readonly number[])[], at = 0) => {
  let state = emptyHidPos;
  const scans: string[] = [];
  const problems: string[] = [];
  for (const [index, report] of reports.entries()) {
    const step = stepHidPos(state, report, at + index);
    state = step.state;
    if (step.scan !== null) scans.push(`${step.scan.symbology ?? ""}|${step.scan.text}`);
    if (step.problem !== null) problems.push(step.problem);
  }
  return { scans, problems, state };
};

const text = fc
  .string({ unit: fc.constantFrom(..."ABCXYZabc0189-/.]+ \u001dé中📦"), minLength: 1, maxLength: 300 })
  .filter((made) => made.trim() !== "");

describe("HID POS reports", () => {
  it("read the example of the Access-IS manual: 60 bytes of data in two reports", () => {
    const pass = "M1GATHERGOOD/MICHAEL YABCDEF LHRDURAK 3542 052Y003D23    s123";
    expect(play(reportsOf(pass, "]Q0")).scans).toEqual([`]Q0|${pass}`]);
    expect(reportsOf(pass, "]Q0")).toHaveLength(2);
  });

  it("give back every text, with or without a report id, with or without an identifier", () => {
    fc.assert(
      fc.property(text, fc.constantFrom(2, 1, null), fc.constantFrom("]C1", "]E0", ""), (made, reportId, symbology) => {
        expect(play(reportsOf(made, symbology, { reportId })).scans).toEqual([`${symbology}|${made}`]);
      }),
    );
  });

  it("read the shorter form without the two unused bytes", () => {
    const report = [2, 4, ...new TextEncoder().encode("]C1FT-1"), ...Array.from({ length: 52 }, () => 0), 0];
    expect(play([report]).scans).toEqual(["]C1|FT-1"]);
  });

  it("are never thrown off by garbage: the scan that follows is whole", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 5 }), text, (garbage, made) => {
        const { state } = play(garbage.map((bytes) => [...bytes]));
        // Garbage may look like an unfinished scan: that one ends by waiting, as on the bus
        const steps = reportsOf(made).reduce((step, report) => stepHidPos(step.state, report, 10_000), {
          state,
          scan: null,
          problem: null,
        } as HidPosStep);
        expect(steps.scan).toEqual({ text: made, symbology: "]C0" });
      }),
    );
  });

  it("say what was thrown away when the rest of a scan did not come, and read the next one whole", () => {
    const [first = []] = reportsOf("H".repeat(100));
    const half = stepHidPos(emptyHidPos, first, 0);
    const next = stepHidPos(half.state, reportsOf("FT-1")[0] ?? [], 1_500);
    expect(next.problem).toContain("scan it again");
    expect(next.scan?.text).toBe("FT-1");
  });

  it("drop a suffix set for keyboard mode, and read Latin-1 where it is no UTF-8", () => {
    expect(play(reportsOf("FT-1\r\n")).scans).toEqual(["]C0|FT-1"]);
    const latin = [2, 3, 0x5d, 0x43, 0x30, 0x41, 0xe9, 0x42, ...Array.from({ length: 53 }, () => 0), 0, 0, 0];
    expect(play([latin]).scans).toEqual(["]C0|AéB"]);
  });

  it("that never end are given up with words", () => {
    const [more = []] = reportsOf("X".repeat(100));
    expect(play(Array.from({ length: 400 }, () => more)).problems.join()).toContain("does not end");
  });
});

const gtin = fc.bigInt({ min: 1n, max: 9_999_999_999_999n }).map((number) => {
  const body = number.toString().padStart(13, "0");
  const check = [..."0123456789"].find((digit) => gtinFits(body + digit)) ?? "";
  return body + check;
});
const value = fc.string({ unit: fc.constantFrom(..."ABCXYZabcxyz0123456789-/."), minLength: 1, maxLength: 20 });
const count = fc.integer({ min: 1, max: 99_999_999 });

describe("GS1 codes", () => {
  it("are taken apart in every form scanners send", () => {
    fc.assert(
      fc.property(gtin, value, value, count, fc.constantFrom("01", "02"), (item, batch, serial, quantity, ai) => {
        const pieces = ai === "01" ? { countsPieces: true } : {};
        const wanted = { gtin: item, quantity, batch, serial, expiry: "2026-12-31", ...pieces };
        const elements = (separator: string): string =>
          `${ai}${item}1726123110${batch}${separator}21${serial}${separator}${ai === "02" ? "37" : "30"}${quantity}`;
        for (const prefix of ["]C1", "]d2", "]Q3", "]e0", "", "\u001d", "]C1\u001d"])
          expect(decodeGs1(prefix + elements("\u001d"))).toEqual(wanted);
        for (const separator of [
          "~1",
          "\u2194",
          "<0x1D>",
          "%1D",
          "^",
          "$",
          "\u001e",
          "<GS>",
          "{GS}",
          "[FNC1]",
          "~",
          "|",
          "#",
          "^]",
          "\u241d",
        ])
          expect(decodeGs1(elements(separator))).toEqual(wanted);
        expect(decodeGs1(`(${ai})${item}(17)261231(10)${batch}(21)${serial}(${ai === "02" ? "37" : "30"})${quantity}`)).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it("that tell weights, measures and dates keep them apart from the count: nothing of them is taken for pieces", () => {
    for (const [elements, wanted] of [
      ["0109506000134352310300125010LOT", { quantity: null, batch: "LOT" }],
      ["010950600013435232020005002112", { quantity: null, serial: "12" }],
      ["]C10109506000134352392212345\u001d10B1", { quantity: null, batch: "B1" }],
      ["]C101095060001343521126010115270101", { quantity: null, expiry: null }],
      ["0209506000134352310300125037\u0031\u0032", { quantity: 12 }],
    ] as const)
      expect(decodeGs1(elements)).toMatchObject({ gtin: "09506000134352", ...wanted });
  });

  it("with a tilde and a 1 for FNC1, or a tilde alone, give the same batch and serial", () => {
    for (const code of ["010950600013435210LOT7~121SER", "010950600013435210LOT7~21SER", "010950600013435210LOT7~12117"])
      expect(decodeGs1(code)).toMatchObject({ batch: "LOT7", serial: code.endsWith("17") ? "17" : "SER" });
  });

  it("with elements in any order keep their GTIN", () => {
    expect(decodeGs1("]d210LOT7\u001d0104012345678901")).toMatchObject({ gtin: "04012345678901", batch: "LOT7" });
  });

  it("are refused when the check digit is wrong, an element is cut short, or the GTIN is missing", () => {
    for (const bad of ["]C10104012345678902", "]C1010401234567890117261", "]C110LOT", "0104012345678902", "010401234567890130", "]C1", ""])
      expect(decodeGs1(bad)).toBeNull();
  });

  it("in a symbol that says it is none are none", () => {
    expect(decodeGs1("]C00104012345678901")).toBeNull();
  });

  it("as a Digital Link give the same parts", () => {
    expect(decodeGs1("https://id.gs1.org/01/9506000134352/10/AB%2FC/21/7?17=261200&37=3")).toEqual({
      gtin: "09506000134352",
      quantity: 3,
      batch: "AB/C",
      serial: "7",
      expiry: "2026-12-31",
    });
    for (const bad of [
      "https://example.com/01/9506000134353",
      "https://example.com/tracking/0104012345678901",
      "https://example.com/01/9506000134352/10/%E0%A4%A",
    ])
      expect(() => decodeGs1(bad)).not.toThrow();
    expect(decodeGs1("https://example.com/01/9506000134353")).toBeNull();
  });

  it("as a Digital Link are read behind a scanner's AIM prefix too", () => {
    for (const prefix of ["]Q1", "]d1"])
      expect(decodeGs1(`${prefix}https://id.gs1.org/01/09506000134352/21/S9`)).toMatchObject({ gtin: "09506000134352", serial: "S9" });
  });

  it("never throw, whatever was scanned", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "grapheme", maxLength: 60 }),
          fc.string({ unit: fc.constantFrom(..."01230()]C1d2~\u001d"), maxLength: 40 }),
        ),
        (scanned) => {
          expect(() => readings(scanned)).not.toThrow();
        },
      ),
    );
  });
});

describe("reading a scan", () => {
  it("tries the plain code first, always", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          gtin.map((item) => `01${item}`),
        ),
        (scanned) => {
          expect(readings(scanned)[0]?.code).toBe(readPlain(scanned).code);
        },
      ),
    );
  });

  it("keeps a plain code that begins like GS1 whole unless it parses to its end", () => {
    for (const code of ["01-4711", "0104012345678", "0104012345678902", "02ABC", "0140123"]) expect(readings(code)).toHaveLength(1);
    expect(readings("0104012345678901").map(({ code }) => code)).toEqual(["0104012345678901", "04012345678901"]);
  });

  it("leaves the symbology identifier out", () => {
    expect(readPlain("]C0FT-1").code).toBe("FT-1");
    expect(readPlain("]E04012345678901").code).toBe("04012345678901");
  });

  it("reads UPC-E as the UPC-A it stands for", () => {
    expect(readings("04252614").map(({ code }) => code)).toContain(normaliseCode("042100005264"));
    expect(readings("]E001234565").map(({ code }) => code)).toContain(normaliseCode("012345000065"));
    expect(readings("04252615").map(({ code }) => code)).toEqual(["04252615"]);
  });

  it("tells quantity, batch, serial and expiry with the GTIN", () => {
    expect(readGs1("(02)04012345678901(37)12(10)L1(17)261231")).toEqual({
      text: "(02)04012345678901(37)12(10)L1(17)261231",
      code: "04012345678901",
      quantity: 12,
      batch: "L1",
      serial: null,
      expiry: "2026-12-31",
    });
  });
});
