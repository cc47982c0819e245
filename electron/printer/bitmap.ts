/** A 1-bit picture: rows of `ceil(width / 8)` bytes, the first dot in the highest bit, 1 = black. */
export type Bitmap = Readonly<{ width: number; height: number; data: Uint8Array }>;

export const bytesPerRow = (width: number): number => Math.ceil(width / 8);

/** Darker than half is black: bars keep their width to the dot, as an error-diffused picture would not. */
const BLACK_BELOW = 128;

/** Packs 8-bit grey (0 = black) into 1 bit. */
export const packGrey = (grey: Uint8Array, width: number, height: number): Bitmap => {
  const row = bytesPerRow(width);
  const data = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    const from = y * width;
    const to = y * row;
    for (let x = 0; x < width; x++) {
      if ((grey[from + x] as number) < BLACK_BELOW) data[to + (x >> 3)] = (data[to + (x >> 3)] as number) | (0x80 >> (x & 7));
    }
  }
  return { width, height, data };
};

export const isBlank = (bitmap: Bitmap): boolean => bitmap.data.every((byte) => byte === 0);

/** A quarter turn clockwise, dot for dot. */
export const turned = ({ width, height, data }: Bitmap): Bitmap => {
  const [from, to] = [bytesPerRow(width), bytesPerRow(height)];
  const out = new Uint8Array(to * width);
  for (let y = 0; y < height; y++) {
    const x = height - 1 - y;
    const bit = 0x80 >> (x & 7);
    for (let at = 0; at < from; at++) {
      const byte = data[y * from + at] as number;
      if (byte === 0) continue;
      for (let dot = 0; dot < 8 && at * 8 + dot < width; dot++) {
        const cell = (at * 8 + dot) * to + (x >> 3);
        if ((byte & (0x80 >> dot)) !== 0) out[cell] = (out[cell] as number) | bit;
      }
    }
  }
  return { width: height, height: width, data: out };
};

/**
 * Resamples grey to another size by area where it shrinks and by nearest dot where it grows, so that bars stay sharp.
 * The same size comes back unchanged.
 */
export const resampleGrey = (grey: Uint8Array, width: number, height: number, toWidth: number, toHeight: number): Uint8Array => {
  if (width === toWidth && height === toHeight) return grey;
  const out = new Uint8Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const top = Math.floor((y * height) / toHeight);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * height) / toHeight));
    for (let x = 0; x < toWidth; x++) {
      const left = Math.floor((x * width) / toWidth);
      const right = Math.max(left + 1, Math.floor(((x + 1) * width) / toWidth));
      let sum = 0;
      for (let sourceY = top; sourceY < bottom; sourceY++) {
        for (let sourceX = left; sourceX < right; sourceX++) sum += grey[sourceY * width + sourceX] as number;
      }
      out[y * toWidth + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
};
