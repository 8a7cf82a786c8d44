// Blocks as Markdown, for channels that take it and for edits, whose text the host reads as Markdown on every channel
// (OpenClaw 2026.9.6). What came from outside stands in code, where nothing of it is read.
import type { Inline, LiteralKind } from "../../../kit/blocks.ts";
import type { MarkdownModule } from "../sdk-modules.ts";
import { buildFreePlaces, hasClickable } from "./auto-links.ts";
import { type Dialect, showInline } from "./dialect.ts";

const plain = /^[\p{L}\p{M}\p{N} ,.'’()/:;!?-]*$/u;
/** Services take these for people, rooms and everybody. */
const mention = /@(?=[\p{L}\p{N}!&])|<(?=[@#!])/gu;
/** Nobody sees it, and no service reads over it. */
const breaker = "\u200b";

export function buildMarkdownDialect(markdown: MarkdownModule): Dialect {
  return { ...literalDialect, model: (text) => renderModel(text, markdown) };
}

const literalDialect = {
  inline: renderInline,
  literal: renderFence,
  charLength: (char: string) => char.length,
};

/** Tags are live in an edit on Telegram, also in what is written as entities: a model's words are shown as they are. */
export const editDialect: Dialect = { ...literalDialect, model: (text) => renderFence(text, "text") };

function renderInline(inline: Inline): string {
  if (typeof inline === "string") return inline;
  const text = showInline(inline);
  return "name" in inline && plain.test(text) && !hasClickable(text) ? text : renderSpan(text);
}

function renderSpan(text: string): string {
  if (text === "") return "";
  const marks = "`".repeat(findLongestRun(text, /`+/g) + 1);
  // One blank is taken off at both ends, but not of blanks alone.
  const room = /^[` ]|[` ]$/.test(text) && /[^ ]/.test(text) ? " " : "";
  return `${marks}${room}${text}${room}${marks}`;
}

/** Its fence is longer than every run of the same mark in it. */
function renderFence(text: string, as: LiteralKind): string {
  const [ticks, tildes] = [findLongestRun(text, /`+/g), findLongestRun(text, /~+/g)];
  const marks = ticks <= tildes ? "`".repeat(Math.max(3, ticks + 1)) : "~".repeat(Math.max(3, tildes + 1));
  return `${marks}${as === "diff" ? "diff" : ""}\n${text}\n${marks}`;
}

function findLongestRun(text: string, run: RegExp): number {
  let longest = 0;
  for (const [found] of text.matchAll(run)) longest = Math.max(longest, found.length);
  return longest;
}

/** An image becomes a link, so that nothing is fetched; nobody is mentioned. */
function renderModel(text: string, { findCodeRegions }: MarkdownModule): string {
  const isFree = buildFreePlaces(text.length, findCodeRegions(text));
  const change = (pattern: RegExp, from: string, to: (found: string) => string) =>
    from.replace(pattern, (found, at: number) => (isFree({ start: at, end: at + 1 }) ? to(found) : found));
  // Both only add or replace one character by one, so places stay what they were for the first.
  const withoutImages = change(/!(?=\[)/g, text, () => " ");
  return change(mention, withoutImages, (found) => found + breaker);
}
