// The life of one channel on a node: greet, get a connection to this machine's Codex, filter until one side goes.
// Turns go on when a channel ends; a later channel may follow them.
import type { CodexClient } from "../codex/codex-client.ts";
import type { PlaceServers } from "../codex/place-servers.ts";
import { BridgeError, toBridgeError } from "../errors.ts";
import { type Clock, type Disposer, pause } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { Channel } from "./channel.ts";
import { ChannelFilter } from "./channel-filter.ts";
import { channelProtocol } from "./channel-frames.ts";
import { buildNodeEnd, type DuplexEnd, type NodeIo } from "./duplex-end.ts";
import type { NodeContext } from "./node-context.ts";

const helloDeadlineMs = 30_000;
/** How often we look whether the person's terminal is opening while an idle thread is held here. */
const neighbourCheckMs = 200;

/** The handler of the duplex command. Resolves with why it ended, as JSON. */
export async function handleChannel(io: NodeIo | undefined, context: NodeContext): Promise<string> {
  if (!io?.frames) throw new BridgeError("bad-arguments", "this command needs a duplex connection");
  const reason = await serveChannel(buildNodeEnd(io.frames, io.signal), context);
  return JSON.stringify({ ended: reason });
}

/** Resolves, when the channel has ended, with the reason. Failures are told to the gateway. */
export async function serveChannel(end: DuplexEnd, context: NodeContext): Promise<string> {
  const { clock, log, lanes } = context;
  const channel = new Channel(end, clock);
  const gone = new AbortController();
  const ended = Promise.withResolvers<string>();
  channel.onClose(({ reason }) => {
    gone.abort();
    ended.resolve(reason);
  });
  const servers = context.buildServers();
  let filter: ChannelFilter | undefined;
  let stopWatching: Disposer = () => {};
  try {
    await greet(channel, clock, gone.signal);
    const client = await lanes.run("server", () => servers.pick(gone.signal));
    filter = new ChannelFilter({ ...context, gateway: channel, client });
    stopWatching = watchNeighbour({ servers, client, filter, clock, log });
    client.onClosed(({ reason }) => {
      const lost = new BridgeError("connection-lost", `the node's app-server went: ${reason}`, { reason });
      void channel.closeWith(lost);
    });
    channel.sendHello({
      protocol: channelProtocol,
      version: context.version,
      capabilities: ["folder", "file", "image", "keep"],
      server: { kind: client.kind, instance: client.instance },
    });
    return await ended.promise;
  } catch (error) {
    log.info(`a channel ended: ${toBridgeError(error).message}`);
    await channel.closeWith(toBridgeError(error));
    return toBridgeError(error).message;
  } finally {
    stopWatching();
    await close(servers, filter, log);
  }
}

async function greet(channel: Channel, clock: Clock, gone: AbortSignal): Promise<void> {
  const late = new AbortController();
  const timer = pause(clock, helloDeadlineMs, AbortSignal.any([gone, late.signal])).then(() => {
    throw new BridgeError("backend-timeout", "the gateway did not say hello", {
      deadlineMs: helloDeadlineMs,
    });
  });
  timer.catch(() => {});
  const theirs = await Promise.race([channel.theirs, timer]).finally(() => late.abort());
  if (theirs.protocol === channelProtocol) return;
  throw new BridgeError("node-version", "the gateway speaks another version of the channel", {
    theirs: theirs.protocol,
    ours: channelProtocol,
  });
}

/** Stops a server of ours that nobody needs any more; turns keep theirs. */
async function close(servers: PlaceServers, filter: ChannelFilter | undefined, log: Log): Promise<void> {
  try {
    const isBusy = filter ? await filter.isBusy().catch(() => true) : true;
    const ownThreads = filter?.heldCount ?? 0;
    filter?.close();
    await servers.close(isBusy ? {} : { ownThreads });
  } catch (error) {
    log.warn(`closing a channel's connection failed: ${String(error)}`);
  }
}

interface Watched {
  servers: PlaceServers;
  client: CodexClient;
  filter: ChannelFilter;
  clock: Clock;
  log: Log;
}

/**
 * The person's terminal takes hold of its threads as it opens: what a channel holds idle on a server of ours is in its
 * way. A server that nobody uses is stopped, which frees its threads within milliseconds; the gateway connects anew.
 */
function watchNeighbour({ servers, client, filter, clock, log }: Watched): Disposer {
  if (client.kind === "attached") return () => {};
  const stopped = new AbortController();
  const look = async () => {
    if (filter.heldCount === 0 || !(await servers.isPersonNear()) || (await filter.isBusy())) return;
    if (!(await servers.stopOwn(filter.heldCount))) await filter.letGo();
  };
  const watch = async () => {
    while (!stopped.signal.aborted && client.isOpen) {
      await look().catch((error) => log.warn(`making room for the terminal failed: ${String(error)}`));
      await pause(clock, neighbourCheckMs, stopped.signal);
    }
  };
  void watch();
  return () => stopped.abort();
}
