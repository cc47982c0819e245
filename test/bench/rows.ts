import type { Ground } from "./ground.ts";

/** One line of the table. `numbers` go into the JSON report as they are. */
export type Figure = Readonly<{
  what: string;
  /** the number to reach, in words */
  goal: string;
  measured: string;
  /** the same work with nothing of ours around it, in the same run */
  bare: string;
  ratio: string;
  /** null: a figure without a number to reach, for the picture */
  ok: boolean | null;
  numbers: Readonly<Record<string, unknown>>;
}>;

export type Row = Readonly<{ name: string; title: string; run: (ground: Ground) => Promise<readonly Figure[]> }>;
