// Commands that reach us where the host is about to hand a text of a chat that is not bound to its own agent: `/codex …`,
// whose name the host reserves, and `/cx …` in forms that it does not know: behind a mention, an unseen character, a
// full-width slash. What it would run itself although it was forwarded, or written by a bot, is kept from it.
import { readPlainWords } from "../../chat/plain-words.ts";
import { openClawText } from "../../chat/words/openclaw-text.ts";
import { isSomebody } from "../../conversations/may.ts";
import { answerCommand } from "./answer.ts";
import { buildHelpers } from "./binding-gate.ts";
import { buildCommandMessage } from "./cx-command.ts";
import type { Entrance, Gateway } from "./gateway.ts";
import type { DispatchContext, DispatchEvent, DispatchResult, HostConfig, ReplyPayload } from "./sdk.ts";

/** The first-party plugin, whose id is `codex`, owns the name where it is enabled. */
export function isCodexNameTaken({ plugins }: HostConfig): boolean {
  return plugins?.entries?.codex !== undefined && plugins.entries.codex.enabled !== false;
}

/** What a dispatch may hold for us; undefined when the host has it to itself, as nearly always. */
export function readDispatchedCommand({ ctx }: DispatchEvent): "cx" | "codex" | undefined {
  const names = ctx.BotUsername === undefined ? [] : [ctx.BotUsername];
  const plain = readPlainWords(ctx.CommandBody ?? "", { names, isMentioned: ctx.WasMentioned === true });
  if (plain.type !== "command") return undefined;
  return isTypedByPerson(ctx) && isHostsOwn(ctx) ? undefined : plain.name;
}

/** It runs the command that we have registered; files that came with it are not told to it. */
function isHostsOwn({ CommandBody = "", media = [] }: DispatchEvent["ctx"]): boolean {
  return /^\/cx(?=\s|$)/i.test(CommandBody) && media.length === 0;
}

function isTypedByPerson({
  ForwardedFrom,
  SenderIsBot,
  ProviderEditTimestamp,
}: DispatchEvent["ctx"]): boolean {
  return ForwardedFrom === undefined && SenderIsBot !== true && ProviderEditTimestamp === undefined;
}

/** `name`: what was read of it. Undefined: it is not for us. */
export async function dispatchCommand(
  gateway: Gateway,
  event: DispatchEvent,
  context: DispatchContext,
  name: "cx" | "codex",
): Promise<DispatchResult | undefined> {
  const { originatingChannel: channel, originatingTo: to, ctx } = event;
  if (channel === undefined || to === undefined) return undefined;
  const isTyped = isTypedByPerson(ctx);
  if (name === "codex" && (!isTyped || gateway.modules.commands.matchPluginCommand("/codex", { channel })))
    return undefined;
  const accountId = event.originatingAccountId ?? ctx.AccountId ?? "default";
  gateway.names.learn(channel, accountId, ctx.BotUsername);
  const threadId = event.originatingThreadId;
  const thread = threadId === undefined ? {} : { threadId };
  const entrance: Entrance = { ...readDispatch(event), address: { channel, to, accountId, ...thread } };
  const ref = { channel, accountId, conversationId: to, ...thread };
  const helpers = buildHelpers(gateway, ref, entrance.sender.senderId);
  const { CommandBody: text = "", MessageSid: id, media = [] } = ctx;
  const command = await buildCommandMessage(gateway, entrance, helpers, text, id);
  if (!isTyped) {
    const isHeard = ctx.SenderIsBot !== true && isSomebody(command.actor, undefined);
    const reply = isHeard ? { blocks: [{ say: openClawText.notTyped }] } : undefined;
    return answerDispatch(context, await answerCommand(gateway, entrance.address, reply));
  }
  const message = { ...command, ...(media.length === 0 ? {} : { takeAttachments: takeNothing }) };
  const { reply } = await gateway.app.chat.receive(message, context.abortSignal);
  return answerDispatch(context, await answerCommand(gateway, entrance.address, reply));
}

/** A command takes no files; that there were some is said. */
const takeNothing = async () => ({ images: [], files: [], lost: [] });

export function readDispatch({
  ctx,
  originatingChannel,
}: DispatchEvent): Pick<Entrance, "sender" | "isGroup"> {
  const { SenderId: senderId, SenderUsername: userName, SenderName: name } = ctx;
  const { ChatType, CommandAuthorized: isAuthorized, GatewayClientScopes: scopes } = ctx;
  return {
    sender: { channel: originatingChannel ?? "", senderId, userName, name, isAuthorized, scopes },
    isGroup: ChatType !== "direct",
  };
}

export function answerDispatch(context: DispatchContext, reply: ReplyPayload | undefined): DispatchResult {
  const queuedFinal = reply === undefined ? false : context.dispatcher.sendFinalReply(reply);
  context.recordProcessed("completed", { reason: openClawText.processedReason });
  context.markIdle(openClawText.processedReason);
  return { handled: true, queuedFinal, counts: context.dispatcher.getQueuedCounts() };
}
