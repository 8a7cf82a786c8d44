// One connection to one app-server: handshake, requests with our errors, and what it tells, sorted by thread.
// It knows nothing of starting or choosing servers.
import { nanoid } from "nanoid";
import type * as z from "zod";
import { BridgeError } from "../errors.ts";
import type { Clock, Disposer } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { RpcPeer } from "../rpc/rpc-peer.ts";
import type { CloseInfo, Transport } from "../rpc/transport.ts";
import { isRpcErrorLike, readRpcError } from "./error-meanings.ts";
import { diagnostics, initializeResult } from "./schemas.ts";
import { SubAgents } from "./sub-agents.ts";
import { type ServerRequest, ThreadFeed } from "./thread-feed.ts";

/** attached: the person's own shared server. private: ours behind a socket. stdio: our child. */
export type ServerKind = "attached" | "private" | "stdio";

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  deadlineMs?: number;
}

export interface OpenClientOptions {
  transport: Transport;
  kind: ServerKind;
  clock: Clock;
  log: Log;
  clientVersion: string;
  /** Names the running server across connections; without it the server's pid does, else the connection. */
  instance?: string;
  /** `initialize` may take long: without a state database Codex reads every rollout first (19 s for 10,000). */
  initializeDeadlineMs: number;
  signal?: AbortSignal | undefined;
}

const requestDeadlineMs = 30_000;

export class CodexClient {
  readonly kind: ServerKind;
  readonly codexHome: string;
  /** Version of the server, e.g. "0.169.0". */
  readonly version: string;
  readonly instance: string;
  readonly #peer: RpcPeer;
  readonly #feeds = new Map<string, ThreadFeed>();
  readonly #subAgents = new SubAgents();
  readonly #log: Log;
  #open = true;

  private constructor(
    peer: RpcPeer,
    kind: ServerKind,
    hello: { userAgent: string; codexHome: string },
    instance: string,
    log: Log,
  ) {
    this.#peer = peer;
    this.#log = log;
    this.kind = kind;
    this.codexHome = hello.codexHome;
    this.version = hello.userAgent.match(/\/(\S+)/)?.[1] ?? "unknown";
    this.instance = instance;
    peer.onNotification(({ method, params }) => this.#takeNotification(method, params));
    peer.onRequest((request) => this.#takeRequest(request));
    void peer.closed.then(() => {
      this.#open = false;
    });
  }

  /** Shakes hands over a fresh transport; closes it when that fails. Throws wire errors and `cancelled`. */
  static async open(options: OpenClientOptions): Promise<CodexClient> {
    const { transport, clock, log, kind, signal } = options;
    const peer = new RpcPeer({ transport, clock, log: (line) => log.debug(line) });
    try {
      const clientInfo = {
        name: "openclaw-codex-threads",
        title: "Codex threads",
        version: options.clientVersion,
      };
      const capabilities = { experimentalApi: true, requestAttestation: false };
      const params = { clientInfo, capabilities };
      const deadlineMs = options.initializeDeadlineMs;
      const hello = read(
        "initialize",
        await peer.request("initialize", params, { deadlineMs, signal }),
        initializeResult,
      );
      peer.notify("initialized");
      const instance = options.instance ?? (await readInstance(peer, kind, signal));
      return new CodexClient(peer, kind, hello, instance, log);
    } catch (error) {
      await peer.close();
      throw toMeaning("initialize", error);
    }
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get closed(): Promise<CloseInfo> {
    return this.#peer.closed;
  }

  /** The connection itself, for a node, which passes on what it is asked and told. */
  get wire(): RpcPeer {
    return this.#peer;
  }

  /** Sends a request and reads the answer by `schema`. Throws a BridgeError of the families wire, thread or turn. */
  async request<S extends z.ZodType>(
    method: string,
    params: Record<string, unknown>,
    schema: S,
    options: RequestOptions = {},
  ): Promise<z.infer<S>> {
    let answer: unknown;
    try {
      answer = await this.#peer.request(method, params, {
        deadlineMs: options.deadlineMs ?? requestDeadlineMs,
        signal: options.signal,
      });
    } catch (error) {
      throw toMeaning(method, error, typeof params.threadId === "string" ? params.threadId : undefined);
    }
    return read(method, answer, schema);
  }

  /** The feed of a thread; it exists from the first call until `dropFeed`. */
  feed(threadId: string): ThreadFeed {
    const known = this.#feeds.get(threadId);
    if (known) return known;
    const feed = new ThreadFeed(threadId, { log: this.#log, isOwnServer: this.kind !== "attached" });
    this.#feeds.set(threadId, feed);
    return feed;
  }

  dropFeed(threadId: string): void {
    this.#feeds.delete(threadId);
  }

  answer(feed: ThreadFeed, id: string | number, result: unknown): void {
    feed.forgetRequest(id);
    this.#peer.respond(id, result);
  }

  /** Says that this client does not know the method of a request. */
  refuse(feed: ThreadFeed, request: ServerRequest): void {
    feed.forgetRequest(request.id);
    this.#peer.reject(request.id, { code: -32601, message: `method not found: ${request.method}` });
  }

  onClosed(listener: (info: CloseInfo) => void): Disposer {
    let listening = true;
    void this.#peer.closed.then((info) => {
      if (listening) listener(info);
    });
    return () => {
      listening = false;
    };
  }

  close(): Promise<void> {
    return this.#peer.close();
  }

  /** What a sub-agent asks is a question of the turn that started it, also when that has ended. */
  #takeFromSubAgent(threadId: string, request: ServerRequest): void {
    const feed = this.#findParentFeed(threadId);
    const turnId = this.#subAgents.find(threadId)?.rootTurnId;
    if (turnId !== undefined) feed?.takeRequest({ ...request, params: { ...request.params, turnId } });
  }

  #takeNotification(method: string, given: unknown): void {
    const threadId = readThreadId(given);
    if (threadId === undefined) return;
    const params = given as Record<string, unknown>;
    this.#subAgents.takeNotification(method, threadId, params);
    const feed = this.#feeds.get(threadId);
    if (feed) feed.takeNotification(method, params);
    else if (this.#subAgents.find(threadId)) this.#tellParent(method, threadId, params);
    else if (method.startsWith("turn/")) {
      this.#subAgents.keepEarly(threadId, () => this.#takeNotification(method, given));
    }
  }

  #tellParent(method: string, threadId: string, params: Record<string, unknown>): void {
    const feed = this.#findParentFeed(threadId);
    if (method === "serverRequest/resolved") feed?.takeNotification(method, params);
    if (method === "turn/started") feed?.takeSubAgent(threadId, true);
    if (method === "turn/completed" || method === "thread/closed") feed?.takeSubAgent(threadId, false);
  }

  /** The feed of the nearest thread above a sub-agent's that we follow. */
  #findParentFeed(threadId: string): ThreadFeed | undefined {
    const parents = this.#subAgents.find(threadId)?.parents ?? [];
    return parents.map((id) => this.#feeds.get(id)).find((feed) => feed !== undefined);
  }

  #takeRequest(request: { id: string | number; method: string; params: unknown }): void {
    const threadId = readThreadId(request.params);
    if (threadId !== undefined) {
      const params = request.params as Record<string, unknown>;
      const { id, method } = request;
      const feed = this.#feeds.get(threadId);
      if (feed) feed.takeRequest({ id, method, params });
      else if (this.#subAgents.find(threadId)) this.#takeFromSubAgent(threadId, { id, method, params });
      else this.#subAgents.keepEarly(threadId, () => this.#takeRequest(request));
      return;
    }
    // On the person's server somebody else may know the answer, and the first answer wins.
    if (this.kind !== "attached") {
      this.#peer.reject(request.id, { code: -32601, message: `method not found: ${request.method}` });
    }
  }
}

function readThreadId(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null) return undefined;
  const { threadId, conversationId } = params as Record<string, unknown>;
  const id = threadId ?? conversationId;
  return typeof id === "string" ? id : undefined;
}

async function readInstance(
  peer: RpcPeer,
  kind: ServerKind,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const answer = await peer.request("server/diagnostics", {}, { deadlineMs: requestDeadlineMs, signal });
    return `${kind}:${diagnostics.parse(answer).process.id}`;
  } catch (error) {
    if (signal?.aborted) throw error;
    return `${kind}:${nanoid(10)}`;
  }
}

function read<S extends z.ZodType>(method: string, answer: unknown, schema: S): z.infer<S> {
  const { success, data, error } = schema.safeParse(answer);
  if (success) return data;
  const message = `the answer to ${method} cannot be read`;
  throw new BridgeError("backend-response-invalid", message, { method }, error);
}

function toMeaning(method: string, error: unknown, threadId?: string): unknown {
  if (isRpcErrorLike(error)) return readRpcError(method, error, threadId === undefined ? {} : { threadId });
  return error;
}
