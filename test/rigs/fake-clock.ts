// A clock that only moves when a test says so.
import { setImmediate as nextRound } from "node:timers/promises";
import type { Clock, Disposer } from "../../src/kit/clock.ts";

interface Timer {
  dueMs: number;
  run: () => void;
}

export class FakeClock implements Clock {
  #nowMs: number;
  /** In the order of setting; equal times run in this order. */
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): Disposer {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, ms), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Somebody sets the wall clock back; timers keep their distance. */
  setBack(ms: number): void {
    this.#nowMs -= ms;
    for (const timer of this.#timers) timer.dueMs -= ms;
  }

  /** Timers that have neither run nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves time on and runs what is due, in order; promises settle before, between and after. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await nextRound();
    for (let timer = this.#next(untilMs); timer; timer = this.#next(untilMs)) {
      this.#timers.delete(timer);
      this.#nowMs = timer.dueMs;
      timer.run();
      await nextRound();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= untilMs && (!next || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}
