/**
 * What a key press means. A keyboard-wedge scanner sends key positions of the layout it is set to (US from the factory),
 * the operating system turns them into characters of its own layout, and Caps Lock turns those round again. So every press is
 * read twice: by its position on a US keyboard, and as the operating system read it.
 */

/** A key press, as `KeyboardEvent` tells it. `altGraph`: right Alt of European layouts, also seen as Ctrl+Alt on Windows. */
export type KeyPress = Readonly<{
  code: string;
  key: string;
  shift: boolean;
  ctrl: boolean;
  alt: boolean;
  altGraph: boolean;
  meta: boolean;
  capsLock: boolean;
}>;

/** `physical`: by position on a US keyboard; `typed`: as the operating system read it. */
export type Reading = Readonly<{ physical: string; typed: string }>;

type Pair = readonly [plain: string, shifted: string];

const row = (codes: readonly string[], plain: string, shifted: string): readonly (readonly [string, Pair])[] =>
  codes.map((code, index) => [code, [plain[index] ?? "", shifted[index] ?? ""]]);

const letters = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";

/** Key positions by `KeyboardEvent.code` → characters of the US keyboard (W3C UI Events KeyboardEvent code Values, 3.1.1). */
const usKeys: ReadonlyMap<string, Pair> = new Map([
  ...row(
    [...letters].map((letter) => `Key${letter.toUpperCase()}`),
    letters,
    letters.toUpperCase(),
  ),
  ...row(
    [...digits].map((digit) => `Digit${digit}`),
    digits,
    ")!@#$%^&*(",
  ),
  ...row(
    ["Backquote", "Minus", "Equal", "BracketLeft", "BracketRight", "Backslash", "Semicolon", "Quote", "Comma", "Period", "Slash"],
    "`-=[]\\;',./",
    '~_+{}|:"<>?',
  ),
  ["Space", [" ", " "]],
  // The extra key of ISO keyboards; on a US-international keyboard it repeats the backslash
  ["IntlBackslash", ["\\", "|"]],
]);

const numpadKeys: ReadonlyMap<string, string> = new Map([
  ...[...digits].map((digit): readonly [string, string] => [`Numpad${digit}`, digit]),
  ["NumpadDecimal", "."],
  ["NumpadAdd", "+"],
  ["NumpadSubtract", "-"],
  ["NumpadMultiply", "*"],
  ["NumpadDivide", "/"],
  ["NumpadEqual", "="],
]);

const isOneCharacter = (key: string): boolean => key !== "" && String.fromCodePoint(key.codePointAt(0) ?? 0) === key && key >= " ";

/** Letters in the case that Shift alone would give: Caps Lock must not change a code. */
const withoutCapsLock = (character: string, shift: boolean): string => {
  const upper = character.toUpperCase();
  const lower = character.toLowerCase();
  // ß and the like have no single capital: leave them
  if (upper === lower || upper.length !== character.length) return character;
  return shift ? upper : lower;
};

/** Keys that the operating system keeps for itself while it waits for more: accents, input methods. */
const swallowedKeys: ReadonlySet<string> = new Set(["Dead", "Process", "Unidentified"]);

/** The character of a key press, in both readings; null when the key types none. Ctrl and Alt are the caller's business. */
export const readCharacter = (press: KeyPress): Reading | null => {
  const { code, key, shift, capsLock } = press;
  const pair = usKeys.get(code);
  if (swallowedKeys.has(key)) {
    const physical = pair?.[shift ? 1 : 0] ?? numpadKeys.get(code);
    return physical === undefined ? null : { physical, typed: "" };
  }
  if (!isOneCharacter(key)) return null;
  const typed = capsLock ? withoutCapsLock(key, shift) : key;
  const onNumpad = numpadKeys.get(code);
  if (onNumpad !== undefined) return { physical: onNumpad, typed };
  // Drivers that type text (and test tools) send "A" without Shift: no layout has the US shifted character unshifted there
  if (pair === undefined || (!shift && !capsLock && key === pair[1])) return { physical: typed, typed };
  return { physical: pair[shift ? 1 : 0], typed };
};

/** Whether a press, held with Ctrl, is this letter: by position (scanner set to US) or as typed (set to the system's layout). */
const isCtrl = (press: KeyPress, letter: string): boolean =>
  press.ctrl && !press.alt && !press.altGraph && !press.meta && (press.code === `Key${letter}` || press.key.toUpperCase() === letter);

export type LineEnd = "Enter" | "Tab";

/** The key that ends a scan: Enter, the numpad's Enter, Ctrl+M (CR), Ctrl+J (LF); Tab. Null for every other key. */
export const readLineEnd = (press: KeyPress): LineEnd | null => {
  if (isCtrl(press, "J") || isCtrl(press, "M")) return "Enter";
  if (press.ctrl || press.alt || press.altGraph || press.meta) return null;
  // By code too: an input method reports the key as "Process"
  if (press.key === "Enter" || press.code === "Enter" || press.code === "NumpadEnter") return "Enter";
  return press.key === "Tab" && !press.shift ? "Tab" : null;
};

/** Ctrl+J and Ctrl+M are a scanner's LF and CR; the browser would open its downloads. */
export const isControlLineEnd = (press: KeyPress): boolean => isCtrl(press, "J") || isCtrl(press, "M");

const CONTROL_BIT = 0x40; // Ctrl+X sends the character 64 below it (ASCII caret notation)

/**
 * The control character that a scanner means. Ctrl+] is GS (FNC1) and no shortcut of any browser, so it always counts;
 * the others are somebody's shortcuts and count only in the middle of a scan, as does F8, which some scanners send for FNC1.
 */
export const readControl = (press: KeyPress, amidScan: boolean): string | null => {
  const { code, key, ctrl, shift, alt, altGraph, meta } = press;
  if (alt || altGraph || meta) return null;
  if (!ctrl) return amidScan && key === "F8" && !shift ? "\u001d" : null;
  if (code === "BracketRight" || key === "]" || key === "\u001d") return "\u001d";
  if (!amidScan) return null;
  const physical = usKeys.get(code)?.[shift ? 1 : 0].toUpperCase();
  return physical !== undefined && /^[A-Z\\^_]$/.test(physical) ? String.fromCharCode(physical.charCodeAt(0) - CONTROL_BIT) : null;
};

/** The digit of an Alt code (Alt held, numpad digits); by position, because without Num Lock the keys are arrows. */
export const readAltDigit = (press: KeyPress): string | null =>
  press.alt && !press.ctrl && !press.meta && /^Numpad\d$/.test(press.code) ? press.code.slice(-1) : null;

/**
 * The character of an Alt code. Up to 127 it is ASCII (what scanners mean by Alt+29 and Alt+0029 alike), up to 255 Windows-1252
 * (scanners send ISO codes even without the leading zero), above that Unicode. Null when no character has this number.
 */
export const readAltCode = (numbers: string): string | null => {
  const code = Number(numbers);
  const LAST_CODE_POINT = 0x10ffff;
  if (numbers === "" || code === 0 || code > LAST_CODE_POINT || (code >= 0xd800 && code <= 0xdfff)) return null;
  if (code < 0x80 || code > 0xff) return String.fromCodePoint(code);
  return new TextDecoder("windows-1252").decode(Uint8Array.of(code));
};
