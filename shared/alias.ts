import { z } from "zod";
import { productOf, type KnownProduct } from "./count.ts";
import type { TaskDetail } from "./task.ts";

/** As many as CMDQTY takes: a case holds fewer. */
export const MOST_UNITS = 9_999;
/** Longer than any code OMS4 or GS1 writes on a product. */
const LONGEST_CODE = 128;
// eslint-disable-next-line no-control-regex -- just these are looked for
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]/;
/** Why a text can be no barcode, brand code or brand SKU code of an alias, in words that follow its name; null when it can. */
export const codeFault = (text: string): string | null => {
  if (text.trim() === "") return "is empty";
  if (text.length > LONGEST_CODE) return `is longer than ${LONGEST_CODE} characters`;
  return CONTROL.test(text) ? "holds a line break or another control character" : null;
};

/** What a code means that no order gave: `quantity` units of one product with each scan. */
export type AliasRow = Readonly<{ barcode: string; brandCode: string; brandSkuCode: string; quantity: number }>;

/** An alias as the journal and lists have it, whatever else is known of it. */
export const aliasFacts = ({ barcode, brandCode, brandSkuCode, quantity }: AliasRow): AliasRow => ({
  barcode,
  brandCode,
  brandSkuCode,
  quantity,
});

/** An alias as a scan meets it; `code` as scans are compared (`normaliseCode`). */
export type CodeMeaning = KnownProduct & Readonly<{ code: string; quantity: number }>;

type Coded = Readonly<{ brandCode: string; brandSkuCode: string }>;
const differs = (one: string, other: string): boolean => one.trim().toUpperCase() !== other.trim().toUpperCase();

/** True where two products can't be the same: what OMS4 left blank contradicts nothing. */
export const contradicts = (known: Coded, { brandCode, brandSkuCode }: Coded): boolean =>
  (known.brandCode.trim() !== "" && differs(known.brandCode, brandCode)) ||
  (known.brandSkuCode.trim() !== "" && differs(known.brandSkuCode, brandSkuCode));

/** True for a line of the very product: brand code and brand SKU code, both. */
export const isLineOf = (detail: Pick<TaskDetail, "brandCode" | "brandSkuCode">, product: string): boolean =>
  detail.brandSkuCode.trim() !== "" && productOf(detail.brandCode, detail.brandSkuCode) === product;

/** Why a code can't be made known as that product. */
export type CodeConflict =
  | Readonly<{ kind: "other-product"; known: KnownProduct }>
  /** OMS4's own code of one unit */
  | Readonly<{ kind: "one-unit"; known: KnownProduct }>
  | Readonly<{ kind: "opens-task"; ftNo: string }>;

/** "Blue mug (BR02 · SKU-0009)" */
export const productWords = ({ name, brandCode, brandSkuCode }: Pick<KnownProduct, "name" | "brandCode" | "brandSkuCode">): string => {
  const codes = [brandCode, brandSkuCode].filter((code) => code.trim() !== "").join(" · ");
  return name.trim() === "" || name === brandSkuCode ? codes : `${name} (${codes})`;
};

export const conflictWords = (
  wanted: Readonly<{ name: string; brandCode: string; brandSkuCode: string; quantity: number }>,
  conflict: CodeConflict,
): string => {
  switch (conflict.kind) {
    case "other-product":
      return `It is ${productWords(conflict.known)} here already: it can't be ${productWords(wanted)} too.`;
    case "one-unit":
      return `It is OMS4's code for one unit of ${productWords(conflict.known)}: it can't be ${wanted.quantity} of ${productWords(wanted)}.`;
    case "opens-task":
      return `It opens task ${conflict.ftNo}: it can't be ${productWords(wanted)}.`;
  }
};

/** A code being made known at the bench, and how many units each scan of it is to pack. */
export const teachingViewSchema = z.object({ code: z.string(), quantity: z.number() });
export type TeachingView = Readonly<z.infer<typeof teachingViewSchema>>;

/** Characters of a pasted list: more codes come as a file. The bridge lets a request of this length through, whatever is in it. */
export const LONGEST_PASTE = 500_000;
export const codeListSchema = z.union([z.object({ name: z.string() }), z.object({ text: z.string().max(LONGEST_PASTE) })]);
export type CodeList = Readonly<z.infer<typeof codeListSchema>>;

const aboutLineSchema = z.object({ line: z.number(), words: z.string() });
/** What taking a file over would do, row by row counted; of the lines only the first ones are named. */
export const codesPreviewSchema = z.object({
  rows: z.number(),
  fresh: z.number(),
  changed: z.number(),
  same: z.number(),
  conflicts: z.number(),
  bad: z.number(),
  /** bad rows and conflicts, in the order of the file */
  problems: z.array(aboutLineSchema),
  changes: z.array(aboutLineSchema),
});
export type CodesPreview = Readonly<z.infer<typeof codesPreviewSchema>>;

export const codesStateSchema = z.object({
  count: z.number(),
  folder: z.string(),
  files: z.array(z.object({ name: z.string(), at: z.number(), bytes: z.number() })),
  /** the audit, newest first; `code`: the one code that the line made known, as long as it is: it can be made unknown again */
  last: z.array(
    z.object({
      id: z.number(),
      at: z.number(),
      packer: z.string().nullable(),
      kind: z.string(),
      words: z.string(),
      code: z.string().nullable(),
    }),
  ),
  /** an import is under way */
  busy: z.boolean(),
});
export type CodesState = Readonly<z.infer<typeof codesStateSchema>>;
