// What is missing for Codex is said in the chat, with the machine, the user and the command to type; then it goes on.
import { chmodSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { findCodexBinary } from "../rigs/codex-binary.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { FakeTelegram, personId } from "../rigs/openclaw/fake-telegram.ts";
import { Gateway, pluginId } from "../rigs/openclaw/gateway.ts";
import { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";

let model: ScriptedModel;
let home: CodexHome;
let telegram: FakeTelegram;
let gateway: Gateway;
let codexBinary: string;

beforeAll(async () => {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url, provider: "requires_openai_auth = true" });
  codexBinary = join(dirname(home.codexHome), "codex-of-the-test");
  telegram = await FakeTelegram.open();
  gateway = await Gateway.open({
    home,
    plugins: { [pluginId]: inject("plugin").folder },
    settings: { codexBinary },
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

test("no codex, one that is too old, one that is not signed in: each is said, and once it is well the chat goes on [GATE-12a]", async () => {
  const chat = new TelegramChat(telegram);
  const where = `on the machine ${hostname()} (user ${userInfo().username})`;
  chat.say(`/cx new --cwd ${home.workFolder}`);
  await chat.approveBinding();

  chat.say("hello");
  const missing = (await chat.read(/was not found/)).text;
  expect(missing).toContain(where);
  expect(missing).toContain("npm install -g @openai/codex");

  writeFileSync(codexBinary, "#!/bin/sh\necho codex-cli 0.98.0\n");
  chmodSync(codexBinary, 0o755);
  chat.say("hello again");
  const old = (await chat.read(/is too old/)).text;
  expect(old).toContain("0.98.0");
  expect(old).toContain(where);
  expect(old).toContain("@openai/codex@latest");

  unlinkSync(codexBinary);
  symlinkSync(findCodexBinary(), codexBinary);
  chat.say("once more");
  const unsigned = (await chat.read(/not signed in/)).text;
  expect(unsigned).toContain(where);
  expect(unsigned).toContain("codex login");
  // There is no demo model here that would answer in its place.
  expect(model.requests).toEqual([]);

  writeFileSync(join(home.codexHome, "auth.json"), JSON.stringify({ OPENAI_API_KEY: "sk-of-the-tests" }), {
    mode: 0o600,
  });
  chat.say(formatScript({ text: "signed in at last" }));
  await chat.read(/signed in at last/);
});
