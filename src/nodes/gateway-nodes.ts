// The nodes of a gateway as places for conversations: found by what people call them, reached over the host's network.

import { BridgeError, isBridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { nodeCommands } from "./command-names.ts";
import type { DuplexEnd } from "./duplex-end.ts";
import { findNode, type ListedNode } from "./find-node.ts";
import type { NodeNetwork } from "./node-network.ts";
import { carryFileToNode, checkFolderOnNode, type NodePlace, NodePlaces } from "./node-places.ts";
import { NodeSessions } from "./node-sessions.ts";

export interface GatewayNodesOptions {
  network: NodeNetwork;
  clock: Clock;
  log: Log;
  version: string;
}

/** All that a place of conversations has. */
export interface GatewayNode extends NodePlace {
  /** As the host calls it, as soon as that is known. */
  readonly name: string;
  /** Not told by nodes. */
  codexHome: string;
  isNode: true;
  sessions: NodeSessions;
  checkFolder(folder: string, signal?: AbortSignal): Promise<string>;
  carryFile(file: { threadId: string; path: string }, signal?: AbortSignal): Promise<string>;
}

export class GatewayNodes {
  readonly #options: GatewayNodesOptions;
  readonly #links: NodePlaces;
  readonly #places = new Map<string, GatewayNode>();
  readonly #names = new Map<string, string>();

  constructor(options: GatewayNodesOptions) {
    this.#options = options;
    const { clock, log, version } = options;
    this.#links = new NodePlaces({
      ...{ clock, log, version },
      openDuplex: (nodeId, signal) => this.#openDuplex(nodeId, signal),
    });
  }

  /** See `NodeNetwork.allowed`. */
  allowed(): readonly string[] {
    return this.#options.network.allowed();
  }

  /** Throws what the host throws. */
  async list(): Promise<ListedNode[]> {
    const nodes = await this.#options.network.list();
    for (const { nodeId, displayName } of nodes) if (displayName) this.#names.set(nodeId, displayName);
    return nodes;
  }

  /**
   * The node that a person names, or that a place's key names, able to do `command`.
   * Throws `node-unknown`, `node-ambiguous`, `node-offline`, `node-not-allowed`.
   */
  async find(asked: string, command: string): Promise<GatewayNode> {
    const node = findNode(await this.list(), NodePlaces.readNodeId(asked) ?? asked, command);
    return this.#getPlace(node.nodeId);
  }

  /** By the key of its place. Connects to nothing yet. */
  findPlace(placeId: string): GatewayNode | undefined {
    const nodeId = NodePlaces.readNodeId(placeId);
    return nodeId === undefined ? undefined : this.#getPlace(nodeId);
  }

  /** Leaves the nodes; turns go on there. */
  close(): Promise<void> {
    return this.#links.close();
  }

  #getPlace(nodeId: string): GatewayNode {
    const known = this.#places.get(nodeId);
    if (known) return known;
    const link = this.#links.get(nodeId);
    const names = this.#names;
    const place: GatewayNode = {
      ...link,
      get name() {
        return names.get(nodeId) ?? `node ${nodeId.slice(0, 12)}`;
      },
      codexHome: "",
      isNode: true,
      sessions: new NodeSessions(this.#options.network, nodeId),
      checkFolder: (folder, signal) => checkFolderOnNode(link, folder, signal),
      carryFile: (file, signal) => carryFileToNode(link, file, signal),
    };
    this.#places.set(nodeId, place);
    return place;
  }

  /** The host does not say in codes why it does not open a channel: its list tells. */
  async #openDuplex(nodeId: string, signal: AbortSignal): Promise<DuplexEnd> {
    const command = nodeCommands.appServer;
    await this.#assertUsable(nodeId, command);
    try {
      return await this.#options.network.openDuplex({ nodeId, command, signal });
    } catch (error) {
      if (signal.aborted) throw new BridgeError("cancelled", "cancelled while connecting to a node");
      await this.#assertUsable(nodeId, command);
      const reason = error instanceof Error ? error.message : String(error);
      throw new BridgeError("connection-lost", `the host opened no channel: ${reason}`, { reason }, error);
    }
  }

  async #assertUsable(nodeId: string, command: string): Promise<void> {
    try {
      await this.find(nodeId, command);
    } catch (error) {
      if (isBridgeError(error)) throw error;
      this.#options.log.info(`the host does not list its nodes now: ${String(error)}`);
    }
  }
}
