import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { bytesPerRow, type Bitmap } from "../../electron/printer/bitmap.ts";
import { decodeBitmapPng, encodeBitmapPng } from "../../electron/printer/bitmap-png.ts";
import { judgeLabel, nobodyElse } from "../../electron/printer/preflight-judge.ts";
import { createRasteriser } from "../../electron/printer/rasteriser.ts";
import { testFolder } from "../fakes/folder.ts";
import { labelCorpus, type CorpusLabel } from "../fakes/label-corpus.ts";

const DPI = 203;
/** Six seconds on a quiet machine; a hundred pictures and as many programs take longer on a busy one. */
const PATIENCE_MS = 90_000;
/** Letters of type 7 have strokes of half a dot, which each renderer blackens where it likes; bars and solids have none such. */
const HAIRS = 6;
const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
afterAll(() => rasteriser.stop());

const isBlack = ({ data, width }: Bitmap, x: number, y: number): boolean =>
  ((data[y * bytesPerRow(width) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;

/** The smallest box that holds all ink: first and last dot across and down. */
const inkBox = ({ data, width, height }: Bitmap): readonly [number, number, number, number] => {
  const row = bytesPerRow(width);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    const line = data.subarray(y * row, (y + 1) * row);
    const first = line.findIndex((byte) => byte !== 0);
    if (first < 0) continue;
    const last = line.findLastIndex((byte) => byte !== 0);
    [top, bottom] = [Math.min(top, y), y];
    left = Math.min(left, first * 8 + Math.clz32(line[first] ?? 0) - 24);
    right = Math.max(right, last * 8 + 7 - (31 - Math.clz32((line[last] ?? 0) & -(line[last] ?? 0))));
  }
  return [left, top, right, bottom];
};

/** Dots that are black here and white in the other picture at and all around the same place. */
const strays = (ours: Bitmap, theirs: Bitmap): number => {
  let stray = 0;
  for (let y = 0; y < ours.height; y++) {
    for (let x = 0; x < ours.width; x++) {
      if ((x & 7) === 0 && ours.data[y * bytesPerRow(ours.width) + (x >> 3)] === 0) {
        x += 7;
        continue;
      }
      if (!isBlack(ours, x, y) || isBlack(theirs, x, y)) continue;
      let near = false;
      for (let down = -1; down <= 1 && !near; down++)
        for (let across = -1; across <= 1 && !near; across++) near = isBlack(theirs, x + across, y + down);
      if (!near) stray += 1;
    }
  }
  return stray;
};

const readPbm = (path: string): Bitmap => {
  const bytes = readFileSync(path);
  const head = /^P4\s+(\d+)\s+(\d+)\s/.exec(bytes.toString("latin1", 0, 32));
  return { width: Number(head?.[1]), height: Number(head?.[2]), data: new Uint8Array(bytes.subarray(head?.[0].length)) };
};

/** The first page by poppler, of the same box. */
const byPoppler = ({ name, bytes, box }: CorpusLabel, folder: string): Bitmap => {
  const path = join(folder, `${name.replaceAll(/\W+/g, "-")}.pdf`);
  writeFileSync(path, bytes);
  const made = spawnSync("pdftoppm", ["-r", String(DPI), "-mono", "-singlefile", ...(box === "crop" ? ["-cropbox"] : []), path, path]);
  if (made.status !== 0) throw new Error(`pdftoppm: ${made.stderr.toString()}`);
  return readPbm(`${path}.pbm`);
};

const dots = (mm: number, dpi = DPI): number => (mm / 25.4) * dpi;
const preflight = async (label: CorpusLabel, dpi = DPI) => {
  const made = await rasteriser.preflight({ format: "pdf", bytes: label.bytes }, dpi);
  if (!made.ok) throw new Error(`${label.name}: ${made.failure.detail}`);
  return made.value;
};

describe("labels of every make", { timeout: PATIENCE_MS }, () => {
  let corpus: readonly CorpusLabel[] = [];
  beforeAll(async () => {
    corpus = await labelCorpus();
  });

  test("there are at least forty, from 1 to 300 KB", () => {
    const sizes = corpus.map(({ bytes }) => bytes.length);
    expect(corpus.length).toBeGreaterThanOrEqual(40);
    expect(Math.max(...sizes)).toBeGreaterThan(250_000);
    expect(Math.max(...sizes)).toBeLessThan(310_000);
  });

  test("each has its exact size, its ink lies within one dot of the truth and of poppler's, and its own number is read back", async () => {
    const folder = testFolder();
    const found: string[] = [];
    for (const label of corpus) {
      const { pages, pngs, codes, trouble } = await preflight(label);
      const say = (fault: string): void => void found.push(`${label.name}: ${fault}`);
      const [page] = pages;
      if (page === undefined || codes === null) {
        say(`no page or no reader (${trouble})`);
        continue;
      }
      if (pages.length !== label.pages) say(`${pages.length} pages instead of ${label.pages}`);
      if (Math.abs(page.width - dots(label.widthMm)) > 0.51 || Math.abs(page.height - dots(label.heightMm)) > 0.51)
        say(`${page.width} × ${page.height} dots instead of ${dots(label.widthMm).toFixed(1)} × ${dots(label.heightMm).toFixed(1)}`);
      const ink = inkBox(page);
      const truth = label.ink.map((mm, side) => dots(mm) - (side < 2 ? 0 : 1));
      if (ink.some((edge, side) => Math.abs(edge - (truth[side] ?? 0)) > 1))
        say(`ink at ${ink.join(", ")} instead of ${truth.map((edge) => edge.toFixed(1)).join(", ")}`);
      const judged = judgeLabel({ codes, trackingNo: label.trackingNo, others: nobodyElse });
      if (judged.outcome !== "match") say(`${judged.outcome}, ${judged.words}`);
      const kept = pngs[0] === undefined ? null : decodeBitmapPng(pngs[0]);
      if (kept === null || Buffer.compare(kept.data, page.data) !== 0) say("what is kept is not what was drawn");
      // Poppler has no way to show the trim box
      if (label.box === "trim") continue;
      const theirs = byPoppler(label, folder);
      const theirInk = inkBox(theirs);
      if (Math.abs(page.width - theirs.width) > 1 || Math.abs(page.height - theirs.height) > 1)
        say(`poppler makes ${theirs.width} × ${theirs.height}`);
      // Poppler shakes the dots of a picture that it shrinks
      if (label.vector && ink.some((edge, side) => Math.abs(edge - (theirInk[side] ?? 0)) > 1))
        say(`ink at ${ink.join(", ")}, poppler's at ${theirInk.join(", ")}`);
      if (label.vector && strays(page, theirs) > HAIRS) say(`${strays(page, theirs)} dots lie further than one dot from poppler's`);
    }
    expect(found).toEqual([]);
  });

  test.each([300, 600])("at %i dpi the outline is exact and the number is read back too", async (dpi) => {
    const chosen = corpus.filter(({ name }) =>
      /^(plain 4x6in|turned by 90, 100x150|crop box at 13|crop marks, turned by 90|GS1|PDF417)/.test(name),
    );
    expect(chosen.length).toBe(6);
    for (const label of chosen) {
      const { pages, codes } = await preflight(label, dpi);
      const [page] = pages;
      if (page === undefined) throw new Error("no page");
      const truth = label.ink.map((mm, side) => dots(mm, dpi) - (side < 2 ? 0 : 1));
      inkBox(page).forEach((edge, side) => expect(Math.abs(edge - (truth[side] ?? 0)), label.name).toBeLessThanOrEqual(1));
      expect(judgeLabel({ codes: codes ?? [], trackingNo: label.trackingNo, others: nobodyElse }).outcome, label.name).toBe("match");
    }
  });

  test("a page that is turned, cropped, marked or blank goes to a spooler as a plain page of the same dots, every other one unchanged", async () => {
    const folder = testFolder();
    for (const label of corpus.filter(({ name }) =>
      /^(plain 4x6in|turned by 90, 4x6|crop box at 20, 30, turned by 90|crop marks, turned by 0|media box at 72, 144, turned by 0|a blank)/.test(
        name,
      ),
    )) {
      const made = await rasteriser.toPdf({ format: "pdf", bytes: label.bytes }, DPI);
      if (!made.ok) throw new Error(made.failure.detail);
      if (label.name.startsWith("plain")) {
        expect(Buffer.compare(made.value, label.bytes)).toBe(0);
        continue;
      }
      const inspected = await rasteriser.inspect({ format: "pdf", bytes: made.value });
      if (!inspected.ok) throw new Error(inspected.failure.detail);
      expect(inspected.value.pages.map(({ plain, blank }) => ({ plain, blank }))).toEqual(
        Array(label.pages).fill({ plain: true, blank: false }),
      );
      const [again] = (await preflight({ ...label, bytes: made.value })).pages;
      const [ours] = (await preflight(label)).pages;
      expect(again && ours && Buffer.compare(again.data, ours.data), label.name).toBe(0);
      // And by another renderer
      const theirs = byPoppler({ ...label, name: `${label.name} again`, bytes: made.value, box: "media" }, folder);
      expect(ours && strays(ours, theirs), label.name).toBe(0);
    }
  });
});

describe("dots that are kept", () => {
  test("come back as they were, whatever the width", () => {
    for (const width of [1, 7, 8, 9, 799]) {
      const row = bytesPerRow(width);
      const data = Uint8Array.from({ length: row * 5 }, (_byte, index) => (index * 37) & 0xff);
      for (let y = 0; y < 5; y++) data[(y + 1) * row - 1] = (data[(y + 1) * row - 1] ?? 0) & (0xff << (row * 8 - width));
      const again = decodeBitmapPng(encodeBitmapPng({ width, height: 5, data }));
      expect([again.width, again.height]).toEqual([width, 5]);
      expect(Buffer.compare(again.data, data)).toBe(0);
    }
  });
  test("damage is told, not drawn", () => {
    expect(() => decodeBitmapPng(Buffer.alloc(60, 3))).toThrow();
  });
});
