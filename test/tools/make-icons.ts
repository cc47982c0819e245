// Draws resources/icons/packbench.svg as the PNG and ICO that the installers need: node test/tools/make-icons.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../fakes/chromium.ts";

const folder = join(import.meta.dirname, "../../resources/icons");
const svg = readFileSync(join(folder, "packbench.svg"), "utf8");
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
const PNG_SIZE = 512;
const HEADER_BYTES = 6;
const ENTRY_BYTES = 16;

/** An .ico holds PNGs behind a table of sizes and offsets; 256 is written as 0. */
const ico = (pictures: readonly Readonly<{ size: number; png: Buffer }>[]): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = HEADER_BYTES + ENTRY_BYTES * pictures.length;
  const entries = pictures.map(({ size, png }) => {
    const entry = Buffer.alloc(ENTRY_BYTES);
    entry.writeUInt8(size % 256, 0);
    entry.writeUInt8(size % 256, 1);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += png.length;
    return entry;
  });
  return Buffer.concat([header, ...entries, ...pictures.map(({ png }) => png)]);
};

const browser = await launchChromium();
const page = await browser.newPage({ viewport: { width: PNG_SIZE, height: PNG_SIZE } });
const draw = async (size: number): Promise<Buffer> => {
  await page.setContent(`<style>html,body{margin:0;background:none}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } });
};
writeFileSync(join(folder, "packbench.png"), await draw(PNG_SIZE));
const pictures = [];
for (const size of ICO_SIZES) pictures.push({ size, png: await draw(size) });
writeFileSync(join(folder, "packbench.ico"), ico(pictures));
await browser.close();
