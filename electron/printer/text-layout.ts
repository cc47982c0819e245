import bidiFactory from "bidi-js";
import type { Face, Fonts, Shape, Weight } from "./fonts.ts";
import { breakable, cleanText, graphemesOf } from "./text-breaks.ts";

/** A stretch of one font and one direction, ready to draw: `text` is in the order the shaper wants. Widths are for size 1. */
export type Run = Shape & Readonly<{ text: string; face: Face }>;
export type Line = Readonly<{ runs: readonly Run[]; width: number; rightToLeft: boolean }>;
/** `ascent` and `descent` of every line at size 1; `cut`: some of the text is missing. */
export type Block = Readonly<{ lines: readonly Line[]; size: number; ascent: number; descent: number; cut: boolean }>;
export type BlockText = Readonly<{ text: string; weight: Weight; scale: number }>;
/** Points. `oneLine`: rather smaller than in two lines. */
export type Room = Readonly<{ width: number; height: number; largest: number; smallest: number; oneLine: boolean }>;

/** Noto's line heights leave room for every script at once; a label hasn't got it. */
const LINE_TIGHTNESS = 0.92;
const SIZE_STEP = 0.5;
/** Far more than any label shows: what comes after it is cut before it costs time. */
const LONGEST_TEXT = 600;

// The package is CommonJS with types of an ES module: its default export is the function itself
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)();

/** Lays text out in lines: fonts by what they can draw, directions by the Unicode bidirectional algorithm. */
export const createTextLayout = (fonts: Fonts) => {
  const widthOf = (text: string, weight: Weight): number =>
    fonts.pieces(text, weight).reduce((sum, piece) => sum + piece.face.shape(piece.text).width, 0);
  const runOf = (text: string, face: Face): Run => ({ text, face, ...face.shape(text) });
  const isRightToLeft = (text: string): boolean => (bidi.getEmbeddingLevels(text, "auto").paragraphs[0]?.level ?? 0) % 2 === 1;

  /** One line in visual order. */
  const lineOf = (text: string, weight: Weight, baseRightToLeft: boolean): Line => {
    const { levels, paragraphs } = bidi.getEmbeddingLevels(text, baseRightToLeft ? "rtl" : "ltr");
    const mirrored = bidi.getMirroredCharactersMap(text, levels);
    const stretches: { text: string; level: number }[] = [];
    for (let at = 0; at < text.length; at++) {
      const level = levels[at] ?? paragraphs[0]?.level ?? 0;
      const last = stretches.at(-1);
      const unit = mirrored.get(at) ?? text.charAt(at);
      if (last !== undefined && last.level === level) last.text += unit;
      else stretches.push({ text: unit, level });
    }
    // Rule L2: from the highest level down, turn every stretch of that level or above around
    for (let level = Math.max(0, ...stretches.map((one) => one.level)); level >= 1; level--) {
      for (let start = 0; start < stretches.length; start++) {
        let end = start;
        while ((stretches[end]?.level ?? -1) >= level) end += 1;
        if (end > start) stretches.splice(start, end - start, ...stretches.slice(start, end).toReversed());
        start = Math.max(start, end - 1);
      }
    }
    const runs = stretches.flatMap(({ text: logical, level }): Run[] => {
      const turned = level % 2 === 1;
      const pieces = fonts.pieces(logical, weight);
      return (turned ? pieces.toReversed() : pieces).map(({ text: piece, face }) =>
        // Fonts of right-to-left scripts are shaped and turned around as a whole; loose signs of others are turned here
        runOf(turned && !face.rightToLeft ? graphemesOf(piece).toReversed().join("") : piece, face),
      );
    });
    return { runs, width: runs.reduce((sum, run) => sum + run.width, 0), rightToLeft: baseRightToLeft };
  };

  /** A paragraph measured once; wrapping it to a width is then arithmetic. */
  const measure = ({ text, weight, scale }: BlockText) => {
    const cleaned = cleanText(text);
    const tooLong = cleaned.length > LONGEST_TEXT;
    const short = tooLong ? cleaned.slice(0, LONGEST_TEXT) : cleaned;
    const parts = breakable(short).map((part) => ({ part, width: widthOf(part, weight), inked: widthOf(part.trimEnd(), weight) }));
    const faces = new Set(fonts.pieces(short, weight).map((piece) => piece.face));
    const metric = (of: (face: Face) => number): number =>
      Math.max(...[...faces].map((face) => of(face) / face.font.unitsPerEm)) * LINE_TIGHTNESS;
    return {
      parts,
      weight,
      scale,
      tooLong,
      base: isRightToLeft(short),
      ascent: metric((face) => face.font.ascent),
      descent: metric((face) => -face.font.descent),
    };
  };
  type Measured = ReturnType<typeof measure>;

  /** Words in logical order, in lines no wider than `width` (for size 1). */
  const wrap = ({ parts, weight }: Measured, width: number): readonly string[] => {
    const lines: string[] = [];
    let line = "";
    let used = 0;
    const flush = (): void => {
      if (line.trim() !== "") lines.push(line.trim());
      line = "";
      used = 0;
    };
    for (const { part, width: whole, inked } of parts) {
      if (used + inked > width) flush();
      if (inked <= width) {
        line += part;
        used += whole;
        continue;
      }
      // One word wider than the line: cut between its letters
      for (const letter of graphemesOf(part)) {
        const advance = widthOf(letter, weight);
        if (used + advance > width && line !== "") flush();
        line += letter;
        used += advance;
      }
    }
    flush();
    return lines;
  };

  const withEllipsis = (line: Line, width: number, weight: Weight): Line => {
    const face = fonts.pieces("…", weight)[0]?.face;
    if (face === undefined) return line;
    const mark = runOf("…", face);
    const runs = [...line.runs];
    const used = (): number => runs.reduce((sum, run) => sum + run.width, mark.width);
    while (used() > width && runs.length > 0) {
      const end = line.rightToLeft ? 0 : runs.length - 1;
      const run = runs[end] as Run;
      const shorter = graphemesOf(run.text).slice(0, -1).join("");
      if (shorter === "") runs.splice(end, 1);
      else runs[end] = runOf(shorter, run.face);
    }
    const all = line.rightToLeft ? [mark, ...runs] : [...runs, mark];
    return { ...line, runs: all, width: all.reduce((sum, run) => sum + run.width, 0) };
  };

  /**
   * The largest size at which the paragraphs fit into the room. What doesn't fit at the smallest size is cut, with an
   * ellipsis to show it. Nothing is ever taller or wider than asked.
   */
  const fit = (paragraphs: readonly BlockText[], room: Room): readonly Block[] => {
    const measured = paragraphs.filter(({ text }) => cleanText(text) !== "").map(measure);
    const linesAt = (one: Measured, size: number): readonly string[] => wrap(one, room.width / (size * one.scale));
    const heightOf = (one: Measured, size: number, lines: number): number => (one.ascent + one.descent) * size * one.scale * lines;
    const total = (size: number, counts: readonly number[]): number =>
      measured.reduce((sum, one, index) => sum + heightOf(one, size, counts[index] ?? 0), 0);

    const sizes: number[] = [];
    for (let size = room.largest; size > room.smallest; size -= SIZE_STEP) sizes.push(size);
    sizes.push(room.smallest);
    const fits = (size: number, single: boolean): boolean => {
      const counts = measured.map((one) => linesAt(one, size).length);
      return total(size, counts) <= room.height && (!single || counts.every((count) => count <= 1));
    };
    const size =
      (room.oneLine ? sizes.find((one) => fits(one, true)) : undefined) ?? sizes.find((one) => fits(one, false)) ?? room.smallest;

    const lines = measured.map((one) => [...linesAt(one, size)]);
    const cut = measured.map((one) => one.tooLong);
    // Every paragraph keeps its first lines; the longest gives up its last one first
    while (
      total(
        size,
        lines.map((one) => one.length),
      ) > room.height
    ) {
      const longest = lines.reduce((best, one, index) => (one.length > (lines[best]?.length ?? 0) ? index : best), 0);
      if ((lines[longest]?.length ?? 0) === 0) break;
      lines[longest]?.pop();
      cut[longest] = true;
    }
    return measured.map((one, index): Block => {
      const isCut = cut[index] === true;
      const drawn = (lines[index] ?? []).map((line, at, all) => {
        const laid = lineOf(line, one.weight, one.base);
        return isCut && at === all.length - 1 ? withEllipsis(laid, room.width / (size * one.scale), one.weight) : laid;
      });
      return { lines: drawn, size: size * one.scale, ascent: one.ascent, descent: one.descent, cut: isCut };
    });
  };

  return { fit };
};
export type TextLayout = ReturnType<typeof createTextLayout>;
