// How the time of something grows with what it is given.
import { expect } from "vitest";

/** Ten times as much takes ten times as long; above fifteen something is done again and again. */
const mostTimes = 15;
/** What is faster than this is not measured: what else there is would be. */
const leastMs = 200;

/** What was seen to be slow where it was built carelessly. */
export const worstCases = [
  "\u001b]",
  "`",
  "`a` ",
  "[a](",
  "<",
  "\\",
  "*a",
  "~~~\n",
  "👩\u200d",
  "\u200d",
  "\ud83d",
  "a",
  "@a",
  "a.b",
  "- a\n",
];

/** Time of this thread, without that of other work of the machine; the shorter of two. */
function measure(work: (text: string) => unknown, text: string): number {
  const times = [1, 2].map(() => {
    const start = process.threadCpuUsage();
    work(text);
    const { user, system } = process.threadCpuUsage(start);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}

function repeat(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** The work is done on as much of each, and on ten times as much. */
export function expectLinear(
  work: (text: string) => unknown,
  smallLength = 100_000,
  units = worstCases,
): void {
  const slow = units.flatMap((unit) => {
    const small = measure(work, repeat(unit, smallLength));
    const large = measure(work, repeat(unit, smallLength * 10));
    const most = mostTimes * Math.max(small, leastMs);
    return large <= most ? [] : [`${JSON.stringify(unit).slice(0, 40)}: ${small} ms, then ${large} ms`];
  });
  expect(slow).toEqual([]);
}
