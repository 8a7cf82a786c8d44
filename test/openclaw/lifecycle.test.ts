// What becomes of a bound chat, its turn and our processes when the real gateway restarts, dies or reloads us.
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { pluginId } from "../rigs/openclaw/gateway.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";

const plugin = inject("plugin");

let rig: TelegramRig;
let chat: TelegramChat;
beforeAll(async () => {
  rig = await TelegramRig.open(plugin.folder);
  chat = rig.chat();
  await rig.bind(chat);
});
afterAll(() => rig?.close());

test("SIGTERM in mid-turn: the turn goes on, and its reply comes after the restart [GATE-11a]", async () => {
  await rig.startTurn(chat, "a long road");
  const servers = rig.findServers();
  expect(await rig.gateway.down()).toMatchObject({ code: 0 });
  expect(rig.findServers()).toEqual(servers);
  rig.model.release("a long road");
  await rig.gateway.up();
  await chat.waitForReply(/^the reply of a long road/m);
  expect(rig.countRequests("a long road")).toBe(1);
  // A server that was idle for a minute before the gateway came back has been ended; then this is a new one.
  await rig.expectOneOfEach();
});

test("everything is killed in mid-turn: it is said, and sent again only after a yes [GATE-11b]", async () => {
  await rig.startTurn(chat, "the sawn tree");
  const processes = [...rig.findKeepers(), ...rig.findServers()];
  rig.gateway.process.signalGroup("SIGKILL");
  for (const pid of processes) process.kill(pid, "SIGKILL");
  await rig.gateway.process.exited;
  await rig.gateway.up();
  await chat.waitForNotice(/was cut off/);
  expect(rig.countRequests("the sawn tree")).toBe(1);
  rig.model.release("the sawn tree");
  await chat.click(/^Yes/);
  await chat.waitForReply(/^the reply of the sawn tree/m);
  await rig.expectOneOfEach();
});

test("a reload in mid-turn: the turn goes on, with one server and one connection [GATE-1d GATE-11d]", async () => {
  await rig.startTurn(chat, "the first part");
  const servers = rig.findServers();
  for (const _ of [1, 2]) await rig.gateway.mustRun("plugins", "reload", pluginId);
  rig.model.release("the first part");
  await chat.waitForReply(/^the reply of the first part/m);
  chat.say(formatScript({ text: "after the reload" }));
  await chat.waitForReply(/after the reload/);
  await rig.expectOneOfEach();
  expect(rig.findServers()).toEqual(servers);
  expect(rig.countRequests("the first part")).toBeGreaterThan(0);
});
