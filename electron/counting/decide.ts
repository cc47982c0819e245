import { codeFault, contradicts } from "../../shared/alias.ts";
import { LARGEST_COUNT, productOf, type CountRow, type KnownProduct } from "../../shared/count.ts";
import { lastingReading, type ReadScan } from "../../shared/scan.ts";
import type { Answer } from "../packing/decision.ts";
import { isCountable, type Count, type CountEffect, type CountLook } from "./count.ts";
import { countAnswer } from "./words.ts";

export type CountDecision = Readonly<{ count: Count; effects: readonly CountEffect[]; verdict: Answer }>;

export type CountScan = Readonly<{
  /** the scan as it came, then other readings of the same keystrokes */
  texts: readonly string[];
  readings: readonly ReadScan[];
  /** typed at a person's pace: digits are then a number, even where an item has the same code */
  byHand: boolean;
  /** it opens a task */
  isTask: () => boolean;
}>;

const WHOLE_NUMBER = /^\d{1,6}$/;
/** Shorter than any barcode (EAN-8 has 8 digits), with a sign or a fraction perhaps: meant as a number, and no count. */
const LIKE_A_NUMBER = /^[+-]?\d{1,7}([.,]\d*)?$|^[+-]\d+$/;
const LONGEST_CODE = 64;

export const stay = (count: Count, verdict: Answer): CountDecision => ({ count, effects: [], verdict });

const rowFor = (known: KnownProduct, qty: number | null): CountRow => ({
  product: known.product,
  brandCode: known.brandCode,
  brandSkuCode: known.brandSkuCode,
  name: known.name,
  qty,
  state: "counting",
  failure: null,
});

/** Counts a product `times` more, or as many cases of it: a count goes up, anything else begins anew. */
const countItem = (count: Count, { units, ...known }: KnownProduct, code: string, times: number, look: CountLook): CountDecision => {
  const quantity = times * (units ?? 1);
  const before = look.rowOf(known.product);
  const settled: Count = { ...count, pending: null, teaching: null, discardAsked: null };
  const qty = (before?.state === "counting" ? (before.qty ?? 0) : 0) + quantity;
  if (qty > LARGEST_COUNT) return stay({ ...settled, marked: before === null ? null : known.product }, countAnswer.tooMany(known, qty));
  const after = rowFor(known, qty);
  return {
    count: { ...settled, marked: known.product },
    effects: [{ kind: "row", note: "count-item", change: { before, after }, code }],
    verdict: countAnswer.counted(after),
  };
};

/** Sets the number of the marked row; a refused one is corrected by it and goes again with FINISH. */
export const setQuantity = (count: Count, text: string, look: CountLook): CountDecision => {
  if (!WHOLE_NUMBER.test(text)) return stay(count, countAnswer.badNumber(text));
  const before = count.marked === null ? null : look.rowOf(count.marked);
  if (before === null) return stay(count, countAnswer.nothingMarked());
  const after: CountRow = { ...before, qty: Number(text), state: "counting", failure: null };
  return {
    count: { ...count, pending: null, discardAsked: null },
    effects: [{ kind: "row", note: "count-quantity", change: { before, after }, code: null }],
    verdict: countAnswer.quantity(after, before),
  };
};

/** What is typed or scanned while a code is being made known: first the brand, then the SKU; then it counts. */
const teach = (count: Count, pending: NonNullable<Count["pending"]>, text: string, look: CountLook): CountDecision => {
  const { teaching } = count;
  if (text === "" || text.length > LONGEST_CODE || codeFault(text) !== null) return stay(count, countAnswer.badTeaching(text));
  if (codeFault(pending.code) !== null) return stay({ ...count, teaching: null, pending: null }, countAnswer.badTeaching(pending.code));
  if (teaching === null || teaching.step === "brand") {
    const meant = pending.products.filter((known) => isCountable(known) && known.brandCode.toUpperCase() === text.toUpperCase());
    const [only] = meant;
    // The code stays on both products: which one it is must be said each time
    if (meant.length === 1 && only !== undefined) return countItem(count, only, pending.code, pending.quantity, look);
    return stay({ ...count, teaching: { step: "sku", brandCode: text } }, countAnswer.typeSku(text));
  }
  const product = productOf(teaching.brandCode, text);
  const same = look.knownAs(text).find((known) => known.product === product);
  const named = pending.products.find(({ name }) => name.trim() !== "");
  const known: KnownProduct = same ?? { product, brandCode: teaching.brandCode, brandSkuCode: text, name: named?.name ?? "" };
  const already = pending.products.find((other) => other.product === product);
  if (already !== undefined) return countItem(count, already, pending.code, pending.quantity, look);
  const conflict = look.conflict(pending.code, known);
  // Nothing is left half taught: the code is scanned again, or another one of the item
  if (conflict !== null) return stay({ ...count, teaching: null, pending: null }, countAnswer.conflict(pending.code, known, conflict));
  const counted = countItem(count, known, pending.code, pending.quantity, look);
  return { ...counted, effects: [{ kind: "taught", code: pending.code, known }, ...counted.effects] };
};

/** A scan while stock is counted: an item, a number, or the words that make a code known. */
export const decideCountScan = (count: Count, scan: CountScan, look: CountLook): CountDecision => {
  const [text = ""] = scan.texts.map((each) => each.trim());
  const found = scan.readings
    .map((reading) => ({ reading, products: look.knownAs(reading.code) }))
    .find(({ products }) => products.length > 0);
  if (count.teaching !== null && count.pending !== null) {
    const wanted = { brandCode: count.teaching.brandCode, brandSkuCode: text };
    const [other] = found?.products ?? [];
    // A scanner's barcode of a known product is no SKU code; what is typed may be one that another brand has too
    if (
      count.teaching.step === "sku" &&
      !scan.byHand &&
      other !== undefined &&
      found?.products.every((known) => contradicts(known, wanted))
    )
      return stay(count, countAnswer.notItsSku(text, wanted.brandCode, other));
    // Another item's barcode at a scanner's pace is no brand code: the packer went on
    const wentOn = count.teaching.step === "brand" && !scan.byHand && found !== undefined;
    if (!wentOn) return teach(count, count.pending, text, look);
  }
  const number = scan.texts.map((each) => each.trim()).find((each) => WHOLE_NUMBER.test(each));
  if (number !== undefined && (found === undefined || scan.byHand)) return setQuantity(count, number, look);
  // A number keyed behind a refused scan is meant for what was refused, not for the item before it
  const going: Count = { ...count, marked: null, teaching: null, discardAsked: null };
  if (found !== undefined) {
    const { reading, products } = found;
    const countable = products.filter(isCountable);
    const [only] = countable;
    const quantity = reading.quantity ?? 1;
    if (countable.length === 1 && only !== undefined) return countItem(going, only, reading.code, quantity, look);
    const refused: Count = { ...going, pending: { code: reading.code, quantity, products: [...products] } };
    const [first] = products;
    return stay(
      refused,
      countable.length > 1 || first === undefined ? countAnswer.ambiguous(countable) : countAnswer.incomplete(text, first),
    );
  }
  if (scan.isTask()) return stay(going, countAnswer.isTask(text));
  if (LIKE_A_NUMBER.test(text)) return stay(count, countAnswer.badNumber(text));
  const kept = lastingReading(scan.readings);
  const code = kept?.code ?? text;
  return stay({ ...going, pending: { code, quantity: kept?.quantity ?? 1, products: [] } }, countAnswer.unknown(text));
};
