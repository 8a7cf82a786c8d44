// Two transports joined in memory: what one sends the other receives in a microtask, in order.
import type { Disposer } from "../../src/kit/clock.ts";
import type { CloseInfo, Transport } from "../../src/rpc/transport.ts";
import { TransportEnds } from "../../src/rpc/transport-ends.ts";

export class MemoryTransport implements Transport {
  readonly #ends = new TransportEnds();
  #other: MemoryTransport | undefined;

  join(other: MemoryTransport): void {
    this.#other = other;
  }

  send(text: string): void {
    if (this.#ends.closed) return;
    queueMicrotask(() => this.#other?.receive(text));
  }

  /** Hands a text to this side as if the other had sent it. */
  receive(text: string): void {
    this.#ends.deliver(text);
  }

  onMessage(listener: (text: string) => void): Disposer {
    return this.#ends.onMessage(listener);
  }

  onClose(listener: (info: CloseInfo) => void): Disposer {
    return this.#ends.onClose(listener);
  }

  /** The other side still receives what was sent before. */
  async close(): Promise<void> {
    this.#ends.finish({ reason: "closed by us" });
    queueMicrotask(() => this.#other?.finish({ reason: "closed by the other side" }));
  }

  /** The connection breaks for both sides at once; what is under way is lost. */
  cut(reason = "cut"): void {
    this.#ends.finish({ reason });
    this.#other?.finish({ reason });
  }

  finish(info: CloseInfo): void {
    this.#ends.finish(info);
  }
}

export function createMemoryPair(): [MemoryTransport, MemoryTransport] {
  const left = new MemoryTransport();
  const right = new MemoryTransport();
  left.join(right);
  right.join(left);
  return [left, right];
}
