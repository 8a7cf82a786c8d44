// `/codex`: ours where it is free, OpenClaw's own plugin's where that is installed, nobody's where it is switched off.
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openclawPackages } from "../../scripts/install-openclaw.ts";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { FakeTelegram, personId } from "../rigs/openclaw/fake-telegram.ts";
import { agentAnswer, Gateway, type GatewayOptions, pluginId } from "../rigs/openclaw/gateway.ts";
import { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";

interface Opening extends Partial<GatewayOptions> {
  official?: string[];
}

let model: ScriptedModel;
let home: CodexHome;
let telegram: FakeTelegram;
let gateway: Gateway;
let chat: TelegramChat;

/** `official`: plugins that OpenClaw's own command installs before the start. */
async function open({ official = [], ...options }: Opening): Promise<void> {
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  telegram = await FakeTelegram.open();
  gateway = await Gateway.prepare({
    home,
    plugins: { [pluginId]: inject("plugin").folder },
    channels: { telegram: telegram.channel() },
    owners: [`telegram:${personId}`],
    // Installed for the tests before, so npm has it.
    env: { npm_config_prefer_offline: "true" },
    ...options,
  });
  for (const spec of official)
    await gateway.mustRun("plugins", "install", spec, "--force", "--accept-capabilities");
  await gateway.up();
  chat = new TelegramChat(telegram);
}

async function close(): Promise<void> {
  await gateway?.close();
  await telegram?.close();
  home?.remove();
  await model?.close();
}

describe("with OpenClaw's own codex plugin", () => {
  const theirs = `@openclaw/codex@${openclawPackages["@openclaw/codex"]}`;
  beforeAll(() => open({ official: [theirs] }));
  afterAll(close);

  test("both are loaded, ours with no diagnostics and theirs with none about us [GATE-3b NODE-1f]", async () => {
    const ours = await gateway.inspectPlugin();
    expect(ours.diagnostics).toEqual([]);
    expect(ours.commands).toEqual(["cx"]);
    expect(ours.typedHooks.map(({ name }) => name)).not.toContain("reply_dispatch");
    const other = await gateway.inspectPlugin("codex");
    expect(other.plugin.status).toBe("loaded");
    expect(other.commands).toContain("codex");
    expect(JSON.stringify(other.diagnostics)).not.toMatch(/codex-threads|already registered/);
  });

  test("/codex is theirs, in a bound chat too; ours is /cx [GATE-3b]", async () => {
    chat.say("/codex help");
    await chat.read(/Codex commands:/);
    chat.say(`/cx new --cwd ${home.workFolder}`);
    await chat.approveBinding();
    chat.say(formatScript({ text: "ours all the same" }));
    await chat.read(/ours all the same/);
    chat.say("/codex help");
    await chat.read(/Codex commands:/);
    chat.say("/cx status");
    await chat.read(/Thread/);
  });

  test("doctor says whose /codex is, what is shared, who the owner is [GATE-3c]", async () => {
    chat.say("/cx doctor");
    const { text } = await chat.read(/OpenClaw: /);
    expect(text).toMatch(/\/codex: belongs to the plugin codex.*Shared with it/);
    expect(text).toContain(`owner: telegram:${personId}`);
    expect(text).toMatch(/\[ok\] sessions: one for each direct chat/);
  });
});

describe("alone, in a gateway as it is installed", () => {
  beforeAll(() => open({ dmScope: "main" }));
  afterAll(close);

  test("/codex works like /cx, before and after binding [GATE-3a]", async () => {
    chat.say("/codex status");
    await chat.read(/No thread is bound here/);
    chat.say(`/codex new --cwd ${home.workFolder}`);
    await chat.approveBinding();
    chat.say("/codex status");
    await chat.read(/Folder: /);
  });

  test("doctor names the price of /codex and what one session for all does to commands [GATE-3c]", async () => {
    chat.say("/codex doctor");
    const { text } = await chat.read(/OpenClaw: /);
    expect(text).toMatch(/\/codex: works like \/cx\. Its price: .*web chat.*codexCommand: off/);
    expect(text).toMatch(/\[warn\] sessions: .*waits.*session\.dmScope per-channel-peer/);
  });
});

describe("switched off, and nobody set as owner", () => {
  beforeAll(() => open({ settings: { codexCommand: "off" }, owners: [] }));
  afterAll(close);

  test("/codex is left to the host, and its hook is not there [GATE-3a]", async () => {
    chat.say("/codex status");
    await chat.read(agentAnswer);
    const { typedHooks } = await gateway.inspectPlugin();
    expect(typedHooks.map(({ name }) => name)).not.toContain("reply_dispatch");
  });

  test("a command says how to become the owner [GATE-8i]", async () => {
    chat.say(`/cx new --cwd ${home.workFolder}`);
    const command = `openclaw config set commands.ownerAllowFrom '["telegram:${personId}"]' --strict-json`;
    expect((await chat.read(/owner/)).text).toContain(command);
  });
});
