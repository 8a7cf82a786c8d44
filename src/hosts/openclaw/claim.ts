// `inbound_claim`: a message of a conversation that the host's books hold for us. It is checked and written down; what
// comes of it goes out later. The host waits for this call and holds the chat's lane meanwhile.
import { nanoid } from "nanoid";
import { type InboundMessage, isTyped } from "../../chat/inbound-message.ts";
import { readPlainWords } from "../../chat/plain-words.ts";
import { openClawText } from "../../chat/words/openclaw-text.ts";
import { isSomebody } from "../../conversations/may.ts";
import { type Address, buildBoundKey, buildBoundRoute } from "./address.ts";
import { answer, say } from "./answer.ts";
import { buildBindingGate, buildHelpers, readRecord } from "./binding-gate.ts";
import { healBinding, undoBinding } from "./books.ts";
import { readClaimFacts } from "./claim-facts.ts";
import { buildEntranceFacts, type Gateway } from "./gateway.ts";
import { hasMedia, hasOnlyQuotedMedia, takeMedia } from "./media.ts";
import type { Sender } from "./owners.ts";
import type { ClaimEvent, ClaimResult, HostBinding } from "./sdk.ts";

/** Throws only what is unexpected; the caller answers with it. */
export async function claimMessage(
  gateway: Gateway,
  event: ClaimEvent,
  binding: HostBinding,
): Promise<ClaimResult> {
  const { app, api } = gateway;
  await healBinding(gateway, binding);
  takeApproval(gateway, binding);
  const message = buildMessage(gateway, event, binding);
  if (api.pluginConfig?.codexCommand === "off" && namesCodex(message)) {
    const isHeard = isSomebody(message.actor, app.bindings.findByConversation(buildBoundKey(binding)));
    if (isHeard) await say(gateway, readAddress(event, binding), openClawText.codexOffHere);
    return { handled: true };
  }
  const received = await app.chat.receive(message);
  if (received.handled) {
    const reply = await answer(gateway, readAddress(event, binding), received.reply);
    return { handled: true, ...(reply ? { reply } : {}) };
  }
  await undoBinding(gateway, binding);
  await say(gateway, readAddress(event, binding), openClawText.notHeld);
  return { handled: true };
}

/** A message may come before the host has told us of its approval. */
function takeApproval({ app, modules }: Gateway, binding: HostBinding): void {
  const { pendingId } = binding.data ?? {};
  if (typeof pendingId !== "string") return;
  app.pendingBindings.approve(pendingId, buildBoundKey(binding), readRecord(binding, modules.books));
}

function namesCodex(message: InboundMessage): boolean {
  const plain = readPlainWords(message.text, { names: message.ownNames ?? [] });
  return plain.type === "command" && plain.name === "codex" && isTyped(message);
}

/** The host keeps its stop words from us; not so when they stand beside our name. */
function readStop(gateway: Gateway, message: InboundMessage): string {
  const { ownNames: names = [], text, chatKind, isAddressed = false } = message;
  const plain = readPlainWords(text, { names, isMentioned: isAddressed && chatKind === "group" });
  const isStop = plain.type === "words" && gateway.modules.words.isAbortRequestText(plain.bare);
  return isStop && isTyped(message) && (!message.takeAttachments || message.onlyQuotedFiles)
    ? "/cx stop"
    : text;
}

function buildMessage(gateway: Gateway, event: ClaimEvent, binding: HostBinding): InboundMessage {
  const { channel, isGroup, messageId } = event;
  const sender = readSender(event);
  const address = readAddress(event, binding);
  const message: InboundMessage = {
    ...buildEntranceFacts(gateway, { sender, address, isGroup }),
    ...readClaimFacts(event, gateway.readConfig()),
    route: buildBoundRoute(binding),
    messageId: messageId ?? nanoid(),
    mayRepeat: messageId !== undefined,
    isAddressed: !isGroup || event.wasMentioned === true,
    ...(hasMedia(event) ? { takeAttachments: () => takeMedia(gateway, buildBoundKey(binding), event) } : {}),
    ...(hasMedia(event) && hasOnlyQuotedMedia(event) ? { onlyQuotedFiles: true } : {}),
    gate: buildBindingGate(gateway, channel, buildHelpers(gateway, binding, sender.senderId)),
  };
  return { ...message, text: readStop(gateway, message) };
}

function readAddress({ channel, metadata = {}, threadId: topic }: ClaimEvent, binding: HostBinding): Address {
  const { accountId, conversationId, threadId = topic } = binding;
  const to = typeof metadata.to === "string" ? metadata.to : conversationId;
  return { channel, to, accountId, ...(threadId === undefined ? {} : { threadId }) };
}

export function readSender(event: ClaimEvent): Sender {
  const { channel, senderId, senderName, senderUsername, commandAuthorized, senderIsOwner } = event;
  return {
    channel,
    senderId,
    userName: senderUsername,
    name: senderName,
    isAuthorized: commandAuthorized === true,
    isOwner: senderIsOwner,
  };
}
