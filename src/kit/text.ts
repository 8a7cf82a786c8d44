// Small pure operations on text: making it well-formed, cutting, cleaning, fingerprinting.
import { createHash } from "node:crypto";
import { findControls } from "./invisible.ts";
import { mapStringsDeep } from "./map-strings.ts";
import { replaceSpans } from "./spans.ts";

/** Lone surrogates become U+FFFD in every string and member name; unchanged data is returned as it is. */
export function toWellFormedDeep<T>(value: T): T {
  return mapStringsDeep(value, (text) => text.toWellFormed());
}

const windowChars = 100;

/**
 * At most `maxChars` UTF-16 units; a longer text ends in "…".
 * What people see as one character is never cut in two.
 */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  if (maxChars <= 0) return "";
  return `${text.slice(0, findCharacterStart(text, maxChars - 1))}…`;
}

/** Where what people see as one character begins that stands at `index`. */
export function findCharacterStart(text: string, index: number): number {
  const start = Math.max(0, index - windowChars);
  const window = text.slice(start, index + windowChars);
  const segment = new Intl.Segmenter(undefined, { granularity: "grapheme" })
    .segment(window)
    .containing(index - start);
  // A cluster that fills the window is no character any more: it is cut between code points.
  return segment && (segment.index > 0 || start === 0) ? start + segment.index : codePointStart(text, index);
}

function codePointStart(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  const before = text.charCodeAt(index - 1);
  const insidePair = unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
  return insidePair ? index - 1 : index;
}

/** Every run of white space as one space, without any at the ends. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

const absolutePath = /(?:^|[\s"'`(=:])(?:~?\/(?!\/)|[A-Za-z]:\\)\S/;

/** Whether it names an absolute path, or one below a home, of any system. */
export function holdsPath(text: string): boolean {
  return absolutePath.test(text);
}

/** Without terminal escape sequences and control characters; line feeds and tabs stay, CRLF becomes LF. */
export function stripControls(text: string): string {
  return replaceSpans(text, findControls(text), () => "");
}

/** First 12 hex digits of SHA-256: tells values apart without showing them (parity S2-08). */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
