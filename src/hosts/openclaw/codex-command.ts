// `/codex …` in a chat that is not bound. The name is reserved by the host, so no command can be registered for it; the
// text is claimed where the host is about to hand it to its own agent.
import { openClawText } from "../../chat/words/openclaw-text.ts";
import { answerCommand } from "./answer.ts";
import { buildHelpers } from "./binding-gate.ts";
import { buildCommandMessage } from "./cx-command.ts";
import type { Entrance, Gateway } from "./gateway.ts";
import type { DispatchContext, DispatchEvent, DispatchResult, HostConfig, ReplyPayload } from "./sdk.ts";

const codexText = /^\s*\/codex(\s|$)/i;

/** The first-party plugin, whose id is `codex`, owns the name where it is enabled. */
export function isCodexNameTaken({ plugins }: HostConfig): boolean {
  return plugins?.entries?.codex !== undefined && plugins.entries.codex.enabled !== false;
}

export function isCodexText(text: string | undefined): boolean {
  return codexText.test(text ?? "");
}

/** Undefined: it is not for us. */
export async function dispatchCodexCommand(
  gateway: Gateway,
  event: DispatchEvent,
  context: DispatchContext,
): Promise<DispatchResult | undefined> {
  const { originatingChannel: channel, originatingTo: to } = event;
  if (channel === undefined || to === undefined) return undefined;
  if (gateway.modules.commands.matchPluginCommand("/codex", { channel })) return undefined;
  const accountId = event.originatingAccountId ?? event.ctx.AccountId ?? "default";
  const threadId = event.originatingThreadId;
  const thread = threadId === undefined ? {} : { threadId };
  const entrance: Entrance = { ...readDispatch(event), address: { channel, to, accountId, ...thread } };
  const ref = { channel, accountId, conversationId: to, ...thread };
  const helpers = buildHelpers(gateway, ref, entrance.sender.senderId);
  const { CommandBody: text = "", MessageSid: id } = event.ctx;
  const message = await buildCommandMessage(gateway, entrance, helpers, text, id);
  const { reply } = await gateway.app.chat.receive(message, context.abortSignal);
  return answerDispatch(context, await answerCommand(gateway, entrance.address, reply));
}

export function readDispatch({
  ctx,
  originatingChannel,
}: DispatchEvent): Pick<Entrance, "sender" | "isGroup"> {
  const { SenderId: senderId, ChatType, CommandAuthorized, GatewayClientScopes: scopes } = ctx;
  return {
    sender: { channel: originatingChannel ?? "", senderId, isAuthorized: CommandAuthorized, scopes },
    isGroup: ChatType !== "direct",
  };
}

export function answerDispatch(context: DispatchContext, reply: ReplyPayload | undefined): DispatchResult {
  const queuedFinal = reply === undefined ? false : context.dispatcher.sendFinalReply(reply);
  context.recordProcessed("completed", { reason: openClawText.processedReason });
  context.markIdle(openClawText.processedReason);
  return { handled: true, queuedFinal, counts: context.dispatcher.getQueuedCounts() };
}
