import type { Figure } from "./rows.ts";

const HEADINGS = ["what", "number to reach", "measured", "bare limit", "ratio", ""] as const;

const verdictOf = ({ ok }: Figure): string => (ok === null ? "" : ok ? "ok" : "NOT ok");
const cellsOf = (figure: Figure): readonly string[] => [
  figure.what,
  figure.goal,
  figure.measured,
  figure.bare,
  figure.ratio,
  verdictOf(figure),
];

/** The figures as a table of plain text, one line each. */
export const table = (figures: readonly Figure[]): string => {
  const lines = [HEADINGS, ...figures.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(HEADINGS), rule, ...figures.map((figure) => line(cellsOf(figure)))].join("\n");
};
