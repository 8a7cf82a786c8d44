// Where the secrets of one text stand, by values that are known and by looks. It sees through what a reader does not see.
import { findUnseen, findUnseenBesidesPairs, findUnseenCharacters } from "./invisible.ts";
import { assignmentShapes, findAssigned } from "./secret-assignments.ts";
import { findCookies } from "./secret-cookies.ts";
import { findKeyBlocks } from "./secret-keys.ts";
import { cover, redactedMark } from "./secret-look.ts";
import { placeShapes } from "./secret-places.ts";
import { findByRules } from "./secret-rules.ts";
import { findShapes } from "./secret-shape.ts";
import { tokenShapes } from "./secret-shapes.ts";
import { CutText, joinSpans, replaceSpans, type Span, touches } from "./spans.ts";

/** In this order: what one finds is covered for those after it. */
const finders: readonly ((text: string, lower: string) => Span[])[] = [
  findKeyBlocks,
  findByRules,
  (text, lower) => findShapes(text, lower, tokenShapes),
  (text, lower) => findShapes(text, lower, placeShapes),
  findCookies,
  findAssigned,
  (text, lower) => findShapes(text, lower, assignmentShapes),
];
/** What was covered may give away what stands beside it. */
const mostRounds = 6;
const shortest = 6;

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC and one character
const isPair = /\x1b[0-OQ-WYZ`-~]/;

/** `known`: finds values that are known. The spans are in order and do not touch. */
export function findSecrets(text: string, known: RegExp | undefined): Span[] {
  if (text.length < shortest) return [];
  const unseen = findUnseen(text);
  if (unseen.length === 0) return findInSeen(text, known);
  let found = [...findInSeen(text, known), ...findThrough(text, unseen, known)];
  if (isPair.test(text)) found = found.concat(findThrough(text, findUnseenBesidesPairs(text), known));
  const spans = joinSpans(found);
  // What stands inside of sequences may be one too; but it does not belong to what stands beside them.
  const inside = findThrough(text, findUnseenCharacters(text), known).filter((span) => !touches(spans, span));
  return joinSpans(spans.concat(inside));
}

function findThrough(text: string, unseen: readonly Span[], known: RegExp | undefined): Span[] {
  const seen = new CutText(text, unseen);
  return findInSeen(seen.text, known).map((span) => seen.toWhole(span));
}

function findInSeen(text: string, known: RegExp | undefined): Span[] {
  const marks = findAll(text, redactedMark);
  let rest = coverSpans(text, marks);
  let spans: Span[] = [];
  let lower = rest.toLowerCase();
  const take = (found: readonly Span[]) => {
    if (found.length === 0) return false;
    spans = joinSpans([...spans, ...found]);
    rest = coverSpans(text, joinSpans([...marks, ...spans]));
    lower = rest.toLowerCase();
    return true;
  };
  if (known)
    take([...rest.matchAll(known)].map(({ index, 0: value }): Span => [index, index + value.length]));
  for (let round = 0; round < mostRounds; round++) {
    let more = false;
    for (const find of finders) more = take(find(rest, lower)) || more;
    if (!more) break;
  }
  return spans;
}

function coverSpans(text: string, spans: readonly Span[]): string {
  return replaceSpans(text, spans, (length) => cover.repeat(length));
}

function findAll(text: string, part: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) {
    spans.push([at, at + part.length]);
  }
  return spans;
}
