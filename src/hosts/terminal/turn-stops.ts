// Why and when a run of one turn is to end early: Ctrl-C, its time limit, or nobody who reads it any more.
import { type Clock, type Disposer, pause } from "../../kit/clock.ts";

export class TurnStops {
  /** What asked first. */
  reason: "person" | "timeout" | undefined;
  readonly #asked = new AbortController();
  readonly #leaving = new AbortController();
  readonly #cancelTimer: Disposer;

  /** `timeoutMs`: longer than a timer can be (24 days) means that long. */
  constructor(clock: Clock, timeoutMs: number | undefined) {
    this.#cancelTimer =
      timeoutMs === undefined ? () => {} : clock.after(timeoutMs, () => this.#ask("timeout"));
    process.on("SIGINT", this.interrupt);
    process.on("SIGTERM", this.leave);
    process.on("SIGHUP", this.leave);
  }

  /** The turn is to be interrupted, or not to be started. */
  get asked(): AbortSignal {
    return this.#asked.signal;
  }

  /** Nothing is waited for any more. */
  get leaving(): AbortSignal {
    return this.#leaving.signal;
  }

  close(): void {
    this.#cancelTimer();
    process.off("SIGINT", this.interrupt);
    process.off("SIGTERM", this.leave);
    process.off("SIGHUP", this.leave);
  }

  /** The first time it asks, the second time it leaves. */
  readonly interrupt = (): void => {
    if (this.#asked.signal.aborted) this.#leaving.abort();
    else this.#ask("person");
  };

  readonly leave = (): void => {
    this.#ask("person");
    this.#leaving.abort();
  };

  #ask(reason: "person" | "timeout"): void {
    if (this.#asked.signal.aborted) return;
    this.reason = reason;
    this.#asked.abort();
  }
}

/** Waits for `work`, but no longer than `limitMs` and not when leaving; its failure is nobody's any more. */
export async function waitAtMost(
  clock: Clock,
  work: Promise<unknown>,
  limitMs: number,
  leaving: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  await Promise.race([
    work.then(
      () => {},
      () => {},
    ),
    pause(clock, limitMs, AbortSignal.any([leaving, done.signal])),
  ]);
  done.abort();
}
