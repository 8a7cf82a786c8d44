// The gateway's way to a node's Codex: a client over a channel, for the same PlaceServers and Threads as everywhere.
import { CodexClient } from "../codex/codex-client.ts";
import type { ServerOpeners } from "../codex/place-servers.ts";
import { BridgeError } from "../errors.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { Channel } from "./channel.ts";
import { channelProtocol } from "./channel-frames.ts";
import type { DuplexEnd } from "./duplex-end.ts";
import { ImageCarrier } from "./image-carrier.ts";

export interface NodeLink {
  nodeId: string;
  clock: Clock;
  log: Log;
  /** Version of this plugin. */
  version: string;
  /**
   * The host's duplex connection to the node, for the command of command-names.ts.
   * Throws `node-offline`, `node-not-allowed`, `node-unknown`.
   */
  openDuplex(signal: AbortSignal): Promise<DuplexEnd>;
}

const initializeDeadlineMs = 60_000;

/** Which server serves on the node is chosen there: here there is one way, so the mode of the place is `stdio`. */
export function buildNodeOpeners(link: NodeLink): ServerOpeners {
  const open = (signal: AbortSignal) => openNodeClient(link, signal);
  return {
    hasSockets: false,
    isPersonListening: async () => false,
    isPersonComing: async () => false,
    attach: open,
    openPrivate: open,
    openStdio: open,
    // The node stops its server itself when no channel needs it.
    stopPrivate: async () => false,
  };
}

/**
 * Throws what the node's own server threw there, `node-version`, `connection-lost`, `cancelled`. A node whose Codex is
 * back-filling takes long to greet; it shows signs of life meanwhile, so there is no deadline.
 */
export async function openNodeClient(link: NodeLink, signal: AbortSignal): Promise<CodexClient> {
  const { clock, log, version } = link;
  const channel = new Channel(await link.openDuplex(signal), clock);
  const onAbort = () => void channel.close();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    channel.sendHello({ protocol: channelProtocol, version, capabilities: [] });
    const theirs = await channel.theirs;
    if (theirs.protocol !== channelProtocol || !theirs.server) {
      const details = { host: link.nodeId, theirs: theirs.version, ours: version };
      throw new BridgeError("node-version", "the node speaks another version of the channel", details);
    }
    const { kind, instance } = theirs.server;
    return await CodexClient.open({
      transport: new ImageCarrier(channel),
      kind,
      clock,
      log,
      clientVersion: version,
      instance: `${link.nodeId}:${instance}`,
      initializeDeadlineMs,
      signal,
    });
  } catch (error) {
    await channel.close();
    if (signal.aborted) throw new BridgeError("cancelled", "cancelled while connecting to a node");
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
