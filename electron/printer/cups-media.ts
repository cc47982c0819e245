import { fail, succeed, type Result } from "../../shared/failures.ts";
import { allHeld, CUT_AT_MOST_MM, noneHolds, wholeOf } from "./page-sizes.ts";
import type { PageSize } from "./picture.ts";

/** PWG 5101.1 self-describing names end in the size: `om_label_100x150mm`, `na_index-4x6_4x6in`. */
const SIZE = /_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|in)$/;
const MM_PER_INCH = 25.4;
const SAME_WITHIN_MM = 2;

type Media = Readonly<{ name: string; short: number; long: number }>;

const readMedia = (name: string): Media | null => {
  const found = SIZE.exec(name);
  if (found === null) return null;
  const factor = found[3] === "in" ? MM_PER_INCH : 1;
  const [a, b] = [Number(found[1]) * factor, Number(found[2]) * factor];
  return { name, short: Math.min(a, b), long: Math.max(a, b) };
};

/**
 * The medium for a page: the queue's own name within 2 mm, else a custom size where the queue takes any, else the
 * smallest sheet that holds the page whole or but for its white edge. Null when the queue names no media: its default
 * stands. Failure `printer-cannot-print` when the page would be cut.
 */
export const chooseMedia = (supported: readonly string[], page: PageSize): Result<string | null> => {
  const [short, long] = [Math.min(page.widthMm, page.heightMm), Math.max(page.widthMm, page.heightMm)];
  const sizes = supported.filter((name) => !name.startsWith("custom_")).flatMap((name) => readMedia(name) ?? []);
  const off = (media: Media): number => Math.max(Math.abs(media.short - short), Math.abs(media.long - long));
  const nearest = sizes.toSorted((a, b) => off(a) - off(b))[0];
  if (nearest !== undefined && off(nearest) <= SAME_WITHIN_MM) return succeed(nearest.name);

  const limit = (which: "min" | "max"): Media | null =>
    supported.filter((name) => name.startsWith(`custom_${which}_`)).flatMap((name) => readMedia(name) ?? [])[0] ?? null;
  const [least, most] = [limit("min"), limit("max")];
  if (least !== null && most !== null && short >= least.short && long >= least.long && short <= most.short && long <= most.long) {
    return succeed(`custom_label_${page.widthMm.toFixed(1)}x${page.heightMm.toFixed(1)}mm`);
  }
  if (sizes.length === 0) return succeed(null);
  const holding = (slack: number): Media | undefined =>
    sizes
      .filter((media) => media.short + slack >= short && media.long + slack >= long)
      .toSorted((a, b) => a.short * a.long - b.short * b.long)[0];
  const sheet = holding(0) ?? holding(CUT_AT_MOST_MM);
  if (sheet !== undefined) return succeed(sheet.name);
  return fail(
    "printer-cannot-print",
    `The label measures ${page.widthMm.toFixed(0)} × ${page.heightMm.toFixed(0)} mm, more than the printer's media (${sizes.map((media) => media.name).join(", ")}).`,
  );
};

/**
 * The medium for all pages of a document: that of the first page, where the others fit on it too, else one that holds each of them. Failure
 * `printer-cannot-print` when a page would be cut.
 */
export const chooseMediaFor = (supported: readonly string[], pages: readonly PageSize[]): Result<string | null> => {
  const [first] = pages;
  if (first === undefined) return succeed(null);
  const own = chooseMedia(supported, first);
  if (!own.ok) return own;
  const medium = own.value === null ? null : readMedia(own.value);
  if (allHeld(pages, medium === null ? first : { widthMm: medium.short, heightMm: medium.long })) return own;
  const all = chooseMedia(supported, wholeOf(pages));
  return all.ok && all.value !== null ? all : noneHolds(pages, supported);
};
