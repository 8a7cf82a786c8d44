// From what a command says to what is shown where it was asked: redacted, with buttons, in a group without what is not
// for everybody there.

import { digestShown } from "../conversations/answer-audit.ts";
import { type Block, mapOutside, own, says } from "../kit/blocks.ts";
import type { ChatServices } from "./chat-services.ts";
import { buildPrivateKey, type InboundMessage } from "./inbound-message.ts";
import type { Reply, ShownReply } from "./reply.ts";

const sentPrivately = own("Sent to you privately.");
const askPrivately = own("That is not for a group: ask in a direct chat with me.");

/** `conversation`: what the buttons mean. */
export function showReply(
  services: ChatServices,
  reply: Reply,
  conversation: string,
  message: Pick<InboundMessage, "actor" | "chatKind" | "hasButtons" | "privateAddress">,
): ShownReply {
  const { redactor, store } = services;
  const { inGroup, typed, buttons, isForAsker, prompt, question } = reply;
  const isSplit = inGroup !== undefined && message.chatKind === "group";
  const hasButtons = message.hasButtons === true && !(isSplit && inGroup.length === 0);
  const shown = isSplit ? splitReply(services, reply, inGroup, conversation, message) : reply.blocks;
  const rows = buttons?.map((row) => row.map(({ label, line }) => ({ label: redactor.redact(label), line })));
  if (question !== undefined) {
    const isWhole = !isSplit || message.privateAddress !== undefined;
    store.questions.noteShown(question, digestShown(isWhole ? reply.blocks : shown));
  }
  const scope = { conversation, ...(isForAsker ? { actor: message.actor.id } : {}) };
  return {
    blocks: question !== undefined ? shown : mapOutside(shown, (text) => redactor.redact(text)),
    ...(rows && rows.length > 0 && hasButtons ? { buttons: store.buttons.make(rows, scope) } : {}),
    ...(typed ? { typed } : {}),
    ...(question === undefined ? {} : { question }),
    ...(prompt === undefined ? {} : { prompt }),
  };
}

/** What the group reads. */
function splitReply(
  { outbox, store }: ChatServices,
  { blocks }: Reply,
  inGroup: readonly Block[],
  conversation: string,
  { actor, privateAddress }: Pick<InboundMessage, "actor" | "privateAddress">,
): Block[] {
  if (privateAddress === undefined) return [...inGroup, ...says(askPrivately)];
  const ownChat = buildPrivateKey(conversation, actor.id);
  store.addresses.remember(ownChat, privateAddress);
  outbox.post({ conversation: ownChat, kind: "final", blocks });
  return [...inGroup, ...says(sentPrivately)];
}
