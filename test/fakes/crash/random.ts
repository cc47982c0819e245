/** Seeded randomness: the same seed gives the same plan, so that a failed run can be made again. */
export type Random = Readonly<{
  /** 0 up to 1 */
  next: () => number;
  /** true with that probability */
  chance: (probability: number) => boolean;
  /** a whole number, both ends included */
  between: (least: number, most: number) => number;
  pick: <T>(list: readonly T[]) => T;
}>;

const hashText = (text: string): number => {
  // FNV-1a, 32 bits
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
};

/** Each part of a run draws from its own sequence: what one draws never shifts another's. */
export const createRandom = (seed: string): Random => {
  let state = hashText(seed);
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (list) => {
      const picked = list[Math.floor(next() * list.length)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
  };
};
