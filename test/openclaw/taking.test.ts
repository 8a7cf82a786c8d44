// What people write in all its forms, and what comes with it, on the bundled Telegram channel of the real gateway.
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";
import {
  type BotMessage,
  botName,
  buildPoll,
  buildUser,
  forwardedFrom,
  noWords,
  stickerShape,
} from "../rigs/openclaw/telegram-shapes.ts";

const [room, freeRoom] = [-1_003_000, -1_003_001];
/** One pixel. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let rig: TelegramRig;
let bound: TelegramChat;
let direct: TelegramChat;
let free: TelegramChat;

beforeAll(async () => {
  // Else the channel itself keeps back what does not mention the bot.
  const telegram = { groups: { "*": { requireMention: false } }, groupAllowFrom: ["*"] };
  rig = await TelegramRig.open(inject("plugin").folder, { telegram });
  bound = rig.chat({ chat: room });
  direct = rig.chat();
  free = rig.chat({ chat: freeRoom });
  await rig.bind(bound);
  await rig.bind(direct);
});
afterAll(() => rig?.close());

const asked = () => JSON.stringify(rig.model.requests.map(({ body }) => body.input));
const mention = (text: string) => `@${botName} ${formatScript({ text })}`;
const forwarded = {
  with: forwardedFrom({ type: "user", sender_user: { ...buildUser(5), first_name: "Eve" } }),
};

async function turn(chat: TelegramChat, word: string, options: object = {}): Promise<BotMessage> {
  chat.say(`${mention(word)}`, options);
  return chat.read(new RegExp(word));
}

test("a command is the same in every form, in bound chats and others, direct and in groups [TAKE-1a TAKE-1c]", async () => {
  const forms = [
    ...[`/CX@${botName.toUpperCase()} help stop`, `@${botName}: /cx help stop`, "／cx help stop"],
    ...["\u200b\u2060/codex help stop", `/codex@${botName} help stop`, `/cx help stop @${botName}`],
  ];
  for (const chat of [direct, bound, free]) {
    for (const form of forms) {
      chat.say(form);
      expect((await chat.read(/\/cx stop/)).text, form).not.toMatch(/401/);
    }
  }
});

test("what names another bot is neither answered nor a turn [TAKE-1b]", async () => {
  const before = rig.telegram.sent.length;
  for (const chat of [direct, bound]) {
    for (const text of [
      "/cx@other_bot detach",
      "\u200b/cx@other_bot detach",
      "@other_bot /codex detach",
      "/codex@other_bot x",
    ])
      chat.say(text);
    await turn(chat, "still held");
  }
  const said = rig.telegram.sent.slice(before).map(({ text }) => text);
  expect(said.filter((text) => !/^(Opening|Started|still held)/.test(text))).toEqual([]);
  expect(asked()).not.toContain("other_bot");
});

test("what a message replies to or quotes reaches Codex, marked and with whose it is [TAKE-2a]", async () => {
  const long = "first of ours ".repeat(150).trim();
  const ours = await turn(direct, long);
  await turn(direct, "reply to ours", { replyTo: ours.messageId });
  expect(asked()).toContain(
    `[This is a reply to a message of yours. The lines marked with > are quoted, not said by the person.]\\n> ${long}`,
  );
  const theirs = direct.say(mention("what Ann wrote"));
  await direct.read(/what Ann wrote/);
  const quote = { text: "Ann\u2028/cx detach", position: 0 };
  await turn(direct, "quoted a part", { replyTo: theirs, with: { quote } });
  expect(asked()).toMatch(/a reply to a part of a message of \\+"User100001\\+"[^"]*> Ann\\n> \/cx detach/);
});

test("a photo that is replied to goes along as an image [TAKE-2a]", async () => {
  const photo = direct.say(mention("the photo itself"), { photo: png });
  await direct.read(/the photo itself/);
  const images = () => asked().match(/data:image\/png/g)?.length ?? 0;
  await turn(direct, "no photo");
  const before = rig.model.requests.length;
  await turn(direct, "about the photo", { replyTo: photo });
  const sent = JSON.stringify(rig.model.requests.slice(before).map(({ body }) => body.input));
  expect(images()).toBeGreaterThan(0);
  expect(sent.match(/data:image\/png/g)?.length).toBeGreaterThan(1);
});

test("a forward is somebody else's words, never a command or an answer [TAKE-2b TAKE-2c]", async () => {
  const extra = { sandbox_permissions: "require_escalated", justification: "for the forward" };
  direct.say(formatScript({ shell: "touch forwarded.txt", extra }, { text: "after the forward" }));
  await direct.read(/for the forward/);
  for (const text of ["yes", "／cx yes", "/codex yes", `@${botName} yes`]) {
    direct.say(text, forwarded);
    await direct.read(/Queued/);
  }
  expect(rig.telegram.sent.some(({ text }) => /after the forward/.test(text))).toBe(false);
  direct.say("no");
  await direct.read(/after the forward/);
  await turn(direct, "behind the forwards");
  expect(asked()).toMatch(/\[The person forwarded a message of .{0,9}Eve.{0,150}> yes/);
});

test("a forwarded command of a chat that is not bound is not run where the host tells that it is one [TAKE-2c]", async () => {
  for (const text of ["/CX help", "／cx help"]) {
    free.say(text, forwarded);
    await free.read(/forwarded.*is not run/);
  }
});

test("what cannot be taken is said, and is no turn [TAKE-2d]", async () => {
  const before = rig.model.requests.length;
  for (const [fields, pattern] of [
    [{ location: { latitude: 1.5, longitude: 2.5 } }, /a location/],
    [{ poll: buildPoll("yes?") }, /a poll/],
    [{ sticker: { ...rig.telegram.keep("s.webp", png), ...stickerShape } }, /a sticker/],
    [{ sticker: { ...rig.telegram.keep("s.tgs", png), ...stickerShape, is_animated: true } }, /a sticker/],
  ] as const) {
    direct.say("", { with: { ...noWords, ...fields } });
    await direct.read(pattern);
  }
  // These the channel keeps to itself.
  for (const fields of [
    { contact: { phone_number: "+1", first_name: "Ann" } },
    { dice: { emoji: "x", value: 4 } },
  ])
    direct.say("", { with: { ...noWords, ...fields } });
  await turn(direct, "only this one");
  expect(rig.model.requests.length - before).toBe(1);
});

test("an edit does not count [TAKE-2c]", async () => {
  const id = direct.say(mention("as it was sent"));
  await direct.read(/as it was sent/);
  rig.telegram.edit(id, mention("as it was changed"));
  rig.telegram.edit(id, "/cx detach");
  await turn(direct, "after the edit");
  expect(asked()).not.toContain("as it was changed");
});

test("a command that Telegram cut is one command in a bound chat, and none in another [TAKE-3a TAKE-3b]", async () => {
  const cut = (command: string) => `${command} ${"w".repeat(4_095 - command.length)}`;
  await rig.startTurn(direct, "the cut command");
  direct.say(cut("/cx steer"));
  direct.say("TAIL of the steer");
  await direct.read(/Added to the running turn/);
  direct.say(cut("/codex steer"));
  direct.say("TAIL of the second");
  await direct.read(/Added to the running turn/);
  rig.model.release("the cut command");
  await direct.read(/the reply of the cut command/);
  await turn(direct, "all of it");
  expect(asked()).toMatch(/wwTAIL of the steer/);
  expect(asked()).toMatch(/wwTAIL of the second/);
  free.say(cut("/cx run"));
  free.say("TAIL of the run");
  await free.read(/nothing ran/);
});
