// What becomes of a bound chat, its turn and our processes when the real gateway restarts, dies, reloads or updates us.
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { agentAnswer, pluginId } from "../rigs/openclaw/gateway.ts";
import { packPlugin } from "../rigs/openclaw/packed-plugin.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";
import { until } from "../rigs/until.ts";

const plugin = inject("plugin");

let rig: TelegramRig;
let chat: TelegramChat;

async function startTurn(gate: string): Promise<void> {
  chat.say(formatScript({ text: `the reply of ${gate}`, hold: gate }));
  await rig.model.held(gate);
}

/** Requests of the model that carry this word, those of later turns of the thread too. */
function countRequests(word: string): number {
  return rig.model.requests.filter(({ body }) => JSON.stringify(body.input).includes(word)).length;
}

async function expectOneOfEach(): Promise<void> {
  await until(() => rig.findServers().length === 1 && rig.countConnections() === 1);
  expect(rig.findKeepers()).toHaveLength(1);
}

describe("loaded in place", () => {
  beforeEach(async () => {
    rig = await TelegramRig.open(plugin.folder);
    chat = rig.chat();
    await rig.bind(chat);
  });
  afterEach(() => rig.close());

  test("SIGTERM in mid-turn: the turn goes on, and its reply comes after the restart [GATE-11a]", async () => {
    await startTurn("a long road");
    const servers = rig.findServers();
    expect(await rig.gateway.down()).toMatchObject({ code: 0 });
    expect(rig.findServers()).toEqual(servers);
    rig.model.release("a long road");
    await rig.gateway.up();
    await chat.waitForReply(/^the reply of a long road/m);
    expect(countRequests("a long road")).toBe(1);
    // A server that was idle for a minute before the gateway came back has been ended; then this is a new one.
    await expectOneOfEach();
  });

  test("everything is killed in mid-turn: it is said, and sent again only after a yes [GATE-11b]", async () => {
    await startTurn("the sawn tree");
    const processes = [...rig.findKeepers(), ...rig.findServers()];
    rig.gateway.process.signalGroup("SIGKILL");
    for (const pid of processes) process.kill(pid, "SIGKILL");
    await rig.gateway.process.exited;
    await rig.gateway.up();
    await chat.waitForNotice(/was cut off/);
    expect(countRequests("the sawn tree")).toBe(1);
    rig.model.release("the sawn tree");
    await chat.click(/^Yes/);
    await chat.waitForReply(/^the reply of the sawn tree/m);
    await expectOneOfEach();
  });

  test("kill -9 right after a claim: the message comes again, and is one turn [GATE-11c]", async () => {
    const id = chat.say(formatScript({ text: "the reply of only once", hold: "only once" }));
    await rig.model.held("only once");
    rig.gateway.process.signalGroup("SIGKILL");
    await rig.gateway.process.exited;
    await rig.gateway.up();
    rig.telegram.redeliver(id);
    rig.model.release("only once");
    await chat.waitForReply(/^the reply of only once/m);
    // Behind the repeated one.
    chat.say(formatScript({ text: "the next reply" }));
    await chat.waitForReply(/the next reply/);
    expect(countRequests("only once")).toBe(2);
    expect(rig.telegram.sent.filter(({ text }) => /the reply of only once/.test(text))).toHaveLength(1);
    await expectOneOfEach();
  });

  test("a reload in mid-turn: the turn goes on, with one server and one connection [GATE-1d GATE-11d]", async () => {
    await startTurn("the first part");
    const servers = rig.findServers();
    for (const _ of [1, 2]) await rig.gateway.mustRun("plugins", "reload", pluginId);
    rig.model.release("the first part");
    await chat.waitForReply(/^the reply of the first part/m);
    chat.say(formatScript({ text: "after the reload" }));
    await chat.waitForReply(/after the reload/);
    await expectOneOfEach();
    expect(rig.findServers()).toEqual(servers);
    expect(countRequests("the first part")).toBeGreaterThan(0);
  });
});

describe("installed from npm", () => {
  beforeEach(async () => {
    rig = await TelegramRig.prepare({});
    await install(plugin.tarball);
    await rig.gateway.up();
    chat = rig.chat();
    await rig.bind(chat);
  });
  afterEach(() => rig.close());

  test("an update in place: the chat stays bound and works, with one server and one connection [GATE-1d GATE-11e]", async () => {
    chat.say(formatScript({ text: "before the update" }));
    await chat.waitForReply(/before the update/);
    await startTurn("over the update");
    const newer = packPlugin("99.0.0");
    try {
      await install(newer.tarball);
      rig.model.release("over the update");
      await chat.waitForReply(/^the reply of over the update/m);
      chat.say(formatScript({ text: "after the update" }));
      await chat.waitForReply(/after the update/);
      await expectOneOfEach();
      // Its detaching goes through the host's books, which know the plugin by its folder.
      chat.say("/cx detach");
      await chat.waitForNotice(/detached/i);
      chat.say("hello");
      await chat.waitForReply(agentAnswer);
    } finally {
      newer.remove();
    }
  });

  test("disabled in mid-turn, our processes end with the turn; enabled again, its reply comes [GATE-11i]", async () => {
    await startTurn("a broken day");
    await rig.gateway.mustRun("plugins", "disable", pluginId);
    rig.model.release("a broken day");
    await untilNothingRuns();
    // Without a plugin nobody can claim: the host says so once, then its own agent has the chat.
    chat.say("hello");
    await chat.waitForReply(agentAnswer);
    await rig.gateway.mustRun("plugins", "enable", pluginId);
    await chat.waitForReply(/^the reply of a broken day/m);
    chat.say(formatScript({ text: "after the pause" }));
    await chat.waitForReply(/after the pause/);
  });

  test("an uninstall in mid-turn leaves no process, socket or file outside the state directory [GATE-11f]", async () => {
    await startTurn("the last words");
    const sockets = rig.findSockets().flatMap((path) => [path, realpathSync(path)]);
    await rig.gateway.mustRun("plugins", "uninstall", pluginId, "--force");
    await untilNothingRuns();
    expect(sockets.filter((path) => existsSync(path))).toEqual([]);
    expect(findOurFiles()).toEqual([]);
  });
});

/** The keeper gives a server that nobody owns a minute. */
async function untilNothingRuns(): Promise<void> {
  await until(() => rig.findServers().length === 0 && rig.findKeepers().length === 0);
}

async function install(tarball: string): Promise<void> {
  await rig.gateway.mustRun("plugins", "install", `npm-pack:${tarball}`, "--force", "--accept-capabilities");
}

/** Below HOME and TMPDIR of this installation, and where Codex itself keeps the sockets of its servers. */
function findOurFiles(): string[] {
  const { home, env } = rig.home;
  const folders = [home, env.TMPDIR ?? ""];
  return folders.flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
          /codex-threads/.test(name),
        )
      : [],
  );
}
