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
  /** Something else goes first: what the next page waits for; null while nothing does. */
  giveWay?: () => Promise<void> | null;
}>;

/**
 * Walks a list by offset. It ends on an empty or short page, when the total is reached, or when a page brings nothing that
 * this walk has not seen: so a server that ignores the offset or repeats a page can't hold it. A short page whose total says
 * that there is more only means that the server caps pages lower; a total that equals one full page may be that page's own count.
 */
export const walkPages = async ({ walk, mostPages, fetchPage, keyOf, take, giveWay }: WalkParts): Promise<Result<null>> => {
  let coming: Promise<Result<Page>> | null = null;
  const fetchNext = (offset: number): Promise<Result<Page>> => {
    const wait = giveWay?.() ?? null;
    return wait === null ? fetchPage(offset) : wait.then(() => fetchPage(offset));
  };
  for (let count = 0; count < mostPages && !walk.finished; count++) {
    const page: Result<Page> = await (coming ?? fetchPage(walk.offset));
    if (!page.ok) return page;
    const { items, totalCount }: Page = page.value;
    const keys = items.map(keyOf);
    const offset: number = walk.offset + items.length;
    const totalReached: boolean = totalCount !== null && offset >= totalCount;
    const last: boolean = items.length < PAGE_LIMIT ? totalCount === null || totalReached : totalReached && offset > PAGE_LIMIT;
    const finished: boolean = items.length === 0 || last || keys.every((key) => walk.seen.has(key));
    // The next page travels while this one is stored
    coming = finished || count + 1 >= mostPages ? null : fetchNext(offset);
    if (items.length > 0) take(items);
    // Only now: a page that could not be stored is fetched again
    for (const key of keys) walk.seen.add(key);
    walk.pages += 1;
    walk.offset = offset;
    walk.finished = finished;
  }
  return succeed(null);
};
