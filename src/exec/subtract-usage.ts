// The tokens of one turn out of two running totals of its thread.
import type { Usage } from "../codex/turn-events.ts";

export const noUsage: Required<Usage> = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
  totalTokens: 0,
};

/** Undefined when `before` cannot be the total before `after`: somebody else used the thread, or it was rewritten. */
export function subtractUsage(after: Usage, before: Usage): Usage | undefined {
  const names = Object.keys(noUsage) as (keyof Usage)[];
  const pairs = names.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
  if (pairs.some(([, difference]) => difference < 0)) return undefined;
  return { ...noUsage, ...Object.fromEntries(pairs) };
}
