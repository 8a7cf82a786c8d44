// Which thread `codex-threads exec` goes on with in a folder. Its store is opened for each look alone, so that execs in
// several folders, and a chat, may run at the same time.
import { join } from "node:path";
import { isBridgeError } from "../../errors.ts";
import { type Clock, pause } from "../../kit/clock.ts";
import type { ExecWorkspace } from "../../store/exec-threads.ts";
import { openStore, type Store } from "../../store/open-store.ts";
import { lockStateDirectory, type StateLock } from "../../store/state-lock.ts";

const lookAgainMs = 50;
const longestWaitMs = 10_000;

export class ExecMemory {
  readonly #directory: string;
  readonly #clock: Clock;

  constructor(stateDirectory: string, clock: Clock) {
    this.#directory = join(stateDirectory, "exec");
    this.#clock = clock;
  }

  /** Throws store errors, as the others do. */
  find(workspace: ExecWorkspace): Promise<string | undefined> {
    return this.#withStore((store) => store.execThreads.find(workspace));
  }

  remember(workspace: ExecWorkspace, threadId: string): Promise<void> {
    return this.#withStore((store) => store.execThreads.remember(workspace, threadId));
  }

  forget(workspace: ExecWorkspace, threadId: string): Promise<boolean> {
    return this.#withStore((store) => store.execThreads.forget(workspace, threadId));
  }

  async #withStore<T>(work: (store: Store) => T): Promise<T> {
    const lock = await this.#lock();
    try {
      const store = openStore({ directory: this.#directory, clock: this.#clock });
      try {
        return work(store);
      } finally {
        store.close();
      }
    } finally {
      lock.release();
    }
  }

  /** Another exec holds it for some milliseconds at most. */
  async #lock(): Promise<StateLock> {
    const startedAt = this.#clock.now();
    for (;;) {
      try {
        return lockStateDirectory(this.#directory, this.#clock);
      } catch (error) {
        const isLate = this.#clock.now() - startedAt > longestWaitMs;
        if (isLate || !isBridgeError(error, "state-held")) throw error;
        await pause(this.#clock, lookAgainMs);
      }
    }
  }
}
