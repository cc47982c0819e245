import { sampleChannels, sampleDeliveryNotes, sampleInstructions, sampleOwnChannel, sampleReceivers } from "./sample-receivers.ts";
import { sampleGoods, type SampleGoods } from "./sample-goods.ts";
import type { RawDetail, RawTask } from "./oms4-state.ts";

/** A task with its label's tracking number, where it has one beforehand. */
export type SampleTask = Readonly<{ raw: RawTask; trackingNo: string; way: "single" | "split" | "own" }>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** From very soon to the day after tomorrow. */
const SHIP_BY_MINUTES: readonly number[] = [12, 25, 40, 65, 90, 150, 240, 330, 480, 720, 1_080, 1_440, 1_980, 2_880];
/** Of five orders in a row three ship in one parcel, one may be split, one goes out with the seller's own vans. */
const WAYS = ["single", "single", "split", "single", "own"] as const;

/** Small and repeatable: the same number makes the same order (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Goes round a list that is never empty. */
const at = <Item>(list: readonly Item[], index: number): Item => list[index % list.length] as Item;

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const trackingPrefixes: Readonly<Record<string, string>> = {
  "SPX Express": "SPXSG0",
  "J&T Express": "JTSG8",
  "Ninja Van": "NVSG",
  "LEX Singapore": "LEXSG",
  "LEX Thailand": "LEXTH",
  "Flash Express": "FLTH",
  GHN: "GHNVN",
  "Pos Laju": "PLMY",
};

const orderNo = (scType: string, day: string, sequence: number, code: string): string => {
  switch (scType) {
    case "Shopee":
      return `${day}${code}${String(sequence).padStart(4, "0")}`;
    case "Lazada":
      return `1182${day}${String(100_000 + sequence)}`;
    case "Tiktok":
      return `5793${day}${String(10_000_000 + sequence)}`;
    default:
      return `KOPI-${10_400 + sequence}`;
  }
};

const makeDetails = (random: () => number, sequence: number, lines: number): readonly { detail: RawDetail; goods: SampleGoods }[] => {
  const chosen: SampleGoods[] = [];
  while (chosen.length < lines) {
    const item = sampleGoods[Math.floor(random() * sampleGoods.length)];
    if (item !== undefined && !chosen.includes(item)) chosen.push(item);
  }
  // A bundle and a single piece of the same thing come as two lines
  if (sequence % 7 === 3 && chosen[0] !== undefined && lines > 1) chosen[lines - 1] = chosen[0];
  return chosen.map((item, index) => {
    const qty = random() < 0.3 ? 2 + Math.floor(random() * 3) : 1;
    const detail: RawDetail = {
      order_item_status: "READY_TO_SHIP",
      order_item_id: 4_000_000 + sequence * 10 + index,
      task_detail_id: 900_000 + sequence * 10 + index,
      seller_sku_code: item.seller,
      brand_code: item.brand,
      brand_sku_code: item.sku,
      sku_name: item.name,
      ...(qty > 1 || sequence % 3 !== 0 ? { qty } : {}),
      barcode: item.barcode,
      weight: item.weight,
    };
    return { detail, goods: item };
  });
};

/** The practice order of a number; `now` in ms. */
export const makeSampleTask = (sequence: number, now: number): SampleTask => {
  const random = randomFrom(sequence * 7_919);
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)] as Item;
  const day = new Date(now).toISOString().slice(2, 10).replaceAll("-", "");
  const way = WAYS[sequence % WAYS.length] ?? "single";
  const receivers = way === "own" ? sampleReceivers.filter(({ country }) => country === "SG") : sampleReceivers;
  const receiver = at(receivers, sequence);
  const channel = pick(sampleChannels[receiver.country] ?? sampleChannels["other"] ?? []);
  const carrier = pick(channel.carriers);
  const scType = way === "own" ? sampleOwnChannel.scType : channel.scType;
  const lines = way === "split" ? 2 + Math.floor(random() * 5) : pick([1, 1, 1, 2, 2, 3, 4]);
  const details = makeDetails(random, sequence, lines);
  const fragile = details.some(({ goods }) => goods.fragile);
  const note = sequence % 6 === 1 ? pick(sampleInstructions) : "";
  const createdAt = now - Math.floor(random() * 20 * HOUR_MS);
  const shipBy = now + at(SHIP_BY_MINUTES, sequence * 5) * MINUTE_MS;
  const code = Array.from({ length: 4 }, () => pick([...ALPHABET])).join("");
  const own = way === "own";
  const raw: RawTask = {
    ft_no: `FT${day}${String(sequence).padStart(4, "0")}`,
    fp_name: "Practice fulfillment point",
    created_time: createdAt,
    updated_time: now,
    status: "NEW",
    allow_ft_split: way === "split" ? 1 : 0,
    order_no: orderNo(scType, day, sequence, code),
    sc_type: scType,
    sales_channel: own ? sampleOwnChannel.channel : channel.channel,
    order_created_time: createdAt - 5 * MINUTE_MS,
    packing_instruction: [fragile ? "FRAGILE: bubble wrap, this side up" : "", note].filter((part) => part !== "").join(". "),
    delivery_instruction: sequence % 5 === 2 ? pick(sampleDeliveryNotes) : "",
    ship_by_date: shipBy,
    cross_border: receiver.country === "SG" ? 0 : 1,
    ...receiver,
    organization: "",
    email: "",
    delivery_carrier: own ? null : carrier,
    delivery_type: own ? "" : pick(["Standard", "Standard", "Economic"]),
    avail_delivery_carrier: own ? sampleOwnChannel.carriers : [],
    task_details: details.map(({ detail }) => detail),
  };
  const trackingNo = way === "single" ? `${trackingPrefixes[carrier] ?? "PX"}${String(41_000_000_000 + sequence * 7_919)}` : "";
  return { raw, trackingNo, way };
};
