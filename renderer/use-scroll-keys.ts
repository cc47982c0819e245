import type { RefObject } from "react";
import { useLoneKey } from "./use-station.ts";

/** Of what is seen, so that the last line before is the first line after. */
const SCROLLED_PART = 0.8;

/** ↓ and ↑ scroll these lists: nobody needs a mouse to read on. */
export const useScrollKeys = (...lists: readonly RefObject<HTMLElement | null>[]): void =>
  useLoneKey((key) => {
    if (key !== "ArrowDown" && key !== "ArrowUp") return false;
    for (const { current } of lists) current?.scrollBy({ top: (key === "ArrowDown" ? 1 : -1) * SCROLLED_PART * current.clientHeight });
    return true;
  });
