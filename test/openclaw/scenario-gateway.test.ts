// The scenario of all hosts in the real gateway, on its bundled Telegram channel.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { FakeTelegram, personId } from "../rigs/openclaw/fake-telegram.ts";
import { agentAnswer, Gateway, pluginId } from "../rigs/openclaw/gateway.ts";
import { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { playScenario } from "./scenario.ts";

let model: ScriptedModel;
let home: CodexHome;
let telegram: FakeTelegram;
let gateway: Gateway;

beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  telegram = await FakeTelegram.open();
  gateway = await Gateway.open({
    home,
    plugins: { [pluginId]: inject("plugin").folder },
    channels: { telegram: telegram.channel() },
    owners: [`telegram:${personId}`],
  });
});
afterAll(async () => {
  await gateway?.close();
  await telegram?.close();
  home?.remove();
  await model?.close();
});

test("a conversation from its first command to its last [GATE-4a]", async () => {
  const chat = new TelegramChat(telegram);
  await playScenario({ chat, model, folder: home.workFolder });
  expect(existsSync(join(home.workFolder, "asked.txt"))).toBe(true);
  // The chat is the host's own again.
  chat.say("hello");
  await chat.waitForReply(agentAnswer);
});
