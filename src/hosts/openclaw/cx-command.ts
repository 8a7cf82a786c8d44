// `/cx`, the command that is registered with the host.
import { nanoid } from "nanoid";
import type { InboundMessage } from "../../chat/inbound-message.ts";
import { buildBoundRoute, buildUnboundRoute } from "./address.ts";
import { answerCommand } from "./answer.ts";
import { buildBindingGate } from "./binding-gate.ts";
import { buildEntranceFacts, type Entrance, type Gateway } from "./gateway.ts";
import { buildActor, type Sender } from "./owners.ts";
import type { BindingHelpers, CommandContext, CommandResult, ReceivedContext, ReceivedEvent } from "./sdk.ts";

export async function runCxCommand(gateway: Gateway, context: CommandContext): Promise<CommandResult> {
  const { channel, to, from, accountId, messageThreadId } = context;
  const entrance: Entrance = {
    sender: readCommandSender(context),
    address: {
      channel,
      to: to ?? from ?? "",
      ...(accountId === undefined ? {} : { accountId }),
      ...(messageThreadId === undefined ? {} : { threadId: messageThreadId }),
    },
    isGroup: isGroupCommand(context),
  };
  const text = /^\/cx\b/i.test(context.commandBody) ? context.commandBody : `/cx ${context.args ?? ""}`;
  const command = await buildCommandMessage(gateway, entrance, context, text);
  // It is told neither where the words come from nor who wrote them first (OpenClaw 2026.9.6).
  const { reply } = await gateway.app.chat.receive({ ...command, mayBeForwarded: true });
  return (await answerCommand(gateway, entrance.address, reply)) ?? { suppressReply: true };
}

/** A command typed in a chat, however it reached us. `id`: the host's id of the message, where it tells one. */
export async function buildCommandMessage(
  gateway: Gateway,
  entrance: Entrance,
  helpers: BindingHelpers,
  text: string,
  id: string = nanoid(),
): Promise<InboundMessage> {
  const binding = await helpers.getCurrentConversationBinding().catch(() => null);
  return {
    ...buildEntranceFacts(gateway, entrance),
    route: binding ? buildBoundRoute(binding) : buildUnboundRoute(entrance.address),
    messageId: id,
    text,
    gate: buildBindingGate(gateway, entrance.address.channel, helpers),
  };
}

/** In a chat that is not bound, the rest of a command that was cut goes to the host's agent; that it came is told. */
export function noteRest({ app }: Gateway, event: ReceivedEvent, context: ReceivedContext): void {
  const { channelId: channel, accountId = "default", conversationId: to } = context;
  const { senderId, threadId, content } = event;
  if (to === undefined || /^\s*\//.test(content)) return;
  const thread = threadId === undefined ? {} : { threadId };
  const actor = buildActor({ channel, senderId, isAuthorized: true }, {});
  app.chat.seeMessage(buildUnboundRoute({ channel, to, accountId, ...thread }), actor.id);
}

export function readCommandSender(context: CommandContext): Sender {
  const { channel, senderId, isAuthorizedSender: isAuthorized, gatewayClientScopes: scopes } = context;
  return { channel, senderId, isAuthorized, scopes };
}

/** Unknown is a group: there less is shown. */
export function isGroupCommand({ sessionKey, from = "" }: CommandContext): boolean {
  return sessionKey === undefined || isGroupKey(sessionKey) || isGroupKey(from);
}

/**
 * Not every entrance is told the kind of chat. A group has a session of its own, whose key says so; topics and threads
 * are in direct chats too (OpenClaw 2026.9.6).
 */
export function isGroupKey(key: string): boolean {
  return /(^|:)(group|channel|room):/.test(key);
}
