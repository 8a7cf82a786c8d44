// What answers a command, a message or a click at once. It goes out like everything else that is said, by the outbox: the
// host would read directives in an answer that it is given to send.
import { buildConversationKey } from "../../chat/inbound-message.ts";
import type { ShownReply } from "../../chat/reply.ts";
import type { Line } from "../../kit/blocks.ts";
import { type Address, buildUnboundRoute, formatAddress } from "./address.ts";
import type { Gateway } from "./gateway.ts";
import { buildAnswer, buildPromptAnswer, buildWebAnswer } from "./payload.ts";
import type { HostPrompt, ReplyPayload } from "./sdk.ts";

/** For a message or a click. What is to be returned to the host where that is the only way; undefined: it is on its way. */
export async function answer(
  gateway: Gateway,
  address: Address,
  reply: ShownReply | undefined,
): Promise<ReplyPayload | undefined> {
  if (!reply) return undefined;
  // Nothing can be sent there but as an answer (2026.9.6).
  if (address.channel === "webchat") return buildWebAnswer([...reply.blocks, ...(reply.typed ?? [])]);
  if (reply.prompt === undefined) post(gateway, address, reply);
  else await gateway.sender.showPrompt(address, reply.prompt as HostPrompt);
  return undefined;
}

/**
 * For a command. Of a command without an answer the host says itself that it got none, but on channels that run commands
 * of their own; of these only Telegram is known to take a command without an answer (2026.9.6).
 */
export async function answerCommand(
  gateway: Gateway,
  address: Address,
  reply: ShownReply | undefined,
): Promise<ReplyPayload | undefined> {
  if (!reply || address.channel === "telegram" || address.channel === "webchat")
    return answer(gateway, address, reply);
  if (reply.prompt !== undefined) return buildPromptAnswer(reply.prompt as HostPrompt);
  const [first = [], ...others] = gateway.sender.split(reply.blocks, formatAddress(address));
  const typed = reply.typed ?? [];
  if (others.length === 0)
    return reply.buttons ? buildAnswer(first, reply.buttons) : buildAnswer([...first, ...typed]);
  post(gateway, address, { ...reply, blocks: others.flat() });
  return buildAnswer(first);
}

function post({ app }: Gateway, address: Address, { blocks, typed, buttons, question }: ShownReply): void {
  const conversation = buildConversationKey(buildUnboundRoute(address));
  app.addresses.remember(conversation, formatAddress(address));
  app.outbox.post({
    conversation,
    kind: "final",
    blocks,
    ...(typed ? { typed } : {}),
    ...(buttons ? { made: buttons } : {}),
    ...(question === undefined ? {} : { question }),
  });
}

export function say(gateway: Gateway, address: Address, line: Line): Promise<ReplyPayload | undefined> {
  return answer(gateway, address, { blocks: [{ say: line }] });
}
