// What a claimed message is, besides its words: forwarded, edited, a reply, something that is neither words nor a file.
// The event says some of it in fields and some only in its envelope text (OpenClaw 2026.9.6, docs/protocol-notes.md).
import type { InboundMessage, Quoted } from "../../chat/inbound-message.ts";
import type { ClaimEvent, HostConfig } from "./sdk.ts";

export type ClaimFacts = Pick<
  InboundMessage,
  "quoted" | "repliesTo" | "isForwarded" | "forwardedFrom" | "isEdited" | "mayBeForwarded" | "untakable"
> & { text: string };

export function readClaimFacts(event: ClaimEvent, config: HostConfig): ClaimFacts {
  const { providerUpdate } = event;
  const quoted = readQuoted(event);
  const forward = readForward(event);
  const untakable = readUntakable(event);
  const isEdited =
    providerUpdate?.editedTimestamp !== undefined || /^edited/.test(providerUpdate?.kind ?? "");
  return {
    text: readWords(event),
    ...(quoted ? { quoted } : {}),
    ...(event.replyToId === undefined ? {} : { repliesTo: event.replyToId }),
    ...(forward
      ? { isForwarded: true, ...(forward.from === undefined ? {} : { forwardedFrom: forward.from }) }
      : {}),
    ...(isEdited ? { isEdited } : {}),
    ...(tellsForwards(event, config) ? {} : { mayBeForwarded: true }),
    ...(untakable === undefined ? {} : { untakable }),
  };
}

const mediaNotice = /(?:^|\n\n)\[media unavailable: [^\]\n]*\]$/;

/** Without what the host adds about files that it could not get: those are told another way. */
function readWords({ content, body, bodyForAgent, media = [] }: ClaimEvent): string {
  // Of a command it has taken our own name off; without words it is the whole envelope.
  const isCommand = content !== body && content.startsWith("/");
  const words = isCommand ? content : (bodyForAgent ?? (content === body ? "" : content));
  return media.some(({ path }) => path === undefined) ? words.replace(mediaNotice, "") : words;
}

const forwardLine = /: \[Forwarded from (.+?)(?: at \d{4}-\d\d-\d\dT[\d:.]+Z)?\]$/;
const severalForwards = /^\[Forwarded from (.+?)(?: at \d{4}-\d\d-\d\dT[\d:.]+Z)?\]\n/;

/**
 * The channel puts a line before the words: into the envelope alone for one message, into the words too for several that
 * came together. Whoever types such a line has it in the words that the channel took for commands as well.
 */
function readForward({
  content,
  body = "",
  bodyForAgent = content,
}: ClaimEvent): { from?: string } | undefined {
  const [, first] = severalForwards.exec(bodyForAgent) ?? [];
  // Their words stand behind lines for each; the name of one of them would be said of all.
  if (first !== undefined && content !== body && bodyForAgent !== content) return {};
  const end = body.indexOf("\n");
  const [, from] = forwardLine.exec(end < 0 ? body : body.slice(0, end)) ?? [];
  if (from === undefined) return undefined;
  const words = content === body ? "" : content;
  return end < 0
    ? words === ""
      ? { from }
      : undefined
    : readAfter(body.slice(end + 1), words)
      ? { from }
      : undefined;
}

/** A command comes without our name in it. */
function readAfter(rest: string, words: string): boolean {
  return rest.startsWith(words) || (words.startsWith("/") && rest.trimStart().startsWith("/"));
}

const placeholder = /^<media:([a-z]+)>$/;

function readQuoted({
  replyToId,
  replyToBody,
  replyToSender,
  replyToIsQuote = false,
}: ClaimEvent): Quoted | undefined {
  if (replyToBody === undefined && replyToSender === undefined) return undefined;
  // Signal's channel names the message itself, without words.
  if (replyToBody === undefined && replyToId === undefined) return undefined;
  const [, kind] = placeholder.exec(replyToBody ?? "") ?? [];
  // Telegram's channel marks our own so.
  const isOurs = / \(you\)$/.test(replyToSender ?? "");
  return {
    text: kind === undefined ? (replyToBody ?? "") : `(${kind})`,
    ...(replyToSender === undefined ? {} : { from: replyToSender }),
    ...(isOurs ? { isOurs } : {}),
    ...(replyToIsQuote ? { isPart: true } : {}),
  };
}

const poll = /^\[Poll\] [\s\S]*\nTotal voters: \d+\nType: (?:regular|quiz)\nVisibility: /;

function readUntakable(event: ClaimEvent): string | undefined {
  if (event.location !== undefined) return "a location";
  const words = readWords(event);
  if (poll.test(words)) return "a poll";
  const stickers = (event.media ?? []).filter(({ kind, path }) => kind === "sticker" && !isQuotedPath(path));
  // Its emoji, or what the host knows of it, is not what the person wrote.
  const saysNothing = !/[\p{L}\p{N}]/u.test(words) || /^\[Sticker[ \]]/.test(words);
  return stickers.length > 0 && saysNothing ? "a sticker" : undefined;
}

/** A file of the message that was replied to comes under such a name. */
export function isQuotedPath(path: string | undefined): boolean {
  return path?.startsWith("media://") === true;
}

/** Telegram's does, unless the operator hides in groups what people who are not allowed there have written. */
function tellsForwards({ channel, isGroup }: ClaimEvent, { channels }: HostConfig): boolean {
  if (channel !== "telegram") return false;
  return !isGroup || !/"contextVisibility":"(?!all")/.test(JSON.stringify(channels ?? {}));
}
