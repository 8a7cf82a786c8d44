// Blocks in parts that a service takes as one message each: cut between blocks where that is possible, else at the ends
// of lines, never inside a character. Each piece of a literal is a literal.
import type { Block, Line, LiteralKind } from "../../../kit/blocks.ts";
import { splitText } from "../../../kit/chunks.ts";
import { findCharacterStart } from "../../../kit/text.ts";
import { type Dialect, renderBlock, showInline, showLiteral } from "./dialect.ts";

/** For what stands around a literal, and the words before a piece that goes on. */
const roomAround = 120;
/** With less room left a block that must be cut begins a part of its own. */
const leastShare = 4;
/** Of a model's text: the shortest piece, and how much of what should fit is tried. */
const leastWritten = 200;
const guessShare = 0.95;

/** What stands above a piece of a literal that goes on. `midLine`: its line was cut, there is no line end in between. */
export type SayContinued = (midLine: boolean) => Line;

interface Piece {
  block: Block;
  /** It begins a part. */
  begins?: boolean;
  /** It goes on with a literal: it begins a part, and this is said above it. */
  above?: Line;
}

/** `most`: UTF-16 units of a rendered part, at least 400. */
export function splitBlocks(
  blocks: readonly Block[],
  dialect: Dialect,
  most: number,
  sayContinued: SayContinued,
): Block[][] {
  const parts: Block[][] = [];
  let part: Block[] = [];
  let used = 0;
  const flush = () => {
    if (part.length > 0) parts.push(part);
    part = [];
    used = 0;
  };
  const measure = (block: Block) => measureBlock(block, dialect, most) + 1;
  for (const whole of blocks) {
    const length = measure(whole);
    if (used + length <= most) {
      part.push(whole);
      used += length;
      continue;
    }
    if (length <= most - roomAround || most - used < most / leastShare) flush();
    for (const { block, above, begins } of cutBlock(whole, dialect, most, most - used, sayContinued)) {
      const size = measure(block);
      if (above || begins || used + size > most) flush();
      if (above) {
        part.push({ say: above });
        used += measure({ say: above });
      }
      part.push(block);
      used += size;
    }
  }
  flush();
  return parts;
}

/** What is far too long is not rendered for that. */
function measureBlock(block: Block, dialect: Dialect, most: number): number {
  const written = "model" in block ? block.model.length / 2 : "literal" in block ? block.literal.length : 0;
  return written > most ? written : renderBlock(block, dialect).length;
}

/** `room`: for the first piece. */
function cutBlock(
  block: Block,
  dialect: Dialect,
  most: number,
  room: number,
  sayContinued: SayContinued,
): Piece[] {
  if (measureBlock(block, dialect, most) < most - roomAround) return [{ block }];
  if ("literal" in block) {
    return cutLiteral(block.literal, block.as, dialect, most, room).map(({ text, midLine }, at) => ({
      block: { literal: text, as: block.as },
      ...(at === 0 ? {} : { above: sayContinued(midLine) }),
    }));
  }
  if ("model" in block) return cutModel(block.model, dialect, most - roomAround);
  if ("list" in block && block.list.length > 1) {
    return block.list.flatMap((item) => cutBlock({ list: [item] }, dialect, most, room, sayContinued));
  }
  const line = "say" in block ? block.say : block.list.flat();
  const text = line.map((inline) => (typeof inline === "string" ? inline : showInline(inline))).join("");
  return cutBlock({ literal: text, as: "text" }, dialect, most, room, sayContinued);
}

/** Pieces of a literal. A line end at a cut is left out, and `midLine` says that there was none. */
function cutLiteral(
  text: string,
  as: LiteralKind,
  dialect: Dialect,
  most: number,
  firstRoom: number,
): { text: string; midLine: boolean }[] {
  const pieces: { text: string; midLine: boolean }[] = [];
  const measure = buildMeasure(as, dialect);
  let midLine = false;
  for (let start = 0; start < text.length || pieces.length === 0; ) {
    const room = (pieces.length === 0 ? firstRoom : most) - roomAround;
    let end = findLiteralEnd(text, start, room, measure);
    // What stands around it may be longer than the piece itself, as the fence around many backticks.
    while (renderBlock({ literal: text.slice(start, end), as }, dialect).length > room + 60) {
      const half = findCharacterStart(text, start + Math.ceil((end - start) / 2));
      if (half <= start || half >= end) break;
      end = half;
    }
    pieces.push({ text: text.slice(start, end), midLine });
    midLine = text[end] !== "\n";
    start = midLine ? end : end + 1;
    if (!midLine && start === text.length) pieces.push({ text: "", midLine });
  }
  return pieces.filter((piece, at) => at === 0 || piece.text !== "" || !piece.midLine);
}

/** How long a character of a literal becomes; each is looked at once. */
function buildMeasure(as: LiteralKind, dialect: Dialect): (char: string) => number {
  const lengths = new Map<string, number>();
  return (char) => {
    const known = lengths.get(char);
    if (known !== undefined) return known;
    const length = [...showLiteral(char, as)].reduce((sum, shown) => sum + dialect.charLength(shown), 0);
    lengths.set(char, length);
    return length;
  };
}

function findLiteralEnd(
  text: string,
  start: number,
  room: number,
  measure: (char: string) => number,
): number {
  let length = 0;
  let lineEnd = -1;
  for (let at = start; at < text.length; ) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    length += measure(char);
    if (length > room) {
      if (lineEnd > start && lineEnd - start > (at - start) / 2) return lineEnd;
      const begins = findCharacterStart(text, at);
      return begins > start ? begins : Math.max(at, start + char.length);
    }
    if (char === "\n") lineEnd = at;
    at += char.length;
  }
  return text.length;
}

/** Rendered it may be longer than it is written: how much is guessed by its beginning, and what is still too long cut finer. */
function cutModel(markdown: string, dialect: Dialect, most: number): Piece[] {
  const [beginning = ""] = splitText(markdown, most);
  const growth = renderBlock({ model: beginning }, dialect).length / Math.max(1, beginning.length);
  const written = growth > 1 ? Math.floor((most / growth) * guessShare) : most;
  return cutModelFinely(markdown, dialect, most, written).map((block, at) => ({ block, begins: at > 0 }));
}

function cutModelFinely(markdown: string, dialect: Dialect, most: number, written: number): Block[] {
  return splitText(markdown, Math.max(leastWritten, written)).flatMap((piece) => {
    const block: Block = { model: piece };
    const isTooLong = written > leastWritten && renderBlock(block, dialect).length > most;
    return isTooLong ? cutModelFinely(piece, dialect, most, Math.floor(written / 2)) : [block];
  });
}
