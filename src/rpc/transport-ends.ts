// The receiving half that every transport shares: early messages are kept, closing happens once and comes last.
import type { Disposer } from "../kit/clock.ts";
import { Listeners } from "../kit/listeners.ts";
import type { CloseInfo } from "./transport.ts";

export class TransportEnds {
  readonly #messages = new Listeners<string>();
  readonly #closes = new Listeners<CloseInfo>();
  #early: string[] = [];
  #closed: CloseInfo | undefined;

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  deliver(text: string): void {
    if (this.#closed) return;
    if (this.#messages.size === 0) this.#early.push(text);
    else this.#messages.emit(text);
  }

  /** The first call counts. */
  finish(info: CloseInfo): void {
    if (this.#closed) return;
    this.#closed = info;
    this.#closes.emit(info);
  }

  onMessage(listener: (text: string) => void): Disposer {
    const dispose = this.#messages.on(listener);
    const early = this.#early;
    this.#early = [];
    for (const text of early) this.#messages.emit(text);
    return dispose;
  }

  onClose(listener: (info: CloseInfo) => void): Disposer {
    if (!this.#closed) return this.#closes.on(listener);
    listener(this.#closed);
    return () => {};
  }
}
