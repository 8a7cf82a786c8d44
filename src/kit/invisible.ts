// What a reader does not see of a text: terminal escape sequences, control characters, characters without a width.
// Linear for every input: a sequence is looked at once, and the end of a control string is searched once for all.
import type { Span } from "./spans.ts";

const controlString = /[\]PX^_\x90\x98\x9d-\x9f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: ECMA-48 8.3, what ends a control string; a line's end does too
const stringEnd = /\x07|\x1b\\|\x9c|\n/g;
/** ECMA-48 5.4, after its introducer. */
const controlSequence = /[0-?]{0,64}[ -/]{0,8}[@-~]/y;
/** ECMA-35 13.2, after ESC. */
const escapeSequence = /[ -/]{0,8}[0-~]/y;
const longEscapeSequence = /[ -/]{1,8}[0-~]/y;
/** Default_Ignorable_Code_Point of Unicode 16 in the basic plane, from and to. */
const ignorable = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfff8],
] as const;

type Counts = (text: string, at: number) => boolean;

/** All control characters but tab and line feed. */
const isControl: Counts = (text, at) => {
  const code = text.charCodeAt(at);
  return code < 0xa0 && (code < 0x20 ? code !== 0x09 && code !== 0x0a : code >= 0x7f);
};

const isUnseen: Counts = (text, at) => {
  const code = text.charCodeAt(at);
  if (code < 0xad) return isControl(text, at);
  if (code >= 0xd800 && code < 0xe000) return isUnseenHalf(text, at, code);
  return ignorable.some(([from, to]) => code >= from && code <= to);
};

/** Above the basic plane: shorthand and musical format controls, and the plane of tags. */
function isUnseenHalf(text: string, at: number, code: number): boolean {
  const point = code < 0xdc00 ? text.codePointAt(at) : text.codePointAt(at - 1);
  if (point === undefined || point < 0x1bca0) return false;
  return point <= 0x1bca3 || (point >= 0x1d173 && point <= 0x1d17a) || (point >= 0xe0000 && point <= 0xe0fff);
}

/** Where escape sequences and control characters stand; line feeds and tabs are none. In order, and they do not touch. */
export function findControls(text: string): Span[] {
  return findWhole(text, isControl, escapeSequence);
}

/** The same, and characters without a width or that only change the direction. */
export function findUnseen(text: string): Span[] {
  return findWhole(text, isUnseen, escapeSequence);
}

/** The same, but a sequence of ESC and one character is ESC alone: the character may stand there for itself. */
export function findUnseenBesidesPairs(text: string): Span[] {
  return findWhole(text, isUnseen, longEscapeSequence);
}

/** Only the characters themselves: what stands inside a sequence counts as seen. */
export function findUnseenCharacters(text: string): Span[] {
  return findWhole(text, isUnseen, undefined);
}

function findWhole(text: string, counts: Counts, escapes: RegExp | undefined): Span[] {
  const spans: [number, number][] = [];
  const findStringEnd = buildStringEndSearch(text);
  let last: [number, number] | undefined;
  for (let at = 0; at < text.length; at++) {
    if (!counts(text, at)) continue;
    const end = (escapes && findSequenceEnd(text, at, escapes, findStringEnd)) ?? at + 1;
    if (last?.[1] === at) last[1] = end;
    else {
      last = [at, end];
      spans.push(last);
    }
    at = end - 1;
  }
  return spans;
}

function findSequenceEnd(
  text: string,
  at: number,
  escapes: RegExp,
  findStringEnd: (from: number) => number | undefined,
): number | undefined {
  const first = text[at] ?? "";
  const introducer = first === "\x1b" ? (text[at + 1] ?? "") : first;
  const from = at + (first === "\x1b" ? 2 : 1);
  if (introducer === "[" || introducer === "\x9b") return matchEnd(controlSequence, text, from) ?? from;
  if (controlString.test(introducer)) return findStringEnd(from) ?? from;
  return first === "\x1b" ? matchEnd(escapes, text, at + 1) : undefined;
}

function matchEnd(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found ? from + found[0].length : undefined;
}

/** Asked with growing positions. Undefined: the string does not end in its line. */
function buildStringEndSearch(text: string): (from: number) => number | undefined {
  let found: { index: number; end: number; ends: boolean } | undefined;
  return (from) => {
    if (found === undefined || found.index < from) {
      stringEnd.lastIndex = from;
      const match = stringEnd.exec(text);
      found = match
        ? { index: match.index, end: match.index + match[0].length, ends: match[0] !== "\n" }
        : { index: text.length, end: text.length, ends: false };
    }
    return found.ends ? found.end : undefined;
  };
}
