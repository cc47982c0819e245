import { crc32, deflateSync, inflateSync } from "node:zlib";
import { bytesPerRow, type Bitmap } from "./bitmap.ts";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Grey of one bit, deflate, the usual filters, not interlaced (PNG 3rd edition, 11.2.1). */
const ONE_BIT_GREY = Buffer.from([1, 0, 0, 0, 0]);
const HEAD_LENGTH = 13;
/** Length, name and checksum around a chunk's data. */
const CHUNK_FRAME = 12;

const chunk = (name: string, data: Buffer): Buffer => {
  const framed = Buffer.alloc(data.length + CHUNK_FRAME);
  framed.writeUInt32BE(data.length, 0);
  framed.write(name, 4, "latin1");
  data.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length);
  return framed;
};

/**
 * A page of dots as a PNG of one bit a dot, 5 to 30 KB for a label: small enough to keep, and a browser shows it as it is. The PNG package
 * here writes eight bits a dot and takes fifty times as long.
 */
export const encodeBitmapPng = ({ width, height, data }: Bitmap): Uint8Array => {
  const row = bytesPerRow(width);
  const lines = Buffer.alloc((row + 1) * height);
  for (let y = 0; y < height; y++) {
    // Filter 0; in PNG a one is white
    const to = y * (row + 1) + 1;
    for (let at = 0; at < row; at++) lines[to + at] = ~(data[y * row + at] as number) & 0xff;
  }
  const head = Buffer.alloc(HEAD_LENGTH);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  ONE_BIT_GREY.copy(head, 8);
  return new Uint8Array(
    Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("IDAT", deflateSync(lines, { level: 5 })), chunk("IEND", Buffer.alloc(0))]),
  );
};

/** The same dots again; throws for a PNG that isn't one of ours. */
export const decodeBitmapPng = (png: Uint8Array): Bitmap => {
  const view = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const [width, height] = [view.readUInt32BE(16), view.readUInt32BE(20)];
  if (!view.subarray(0, 8).equals(SIGNATURE) || !view.subarray(24, 29).equals(ONE_BIT_GREY)) throw new Error("no picture of one bit a dot");
  const at = 8 + CHUNK_FRAME + HEAD_LENGTH;
  const lines = inflateSync(view.subarray(at + 8, at + 8 + view.readUInt32BE(at)));
  const row = bytesPerRow(width);
  if (lines.length !== (row + 1) * height) throw new Error("a picture that was cut short");
  const data = new Uint8Array(row * height);
  const spare = row * 8 - width;
  for (let y = 0; y < height; y++) {
    for (let index = 0; index < row; index++) data[y * row + index] = ~(lines[y * (row + 1) + 1 + index] as number) & 0xff;
    // What lies beyond the edge is white, as the rasteriser leaves it
    if (spare > 0) data[(y + 1) * row - 1] = (data[(y + 1) * row - 1] as number) & (0xff << spare);
  }
  return { width, height, data };
};
