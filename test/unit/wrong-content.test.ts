import { expect, test } from "vitest";
import type { Bench, BenchTask } from "../../electron/packing/bench.ts";
import type { Decision } from "../../electron/packing/decision.ts";
import { decide, type BenchInput } from "../../electron/packing/engine.ts";
import { matchItem } from "../../electron/packing/match.ts";
import { readings } from "../../electron/scanner/read-scan.ts";
import { readCommand } from "../../shared/scan.ts";
import type { TaskDetail } from "../../shared/task.ts";
import { createRandom, type Random } from "../fakes/crash/random.ts";
import { taskOf } from "../fakes/desk.ts";

const ORDERS = 100_000;
const policy = { ownCarrier: { name: "Own fleet", type: "Standard" }, ownCarriers: [], cartons: [] };

/** A thing on the shelf: what it is, and the codes that stick on it. */
type Product = Readonly<{ brand: string; sku: string; seller: string; barcode: string }>;

const checkDigit = (digits: string): string => {
  const sum = [...digits].toReversed().reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
};
const gtin = (digits: string): string => digits + checkDigit(digits);

/** Names that differ by a hyphen, a digit more, a letter's place; barcodes that follow each other, of 8, 12, 13 and 14 digits. */
const catalogue: readonly Product[] = Array.from({ length: 60 }, (_one, index) => index).flatMap((index) => [
  { brand: "B1", sku: `AB-${index}`, seller: `S-${index}`, barcode: gtin(`40000${String(index).padStart(7, "0")}`) },
  {
    brand: "B1",
    sku: `AB-${index}0`.replace(/^AB-(\d)0$/, "AC-$1"),
    seller: "",
    barcode: gtin(`0${String(1_000 + index).padStart(10, "0")}`),
  },
  { brand: "B1", sku: `BA-${index}`, seller: `S-${index}-X`, barcode: gtin(`960${String(index).padStart(4, "0")}`) },
  { brand: "B2", sku: `AB-${index}`, seller: `T-${index}`, barcode: gtin(`1${String(5_000 + index).padStart(12, "0")}`) },
]);

const codesOf = (random: Random, { sku, seller, barcode }: Product): string => {
  const code = random.pick([sku, sku, barcode, barcode, seller === "" ? sku : seller]);
  return random.chance(0.15) ? code.toLowerCase() : code;
};
/** Two products that bear the same code: of a thing that isn't even ordered no scanner can tell which of them it is. */
const sharesCode = (one: Product, other: Product): boolean =>
  keyOf(one) !== keyOf(other) &&
  [one.sku, one.seller, one.barcode].some((code) => code !== "" && [other.sku, other.seller, other.barcode].includes(code));
const keyOf = ({ brand, sku }: Readonly<{ brand: string; sku: string }>): string => `${brand}|${sku}`;

/** The bench's hands: puts into the box what was accepted and nothing else, and looks into each box that is closed. */
const packOrder = (random: Random, number: number): Readonly<{ wrong: string | null; refused: number; parcels: number }> => {
  const lines = Array.from({ length: random.between(1, 4) }, (_one, index) => {
    const product = random.pick(catalogue);
    const detail: TaskDetail = {
      detailId: `${number}-${index}`,
      name: "",
      brandCode: product.brand,
      brandSkuCode: product.sku,
      sellerSkuCode: product.seller,
      barcodes: [product.barcode],
      qty: random.between(1, 3),
      qtyGiven: true,
      imageUrl: null,
      weightKg: null,
    };
    return { product, detail };
  });
  const split = random.chance(0.3);
  const found: BenchTask = {
    task: taskOf(
      `FT${number}`,
      lines.map(({ detail }) => detail),
      split ? { way: "split", allowSplit: true } : {},
    ),
    state: "waiting",
    holdReason: null,
    cancellation: null,
    request: null,
    parcels: [],
    units: [],
    shared: false,
    carrierId: null,
    openedAt: 0,
    startedAt: null,
    acknowledged: true,
    quantityNext: 1,
    tookOut: false,
  };
  const productOf = new Map(lines.map(({ product, detail }) => [detail.detailId, keyOf(product)]));
  let bench: Bench = { open: null };
  let serial = 0;
  let refused = 0;
  let parcels = 0;
  let wrong: string | null = null;
  let box: string[][] = [];
  const left = new Map<string, number>();
  for (const { product, detail } of lines) left.set(keyOf(product), (left.get(keyOf(product)) ?? 0) + detail.qty);

  const take = (input: BenchInput): Decision => {
    const decision = decide(bench, input, number);
    bench = decision.bench;
    for (const effect of decision.effects) {
      if (effect.kind !== "parcel-closed") continue;
      parcels += 1;
      const told = effect.items.flatMap(({ detailId, qty }) => Array.from({ length: qty }, () => productOf.get(detailId) ?? "a stranger"));
      const inside = box.flat();
      if (told.toSorted().join() !== inside.toSorted().join())
        wrong ??= `FT${number}: the box holds ${inside.join(" ")}, OMS4 hears ${told.join(" ")}`;
      box = [];
    }
    return decision;
  };
  const fresh = () => ({ nextParcelNo: `P${number}-${(serial += 1)}`, policy });
  const scan = (product: Product, quantity: number): void => {
    const read = readings(codesOf(random, product));
    // The hand holds the thing before the answer comes; refused, it goes back to the shelf
    box.push(Array.from({ length: quantity }, () => keyOf(product)));
    const known = bench.open !== null && matchItem(bench.open, read).kind !== "none";
    const before = box;
    const { verdict } = take(
      known
        ? { kind: "item", readings: read, packed: null, ...fresh() }
        : { kind: "stranger", code: read[0]?.text ?? "", itemName: null, ...fresh() },
    );
    if (verdict?.kind === "item-ok" || verdict?.kind === "task-done") left.set(keyOf(product), (left.get(keyOf(product)) ?? 0) - quantity);
    else {
      refused += 1;
      before.pop();
    }
  };
  const command = (text: string): string => {
    const read = readCommand(text);
    if (read === null || read === "unknown") throw new Error(text);
    return take({ kind: "command", command: read, last: null, held: null, ...fresh() }).verdict?.kind ?? "";
  };

  take({ kind: "tasks", found: [found], code: found.task.ftNo, ...fresh() });
  for (let step = 0; step < 60 && bench.open !== null; step++) {
    const open = bench.open;
    const wanted = lines.filter(({ product }) => (left.get(keyOf(product)) ?? 0) > 0);
    const draw = random.next();
    if (wanted.length === 0 && draw < 0.8) command("CMDFINISH");
    else if (draw < 0.1) {
      const stranger = random.pick(catalogue);
      if (!lines.some(({ product }) => sharesCode(stranger, product))) scan(stranger, 1);
    } else if (draw < 0.18) scan(random.pick(lines).product, 1);
    else if (draw < 0.22 && box.length > 0 && open.quantityNext === 1) {
      const out = box.at(-1) ?? [];
      if (command("CMDUNDO") === "command-ok") {
        box = box.slice(0, -1);
        for (const key of out) left.set(key, (left.get(key) ?? 0) + 1);
      }
    } else if (draw < 0.3 && split) command("CMDNEWPARCEL");
    else {
      const { product } = wanted.length > 0 ? random.pick(wanted) : random.pick(lines);
      const quantity = random.chance(0.2) ? random.between(1, 4) : 1;
      if (quantity > 1) command(`CMDQTY${quantity}`);
      scan(product, quantity);
    }
  }
  return { wrong, refused, parcels };
};

test("100,000 orders with wrong, foreign and surplus scans: what OMS4 hears of a box is what lies in it, every time", () => {
  const random = createRandom(process.env["SEED"] ?? "wrong content");
  let refused = 0;
  let parcels = 0;
  const wrong: string[] = [];
  for (let number = 1; number <= ORDERS && wrong.length < 5; number++) {
    const order = packOrder(random, number);
    refused += order.refused;
    parcels += order.parcels;
    if (order.wrong !== null) wrong.push(order.wrong);
  }
  expect(wrong).toEqual([]);
  expect(parcels).toBeGreaterThan(ORDERS);
  expect(refused).toBeGreaterThan(ORDERS / 2);
}, 120_000);
