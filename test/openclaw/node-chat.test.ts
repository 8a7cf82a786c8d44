// A real node of a real gateway: paired and approved by the documented commands, then used from a chat and by others.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nanoid } from "nanoid";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { nodeCommands } from "../../src/nodes/command-names.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { FakeTelegram, personId } from "../rigs/openclaw/fake-telegram.ts";
import { Gateway, pluginId } from "../rigs/openclaw/gateway.ts";
import { OpenClawNode } from "../rigs/openclaw/openclaw-node.ts";
import { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { playScenario } from "./scenario.ts";

let model: ScriptedModel;
let here: CodexHome;
let there: CodexHome;
let telegram: FakeTelegram;
let gateway: Gateway;
let node: OpenClawNode;
let chat: TelegramChat;
const plugins = { [pluginId]: inject("plugin").folder };

beforeAll(async () => {
  model = await startScriptedModel();
  here = makeCodexHome({ modelUrl: model.url });
  there = makeCodexHome({ modelUrl: model.url });
  telegram = await FakeTelegram.open();
  gateway = await Gateway.open({
    ...{ home: here, plugins },
    channels: { telegram: telegram.channel() },
    owners: [`telegram:${personId}`],
  });
  chat = new TelegramChat(telegram);
  node = new OpenClawNode({
    ...{ gateway, home: there, name: "annex", plugins },
    settings: { nodeRoots: [there.workFolder] },
  });
});
afterAll(async () => {
  await node?.close();
  await gateway?.close();
  await telegram?.close();
  here?.remove();
  there?.remove();
  await model?.close();
});

const findAnnex = () => {
  const all = Object.values(nodeCommands);
  return gateway.findNode("annex", ({ connected, commands = [] }) =>
    all.every((each) => connected === true && commands.includes(each)),
  );
};

/** A foreign caller's way: the gateway's protocol, by the names and shapes that it knows. */
async function invoke(command: string, params: object): Promise<Record<string, unknown>> {
  const { nodeId } = await findAnnex();
  const call = { nodeId, command, params, timeoutMs: 60_000, idempotencyKey: nanoid() };
  const { payload } = (await gateway.call("node.invoke", call)) as { payload: Record<string, unknown> };
  return payload;
}

test("paired by the commands that `nodes` names [NODE-3b]", async () => {
  chat.say("/cx nodes");
  const unpaired = await chat.waitForNotice(/No node is paired/);
  const [, allow = ""] = /commands\.allow '(.*)' --strict-json/.exec(unpaired) ?? [];
  await gateway.mustRun("config", "set", "gateway.nodes.commands.allow", allow, "--strict-json");
  await node.up();
  const [pending] = JSON.parse(await gateway.mustRun("nodes", "pending", "--json"));
  await gateway.mustRun("nodes", "approve", pending.requestId);
  await findAnnex();
  chat.say("/cx nodes");
  await chat.waitForNotice(/annex.*: connected; threads, turns and sessions/);
});

test("a conversation from its first command to its last [NODE-4a]", async () => {
  await playScenario({ chat, model, folder: there.workFolder, host: "annex" });
  expect(existsSync(join(there.workFolder, "asked.txt"))).toBe(true);
});

test("other callers list and resume by the two commands that they know [NODE-1a]", async () => {
  const { sessions, codexHome } = await invoke(nodeCommands.listSessions, { limit: 5 });
  const [session] = sessions as { sessionId: string; cwd: string }[];
  expect([codexHome, session?.cwd]).toEqual([there.codexHome, there.workFolder]);
  const { sessionId = "" } = session ?? {};
  const prompt = formatScript({ text: "said to a stranger" });
  expect(await invoke(nodeCommands.resumeSession, { sessionId, prompt })).toEqual({
    ...{ ok: true, sessionId, text: "said to a stranger" },
  });
  await expect(invoke(nodeCommands.resumeSession, { sessionId: "--last", prompt })).rejects.toThrow(
    /session id/,
  );
});

test("the node dies in mid-turn: told once by its name, and the reply, and the end of a run, come when it is back [NODE-4b NODE-4e RUN-7f]", async () => {
  chat.say("/cx sessions --host all");
  await chat.waitForNotice(/annex:/);
  chat.say("/cx resume 1");
  await chat.approveBinding();
  chat.say(formatScript({ text: "late words", hold: "late" }));
  await model.held("late");
  const errand = formatScript({ text: "errand done", hold: "errand" });
  chat.say(`/cx run --name errand --host annex --cwd ${there.workFolder} ${errand}`);
  await chat.waitForNotice(/Run errand has started in .* on annex/);
  await model.held("errand");
  await node.down("SIGKILL");
  await chat.waitForNotice(/The node annex is not connected.*Your turn goes on there, and its reply comes/);
  chat.say("/cx sessions --host annex");
  await chat.waitForNotice(/annex is not connected/);
  model.release("late");
  model.release("errand");
  await node.up();
  await chat.waitForReply(/late words/);
  await chat.waitForNotice(/Run errand: completed\s+errand done/);
  const again = /cannot be reached|is not connected to the gateway/;
  expect(chat.unread.map(({ text }) => text).filter((text) => again.test(text))).toEqual([]);
});
