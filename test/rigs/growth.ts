// How the time of something grows with what it is given.
import { expect } from "vitest";

/** Ten times as much takes ten times as long; above fifteen something is done again and again. */
const mostTimes = 15;
/** What is faster than this is not measured: other work of the machine would be. */
const leastMs = 60;

/** What was seen to be slow where it was built carelessly. */
export const worstCases = [
  ...["\u001b]", "`", "`a` ", "[", "](", "[a](", "![a](", "<", "<b>", "&", "\\", "*a", "_", "~~~\n", "```\n"],
  ...["👩\u200d", "👩🏽\u200d💻", "\u200d", "\u0301", "\ud83d", "\u{e0041}", "a", "a ", "@", "@a", "a.b", "a.", "/x"],
  ...["1.1.", "+1 ", "> ", "|a", "\n", "- a\n", "a\n\n", "x".repeat(2_000).concat("\n")],
];

function measure(work: (text: string) => unknown, text: string): number {
  const start = performance.now();
  work(text);
  return performance.now() - start;
}

function repeat(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** The work is done on 100 KB and on 1 MB of each. */
export function expectLinear(work: (text: string) => unknown, units: readonly string[] = worstCases): void {
  const slow = units.flatMap((unit) => {
    const small = measure(work, repeat(unit, 100_000));
    const large = measure(work, repeat(unit, 1_000_000));
    const most = mostTimes * Math.max(small, leastMs);
    return large <= most ? [] : [`${JSON.stringify(unit).slice(0, 40)}: ${small} ms, then ${large} ms`];
  });
  expect(slow).toEqual([]);
}
