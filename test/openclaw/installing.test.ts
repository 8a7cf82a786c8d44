// The packed package in the real gateway: it installs, it is loaded, and messages of a real channel come to the gateway.
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { makeCodexHome } from "../rigs/codex-home.ts";
import { FakeTelegram } from "../rigs/openclaw/fake-telegram.ts";
import { agentAnswer, Gateway, type PluginReport, pluginId } from "../rigs/openclaw/gateway.ts";
import { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";

const plugin = inject("plugin");
const noModel = "http://127.0.0.1:9";

function expectLoaded(report: PluginReport): void {
  expect(report.plugin).toMatchObject({ id: pluginId, status: "loaded" });
  expect(report.diagnostics).toEqual([]);
}

describe("loaded in place, by plugins.load.paths", () => {
  let telegram: FakeTelegram;
  let gateway: Gateway;
  const home = makeCodexHome({ modelUrl: noModel });

  beforeAll(async () => {
    telegram = await FakeTelegram.open();
    gateway = await Gateway.open({
      home,
      plugins: { [pluginId]: plugin.folder },
      channels: { telegram: telegram.channel() },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await telegram?.close();
    home.remove();
  });

  test("the gateway has it, with no diagnostics [GATE-1a]", async () => {
    expectLoaded(await gateway.inspectPlugin());
    expect(gateway.process.output).not.toMatch(/codex-threads.*(fail|error)/i);
  });

  test("a message of a chat that is not bound is answered by the host's own agent", async () => {
    const chat = new TelegramChat(telegram);
    chat.say("hello");
    await chat.waitForReply(agentAnswer);
  });

  test("an image comes with its bytes", async () => {
    const photo = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    telegram.say("look", { photo });
    await telegram.waitForCall(({ method }) => method === "download");
  });

  test("the gateway answers calls of its protocol", async () => {
    expect(await gateway.call("health")).toMatchObject({ ok: true });
  });

  test("it ends when it is asked to, and starts again", async () => {
    expect(await gateway.down()).toMatchObject({ code: 0 });
    await gateway.up();
    expect(await gateway.isReady()).toBe(true);
    expect((await gateway.down("SIGKILL")).code).toBe(null);
  });
});

describe("installed by `openclaw plugins install npm-pack:`", () => {
  const home = makeCodexHome({ modelUrl: noModel });
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.prepare({ home });
  });
  afterAll(async () => {
    await gateway.close();
    home.remove();
  });

  test("it is loaded with no diagnostics [GATE-1a]", async () => {
    const source = `npm-pack:${plugin.tarball}`;
    await gateway.mustRun("plugins", "install", source, "--force", "--accept-capabilities");
    expectLoaded(await gateway.inspectPlugin());
  });
});
