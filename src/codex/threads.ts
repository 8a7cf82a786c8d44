// The threads of one place: taking hold of one, letting it go, starting new ones, listing, history.
// A thread is loaded on one server only (Codex locks it to one process), and on ours no longer than it is used.

import { BridgeError, isBridgeError } from "../errors.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { Lanes } from "../lanes/lanes.ts";
import type { CodexClient } from "./codex-client.ts";
import {
  isThreadBusy,
  loadThread,
  type NewThread,
  openDeadlineMs,
  startThread,
  unloadThread,
} from "./load-thread.ts";
import type { PlaceServers } from "./place-servers.ts";
import {
  account,
  modelsPage,
  type ThreadInfo,
  type TurnInfo,
  threadRead,
  threadsPage,
  turnsPage,
} from "./schemas.ts";
import type { ThreadFeed } from "./thread-feed.ts";

export interface ThreadHold {
  readonly threadId: string;
  readonly client: CodexClient;
  readonly feed: ThreadFeed;
  release(): void;
}

interface Held {
  threadId: string;
  client: CodexClient;
  feed: ThreadFeed;
  users: number;
  /** When the thread may be let go at the earliest. */
  idleSince: number;
  cancelTimer?: Disposer;
  disposers: Disposer[];
}

export interface ThreadsOptions {
  servers: PlaceServers;
  clock: Clock;
  log: Log;
}

/** How long an unused thread stays loaded on our own server. */
const letGoAfterMs = 30_000;
/** How often we look whether the person's terminal is opening while we hold an idle thread. */
const neighbourCheckMs = 200;
/** Every kind: exec sessions are hidden unless asked for, and those of sub-agents are counted before they are left out. */
const sourceKinds = [
  ...["cli", "vscode", "exec", "appServer", "unknown"],
  ...["subAgent", "subAgentReview", "subAgentCompact", "subAgentThreadSpawn", "subAgentOther"],
];

export class Threads {
  readonly #options: ThreadsOptions;
  readonly #held = new Map<string, Held>();
  readonly #gates = new Lanes();

  constructor(options: ThreadsOptions) {
    this.#options = options;
  }

  /**
   * Loads the thread (or joins it on the person's server) and keeps it until `release`.
   * Throws `thread-held`, `thread-gone`, `thread-archived`, `thread-id-invalid`, setup and wire errors.
   */
  hold(threadId: string, signal?: AbortSignal): Promise<ThreadHold> {
    return this.#gates.run(threadId, async () => {
      const known = this.#held.get(threadId);
      if (known && (await this.#isStillGood(known))) return this.#use(known);
      if (known) await this.#letGo(known);
      const client = await this.#options.servers.pick(signal);
      const feed = await loadThread(client, threadId, this.#options.clock, signal);
      return this.#use(this.#keep(threadId, client, feed));
    });
  }

  /** Starts a new thread and keeps it until `release`. Throws setup and wire errors. */
  async start(request: NewThread, signal?: AbortSignal): Promise<ThreadHold> {
    const client = await this.#options.servers.pick(signal);
    const feed = await startThread(client, request, signal);
    return this.#use(this.#keep(feed.threadId, client, feed));
  }

  /** A page of threads, newest first, from the server's index. */
  async list(
    query: { cwd?: string; cursor?: string; archived?: boolean; limit?: number },
    signal?: AbortSignal,
  ) {
    const client = await this.#options.servers.pick(signal);
    const params = { limit: 50, sortKey: "updated_at", useStateDbOnly: true, sourceKinds, ...query };
    return client.request("thread/list", params, threadsPage, { signal });
  }

  /** Reads a thread at rest or in use, wherever it is loaded; needs no lock. */
  async read(threadId: string, signal?: AbortSignal): Promise<ThreadInfo> {
    const client = await this.#options.servers.pick(signal);
    return (await client.request("thread/read", { threadId }, threadRead, { signal })).thread;
  }

  /** One page of a thread's turns with all their items, newest first. */
  async readTurns(
    threadId: string,
    cursor: string | undefined,
    limit: number,
    signal?: AbortSignal,
  ): Promise<{ turns: TurnInfo[]; next?: string }> {
    const client = this.#held.get(threadId)?.client ?? (await this.#options.servers.pick(signal));
    const params = {
      threadId,
      limit,
      sortDirection: "desc",
      itemsView: "full",
      ...(cursor ? { cursor } : {}),
    };
    const options = { signal, deadlineMs: openDeadlineMs };
    try {
      const page = await client.request("thread/turns/list", params, turnsPage, options);
      return { turns: page.data, ...(page.nextCursor ? { next: page.nextCursor } : {}) };
    } catch (error) {
      if (isBridgeError(error, "thread-empty")) return { turns: [] };
      throw error;
    }
  }

  async listModels(signal?: AbortSignal) {
    const client = await this.#options.servers.pick(signal);
    return (await client.request("model/list", {}, modelsPage, { signal })).data.filter(
      (model) => !model.hidden,
    );
  }

  /** `where`: told with the error. Throws `not-signed-in`, setup and wire errors. */
  async requireLogin(
    where: { machine: string; user?: string | undefined },
    signal?: AbortSignal,
  ): Promise<void> {
    if (await this.isSignedIn(signal)) return;
    throw new BridgeError("not-signed-in", "Codex is not signed in", { ...where, method: "account/read" });
  }

  /** False when the server's provider needs a login and has none. */
  async isSignedIn(signal?: AbortSignal): Promise<boolean> {
    const client = await this.#options.servers.pick(signal);
    const read = await client.request("account/read", {}, account, { signal });
    return read.requiresOpenaiAuth !== true || (read.account !== null && read.account !== undefined);
  }

  /** The feed of a thread that is loaded by us now. */
  findFeed(threadId: string): ThreadFeed | undefined {
    const held = this.#held.get(threadId);
    return held?.client.isOpen ? held.feed : undefined;
  }

  /** Lets go at once if nothing uses the thread; for detach. */
  letGo(threadId: string): Promise<void> {
    return this.#gates.run(threadId, async () => {
      const held = this.#held.get(threadId);
      if (held && held.users === 0 && !(await isThreadBusy(held.client, held.feed))) await this.#letGo(held);
    });
  }

  /** How many threads we have loaded, or joined, now. */
  get heldCount(): number {
    return this.#held.size;
  }

  /** Forgets every thread; to be called before the servers are closed. False when a turn or a command still runs on one. */
  async close(): Promise<boolean> {
    const busy = await Promise.all(
      [...this.#held.values()].map(({ client, feed }) => isThreadBusy(client, feed).catch(() => true)),
    );
    // Our connections end right after this, and the server unloads what nobody follows.
    for (const held of this.#held.values()) this.#forget(held);
    return !busy.includes(true);
  }

  #keep(threadId: string, client: CodexClient, feed: ThreadFeed): Held {
    const held: Held = {
      threadId,
      client,
      feed,
      users: 0,
      idleSince: this.#options.clock.now(),
      disposers: [],
    };
    held.disposers.push(
      client.onClosed(() => this.#forget(held)),
      feed.onQuiet(() => this.#watch(held)),
    );
    this.#held.set(threadId, held);
    return held;
  }

  #use(held: Held): ThreadHold {
    held.users += 1;
    held.cancelTimer?.();
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      held.users -= 1;
      held.idleSince = this.#options.clock.now();
      this.#watch(held);
    };
    return { threadId: held.threadId, client: held.client, feed: held.feed, release };
  }

  async #isStillGood(held: Held): Promise<boolean> {
    if (!held.client.isOpen || held.feed.activity === "closed") return false;
    if (held.users > 0 || !held.feed.isQuiet || held.client.kind === "attached") return true;
    return !(await this.#options.servers.isPersonListening()) || (await isThreadBusy(held.client, held.feed));
  }

  /** While a thread is unused: let it go after a while, at once when the person's own server appears. */
  #watch(held: Held): void {
    held.cancelTimer?.();
    if (held.users > 0 || !held.feed.isQuiet || this.#held.get(held.threadId) !== held) return;
    const check = async () => {
      const isOurs = held.client.kind !== "attached";
      if (isOurs && (await this.#options.servers.isPersonNear())) await this.#makeRoom(held);
      else if (this.#options.clock.now() - held.idleSince >= letGoAfterMs) await this.letGo(held.threadId);
    };
    held.cancelTimer = this.#options.clock.after(neighbourCheckMs, () => {
      check()
        .catch((error) => this.#options.log.warn(`letting go of a thread failed: ${String(error)}`))
        .finally(() => this.#watch(held));
    });
  }

  /**
   * The person's terminal is opening and will want its thread at once: unloading takes a second, but a server that
   * nobody uses can be stopped, which frees its threads within milliseconds.
   */
  async #makeRoom({ threadId, client }: Held): Promise<void> {
    const there = [...this.#held.values()].filter((held) => held.client === client);
    const busy = await Promise.all(
      there.map(async (held) => held.users > 0 || (await isThreadBusy(held.client, held.feed))),
    );
    const isStopped = !busy.includes(true) && (await this.#options.servers.stopOwn(there.length));
    if (!isStopped) await this.letGo(threadId);
  }

  async #letGo(held: Held): Promise<void> {
    try {
      await unloadThread(held.client, held.feed, this.#options.clock);
    } catch (error) {
      this.#options.log.warn(`thread/unsubscribe failed: ${String(error)}`);
    }
    this.#forget(held);
  }

  #forget(held: Held): void {
    held.cancelTimer?.();
    for (const dispose of held.disposers) dispose();
    if (this.#held.get(held.threadId) === held) this.#held.delete(held.threadId);
    held.client.dropFeed(held.threadId);
  }
}
