// `/stop` and the words that mean it never reach a plugin as a message: the host stops its own agent and only tells that
// something was received. In our conversations they mean our turn.
import { buildConversationKey } from "../../chat/inbound-message.ts";
import { readPlainWords } from "../../chat/plain-words.ts";
import { answer } from "./answer.ts";
import { buildCommandMessage, isGroupKey } from "./cx-command.ts";
import type { Gateway } from "./gateway.ts";
import type { ReceivedContext, ReceivedEvent } from "./sdk.ts";

export async function stopByWord(
  gateway: Gateway,
  event: ReceivedEvent,
  { channelId: channel, accountId = "default", conversationId: to }: ReceivedContext,
): Promise<void> {
  const { api, app, modules } = gateway;
  const { content, senderId, threadId, sessionKey = "" } = event;
  // The host's own judgement of its words: what it keeps from us is what stops.
  const plain = readPlainWords(content, { names: gateway.names.find(channel, accountId) });
  if (plain.type !== "words") return;
  if (!modules.words.isAbortRequestText(content) && !modules.words.isAbortRequestText(plain.bare)) return;
  if (to === undefined) return;
  const thread = threadId === undefined ? {} : { threadId };
  const address = { channel, to, accountId, ...thread };
  const helpers = modules.commands.createInteractiveConversationBindingHelpers({
    registration: { pluginId: api.id, pluginName: api.name, pluginRoot: api.rootDir ?? "" },
    conversation: { channel, accountId, conversationId: to, ...thread },
    ...(senderId === undefined ? {} : { senderId }),
  });
  const entrance = {
    // The host does not say here who may give commands; owner and drivers are known without it.
    sender: { channel, senderId, isAuthorized: true },
    address,
    isGroup: isGroupKey(sessionKey) || isGroupKey(to),
  };
  const { ownerHint: _, ...message } = await buildCommandMessage(gateway, entrance, helpers, "/cx stop");
  if (!app.bindings.findByConversation(buildConversationKey(message.route))) return;
  // Nor does it say whether the word was forwarded.
  const { reply } = await app.chat.receive({ ...message, mayBeForwarded: true });
  await answer(gateway, address, reply);
}
