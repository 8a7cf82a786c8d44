// One app-server over stdio shared by several clients: requests get ids of their own, the handshake is made once, what the
// server tells goes to all, what it asks is answered once, and a thread is let go when the last client has left it.
// It starts no process and knows no socket.
import { parseJson } from "../kit/json.ts";
import type { Transport } from "../rpc/transport.ts";

type Message = Record<string, unknown>;
type Id = string | number;

interface Pending {
  client: BrokerClient;
  id: unknown;
  method: string;
  threadId?: string;
}

interface BrokerClient {
  transport: Transport;
  threads: Set<string>;
}

export class ServerBroker {
  readonly #server: Transport;
  readonly #clients = new Set<BrokerClient>();
  readonly #pending = new Map<number, Pending>();
  /** What the server asks and nobody has answered, by its id. */
  readonly #asked = new Map<Id, Message>();
  #nextId = 0;
  #hello: Promise<Message> | undefined;
  #answerHello: (message: Message) => void = () => {};
  #isInitialized = false;

  constructor(server: Transport) {
    this.#server = server;
    server.onMessage((text) => this.#takeFromServer(text));
    server.onClose(() => {
      for (const { transport } of this.#clients) void transport.close();
    });
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  add(transport: Transport): void {
    const client = { transport, threads: new Set<string>() };
    this.#clients.add(client);
    transport.onMessage((text) => this.#takeFromClient(client, text));
    transport.onClose(() => this.#remove(client));
  }

  /** A request of our own. */
  ask(method: string, params: Record<string, unknown>): Promise<Message> {
    const { promise, resolve } = Promise.withResolvers<Message>();
    const transport: Transport = {
      send: (text) => resolve(parse(text) ?? {}),
      onMessage: () => () => {},
      onClose: () => () => {},
      close: async () => {},
    };
    this.#forward({ transport, threads: new Set() }, { id: 0, method, params });
    return promise;
  }

  #takeFromClient(client: BrokerClient, text: string): void {
    const message = parse(text);
    if (!message) return;
    if (typeof message.method !== "string") this.#takeAnswer(message);
    else if (message.method === "initialize") this.#greet(client, message);
    else if (message.method === "initialized") this.#initialized(text);
    else if (message.id === undefined) this.#server.send(text);
    else if (message.method === "thread/unsubscribe" && !this.#isLastOn(client, message)) {
      send(client, { id: message.id, result: { status: "unsubscribed" } });
    } else this.#forward(client, message);
  }

  /** The server takes one handshake; later clients get its answer again. */
  #greet(client: BrokerClient, message: Message): void {
    if (!this.#hello) {
      const hello = Promise.withResolvers<Message>();
      this.#hello = hello.promise;
      this.#answerHello = hello.resolve;
      this.#forward(client, message);
    }
    void this.#hello.then((answer) => send(client, { ...answer, id: message.id }));
  }

  #initialized(text: string): void {
    if (!this.#isInitialized) this.#server.send(text);
    this.#isInitialized = true;
  }

  #forward(client: BrokerClient, message: Message): void {
    const id = this.#nextId++;
    const threadId = readThreadId(message.params);
    const { method } = message;
    this.#pending.set(id, {
      client,
      id: message.id,
      method: String(method),
      ...(threadId === undefined ? {} : { threadId }),
    });
    this.#server.send(JSON.stringify({ ...message, id }));
  }

  /** The first answer counts. */
  #takeAnswer(message: Message): void {
    if (this.#asked.delete(message.id as Id)) this.#server.send(JSON.stringify(message));
  }

  #takeFromServer(text: string): void {
    const message = parse(text);
    // Whoever waits must not wait for what cannot be read: it is an error to each client.
    if (!message) for (const { transport } of this.#clients) transport.send(text);
    else if (typeof message.method !== "string") this.#takeResult(message);
    else {
      if (message.id !== undefined) this.#asked.set(message.id as Id, message);
      if (message.method === "serverRequest/resolved") this.#forgetAsked(message.params);
      for (const { transport } of this.#clients) transport.send(text);
    }
  }

  #takeResult(message: Message): void {
    const pending = this.#pending.get(message.id as number);
    if (!pending) return;
    this.#pending.delete(message.id as number);
    if (pending.method === "initialize") {
      if (message.result === undefined) this.#hello = undefined;
      this.#answerHello(message);
      return;
    }
    this.#learnThread(pending, message.result);
    send(pending.client, { ...message, id: pending.id });
    if (pending.method === "thread/resume") this.#askAgain(pending);
  }

  #learnThread({ client, method, threadId }: Pending, result: unknown): void {
    const opened = method === "thread/start" || method === "thread/resume" ? readOpened(result) : undefined;
    if (opened !== undefined) client.threads.add(opened);
    if (method === "thread/unsubscribe" && threadId !== undefined) client.threads.delete(threadId);
  }

  /** A client that joins hears what is open in its thread. */
  #askAgain({ client, threadId }: Pending): void {
    for (const message of this.#asked.values())
      if (readThreadId(message.params) === threadId) send(client, message);
  }

  #forgetAsked(params: unknown): void {
    if (typeof params === "object" && params !== null && "requestId" in params)
      this.#asked.delete(params.requestId as Id);
  }

  /** False when others still follow the thread; the client is forgotten there all the same. */
  #isLastOn(client: BrokerClient, { params }: Message): boolean {
    const threadId = readThreadId(params);
    if (threadId !== undefined) client.threads.delete(threadId);
    return threadId === undefined || !this.#isFollowed(threadId);
  }

  #isFollowed(threadId: string): boolean {
    return [...this.#clients].some(({ threads }) => threads.has(threadId));
  }

  #remove(client: BrokerClient): void {
    this.#clients.delete(client);
    for (const threadId of client.threads)
      if (!this.#isFollowed(threadId)) void this.ask("thread/unsubscribe", { threadId });
  }
}

function send({ transport }: BrokerClient, message: Message): void {
  transport.send(JSON.stringify(message));
}

function parse(text: string): Message | undefined {
  try {
    const message: unknown = parseJson(text);
    return typeof message === "object" && message !== null ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}

function readThreadId(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null || !("threadId" in params)) return undefined;
  return typeof params.threadId === "string" ? params.threadId : undefined;
}

function readOpened(result: unknown): string | undefined {
  if (typeof result !== "object" || result === null || !("thread" in result)) return undefined;
  const { thread } = result as { thread: unknown };
  return typeof thread === "object" && thread !== null && "id" in thread ? String(thread.id) : undefined;
}
