// The smallest client of a codex app-server: somebody else's client in tests, the yardstick in benchmarks.
// It shares no code with src/, so that a mistake there cannot hide here. It sets no deadlines: tests have theirs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { WebSocket } from "ws";
import { findCodexBinary } from "./codex-binary.ts";
import { at, textAt } from "./json-path.ts";

export type Params = Record<string, unknown>;

/** A notification; a request of the server when it has an id. */
export interface ServerMessage {
  method: string;
  params: Params;
  id?: number | string;
}

export interface FinishedTurn {
  id: string;
  status: string;
  /** The `turn` of `turn/completed`. */
  turn: Params;
  /** All messages of the thread from before `turn/start` up to the end of the turn. */
  messages: ServerMessage[];
}

interface Wire {
  send(text: string): void;
  close(): Promise<void>;
}

interface Waiter {
  matches: (message: ServerMessage) => boolean;
  resolve: (message: ServerMessage) => void;
  reject: (error: Error) => void;
}

export class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export class BareClient {
  /** Everything the server sent but answers, in order. */
  readonly messages: ServerMessage[] = [];
  /** Process id of the server over stdio. */
  pid: number | undefined;
  stderr = "";
  #wire: Wire | undefined;
  #closed: Error | undefined;
  #lastId = 0;
  readonly #pending = new Map<number, PromiseWithResolvers<Params>>();
  readonly #waiters = new Set<Waiter>();

  /** Starts a server of its own and says hello. `args` follow `app-server`. */
  static async overStdio(env: Record<string, string>, cwd: string, args: string[] = []): Promise<BareClient> {
    const client = new BareClient();
    client.#spawn(env, cwd, args);
    await client.#hello();
    return client;
  }

  /** Joins a server that listens on a unix socket and says hello. */
  static async overSocket(path: string): Promise<BareClient> {
    const client = new BareClient();
    await client.#connect(path);
    await client.#hello();
    return client;
  }

  /** Requests of the server, answered or not. */
  get serverRequests(): ServerMessage[] {
    return this.messages.filter((message) => message.id !== undefined);
  }

  request(method: string, params: Params = {}): Promise<Params> {
    if (this.#closed) return Promise.reject(this.#closed);
    const id = ++this.#lastId;
    const pending = Promise.withResolvers<Params>();
    this.#pending.set(id, pending);
    this.#send({ id, method, params });
    return pending.promise;
  }

  notify(method: string, params?: Params): void {
    this.#send({ method, ...(params ? { params } : {}) });
  }

  answer(request: ServerMessage, result: unknown): void {
    this.#send({ id: request.id, result });
  }

  refuse(request: ServerMessage, code = -32601, message = "not here"): void {
    this.#send({ id: request.id, error: { code, message } });
  }

  /** The first message from index `from` on that matches, past or future; rejects when the connection ends first. */
  waitFor(matches: (message: ServerMessage) => boolean, from = 0): Promise<ServerMessage> {
    const seen = this.messages.slice(from).find(matches);
    if (seen) return Promise.resolve(seen);
    if (this.#closed) return Promise.reject(this.#closed);
    const { promise, resolve, reject } = Promise.withResolvers<ServerMessage>();
    this.#waiters.add({ matches, resolve, reject });
    return promise;
  }

  /** Like `waitFor`, by method alone. */
  waitForMethod(method: string, from = 0): Promise<ServerMessage> {
    return this.waitFor((message) => message.method === method, from);
  }

  async startThread(params: Params): Promise<string> {
    return textAt(await this.request("thread/start", params), "thread", "id");
  }

  async startTurn(threadId: string, text: string, params: Params = {}): Promise<string> {
    const input = [{ type: "text", text, text_elements: [] }];
    return textAt(await this.request("turn/start", { threadId, input, ...params }), "turn", "id");
  }

  /** Runs one turn to its end. Questions in it are the caller's to answer meanwhile. */
  async runTurn(threadId: string, text: string, params: Params = {}): Promise<FinishedTurn> {
    const from = this.messages.length;
    return this.endOfTurn(threadId, await this.startTurn(threadId, text, params), from);
  }

  async endOfTurn(threadId: string, id: string, from = 0): Promise<FinishedTurn> {
    const isEnd = (message: ServerMessage) =>
      message.method === "turn/completed" && at(message.params, "turn", "id") === id;
    const end = await this.waitFor(isEnd, from);
    const messages = this.messages
      .slice(from, this.messages.indexOf(end) + 1)
      .filter((message) => message.params.threadId === threadId);
    return { id, status: textAt(end.params, "turn", "status"), turn: end.params.turn as Params, messages };
  }

  /** Over stdio: ends the server and waits for its exit. */
  async close(): Promise<void> {
    await this.#wire?.close();
  }

  async #hello(): Promise<void> {
    const clientInfo = { name: "bare_client", title: null, version: "1.0.0" };
    await this.request("initialize", { clientInfo, capabilities: { experimentalApi: true } });
    this.notify("initialized");
  }

  #spawn(env: Record<string, string>, cwd: string, args: string[]): void {
    const child = spawn(findCodexBinary(), ["app-server", ...args], { env, cwd, stdio: "pipe" });
    this.pid = child.pid;
    const exited = once(child, "close").catch(() => []);
    child.on("error", (error) => this.#end(error));
    child.on("close", (code, signal) =>
      this.#end(new Error(`server ended: ${code ?? signal} ${this.stderr}`)),
    );
    child.stdin.on("error", () => {});
    child.stderr.on("data", (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-20_000);
    });
    let rest: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10)) {
        this.#receive(Buffer.concat([...rest, chunk.subarray(0, end)]).toString());
        rest = [];
        chunk = chunk.subarray(end + 1);
      }
      if (chunk.length > 0) rest.push(chunk);
    });
    this.#wire = {
      send: (text) => child.stdin.write(`${text}\n`),
      close: async () => {
        child.stdin.end();
        await exited;
      },
    };
  }

  async #connect(path: string): Promise<void> {
    const socket = new WebSocket("ws://localhost/", {
      createConnection: () => createConnection(path),
      perMessageDeflate: false,
    });
    const closed = Promise.withResolvers<void>();
    socket.on("close", (code) => {
      this.#end(new Error(`socket closed: ${code}`));
      closed.resolve();
    });
    socket.on("message", (data: Buffer) => this.#receive(data.toString()));
    await once(socket, "open");
    socket.on("error", (error) => this.#end(error));
    this.#wire = {
      send: (text) => socket.send(text),
      close: async () => {
        socket.close();
        await closed.promise;
      },
    };
  }

  #send(message: Params): void {
    this.#wire?.send(JSON.stringify(message));
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as Params;
    if (typeof message.method === "string") {
      this.#record({ params: {}, ...message } as ServerMessage);
      return;
    }
    const pending = this.#pending.get(Number(message.id));
    this.#pending.delete(Number(message.id));
    const error = message.error as { code: number; message: string } | undefined;
    if (error) pending?.reject(new RpcError(error.code, error.message));
    else pending?.resolve((message.result ?? {}) as Params);
  }

  #record(message: ServerMessage): void {
    this.messages.push(message);
    for (const waiter of this.#waiters) {
      if (!waiter.matches(message)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(message);
    }
  }

  #end(reason: Error): void {
    this.#closed ??= reason;
    for (const pending of this.#pending.values()) pending.reject(reason);
    for (const waiter of this.#waiters) waiter.reject(reason);
    this.#pending.clear();
    this.#waiters.clear();
  }
}
