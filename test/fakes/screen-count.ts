import { noCount, productOf, type CountRowView, type CountView } from "../../shared/count.ts";
import type { Snapshot } from "../../shared/station.ts";
import { verdictLooks, type Verdict, type VerdictKind } from "../../shared/scan.ts";

const DAY_MS = 86_400_000;

const row = (
  brandCode: string,
  brandSkuCode: string,
  name: string,
  qty: number | null,
  more: Partial<CountRowView> = {},
): CountRowView => ({
  product: productOf(brandCode, brandSkuCode),
  brandCode,
  brandSkuCode,
  name,
  qty,
  state: "counting",
  failure: null,
  marked: false,
  before: null,
  ...more,
});

const rows = (now: number): readonly CountRowView[] => [
  row("BR03", "SKU-0042", "Thermal gloves, size M", 118, { marked: true, before: { qty: 124, at: now - 3 * DAY_MS } }),
  row("BR01", "SKU-0017", "Notebook A5, dotted", 1_260, { before: { qty: 1_300, at: now - 3 * DAY_MS } }),
  row("BR02", "SKU-0010", "Green mug 350 ml", null, { before: { qty: 2, at: now - 9 * DAY_MS } }),
  row("BR02", "SKU-0009", "Blue mug 350 ml", 48),
];
const refused = (now: number): CountRowView =>
  row("BR02", "SKU-0011", "Red mug 350 ml", 7, {
    state: "failed",
    failure: { kind: "oms4-refused", detail: "brand_sku_code SKU-0011 does not exist (code 400)." },
    before: { qty: 9, at: now - 9 * DAY_MS },
  });

const verdict = (kind: VerdictKind, title: string, text: string, at: number): Verdict => ({
  kind,
  ...verdictLooks[kind],
  title,
  text,
  ftNo: null,
  detailId: null,
  at,
});

/** The count's screens, on top of any station that is ready; `long`: names that hardly fit. */
export const countStates = (
  base: (now: number) => Snapshot,
  long: readonly string[],
): Readonly<Record<string, (now: number) => Snapshot>> => {
  const counting = (now: number, count: Partial<CountView>, words: Verdict | null): Snapshot => ({
    ...base(now),
    activity: "counting",
    scanSeq: 5,
    verdict: words,
    count: { ...noCount, running: true, counting: 4, rows: [...rows(now)], marked: rows(now)[0] ?? null, sentToday: 36, ...count },
  });
  return {
    "count-empty": (now) =>
      counting(
        now,
        { counting: 0, rows: [], marked: null, sentToday: 0 },
        verdict("command-ok", "Count stock", "Scan an item, then key how many there are. COUNT again ends it.", now),
      ),
    count: (now) =>
      counting(
        now,
        { failed: 1, rows: [refused(now), ...rows(now)] },
        verdict("item-ok", "Thermal gloves, size M · 118", "BR03 · SKU-0042. It was 1. Scan the next item.", now),
      ),
    "count-unknown": (now) =>
      counting(
        now,
        { unknown: { code: "8850001234999", ambiguous: false } },
        verdict(
          "unknown-code",
          "Unknown code: 8850001234999",
          "No order here has it. Press T or scan TEACH, and type its brand code and SKU once.",
          now,
        ),
      ),
    "count-ambiguous": (now) =>
      counting(
        now,
        { unknown: { code: long[0] ?? "", ambiguous: true } },
        verdict(
          "ambiguous",
          "This code is on two products",
          "Mug (BR01 · SHARED) / Cup (BR02 · SHARED). Scan another code of it, or TEACH and type its brand code.",
          now,
        ),
      ),
    "count-teaching": (now) =>
      counting(
        now,
        {
          unknown: { code: "8850001234999", ambiguous: false },
          teaching: { step: "sku", brandCode: "BR-WITH-A-LONG-CODE-OF-ITS-OWN-001" },
        },
        verdict("command-ok", "Now its brand SKU code, then Enter", "Brand BR-WITH-A-LONG-CODE-OF-ITS-OWN-001. Escape stops it.", now),
      ),
    "count-many": (now) =>
      counting(
        now,
        {
          counting: 500,
          above: 210,
          below: 250,
          rows: Array.from({ length: 40 }, (_, index) =>
            row("BRAND-WITH-A-LONG-CODE", `SKU-WITH-A-VERY-LONG-CODE-${index}`, long[index % long.length] ?? "", 999_999 - index, {
              marked: index === 20,
            }),
          ),
        },
        verdict("item-ok", long[0] ?? "", "BRAND-WITH-A-LONG-CODE · SKU. Scan again to count up, or key the number.", now),
      ),
    "ready-count": (now) => ({ ...base(now), count: { ...noCount, counting: 12, waiting: 200, failed: 3 } }),
  };
};
