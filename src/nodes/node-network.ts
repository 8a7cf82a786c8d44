// What the host does with its nodes, as far as it is used: hosts implement it.
import type { DuplexEnd } from "./duplex-end.ts";
import type { ListedNode } from "./find-node.ts";

export interface NodeNetwork {
  /** Those that are paired, connected or not. Throws what the host throws. */
  list(): Promise<ListedNode[]>;
  /** The commands that the host's settings allow on nodes, besides those that it allows by itself. */
  allowed(): readonly string[];
  /** The answer of a unary command. Throws what the host throws, and what the node's command threw. */
  invoke(call: {
    nodeId: string;
    command: string;
    params: object;
    timeoutMs: number;
    signal?: AbortSignal | undefined;
  }): Promise<unknown>;
  openDuplex(call: { nodeId: string; command: string; signal: AbortSignal }): Promise<DuplexEnd>;
}
