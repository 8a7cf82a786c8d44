// An RpcPeer on one end of a pair in memory; the test is the server on the other.
import { expect } from "vitest";
import { RpcPeer, type RpcPeerOptions } from "../../src/rpc/rpc-peer.ts";
import { FakeClock } from "./fake-clock.ts";
import { createMemoryPair } from "./memory-transport.ts";

interface Sent {
  id?: number | string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: unknown;
}

export function buildPeerRig(options: Partial<RpcPeerOptions> = {}) {
  const [ours, server] = createMemoryPair();
  const clock = new FakeClock();
  const logged: string[] = [];
  const peer = new RpcPeer({
    transport: ours,
    clock,
    log: (line) => logged.push(line),
    random: () => 0,
    ...options,
  });
  const sent: Sent[] = [];
  server.onMessage((text) => sent.push(JSON.parse(text) as Sent));
  return {
    ...{ peer, ours, server, clock, sent, logged },
    settle: () => clock.advance(0),
    say: (message: unknown) => server.send(JSON.stringify(message)),
    ask: (method = "m", params?: unknown) => peer.request(method, params, { deadlineMs: 1_000 }),
  };
}

/** The error of a promise that must fail; a handler is attached at once. */
export function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("was resolved"),
    (error: unknown) => error,
  );
}
