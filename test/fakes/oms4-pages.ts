import type { HttpAnswer } from "../../electron/practice/oms4-server.ts";
import { createRandom, type Random } from "./crash/random.ts";

/** Ways in which a list of OMS4 comes wrong although every byte of it is whole. */
export const pageFaultKinds = ["stale", "endless", "shuffled", "doubled", "gaps", "moved", "total", "wrong", "big", "deep"] as const;
export type PageFaultKind = (typeof pageFaultKinds)[number];

/** Of each kind of JSON something that doesn't belong where another kind is meant; numbers that no column and no clock can hold. */
export const wrongValues: readonly unknown[] = [
  null,
  true,
  false,
  "",
  " ",
  "null",
  "abc",
  "\u0000",
  "\ud800",
  "1e999",
  "-1",
  "'; drop table task; --",
  "x".repeat(20_000),
  0,
  -1,
  1.5,
  1e20,
  1e300,
  -1e300,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 2,
  [],
  [null],
  [[]],
  ["a", 1, null, {}],
  {},
  { id: {} },
  { toString: 1, valueOf: "x", constructor: null },
];

const BIG_BYTES = 10 * 1024 * 1024;
/** Deeper than any stack that reads or writes JSON by calling itself. */
const DEEP = 20_000;

type Json = Record<string, unknown>;
type Listed = Readonly<{ items: readonly unknown[]; rest: Json }>;

const changed = (
  answer: Exclude<HttpAnswer, "drop">,
  change: (list: Listed) => Readonly<{ items: readonly unknown[]; rest?: Json }>,
): HttpAnswer => {
  const envelope = JSON.parse(answer.body) as Json;
  const data = envelope["data"];
  if (Array.isArray(data)) {
    envelope["data"] = change({ items: data, rest: {} }).items;
    return { ...answer, body: JSON.stringify(envelope) };
  }
  if (typeof data !== "object" || data === null) return answer;
  const key = Object.keys(data).find((name) => Array.isArray((data as Json)[name]));
  if (key === undefined) return answer;
  const { [key]: items, ...rest } = data as Json;
  const made = change({ items: items as unknown[], rest });
  envelope["data"] = { ...(made.rest ?? rest), [key]: made.items };
  return { ...answer, body: JSON.stringify(envelope) };
};

const shuffle = <T>(items: readonly T[], random: Random): readonly T[] =>
  items
    .map((item) => ({ item, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);

/** One field of the record is of a wrong kind, or gone, or there is something quite different in its place. */
const spoil = (item: unknown, random: Random): unknown => {
  if (typeof item !== "object" || item === null) return random.pick(wrongValues);
  const names = Object.keys(item);
  if (names.length === 0 || random.chance(0.05)) return random.pick(wrongValues);
  const name = random.pick(names);
  const value = (item as Json)[name];
  if (Array.isArray(value) && value.length > 0 && random.chance(0.8)) {
    const at = random.between(0, value.length - 1);
    return { ...item, [name]: value.with(at, spoil(value[at], random)) };
  }
  if (random.chance(0.1)) return Object.fromEntries(Object.entries(item).filter(([key]) => key !== name));
  return { ...item, [name]: random.pick(wrongValues) };
};

/** A value nested so deep, as JSON: made by hand, since what makes JSON would fall over it. */
const deepJson = `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`;

/**
 * A right answer turned wrong. `earlier`: what the same call was answered before, oldest first. `stale` gives one of those again,
 * `endless` the oldest of them whatever is asked for; `moved` begins some records later than asked; `gaps` leaves records out, `total`
 * lies about their number; `wrong` spoils a field of most records; `big` is a page of 10 MB, `deep` one with a record nested 20,000 deep.
 */
export const spoilPage = (
  kind: PageFaultKind,
  right: HttpAnswer,
  { seed, earlier }: Readonly<{ seed: string; earlier: readonly HttpAnswer[] }>,
): HttpAnswer => {
  const random = createRandom(`${seed} ${kind}`);
  if (right === "drop") return right;
  switch (kind) {
    case "stale":
      return earlier.length === 0 ? right : random.pick(earlier);
    case "endless":
      return earlier[0] ?? right;
    case "shuffled":
      return changed(right, ({ items }) => ({ items: shuffle(items, random) }));
    case "doubled":
      return changed(right, ({ items }) => ({ items: items.flatMap((item) => (random.chance(0.3) ? [item, item] : [item])) }));
    case "gaps":
      return changed(right, ({ items }) => ({ items: items.filter(() => !random.chance(0.3)) }));
    case "moved": {
      const by = random.between(1, 10);
      return changed(right, ({ items }) => ({ items: items.slice(by) }));
    }
    case "total": {
      const lie = random.pick<unknown>([0, 1, -1, 1_000_000_000, null, "many", {}, undefined]);
      return changed(right, ({ items, rest }) => ({ items, rest: { ...rest, total_count: lie } }));
    }
    case "wrong":
      return changed(right, ({ items }) => ({ items: items.map((item) => (random.chance(0.7) ? spoil(item, random) : item)) }));
    case "big":
      return changed(right, ({ items, rest }) => ({
        items: items.map((item, index) => (index === 0 && typeof item === "object" ? { ...item, filler: "x".repeat(BIG_BYTES) } : item)),
        rest,
      }));
    case "deep": {
      const marked = changed(right, ({ items }) => ({
        items: items.map((item, index) => (index === 0 ? { ...(item as Json), deep: "\u0007deep" } : item)),
      }));
      return marked === "drop" ? marked : { ...marked, body: marked.body.replace('"\\u0007deep"', deepJson) };
    }
  }
};
