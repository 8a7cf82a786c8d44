// Tells the host what this machine offers as a node, and what a gateway lets be asked of nodes. In every mode: a node
// host loads plugins in discovery mode only.

import { homedir } from "node:os";
import { chooseCodexHome } from "../../config/codex-home.ts";
import { parseSettings } from "../../config/parse-settings.ts";
import { systemClock } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";
import { nodeCapabilities, nodeCommands } from "../../nodes/command-names.ts";
import { handleListSessions } from "../../nodes/list-sessions-command.ts";
import { handleResumeSession } from "../../nodes/resume-session-command.ts";
import { handleChannel } from "../../nodes/serve-channel.ts";
import { isCodexNameTaken } from "./codex-command.ts";
import { deferAbort, listRows, NodeHost, openNode } from "./node-host.ts";
import type { NodeCommand } from "./node-sdk.ts";
import type { PluginApi } from "./sdk.ts";

export function registerNodeCommands(api: PluginApi, log: Log): void {
  const host = new NodeHost(() => openNode(api, log));
  const all = buildNodeCommands(api, host);
  // Where the first-party plugin is enabled, the two names of foreign callers are its own.
  const isTaken = isCodexNameTaken(api.config);
  for (const command of all) {
    if (isTaken && command.cap === nodeCapabilities.sessions) continue;
    api.registerNodeHostCommand(command);
    api.registerNodeInvokePolicy({
      commands: [command.command],
      ...(command.dangerous ? { dangerous: true } : { defaultPlatforms: ["macos", "linux", "windows"] }),
      handle: (context) => context.invokeNode(),
    });
  }
}

function buildNodeCommands(api: PluginApi, host: NodeHost): NodeCommand[] {
  const life = { onDisconnect: () => host.lose(), hasActiveWork: () => host.isBusy };
  return [
    {
      ...life,
      command: nodeCommands.listSessions,
      cap: nodeCapabilities.sessions,
      handle: async (params, _io, context) => {
        // It needs no state, so it works while that cannot be opened.
        const codexHome = chooseCodexHome(parseSettings(api.pluginConfig).codexHome, process.env, homedir());
        const listSessions = (query: { limit: number; filter?: string }, signal: AbortSignal) =>
          listRows(codexHome, query, signal);
        return handleListSessions(
          params,
          { codexHome, listSessions },
          deferAbort(context?.signal, systemClock),
        );
      },
    },
    {
      ...life,
      command: nodeCommands.resumeSession,
      cap: nodeCapabilities.sessions,
      dangerous: true,
      handle: async (params, _io, context) => {
        const signal = deferAbort(context?.signal, systemClock);
        return host.run((node, isConnected) =>
          handleResumeSession(
            params,
            { ...node.context, isConnected, ...(node.exec ? { exec: node.exec } : {}) },
            signal,
          ),
        );
      },
    },
    {
      ...life,
      command: nodeCommands.appServer,
      cap: nodeCapabilities.appServer,
      dangerous: true,
      duplex: true,
      handle: (_params, io) => host.run((node) => handleChannel(io, node.context)),
    },
  ];
}
