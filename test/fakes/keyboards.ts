import type { KeyPress } from "../../renderer/wedge/keyboard.ts";

/** Key position → what the operating system's layout makes of it: plain, with Shift, with AltGr. "Dead" waits for the next key. */
type Layout = ReadonlyMap<string, readonly [plain: string, shifted: string, altGraph?: string]>;

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const layoutOf = (moved: Readonly<Record<string, string>>, others: Readonly<Record<string, readonly [string, string, string?]>>): Layout =>
  new Map([
    ...[...letters].map((letter): [string, readonly [string, string]] => {
      const shown = moved[letter] ?? letter;
      return [`Key${letter}`, [shown.toLowerCase(), shown]];
    }),
    ["Space", [" ", " "]],
    ...Object.entries(others),
  ]);

const digitRow = (plain: string, shifted: string): Record<string, readonly [string, string]> =>
  Object.fromEntries([..."1234567890"].map((digit, index) => [`Digit${digit}`, [plain[index] ?? "", shifted[index] ?? ""]]));

const usOthers: Record<string, readonly [string, string, string?]> = {
  ...digitRow("1234567890", "!@#$%^&*()"),
  Backquote: ["`", "~"],
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
  Backslash: ["\\", "|"],
  Semicolon: [";", ":"],
  Quote: ["'", '"'],
  Comma: [",", "<"],
  Period: [".", ">"],
  Slash: ["/", "?"],
};

export const layouts = {
  us: layoutOf({}, usOthers),
  uk: layoutOf(
    {},
    {
      ...usOthers,
      ...digitRow("1234567890", '!"£$%^&*()'),
      Backquote: ["`", "¬"],
      Quote: ["'", "@"],
      Backslash: ["#", "~"],
      IntlBackslash: ["\\", "|"],
    },
  ),
  german: layoutOf(
    { Y: "Z", Z: "Y" },
    {
      ...digitRow("1234567890", '!"§$%&/()='),
      Backquote: ["Dead", "°"],
      Minus: ["ß", "?", "\\"],
      Equal: ["Dead", "Dead"],
      BracketLeft: ["ü", "Ü"],
      BracketRight: ["+", "*", "~"],
      Backslash: ["#", "'"],
      Semicolon: ["ö", "Ö"],
      Quote: ["ä", "Ä"],
      Comma: [",", ";"],
      Period: [".", ":"],
      Slash: ["-", "_"],
      IntlBackslash: ["<", ">", "|"],
    },
  ),
  french: layoutOf(
    { A: "Q", Q: "A", Z: "W", W: "Z" },
    {
      ...digitRow("&é\"'(-è_çà", "1234567890"),
      KeyM: [",", "?"],
      Backquote: ["²", "²"],
      Minus: [")", "°", "]"],
      Equal: ["=", "+", "}"],
      BracketLeft: ["Dead", "Dead"],
      BracketRight: ["$", "£"],
      Backslash: ["*", "µ"],
      Semicolon: ["m", "M"],
      Quote: ["ù", "%"],
      Comma: [";", "."],
      Period: [":", "/"],
      Slash: ["!", "§"],
      IntlBackslash: ["<", ">"],
    },
  ),
} as const satisfies Record<string, Layout>;
export type LayoutName = keyof typeof layouts;

const findKey = (layout: Layout, character: string): Readonly<{ code: string; level: 0 | 1 | 2 }> | null => {
  for (const [code, levels] of layout) {
    const level = levels.indexOf(character);
    if (level === 0 || level === 1 || level === 2) return { code, level };
  }
  return null;
};

const noPress: KeyPress = { code: "", key: "", shift: false, ctrl: false, alt: false, altGraph: false, meta: false, capsLock: false };
export const pressOf = (press: Partial<KeyPress>): KeyPress => ({ ...noPress, ...press });
export const enterPress = pressOf({ code: "Enter", key: "Enter" });

/** Caps Lock turns letters round and leaves the rest. */
const withCapsLock = (key: string): string => {
  if ([...key].length > 1 || key.toUpperCase() === key.toLowerCase() || key.toUpperCase().length > 1) return key;
  return key === key.toUpperCase() ? key.toLowerCase() : key.toUpperCase();
};

/**
 * The press that a scanner set to one layout sends for a character, as a system set to another (or the same) reads it. Null
 * when the scanner's layout doesn't have the character.
 */
export const scannerPress = (
  character: string,
  { scanner, system, capsLock }: Readonly<{ scanner: LayoutName; system: LayoutName; capsLock: boolean }>,
): KeyPress | null => {
  const found = findKey(layouts[scanner], character);
  if (found === null) return null;
  const { code, level } = found;
  const levels: readonly (string | undefined)[] = layouts[system].get(code) ?? [];
  const key = levels[level] ?? levels[0] ?? "Unidentified";
  return pressOf({ code, key: capsLock ? withCapsLock(key) : key, shift: level === 1, altGraph: level === 2, capsLock });
};
