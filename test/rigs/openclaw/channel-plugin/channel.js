// A channel for what Telegram cannot show: chats without buttons, groups where every message is admitted, and sending
// that fails, is suppressed or is slow. It fetches what people do from the test's LoopbackChat, and asks it how each
// message that is sent shall end; so it keeps nothing.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createChatChannelPlugin, defineChannelPluginEntry } from "openclaw/plugin-sdk/channel-core";
import {
  buildPluginBindingResolvedText,
  parsePluginBindingApprovalCustomId,
  resolvePluginConversationBindingApproval,
} from "openclaw/plugin-sdk/conversation-runtime";
import { createChannelInteractiveDispatcher } from "openclaw/plugin-sdk/plugin-runtime";

const id = "loopback";
const accountId = "default";
const host = {};

const readSection = (cfg) => cfg?.channels?.[id] ?? {};
const formatTarget = (kind, chat) => `${kind === "direct" ? "dm" : "group"}:${chat}`;
const readTarget = (to) => /^(?:loopback:)?(dm|group):(.+)$/.exec(String(to ?? "").trim());
const readKind = (to) => (readTarget(to)?.[1] === "group" ? "group" : "direct");

async function post(path, body) {
  const { url } = readSection(host.api.runtime.config.current());
  const answer = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
  return answer.json();
}

/** The test says how it ends: ok, fail, or suppress; a slow answer is a slow channel. */
async function show(via, { to, threadId, replyToId }, payload) {
  const messageId = `out-${randomUUID()}`;
  const { outcome } = await post("/sent", { via, to, threadId, replyToId, messageId, payload });
  if (outcome === "fail") throw new Error("the loopback channel fails as the test wants");
  return { channel: id, messageId: outcome === "suppress" ? "" : messageId };
}

// Read where the plugin is made, before there is a config.
const hasButtons = process.env.LOOPBACK_BUTTONS !== "no";
const buttonLimits = {
  maxActions: 25,
  maxActionsPerRow: 5,
  maxRows: 5,
  maxLabelLength: 80,
  maxValueBytes: 64,
};

function buildPlugin() {
  return createChatChannelPlugin({
    base: {
      id,
      meta: {
        id,
        label: "Loopback",
        selectionLabel: "Loopback",
        docsPath: "/channels/loopback",
        blurb: "Tests",
      },
      capabilities: { chatTypes: ["direct", "group", "thread"], media: true, reply: true, threads: true },
      config: {
        listAccountIds: () => [accountId],
        defaultAccountId: () => accountId,
        resolveAccount: (cfg) => ({ accountId, enabled: true, configured: true, ...readSection(cfg) }),
        inspectAccount: () => ({ enabled: true, configured: true }),
        isConfigured: (account) => Boolean(account.url),
        isEnabled: (account) => account.enabled !== false,
        resolveAllowFrom: ({ cfg }) => readSection(cfg).allowFrom ?? [],
      },
      setup: { applyAccountConfig: ({ cfg }) => cfg },
      conversationBindings: { supportsCurrentConversationBinding: true },
      bindings: {
        compileConfiguredBinding: ({ conversationId }) => (conversationId ? { conversationId } : null),
        matchInboundConversation: ({ compiledBinding, conversationId }) =>
          compiledBinding.conversationId === conversationId ? { conversationId, matchPriority: 2 } : null,
        resolveCommandConversation: ({ originatingTo, commandTo, fallbackTo }) => {
          const target = readTarget(originatingTo ?? commandTo ?? fallbackTo);
          return target ? { conversationId: `${target[1]}:${target[2]}` } : null;
        },
      },
      messaging: {
        normalizeTarget: (raw) => raw?.trim().replace(/^loopback:/, "") || undefined,
        inferTargetChatType: ({ to }) => readKind(to),
        targetResolver: { looksLikeId: (raw) => readTarget(raw) !== null, hint: "<dm:person|group:room>" },
      },
      gateway: { startAccount: takeEvents },
    },
    security: {
      dm: {
        channelKey: id,
        resolvePolicy: () => "open",
        resolveAllowFrom: (account) => account.allowFrom ?? [],
      },
    },
    threading: { topLevelReplyToMode: "off" },
    outbound: {
      base: {
        deliveryMode: "direct",
        textChunkLimit: 4000,
        presentationCapabilities: hasButtons
          ? { supported: true, buttons: true, limits: { actions: buttonLimits } }
          : { supported: false },
        renderPresentation: ({ payload, presentation }) => ({
          ...payload,
          channelData: { ...payload.channelData, loopback: { presentation } },
        }),
        sendPayload: (ctx) => show("payload", ctx, ctx.payload),
      },
      attachedResults: {
        channel: id,
        sendText: (ctx) => show("text", ctx, { text: ctx.text }),
        sendMedia: (ctx) => show("media", ctx, { text: ctx.text, mediaUrl: ctx.mediaUrl }),
      },
    },
  });
}

/** Until the account is stopped. */
async function takeEvents(ctx) {
  ctx.setStatus({ ...ctx.getStatus(), accountId, running: true, connected: true });
  while (!ctx.abortSignal.aborted) {
    try {
      const answer = await fetch(`${ctx.account.url}/next`, { signal: ctx.abortSignal });
      // Messages of one chat do not wait here for each other: the gateway has queues of its own.
      for (const event of await answer.json()) void take(event);
    } catch {
      await pause(100, undefined, { signal: ctx.abortSignal }).catch(() => {});
    }
  }
}

async function take(event) {
  try {
    const result = event.value === undefined ? await takeMessage(event) : await takeClick(event);
    await post("/taken", { number: event.number, result });
  } catch (error) {
    // On a busy machine the host may not get at its own state in time; channels bring the message again then.
    if (error?.name === "StateDatabaseCoordinatorContentionError") return take(event);
    await post("/taken", { number: event.number, error: String(error?.stack ?? error) });
  }
}

async function takeMessage({ kind, chat, thread, sender, text, messageId, mentioned }) {
  const cfg = host.api.runtime.config.current();
  const { routing, inbound } = host.api.runtime.channel;
  const to = formatTarget(kind, chat);
  const { agentId, sessionKey } = routing.resolveAgentRoute({
    cfg,
    channel: id,
    accountId,
    peer: { kind, id: to },
  });
  const { allowFrom = [] } = readSection(cfg);
  const authorized = allowFrom.includes(sender);
  const command = { kind: text.startsWith("/") ? "text-slash" : "normal", body: text, authorized };
  const ctxPayload = inbound.buildContext({
    ...{
      channel: id,
      provider: id,
      surface: id,
      accountId,
      messageId,
      from: to,
      command,
      timestamp: Date.now(),
    },
    sender: { id: sender, name: sender, username: sender },
    conversation: {
      kind,
      id: to,
      label: chat,
      nativeChannelId: chat,
      ...(thread ? { threadId: thread } : {}),
    },
    route: { agentId, accountId, routeSessionKey: sessionKey },
    reply: { to, originatingTo: to, ...(thread ? { messageThreadId: thread, threadParentId: to } : {}) },
    message: { rawBody: text, bodyForAgent: text, commandBody: text },
    access: { commands: { authorized }, mentions: { canDetectMention: true, wasMentioned: mentioned } },
    channelIngress: "unsupported",
  });
  const deliver = async (payload) => {
    const { messageId: shown } = await show("reply", { to, threadId: thread, replyToId: messageId }, payload);
    return { visibleReplySent: shown !== "", messageIds: [shown] };
  };
  const { admission, dispatched } = await inbound.dispatch({
    ...{ cfg, channel: id, accountId, route: { agentId, sessionKey }, ctxPayload, messageId },
    delivery: { deliver, onError: () => {} },
    record: { onRecordError: () => {} },
  });
  return { admission, dispatched };
}

const dispatchClick = createChannelInteractiveDispatcher({ channel: id, interactiveKey: "callback" });

async function takeClick({ kind, chat, sender, value, messageId }) {
  const to = formatTarget(kind, chat);
  const approval = parsePluginBindingApprovalCustomId(value);
  if (approval) {
    const resolved = await resolvePluginConversationBindingApproval({ ...approval, senderId: sender });
    await show("approval", { to }, { text: buildPluginBindingResolvedText(resolved) });
    return { approval: resolved.status };
  }
  const { allowFrom = [] } = readSection(host.api.runtime.config.current());
  const auth = { isAuthorizedSender: allowFrom.includes(sender) };
  return dispatchClick({
    data: value,
    dedupeId: randomUUID(),
    ctx: {
      ...{ accountId, conversationId: to, senderId: sender, senderUsername: sender, auth },
      callback: { messageId, chatId: to },
    },
    respond: {
      reply: (payload) => show("click reply", { to }, payload),
      editMessage: (payload) => show("click edit", { to }, payload),
    },
  });
}

export default defineChannelPluginEntry({
  id,
  name: "Loopback",
  description: "A channel that the tests drive.",
  plugin: buildPlugin(),
  setRuntime() {},
  registerFull(api) {
    host.api = api;
  },
});
