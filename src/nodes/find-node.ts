// Which node a person means, and whether it can do what is asked: pure, over what the host lists of its nodes.
import { BridgeError } from "../errors.ts";
import { nodeCommands } from "./command-names.ts";

/** What OpenClaw 2026.9.6 lists of a node, as far as it is used. */
export interface ListedNode {
  nodeId: string;
  displayName?: string | undefined;
  remoteIp?: string | undefined;
  connected?: boolean | undefined;
  /** What the node offers, as far as its pairing was approved. */
  commands?: readonly string[] | undefined;
  /** Those of them that the gateway allows. */
  invocableCommands?: readonly string[] | undefined;
}

/** full: everything a chat can do. sessions: only the unary commands. */
export type NodeAbility = "full" | "sessions";

export interface NodeState {
  nodeId: string;
  label: string;
  connected: boolean;
  ability: NodeAbility | undefined;
  /** Commands that are missing, with who has to act. */
  missing: { command: string; reason: "not-offered" | "not-allowed" }[];
}

/** Display name, id and address, those there are (parity S0-63). */
export function formatNodeLabel({ displayName, nodeId, remoteIp }: ListedNode): string {
  return [displayName, nodeId, remoteIp].filter(Boolean).join(" / ") || "node";
}

/** For the command `nodes`. */
export function readNodeState(node: ListedNode): NodeState {
  const missing = Object.values(nodeCommands).flatMap((command) => {
    const reason = findObstacle(node, command);
    return reason ? [{ command, reason }] : [];
  });
  const lacks = (command: string) => missing.some((each) => each.command === command);
  const sessions =
    lacks(nodeCommands.listSessions) && lacks(nodeCommands.resumeSession) ? undefined : "sessions";
  return {
    nodeId: node.nodeId,
    label: formatNodeLabel(node),
    connected: node.connected === true,
    ability: lacks(nodeCommands.appServer) ? sessions : "full",
    missing,
  };
}

/**
 * The node that `asked` names by its id, display name or address; the case of names does not matter, and the start of an
 * id does where nothing else fits. Without `asked`: the only connected node that can do `command`.
 * Throws `node-unknown`, `node-ambiguous`, `node-offline`, `node-not-allowed`.
 */
export function findNode(
  nodes: readonly ListedNode[],
  asked: string | undefined,
  command: string,
): ListedNode {
  const name = asked?.trim();
  const fitting = name
    ? match(nodes, name)
    : nodes.filter((node) => node.connected && !findObstacle(node, command));
  const connected = nodes.filter((node) => node.connected).map((node) => node.displayName ?? node.nodeId);
  const [node, second] = fitting;
  if (!node) {
    throw new BridgeError("node-unknown", "no such node", { host: name, connected: connected.join(", ") });
  }
  if (second) {
    const candidates = fitting.map(formatNodeLabel).join("\n");
    throw new BridgeError("node-ambiguous", "several nodes fit", { host: name, candidates });
  }
  const host = node.displayName ?? node.nodeId;
  if (!node.connected) throw new BridgeError("node-offline", "the node is not connected", { host });
  const reason = findObstacle(node, command);
  if (reason) throw new BridgeError("node-not-allowed", `${command}: ${reason}`, { host, command, reason });
  return node;
}

function match(nodes: readonly ListedNode[], name: string): ListedNode[] {
  const lower = name.toLowerCase();
  const exact = nodes.filter(
    (node) => node.nodeId === lower || node.displayName?.toLowerCase() === lower || node.remoteIp === name,
  );
  return exact.length > 0 || lower.length < 6 ? exact : nodes.filter((node) => node.nodeId.startsWith(lower));
}

/** A gateway that does not say what it allows is asked by trying. */
function findObstacle(node: ListedNode, command: string): "not-offered" | "not-allowed" | undefined {
  if (node.invocableCommands?.includes(command)) return undefined;
  if (!node.commands?.includes(command)) return "not-offered";
  return node.invocableCommands ? "not-allowed" : undefined;
}
