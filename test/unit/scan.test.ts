import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commands, normaliseCode, readCommand, verdictKinds, verdictLooks } from "../../shared/scan.ts";

const letterCase = (word: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
    .map((upper) => [...word].map((letter, index) => (upper[index] === true ? letter : letter.toLowerCase())).join(""));

const word = fc.constantFrom(...commands);
const rest = fc.string({ unit: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), minLength: 1, maxLength: 12 });

describe("command scans", () => {
  it("are read in any letter case, with spaces around and behind an AIM identifier", () => {
    fc.assert(
      fc.property(
        word.chain(({ word: name, takes }) =>
          fc.tuple(letterCase(name + (takes === "number" || takes === "amount" ? "7" : takes === "code" ? "X1" : "")), fc.constant(name)),
        ),
        fc.constantFrom("", " ", "]C0", "]A0"),
        ([typed, name], before) => {
          expect(readCommand(`${before}${typed} `)).toMatchObject({ word: name });
        },
      ),
    );
  });

  it("that take nothing must stand alone: no word swallows another", () => {
    fc.assert(
      fc.property(word, rest, ({ word: name, takes }, more) => {
        const read = readCommand(name + more);
        if (takes !== "nothing" || read === null) return;
        if (read !== "unknown")
          expect(commands.some((other) => other.word === read.word && (name + more).startsWith(other.word))).toBe(true);
        if (!commands.some((other) => (name + more).startsWith(other.word) && other.word !== name)) expect(read).toBe("unknown");
      }),
    );
  });

  it("carry what follows the word", () => {
    expect(readCommand("cmdbox mailer-2")).toEqual({ word: "CMDBOX", rest: "MAILER-2" });
    expect(readCommand("CMDQTY12")).toEqual({ word: "CMDQTY", rest: "12" });
    expect(readCommand("CMDHOLD")).toEqual({ word: "CMDHOLD", rest: "" });
    expect(readCommand("CMDHOLDDAMAGED")).toEqual({ word: "CMDHOLD", rest: "DAMAGED" });
    expect(readCommand("CMDNEWPARCEL")).toEqual({ word: "CMDNEWPARCEL", rest: "" });
  });

  it("with a quantity that counts nothing, or without what they need, are unknown, not something else", () => {
    for (const bad of ["CMDQTY", "CMDQTY-1", "CMDQTY1.5", "CMDQTY1234567", "CMDQTYX", "CMDBOX", "CMDCARRIER", "CMD", "CMDFLY"])
      expect(readCommand(bad)).toBe("unknown");
  });

  it("are words of letters only, each beginning with CMD, so that no keyboard layout mangles them beyond its alternates", () => {
    for (const { word: name } of commands) expect(name).toMatch(/^CMD[A-Z]+$/);
    expect(new Set(commands.map(({ word: name }) => name)).size).toBe(commands.length);
    const keys = commands.map(({ key }) => key).filter((key) => key !== null);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("are no other scans", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((text) => !/cmd/i.test(text)),
        (text) => void expect(readCommand(text)).toBeNull(),
      ),
    );
  });
});

const withCheckDigit = (body: string): string => {
  const sum = [...body].toReversed().reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return body + String((10 - (sum % 10)) % 10);
};
const gtinBody = (length: number) => fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length - 1, maxLength: length - 1 });

describe("the form in which codes are compared", () => {
  it("doesn't change when it is made again, whatever the code", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (code) => {
        const once = normaliseCode(code);
        expect(normaliseCode(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is the same for every letter case and for spaces around", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (code) => {
        expect(normaliseCode(` ${code.toLowerCase()}\t`)).toBe(normaliseCode(code));
        expect(normaliseCode(code.toUpperCase())).toBe(normaliseCode(code));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is the same for the full-width characters of an input method", () => {
    expect(normaliseCode("ＦＴ－００１")).toBe("FT-001");
  });

  it("writes a GTIN of 8, 12, 13 or 14 digits with 14, and only with a right check digit", () => {
    for (const length of [8, 12, 13, 14])
      fc.assert(
        fc.property(gtinBody(length), fc.integer({ min: 1, max: 9 }), (body, off) => {
          const right = withCheckDigit(body);
          const wrong = body + String((Number(right.at(-1)) + off) % 10);
          expect(normaliseCode(right)).toBe(right.padStart(14, "0"));
          expect(normaliseCode(wrong)).toBe(wrong);
        }),
      );
    expect(normaliseCode("036000291452")).toBe(normaliseCode("0036000291452"));
  });

  it("keeps codes apart that differ in more than that", () => {
    for (const [a, b] of [
      ["SKU-1", "SKU1"],
      ["001", "1"],
      ["A B", "AB"],
      ["4012345678901", "4012345678902"],
    ] as const)
      expect(normaliseCode(a)).not.toBe(normaliseCode(b));
  });
});

describe("verdicts", () => {
  it("wrong item and over-scan neither look nor sound alike, and every kind has a look", () => {
    expect(verdictLooks["wrong-item"].sound).not.toBe(verdictLooks["over-scan"].sound);
    expect(verdictLooks["wrong-item"].tone).not.toBe(verdictLooks["over-scan"].tone);
    expect(Object.keys(verdictLooks).toSorted()).toEqual([...verdictKinds].toSorted());
  });
});
