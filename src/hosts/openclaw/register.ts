// Tells the host what there is. It may be called many times and in several modes: it only registers; the service fills
// the holder, and everything else asks the holder. The claim comes first and needs nothing that can fail.
import { openClawText } from "../../chat/words/openclaw-text.ts";
import { type Clock, systemClock } from "../../kit/clock.ts";
import { takeDecision } from "./binding-resolved.ts";
import { keepBooks } from "./books.ts";
import { claimMessage, readSender } from "./claim.ts";
import { readClick, runClick } from "./clicks.ts";
import {
  answerDispatch,
  dispatchCommand,
  isCodexNameTaken,
  readDispatch,
  readDispatchedCommand,
} from "./codex-command.ts";
import { isGroupCommand, noteRest, readCommandSender, runCxCommand } from "./cx-command.ts";
import { openGateway } from "./gateway.ts";
import { Holder, type Shared } from "./holder.ts";
import { type LoadHostModules, loadHostModules } from "./host-modules.ts";
import { registerNodeCommands } from "./node-commands.ts";
import { registerOperatorCli } from "./operator-cli.ts";
import { buildAnswer, buttonNamespace } from "./payload.ts";
import { renderPlain } from "./render/plain.ts";
import { buildFailure } from "./say-failure.ts";
import type { ClaimEvent, ClickContext, PluginApi } from "./sdk.ts";
import { stopByWord } from "./stop-word.ts";

/** Buttons are handled per channel; those that are configured are added. */
const channelsWithButtons = ["telegram", "discord", "slack"];

export function registerPlugin(
  api: PluginApi,
  loadModules: LoadHostModules = loadHostModules,
  clock: Clock = systemClock,
  shared: Shared = {},
): void {
  const warn = (message: string) => api.logger.warn(`codex-threads: ${message}`);
  const log = {
    debug: () => {},
    info: (message: string) => api.logger.info(`codex-threads: ${message}`),
    warn,
  };
  const holder = new Holder({ clock, log, shared });

  api.on("inbound_claim", async (event, { pluginBinding }) => {
    if (pluginBinding?.pluginId !== api.id) return undefined;
    try {
      return await claimMessage(await holder.get(), event, pluginBinding);
    } catch (thrown) {
      warn(`claim: ${String(thrown)}`);
      const reply = isTalkOfOthers(api, event)
        ? undefined
        : buildFailure(api, thrown, readSender(event), event.isGroup);
      return { handled: true, ...(reply ? { reply: buildAnswer(reply) } : {}) };
    }
  });
  api.registerCommand({
    name: "cx",
    description: openClawText.commandDescription,
    acceptsArgs: true,
    requireAuth: false,
    handler: async (context) => {
      try {
        return await runCxCommand(await holder.get(), context);
      } catch (thrown) {
        const sender = readCommandSender(context);
        const said = buildFailure(api, thrown, sender, isGroupCommand(context));
        return said ? buildAnswer(said) : { suppressReply: true };
      }
    },
  });
  if (api.pluginConfig?.codexCommand !== "off" && !isCodexNameTaken(api.config)) {
    api.on("reply_dispatch", async (event, context) => {
      const name = readDispatchedCommand(event);
      if (name === undefined) return undefined;
      try {
        return await dispatchCommand(await holder.get(), event, context, name);
      } catch (thrown) {
        const { sender, isGroup } = readDispatch(event);
        const said = buildFailure(api, thrown, sender, isGroup);
        return answerDispatch(context, said && buildAnswer(said));
      }
    });
  }
  api.on("message_received", async (event, context) => {
    // Without a gateway nothing of ours runs that could be stopped.
    const gateway = await holder.get().catch(() => undefined);
    if (!gateway) return;
    noteRest(gateway, event, context);
    await stopByWord(gateway, event, context).catch((error) => warn(`stop: ${String(error)}`));
  });
  api.onConversationBindingResolved((event) =>
    holder
      .get()
      .then((gateway) => takeDecision(gateway, event))
      .catch((error) => warn(`approval: ${String(error)}`)),
  );
  for (const channel of listChannels(api)) {
    api.registerInteractiveHandler({
      channel,
      namespace: buttonNamespace,
      handler: async (given) => {
        const context = given as ClickContext;
        try {
          await runClick(await holder.get(), context);
        } catch (thrown) {
          warn(`click: ${String(thrown)}`);
          const { sender, isGroup } = readClick(context);
          const said = buildFailure(api, thrown, sender, isGroup);
          if (said) await context.respond.reply({ text: renderPlain(said) });
        }
        return { handled: true };
      },
    });
  }
  registerNodeCommands(api, log);
  registerOperatorCli(api);
  api.registerService({
    id: "codex-threads",
    start: (context) =>
      holder.start(
        () => openGateway(api, context, loadModules),
        (gateway) => keepBooks(gateway, clock),
      ),
    stop: () => holder.stop(),
  });
}

/** In a group most is not said to us; what is must be answered. */
function isTalkOfOthers({ pluginConfig }: PluginApi, { isGroup, wasMentioned }: ClaimEvent): boolean {
  return isGroup && wasMentioned !== true && pluginConfig?.groupMessages !== "all";
}

function listChannels({ config }: PluginApi): string[] {
  return [...new Set([...channelsWithButtons, ...Object.keys(config.channels ?? {})])];
}
