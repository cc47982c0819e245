const words = new Intl.Segmenter("und", { granularity: "word" });
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Scripts written without spaces: a line may end between their words. */
const NO_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Never the first on a line. */
const CLOSING = /^[\p{Pe}\p{Pf}\p{Po}ー々ๆฯ]/u;
/** Never the last on a line. */
const OPENING = /[\p{Ps}\p{Pi}]$/u;
/** Marks that only steer direction: they would let a name run over the rest of its line. */
const STEERING = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g;

/** Letters as a reader counts them: marks stay with what they belong to. */
export const graphemesOf = (text: string): readonly string[] => [...graphemes.segment(text)].map(({ segment }) => segment);

/** Line ends and control characters as spaces, one form for accents (Vietnamese arrives both ways). */
export const cleanText = (text: string): string =>
  text
    .normalize("NFC")
    .replaceAll(STEERING, "")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();

/** Cuts text where a line may end: after spaces, and between the words of scripts without spaces. */
export const breakable = (text: string): readonly string[] => {
  const parts: string[] = [];
  for (const { segment } of words.segment(text)) {
    const last = parts.at(-1);
    const first = String.fromCodePoint(segment.codePointAt(0) ?? 0);
    const isSpace = /^\s/.test(segment);
    const afterSpace = last !== undefined && /\s$/.test(last);
    const betweenWords =
      last !== undefined &&
      !CLOSING.test(segment) &&
      !OPENING.test(last) &&
      (NO_SPACES.test(first) || NO_SPACES.test([...last].at(-1) ?? ""));
    if (last === undefined || (!isSpace && (afterSpace || betweenWords))) parts.push(segment);
    else parts[parts.length - 1] = last + segment;
  }
  return parts;
};
