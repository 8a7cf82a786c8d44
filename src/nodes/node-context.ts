// What the commands of a node share, for as long as its process lives: the operator's rules, the record of turns.
import type { PlaceServers } from "../codex/place-servers.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { Lanes } from "../lanes/lanes.ts";
import { readHomes } from "../process/user-directory.ts";
import { GatewayFiles } from "./gateway-files.ts";
import { type NodeRules, readRoots } from "./node-rules.ts";
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
  /** Of the node's user; what holds a whole one is no root. */
  homes?: readonly string[];
  clock: Clock;
  log: Log;
  version: string;
  buildServers(): PlaceServers;
}

/** Throws `state-unusable`, and `settings-invalid` for a root that is a whole home or disk. */
export function buildNodeContext(options: NodeContextOptions): NodeContext {
  const {
    settings,
    codexHome,
    stateDirectory,
    homes = readHomes(),
    clock,
    log,
    version,
    buildServers,
  } = options;
  return {
    rules: {
      roots: settings.nodeRoots,
      forbidden: [codexHome, stateDirectory],
      homes,
      realRoots: readRoots(settings.nodeRoots, homes),
      sandbox: settings.nodeSandbox,
      approvalPolicy: settings.nodeApprovalPolicy,
      network: settings.nodeNetwork,
    },
    turns: new OwnTurns(stateDirectory, log),
    files: new GatewayFiles(stateDirectory, clock, settings.keepDays),
    lanes: new Lanes(),
    ...{ clock, log, version, buildServers },
  };
}
