import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { bytesPerRow, type Bitmap } from "../../electron/printer/bitmap.ts";

const run = promisify(execFile);
const MOST_BYTES = 64_000_000;

/** Every page of a PDF as poppler draws it: the station's own eyes are not asked. */
export const drawPages = async (path: string, dpi: number): Promise<readonly Bitmap[]> => {
  const { stdout } = await run("pdftoppm", ["-r", String(dpi), "-mono", path], { encoding: "buffer", maxBuffer: MOST_BYTES });
  const pages: Bitmap[] = [];
  for (let at = 0; at < stdout.length;) {
    const head = /^P4\s(\d+)\s(\d+)\s/.exec(stdout.toString("latin1", at, at + 40));
    if (head === null) throw new Error(`${path}: poppler's picture has no head`);
    const [width, height] = [Number(head[1]), Number(head[2])];
    const from = at + head[0].length;
    at = from + bytesPerRow(width) * height;
    pages.push({ width, height, data: new Uint8Array(stdout.subarray(from, at)) });
  }
  return pages;
};

/** The smallest box that holds all ink, in dots: left, top, right, bottom. */
export const inkBox = ({ width, height, data }: Bitmap): readonly [number, number, number, number] => {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (((data[y * bytesPerRow(width) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0) continue;
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  }
  return [left, top, right, bottom];
};
