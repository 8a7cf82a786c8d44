// One end of the host's duplex connection between gateway and node: whole binary messages, in order, until it closes.
// OpenClaw 2026.9.6 takes messages up to 100 MiB and cuts them into frames of 8 KiB itself.
import type { Disposer } from "../kit/clock.ts";

/** What `openDuplex` of the gateway gives has this shape; `buildNodeEnd` makes it of what a node's handler gets. */
export interface DuplexEnd {
  send(message: Uint8Array): Promise<void>;
  /** One listener at a time. Until there is one, the host keeps 8 messages or 1 MiB, and breaks the connection beyond. */
  onMessage(listener: (message: Uint8Array) => void): Disposer;
  /** Settles, either way, when the connection is gone. */
  readonly closed: Promise<unknown>;
  close(): void;
}

/** What OpenClaw hands to the handler of a duplex command, as far as it is used. */
export interface NodeIo {
  frames?: {
    send(message: Uint8Array): Promise<void>;
    onMessage(listener: (message: Uint8Array) => void): Disposer;
  };
  signal: AbortSignal;
}

/** The node's end ends with its handler, so `close` only says that the handler should return. */
export function buildNodeEnd(frames: NonNullable<NodeIo["frames"]>, signal: AbortSignal): DuplexEnd {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return {
    send: (message) => frames.send(message),
    onMessage: (listener) => frames.onMessage(listener),
    closed,
    close: resolve,
  };
}
