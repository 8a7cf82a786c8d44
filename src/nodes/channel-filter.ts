// The node's end of a channel: a filter between a gateway and the node's own app-server. It lets through what
// method-params.ts lists, and tells of the threads that this channel holds, and of nothing else.
import type { CodexClient } from "../codex/codex-client.ts";
import { isThreadBusy } from "../codex/load-thread.ts";
import { threadRead } from "../codex/schemas.ts";
import { BridgeError, toBridgeError } from "../errors.ts";
import type { Disposer } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { RpcError } from "../rpc/rpc-error.ts";
import { parseRpcMessage, type RpcId, type RpcMessage, type RpcRequest } from "../rpc/rpc-message.ts";
import type { Transport } from "../rpc/transport.ts";
import type { GatewayFiles } from "./gateway-files.ts";
import type { HeldThread } from "./held-thread.ts";
import { readNodeCall } from "./method-params.ts";
import { NodeCalls } from "./node-calls.ts";
import { NodeQuestions } from "./node-questions.ts";
import type { NodeRules } from "./node-rules.ts";
import type { OwnTurns } from "./own-turns.ts";

export interface ChannelFilterOptions {
  /** Towards the gateway. */
  gateway: Transport;
  /** A connection that this channel alone uses. */
  client: CodexClient;
  rules: NodeRules;
  turns: OwnTurns;
  files: GatewayFiles;
  log: Log;
}

/** JSON-RPC code of what a node refuses; `data` carries our code. */
const refusalCode = -32050;
/** A gateway has 32 requests on the way at most; more is no gateway of ours. */
const maxCalls = 128;

export class ChannelFilter {
  readonly #options: ChannelFilterOptions;
  readonly #calls: NodeCalls;
  readonly #questions: NodeQuestions;
  /** Threads of sub-agents, by the thread that started them. */
  readonly #parents = new Map<string, string>();
  readonly #disposers: Disposer[];
  #performing = 0;

  constructor(options: ChannelFilterOptions) {
    this.#options = options;
    const { client, gateway, log } = options;
    this.#calls = new NodeCalls(options);
    this.#questions = new NodeQuestions({
      client,
      log,
      findHeld: (threadId) => this.#findHeld(threadId),
      pass: ({ id, method, params }) => this.#send({ id, method, params }),
    });
    this.#disposers = [
      client.wire.onNotification(({ method, params }) => this.#tell(method, params)),
      client.wire.onRequest((request) => this.#ask(request)),
      gateway.onMessage((text) => this.#read(text)),
    ];
  }

  get heldCount(): number {
    return this.#calls.held.size;
  }

  /** Whether a turn or a command runs in a thread that the channel holds. Throws wire errors. */
  async isBusy(): Promise<boolean> {
    const { client } = this.#options;
    const all = [...this.#calls.held.values()];
    if (all.some(({ feed }) => !feed.isQuiet)) return true;
    const busy = await Promise.all(all.map(({ feed }) => isThreadBusy(client, feed)));
    return busy.includes(true);
  }

  /** Lets go of every thread that nothing runs in, for somebody else on this machine; the gateway hears of it. */
  async letGo(): Promise<void> {
    for (const threadId of this.#calls.held.keys()) {
      await this.#calls.perform({ method: "thread/unsubscribe", params: { threadId } });
    }
  }

  close(): void {
    for (const dispose of this.#disposers) dispose();
    for (const threadId of [...this.#calls.held.keys()]) this.#calls.forget(threadId);
  }

  #read(text: string): void {
    let message: RpcMessage;
    try {
      message = parseRpcMessage(text);
    } catch (error) {
      this.#options.log.warn(`a gateway sent what is no message: ${toBridgeError(error).message}`);
      return;
    }
    switch (message.kind) {
      case "request":
        void this.#perform(message);
        return;
      case "response":
        if (message.id !== null)
          this.#questions.answer(message.id, message.error === undefined && message.result);
        return;
      // `initialized` is the only one there is, and the connection behind us is initialized already.
      case "notification":
    }
  }

  async #perform({ id, method, params }: RpcRequest): Promise<void> {
    this.#performing += 1;
    try {
      if (this.#performing > maxCalls) throw new BridgeError("server-overloaded", "too many calls at once");
      this.#send({ id, result: (await this.#calls.perform(readNodeCall(method, params))) ?? null });
    } catch (error) {
      if (!(error instanceof RpcError))
        this.#options.log.info(`refused ${method.slice(0, 100)}: ${String(error)}`);
      this.#send({ id, error: formatError(error) });
    } finally {
      this.#performing -= 1;
    }
  }

  #tell(method: string, params: unknown): void {
    if (method === "thread/started") this.#learnParent(params);
    const threadId = readThreadId(method, params);
    if (threadId === undefined) return;
    const { held, leaving } = this.#calls;
    const own = held.get(threadId);
    if (method === "serverRequest/resolved")
      this.#questions.resolve((params as { requestId?: unknown }).requestId);
    if (method === "thread/settings/updated") {
      own?.takeSettings((params as { threadSettings?: unknown }).threadSettings);
    }
    const isClosed = method === "thread/closed";
    const isOfSubAgent = method === "thread/started" || method === "serverRequest/resolved";
    const isTold = own ?? (isOfSubAgent ? this.#findHeld(threadId) : undefined);
    if (isTold || (isClosed && leaving.has(threadId))) this.#send({ method, params });
    if (!isClosed) return;
    leaving.delete(threadId);
    this.#calls.forget(threadId);
  }

  #ask({ id, method, params }: RpcRequest): void {
    if (typeof params !== "object" || params === null) return;
    const request = { id, method, params: params as Record<string, unknown> };
    this.#questions
      .take(request)
      .catch((error) => this.#options.log.warn(`a question was not passed on: ${String(error)}`));
  }

  #learnParent(params: unknown): void {
    const read = threadRead.safeParse(params);
    const parent = read.success ? read.data.thread.parentThreadId : undefined;
    if (read.success && parent) this.#parents.set(read.data.thread.id, parent);
  }

  /** The thread itself, or the nearest above a sub-agent's. */
  #findHeld(threadId: string): HeldThread | undefined {
    for (let at: string | undefined = threadId; at !== undefined; at = this.#parents.get(at)) {
      const held = this.#calls.held.get(at);
      if (held) return held;
    }
    return undefined;
  }

  #send(message: { id?: RpcId; [member: string]: unknown }): void {
    this.#options.gateway.send(JSON.stringify(message));
  }
}

function readThreadId(method: string, params: unknown): string | undefined {
  if (typeof params !== "object" || params === null) return undefined;
  const { threadId, thread } = params as { threadId?: unknown; thread?: { id?: unknown } };
  const id = method === "thread/started" ? thread?.id : threadId;
  return typeof id === "string" ? id : undefined;
}

function formatError(error: unknown): { code: number; message: string; data?: unknown } {
  if (error instanceof RpcError) return { code: error.code, message: error.message, data: error.data };
  const { code, message, details } = toBridgeError(error);
  return { code: refusalCode, message, data: { bridgeCode: code, details } };
}
