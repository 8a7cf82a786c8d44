// Matches the kept rules of secret-rules-data.ts against a text. A rule is tried only where one of its keywords stands.
import { isMixed } from "./secret-look.ts";
import { secretRules } from "./secret-rules-data.ts";
import { findTokenEnd } from "./secret-shape.ts";
import type { Span } from "./spans.ts";

/** How far before what is found its keyword may begin. */
const reach = 80;
const shortestSecret = 12;
/** Parts after a dot or an equals sign belong to it while they hold a digit. */
const tokenRest = /[\w-]*(?:[.=](?=[\w-]{0,40}\d)[\w-]{1,400})*/y;

const rules = secretRules.map(([id, keywords, entropy, pattern]) => ({
  id,
  keywords,
  entropy,
  pattern: new RegExp(pattern, "dg"),
  /** The keyword is all that tells it from any other word of its length. */
  byName: pattern.includes("[ \\t\\w.-]{0,20}"),
}));

export function findByRules(text: string, lower: string): Span[] {
  return rules.flatMap((rule) =>
    rule.keywords.some((word) => lower.includes(word)) ? findByRule(text, lower, rule) : [],
  );
}

function findByRule(text: string, lower: string, rule: (typeof rules)[number]): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(rule.pattern)) {
    const [from, to] = readSecret(match);
    const secret = text.slice(from, to);
    const near = lower.slice(Math.max(0, match.index - reach), to);
    if (!rule.keywords.some((word) => near.includes(word))) continue;
    if (rule.byName ? !isMixed(secret, 12) : measureEntropy(secret) < rule.entropy) continue;
    spans.push([from, findRuleEnd(text, from, to)]);
  }
  return spans;
}

/** The longest group; where there is none but pieces of it, the whole. */
function readSecret(match: RegExpExecArray): Span {
  const groups = match.indices?.slice(1).filter((group) => group !== undefined) ?? [];
  const longest = groups.sort((a, b) => b[1] - b[0] - (a[1] - a[0]))[0];
  const whole: Span = [match.index, match.index + match[0].length];
  return longest && longest[1] - longest[0] >= shortestSecret ? longest : whole;
}

/** Some rules know only how a token begins, or the length that it had once. */
function findRuleEnd(text: string, from: number, to: number): number {
  if (!/[\w-]$/.test(text.slice(from, to))) return findTokenEnd(text, from, to);
  tokenRest.lastIndex = to;
  return findTokenEnd(text, from, to + (tokenRest.exec(text)?.[0].length ?? 0));
}

/** Shannon's, in bits a character, as the rules count it. */
function measureEntropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
