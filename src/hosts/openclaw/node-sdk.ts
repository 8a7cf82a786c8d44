// The part of OpenClaw's plugin SDK (2026.9.6) that is about nodes, as narrow as it is used; see sdk.ts.
import type { DuplexEnd, NodeIo } from "../../nodes/duplex-end.ts";
import type { ListedNode } from "../../nodes/find-node.ts";

export interface NodeCommandContext {
  /** Aborts when the gateway cancels this call, and when the connection to the gateway is lost. */
  signal?: AbortSignal;
}

export interface NodeCommand {
  command: string;
  cap: string;
  dangerous?: boolean;
  duplex?: boolean;
  /** After the signals of the calls that were running have aborted, in the same macrotask (2026.9.6). */
  onDisconnect(): void;
  hasActiveWork(): boolean;
  handle(paramsJson?: string | null, io?: NodeIo, context?: NodeCommandContext): Promise<string>;
}

export type NodeAnswer =
  | { ok: true; payload?: unknown; payloadJSON?: string | null }
  | { ok: false; message: string; code?: string };

export interface NodeInvokePolicy {
  commands: string[];
  defaultPlatforms?: ("macos" | "linux" | "windows")[];
  dangerous?: boolean;
  handle(context: { invokeNode(): Promise<NodeAnswer> }): Promise<NodeAnswer>;
}

export interface NodeRegistration {
  registerNodeHostCommand(command: NodeCommand): void;
  registerNodeInvokePolicy(policy: NodeInvokePolicy): void;
}

export interface RuntimeNodes {
  list(params?: { connected?: boolean }): Promise<{ nodes: ListedNode[] }>;
}

export interface NodeCall {
  nodeId: string;
  command: string;
  params?: unknown;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Under the service's own identity, which does not end with the request that something began in. */
export interface ServiceNodes {
  invokeNode?(call: NodeCall): Promise<unknown>;
  openNodeDuplex?(call: NodeCall & { maxMessageBytes?: number }): Promise<DuplexEnd>;
}
