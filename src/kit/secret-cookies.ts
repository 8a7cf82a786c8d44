// Secrets in lines of cookies: which pairs of such a line look like a session, by value or by name.
import { isMixed } from "./secret-look.ts";
import type { Span } from "./spans.ts";

const line =
  /(?<before>(?<![\w-])(?:(?:set-)?cookie\\?["']? {0,2}[:=] {0,4}|(?:-b|--cookie) {1,4}))(?<pairs>[^\n]{1,4096})/gi;
const pair = /(?<before>(?<![\w.%-])[\w.-]{1,64}=)(?<secret>[^\s;,"'\\]{12,2048})/g;

export function findCookies(text: string, lower: string): Span[] {
  if (!lower.includes("cookie") && !lower.includes("-b ")) return [];
  return [...text.matchAll(line)].flatMap(({ index, groups }) => {
    const { before = "", pairs = "" } = groups ?? {};
    return findPairs(pairs, index + before.length);
  });
}

function findPairs(pairs: string, at: number): Span[] {
  return [...pairs.matchAll(pair)].flatMap(({ index, groups }): Span[] => {
    const { before = "", secret = "" } = groups ?? {};
    const from = at + index + before.length;
    return isMixed(secret, 12) ? [[from, from + secret.length]] : [];
  });
}
