// Binding a chat through OpenClaw's own approval, and what keeps our record and the host's books one.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { FakeTelegram, personId } from "../rigs/openclaw/fake-telegram.ts";
import { agentAnswer, Gateway, pluginId } from "../rigs/openclaw/gateway.ts";
import { LoopbackChat, loopbackPlugin } from "../rigs/openclaw/loopback-chat.ts";
import { type ChatPlace, TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import type { BotMessage, Button } from "../rigs/openclaw/telegram-shapes.ts";
import { until } from "../rigs/until.ts";

/** May give commands, but is not the owner. */
const guestId = 100_002;

let model: ScriptedModel;
let home: CodexHome;
let telegram: FakeTelegram;
let loopback: LoopbackChat;
let gateway: Gateway;
let shed: string;
let barn: string;
let base: string;
const chats = new Map<string, TelegramChat>();

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "cto-binding-")));
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  [shed, barn] = ["shed", "barn"].map((name) => join(home.workFolder, name)) as [string, string];
  for (const folder of [shed, barn]) mkdirSync(folder);
  telegram = await FakeTelegram.open();
  loopback = await LoopbackChat.open();
  gateway = await Gateway.open({
    home,
    plugins: { [pluginId]: inject("plugin").folder, ...loopbackPlugin },
    channels: {
      telegram: telegram.channel({ allowFrom: [String(personId), String(guestId)] }),
      loopback: loopback.channel(),
    },
    owners: [`telegram:${personId}`, "loopback:alice"],
    env: { LOOPBACK_BUTTONS: "no" },
  });
});
afterAll(async () => {
  await gateway?.close();
  await telegram?.close();
  await loopback?.close();
  home?.remove();
  await model?.close();
  rmSync(base, { recursive: true, force: true });
});

function countRows(table: "bindings" | "pendingBindings"): number {
  const file = join(gateway.stateFolder, "codex-threads", "threads.sqlite");
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  } finally {
    database.close();
  }
}

/** One object for each: what was read is not found again. */
function findChat(place: ChatPlace = {}): TelegramChat {
  const key = JSON.stringify(place);
  const found = chats.get(key) ?? new TelegramChat(telegram, place);
  chats.set(key, found);
  return found;
}

async function restartWith(folder: string): Promise<void> {
  const config = gateway.readConfig() as { plugins: { load: { paths: string[] } } };
  await gateway.down();
  config.plugins.load.paths = [folder, loopbackPlugin.loopback];
  gateway.writeConfig(config);
  await gateway.up();
}

/** The message becomes a turn: the model says the words. */
async function expectTurn(chat: TelegramChat, words: string, before = ""): Promise<void> {
  chat.say(`${before}${formatScript({ text: words })}`);
  await chat.read(new RegExp(words));
}

async function expectAgent(chat: TelegramChat, before = ""): Promise<void> {
  chat.say(`${before}hello`);
  await chat.read(agentAnswer);
}

test("the prompt names thread, folder, place and rights; until it is allowed the host's agent answers; denied leaves nothing [GATE-4b GATE-4c]", async () => {
  const chat = findChat();
  chat.say(`/codex new --cwd ${shed}`);
  const prompt = await chat.read(/approval required/i);
  const { text } = prompt;
  for (const named of ["a new Codex thread", shed, hostname(), "workspace-write", "OpenClaw's own agent"])
    expect(text).toContain(named);
  await expectAgent(chat);
  telegram.click(pick(prompt, /deny/i));
  await chat.read(/Denied\. Nothing is bound here: messages go to OpenClaw's own agent/);
  expect(countRows("pendingBindings")).toBe(0);
  await expectAgent(chat);
});

test("of two requests the newest counts, the older button does no harm; a bound chat is bound anew without asking [GATE-4d GATE-4e]", async () => {
  const chat = findChat();
  chat.say(`/cx new --cwd ${shed}`);
  const older = await telegram.waitFor(
    (each) => each.text.includes(shed) && /approval/i.test(each.text),
    last(),
  );
  chat.say(`/codex new --cwd ${barn}`);
  const newer = await telegram.waitFor(
    (each) => each.text.includes(barn) && /approval/i.test(each.text),
    last(),
  );
  telegram.click(pick(older));
  await chat.read(/nothing was bound by this button/);
  await expectAgent(chat);
  telegram.click(pick(newer));
  await chat.read(/new thread starts here/);
  await expectTurn(chat, "in the barn");
  chat.say(`/codex new --cwd ${shed}`);
  expect((await chat.read(/Let go: thread/)).text).toContain(shed);
  await expectTurn(chat, "in the shed");
});

test("an answer that was just going out when the gateway died comes again, marked, and its command is not run again [GATE-4i]", async () => {
  const chat = findChat();
  const { promise, resolve } = Promise.withResolvers<void>();
  telegram.intercept = ({ method, body }) => {
    if (method !== "sendMessage" || !String(body.text).includes("Let go")) return undefined;
    resolve();
    return new Promise(() => {});
  };
  chat.say(`/codex new --cwd ${barn}`);
  await promise;
  await gateway.down("SIGKILL");
  const shown = last();
  telegram.intercept = () => undefined;
  await gateway.up();
  const again = await telegram.waitFor(({ text }) => text.includes("Let go"), shown);
  expect(again.text).toMatch(/^\(You may have seen this before/);
  await expectTurn(chat, "after the answer");
  expect(telegram.sent.slice(shown).filter(({ text }) => text.includes("Let go"))).toHaveLength(1);
});

test("the plugin's folder has moved: the chat is still ours, for messages and for commands [GATE-4f]", async () => {
  cpSync(dirname(inject("plugin").folder), join(base, "node_modules"), { recursive: true });
  await restartWith(join(base, "node_modules/openclaw-codex-threads"));
  const chat = findChat();
  await expectTurn(chat, "after the move");
  chat.say("/cx status");
  await chat.read(/Thread/);
});

test("a detached chat stays detached over a restart, although Telegram's books bring it back [GATE-4g]", async () => {
  const chat = findChat();
  chat.say("/cx detach");
  await chat.read(/Detached\. Thread/);
  await expectAgent(chat);
  await gateway.restart();
  await gateway.process.says(/taken out of the host's books/);
  await expectAgent(chat);
  expect(countRows("bindings")).toBe(0);
});

test("'always allow' spares the owner the question, and gives nobody else anything [GATE-4h]", async () => {
  const chat = findChat({ chat: -2001 });
  chat.say(`/cx new --cwd ${shed}`);
  await chat.click(/always/i);
  await chat.read(/Bound here/);
  const other = findChat({ chat: -2002 });
  other.say(`/cx new --cwd ${shed}`);
  await other.read(/Bound here|new thread starts/);
  expect(telegram.sent.filter((each) => each.chat === -2002).map(({ text }) => text)).toHaveLength(1);
  await expectTurn(other, "without a question", "@codex_threads_bot ");
  const bound = countRows("bindings");
  const guest = findChat({ from: guestId });
  guest.say(`/cx new --cwd ${shed}`);
  guest.say(`/codex new --cwd ${shed}`);
  await expectAgent(guest);
  expect(countRows("bindings")).toBe(bound);
  expect(countRows("pendingBindings")).toBe(0);
});

test("a topic of a group is a conversation of its own; /codex works there too [GATE-4l]", async () => {
  const topic = findChat({ chat: -2003, topic: 7 });
  topic.say(`/cx new --cwd ${shed}`);
  await topic.read(/Bound here|new thread starts/);
  await expectTurn(topic, "in the topic", "@codex_threads_bot ");
  topic.say("/codex status");
  expect((await topic.read(/privately|Thread/)).text).not.toContain(shed);
});

test("a binding of the host's that we know nothing of is undone, saying so [GATE-4g]", async () => {
  await gateway.down();
  rmSync(join(gateway.stateFolder, "codex-threads"), { recursive: true });
  await gateway.up();
  const chat = findChat({ chat: -2001 });
  chat.say("@codex_threads_bot hello");
  await chat.read(/no thread is held here; it is free again/);
  await expectAgent(chat, "@codex_threads_bot ");
});

test("a restart ends a question: said, and the old button does nothing [GATE-4c]", async () => {
  // A new folder of the plugin has no 'always allow'.
  await restartWith(inject("plugin").folder);
  const chat = findChat({ chat: -2004 });
  chat.say(`/cx new --cwd ${shed}`);
  const prompt = await chat.read(/approval required/i);
  await gateway.restart();
  await chat.read(/restart[\s\S]*Nothing is bound here: messages go to OpenClaw's own agent/);
  telegram.click(pick(prompt));
  await chat.read(/expired/);
  expect(countRows("bindings")).toBe(0);
});

test("where nobody can click, the person reads why and where it works [GATE-4j]", async () => {
  const said = loopback.say(`/cx new --cwd ${shed}`);
  await loopback.whenTaken(said);
  const { payload } = await loopback.waitFor((message) => /cannot be bound/.test(message.payload.text ?? ""));
  expect(payload.text).toMatch(/with buttons, and loopback shows none\. Use a chat whose app shows buttons/);
  const sessionKey = "agent:main:main";
  await gateway.call("chat.send", { sessionKey, message: `/cx new --cwd ${shed}`, idempotencyKey: "one" });
  await until(async () => {
    const history = JSON.stringify(await gateway.call("chat.history", { sessionKey }));
    return /web chat cannot be handed to a plugin[\s\S]*Use a chat whose app shows buttons/.test(history);
  });
  expect(countRows("pendingBindings")).toBe(0);
});

function last(): number {
  return telegram.sent.length;
}

function pick({ buttons }: BotMessage, label = /allow once/i): Button {
  const button = buttons.find((each) => label.test(each.label));
  if (!button) throw new Error(`no button ${label}`);
  return button;
}
