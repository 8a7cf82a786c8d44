// The test's side of the loopback channel (channel-plugin/): people write and click here, what the gateway sends is kept
// here, and the test says how each sending ends.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** For `plugins` of a gateway. With `env: { LOOPBACK_BUTTONS: "no" }` its chats have no buttons. */
export const loopbackPlugin = { loopback: join(import.meta.dirname, "channel-plugin") } as const;

export interface LoopbackSaying {
  /** Default: direct. */
  kind?: "direct" | "group";
  /** Person of a direct chat, or name of a group. Default: alice. */
  chat?: string;
  thread?: string;
  /** Default: alice, whom the channel allows. */
  sender?: string;
  /** A repeated id is a redelivery. Default: a new one. */
  messageId?: string;
  /** Whether the bot was named. Default: in direct chats. */
  mentioned?: boolean;
}

/** A message that the gateway has sent, or an answer to a click. */
export interface LoopbackMessage {
  /** Counts all of them, from 1. */
  number: number;
  /** reply: in the course of an inbound message; text, payload, media: out of band; approval, click reply, click edit. */
  via: string;
  /** `dm:<person>` or `group:<name>`. */
  to: string;
  threadId?: string;
  replyToId?: string;
  messageId: string;
  payload: { text?: string } & Record<string, unknown>;
}

/** What became of something said or clicked; it comes when the gateway's dispatch of it has ended. */
export interface Taken {
  number: number;
  result?: Record<string, unknown>;
  error?: string;
}

export type SendOutcome = "ok" | "fail" | "suppress";

export class LoopbackChat {
  readonly #server: Server;
  readonly #events: object[] = [];
  readonly #waiters = new Set<() => void>();
  readonly #taken = new Map<number, Taken>();
  #said = 0;
  readonly sent: LoopbackMessage[] = [];
  /** How a sending ends; one that takes its time is a slow channel. */
  decide: (message: LoopbackMessage) => SendOutcome | Promise<SendOutcome> = () => "ok";

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async open(): Promise<LoopbackChat> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new LoopbackChat(server);
  }

  /** The section `channels.loopback`; the plugin itself is `loopbackPlugin`. */
  channel(change: object = {}): object {
    const { port } = this.#server.address() as AddressInfo;
    return { enabled: true, url: `http://127.0.0.1:${port}`, allowFrom: ["alice"], ...change };
  }

  /** Somebody writes. Returns its number, for `whenTaken`. */
  say(text: string, saying: LoopbackSaying = {}): number {
    const { kind = "direct", mentioned = kind === "direct", ...rest } = saying;
    return this.#push({ ...{ text, kind, chat: "alice", sender: "alice", mentioned }, ...rest });
  }

  /** Somebody clicks a button by its value. */
  click(value: string, clicking: Omit<LoopbackSaying, "mentioned"> = {}): number {
    return this.#push({ ...{ value, kind: "direct", chat: "alice", sender: "alice" }, ...clicking });
  }

  /**
   * The first message after the one with this number for which it holds, past or future. Rejects when something that
   * was said could not be taken.
   */
  waitFor(holds: (message: LoopbackMessage) => boolean, after = 0): Promise<LoopbackMessage> {
    return this.#wait(() => {
      const found = this.sent.find((each) => each.number > after && holds(each));
      const lost = [...this.#taken.values()].find(({ error }) => error !== undefined);
      if (!found && lost) throw new Error(`the gateway did not take what was said: ${lost.error}`);
      return found;
    });
  }

  /** Resolves when the gateway's dispatch of what was said has ended: for a bound chat, when its claim returned. */
  whenTaken(number: number): Promise<Taken> {
    return this.#wait(() => this.#taken.get(number));
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/next") return this.#answerPoll(response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (request.url === "/taken") {
      this.#taken.set(body.number, body);
      response.end("{}");
    } else {
      const payload = { ...body.payload, text: readPayloadText(body.payload) };
      const message: LoopbackMessage = { ...body, payload, number: this.sent.length + 1 };
      this.sent.push(message);
      this.#wake();
      response.end(JSON.stringify({ outcome: await this.decide(message) }));
    }
    this.#wake();
  }

  async #answerPoll(response: ServerResponse): Promise<void> {
    let gone = false;
    response.once("close", () => {
      gone = true;
      this.#wake();
    });
    while (this.#events.length === 0 && !gone) {
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
    if (!gone) response.end(JSON.stringify(this.#events.splice(0)));
  }

  #push(event: object): number {
    this.#said += 1;
    this.#events.push({ number: this.#said, messageId: `in-${this.#said}`, ...event });
    this.#wake();
    return this.#said;
  }

  async #wait<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}

interface Presented {
  presentation?: { blocks?: { type: string; text?: string }[] };
}

/** The text, or the text blocks of the presentation; the channel has it in its own data where it renders it. */
function readPayloadText(payload: Record<string, unknown>): string {
  const { presentation, channelData } = payload as Presented & { channelData?: { loopback?: Presented } };
  const blocks = (presentation ?? channelData?.loopback?.presentation)?.blocks ?? [];
  const texts = [payload.text, ...blocks.filter(({ type }) => type === "text").map(({ text }) => text)];
  return texts.filter((text) => typeof text === "string" && text !== "").join("\n\n");
}

/** The value of the button with this label, wherever in the payload it is; approvals come in an older shape. */
export function findLoopbackButton({ payload }: LoopbackMessage, label: RegExp): string | undefined {
  let found: string | undefined;
  JSON.stringify(payload, (_key, value) => {
    if (typeof value?.label !== "string" || !label.test(value.label)) return value;
    found ??= value.value ?? value.action?.value;
    return value;
  });
  return found;
}
