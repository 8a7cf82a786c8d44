// The objects of the Bot API that the fake makes for people and chats, and the reading of what the bot sends.
import { readTelegramHtml, type TelegramEntity, type TelegramText } from "./bot-html.ts";

export interface Button {
  label: string;
  data: string;
  messageId: number;
  chat: number;
}

/** What the bot did with a message that people see. */
export interface BotMessage {
  /** Counts all of them, from 1. */
  number: number;
  kind: "sent" | "edited" | "deleted";
  method: string;
  messageId: number;
  chat: number;
  topic?: number;
  replyTo?: number;
  /** As people see it. */
  text: string;
  entities: TelegramEntity[];
  buttons: Button[];
  body: Record<string, unknown>;
}

export const botName = "codex_threads_bot";

export const bot = {
  ...{ id: 424_242, is_bot: true, first_name: "Codex", username: botName, can_join_groups: true },
  ...{ can_read_all_group_messages: true, supports_inline_queries: false, has_topics_enabled: false },
};

export function buildUser(id: number): object {
  return { id, is_bot: false, first_name: `User${id}`, username: `user${id}` };
}

/** A negative id is a group; one in which somebody wrote in a topic is a forum. */
export function buildChat(id: number, topic?: number): object {
  if (id > 0) return { id, type: "private", first_name: `User${id}` };
  return { id, type: "supergroup", title: "Room", ...(topic === undefined ? {} : { is_forum: true }) };
}

/** Fields of a message that was forwarded; `origin`: the Bot API's MessageOrigin. */
export function forwardedFrom(origin: object): object {
  return { forward_origin: { date: 1_700_000_000, ...origin } };
}

/** For messages that are neither text nor caption. */
export const noWords = { text: undefined, entities: undefined };

export const stickerShape = {
  ...{ type: "regular", width: 1, height: 1, is_animated: false, is_video: false, emoji: "👍" },
};

export function buildPoll(question: string): object {
  return {
    ...{ id: "1", question, options: [{ text: "yes", voter_count: 0 }], total_voter_count: 0 },
    ...{ is_closed: false, is_anonymous: true, type: "regular", allows_multiple_answers: false },
  };
}

/** Commands and mentions of the bot, which Telegram marks by itself. */
export function findEntities(text: string): object[] {
  const found = text.matchAll(/(?:^|\s)(\/\w+(?:@\w+)?)|(@\w+)/g);
  return [...found].map((match) => {
    const word = match[1] ?? match[2] ?? "";
    const type = match[1] === undefined ? "mention" : "bot_command";
    return { type, offset: match.index + match[0].length - word.length, length: word.length };
  });
}

/** `before`: the message as it was, when it is edited. */
export function readBotMessage(
  call: { method: string; body: Record<string, unknown> },
  messageId: number,
  before?: Record<string, unknown>,
): Omit<BotMessage, "number"> {
  const { method, body } = call;
  const shown = readShown(body);
  const chat = Number(body.chat_id);
  const topic = Number(body.message_thread_id ?? Number.NaN);
  const reply = body.reply_parameters as { message_id?: number } | undefined;
  const replyTo = Number(reply?.message_id ?? body.reply_to_message_id ?? Number.NaN);
  return {
    ...{ kind: method.startsWith("edit") ? "edited" : "sent", method, messageId, chat, body },
    ...(Number.isNaN(topic) ? {} : { topic }),
    ...(Number.isNaN(replyTo) ? {} : { replyTo }),
    text: shown?.text ?? String(before?.text ?? ""),
    entities: shown?.entities ?? [],
    buttons: readButtons(body.reply_markup).map((button) => ({ ...button, messageId, chat })),
  };
}

/** As people see it. Throws what Telegram refuses. */
export function readShown(body: Record<string, unknown>): TelegramText | undefined {
  const text = body.text ?? body.caption;
  if (typeof text !== "string") return undefined;
  return body.parse_mode === "HTML" ? readTelegramHtml(text) : { text, entities: [] };
}

interface Keyboard {
  inline_keyboard?: { text: string; callback_data?: string }[][];
}

function readButtons(markup: unknown): { label: string; data: string }[] {
  const keyboard = (typeof markup === "string" ? JSON.parse(markup) : markup) as Keyboard | undefined;
  const keys = keyboard?.inline_keyboard?.flat() ?? [];
  return keys.flatMap(({ text, callback_data: data }) => (data === undefined ? [] : [{ label: text, data }]));
}
