// Keyed FIFO queues: tasks of one key run one after the other, different keys side by side.
// Knows nothing of threads or messages. A running task is never given up: only its own end frees its lane.
import PQueue from "p-queue";
import { BridgeError } from "../errors.ts";

/** `signal` aborts when the lanes are stopped. */
export type LaneTask<T> = (signal: AbortSignal) => Promise<T>;

interface Entry {
  lane: Lane;
  started: boolean;
}

interface Lane {
  readonly queue: PQueue;
  readonly entries: Set<Entry>;
  readonly keys: Set<string>;
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  /**
   * Queues `task` behind every earlier task of `key`; resolves or rejects with its result.
   * A task that fails does not keep the next from running.
   * @throws BridgeError `cancelled` when the lanes were stopped before the task began.
   */
  run<T>(key: string, task: LaneTask<T>): Promise<T> {
    if (this.#stop.signal.aborted) return Promise.reject(stoppedError());
    const lane = this.#lanes.get(key) ?? this.#openLane(key);
    const entry: Entry = { lane, started: false };
    lane.entries.add(entry);
    // The queue's own timeout and signal stay unused: on a running task both would start the next one beside it.
    const result = lane.queue.add(async () => {
      try {
        if (this.#stop.signal.aborted) throw stoppedError();
        entry.started = true;
        return await task(this.#stop.signal);
      } finally {
        this.#leave(entry);
      }
    });
    const ended = result.then(noop, noop);
    this.#running.add(ended);
    void ended.then(() => this.#running.delete(ended));
    return result;
  }

  /** Tasks of this lane that have not begun. */
  waiting(key: string): number {
    const entries = this.#lanes.get(key)?.entries ?? [];
    return [...entries].filter((entry) => !entry.started).length;
  }

  /** Tasks of this lane that run or wait. */
  size(key: string): number {
    return this.#lanes.get(key)?.entries.size ?? 0;
  }

  /** Keys of the lanes that are not idle. */
  keys(): string[] {
    return [...this.#lanes.keys()];
  }

  /**
   * From now on both keys name one lane, until it is idle; then each name is free again, so callers use `to` from
   * here on. May be called by a task that runs under `from`, in the same tick in which callers learn the new key.
   * Tasks already queued under both keys keep the order of their key and no longer overlap: those of `to` go first.
   */
  alias(from: string, to: string): void {
    const source = this.#lanes.get(from);
    const target = this.#lanes.get(to);
    if (!source || source === target) return;
    if (!target) {
      this.#name(to, source);
      return;
    }
    for (const key of source.keys) this.#name(key, target);
    for (const entry of source.entries) {
      entry.lane = target;
      target.entries.add(entry);
    }
    source.queue.pause();
    // Before anything else begins, the task that runs in the source ends; after the target's tasks, the source drains.
    void target.queue.add(() => source.queue.onPendingZero(), { priority: 1 });
    void target.queue.add(() => {
      source.queue.start();
      return source.queue.onIdle();
    });
  }

  /** Resolves when nothing runs and nothing waits. */
  async onIdle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Waiting tasks reject with `cancelled`, running ones see their signal abort; resolves when all have ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.onIdle();
  }

  #openLane(key: string): Lane {
    const lane: Lane = { queue: new PQueue({ concurrency: 1 }), entries: new Set(), keys: new Set() };
    this.#name(key, lane);
    return lane;
  }

  #name(key: string, lane: Lane): void {
    this.#lanes.set(key, lane);
    lane.keys.add(key);
  }

  #leave(entry: Entry): void {
    const { lane } = entry;
    lane.entries.delete(entry);
    if (lane.entries.size > 0) return;
    for (const key of lane.keys) this.#lanes.delete(key);
  }
}

function noop(): void {}

function stoppedError(): BridgeError {
  return new BridgeError("cancelled", "the lanes were stopped before the task began");
}
