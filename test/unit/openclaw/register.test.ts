// What `register` tells the host, over a host that only writes it down.
import { expect, test } from "vitest";
import { registerPlugin } from "../../../src/hosts/openclaw/register.ts";
import type { ClaimContext, ClaimEvent, ClaimResult, PluginApi } from "../../../src/hosts/openclaw/sdk.ts";
import { nodeCommands } from "../../../src/nodes/command-names.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

const starting = {
  presentation: { blocks: [{ type: "text", text: expect.stringMatching(/just starting/) }] },
};

type Claim = (event: ClaimEvent, context: ClaimContext) => Promise<ClaimResult | undefined>;

function openHost(change: Partial<PluginApi> = {}) {
  const told: string[] = [];
  const claims: Claim[] = [];
  const config = { channels: { matrix: {} }, ...change.config };
  const api = {
    ...{ id: "codex-threads", name: "Codex threads", rootDir: "/plugins/ours" },
    logger: { info: () => {}, warn: () => {} },
    runtime: { version: "2026.9.6", config: { current: () => config }, channel: {} },
    registerCommand: ({ name }: { name: string }) => told.push(`command ${name}`),
    on: (name: string, handler: unknown) => {
      told.push(`hook ${name}`);
      if (name === "inbound_claim") claims.push(handler as Claim);
    },
    onConversationBindingResolved: () => told.push("resolved"),
    registerInteractiveHandler: ({ channel }: { channel: string }) => told.push(`buttons ${channel}`),
    registerNodeHostCommand: ({ command }: { command: string }) => told.push(`node ${command}`),
    registerNodeInvokePolicy: ({ commands }: { commands: string[] }) => told.push(`policy ${commands}`),
    registerCli: (_: unknown, { descriptors }: { descriptors: { name: string }[] }) =>
      told.push(...descriptors.map(({ name }) => `cli ${name}`)),
    registerService: ({ id }: { id: string }) => told.push(`service ${id}`),
    ...change,
    config,
  } as unknown as PluginApi;
  return { api, told, claims };
}

const binding = {
  ...{ pluginId: "codex-threads", pluginRoot: "/plugins/ours", channel: "telegram", accountId: "default" },
  conversationId: "7",
};
const event = {
  content: "hello",
  channel: "telegram",
  senderId: "7",
  isGroup: false,
  commandAuthorized: true,
};

test("three registers tell the host the same three times, and load nothing [GATE-1c]", () => {
  const { api, told } = openHost();
  const loads: string[] = [];
  const load = async () => {
    loads.push("loaded");
    throw new Error("not before the service starts");
  };
  registerPlugin(api, load);
  const first = told.splice(0);
  registerPlugin(api, load);
  expect(told.splice(0)).toEqual(first);
  registerPlugin(api, load);
  expect(told).toEqual(first);
  const always = [
    "command cx",
    "hook inbound_claim",
    "hook message_received",
    "resolved",
    "cli codex-threads",
  ];
  expect(first).toEqual(expect.arrayContaining([...always, "buttons matrix", "buttons telegram"]));
  expect(first[0]).toBe("hook inbound_claim");
  expect(loads).toEqual([]);
});

test("/codex is served only where it is free and wanted [GATE-3a GATE-3b]", () => {
  const serves = (change: Partial<PluginApi>) => {
    const { api, told } = openHost(change);
    registerPlugin(api);
    return told.includes("hook reply_dispatch");
  };
  const entry = (enabled?: boolean) => ({
    config: { plugins: { entries: { codex: enabled === undefined ? {} : { enabled } } } },
  });
  expect(serves({})).toBe(true);
  expect(serves({ pluginConfig: { codexCommand: "off" } })).toBe(false);
  expect(serves(entry(true))).toBe(false);
  expect(serves(entry())).toBe(false);
  expect(serves(entry(false))).toBe(true);
});

test("where the first-party plugin is enabled, the two names of other callers are left to it; the channel stays ours [NODE-1f]", () => {
  const offered = (enabled: boolean) => {
    const { api, told } = openHost({ config: { plugins: { entries: { codex: { enabled } } } } });
    registerPlugin(api);
    return told.filter((each) => /^(node|policy) /.test(each));
  };
  const { appServer, listSessions, resumeSession } = nodeCommands;
  const pair = (command: string) => [`node ${command}`, `policy ${command}`];
  expect(offered(true)).toEqual(pair(appServer));
  expect(offered(false).sort()).toEqual([appServer, listSessions, resumeSession].flatMap(pair).sort());
});

test("a bound message is claimed although nothing ever started; one of others is not [GATE-2a]", async () => {
  const { api, claims } = openHost();
  const clock = new FakeClock();
  registerPlugin(api, undefined, clock);
  const claim = async (given: ClaimEvent, context: ClaimContext) => {
    const claimed = claims[0]?.(given, context);
    await clock.advance(5_000);
    return claimed;
  };
  const claimed = await claim(event, { pluginBinding: binding });
  expect(claimed).toMatchObject({ handled: true, reply: starting });
  expect(await claim(event, { pluginBinding: { ...binding, pluginId: "another" } })).toBeUndefined();
  expect(await claim(event, {})).toBeUndefined();
  const room = { ...event, isGroup: true };
  const stranger = { ...room, wasMentioned: true, commandAuthorized: false };
  expect(await claim(stranger, { pluginBinding: binding })).toEqual({ handled: true });
  // Talk in a group is claimed, and answered only where it was said to us.
  expect(await claim(room, { pluginBinding: binding })).toEqual({ handled: true });
  const asked = await claim({ ...room, wasMentioned: true }, { pluginBinding: binding });
  expect(asked).toMatchObject({ handled: true, reply: starting });
});
