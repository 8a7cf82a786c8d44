// Named points at which a scripted reply waits until somebody lets it go on.

interface Gate {
  held: PromiseWithResolvers<void>;
  released: PromiseWithResolvers<void>;
}

export class Gates {
  readonly #all = new Map<string, Gate>();

  /** Opens the gate for those who wait and for all who come later. */
  release(name: string): void {
    this.#get(name).released.resolve();
  }

  /** Resolves when somebody has reached the gate, also when that was before. */
  held(name: string): Promise<void> {
    return this.#get(name).held.promise;
  }

  /** Waits at the gate; resolves on release or when `signal` aborts. */
  async pass(name: string, signal: AbortSignal): Promise<void> {
    const gate = this.#get(name);
    gate.held.resolve();
    await Promise.race([gate.released.promise, aborted(signal)]);
  }

  #get(name: string): Gate {
    const gate = this.#all.get(name) ?? {
      held: Promise.withResolvers<void>(),
      released: Promise.withResolvers<void>(),
    };
    this.#all.set(name, gate);
    return gate;
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
