// The host's duplex connection in memory, and what tests do to it: both ends, cut at will, every message on record.
import type { DuplexEnd } from "../../src/nodes/duplex-end.ts";

export interface DuplexPair {
  gateway: DuplexEnd;
  node: DuplexEnd;
  /** Every message of either end, in order, by who sent it. */
  readonly sent: { by: "gateway" | "node"; message: Uint8Array }[];
  /** Messages of this end stay on their way until `flow`. */
  hold(by: "gateway" | "node"): void;
  flow(by: "gateway" | "node"): void;
  cut(): void;
}

class End implements DuplexEnd {
  readonly #closed = Promise.withResolvers<void>();
  readonly #early: Uint8Array[] = [];
  #listener: ((message: Uint8Array) => void) | undefined;
  isOpen = true;
  readonly closed = this.#closed.promise;
  readonly onSend: (message: Uint8Array) => void;
  readonly onClose: () => void;

  constructor(onSend: (message: Uint8Array) => void, onClose: () => void) {
    this.onSend = onSend;
    this.onClose = onClose;
  }

  async send(message: Uint8Array): Promise<void> {
    if (!this.isOpen) throw new Error("node duplex channel is closed");
    this.onSend(message);
  }

  onMessage(listener: (message: Uint8Array) => void): () => void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener(message);
    return () => {
      this.#listener = undefined;
    };
  }

  take(message: Uint8Array): void {
    if (!this.isOpen) return;
    if (this.#listener) this.#listener(message);
    else this.#early.push(message);
  }

  close(): void {
    this.onClose();
  }

  finish(): void {
    this.isOpen = false;
    this.#closed.resolve();
  }
}

export function createDuplexPair(): DuplexPair {
  const sent: DuplexPair["sent"] = [];
  const held = new Map<"gateway" | "node", Uint8Array[]>();
  const ends = {} as { gateway: End; node: End };
  const deliver = (by: "gateway" | "node", message: Uint8Array) =>
    queueMicrotask(() => ends[by === "gateway" ? "node" : "gateway"].take(message));
  const cut = () => {
    ends.gateway.finish();
    ends.node.finish();
  };
  const build = (by: "gateway" | "node") =>
    new End((message) => {
      sent.push({ by, message });
      const waiting = held.get(by);
      if (waiting) waiting.push(message);
      else deliver(by, message);
    }, cut);
  ends.gateway = build("gateway");
  ends.node = build("node");
  const hold = (by: "gateway" | "node") => void held.set(by, []);
  const flow = (by: "gateway" | "node") => {
    const waiting = held.get(by) ?? [];
    held.delete(by);
    for (const message of waiting) deliver(by, message);
  };
  return { ...ends, sent, hold, flow, cut };
}
