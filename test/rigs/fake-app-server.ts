// A scripted app-server in memory: for faults and orders of events that the real one cannot be made to show.
// Its threads outlive its connections; every answer may be held, refused, swallowed or cut by the test.
import type { Transport } from "../../src/rpc/transport.ts";
import { type FakeThread, FakeThreads, type FakeTurn, type Params } from "./fake-threads.ts";
import { createMemoryPair, type MemoryTransport } from "./memory-transport.ts";

export interface Refusal {
  code: number;
  message: string;
  data?: unknown;
}

/** What happens to one request: `run` does what a server does and returns its answer. */
export type Plan = (step: {
  run: () => unknown;
  reply: (result: unknown) => void;
  refuse: (error: Refusal) => void;
  cut: () => void;
}) => void;

export interface Incoming {
  method: string;
  params: Params;
}

/** A request that waits until the test lets it go on. */
export interface HeldRequest {
  readonly params: Params;
  /** Answers as the server would, or with what is given. */
  release(result?: unknown): void;
  refuse(message: string): void;
}

interface Connection {
  transport: MemoryTransport;
  /** Threads whose events it gets. */
  subscribed: Set<string>;
}

export class FakeAppServer extends FakeThreads {
  readonly codexHome = "/nowhere/codex-home";
  /** Every request and notification, in the order of arrival. */
  readonly received: Incoming[] = [];
  /** Answers to our requests, by request id. */
  readonly answers = new Map<string | number, unknown>();
  pid = 4711;
  /** Whether a thread that nobody uses is unloaded. */
  unloads = true;
  readonly #connections = new Set<Connection>();
  readonly #plans = new Map<string, Plan[]>();

  /** The client's end of a new connection. */
  connect(): Transport {
    const [client, own] = createMemoryPair();
    const connection: Connection = { transport: own, subscribed: new Set() };
    this.#connections.add(connection);
    own.onMessage((text) => this.#read(connection, JSON.parse(text) as Params));
    own.onClose(() => this.#connections.delete(connection));
    return client;
  }

  get connections(): number {
    return this.#connections.size;
  }

  count(method: string): number {
    return this.sent(method).length;
  }

  /** Params of every request of this method so far. */
  sent(method: string): Params[] {
    return this.received.filter((each) => each.method === method).map((each) => each.params);
  }

  /** The next request of this method that has no plan yet gets this one. */
  plan(method: string, plan: Plan): void {
    this.#plans.set(method, [...(this.#plans.get(method) ?? []), plan]);
  }

  fail(method: string, message: string, code = -32600, data?: unknown): void {
    this.plan(method, ({ refuse }) => refuse({ code, message, ...(data === undefined ? {} : { data }) }));
  }

  /** Never answered and never done. */
  ignore(method: string): void {
    this.plan(method, () => {});
  }

  /** Done, but never answered. */
  swallow(method: string): void {
    this.plan(method, ({ run }) => void run());
  }

  /** Resolves when the request is there. */
  hold(method: string): Promise<HeldRequest> {
    const { promise, resolve } = Promise.withResolvers<HeldRequest>();
    this.plan(method, ({ run, reply, refuse }) => {
      const { params } = this.received.findLast((each) => each.method === method) ?? { params: {} };
      resolve({
        params,
        release: (result) => reply(result ?? run()),
        refuse: (message) => refuse({ code: -32600, message }),
      });
    });
    return promise;
  }

  /** The connection breaks; `done`: after the request did its work. */
  cutAt(method: string, done: boolean): void {
    this.plan(method, ({ run, cut }) => {
      if (done) run();
      cut();
    });
  }

  /** Every connection breaks; turns go on. */
  cutAll(): void {
    for (const { transport } of [...this.#connections]) transport.cut();
  }

  /** The process dies, and one that knows only what is on disk takes its place. */
  die(): void {
    this.cutAll();
    this.forgetLive();
    this.pid += 1;
  }

  /** To the subscribers of a thread; after what was answered before. */
  override notify(threadId: string, method: string, params: Params = {}): void {
    for (const { transport, subscribed } of this.#connections) {
      if (subscribed.has(threadId)) send(transport, { method, params: { threadId, ...params } });
    }
  }

  override deliver(threadId: string, id: string | number, method: string, params: Params): void {
    for (const { transport, subscribed } of this.#connections) {
      if (subscribed.has(threadId)) send(transport, { id, method, params: { threadId, ...params } });
    }
  }

  #read(connection: Connection, message: Params): void {
    const { id, method } = message;
    if (typeof method !== "string") {
      this.answers.set(id as string | number, message.result ?? message.error);
      this.resolveRequest(id as string | number);
      return;
    }
    const params = (message.params ?? {}) as Params;
    this.received.push({ method, params });
    if (id === undefined) return;
    const { transport } = connection;
    const refuse = (error: Refusal) => send(transport, { id, error });
    const reply = (result: unknown) => {
      if (result instanceof Error) refuse({ code: -32600, message: result.message });
      else send(transport, { id, result });
      // What the work led to is told after its answer.
      this.flush();
    };
    const run = () => this.#perform(connection, method, params);
    const plan = this.#plans.get(method)?.shift();
    const normally: Plan = (step) => step.reply(step.run());
    (plan ?? normally)({ run, reply, refuse, cut: () => transport.cut() });
    if (plan) this.flush();
  }

  /** At once, as with a delay of 0; but on the person's server threads stay. */
  #unload({ transport }: Connection, threadId: string): void {
    const isUsed = [...this.#connections].some(({ subscribed }) => subscribed.has(threadId));
    if (this.unloads && !isUsed) send(transport, { method: "thread/closed", params: { threadId } });
  }

  #perform(connection: Connection, method: string, params: Params): unknown {
    const threadId = String(params.threadId ?? "");
    switch (method) {
      case "initialize":
        return { userAgent: "fake/0.169.0 (test)", codexHome: this.codexHome };
      case "account/read":
        return { account: null, requiresOpenaiAuth: false };
      case "server/diagnostics":
        return {
          process: { id: this.pid },
          gauges: [{ name: "core.turns.active", value: this.countRunning() }],
        };
      case "thread/unsubscribe":
        connection.subscribed.delete(threadId);
        this.later(() => this.#unload(connection, threadId));
        return { status: "unsubscribed" };
      case "thread/start":
      case "thread/resume": {
        const opened = method === "thread/start" ? this.start(params) : this.resume(threadId);
        if (opened instanceof Error) return opened;
        connection.subscribed.add(opened.id);
        this.later(() => {
          for (const { id, ...request } of opened.openRequests) {
            send(connection.transport, {
              id,
              method: request.method,
              params: { threadId, ...request.params },
            });
          }
        });
        return this.describeOpened(opened);
      }
      default:
        return this.perform(method, params);
    }
  }
}

export type { FakeThread, FakeTurn };

function send(transport: MemoryTransport, message: Params): void {
  transport.send(JSON.stringify(message));
}
