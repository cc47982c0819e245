import { succeed, type Result } from "../../shared/failures.ts";

/** Works through items, `width` at a time, and starts no more after the first failure; gives that failure. */
export const inParallel = async <Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result<null>>,
): Promise<Result<null>> => {
  const queue = [...items];
  let outcome: Result<null> = succeed(null);
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && outcome.ok; item = queue.shift()) {
      const result = await work(item);
      if (!result.ok && outcome.ok) outcome = result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return outcome;
};

export const groupsOf = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, group) => items.slice(group * size, (group + 1) * size));
