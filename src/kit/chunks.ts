// Splits a long text into pieces that can be shown one after the other: at blank lines, line ends or blanks where
// possible, never inside a character, and a code fence that is cut is closed and opened again.
import { findCharacterStart } from "./text.ts";

/** A longer run of marks is a ruler: it could not be repeated in every piece. */
const fence = /^ {0,3}(`{3,30}(?!`)|~{3,30}(?!~))([\s\S]*)$/;
const likeFence = /^ {0,3}(?:```|~~~)/;
/** Of the words after an opening fence so many are repeated. */
const infoChars = 20;
/** A closing fence on a line of its own. */
const tailRoom = 31;
/** Before the rest of a line that was cut and would begin like a fence: nobody sees it. */
const guard = "\u200b";

/**
 * `most`: UTF-16 units of a piece, at least 200. Without the added fences nothing is lost but blanks at cuts. A text
 * that fits is left as it is.
 */
export function splitText(text: string, most: number): string[] {
  if (text.length <= most) return [text];
  const chunks: string[] = [];
  let open: string | undefined;
  let readTo = 0;
  for (let start = 0; start < text.length; ) {
    const head = buildHead(text, start, open);
    const end = findEnd(text, start, head, most);
    const piece = text.slice(start, end).trimEnd();
    if (piece.trim() !== "") chunks.push(closeFence(head + piece));
    if (end > readTo) {
      const lineEnd = findLineEnd(text, end);
      open = readFence(text.slice(readTo, lineEnd), open);
      readTo = lineEnd;
    }
    start = skipBlanks(text, end, open !== undefined);
  }
  return chunks.length === 0 ? [text.slice(0, most)] : chunks;
}

/** What stands before the piece that begins at `start`. */
function buildHead(text: string, start: number, open: string | undefined): string {
  const opening = open === undefined ? "" : `${open}\n`;
  const isMidLine = start > 0 && text[start - 1] !== "\n";
  return isMidLine && likeFence.test(text.slice(start, start + 6)) ? opening + guard : opening;
}

function findEnd(text: string, start: number, head: string, most: number): number {
  const room = most - head.length;
  const isLast = text.length - start <= room && closeFence(head + text.slice(start).trimEnd()).length <= most;
  return isLast ? text.length : findCut(text, start, room - tailRoom);
}

/** Where the line ends that holds what stands before `at`. */
function findLineEnd(text: string, at: number): number {
  if (text[at - 1] === "\n") return at;
  const next = text.indexOf("\n", at);
  return next < 0 ? text.length : next + 1;
}

/** The last good place to cut, at most `room` after `start`. */
function findCut(text: string, start: number, room: number): number {
  const window = text.slice(start, start + room);
  const found = ["\n\n", "\n", " "]
    .map((mark) => ({ mark, at: window.lastIndexOf(mark) }))
    .find(({ at }) => at > room / 2);
  const cut = found ? start + found.at + found.mark.length : findCharacterCut(text, start, start + room);
  const line = text.lastIndexOf("\n", cut - 1) + 1;
  // Half a fence would read as another one.
  const cutsFence = line > start && line < cut && likeFence.test(text.slice(line, line + 6));
  return cutsFence ? line : cut;
}

/** After a cut: what is blank is left out; in code only the rest of the line that ended there. */
function skipBlanks(text: string, at: number, inCode: boolean): number {
  const isMidLine = text[at - 1] !== "\n";
  if (inCode && !isMidLine) return at;
  const blanks = inCode ? /\r?\n/y : isMidLine ? /\s*\n|\s+/y : /\s*\n/y;
  blanks.lastIndex = at;
  return blanks.test(text) ? blanks.lastIndex : at;
}

/** A character that fills the piece is no character any more. */
function findCharacterCut(text: string, start: number, cut: number): number {
  const begins = findCharacterStart(text, cut);
  return begins > start ? begins : cut;
}

function closeFence(chunk: string): string {
  const open = readFence(chunk, undefined);
  return open === undefined ? chunk : `${chunk}\n${markOf(open)}`;
}

/** The opening line of the fence that is open at the end of these lines; cut short when it is long. */
function readFence(lines: string, before: string | undefined): string | undefined {
  let open = before;
  for (const line of lines.split("\n")) {
    const [, mark, info = ""] = fence.exec(line) ?? [];
    if (mark === undefined) continue;
    const words = info.trim();
    if (open === undefined) {
      // With a backtick after it, it is code within a line.
      if (mark.startsWith("~") || !words.includes("`")) open = buildOpening(mark, shorten(words));
    } else if (words === "" && mark.startsWith(markOf(open))) open = undefined;
  }
  return open;
}

/** Words may begin with the mark's own character: without a blank they would make it longer. */
function buildOpening(mark: string, words: string): string {
  return words.startsWith("~") ? `${mark} ${words}` : `${mark}${words}`;
}

function shorten(words: string): string {
  const [first = ""] = words.split(/\s/, 1);
  return words.length <= infoChars ? words : first.slice(0, infoChars).toWellFormed();
}

function markOf(opening: string): string {
  return /^(`+|~+)/.exec(opening)?.[0] ?? "";
}
