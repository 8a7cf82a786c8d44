// What goes out by itself, on the bundled Telegram channel and, for what Telegram cannot show, on the loopback channel.
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { personId } from "../rigs/openclaw/fake-telegram.ts";
import { findLoopbackButton, LoopbackChat, loopbackPlugin } from "../rigs/openclaw/loopback-chat.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";
import { botName } from "../rigs/openclaw/telegram-shapes.ts";
import { until } from "../rigs/until.ts";

const forum = -1_002_000;
const topic = 77;
const room = { kind: "group", chat: "den", mentioned: true } as const;

let rig: TelegramRig;
let loopback: LoopbackChat;
let direct: TelegramChat;

beforeAll(async () => {
  loopback = await LoopbackChat.open();
  rig = await TelegramRig.open(inject("plugin").folder, {
    plugins: loopbackPlugin,
    channels: { loopback: loopback.channel() },
    owners: [`telegram:${personId}`, "loopback:alice"],
  });
  direct = rig.chat();
  await rig.bind(direct);
  await bindLoopback({});
  await bindLoopback({ ...room, thread: "t7" });
});
afterAll(async () => {
  await rig?.close();
  await loopback?.close();
});
beforeEach(() => {
  rig.telegram.intercept = () => undefined;
  loopback.decide = () => "ok";
});

async function bindLoopback(place: object): Promise<void> {
  const after = loopback.sent.length;
  loopback.say(`/cx new --cwd ${rig.home.workFolder}`, place);
  const prompt = await loopback.waitFor((each) => findLoopbackButton(each, /once/i) !== undefined, after);
  loopback.click(findLoopbackButton(prompt, /once/i) ?? "", place);
  await loopback.waitFor(({ payload }) => /new thread starts/i.test(payload.text ?? ""), after);
}

const asked = () => JSON.stringify(rig.model.requests.map(({ body }) => body.input));
const texts = (after: number) => loopback.sent.slice(after).map(({ payload }) => payload.text ?? "");

test("a reply of 30,000 characters comes whole, in order, in pieces that are well-formed each [GATE-6a]", async () => {
  const lines = Array.from({ length: 600 }, (_, at) => `const line${at} = "${"x".repeat(28)}";`);
  const text = ["Before.", "```ts", ...lines, "```", "After."].join("\n");
  expect(text.length).toBeGreaterThan(25_000);
  direct.say(formatScript({ text }));
  await direct.read(/After\.$/);
  const pieces = rig.telegram.sent
    .map(({ body }) => String(body.text))
    .filter((each) => /line\d+ =/.test(each));
  expect(pieces.length).toBeGreaterThan(6);
  for (const piece of pieces) {
    expect(piece.match(/<pre>/g)).toHaveLength(1);
    expect(piece.match(/<\/pre>/g)).toHaveLength(1);
  }
  expect(pieces.join("\n").match(/line\d+ =/g)).toEqual(lines.map((_, at) => `line${at} =`));
});

test("in a topic of a forum everything stays there, and the reply answers the message [GATE-6d]", async () => {
  const chat = rig.chat({ chat: forum, topic });
  await rig.bind(chat);
  const asked = chat.say(`@${botName} ${formatScript({ text: "from the topic" })}`);
  expect(await chat.read(/from the topic/)).toMatchObject({ replyTo: asked });
  expect(
    rig.telegram.sent.filter(
      ({ kind, chat: to, topic: at }) => kind === "sent" && to === forum && at !== topic,
    ),
  ).toEqual([]);
});

test("in a thread of a channel the same [GATE-6d]", async () => {
  const after = loopback.sent.length;
  loopback.say(formatScript({ text: "from the thread" }), { ...room, thread: "t7", messageId: "asked-1" });
  const reply = await loopback.waitFor(({ payload }) => /from the thread/.test(payload.text ?? ""), after);
  expect(reply).toMatchObject({ to: "group:den", threadId: "t7", replyToId: "asked-1" });
  expect(loopback.sent.slice(after).filter(({ threadId }) => threadId !== "t7")).toEqual([]);
});

test("a channel that fails for a while gets everything later, in order, and once [GATE-6e]", async () => {
  let isDown = true;
  let failures = 0;
  rig.telegram.intercept = async ({ method }) => {
    if (!isDown || method !== "sendMessage") return undefined;
    failures += 1;
    return { status: 500, body: { ok: false, error_code: 500, description: "Internal Server Error" } };
  };
  for (const text of ["a reply of the outage", "the next one"]) {
    direct.say(formatScript({ text }));
    await until(() => asked().includes(text));
  }
  await until(() => failures >= 2);
  isDown = false;
  await direct.read(/the next one/);
  const shown = rig.telegram.sent.map(({ text }) => text.trim());
  // Nobody can tell whether a service that answers 500 has taken it: what was tried is marked.
  expect(shown.filter((text) => /of the outage|the next one/.test(text))).toEqual([
    "(You may have seen this before.)\na reply of the outage",
    "the next one",
  ]);
});

test("the same where the channel itself throws [GATE-6e]", async () => {
  const after = loopback.sent.length;
  let failures = 0;
  loopback.decide = ({ via }) => {
    if (via === "reply" || failures >= 3) return "ok";
    failures += 1;
    return "fail";
  };
  loopback.say(formatScript({ text: "after three failures" }));
  await until(() => failures >= 3 && texts(after).filter((text) => /after three/.test(text)).length >= 1);
  expect(failures).toBe(3);
});

test("what the channel keeps back counts as such, and the card says so [GATE-6c]", async () => {
  loopback.decide = ({ payload }) => (/kept back/.test(payload.text ?? "") ? "suppress" : "ok");
  loopback.say(formatScript({ text: "this is kept back" }));
  await loopback.waitFor(({ payload }) => /this is kept back/.test(payload.text ?? ""));
  const after = loopback.sent.length;
  loopback.say("/cx status");
  const card = await loopback.waitFor(({ payload }) => /Thread:/.test(payload.text ?? ""), after);
  expect(card.payload.text).toContain("The last reply was not shown");
});

test("a part that Telegram refuses goes out once more as plain words, and what stands behind it is not held up [GATE-6f]", async () => {
  let refusals = 0;
  rig.telegram.intercept = async ({ method, body }) => {
    if (method !== "sendMessage" || !/refused/.test(String(body.text)) || refusals > 0) return undefined;
    refusals += 1;
    return { status: 400, body: { ok: false, error_code: 400, description: "Bad Request: not this one" } };
  };
  direct.say(formatScript({ text: "**refused** <b>at first</b>" }));
  const shown = await direct.read(/refused/);
  // Plain, and to the letter.
  expect(shown).toMatchObject({ text: "**refused** <b>at first</b>", entities: [] });
  direct.say(formatScript({ text: "what comes after it" }));
  await direct.read(/what comes after it/);
  expect(rig.telegram.sent.filter(({ text }) => text.includes("refused"))).toEqual([shown]);
});

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
const csv = { name: "prices 2026.csv", mimeType: "text/csv", bytes: Buffer.from("egg,3\nmilk,2\n") };

test("an image reaches the model as an image, with the words that came with it [GATE-10a]", async () => {
  const words = `what is this? ${formatScript({ text: "a tiny picture" })}`;
  direct.say(words, { photo: png });
  await direct.read(/a tiny picture/);
  expect(JSON.stringify(rig.model.requests.at(-1)?.body.input)).toContain("data:image/png;base64,");
});

test("another file lies in a private folder outside the repository, and Codex is told where [GATE-10a]", async () => {
  direct.say(formatScript({ text: "seen the prices" }), { document: csv });
  await direct.read(/seen the prices/);
  const note = /The person sent the file \\"([^"]+)\\" \((.+?)\), (\d+) bytes; it is at ([^\]]+)\]/.exec(
    asked(),
  );
  const [, name, type, bytes, path = ""] = note ?? [];
  expect({ type, bytes }).toEqual({ type: "text/csv", bytes: String(csv.bytes.length) });
  expect(name).toMatch(/^prices.*\.csv$/);
  expect(readFileSync(path)).toEqual(csv.bytes);
  expect(basename(path)).not.toContain("prices");
  expect(relative(rig.home.workFolder, path)).toMatch(/^\.\./);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test("a file that is too large is named, and the words still count [GATE-10b]", async () => {
  const large = { ...csv, name: "large.csv", bytes: Buffer.alloc(20 * 1024 * 1024 + 1, "x") };
  direct.say(formatScript({ text: "without the file" }), { document: large });
  await direct.read(/large.*\.csv" is larger than 20 MB/);
  await direct.read(/without the file/);
});

test("a file that cannot be had is never dropped silently [GATE-10b]", async () => {
  rig.telegram.intercept = async ({ method }) =>
    method === "getFile"
      ? { status: 400, body: { ok: false, error_code: 400, description: "Bad Request: file is gone" } }
      : undefined;
  direct.say(formatScript({ text: "without that one" }), { document: csv });
  await direct.read(/could not be read and was not taken/);
  await direct.read(/without that one/);
});
