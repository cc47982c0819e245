import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { bytesPerRow, type Bitmap } from "../../electron/printer/bitmap.ts";
import { sheetEntries } from "../../shared/command-sheet.ts";
import type { LabelDocument } from "../../electron/printer/format.ts";
import { createLabelMaker } from "../../electron/printer/label-maker.ts";
import type { OwnLabelFacts } from "../../electron/printer/own-label.ts";
import type { PackingSlipFacts } from "../../electron/printer/packing-slip.ts";
import { createRaster } from "../../electron/printer/raster.ts";
import type { Result } from "../../shared/failures.ts";
import { paperSizes, TEST_RULERS } from "../../shared/printers.ts";
import { testFolder } from "../fakes/folder.ts";

const maker = createLabelMaker({ clock: systemClock, log: silentLog });

const receiver = {
  name: "Tan Wei Ling",
  organization: "",
  phone: "+65 9123 4567",
  email: "",
  address: "Blk 123 Ang Mo Kio Avenue 6 #12-345",
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
  receiver,
  sender: { name: "Jurong Fulfillment", address: "12 Pioneer Crescent, Singapore 628555", phone: "+65 6123 4567" },
  carrier: { name: "Own fleet", type: "Standard" },
  deliveryInstruction: "Ring twice",
  packedAt: 1_795_000_000_000,
};

const bytesOf = async (made: Promise<Result<LabelDocument>>): Promise<Uint8Array> => {
  const document = await made;
  if (!document.ok) throw new Error(document.failure.detail);
  return document.value.bytes;
};

/** Reads a PDF the way others do: poppler for text and sizes, zbar for the codes of every page as printed at `dpi`. */
const look = (bytes: Uint8Array, dpi: number) => {
  const folder = testFolder();
  const path = join(folder, "made.pdf");
  writeFileSync(path, bytes);
  const run = (command: string, ...words: readonly string[]): string =>
    execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  // zbar ends with 4 where a page has no code
  const codesOn = (picture: string): readonly string[] => {
    const read = spawnSync("zbarimg", ["-q", picture], { encoding: "utf8" });
    if (read.status !== 0 && read.status !== 4) throw new Error(`zbarimg: ${read.stderr}`);
    return read.stdout.split("\n").filter((line) => line !== "");
  };
  run("pdftoppm", "-r", String(dpi), "-mono", path, join(folder, "page"));
  const pages = readdirSync(folder).filter((name) => name.endsWith(".pbm"));
  const info = run("pdfinfo", path);
  return {
    text: run("pdftotext", path, "-").normalize("NFC"),
    codes: pages.flatMap((name) => codesOn(join(folder, name))).toSorted(),
    page: /Page size:\s+([\d.]+ x [\d.]+)/.exec(info)?.[1] ?? "",
    pages: pages.length,
  };
};

const squeezed = (text: string): string => text.replaceAll(/\s+/g, "");
const MARK_MM = 0.125;
const isBlack = ({ width, data }: Bitmap, x: number, y: number): boolean =>
  ((data[y * bytesPerRow(width) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
/** The longest unbroken black lines across and down, in dots: the rulers. */
const rulersOf = async (bytes: Uint8Array, dpi: number): Promise<Readonly<{ across: number; down: number }>> => {
  const [bitmap] = await (await createRaster()).rasterise("pdf", bytes, dpi);
  if (bitmap === undefined) throw new Error("nothing was drawn");
  const longest = (lines: number, length: number, at: (line: number, step: number) => boolean): number => {
    let most = 0;
    for (let line = 0; line < lines; line++) {
      for (let step = 0, run = 0; step < length; step++) {
        run = at(line, step) ? run + 1 : 0;
        if (run > most) most = run;
      }
    }
    return most;
  };
  return {
    across: longest(bitmap.height, bitmap.width, (y, x) => isBlack(bitmap, x, y)),
    down: longest(bitmap.width, bitmap.height, (x, y) => isBlack(bitmap, x, y)),
  };
};

describe("on other papers", () => {
  test.each(["100x150", "4x6", "A6"] as const)("the sheet on %s labels has every command, and each reads back at 203 dpi", async (name) => {
    const found = look(await bytesOf(maker.commandSheet([], { dpi: 203, paper: paperSizes[name] })), 203).codes;
    expect(sheetEntries().filter(({ code }) => !found.includes(`CODE-128:${code}`))).toEqual([]);
  });

  test.each([
    ["4x6", 300, "288 x 432"],
    ["A6", 203, "297.638 x 419.528"],
    ["A4", 300, "595.276 x 841.89"],
  ] as const)("the own label on %s at %d dpi fits its page and reads back", async (name, dpi, page) => {
    const label = look(await bytesOf(maker.ownLabel(facts, { dpi, paper: paperSizes[name] })), dpi);
    expect([label.page, label.pages]).toEqual([page, 1]);
    expect(label.codes).toEqual([`CODE-128:${facts.parcelNo}`, `QR-Code:${facts.parcelNo}`]);
  });

  test.each([
    ["100x150", 203],
    ["A6", 300],
    ["letter", 300],
  ] as const)("the test print's rulers are real millimetres on %s at %d dpi, to a dot", async (name, dpi) => {
    const bytes = await bytesOf(
      maker.testLabel({ stationId: "B", printer: "p", at: 0, code: "PBTEST9" }, { dpi, paper: paperSizes[name] }),
    );
    const { across, down } = await rulersOf(bytes, dpi);
    // The first and the last mark stand astride the line's ends
    const dots = (mm: number): number => ((mm + MARK_MM) * dpi) / 25.4;
    expect(Math.abs(across - dots(TEST_RULERS.acrossMm))).toBeLessThanOrEqual(1);
    expect(Math.abs(down - dots(TEST_RULERS.downMm))).toBeLessThanOrEqual(1);
  });
});

describe("the packing slip", () => {
  const slip: PackingSlipFacts = {
    parcelNo: facts.parcelNo,
    sequence: 2,
    total: 3,
    ftNo: facts.ftNo,
    orderNo: facts.orderNo,
    salesChannel: "Shopee SG",
    receiver: { ...receiver, name: "Nguyễn Văn Hồng" },
    sender: { name: "Jurong Fulfillment", address: "1 Tuas", phone: "" },
    lines: ["Blue mug", "王小明 马克杯", "ผ้าเช็ดหน้า", "قلم حبر"].map((name, index) => ({ qty: index + 1, name, code: `SKU-${index}` })),
    packedAt: facts.packedAt,
  };
  const lines = (count: number) =>
    Array.from({ length: count }, (_one, index) => ({ qty: 2, name: `Item ${index}`, code: `SKU-${index}` }));

  test("says what is in the parcel in any script, for whom and which of how many; its code is the order's, never the parcel's", async () => {
    const made = look(await bytesOf(maker.packingSlip(slip, { dpi: 203, paper: paperSizes["100x150"] })), 203);
    expect([made.page, made.pages]).toEqual(["283.465 x 425.197", 1]);
    expect(made.codes).toEqual([`QR-Code:${facts.orderNo}`]);
    for (const words of ["PACKING SLIP", "Parcel 2 of 3", "Nguyễn Văn Hồng", "Blue mug", "马克杯", "1 ×", "4 ×", "4 lines · 10 units"])
      expect(squeezed(made.text)).toContain(squeezed(words));
  });

  test.each([
    ["100x150", 40],
    ["A6", 9],
    ["A4", 120],
  ] as const)("has as many %s pages as its %d lines need, each line once", async (name, count) => {
    const bytes = await bytesOf(maker.packingSlip({ ...slip, lines: lines(count) }, { dpi: 203, paper: paperSizes[name] }));
    const { text, pages } = look(bytes, 203);
    const found = [...text.matchAll(/Item (\d+)/g)].map(([, index]) => Number(index));
    expect(found.toSorted((a, b) => a - b)).toEqual(lines(count).map((_one, index) => index));
    if (pages > 1) expect(text).toContain(`page ${pages} of ${pages}`);
    expect(text).toContain(`${count} lines · ${2 * count} units`);
  });
});
