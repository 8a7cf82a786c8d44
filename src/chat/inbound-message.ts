// One message of a person as the chat room takes it from a host.
import type { BindingGate } from "../conversations/binding-gate.ts";
import type { Actor, ChatKind } from "../conversations/may.ts";
import { parseJson } from "../kit/json.ts";
import type { ShownReply } from "./reply.ts";

/** All four together name a conversation; never a part of them. */
export interface Route {
  channel: string;
  account: string;
  chat: string;
  topic?: string;
}

/** A file that came with a message, already where Codex may read it. */
export interface InboundFile {
  /** Absolute. */
  path: string;
  /** As the person called it. */
  name: string;
  bytes: number;
  type?: string;
}

export interface LostFile {
  name: string;
  why: "too-large" | "unreadable";
}

export interface Attachments {
  /** Absolute paths of image files. */
  images: string[];
  files: InboundFile[];
  /** What could not be taken. */
  lost: LostFile[];
}

/** What a message replies to or quotes: somebody's words, never the person's. */
export interface Quoted {
  /** As far as the host tells them. */
  text: string;
  /** Whose they are, where the host tells. */
  from?: string;
  isOurs?: boolean;
  /** A part that the person chose. */
  isPart?: boolean;
}

export interface InboundMessage {
  route: Route;
  /** The host's id of the message; the same id in the same conversation is the same message. */
  messageId: string;
  actor: Actor;
  chatKind: ChatKind;
  text: string;
  /** Takes what came with it, and is called only when it becomes a turn; never throws. Absent: nothing came with it. */
  takeAttachments?: () => Promise<Attachments>;
  /** They are those of the message that it replies to. */
  onlyQuotedFiles?: boolean;
  quoted?: Quoted;
  /** The host's id of the message that it replies to. */
  repliesTo?: string;
  /** Somebody's words handed on by the person: never a command or an answer. */
  isForwarded?: boolean;
  /** Whose they are, where the host tells. */
  forwardedFrom?: string;
  /** Changed after it was sent: never a command or an answer. */
  isEdited?: boolean;
  /** A program wrote it: never a command or an answer. */
  isFromBot?: boolean;
  /** The host does not tell here whether it is one of these. */
  mayBeForwarded?: boolean;
  /** What it is instead of words or files, in words: "a location". It becomes no turn. */
  untakable?: string;
  /** Under which names and ids the service mentions us, where the host tells. */
  ownNames?: readonly string[];
  /** The service cuts what is too long: shows the reply to a command that had to wait for its rest. */
  answerLater?: (reply: ShownReply) => Promise<void>;
  /** Where the host delivers what is said here, in its own words; absent where the route is enough. */
  address?: string;
  /** In a group: it mentions us or replies to us. Absent: it does. */
  isAddressed?: boolean;
  /** Where the host delivers what is for the actor alone. */
  privateAddress?: string;
  /** The host may hand it over again after a crash, under the same id. */
  mayRepeat?: boolean;
  /** Nobody is configured as the host's owner: what to type so that the actor is. */
  ownerHint?: string;
  /** Replies may carry buttons. */
  hasButtons?: boolean;
  /** Absent where a conversation is bound without asking the host. */
  gate?: BindingGate;
}

/** Typed by the person, as far as the host tells: only that can be a command or an answer. */
export function isTyped({ isForwarded, isEdited, isFromBot }: InboundMessage): boolean {
  return !(isForwarded || isEdited || isFromBot);
}

/** A click on one of our buttons; the conversation and the command are kept with the token. */
export interface Click extends Omit<InboundMessage, "route" | "text" | "takeAttachments"> {
  token: string;
}

/** The key of a conversation: a JSON array of its whole route. */
export function buildConversationKey({ channel, account, chat, topic }: Route): string {
  return JSON.stringify([channel, account, chat, topic ?? null]);
}

/** The other way round; the key must come from `buildConversationKey`. */
export function parseConversationKey(key: string): Route {
  const [channel, account, chat, topic] = parseJson(key) as [string, string, string, string | null];
  return { channel, account, chat, ...(topic === null ? {} : { topic }) };
}

/** Where a person of this conversation reads what is for them alone. */
export function buildPrivateKey(conversation: string, actorId: string): string {
  const { channel, account } = parseConversationKey(conversation);
  return buildConversationKey({ channel, account, chat: `private ${actorId}` });
}
