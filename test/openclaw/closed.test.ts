// A plugin in trouble fails closed: what is written in a bound chat is claimed and answered with the error, and never
// reaches OpenClaw's own agent.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { AlteredPlugin } from "../rigs/openclaw/altered-plugin.ts";
import { FakeTelegram, personId } from "../rigs/openclaw/fake-telegram.ts";
import { agentAnswer, Gateway, pluginId } from "../rigs/openclaw/gateway.ts";
import { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";

const room = -1001;
/** Allowed to write and to give commands, not the owner. */
const guestId = 100_002;

let model: ScriptedModel;
let home: CodexHome;
let telegram: FakeTelegram;
let gateway: Gateway;
let plugin: AlteredPlugin;
let state: string;
let chat: TelegramChat;
let guest: TelegramChat;
let group: TelegramChat;
let repair: () => void = () => {};

beforeAll(async () => {
  plugin = new AlteredPlugin(inject("plugin").folder);
  model = await startScriptedModel();
  home = makeCodexHome({ modelUrl: model.url });
  telegram = await FakeTelegram.open();
  gateway = await Gateway.open({
    home,
    plugins: { [pluginId]: plugin.folder },
    channels: { telegram: telegram.channel({ allowFrom: [String(personId), String(guestId)] }) },
    owners: [`telegram:${personId}`],
  });
  state = join(gateway.stateFolder, "codex-threads");
  chat = new TelegramChat(telegram);
  guest = new TelegramChat(telegram, { from: guestId });
  group = new TelegramChat(telegram, { chat: room });
  for (const each of [chat, group]) {
    each.say(`/cx new --cwd ${home.workFolder}`);
    await each.approveBinding();
    await each.read(/Bound here|new thread starts/i);
  }
});
afterEach(async () => {
  repair();
  repair = () => {};
});
afterAll(async () => {
  await gateway?.close();
  await telegram?.close();
  home?.remove();
  await model?.close();
  plugin?.remove();
});

/** Breaks it while the gateway is down, and says how it is repaired. */
async function breakBetween(change: () => () => void): Promise<void> {
  await gateway.down();
  repair = change();
  await gateway.up();
}

async function expectClosed(error: RegExp): Promise<string> {
  const before = telegram.sent.length;
  chat.say("do something");
  const { text } = await chat.read(error);
  chat.say("/codex status");
  await chat.read(error);
  chat.say("/cx status");
  await chat.read(error);
  // Dispatched in order: what was said before has been dealt with.
  expect(telegram.sent.slice(before).map((message) => message.text)).not.toContainEqual(
    expect.stringMatching(agentAnswer),
  );
  return text;
}

test("a torn store: claimed, answered, the path told to the owner alone [GATE-2a GATE-2b]", async () => {
  await breakBetween(() => {
    const file = join(state, "threads.sqlite");
    const whole = readFileSync(file);
    writeFileSync(file, "torn".repeat(2_000));
    return () => writeFileSync(file, whole);
  });
  expect(await expectClosed(/state file .*is damaged/)).toContain(state);
  group.say("@codex_threads_bot do something");
  expect((await group.read(/state file.*is damaged/)).text).not.toContain(state);
  guest.say("/cx status");
  expect((await guest.read(/state file.*is damaged/)).text).not.toContain(state);
});

test("a store that another process holds: claimed, answered, and used again when it is free [GATE-2a]", async () => {
  let lock: DatabaseSync | undefined;
  await breakBetween(() => {
    lock = new DatabaseSync(join(state, "lock.sqlite"));
    lock.exec("BEGIN EXCLUSIVE");
    return () => lock?.isOpen && lock.close();
  });
  await expectClosed(/in use by another process/);
  lock?.close();
  await gateway.process.says(/codex-threads: started, after all/);
  chat.say(formatScript({ text: "here again" }));
  await chat.read(/here again/);
});

test("a state directory that others can read: claimed, answered [GATE-2a]", async () => {
  await breakBetween(() => {
    chmodSync(state, 0o755);
    return () => chmodSync(state, 0o700);
  });
  await expectClosed(/state.* cannot be used: other users can reach it/);
});

test("a part of the SDK that is not there, or is another one: claimed, answered [GATE-2a]", async () => {
  await breakBetween(() => plugin.replace("plugin-sdk/channel-outbound", "plugin-sdk/channel-outbound-gone"));
  await expectClosed(
    /OpenClaw lacks something that codex-threads needs: openclaw\/plugin-sdk\/channel-outbound-gone/,
  );
  repair();
  await breakBetween(() => plugin.replace('"getSessionBindingService"', '"getSomethingElse"'));
  await expectClosed(/lacks something.*getSomethingElse of \S*conversation-runtime/);
});

test("malformed settings: the gateway does not start; those that only we see through are answered [GATE-2a]", async () => {
  const whole = gateway.readConfig() as { plugins: { entries: Record<string, object> } };
  repair = () => gateway.writeConfig(whole);
  const change = (config: object) => {
    const changed = structuredClone(whole);
    changed.plugins.entries[pluginId] = { enabled: true, config };
    gateway.writeConfig(changed);
  };
  await gateway.down();
  change({ sandbox: "yolo" });
  await expect(gateway.up()).rejects.toThrow(/config is invalid/);
  change({ folder: "not/absolute" });
  await gateway.up();
  await expectClosed(/settings have a mistake: folder: must be an absolute path/);
});

test("no codex: claimed, and answered with what to install [GATE-2a]", async () => {
  const path = gateway.env.PATH;
  await breakBetween(() => {
    gateway.env.PATH = [dirname(process.execPath), "/usr/bin", "/bin"].join(":");
    return () => {
      gateway.env.PATH = path ?? "";
    };
  });
  const before = telegram.sent.length;
  chat.say("do something");
  await chat.read(/codex program was not found/);
  expect(telegram.sent.slice(before).some(({ text }) => agentAnswer.test(text))).toBe(false);
});
