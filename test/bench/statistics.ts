/** The value below which the given part (0 to 1) of the sorted numbers lies; nearest rank. NaN of nothing. */
export const quantile = (numbers: readonly number[], part: number): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))] ?? Number.NaN;
};

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

/** Milliseconds as a person reads them: three digits are enough for a figure that moves by a tenth between two runs. */
export const ms = (value: number): string =>
  Number.isNaN(value) ? "–" : `${value >= 100 ? Math.round(value) : value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3)} ms`;

export const times = (ratio: number): string => (Number.isNaN(ratio) ? "–" : `${ratio.toFixed(2)} ×`);

export const perSecond = (value: number): string => `${Math.round(value).toLocaleString("en")} /s`;

/** What is kept of a series in the JSON report, ms unless its name says otherwise. */
export const summary = (numbers: readonly number[]) => ({
  count: numbers.length,
  p50: quantile(numbers, 0.5),
  p95: quantile(numbers, 0.95),
  p99: quantile(numbers, 0.99),
  max: quantile(numbers, 1),
});
