import { createHash } from "node:crypto";
import type { Database } from "./database.ts";

type Row = { parcels: number; sum_g: number; sum_of_squares: number };

/** 22 characters of a SHA-256 keep 132 bits: two contents never share one. */
const KEY_LENGTH = 22;

/** What parcels of the same content weighed, as sums: one small row a content, so that learning costs a page and nothing grows with the days. */
export const createLearnedWeights = ({ database }: Readonly<{ database: Database }>) => {
  const get = database.prepare<Row>("select parcels, sum_g, sum_of_squares from learned_weight where content = ? and parcels > 0");
  const add = database.prepare(
    `insert into learned_weight (content, parcels, sum_g, sum_of_squares, changed_at) values (?, 1, ?, ?, ?)
     on conflict (content) do update set parcels = parcels + 1, sum_g = sum_g + excluded.sum_g,
       sum_of_squares = sum_of_squares + excluded.sum_of_squares, changed_at = excluded.changed_at`,
  );
  const take = database.prepare(
    "update learned_weight set parcels = parcels - 1, sum_g = sum_g - ?, sum_of_squares = sum_of_squares - ? where content = ? and parcels > 0",
  );
  return {
    /** The key of a content in words. */
    keyOf: (content: string): string => createHash("sha256").update(content).digest("base64url").slice(0, KEY_LENGTH),
    /** Null where no parcel of this content was weighed. Whole grams. */
    of: (key: string): Readonly<{ parcels: number; sumG: number; sumOfSquares: number }> | null => {
      const row = get.get(key);
      return row === null ? null : { parcels: row.parcels, sumG: row.sum_g, sumOfSquares: row.sum_of_squares };
    },
    learn: (key: string, grams: number, at: number): void => void add.run(key, grams, grams * grams, at),
    /** A parcel that is open again was not what it was taken for. */
    unlearn: (key: string, grams: number): void => void take.run(grams, grams * grams, key),
  };
};
export type LearnedWeights = ReturnType<typeof createLearnedWeights>;
