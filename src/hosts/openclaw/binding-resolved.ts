// The person has answered the host's question whether we may have a conversation.
import { openClawText } from "../../chat/words/openclaw-text.ts";
import { buildBoundKey } from "./address.ts";
import { say } from "./answer.ts";
import { readRecord } from "./binding-gate.ts";
import { undoBinding } from "./books.ts";
import type { Gateway } from "./gateway.ts";
import type { HostBinding, ResolvedEvent } from "./sdk.ts";

export async function takeDecision(gateway: Gateway, event: ResolvedEvent): Promise<void> {
  const { app, modules } = gateway;
  const { status, binding, request } = event;
  const { pendingId } = request.data ?? {};
  if (typeof pendingId !== "string") return;
  if (status === "denied" || !binding) return app.pendingBindings.deny(pendingId);
  const key = buildBoundKey(binding);
  app.pendingBindings.approve(pendingId, key, readRecord(binding, modules.books));
  if (!app.bindings.findByConversation(key)) await giveBack(gateway, binding);
}

/** The button of a request that a newer one has replaced, or that ended meanwhile. */
async function giveBack(gateway: Gateway, binding: HostBinding): Promise<void> {
  await undoBinding(gateway, binding);
  const { channel, accountId, conversationId, threadId } = binding;
  const address = { channel, to: conversationId, accountId, ...(threadId === undefined ? {} : { threadId }) };
  await say(gateway, address, openClawText.requestEnded);
}
