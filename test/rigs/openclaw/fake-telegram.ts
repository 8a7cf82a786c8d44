// A loopback Bot API for OpenClaw's bundled Telegram channel (`channels.telegram.apiRoot`), with the people who write to
// the bot: they say things, send files and click; what the bot sends is kept in order.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type BotCall, readBotCall } from "./bot-call.ts";
import {
  type BotMessage,
  type Button,
  bot,
  buildChat,
  buildUser,
  findEntities,
  readBotMessage,
  readShown,
} from "./telegram-shapes.ts";

export interface SayOptions {
  /** User id; their direct chat has the same id. Default: the person whom the channel allows. */
  from?: number;
  /** Negative: a group. Default: the direct chat. */
  chat?: number;
  topic?: number;
  /** Message id. */
  replyTo?: number;
  photo?: Buffer;
  document?: { name: string; mimeType: string; bytes: Buffer };
  /** Fields of the Bot API's message that are added, or put in the place of ours; undefined takes one away. */
  with?: object;
}

type Message = Record<string, unknown> & { message_id: number };

export const personId = 100_001;
const botToken = `${bot.id}:token-of-the-tests`;
/** A gateway that ends should not have to wait for its poll. */
const longestPollMs = 5_000;

export class FakeTelegram {
  readonly #server: Server;
  readonly #updates: { update_id: number }[] = [];
  readonly #waiters = new Set<() => void>();
  readonly #messages = new Map<number, Message>();
  readonly #files = new Map<string, Buffer>();
  // OpenClaw remembers update ids across restarts, so those of an earlier fake must not come again.
  #nextId = Math.floor(Date.now() / 100) % 1_000_000_000;
  /** Every call of the bot but its polls. */
  readonly calls: BotCall[] = [];
  /** What people saw of the bot, in order. */
  readonly sent: BotMessage[] = [];
  /** Answers a call in the fake's place, for example with an error or late. Undefined: the fake answers. */
  intercept: (call: BotCall) => Promise<{ status: number; body: object } | undefined> | undefined = () =>
    undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch((error: unknown) => {
        sendJson(response, 500, { ok: false, error_code: 500, description: String(error) });
      });
    });
  }

  static async open(): Promise<FakeTelegram> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FakeTelegram(server);
  }

  /** The section `channels.telegram`: direct chats of the person only, all groups, where a mention is wanted. */
  channel(change: object = {}): object {
    const { port } = this.#server.address() as AddressInfo;
    return {
      ...{ enabled: true, botToken, apiRoot: `http://127.0.0.1:${port}`, groupPolicy: "open" },
      ...{ dmPolicy: "allowlist", allowFrom: [String(personId)] },
      ...change,
    };
  }

  /** A person writes. Returns the id of their message. */
  say(text: string, options: SayOptions = {}): number {
    const { from = personId, chat = from, topic, replyTo, photo, document } = options;
    const file = photo ?? document?.bytes;
    const entities = findEntities(text);
    const message: Message = {
      ...{ message_id: this.#takeId(), date: seconds(), from: buildUser(from), chat: buildChat(chat, topic) },
      ...(file ? { caption: text, caption_entities: entities } : { text, entities }),
      ...(photo ? { photo: [{ ...this.#keep("photo.png", photo), width: 16, height: 16 }] } : {}),
      ...(document ? { document: this.#keepDocument(document) } : {}),
      ...(topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true }),
      ...(replyTo === undefined ? {} : { reply_to_message: this.#messages.get(replyTo) }),
      ...options.with,
    };
    this.#messages.set(message.message_id, message);
    this.#push({ message });
    return message.message_id;
  }

  /** A file that the bot may download, for fields of `with`. */
  keep(name: string, bytes: Buffer): object {
    return this.#keep(name, bytes);
  }

  /** A person changes what they wrote. */
  edit(
    messageId: number,
    text: string,
    kind: "edited_message" | "edited_channel_post" = "edited_message",
  ): void {
    const before = this.#messages.get(messageId);
    const changed = { ...before, message_id: messageId, text, entities: findEntities(text) };
    const message: Message = { ...changed, edit_date: seconds() };
    this.#messages.set(messageId, message);
    this.#push({ [kind]: message });
  }

  /** A message of a person comes once more, as after an update that was not acknowledged. */
  redeliver(messageId: number): void {
    this.#push({ message: this.#messages.get(messageId) });
  }

  /** A person clicks a button, even one that is not shown any more: their screen may be old. `name`: other than usual. */
  click(button: Button, { from = personId, name = {} }: { from?: number; name?: object } = {}): void {
    const message = this.#messages.get(button.messageId);
    const id = String(this.#takeId());
    const user = { ...buildUser(from), ...name };
    const query = { id, from: user, chat_instance: "1", data: button.data, message };
    this.#push({ callback_query: query });
  }

  /** The first message of the bot after the one with this number for which it holds, past or future. */
  async waitFor(holds: (message: BotMessage) => boolean, after = 0): Promise<BotMessage> {
    return this.#wait(() => this.sent.find((each) => each.number > after && holds(each)));
  }

  /** The first call of the bot for which it holds, past or future. */
  async waitForCall(holds: (call: BotCall) => boolean): Promise<BotCall> {
    return this.#wait(() => this.calls.find(holds));
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #wait<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, filePath] = (request.url ?? "").split(`/file/bot${botToken}/`);
    if (filePath !== undefined) return this.#sendFile(response, filePath);
    const call = await readBotCall(request);
    if (call.method === "getUpdates") return sendJson(response, 200, await this.#poll(response, call.body));
    this.calls.push(call);
    const instead = (await this.intercept(call)) ?? findRefusal(call, this.#messages);
    if (instead) sendJson(response, instead.status, instead.body);
    else sendJson(response, 200, { ok: true, result: this.#take(call) });
    this.#wake();
  }

  /** Bot API, getUpdates: an offset acknowledges everything before it; what is not acknowledged comes again. */
  async #poll(response: ServerResponse, body: Record<string, unknown>): Promise<object> {
    const offset = Number(body.offset ?? 0);
    while ((this.#updates[0]?.update_id ?? Number.POSITIVE_INFINITY) < offset) this.#updates.shift();
    if (this.#updates.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const patience = setTimeout(resolve, Math.min(Number(body.timeout ?? 0) * 1000, longestPollMs));
      response.once("close", resolve);
      this.#waiters.add(resolve);
      await promise;
      clearTimeout(patience);
    }
    return { ok: true, result: this.#updates.filter((each) => each.update_id >= offset) };
  }

  #take(call: BotCall): unknown {
    const { method, body } = call;
    if (method === "getMe") return bot;
    if (method === "getChat") return buildChat(Number(body.chat_id));
    if (method === "getFile") return { file_id: body.file_id, file_path: body.file_id };
    if (/^(send(?!ChatAction)|editMessage)/.test(method)) return this.#show(call);
    if (method === "deleteMessage") {
      const gone = readBotMessage(call, Number(body.message_id));
      this.sent.push({ ...gone, kind: "deleted", number: this.sent.length + 1 });
    }
    return true;
  }

  #show(call: BotCall): Message {
    const { body } = call;
    const isEdit = call.method.startsWith("edit");
    const id = isEdit ? Number(body.message_id) : this.#takeId();
    const before = this.#messages.get(id);
    const shown = readBotMessage(call, id, before);
    this.sent.push({ ...shown, number: this.sent.length + 1 });
    const message: Message = {
      ...{ message_id: id, date: seconds(), from: bot, chat: buildChat(shown.chat, shown.topic) },
      ...{ text: shown.text, reply_markup: body.reply_markup },
      ...(shown.topic === undefined ? {} : { message_thread_id: shown.topic, is_topic_message: true }),
    };
    this.#messages.set(id, message);
    return message;
  }

  #keep(name: string, bytes: Buffer): object {
    const id = `${this.#takeId()}-${name}`;
    this.#files.set(id, bytes);
    return { file_id: id, file_unique_id: id, file_size: bytes.length };
  }

  #keepDocument({ name, mimeType, bytes }: NonNullable<SayOptions["document"]>): object {
    return { ...this.#keep("document", bytes), file_name: name, mime_type: mimeType };
  }

  #sendFile(response: ServerResponse, path: string): void {
    const bytes = this.#files.get(decodeURIComponent(path));
    this.calls.push({ method: "download", body: { path } });
    response.writeHead(bytes ? 200 : 404, { "content-type": "application/octet-stream" });
    response.end(bytes);
    this.#wake();
  }

  #push(update: object): void {
    this.#updates.push({ update_id: this.#takeId(), ...update });
    this.#wake();
  }

  #takeId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }
}

/** What the Bot API refuses: what it cannot read, what is empty or too long, an edit of what is not there or of nothing. */
function findRefusal(
  { method, body }: BotCall,
  messages: ReadonlyMap<number, Message>,
): { status: number; body: object } | undefined {
  const refuse = (why: string) => ({
    status: 400,
    body: { ok: false, error_code: 400, description: `Bad Request: ${why}` },
  });
  if (method.startsWith("editMessage") && !messages.has(Number(body.message_id)))
    return refuse("message to edit not found");
  try {
    const shown = readShown(body);
    if (shown && body.text !== undefined && shown.text.trim() === "") return refuse("message text is empty");
    if (shown && shown.text.length > (body.text === undefined ? 1_024 : 4_096))
      return refuse("message is too long");
    return undefined;
  } catch (thrown) {
    return refuse((thrown as Error).message);
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

const seconds = () => Math.floor(Date.now() / 1000);
