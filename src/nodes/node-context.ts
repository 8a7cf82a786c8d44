// What the commands of a node share, for as long as its process lives: the operator's rules, the record of turns.
import type { PlaceServers } from "../codex/place-servers.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { Lanes } from "../lanes/lanes.ts";
import { GatewayFiles } from "./gateway-files.ts";
import type { NodeRules } from "./node-rules.ts";
import { OwnTurns } from "./own-turns.ts";

export interface NodeContext {
  rules: NodeRules;
  turns: OwnTurns;
  files: GatewayFiles;
  clock: Clock;
  log: Log;
  /** Version of this plugin. */
  version: string;
  /** Connections are opened one after the other, so that two channels do not start two servers. */
  lanes: Lanes;
  /** A fresh way to this machine's Codex; each channel has its own connection. */
  buildServers(): PlaceServers;
}

export interface NodeContextOptions {
  settings: Settings;
  codexHome: string;
  /** Of the node, on its machine. */
  stateDirectory: string;
  clock: Clock;
  log: Log;
  version: string;
  buildServers(): PlaceServers;
}

/** Throws `state-unusable`. */
export function buildNodeContext(options: NodeContextOptions): NodeContext {
  const { settings, codexHome, stateDirectory, clock, log, version, buildServers } = options;
  return {
    rules: {
      roots: settings.nodeRoots,
      forbidden: [codexHome, stateDirectory],
      sandbox: settings.nodeSandbox,
      approvalPolicy: settings.nodeApprovalPolicy,
      network: settings.nodeNetwork,
    },
    turns: new OwnTurns(stateDirectory, log),
    files: new GatewayFiles(stateDirectory, clock),
    lanes: new Lanes(),
    ...{ clock, log, version, buildServers },
  };
}
