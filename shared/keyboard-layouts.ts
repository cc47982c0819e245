import { z } from "zod";

/**
 * The country layouts that a keyboard scanner, or the PC it is plugged into, may be set to. A scanner sends key positions, so each layout
 * is written down by the characters of the US keyboard: the n-th character of a row lies on the key (and level) that types the n-th US one.
 */
export const layoutNames = ["us", "uk", "german", "french"] as const;
export const layoutNameSchema = z.enum(layoutNames);
export type LayoutName = z.infer<typeof layoutNameSchema>;

/** What the scanner of a bench is set to; `auto`: nobody knows yet, US is tried first because that is the factory's setting. */
export const scannerLayoutSchema = z.enum(["auto", ...layoutNames]);
export type ScannerLayout = z.infer<typeof scannerLayoutSchema>;

const DEAD = "\u0000"; // an accent that waits for the next key: no character of its own

type Rows = Readonly<{ plain: string; shifted: string; altGraph: Readonly<Record<string, string>> }>;

const us: Rows = {
  plain: "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./ ",
  shifted: '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>? ',
  altGraph: {},
};

/** `altGraph`: US key → character with AltGr. */
const rows: Readonly<Record<LayoutName, Rows>> = {
  us,
  uk: {
    plain: "`1234567890-=qwertyuiop[]#asdfghjkl;'zxcvbnm,./ ",
    shifted: '¬!"£$%^&*()_+QWERTYUIOP{}~ASDFGHJKL:@ZXCVBNM<>? ',
    altGraph: {},
  },
  german: {
    plain: `${DEAD}1234567890ß${DEAD}qwertzuiopü+#asdfghjklöäyxcvbnm,.- `,
    shifted: `°!"§$%&/()=?${DEAD}QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_ `,
    altGraph: { q: "@", e: "€", "7": "{", "8": "[", "9": "]", "0": "}", "-": "\\", "]": "~", m: "µ" },
  },
  french: {
    plain: `²&é"'(-è_çà)=azertyuiop${DEAD}$*qsdfghjklmùwxcvbn,;:! `,
    shifted: `²1234567890°+AZERTYUIOP${DEAD}£µQSDFGHJKLM%WXCVBN?./§ `,
    altGraph: { "2": "~", "3": "#", "4": "{", "5": "[", "6": "|", "7": "`", "8": "\\", "9": "^", "0": "@", "-": "]", "=": "}", e: "€" },
  },
};

type Pairs = ReadonlyMap<string, string>;
const pairsOf = (from: Rows, to: Rows): Pairs =>
  new Map(
    (["shifted", "plain"] as const).flatMap((level) =>
      [...from[level]].flatMap((character, index): readonly [string, string][] => {
        const other = to[level][index] ?? DEAD;
        return character === DEAD ? [] : [[character, other]];
      }),
    ),
  );

const tables = Object.fromEntries(
  layoutNames.map((name) => [name, { toUs: pairsOf(rows[name], us), fromUs: pairsOf(us, rows[name]) }]),
) as Record<LayoutName, Readonly<{ toUs: Pairs; fromUs: Pairs }>>;

/**
 * How the US keyboard would read the keys that a scanner set to `layout` presses for a character; null where it needs AltGr or a dead
 * key. Characters of no key at all (control characters, emoji) come as themselves.
 */
export const usReadingOf = (character: string, layout: LayoutName): string | null => {
  const found = tables[layout].toUs.get(character);
  if (found !== undefined) return found;
  return us.plain.includes(character) || us.shifted.includes(character) ? null : character;
};

/** What a key means on `layout`, told by its US character; "" for a dead key, the character itself where it is no key's. */
export const readUsKey = (usCharacter: string, layout: LayoutName, altGraph = false): string => {
  if (altGraph) return rows[layout].altGraph[usCharacter.toLowerCase()] ?? usCharacter;
  const found = tables[layout].fromUs.get(usCharacter);
  return found === undefined ? usCharacter : found === DEAD ? "" : found;
};
