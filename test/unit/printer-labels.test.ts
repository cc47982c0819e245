import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { testCodes } from "../../shared/doctor-codes.ts";
import { commands, readCommand } from "../../shared/scan.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import type { Log } from "../../electron/kit/log.ts";
import { sheetEntries } from "../../shared/command-sheet.ts";
import { createLabelMaker } from "../../electron/printer/label-maker.ts";
import { LABEL, type OwnLabelFacts } from "../../electron/printer/own-label.ts";
import { createRaster } from "../../electron/printer/raster.ts";
import { breakable, cleanText } from "../../electron/printer/text-breaks.ts";
import { testFolder } from "../fakes/folder.ts";

const warnings: string[] = [];
const log: Log = { info: () => {}, warn: (facts, words) => void warnings.push(`${words} ${JSON.stringify(facts)}`), error: () => {} };
const maker = createLabelMaker({ clock: systemClock, log });

const receiver = {
  name: "",
  organization: "",
  phone: "+65 9123 4567",
  email: "",
  address: "",
  district: "",
  city: "",
  state: "",
  postcode: "238859",
  country: "Singapore",
};
const facts: OwnLabelFacts = {
  parcelNo: "PB7K2MQX9MB2K4T1Z",
  sequence: 1,
  total: 2,
  ftNo: "FT2026112300017",
  orderNo: "SO-88213-A",
  salesChannel: "Shopee SG",
  receiver: { ...receiver, name: "Tan Wei Ling", address: "Blk 123 Ang Mo Kio Avenue 6 #12-345" },
  sender: { name: "Jurong Fulfillment", address: "12 Pioneer Crescent, Singapore 628555", phone: "+65 6123 4567" },
  carrier: { name: "Own fleet", type: "Standard" },
  deliveryInstruction: "Ring twice",
  packedAt: 1_795_000_000_000,
};

type Looked = Readonly<{
  text: string;
  fonts: string;
  codes: readonly string[];
  page: string;
  pages: number;
  words: readonly Readonly<{ top: number; bottom: number; left: number; right: number }>[];
}>;
/** Reads a PDF the way others do: poppler for text, fonts and places, zbar for the codes as printed at `dpi`. */
const look = (bytes: Uint8Array, dpi: number): Looked => {
  const folder = testFolder();
  const path = join(folder, "made.pdf");
  writeFileSync(path, bytes);
  const run = (command: string, ...words: readonly string[]): string =>
    execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  execFileSync("pdftoppm", ["-r", String(dpi), "-mono", path, path]);
  const info = run("pdfinfo", path);
  const boxes = run("pdftotext", "-bbox", path, "-");
  const pages = readdirSync(folder).filter((name) => name.endsWith(".pbm"));
  return {
    text: run("pdftotext", path, "-").normalize("NFC"),
    fonts: run("pdffonts", path),
    codes: run("zbarimg", "-q", ...pages.map((name) => join(folder, name)))
      .trim()
      .split("\n")
      .toSorted(),
    page: /Page size:\s+([\d.]+ x [\d.]+)/.exec(info)?.[1] ?? "",
    pages: Number(/Pages:\s+(\d+)/.exec(info)?.[1]),
    words: [...boxes.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"/g)].map((found) => ({
      left: Number(found[1]),
      top: Number(found[2]),
      right: Number(found[3]),
      bottom: Number(found[4]),
    })),
  };
};
const own = async (change: Partial<OwnLabelFacts>, dpi: number = 203): Promise<Looked> => {
  const made = await maker.ownLabel({ ...facts, ...change }, { dpi, paper: LABEL });
  if (!made.ok) throw new Error(made.failure.detail);
  return look(made.value.bytes, dpi);
};
const squeezed = (text: string): string => text.replaceAll(/\s+/g, "");

describe("the station's own label", () => {
  test("measures 100 × 150 mm, and its Code 128 and QR both read as the parcel number at printer resolution", async () => {
    const label = await own({});
    expect([label.page, label.pages]).toEqual(["283.465 x 425.197", 1]);
    expect(label.codes).toEqual(["CODE-128:PB7K2MQX9MB2K4T1Z", "QR-Code:PB7K2MQX9MB2K4T1Z"]);
    expect((await own({}, 300)).codes).toHaveLength(2);
    // The same through our own rasteriser, as a ZPL printer gets it
    const made = await maker.ownLabel(facts, { dpi: 203, paper: LABEL });
    const [page] = made.ok ? await (await createRaster()).rasterise("pdf", made.value.bytes, 203) : [];
    if (page === undefined) throw new Error("no page");
    const path = join(testFolder(), "raster.pbm");
    writeFileSync(path, Buffer.concat([Buffer.from(`P4\n${page.width} ${page.height}\n`), page.data]));
    const read = execFileSync("zbarimg", ["-q", path], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    expect(read.trim().split("\n").toSorted()).toEqual(label.codes);
  });

  test("says everything a driver needs", async () => {
    const { text } = await own({
      receiver: { ...facts.receiver, organization: "Lim Trading", district: "Ang Mo Kio", city: "Singapore", state: "SG" },
    });
    const expected = [
      "Tan Wei Ling",
      "Lim Trading",
      "+65 9123 4567",
      "Blk 123 Ang Mo Kio Avenue 6 #12-345",
      "Ang Mo Kio, Singapore, SG",
      "238859",
      "SINGAPORE",
    ];
    for (const words of [
      ...expected,
      "Jurong Fulfillment",
      "SO-88213-A",
      "Shopee SG",
      "FT2026112300017",
      "Own fleet · Standard",
      "PARCEL 1 of 2",
      "Ring twice",
      facts.parcelNo,
    ]) {
      expect(squeezed(text)).toContain(squeezed(words));
    }
    expect((await own({ total: null, sequence: 3 })).text).toContain("PARCEL 3");
  });

  test.each([
    ["Latin", "Maximiliane-Søren Østergård Łukasz", "NotoSans-Bold"],
    ["Vietnamese", "Nguyễn Thị Hồng Phượng", "NotoSans-Bold"],
    ["Vietnamese in loose accents", "Nguyễn Thị Hồng Phượng".normalize("NFD"), "NotoSans-Bold"],
    ["Cyrillic", "Анна Ивановна", "NotoSans-Bold"],
    ["Greek", "Ελένη Παπαδοπούλου", "NotoSans-Bold"],
    ["Chinese", "王小明（收）", "NotoSansSC"],
    ["Chinese, traditional", "臺灣 陳怡君", "NotoSansSC"],
    ["Japanese", "さくら 田中", "NotoSansSC"],
    ["Korean", "김민수", "NotoSansKR"],
    ["Thai", "สมชาย ใจดี", "NotoSansThai"],
    ["Arabic", "أحمد عبد الله", "NotoNaskhArabic"],
    ["Hebrew", "דוד כהן", "NotoSansHebrew"],
    ["Lao", "ວຽງຈັນ", "NotoSansLao"],
    ["Khmer", "ភ្នំពេញ", "NotoSansKhmer"],
    ["Burmese", "ရန်ကုန်", "NotoSansMyanmar"],
    ["Tamil", "தமிழ்", "NotoSansTamil"],
    ["Hindi", "दिल्ली", "NotoSans-Bold"],
  ])("prints %s from an embedded font, with nothing missing", async (_script, name, font) => {
    warnings.length = 0;
    const label = await own({ receiver: { ...facts.receiver, name } });
    expect(warnings).toEqual([]);
    expect(label.fonts).toContain(font);
    // Every font is embedded and says which letters its glyphs are
    for (const line of label.fonts.trim().split("\n").slice(2)) expect(line).toMatch(/yes\s+yes\s+yes/);
    expect(label.text).not.toContain("\uFFFD");
    expect(label.codes).toHaveLength(2);
  });

  test("text comes back from the PDF in its own order, right-to-left scripts included", async () => {
    for (const name of ["王小明", "สมชาย", "Анна Ивановна", "김민수"]) {
      expect(squeezed((await own({ receiver: { ...facts.receiver, name } })).text)).toContain(squeezed(name));
    }
    // Noto draws some accents as glyphs of their own, which PDF readers lose in the text (not on the paper)
    const bare = (text: string): string => squeezed(text.normalize("NFD").replaceAll(/\p{Mn}/gu, ""));
    expect(bare((await own({ receiver: { ...facts.receiver, name: "Nguyễn Thị Hồng Phượng" } })).text)).toContain(
      bare("Nguyễn Thị Hồng Phượng"),
    );
    const arabic = (await own({ receiver: { ...facts.receiver, name: "أحمد عبد الله (12)" } })).text.normalize("NFKC");
    for (const word of ["أحمد", "عبد", "12"]) expect(arabic).toContain(word);
  });

  test("a letter no font has is printed as a visible mark and logged, never dropped", async () => {
    warnings.length = 0;
    const label = await own({ receiver: { ...facts.receiver, name: "Tan \u{13000} Ling" } });
    expect(squeezed(label.text)).toContain("Tan\uFFFDLing");
    expect(warnings.join()).toContain("U+13000");
  });

  test("marks that steer direction, line ends and control characters can't disturb the label", () => {
    expect(cleanText("Tan\u202e\r\nWei\u0000\tLing\u2066 ")).toBe("Tan Wei Ling");
  });

  test("whatever its length, text never reaches a code or leaves the label", async () => {
    const long = "Very long words without any end ";
    const change: Partial<OwnLabelFacts> = {
      receiver: {
        ...receiver,
        name: long.repeat(10),
        organization: "O".repeat(300),
        address: long.repeat(40),
        city: "北京市朝阳区建国路".repeat(20),
        postcode: "1234567890123",
        country: "Saint Vincent and the Grenadines",
      },
      sender: { name: long.repeat(4), address: long.repeat(20), phone: "+".repeat(60) },
      carrier: { name: long.repeat(3), type: "Standard" },
      orderNo: "ORDER".repeat(20),
      deliveryInstruction: "الرجاء الاتصال قبل التسليم ".repeat(30),
      sequence: 100,
      total: 120,
    };
    const label = await own(change);
    expect(label.codes).toHaveLength(2);
    const mm = (points: number): number => (points / 72) * 25.4;
    for (const word of label.words) {
      expect(mm(word.left)).toBeGreaterThan(2);
      expect(mm(word.right)).toBeLessThan(98);
      const [top, bottom] = [mm(word.top), mm(word.bottom)];
      // Code 128 at 113–137 mm; QR right of 68 mm at 84.5–110.5 mm (font boxes are taller than their ink)
      expect(bottom < 113.5 || top > 136, `a word at ${top.toFixed(1)}–${bottom.toFixed(1)} mm lies on the bars`).toBe(true);
      expect(mm(word.right) < 68.5 || bottom < 85.5 || top > 110, `a word at ${top.toFixed(1)} mm lies on the QR`).toBe(true);
    }
  });

  test("a number that can't be a barcode is a failure with words", async () => {
    expect(await maker.ownLabel({ ...facts, parcelNo: "包裹一号" }, { dpi: 203, paper: LABEL })).toMatchObject({
      ok: false,
      failure: { kind: "label-unreadable" },
    });
  });

  test("lines end after spaces, and between the words of scripts without spaces, never before a closing sign", () => {
    expect(breakable("Blk 12/3-A, Ang Mo Kio")).toEqual(["Blk ", "12/3-A, ", "Ang ", "Mo ", "Kio"]);
    const chinese = breakable("北京市朝阳区（建国路）88号。");
    expect(chinese.length).toBeGreaterThan(3);
    expect(chinese.join("")).toBe("北京市朝阳区（建国路）88号。");
    for (const part of chinese) expect(part).not.toMatch(/^[）。]/);
    expect(breakable("หมู่บ้านสุขสันต์").length).toBeGreaterThan(1);
  });
});

describe("the test print and the command sheet", () => {
  test("the test print carries rulers of 80 mm across and 100 mm down, the station's name and a code for the scanner", async () => {
    const made = await maker.testLabel({ stationId: "Bench 1", printer: "cups:label", at: 0, code: "PBTEST7" }, { dpi: 203, paper: LABEL });
    if (!made.ok) throw new Error(made.failure.detail);
    const label = look(made.value.bytes, 203);
    expect(label.codes).toEqual(["CODE-128:PBTEST7", "QR-Code:PBTEST7"]);
    for (const words of ["Bench 1", "cups:label", "80 mm across", "100 mm down"]) expect(label.text).toContain(words);
  });

  test("the sheet has every command that belongs on it, each reads back, and the engine understands each", async () => {
    const made = await maker.commandSheet([], null);
    if (!made.ok) throw new Error(made.failure.detail);
    const sheet = look(made.value.bytes, 300);
    expect([sheet.page, sheet.pages]).toEqual(["595.276 x 841.89", 2]);
    const expected = sheetEntries().map(({ code }) => `CODE-128:${code}`);
    expect(sheet.codes).toEqual(expected.toSorted());
    for (const { word } of commands.filter((command) => command.sheet))
      expect(expected.some((code) => code.startsWith(`CODE-128:${word}`))).toBe(true);
    for (const { code, title } of sheetEntries()) {
      expect(readCommand(code)).not.toBe("unknown");
      expect(sheet.text).toContain(title);
    }
    expect(expected).toEqual(
      expect.arrayContaining(
        ["CMDQTY2", "CMDQTY5", "CMDQTY10", "CMDBOXS", "CMDBOXM", "CMDBOXL", "CMDBOXXL", "CMDHOLD", "CMDHOLDDAMAGED", "CMDREPRINT"].map(
          (code) => `CODE-128:${code}`,
        ),
      ),
    );
  });
});

describe("the scanner's test sheet", () => {
  test.each([203, 300])("bears the doctor's three codes, readable at %i dpi, on one label", async (dpi) => {
    const made = await maker.scannerSheet(dpi);
    if (!made.ok) throw new Error(made.failure.detail);
    const sheet = look(made.value.bytes, dpi);
    expect([sheet.page, sheet.pages]).toEqual(["283.465 x 425.197", 1]);
    const [letters, digits, gs1] = testCodes.map(({ text }) => text);
    expect(sheet.codes.join("\n")).toContain(`CODE-128:${letters}`);
    expect(sheet.codes.join("\n")).toContain(`CODE-128:${digits}`);
    expect(sheet.codes.join("\n").replaceAll("\u001d", "|")).toContain((gs1 ?? "").replaceAll("\u001d", "|"));
    for (const { shown } of testCodes) expect(sheet.text).toContain(shown);
  });
});

describe("the parking slip of a box that waits for its label", () => {
  test("bears the parcel number to scan, whose box it is, and can't be taken for a shipping label", async () => {
    const slip = {
      parcelNo: facts.parcelNo,
      sequence: 2,
      maySplit: true,
      ftNo: facts.ftNo,
      orderNo: facts.orderNo,
      salesChannel: "Shopee SG",
      receiver: "Nguyễn Văn Hồng Ánh",
      carrier: "J&T Express",
      stationId: "Bench 7",
      closedAt: facts.packedAt,
    };
    const made = await maker.parkingSlip(slip, { dpi: 203, paper: LABEL });
    if (!made.ok) throw new Error(made.failure.detail);
    const label = look(made.value.bytes, 203);
    expect([label.page, label.pages]).toEqual(["283.465 x 425.197", 1]);
    expect(label.codes).toEqual([`CODE-128:${facts.parcelNo}`, `QR-Code:${facts.parcelNo}`]);
    for (const words of [facts.parcelNo, facts.ftNo, `Order ${facts.orderNo}`, "Parcel 2", "Nguyễn Văn Hồng Ánh", "WAITING FOR LABEL"])
      expect(label.text).toContain(words);
    expect(label.text).toMatch(/not a shipping label/);
  });
});
