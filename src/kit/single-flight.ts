// Concurrent callers share one run of an action; after it ended, well or not, the next caller starts a new one.

export class SingleFlight<T> {
  #flight: Promise<T> | undefined;

  get running(): boolean {
    return this.#flight !== undefined;
  }

  /** Starts `action`, unless one is under way: then its result is awaited instead. */
  run(action: () => Promise<T>): Promise<T> {
    this.#flight ??= this.#start(action);
    return this.#flight;
  }

  async #start(action: () => Promise<T>): Promise<T> {
    try {
      // Also an action that ends at once ends after `#flight` is set.
      await Promise.resolve();
      return await action();
    } finally {
      this.#flight = undefined;
    }
  }
}
