import type { Snapshot } from "../shared/station.ts";
import type { Notice } from "./station-store.ts";
import { words } from "./words/en.ts";

const { back } = words;

const nextAtBench = ({ scanBack, task, activity, milestone }: Snapshot): string => {
  if (scanBack !== null) return back.label;
  if (task !== null) return back.items;
  if (activity === "counting") return back.count;
  return milestone === null ? back.task : back.parcels;
};

/** What is said when a screen is left by key or touch: what the command that opened it answered is about that screen, and over. */
export const backNotice = (snapshot: Snapshot): Notice => ({ tone: "info", title: back.title, text: nextAtBench(snapshot) });
