import { succeed, type Result } from "../../shared/failures.ts";
import { PAGE_LIMIT } from "./endpoints.ts";
import type { Page } from "./schemas.ts";

/** Where a walk through a list stands; kept between passes when the list is long. */
export type Walk = { offset: number; pages: number; finished: boolean; readonly seen: Set<string> };

export const startWalk = (): Walk => ({ offset: 0, pages: 0, finished: false, seen: new Set() });

export type WalkParts = Readonly<{
  walk: Walk;
  /** At most this many pages now; the walk goes on from there the next time. */
  mostPages: number;
  fetchPage: (offset: number) => Promise<Result<Page>>;
  /** What tells one item from another. */
  keyOf: (item: unknown) => string;
  /** Stores one page. */
  take: (items: readonly unknown[]) => void;
}>;

/**
 * Walks a list by offset. It ends on an empty or short page, when the total is reached, or when a page brings nothing that
 * this walk has not seen: so a server that ignores the offset or repeats a page can't hold it. A short page whose total says
 * that there is more only means that the server caps pages lower; a total that equals one full page may be that page's own count.
 */
export const walkPages = async ({ walk, mostPages, fetchPage, keyOf, take }: WalkParts): Promise<Result<null>> => {
  for (let count = 0; count < mostPages && !walk.finished; count++) {
    const page = await fetchPage(walk.offset);
    if (!page.ok) return page;
    const { items, totalCount } = page.value;
    const before = walk.seen.size;
    for (const item of items) walk.seen.add(keyOf(item));
    if (items.length > 0) take(items);
    walk.pages += 1;
    walk.offset += items.length;
    const totalReached = totalCount !== null && walk.offset >= totalCount;
    const last = items.length < PAGE_LIMIT ? totalCount === null || totalReached : totalReached && walk.offset > PAGE_LIMIT;
    walk.finished = items.length === 0 || walk.seen.size === before || last;
  }
  return succeed(null);
};
