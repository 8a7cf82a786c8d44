// What chat services make clickable by themselves in plain words: addresses, mentions, commands, tags. In the words of
// others that would be a link or a command that nobody meant, so it is written as code, where services look for nothing.

const rest = String.raw`[^\s<>()[\]{}"'\x60,;!?]{0,200}`;
const word = String.raw`[\p{L}\p{N}_]`;
const clickable = new RegExp(
  [
    // `@name`, `/command`, `#tag`, `$TAG`
    String.raw`(?<!${word})(?:[@/]${word}|#(?=\p{N}{0,20}\p{L})|\$[A-Z]{3})${rest}`,
    // `tg://…`; then `name@host`, `host.name`, a file like `main.rs`, and the addresses of the web
    String.raw`(?<![\p{L}\p{N}_.+%~-])(?!https?:)${word}[\p{L}\p{N}_.+%~-]{0,100}:\/\/[^\s<>"'\x60]{0,200}`,
    String.raw`(?<![\p{L}\p{N}_.+%~-])${word}[\p{L}\p{N}_.+%~-]{0,100}(?::\/\/|[.@]\p{L}[\p{L}\p{N}-])${rest}`,
    String.raw`(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])${rest}`,
    String.raw`\+\d[\d ()-]{6,20}\d`,
  ].join("|"),
  "gu",
);

/** An address that is meant to be one: it may be followed. */
export const webAddress = /^https?:\/\//i;

export interface Span {
  start: number;
  end: number;
}

/** Whether a service would find something to click in it. */
export function hasClickable(text: string): boolean {
  return text.search(clickable) >= 0;
}

/** Where they stand in a text, web addresses left out. */
export function findClickable(text: string): Span[] {
  return [...text.matchAll(clickable)]
    .filter(([found]) => !webAddress.test(found))
    .map(({ 0: found, index }) => ({ start: index, end: index + found.replace(/[.:]{1,9}$/, "").length }));
}

/** The places of a text that none of the spans covers. */
export function buildFreePlaces(length: number, spans: readonly Span[]): (span: Span) => boolean {
  const taken = new Uint8Array(length);
  for (const { start, end } of spans) taken.fill(1, start, end);
  return ({ start, end }) => !taken.subarray(start, end).includes(1);
}
