// What the service was told to do, and what of it somebody who reads there could press: each a way that an attack got
// through. It knows the Bot API, and nothing of how our texts are made.
import type { BotCall } from "../rigs/openclaw/bot-call.ts";
import type { TelegramText } from "../rigs/openclaw/bot-html.ts";
import { readShown } from "../rigs/openclaw/telegram-shapes.ts";

/** Words, their edits and what belongs to a press of a button; nothing that carries a file. */
const words =
  /^(sendMessage|editMessageText|editMessageReplyMarkup|answerCallbackQuery|sendChatAction|deleteMessage)$/;
/** What the channel does once at its start. */
const setup =
  /^(getMe|getChat|getFile|download|deleteWebhook|getWebhookInfo|setMyCommands|deleteMyCommands|setMyDescription)$/;

/** Telegram makes these something to press by itself, where they stand in no code. */
const pressed: readonly (readonly [string, RegExp])[] = [
  ["a name", /(?<![\p{L}\p{N}_])@[A-Za-z]\w{2,}/u],
  ["a command", /(?<![\p{L}\p{N}_/.:<])\/[A-Za-z]\w*/u],
  ["a tag", /(?<![\p{L}\p{N}_&])#\p{L}[\p{L}\p{N}_]*/u],
  ["a cash tag", /(?<![p{L}p{N}_])\$[A-Z]{3,8}(?![A-Za-z])/],
  ["a link of the app", /tg:\/\//i],
  [
    "an address",
    /(?<![\p{L}\p{N}_])[\p{L}\p{N}-]+\.(?:com|org|net|me|rs|md|sh|py|io|example)(?![\p{L}\p{N}])/u,
  ],
];

/** `secret`: of the files that nobody may get. */
export function findBreaches(calls: readonly BotCall[], secret: string): string[] {
  return calls.flatMap((call) => {
    const { method, body } = call;
    if (setup.test(method)) return [];
    if (!words.test(method)) return [`the host called ${method}`];
    if (JSON.stringify(body).includes(secret)) return ["bytes of a planted file left the host"];
    const shown = readShown(body);
    if (!shown) return [];
    return [...findLive(shown), ...findPressed(shown), ...findLabels(body.reply_markup)];
  });
}

/** Markup that leads somewhere but to the web, mentions or hides. */
function findLive({ entities }: TelegramText): string[] {
  return entities.flatMap(({ tag, attributes }) => {
    if (["b", "strong", "i", "em", "s", "del", "pre", "blockquote"].includes(tag))
      return attributes === "" ? [] : [`<${tag} ${attributes}>`];
    if (tag === "code")
      return attributes === "" || /^class="language-[\w-]+"$/.test(attributes)
        ? []
        : [`<code ${attributes}>`];
    if (tag === "a") return /^href="https?:\/\/[^"]*"$/i.test(attributes) ? [] : [`<a ${attributes}>`];
    return [`<${tag}>`];
  });
}

/** In what stands outside of code and links. */
function findPressed({ text, entities }: TelegramText): string[] {
  const bare = Array.from({ length: text.length }, (_, at) => text[at] ?? "");
  for (const { tag, text: marked, at } of entities)
    if (["code", "pre", "a"].includes(tag)) bare.fill("\n", at, at + marked.length);
  const left = bare.join("").replace(/https?:\/\/\S+/g, "\n");
  return pressed.flatMap(([what, pattern]) => {
    const found = pattern.exec(left);
    return found ? [`${what} can be pressed: ${JSON.stringify(found[0])}`] : [];
  });
}

/** A label is read by nobody but people: what they do not see must not be in it. */
function findLabels(markup: unknown): string[] {
  const given = typeof markup === "string" ? markup : JSON.stringify(markup ?? {});
  const { inline_keyboard: rows = [] } = JSON.parse(given) as {
    inline_keyboard?: { text: string; url?: string; callback_data?: string }[][];
  };
  return rows
    .flat()
    .flatMap(({ text, callback_data: data }) => [
      ...(data === undefined ? ["a button that is no click"] : []),
      ...(unseen.test(text) ? [`a label with unseen characters: ${JSON.stringify(text)}`] : []),
    ]);
}

const unseen =
  /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ue200-\ue202\u3164\u2800\u115f\uffa0\ufeff]|[\u{e0000}-\u{e007f}]/u;

/** In what is read no character may hide or turn others. */
export function findUnseen(text: string): string[] {
  return /(?![\n\t])\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\ue200-\ue202]|[\u{e0000}-\u{e0040}]/u.test(
    text,
  )
    ? ["characters that nobody sees came through"]
    : [];
}

/** All letters of it, in this order; entities are read, lists counted anew, and a language of code is left out. */
export function holdsLetters(seen: string, text: string): boolean {
  const rest = seen[Symbol.iterator]();
  const wanted = text
    .replace(/&(?:#\d+|[a-z]+);/g, " ")
    .replace(/(`{3,}|~{3,})[a-z][a-z0-9+#.-]{0,14}\s*$/gim, "$1");
  const letters = wanted.match(/\p{L}/gu) ?? [];
  return letters.every((letter) => {
    for (let next = rest.next(); !next.done; next = rest.next()) if (next.value === letter) return true;
    return false;
  });
}
