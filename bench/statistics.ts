// Numbers of one run: percentiles and how they are printed.

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function formatMs(ms: number): string {
  return Math.abs(ms) < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** Two cells: median and 95th percentile. */
export function formatSpread(values: readonly number[]): string {
  return `${formatMs(percentile(values, 0.5))} | ${formatMs(percentile(values, 0.95))}`;
}

export async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
