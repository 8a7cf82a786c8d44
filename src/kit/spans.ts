// Parts of a text, as positions: joined, cut out, covered, and carried over to the text that something was cut out of.

/** A part of a text: from, up to but not including. */
export type Span = readonly [from: number, to: number];

/** In order, without those that touch or overlap. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** Whether one of the joined `spans` has something in common with `span`. */
export function touches(spans: readonly Span[], [from, to]: Span): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[1] ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  return (spans[low]?.[0] ?? to) < to;
}

/** `spans`: joined. */
export function replaceSpans(
  text: string,
  spans: readonly Span[],
  build: (length: number) => string,
): string {
  let out = "";
  let done = 0;
  for (const [from, to] of spans) {
    out += text.slice(done, from) + build(to - from);
    done = to;
  }
  return out + text.slice(done);
}

/** A text with parts cut out of it, and the way back. */
export class CutText {
  readonly text: string;
  /** Of each part that stayed: where it begins here, and in the whole text. */
  readonly #starts: number[] = [];
  readonly #wholeStarts: number[] = [];

  /** `cuts`: in order; they may touch. */
  constructor(whole: string, cuts: readonly Span[]) {
    let text = "";
    let done = 0;
    for (const [from, to] of [...cuts, [whole.length, whole.length] as const]) {
      if (from > done) {
        this.#starts.push(text.length);
        this.#wholeStarts.push(done);
        text += whole.slice(done, from);
      }
      done = to;
    }
    this.text = text;
  }

  /** What was cut out in the middle of the part belongs to it. */
  toWhole([from, to]: Span): Span {
    return [this.#place(from), this.#place(to - 1) + 1];
  }

  #place(at: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return (this.#wholeStarts[low] ?? 0) + at - (this.#starts[low] ?? 0);
  }
}
