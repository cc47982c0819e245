import { AIM_IDENTIFIER } from "./scan.ts";

export type Affixes = Readonly<{ prefix: string; suffix: string }>;

/**
 * A scan without what the scanner is set to send around every code; the text itself where it isn't there. An AIM identifier stands before the
 * prefix, or behind it. Letter case never matters, and neither does white space at the end.
 */
export const withoutAffixes = (text: string, { prefix, suffix }: Affixes): string => {
  if (prefix === "" && suffix === "") return text;
  const identifier = AIM_IDENTIFIER.exec(text)?.[0] ?? "";
  const body = text.slice(identifier.length);
  const starts = body.toUpperCase().startsWith(prefix.toUpperCase());
  const whole = (starts ? body.slice(prefix.length) : body).replace(/[\r\n\t]+$/, "");
  const ends = whole.toUpperCase().endsWith(suffix.toUpperCase());
  const bare = ends ? whole.slice(0, whole.length - suffix.length) : whole;
  return bare === "" || bare === body ? text : identifier + bare;
};

/**
 * The same for commands: without prefix and suffix first. Many commands take any code behind their word, so that as they came every one of
 * them would be read with the suffix in it: another PIN, another box, another number.
 */
export const withBareCommands = (texts: readonly string[], affixes: Affixes): readonly string[] => {
  if (affixes.prefix === "" && affixes.suffix === "") return texts;
  return [...new Set([...texts.map((text) => withoutAffixes(text, affixes)), ...texts])];
};

/**
 * All readings of a scan, best first: as they came, then without prefix and suffix. A code that begins like the prefix although the scanner
 * sent none is meant as it stands. What a person typed has neither.
 */
export const withBareReadings = (texts: readonly string[], affixes: Affixes): readonly string[] => {
  if (affixes.prefix === "" && affixes.suffix === "") return texts;
  return [...new Set([...texts, ...texts.map((text) => withoutAffixes(text, affixes))])];
};
