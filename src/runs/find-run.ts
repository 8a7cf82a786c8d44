// Which run a person means: a name, a number of the list from 1, or the begin of one name only.
import { BridgeError } from "../errors.ts";

const shownCandidates = 10;

/**
 * A whole name wins over a number. `numbers: false` where a number that has moved would do harm.
 * Throws `run-none` and `run-ambiguous`, both with the candidates.
 */
export function findRun<R extends { name: string }>(
  runs: readonly R[],
  selector: string,
  { numbers = true }: { numbers?: boolean } = {},
): R {
  const exact = runs.find(({ name }) => name === selector);
  if (exact) return exact;
  const numbered = /^[1-9]\d{0,5}$/.test(selector) ? runs[Number(selector) - 1] : undefined;
  if (numbered && numbers) return numbered;
  const fitting = selector === "" ? [] : runs.filter(({ name }) => name.startsWith(selector));
  const [only, ...others] = fitting;
  if (only && others.length === 0) return only;
  const meant = numbered && !only ? [numbered] : only ? fitting : runs;
  const details = { selector, candidates: formatCandidates(meant), numbered: numbered !== undefined };
  if (only) throw new BridgeError("run-ambiguous", `several runs fit ${selector}`, details);
  throw new BridgeError("run-none", `no run fits ${selector}`, details);
}

function formatCandidates(runs: readonly { name: string }[]): string {
  const names = runs.slice(-shownCandidates).map(({ name }) => name);
  return `${runs.length > names.length ? "…, " : ""}${names.join(", ")}`;
}
