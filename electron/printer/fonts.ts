import * as fontkit from "fontkit";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Log } from "../kit/log.ts";

export type Weight = "regular" | "bold";
/** One font file, parsed once and shared by every document. */
export type Face = Readonly<{
  name: string;
  font: fontkit.Font;
  rightToLeft: boolean;
  /** How wide a text is at size 1, and the features it must be drawn with. */
  shape: (text: string) => Shape;
}>;
export type Shape = Readonly<{ width: number; features: Readonly<Record<string, boolean>> }>;

type Family = Readonly<{ name: string; package: string; file: string; scripts: RegExp; rightToLeft?: boolean }>;

/**
 * Noto, by script, in order of choice. Noto Sans SC comes last and also stands in for what no other has: it covers
 * kana, traditional characters, full-width forms and symbols.
 */
const families: readonly Family[] = [
  {
    name: "sans",
    package: "noto-sans",
    file: "NotoSans",
    scripts: /[\p{scx=Latin}\p{scx=Cyrillic}\p{scx=Greek}\p{scx=Devanagari}]/u,
  },
  { name: "thai", package: "noto-sans-thai", file: "NotoSansThai", scripts: /\p{scx=Thai}/u },
  { name: "arabic", package: "noto-naskh-arabic", file: "NotoNaskhArabic", scripts: /\p{scx=Arabic}/u, rightToLeft: true },
  { name: "hebrew", package: "noto-sans-hebrew", file: "NotoSansHebrew", scripts: /\p{scx=Hebrew}/u, rightToLeft: true },
  { name: "khmer", package: "noto-sans-khmer", file: "NotoSansKhmer", scripts: /\p{scx=Khmer}/u },
  { name: "lao", package: "noto-sans-lao", file: "NotoSansLao", scripts: /\p{scx=Lao}/u },
  { name: "myanmar", package: "noto-sans-myanmar", file: "NotoSansMyanmar", scripts: /\p{scx=Myanmar}/u },
  { name: "tamil", package: "noto-sans-tamil", file: "NotoSansTamil", scripts: /\p{scx=Tamil}/u },
  { name: "korean", package: "noto-sans-kr", file: "NotoSansKR", scripts: /\p{scx=Hangul}/u },
  {
    name: "chinese",
    package: "noto-sans-sc",
    file: "NotoSansSC",
    scripts: /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}]/u,
  },
];

const weightNames = { regular: "400Regular", bold: "700Bold" } as const satisfies Record<Weight, string>;

/** Shown for what no font has: better a visible mark than a letter that is missing from a name. */
const REPLACEMENT = "\uFFFD";
/** Joiners, variation selectors and marks of direction: not drawn themselves, so not missed where a font lacks them. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/u;
const COMMON = /^[\p{Script=Common}\p{Script=Inherited}]+$/u;
const DIGITS = /^[0-9]+$/;

/**
 * fontkit 2.0.4 fails on anchors that a font leaves empty (Khmer has some). Without mark positioning the marks stand where the
 * font draws them, which is readable; without the label nothing is.
 */
const featureSets: readonly Readonly<Record<string, boolean>>[] = [
  {},
  { mkmk: false },
  { mark: false, mkmk: false, abvm: false, blwm: false },
];
const PLAIN_LETTERS = Array.from({ length: 0x7f - 0x20 }, (_letter, index) => String.fromCharCode(0x20 + index)).join("");

/** Shapes kept per font: a label has some dozens of words. */
const SHAPES_KEPT = 4_000;

const createFace = (name: string, font: fontkit.Font, rightToLeft: boolean): Face => {
  const shapes = new Map<string, Shape>();
  const measure = (text: string): Shape => {
    for (const features of featureSets) {
      try {
        return { width: font.layout(text, features).advanceWidth / font.unitsPerEm, features };
      } catch (error) {
        if (features === featureSets.at(-1)) throw error;
      }
    }
    return { width: 0, features: {} };
  };
  return {
    name,
    font,
    rightToLeft,
    shape: (text) => {
      const known = shapes.get(text);
      if (known !== undefined) return known;
      if (shapes.size >= SHAPES_KEPT) shapes.clear();
      const shape = measure(text);
      shapes.set(text, shape);
      return shape;
    },
  };
};

export type Piece = Readonly<{ text: string; face: Face }>;

/** Chooses fonts by what they can draw. Files are read on first use; the packaged app reads them from its archive. */
export const createFonts = ({ log }: Readonly<{ log: Log }>) => {
  const resolve = createRequire(import.meta.url).resolve;
  const faces = new Map<string, Face>();
  const missing = new Set<string>();

  const load = (family: Family, weight: Weight): Face => {
    const key = `${family.name} ${weight}`;
    const known = faces.get(key);
    if (known !== undefined) return known;
    const folder = weightNames[weight];
    const path = resolve(`@expo-google-fonts/${family.package}/${folder}/${family.file}_${folder}.ttf`);
    // A static TTF holds one font, never a collection
    const font = fontkit.create(readFileSync(path)) as fontkit.Font;
    // fontkit notes for good which letter a glyph was first drawn for: the i of ị would make every later i of a label read as ị
    font.glyphsForString(PLAIN_LETTERS);
    const face = createFace(key, font, family.rightToLeft === true);
    faces.set(key, face);
    return face;
  };
  const draws = (face: Face, grapheme: string): boolean =>
    [...grapheme].every((one) => UNSEEN.test(one) || face.font.hasGlyphForCodePoint(one.codePointAt(0) ?? 0));

  const fallback = families.at(-1);
  const sans = families[0];
  if (sans === undefined || fallback === undefined) throw new Error("no font families");

  const faceFor = (grapheme: string, weight: Weight, before: Face | null): Face | null => {
    const stays = before !== null && COMMON.test(grapheme) && !DIGITS.test(grapheme) && draws(before, grapheme);
    if (stays) return before;
    const first = load(sans, weight);
    if (draws(first, grapheme)) return first;
    const byScript = families.find((family) => family.scripts.test(grapheme));
    for (const family of [byScript, fallback]) {
      if (family === undefined) continue;
      const face = load(family, weight);
      if (draws(face, grapheme)) return face;
    }
    return null;
  };

  const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

  return {
    /** Cuts text into pieces of one font each, in logical order. What no font can draw becomes U+FFFD, with a log line. */
    pieces: (text: string, weight: Weight): readonly Piece[] => {
      const pieces: { text: string; face: Face }[] = [];
      for (const { segment } of graphemes.segment(text)) {
        const last = pieces.at(-1);
        let drawn = segment;
        let face = faceFor(segment, weight, last?.face ?? null);
        if (face === null) {
          if (!missing.has(segment)) {
            missing.add(segment);
            const codePoints = [...segment].map((one) => `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`);
            log.warn({ codePoints }, "no font on this station can draw a character of a label; a replacement is printed");
          }
          drawn = REPLACEMENT;
          face = load(sans, weight);
        }
        // What is not seen and not in the font would be drawn as a box
        const kept = [...drawn].filter((one) => !UNSEEN.test(one) || face.font.hasGlyphForCodePoint(one.codePointAt(0) ?? 0)).join("");
        if (last !== undefined && last.face === face) last.text += kept;
        else pieces.push({ text: kept, face });
      }
      return pieces;
    },
  };
};
export type Fonts = ReturnType<typeof createFonts>;
