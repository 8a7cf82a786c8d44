// Clicks on our buttons. They do not wait behind the chat's lane, so they work while anything runs.

import { nanoid } from "nanoid";
import { answer } from "./answer.ts";
import { buildBindingGate } from "./binding-gate.ts";
import { buildEntranceFacts, type Entrance, type Gateway } from "./gateway.ts";
import type { ClickContext } from "./sdk.ts";

/** What the click leads to is sent like any message; only what the host cannot deliver so is said beside the button. */
export async function runClick(gateway: Gateway, context: ClickContext): Promise<void> {
  const { channel, accountId, conversationId, threadId, respond } = context;
  const token = context.callback?.payload ?? context.interaction?.payload ?? "";
  const address = {
    channel,
    to: conversationId,
    accountId,
    ...(threadId === undefined ? {} : { threadId }),
  };
  await respond.acknowledge?.();
  const { app } = gateway;
  const facts = buildEntranceFacts(gateway, {
    ...readClick(context),
    address,
  });
  const gate = buildBindingGate(gateway, channel, context);
  const clicked = await app.chat.click({ ...facts, token, messageId: nanoid(), gate });
  if (clicked.isDone)
    await clearButtons(context).catch((error) => gateway.log.info(`buttons stay: ${String(error)}`));
  await answer(gateway, address, clicked.reply);
}

/** Telegram says what kind of chat it is, Discord names the guild of a channel; unknown is a group: there less is shown. */
export function readClick({
  channel,
  senderId,
  senderUsername: userName,
  guildId,
  isGroup = channel !== "discord" || guildId !== undefined,
  auth,
}: ClickContext): Pick<Entrance, "sender" | "isGroup"> {
  return { sender: { channel, senderId, userName, isAuthorized: auth.isAuthorizedSender }, isGroup };
}

async function clearButtons({ respond }: ClickContext): Promise<void> {
  await (respond.clearButtons ?? respond.clearComponents)?.();
}
