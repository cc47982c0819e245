import { benchReasons } from "./reasons.ts";
import { commands } from "./scan.ts";

/** One barcode of the command sheet. */
export type SheetEntry = Readonly<{ code: string; title: string; help: string; key: string | null }>;
type Variant = Readonly<{ rest: string; help: string | null }>;

/** The quantities a bench uses most. */
const SHEET_QUANTITIES = ["2", "5", "10"];
/** Where the settings name no boxes, any code is taken: these are the usual ones. */
const USUAL_BOXES = ["S", "M", "L", "XL"];
/** More would make every barcode too small to scan; a longer list has its own labels on the shelf. */
const MOST_BOXES = 12;

const bare: Variant = { rest: "", help: null };
const withReasons = (reasons: readonly Readonly<{ code: string; words: string }>[]): readonly Variant[] =>
  reasons.map(({ code, words }) => ({ rest: code, help: `Why: ${words}` }));

/** What follows the words of the command sheet that take something. */
const variantsOf = (boxes: readonly string[]): Readonly<Partial<Record<string, readonly Variant[]>>> => ({
  CMDQTY: SHEET_QUANTITIES.map((rest) => ({ rest, help: null })),
  CMDBOX: (boxes.length === 0 ? USUAL_BOXES : boxes.slice(0, MOST_BOXES)).map((rest) => ({ rest, help: null })),
  CMDHOLD: [bare, ...withReasons(benchReasons.CMDHOLD)],
  CMDREPRINT: [bare, ...withReasons(benchReasons.CMDREPRINT)],
  // Without a reason no weight is let go
  CMDWEIGHTOK: withReasons(benchReasons.CMDWEIGHTOK),
});

/** Every barcode of the sheet, in the order of the command table. `boxes`: codes of the settings' boxes. */
export const sheetEntries = (boxes: readonly string[] = []): readonly SheetEntry[] => {
  const variants = variantsOf(boxes);
  return commands
    .filter(({ sheet }) => sheet)
    .flatMap(({ word, title, help, key }) =>
      (variants[word] ?? [bare]).map((variant) => ({
        code: word + variant.rest,
        title: variant.rest === "" ? title : `${title} ${variant.rest}`,
        help: variant.help ?? help,
        key: variant.help === null ? key : null,
      })),
    );
};
