/** What a ZPL printer draws from ^GFA, as rows of dots; written from the ZPL II guide, independent of our encoder. */
export type Drawn = Readonly<{ width: number; height: number; isBlack: (x: number, y: number) => boolean; data: Uint8Array }>;

const counts = new Map<string, number>([
  ...[..."GHIJKLMNOPQRSTUVWXY"].map((letter, index) => [letter, index + 1] as const),
  ...[..."ghijklmnopqrstuvwxyz"].map((letter, index) => [letter, (index + 1) * 20] as const),
]);

const drawField = (total: number, perRow: number, text: string): Drawn => {
  const digitsPerRow = perRow * 2;
  const rows: string[] = [];
  let row = "";
  let times = 0;
  const finish = (): void => {
    rows.push(row);
    row = "";
  };
  for (const sign of text) {
    const count = counts.get(sign);
    if (count !== undefined) {
      times += count;
      continue;
    }
    if (sign === ",") {
      row = row.padEnd(digitsPerRow, "0");
      finish();
    } else if (sign === "!") {
      row = row.padEnd(digitsPerRow, "F");
      finish();
    } else if (sign === ":") {
      row = rows.at(-1) ?? "";
      finish();
    } else {
      row += sign.repeat(Math.max(1, times));
      if (row.length === digitsPerRow) finish();
    }
    times = 0;
  }
  const data = new Uint8Array(Buffer.from(rows.join(""), "hex"));
  if (data.length !== total) throw new Error(`^GFA promised ${total} bytes and drew ${data.length}`);
  return {
    width: perRow * 8,
    height: total / perRow,
    data,
    isBlack: (x, y) => ((data[y * perRow + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0,
  };
};

export const decodeZpl = (zpl: string): readonly Drawn[] =>
  zpl
    .split("^XA")
    .slice(1)
    .map((label) => {
      const field = /\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS/.exec(label);
      if (field === null || !label.includes("^XZ")) throw new Error("no complete label");
      return drawField(Number(field[2]), Number(field[3]), field[4] ?? "");
    });
