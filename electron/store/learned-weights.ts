import type { Database } from "./database.ts";

type Row = { parcels: number; sum_g: number; sum_of_squares: number };

/** What parcels of the same content weighed, as sums: one small row a content, so that learning costs a page and nothing grows with the days. */
export const createLearnedWeights = ({ database }: Readonly<{ database: Database }>) => {
  const get = database.prepare<Row>("select parcels, sum_g, sum_of_squares from learned_weight where content = ?");
  const add = database.prepare(
    `insert into learned_weight (content, parcels, sum_g, sum_of_squares) values (?, 1, ?, ?)
     on conflict (content) do update set parcels = parcels + 1, sum_g = sum_g + excluded.sum_g, sum_of_squares = sum_of_squares + excluded.sum_of_squares`,
  );
  const take = database.prepare(
    "update learned_weight set parcels = parcels - 1, sum_g = sum_g - ?, sum_of_squares = sum_of_squares - ? where content = ? and parcels > 0",
  );
  return {
    /** Null where no parcel of this content was weighed. */
    of: (content: string): Readonly<{ parcels: number; sumG: number; sumOfSquares: number }> | null => {
      const row = get.get(content);
      return row === null || row.parcels === 0 ? null : { parcels: row.parcels, sumG: row.sum_g, sumOfSquares: row.sum_of_squares };
    },
    learn: (content: string, grams: number): void => void add.run(content, grams, grams * grams),
    /** A parcel that is open again was not what it was taken for. */
    unlearn: (content: string, grams: number): void => void take.run(grams, grams * grams, content),
  };
};
export type LearnedWeights = ReturnType<typeof createLearnedWeights>;
