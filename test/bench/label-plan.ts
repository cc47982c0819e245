import { FIRST_FREE_TASK } from "./fill.ts";
import { carrierLabels, zplLabel } from "./labels.ts";
import { makeBenchTask } from "./tasks.ts";

export type LabelKind = "zpl" | "pdf" | "own";
export const LABEL_KINDS: readonly LabelKind[] = ["zpl", "pdf", "own"];

export type Planned = Readonly<{ kind: LabelKind; sequence: number; /** null: the station draws it */ bytes: Uint8Array | null }>;

/** So many tasks of each kind, in turns, with the labels that OMS4 has for them. */
export const planLabels = async (count: number): Promise<readonly Planned[]> => {
  const wanted: Record<LabelKind, number[]> = { zpl: [], pdf: [], own: [] };
  for (let sequence = FIRST_FREE_TASK; LABEL_KINDS.some((kind) => wanted[kind].length < count); sequence++) {
    const { way } = makeBenchTask(sequence);
    if (way === "own") wanted.own.push(sequence);
    if (way === "single") (wanted.zpl.length > wanted.pdf.length ? wanted.pdf : wanted.zpl).push(sequence);
  }
  const carrierLabel = carrierLabels();
  const planned: Planned[] = [];
  for (let index = 0; index < count; index++) {
    for (const kind of LABEL_KINDS) {
      const sequence = wanted[kind][index] ?? FIRST_FREE_TASK;
      planned.push({ kind, sequence, bytes: kind === "own" ? null : kind === "zpl" ? zplLabel(sequence) : await carrierLabel(sequence) });
    }
  }
  return planned;
};
