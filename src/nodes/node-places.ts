// The gateway's connections to nodes: one per node, made when it is first needed, the same above as for any place.

import { basename } from "node:path";
import * as z from "zod";
import { PlaceServers } from "../codex/place-servers.ts";
import { Threads } from "../codex/threads.ts";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { readRegularFile } from "../kit/regular-file.ts";
import type { DuplexEnd } from "./duplex-end.ts";
import { buildNodeOpeners } from "./node-openers.ts";

/** What conversations need of a place, without what only this machine has. */
export interface NodePlace {
  /** Key of the place in the store. */
  id: string;
  nodeId: string;
  servers: PlaceServers;
  threads: Threads;
}

export interface NodePlacesOptions {
  clock: Clock;
  log: Log;
  version: string;
  /** Throws `node-offline`, `node-not-allowed`, `node-unknown`. */
  openDuplex(nodeId: string, signal: AbortSignal): Promise<DuplexEnd>;
}

const prefix = "node:";
const folderAnswer = z.looseObject({ path: z.string() });
/** 20 MB over a slow line. */
const keepDeadlineMs = 15 * 60_000;
const keepAnswer = z.looseObject({ path: z.string() });
const fileAnswer = z.looseObject({ size: z.number(), bytes: z.string() });

export class NodePlaces {
  readonly #options: NodePlacesOptions;
  readonly #known = new Map<string, NodePlace>();

  constructor(options: NodePlacesOptions) {
    this.#options = options;
  }

  static buildPlaceId(nodeId: string): string {
    return `${prefix}${nodeId}`;
  }

  /** The node's id in the key of a place; undefined for a place that is no node. */
  static readNodeId(placeId: string): string | undefined {
    return placeId.startsWith(prefix) ? placeId.slice(prefix.length) : undefined;
  }

  /** Connects to nothing yet: a node that is away fails when it is used. */
  get(nodeId: string): NodePlace {
    const known = this.#known.get(nodeId);
    if (known) return known;
    const { clock, log, version, openDuplex } = this.#options;
    const id = NodePlaces.buildPlaceId(nodeId);
    const openers = buildNodeOpeners({
      ...{ nodeId, clock, log, version },
      openDuplex: (signal) => openDuplex(nodeId, signal),
    });
    const servers = new PlaceServers(id, "stdio", openers);
    const place = { id, nodeId, servers, threads: new Threads({ servers, clock, log }) };
    this.#known.set(nodeId, place);
    return place;
  }

  /** Leaves the nodes; turns go on there. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#known.values()].map(async ({ threads, servers }) => {
        await threads.close();
        await servers.close({});
      }),
    );
  }
}

/**
 * The real path, on the node, of a folder that threads may work in there.
 * Throws `folder-missing`, `folder-not-a-directory`, `node-folder-outside`, wire errors.
 */
export async function checkFolderOnNode(
  { servers }: NodePlace,
  path: string,
  signal?: AbortSignal,
): Promise<string> {
  const client = await servers.pick(signal);
  return (await client.request("node/folder", { path }, folderAnswer, { signal })).path;
}

/**
 * Takes a file of this machine to the node, for a held thread: its path there.
 * Throws `file-unreadable`, `input-too-large`, wire errors.
 */
export async function carryFileToNode(
  { servers }: NodePlace,
  { threadId, path }: { threadId: string; path: string },
  signal?: AbortSignal,
): Promise<string> {
  const name = basename(path);
  const bytes = await readRegularFile(path).catch((error: unknown) => {
    throw new BridgeError("file-unreadable", "a file cannot be read", { path: name }, error);
  });
  const client = await servers.pick(signal);
  const options = { signal, deadlineMs: keepDeadlineMs };
  return (
    await client.request(
      "node/keep",
      { threadId, name, bytes: bytes.toString("base64") },
      keepAnswer,
      options,
    )
  ).path;
}

/** A file of the folder of a held thread, at most `maxBytes`. Throws `node-folder-outside`, `input-too-large`, wire errors. */
export async function readFileOnNode(
  { servers }: NodePlace,
  request: { threadId: string; path: string; maxBytes: number },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { threadId, path, maxBytes } = request;
  const client = await servers.pick(signal);
  const pieces: Buffer[] = [];
  for (let offset = 0; ; ) {
    const answer = await client.request("node/file", { threadId, path, offset }, fileAnswer, { signal });
    if (answer.size > maxBytes) {
      const details = { bytes: answer.size, maxBytes };
      throw new BridgeError("input-too-large", `a file of ${answer.size} bytes`, details);
    }
    const piece = Buffer.from(answer.bytes, "base64");
    pieces.push(piece);
    offset += piece.length;
    if (piece.length === 0 || offset >= answer.size) return Buffer.concat(pieces);
  }
}
