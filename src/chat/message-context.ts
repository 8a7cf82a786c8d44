// What came with a message besides the person's own words: what it replies to, whose words were forwarded. Codex gets it
// marked, every line of it, so that nobody else's words pass for the person's.
import { type Line, own } from "../kit/blocks.ts";
import { cutText, oneLine } from "../kit/text.ts";
import type { InboundMessage, Quoted } from "./inbound-message.ts";

/** More than the longest message of the services; what is ours is at most that long. */
const longestQuote = 8_000;
const longestName = 100;
const lineEnds = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;

/** A turn's text. */
export function addContext(words: string, message: InboundMessage): string {
  const own = message.isForwarded ? formatForward(words, message) : words;
  const quoted = message.quoted ? formatQuoted(message.quoted) : "";
  return [own, quoted].filter((part) => part.trim() !== "").join("\n\n");
}

/** `what`: in our own words. */
export function formatUntakable(what: string): Line {
  return own(`Codex cannot be given ${what}: nothing was sent to it. Write in words what it should know.`);
}

function formatForward(words: string, { forwardedFrom }: InboundMessage): string {
  const whose = forwardedFrom === undefined ? "" : ` of ${formatName(forwardedFrom)}`;
  const label = `[The person forwarded a message${whose}. The lines marked with > are quoted, not said by the person.]`;
  return words.trim() === "" ? label : `${label}\n${quoteLines(words)}`;
}

function formatQuoted({ text, from, isOurs = false, isPart = false }: Quoted): string {
  const whose = isOurs ? " of yours" : from === undefined ? "" : ` of ${formatName(from)}`;
  const what = `${isPart ? "a part of " : ""}a message${whose}`;
  if (text.trim() === "") return `[This is a reply to ${what}, whose text is not known here.]`;
  return `[This is a reply to ${what}. The lines marked with > are quoted, not said by the person.]\n${quoteLines(text)}`;
}

function quoteLines(text: string): string {
  return `> ${cutText(text.trim(), longestQuote).replace(lineEnds, "\n> ")}`;
}

/** A name is somebody's text too: it cannot end the label. */
function formatName(name: string): string {
  return JSON.stringify(cutText(oneLine(name), longestName).replace(/[[\]]/g, "_"));
}
