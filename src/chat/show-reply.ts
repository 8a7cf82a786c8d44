// From what a command says to what is shown where it was asked: redacted, with buttons, in a group without what is not
// for everybody there.
import type { ChatServices } from "./chat-services.ts";
import { buildPrivateKey, type InboundMessage } from "./inbound-message.ts";
import type { Reply, ShownReply } from "./reply.ts";

const sentPrivately = "Sent to you privately.";
const askPrivately = "That is not for a group: ask in a direct chat with me.";

/** `conversation`: what the buttons mean. */
export function showReply(
  services: ChatServices,
  reply: Reply,
  conversation: string,
  message: Pick<InboundMessage, "actor" | "chatKind" | "hasButtons" | "privateAddress">,
): ShownReply {
  const { redactor, store } = services;
  const { text, inGroup, buttons, isForAsker, prompt } = reply;
  const isSplit = inGroup !== undefined && message.chatKind === "group";
  const hasButtons = message.hasButtons === true && !(isSplit && inGroup === "");
  const shown = isSplit ? splitReply(services, text, inGroup, conversation, message) : text;
  const rows = buttons?.map((row) => row.map(({ label, line }) => ({ label: redactor.redact(label), line })));
  const scope = { conversation, ...(isForAsker ? { actor: message.actor.id } : {}) };
  return {
    text: redactor.redact(shown),
    ...(rows && rows.length > 0 && hasButtons ? { buttons: store.buttons.make(rows, scope) } : {}),
    ...(prompt === undefined ? {} : { prompt }),
  };
}

/** What the group reads. */
function splitReply(
  { outbox, store }: ChatServices,
  text: string,
  inGroup: string,
  conversation: string,
  { actor, privateAddress }: Pick<InboundMessage, "actor" | "privateAddress">,
): string {
  const lines = inGroup === "" ? [] : [inGroup];
  if (privateAddress === undefined) return [...lines, askPrivately].join("\n");
  const ownChat = buildPrivateKey(conversation, actor.id);
  store.addresses.remember(ownChat, privateAddress);
  outbox.post({ conversation: ownChat, kind: "final", text });
  return [...lines, sentPrivately].join("\n");
}
