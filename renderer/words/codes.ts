import { plural } from "./plural.ts";

/** Words of the codes' screen and of teaching one. */
export const codesWords = {
  codes: {
    title: (count: number): string => `${plural(count, "code", "codes")} that no order gave`.replace(/^\d+/, count.toLocaleString("en")),
    working: "Working",
    reading: (name: string): string => `Reading ${name}`,
    pasted: "What was pasted",
    pasteTooLong: (characters: number, most: number): string =>
      `That is too much to paste (${characters.toLocaleString("en")} characters, ${most.toLocaleString("en")} at most): put it as a file into the folder below.`,
    counts: ({
      fresh,
      changed,
      same,
      conflicts,
      bad,
    }: Readonly<Record<"fresh" | "changed" | "same" | "conflicts" | "bad", number>>): string =>
      [
        `${fresh.toLocaleString("en")} new`,
        `${changed.toLocaleString("en")} changed`,
        `${same.toLocaleString("en")} as they are`,
        `${conflicts.toLocaleString("en")} in conflict`,
        `${bad.toLocaleString("en")} bad`,
      ].join(" · "),
    line: (line: number): string => `line ${line}`,
    more: (count: number): string => `and ${count.toLocaleString("en")} more`,
    take: (count: number): string => `Take over ${plural(count, "code", "codes")}`,
    takeGood: (count: number, refused: number): string =>
      `Take over only the ${count === 1 ? "good one" : `${count.toLocaleString("en")} good ones`}, leave out ${refused.toLocaleString("en")}`,
    nothingToTake: "There is nothing new in it to take over.",
    lists: "Lists: press its number to look what it would change, or paste one (Ctrl+V)",
    export: "Export every code",
    exportHint: "barcode, brand_code, brand_sku_code, quantity",
    exported: (path: string, count: number): string => `${plural(count, "code", "codes")} in ${path}`,
    taken: (what: string): string => `Taken over. ${what}`,
    folder: (folder: string): string => `Lists to take over lie in ${folder}. By command: npm run aliases.`,
    last: "Changed last: ↓ ↑ mark a line; its code can be made unknown again",
    remove: "Make this code unknown",
    removeAgain: (what: string): string => `Sure? Press D again, and it is unknown: ${what}`,
    removed: (what: string): string => `Unknown again: ${what}`,
    nothingToRemove: "This line made no code known that still is. Mark another one with ↓ or ↑.",
    noChanges: "Nothing yet. Scan an unknown code with a task open, then TEACH.",
  },

  teach: {
    packs: (quantity: number): string =>
      quantity === 1 ? "Each scan of it packs one unit. A case: scan QTY." : `Each scan of it packs ${quantity}: a case.`,
    stop: "Leave",
  },
} as const;
