// Bindings that wait for the host's approval: put into force, given up when denied or when time or a restart ended the
// host's question. Whatever happens is said in the conversation.
import { nanoid } from "nanoid";
import { isBridgeError } from "../errors.ts";
import type { Block } from "../kit/blocks.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import type { Store } from "../store/open-store.ts";
import type { PendingBinding } from "../store/pending-bindings.ts";
import type { Binding } from "../store/rows.ts";
import type { Binder, Draft } from "./binder.ts";
import type { Outbox } from "./outbox.ts";
import type { Notice, Voice } from "./voice.ts";

export interface PendingBindingsOptions {
  store: Store;
  binder: Pick<Binder, "bind">;
  outbox: Outbox;
  voice: Voice;
  clock: Clock;
}

/** As long as OpenClaw (2026.9.6) keeps its question open. */
export const pendingLifeMs = 30 * 60_000;

export class PendingBindings {
  readonly #options: PendingBindingsOptions;
  #cancel: Disposer | undefined;

  constructor(options: PendingBindingsOptions) {
    this.#options = options;
  }

  /** A host forgets its questions when it restarts: what was pending then is given up. */
  start(): void {
    for (const { id } of this.#options.store.pendingBindings.all()) this.#end(id, "restarted");
  }

  /** `says`: what the person reads when it is approved. Returns its id. */
  add(draft: Draft, says: readonly Block[]): string {
    const { conversation } = draft;
    const { id } = this.#options.store.pendingBindings.put(
      { id: nanoid(), conversation, draft, says: [...says] },
      pendingLifeMs,
    );
    this.#watch();
    return id;
  }

  /** False when it was approved, given up, or replaced by a newer one of its conversation. */
  has(id: string): boolean {
    return this.#options.store.pendingBindings.all().some((pending) => pending.id === id);
  }

  /** Gives it up without a word. */
  drop(id: string): void {
    this.#options.store.pendingBindings.take(id);
  }

  deny(id: string): void {
    this.#end(id, "denied");
  }

  /**
   * The host has bound the conversation. `conversation`: the key under which its messages come now; `record`: what the
   * host's books say. Undefined when nothing (any more) was prepared, or what is bound there has work to do.
   */
  approve(id: string, conversation: string, record: string): Binding | undefined {
    const { store, binder } = this.#options;
    const pending = store.pendingBindings.take(id);
    if (!pending) return undefined;
    try {
      const binding = store.transaction(() => {
        const address = store.addresses.find(pending.conversation);
        if (address !== undefined) store.addresses.remember(conversation, address);
        return binder.bind({ ...pending.draft, conversation, hostRecord: record });
      });
      this.#say(conversation, { type: "binding-open", says: pending.says });
      return binding;
    } catch (error) {
      if (!isBridgeError(error, "already-bound")) throw error;
      this.#say(conversation, { type: "binding-ended", why: "busy" });
      return undefined;
    }
  }

  close(): void {
    this.#cancel?.();
  }

  #watch(): void {
    const { store, clock } = this.#options;
    this.#cancel?.();
    const [next] = store.pendingBindings.all();
    if (!next) return;
    this.#cancel = clock.after(Math.max(next.expiresAt - clock.now(), 1), () => {
      for (const pending of store.pendingBindings.all()) {
        if (pending.expiresAt <= clock.now()) this.#end(pending.id, "expired");
      }
      this.#watch();
    });
  }

  #end(id: string, why: "denied" | "expired" | "restarted"): void {
    const pending: PendingBinding | undefined = this.#options.store.pendingBindings.take(id);
    if (pending) this.#say(pending.conversation, { type: "binding-ended", why });
  }

  /** What became of a request is waited for: it is no passing notice. */
  #say(conversation: string, notice: Notice): void {
    const { outbox, voice } = this.#options;
    outbox.post({ conversation, kind: "final", ...voice.say(notice) });
  }
}
