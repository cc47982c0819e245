import type { CodeConflict } from "../../shared/alias.ts";
import type { CountRow, CountSession, KnownProduct } from "../../shared/count.ts";

/** Where the count stands, beside its rows. */
export type Count = CountSession &
  Readonly<{
    /** a first DISCARD waits for its second */
    discardAsked: Readonly<{ product: string; at: number }> | null;
  }>;

export const noCountYet: Count = { running: false, marked: null, pending: null, teaching: null, discardAsked: null };

/** A row before and after a step; null where there is none. */
export type RowChange = Readonly<{ before: CountRow | null; after: CountRow | null }>;

/** What a decision changes, as data; the desk writes all of it in one transaction. */
export type CountEffect =
  | Readonly<{
      kind: "row";
      note: "count-item" | "count-quantity" | "count-gone" | "count-removed";
      change: RowChange;
      code: string | null;
    }>
  | Readonly<{ kind: "undone"; step: number; change: RowChange }>
  | Readonly<{ kind: "taught"; code: string; known: KnownProduct }>
  | Readonly<{ kind: "started" }>
  | Readonly<{ kind: "left" }>
  | Readonly<{ kind: "finished" }>
  | Readonly<{ kind: "retried"; products: readonly string[] }>;

/** What a decision may look up: the rows of the count and the codes that are known. */
export type CountLook = Readonly<{
  /** the row that is counted or refused; a row that waits to be sent is none: counting it again is a new count */
  rowOf: (product: string) => CountRow | null;
  knownAs: (code: string) => readonly KnownProduct[];
  /** why the code can't be made known as this; null when it can */
  conflict: (code: string, known: KnownProduct) => CodeConflict | null;
  /** the newest step and what it changed; null when there is none */
  lastStep: () => Readonly<{ step: number; change: RowChange }> | null;
  /** the row below the given one on screen, and from the last one the first */
  rowBelow: (product: string | null) => CountRow | null;
  failed: () => readonly string[];
  sizes: () => Readonly<{ counting: number; waiting: number; failed: number }>;
}>;

export const isCountable = ({ brandCode, brandSkuCode }: KnownProduct): boolean => brandCode.trim() !== "" && brandSkuCode.trim() !== "";
