// The package as npm installs it, in the real gateway: updated, disabled and uninstalled while a turn runs.
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { agentAnswer, pluginId } from "../rigs/openclaw/gateway.ts";
import { packPlugin } from "../rigs/openclaw/packed-plugin.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";

const plugin = inject("plugin");

let rig: TelegramRig;
let chat: TelegramChat;
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
  await rig.startTurn(chat, "over the update");
  const newer = packPlugin("99.0.0");
  try {
    await install(newer.tarball);
    rig.model.release("over the update");
    await chat.waitForReply(/^the reply of over the update/m);
    chat.say(formatScript({ text: "after the update" }));
    await chat.waitForReply(/after the update/);
    await rig.expectOneOfEach();
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
  await rig.startTurn(chat, "a broken day");
  await rig.gateway.mustRun("plugins", "disable", pluginId);
  rig.model.release("a broken day");
  await rig.untilNothingRuns();
  // Without a plugin nobody can claim: the host says so once, then its own agent has the chat.
  chat.say("hello");
  await chat.waitForReply(agentAnswer);
  await rig.gateway.mustRun("plugins", "enable", pluginId);
  await chat.waitForReply(/^the reply of a broken day/m);
  chat.say(formatScript({ text: "after the pause" }));
  await chat.waitForReply(/after the pause/);
});

test("an uninstall in mid-turn leaves no process, socket or file outside the state directory [GATE-11f]", async () => {
  await rig.startTurn(chat, "the last words");
  const sockets = rig.findSockets().flatMap((path) => [path, realpathSync(path)]);
  await rig.gateway.mustRun("plugins", "uninstall", pluginId, "--force");
  await rig.untilNothingRuns();
  expect(sockets.filter((path) => existsSync(path))).toEqual([]);
  expect(findOurFiles()).toEqual([]);
});

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
