// How a shape of a secret is written down, and how it is looked for. It knows no shape.
import { cover } from "./secret-look.ts";
import type { Span } from "./spans.ts";

/**
 * A pattern with the groups `before` (optional, at its very start) and `secret` right after it. Each has to be linear: it
 * begins only where a word begins, or at a literal, and is bounded from there.
 */
export interface Shape {
  /** In any case of letters; without it the pattern is not tried. */
  hint?: readonly string[];
  pattern: RegExp;
  accepts?(secret: string, groups: Readonly<Record<string, string | undefined>>): boolean;
}

const onlyCovered = new RegExp(`^${cover}*$`);
/** What a long token goes on with where a bounded pattern stopped. */
const tokenRest = /[A-Za-z0-9_+/=~-]*/y;
const longestPart = 400;

export function findShapes(text: string, lower: string, shapes: readonly Shape[]): Span[] {
  return shapes.flatMap((shape) => findShape(text, lower, shape));
}

function findShape(text: string, lower: string, { hint, pattern, accepts }: Shape): Span[] {
  if (hint && !hint.some((word) => lower.includes(word))) return [];
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    const groups = match.groups ?? {};
    const secret = groups.secret ?? match[0];
    if (onlyCovered.test(secret) || accepts?.(secret, groups) === false) continue;
    const from = match.index + (groups.before?.length ?? 0);
    spans.push([from, findTokenEnd(text, from, from + secret.length)]);
  }
  return spans;
}

/** A token that is longer than its pattern allows for is taken whole. */
export function findTokenEnd(text: string, from: number, to: number): number {
  if (to - from < longestPart) return to;
  tokenRest.lastIndex = to;
  return to + (tokenRest.exec(text)?.[0].length ?? 0);
}
