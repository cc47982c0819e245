import type { TestOms4 } from "../oms4-running.ts";
import { makeTestTask, type TestTask } from "../oms4-tasks.ts";
import type { PaperTask } from "./model.ts";
import type { Random } from "./random.ts";

const SKUS = Array.from({ length: 14 }, (_one, index) => `SKU-${String(index + 1).padStart(2, "0")}`);

/** Orders as they come: mostly one parcel and few things, some split, some of our own delivery, some with one thing twice. */
const makeTask = (ftNo: string, random: Random, ownShare: number): Readonly<{ order: TestTask; paper: PaperTask }> => {
  const draw = random.next();
  const way = draw < 0.7 - ownShare ? "single" : draw < 1 - ownShare ? "split" : "own";
  const split = way === "split" || (way === "own" && random.chance(0.25));
  const lines = Array.from({ length: random.pick([1, 1, 2, 2, 3, 4]) }, () => {
    const sku = random.pick(SKUS);
    const qty = random.pick([null, 1, 1, 2, 3, 5]);
    return { sku, ...(qty === null ? {} : { qty }) };
  });
  const order: TestTask = {
    ftNo,
    way,
    lines,
    // Mostly there with the task; some come late, so that parcels wait for them
    labelAfterMs: random.chance(0.8) ? 0 : random.between(100, 2_000),
    raw: {
      ...(split && way === "own" ? { allow_ft_split: 1 } : {}),
      ...(random.chance(0.2) ? { packing_instruction: "Wrap each item by itself." } : {}),
    },
  };
  const wants = new Map<string, number>();
  for (const { sku, qty } of lines) wants.set(sku, (wants.get(sku) ?? 0) + (qty ?? 1));
  const { raw } = makeTestTask(order, 0);
  const carriers = (raw["avail_delivery_carrier"] as Record<string, unknown>[]).map((carrier) => String(carrier["id"] ?? carrier["value"]));
  return { order, paper: { ftNo, way, split, wants, carriers, lines: lines.length } };
};

/** Hands out tasks and keeps OMS4 a few ahead of the packer. */
export const createSupply = ({
  oms4,
  random,
  ahead,
  refills = true,
  ownShare = 0.2,
}: Readonly<{
  oms4: TestOms4;
  random: Random;
  ahead: number;
  /** false: when the first pile is packed there is no more */
  refills?: boolean;
  /** how many of the orders go with our own delivery */
  ownShare?: number;
}>) => {
  const papers = new Map<string, PaperTask>();
  const waiting: string[] = [];
  const refill = (): void => {
    while (waiting.length < ahead) {
      const ftNo = `FT${String(papers.size + 1).padStart(5, "0")}`;
      const { order, paper } = makeTask(ftNo, random, ownShare);
      papers.set(ftNo, paper);
      waiting.push(ftNo);
      oms4.addTask(order);
    }
  };
  refill();
  return {
    paper: (ftNo: string): PaperTask => {
      const found = papers.get(ftNo);
      if (found === undefined) throw new Error(`nobody ever ordered ${ftNo}`);
      return found;
    },
    /** The next on the pile, not taken off yet. */
    next: (): string => waiting[0] ?? "",
    take: (ftNo: string): void => {
      const at = waiting.indexOf(ftNo);
      if (at >= 0) waiting.splice(at, 1);
      if (refills) refill();
    },
    all: (): readonly PaperTask[] => [...papers.values()],
    /** Something that does not belong into this task. */
    foreign: (task: PaperTask): string => SKUS.find((sku) => !task.wants.has(sku)) ?? "NOTHING-LIKE-IT",
  };
};
export type Supply = ReturnType<typeof createSupply>;
