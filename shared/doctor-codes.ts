import { FNC1 } from "./fnc1.ts";

export type TestCode = Readonly<{
  id: "letters" | "digits" | "gs1";
  /** what a scanner without fault sends */
  text: string;
  /** how a person reads it */
  shown: string;
}>;

/**
 * The three barcodes of the test sheet. Their characters are chosen so that every fault leaves its mark: no character stands beside its like
 * where doubling is looked for, upper and lower case take turns, every key that the German, French and UK layouts move is there, none
 * needs AltGr in any of them, and all begin and end differently, so that what a scanner adds is told from what it repeats.
 */
export const testCodes: readonly TestCode[] = [
  { id: "letters", text: 'Kq"Wa.Zy-Mx_A/Qw:Zm;Y+"?A"z', shown: 'Kq"Wa.Zy-Mx_A/Qw:Zm;Y+"?A"z' },
  { id: "digits", text: "2-0123456789-7777777-AAAaaa-E", shown: "2-0123456789-7777777-AAAaaa-E" },
  { id: "gs1", text: `010950600013435210PbLot7${FNC1}21Ser4x`, shown: "(01)09506000134352(10)PbLot7(21)Ser4x" },
];

/** The bracketed form that barcode makers take for the GS1 code. */
export const GS1_BRACKETED = "(01)09506000134352(10)PbLot7(21)Ser4x";
