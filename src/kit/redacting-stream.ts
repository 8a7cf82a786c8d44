// Redacts a text that arrives in pieces. A secret may be split between two of them, so what could be the beginning of one
// is kept back: the line that is not finished, and a key block without its end.
import type { Redactor } from "./redactor.ts";
import { longestBlock } from "./secret-keys.ts";
import { redactedMark } from "./secret-look.ts";
import type { Span } from "./spans.ts";

/** A line that is longer is passed on but for its last part. */
const longestHeld = longestBlock + 8_000;
const heldOfLongLine = 8_000;
/** What was passed on already is still looked at: a name may stand in the line before its value. */
const contextChars = 2_000;

const blockBegin = /---- ?-?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/g;

export class RedactingStream {
  readonly #redactor: Redactor;
  #passed = "";
  #held = "";
  /** The mark was the last that was shown: what belongs to that secret still gets no second one. */
  #marked = false;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** What may be shown by now. */
  push(piece: string): string {
    this.#held += piece;
    const cut = this.#findCut(piece);
    return cut > 0 ? this.#pass(cut) : "";
  }

  /** The rest. */
  end(): string {
    return this.#pass(this.#held.length);
  }

  #findCut(piece: string): number {
    const held = this.#held;
    if (held.length > longestHeld) return held.length - heldOfLongLine;
    if (!piece.includes("\n")) return 0;
    const lines = held.lastIndexOf("\n") + 1;
    const begin = [...held.matchAll(blockBegin)].at(-1)?.index ?? lines;
    const isOpen = begin < lines && !/- ?END /.test(held.slice(begin));
    return isOpen ? held.lastIndexOf("\n", begin) + 1 : lines;
  }

  #pass(wanted: number): string {
    const start = this.#passed.length;
    const text = this.#passed + this.#held;
    const spans = this.#redactor.find(text);
    const cut = moveOutOfSpans(start + wanted, spans, text.length);
    let shown = "";
    let done = start;
    for (const [from, to] of spans) {
      if (to <= start || from >= cut) continue;
      const continues = from < start && this.#marked;
      shown += text.slice(done, Math.max(from, start)) + (continues ? "" : redactedMark);
      done = to;
    }
    shown += text.slice(done, Math.max(cut, done));
    if (cut > start) this.#marked = spans.some(([from, to]) => from < cut && to >= cut);
    this.#held = text.slice(Math.max(cut, start));
    this.#passed = text.slice(Math.max(0, cut - contextChars), cut);
    return shown;
  }
}

/** Never into a secret, which would be passed on in two halves: to its beginning, or behind it where nothing may be held. */
function moveOutOfSpans(cut: number, spans: readonly Span[], end: number): number {
  if (cut === end) return cut;
  const around = spans.find(([from, to]) => from < cut && cut < to);
  return around ? around[1] : cut;
}
