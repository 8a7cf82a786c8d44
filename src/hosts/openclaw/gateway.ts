// The plugin at work in one gateway: the app, the host's modules, and what every entrance needs of them.
import { homedir } from "node:os";
import { join } from "node:path";
import { type App, startApp } from "../../app.ts";
import type { InboundMessage } from "../../chat/inbound-message.ts";
import { terminalText } from "../../chat/words/terminal-text.ts";
import { chooseCodexHome } from "../../config/codex-home.ts";
import { parseSettings } from "../../config/parse-settings.ts";
import { says } from "../../kit/blocks.ts";
import { systemClock } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";
import { openRuns } from "../../runs/open-runs.ts";
import { readVersion } from "../../version.ts";
import { type Address, formatAddress } from "./address.ts";
import { answer } from "./answer.ts";
import { hasButtons } from "./buttons.ts";
import { checkGateway } from "./gateway-doctor.ts";
import { buildGatewayNetwork } from "./gateway-network.ts";
import { GatewaySender } from "./gateway-sender.ts";
import type { LoadHostModules } from "./host-modules.ts";
import { removeOldFiles } from "./media.ts";
import { OwnNames } from "./own-names.ts";
import { buildActor, findOwnerHint, listOwners, namesOwner, type Sender } from "./owners.ts";
import { ChannelRenderer } from "./render/channel-renderer.ts";
import type { HostConfig, PluginApi, ServiceContext } from "./sdk.ts";
import type { HostModules } from "./sdk-modules.ts";

/** Below the host's own state directory. */
export const stateFolder = "codex-threads";

export interface Gateway {
  app: App;
  api: PluginApi;
  modules: HostModules;
  sender: GatewaySender;
  /** Below the host's state directory, private to the user. */
  directory: string;
  log: Log;
  names: OwnNames;
  readConfig(): HostConfig;
}

/** Throws what `startApp` and `parseSettings` throw, and what loading the SDK throws. */
export async function openGateway(
  api: PluginApi,
  service: ServiceContext,
  loadModules: LoadHostModules,
): Promise<Gateway> {
  const settings = parseSettings(api.pluginConfig);
  const modules = await loadModules();
  const directory = join(service.stateDir, stateFolder);
  const readConfig = () => api.runtime.config.current() as HostConfig;
  const sender = new GatewaySender({
    send: modules.send,
    renderer: new ChannelRenderer(modules.markdown),
    readConfig,
    callTool: modules.tools?.callGatewayTool,
    hasButtons: (channel) => hasButtons(api, channel),
    repeated: says(terminalText.repeated),
  });
  const log = buildLog(api);
  const home = homedir();
  const self = [process.execPath, join(api.rootDir ?? "", "dist", "codex-threads.js")];
  const own = { env: process.env, home, settings, version: readVersion(), clock: systemClock, log };
  const app = startApp({
    ...own,
    stateDirectory: directory,
    codexHome: chooseCodexHome(settings.codexHome, process.env, home),
    baseFolder: home,
    sender,
    isPersonThere: () => true,
    network: buildGatewayNetwork(api, service),
    owners: {
      read: () => listOwners(readConfig()),
      names: namesOwner,
    },
    checks: () => checkGateway(api, readConfig()),
    idleCheck: [...self, "is-idle"],
    openRuns: (findNode) => openRuns({ ...own, self, findNode }),
  });
  const names = new OwnNames({ clock: systemClock, log, tools: modules.tools });
  const gateway = { app, api, modules, sender, directory, log, names, readConfig };
  void names.ask();
  void removeOldFiles(gateway, systemClock.now(), settings.keepDays);
  return gateway;
}

/** The facts of a person and a place that every entrance knows in its own way. */
export interface Entrance {
  sender: Sender;
  address: Address;
  isGroup: boolean;
}

export function buildEntranceFacts(
  gateway: Gateway,
  { sender, address, isGroup }: Entrance,
): Omit<InboundMessage, "route" | "messageId" | "text"> {
  const config = gateway.readConfig();
  const hint = findOwnerHint(sender, config);
  return {
    actor: buildActor(sender, config),
    chatKind: isGroup ? "group" : "direct",
    address: formatAddress(address),
    hasButtons: true,
    ownNames: gateway.names.find(address.channel, address.accountId),
    answerLater: async (reply) => void (await answer(gateway, address, reply)),
    ...(hint === undefined ? {} : { ownerHint: hint }),
    ...(sender.senderId === undefined
      ? {}
      : { privateAddress: formatAddress(buildPrivateAddress(address, sender.senderId)) }),
  };
}

/** The direct chat with a person: channels take the person's id for it. */
function buildPrivateAddress({ channel, accountId }: Address, to: string): Address {
  return { channel, to, ...(accountId === undefined ? {} : { accountId }) };
}

function buildLog({ logger }: PluginApi): Log {
  return {
    debug: () => {},
    info: (message) => logger.info(`codex-threads: ${message}`),
    warn: (message) => logger.warn(`codex-threads: ${message}`),
  };
}
