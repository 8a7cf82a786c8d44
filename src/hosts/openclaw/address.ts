// Where OpenClaw delivers: its own words for a chat, kept with the conversation.

import * as z from "zod";
import { buildConversationKey, type Route } from "../../chat/inbound-message.ts";
import { parseJson } from "../../kit/json.ts";
import type { ConversationRef } from "./sdk.ts";

const addressSchema = z.object({
  channel: z.string(),
  to: z.string(),
  accountId: z.string().exactOptional(),
  threadId: z.union([z.string(), z.number()]).exactOptional(),
});

export type Address = z.output<typeof addressSchema>;

export function formatAddress({ channel, to, accountId, threadId }: Address): string {
  return JSON.stringify({
    channel,
    to,
    ...(accountId === undefined ? {} : { accountId }),
    ...(threadId === undefined ? {} : { threadId }),
  });
}

/** Throws when it was not written by `formatAddress`. */
export function parseAddress(text: string): Address {
  return addressSchema.parse(parseJson(text));
}

/** A conversation that the host's books hold for us: its messages and commands come under this route. */
export function buildBoundRoute({ channel, accountId, conversationId }: ConversationRef): Route {
  return { channel, account: accountId, chat: conversationId };
}

export function buildBoundKey(ref: ConversationRef): string {
  return buildConversationKey(buildBoundRoute(ref));
}

/** A conversation that is not bound has no id that the host tells to commands: its address stands for it. */
export function buildUnboundRoute({ channel, to, accountId = "default", threadId }: Address): Route {
  // Telegram (2026.9.6) says the topic in both, or only beside the chat.
  const topic = `:topic:${threadId}`;
  return {
    channel,
    account: accountId,
    chat: `to ${to.endsWith(topic) ? to.slice(0, -topic.length) : to}`,
    ...(threadId === undefined ? {} : { topic: String(threadId) }),
  };
}
