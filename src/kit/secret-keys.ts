// Blocks of private keys: PEM, OpenPGP, SSH2, PuTTY; whole, in one line, indented, or with their end cut off.
import { cover } from "./secret-look.ts";
import type { Span } from "./spans.ts";

const marker = /-----?(?: |(?<=-----))(BEGIN|END) (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)? ?-----?/g;
/** Lines of base64 with real or written line ends, headers before them: what is left of a block whose end was cut off. */
const keyLines =
  /(?:(?:\s|\\[nr]){1,4}(?:[A-Za-z-]{1,30}: [^\n\\]{0,200}|(?=(?:\s|\\[nr])))){0,8}(?:(?:\s|\\[nr]){1,24}[A-Za-z0-9+/=]{16,400}){0,2000}/y;
const keyBody = /[A-Za-z0-9+/=]{16}/;
const puttyLines =
  /(?<before>Private-Lines: \d{1,4})(?<secret>(?:\s{1,4}[A-Za-z0-9+/=]{4,80}(?![\w:-])){1,400})/g;
export const longestBlock = 32_000;

/** From BEGIN to the END that follows it, else the lines of base64 that follow BEGIN. */
export function findKeyBlocks(text: string): Span[] {
  const putty = [...text.matchAll(puttyLines)].map(({ index, groups }): Span => {
    const from = index + (groups?.before?.length ?? 0);
    return [from, from + (groups?.secret?.length ?? 0)];
  });
  if (!text.includes("PRIVATE KEY")) return putty.filter(([from, to]) => !isCovered(text.slice(from, to)));
  const markers = [...text.matchAll(marker)];
  const spans: Span[] = [];
  for (const [at, found] of markers.entries()) {
    if (found[1] === "END" || found.index < (spans.at(-1)?.[1] ?? 0)) continue;
    const bodyAt = found.index + found[0].length;
    const next = markers[at + 1];
    const ended = next?.[1] === "END" && next.index - bodyAt <= longestBlock;
    const bodyEnd = ended ? next.index : findLinesEnd(text, bodyAt);
    const body = text.slice(bodyAt, bodyEnd);
    if (!keyBody.test(body) && !body.includes(cover)) continue;
    spans.push([found.index, ended ? next.index + next[0].length : bodyEnd]);
  }
  return [...putty, ...spans].filter(([from, to]) => !isCovered(text.slice(from, to)));
}

function isCovered(part: string): boolean {
  return part.replaceAll(cover, "").trim() === "";
}

function findLinesEnd(text: string, from: number): number {
  keyLines.lastIndex = from;
  return from + (keyLines.exec(text)?.[0].length ?? 0);
}
