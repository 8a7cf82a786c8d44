// Time as an object that is handed in, so that tests can move it.

/** Undo of something registered; calling it twice is harmless. */
export type Disposer = () => void;

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once after `ms`; the timer never keeps the process alive. */
  after(ms: number, run: () => void): Disposer;
}

const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), longestTimerMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, at once when `signal` aborts. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(ms, resolve);
  const onAbort = () => {
    cancel();
    resolve();
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  return promise.finally(() => signal?.removeEventListener("abort", onAbort));
}

/** Keeps the process alive although every timer of a `Clock` lets it end. */
export function holdProcess(): Disposer {
  const timer = setInterval(() => {}, longestTimerMs);
  return () => clearInterval(timer);
}
