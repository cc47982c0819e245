/** Names of the control characters that scanners send, as on a code chart; GS1 codes carry GS. */
const NAMES: Readonly<Record<number, string>> = {
  0: "NUL",
  1: "SOH",
  2: "STX",
  3: "ETX",
  4: "EOT",
  9: "TAB",
  10: "LF",
  13: "CR",
  27: "ESC",
  28: "FS",
  29: "GS",
  30: "RS",
  31: "US",
  32: "space",
  127: "DEL",
  160: "NBSP",
  0x200b: "ZWSP",
  0x200e: "LRM",
  0x200f: "RLM",
  0xfeff: "BOM",
  0xfffd: "?",
};

export type VisiblePart = Readonly<{ text: string; hidden: boolean }>;

/** Takes a scan apart into what can be read and what hides: control characters by name, and spaces at either end. */
export const makeVisible = (scan: string): readonly VisiblePart[] => {
  const inner = { from: scan.length - scan.trimStart().length, to: scan.trimEnd().length };
  const parts: { text: string; hidden: boolean }[] = [];
  let index = 0;
  for (const character of scan) {
    const code = character.codePointAt(0) ?? 0;
    const hidden = code !== 32 ? code < 32 || NAMES[code] !== undefined : index < inner.from || index >= inner.to;
    const last = parts.at(-1);
    if (hidden) parts.push({ text: NAMES[code] ?? `x${code.toString(16).toUpperCase().padStart(2, "0")}`, hidden });
    else if (last !== undefined && !last.hidden) last.text += character;
    else parts.push({ text: character, hidden });
    index += character.length;
  }
  return parts;
};

/** The same in one line of text: `]C1010950…[GS]10AB`. */
export const visibleText = (scan: string): string =>
  makeVisible(scan)
    .map(({ text, hidden }) => (hidden ? `[${text}]` : text))
    .join("");
