// One message of a person as the chat room takes it from a host.
import type { Actor, ChatKind } from "../conversations/may.ts";

/** All four together name a conversation; never a part of them. */
export interface Route {
  channel: string;
  account: string;
  chat: string;
  topic?: string;
}

export interface InboundMessage {
  route: Route;
  /** The host's id of the message; the same id in the same conversation is the same message. */
  messageId: string;
  actor: Actor;
  chatKind: ChatKind;
  text: string;
  /** Absolute paths of image files. */
  images: string[];
}

/** The key of a conversation: a JSON array of its whole route. */
export function buildConversationKey({ channel, account, chat, topic }: Route): string {
  return JSON.stringify([channel, account, chat, topic ?? null]);
}
