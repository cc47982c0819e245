import { succeed, type Result } from "../../shared/failures.ts";
import { allHeld, noneHolds, wholeOf } from "./page-sizes.ts";
import type { PageSize } from "./picture.ts";

/** A paper's name tells its size in many spellings: `4 x 6 in`, `100 x 150 mm`, `4.00" x 6.00"`, `A6 105 x 148 mm`. */
const NAMED_SIZE = /(\d+(?:[.,]\d+)?)\s*(mm|cm|in|")?\s*[x×*]\s*(\d+(?:[.,]\d+)?)\s*(mm|cm|inch|in|")?/i;
const STANDARD: Readonly<Record<string, readonly [number, number]>> = {
  A4: [210, 297],
  A5: [148, 210],
  A6: [105, 148],
  Letter: [215.9, 279.4],
  Legal: [215.9, 355.6],
};
const WITHIN_MM = 2;

const sizeOf = (name: string): readonly [number, number] | null => {
  const standard = STANDARD[name.trim()];
  if (standard !== undefined) return standard;
  const found = NAMED_SIZE.exec(name);
  if (found === null) return null;
  const [width, height] = [Number(found[1]?.replace(",", ".")), Number(found[3]?.replace(",", "."))];
  const unit = (found[4] ?? found[2] ?? (Math.max(width, height) <= 24 ? "in" : "mm")).toLowerCase();
  const factor = unit === "mm" ? 1 : unit === "cm" ? 10 : 25.4;
  return [width * factor, height * factor];
};

/** The printer's own name for the label's size; null lets the driver's default stock stand, which on a label printer is the label. */
export const choosePaper = (names: readonly string[], page: PageSize): string | null => {
  const off = ([width, height]: readonly [number, number]): number =>
    Math.min(
      Math.max(Math.abs(width - page.widthMm), Math.abs(height - page.heightMm)),
      Math.max(Math.abs(height - page.widthMm), Math.abs(width - page.heightMm)),
    );
  const fitting = names
    .map((name) => ({ name, size: sizeOf(name) }))
    .flatMap(({ name, size }) => (size === null ? [] : [{ name, off: off(size) }]))
    // A comma would end the setting in SumatraPDF's list
    .filter(({ name, off: by }) => by <= WITHIN_MM && !name.includes(","))
    .toSorted((a, b) => a.off - b.off);
  return fitting[0]?.name ?? null;
};

/**
 * The paper for all pages of a document: that of the first page, where the others fit on it too, else the smallest that holds each of them.
 * Null where the driver's default stands. Failure `printer-cannot-print` when a page would be cut.
 */
export const choosePaperFor = (names: readonly string[], pages: readonly PageSize[]): Result<string | null> => {
  const [first] = pages;
  if (first === undefined) return succeed(null);
  const own = choosePaper(names, first);
  const [width, height] = (own === null ? null : sizeOf(own)) ?? [first.widthMm, first.heightMm];
  if (allHeld(pages, { widthMm: width, heightMm: height })) return succeed(own);
  const exact = choosePaper(names, wholeOf(pages));
  if (exact !== null) return succeed(exact);
  const [holding] = names
    .flatMap((name) => {
      const [widthMm = 0, heightMm = 0] = name.includes(",") ? [] : (sizeOf(name) ?? []);
      return allHeld(pages, { widthMm, heightMm }) ? [{ name, area: widthMm * heightMm }] : [];
    })
    .toSorted((a, b) => a.area - b.area);
  return holding === undefined ? noneHolds(pages, names) : succeed(holding.name);
};
