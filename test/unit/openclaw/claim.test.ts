// Claims of a bound chat, over a gateway of which only what is looked at is there.
import { expect, test } from "vitest";
import type { NewPart } from "../../../src/conversations/outbox-parts.ts";
import { claimMessage } from "../../../src/hosts/openclaw/claim.ts";
import type { Gateway } from "../../../src/hosts/openclaw/gateway.ts";
import type { HostBinding } from "../../../src/hosts/openclaw/sdk.ts";
import { readShown } from "../../rigs/shown-text.ts";

const binding: HostBinding = {
  ...{ pluginId: "codex-threads", pluginRoot: "/ours", channel: "telegram", accountId: "default" },
  conversationId: "-7",
};

test("where /codex is switched off, whoever is nobody here is not told so [GATE-3a GATE-8b]", async () => {
  const said: unknown[] = [];
  const gateway = {
    api: { id: "codex-threads", rootDir: "/ours", pluginConfig: { codexCommand: "off" } },
    app: {
      bindings: { findByConversation: () => ({ drivers: [{ id: "telegram:8" }] }) },
      addresses: { remember: (...given: unknown[]) => said.push(given) },
      outbox: { post: ({ kind, blocks }: NewPart) => said.push(`${kind} ${readShown({ blocks })}`) },
    },
    modules: {
      commands: { createInteractiveConversationBindingHelpers: () => ({}) },
      words: { isAbortRequestText: () => false },
    },
    names: { find: () => [] },
    readConfig: () => ({ commands: { ownerAllowFrom: ["telegram:7"] } }),
  } as unknown as Gateway;
  const claim = (senderId: string) => {
    const said = { content: "/codex status", channel: "telegram", isGroup: true, commandAuthorized: true };
    return claimMessage(gateway, { ...said, senderId }, binding);
  };
  for (const [person, isTold] of [
    ["7", true],
    ["8", true],
    ["9", false],
  ] as const) {
    expect(await claim(person)).toEqual({ handled: true });
    const told = [
      [expect.any(String), expect.stringContaining("-7")],
      expect.stringMatching(/^final .*switched off/),
    ];
    expect(said.splice(0)).toEqual(isTold ? told : []);
  }
});

test("our name beside a stop word stops, where it is known; a forwarded one, or one for another bot, does not [TAKE-1a TAKE-1b TAKE-2c]", async () => {
  const received: unknown[] = [];
  const gateway = {
    api: { id: "codex-threads", rootDir: "/ours" },
    app: {
      chat: { receive: async ({ text }: { text: string }) => received.push(text) && { handled: true } },
    },
    modules: {
      commands: { createInteractiveConversationBindingHelpers: () => ({}) },
      words: { isAbortRequestText: (text: string) => /^\/?stop$/i.test(text) },
    },
    names: { find: () => ["our_bot"] },
    readConfig: () => ({}),
  } as unknown as Gateway;
  const claim = (content: string, before = "Ann: ") => {
    const said = {
      channel: "telegram",
      isGroup: false,
      senderId: "7",
      body: `[Telegram Ann] ${before}${content}`,
    };
    return claimMessage(gateway, { ...said, content, bodyForAgent: content }, binding);
  };
  for (const text of ["@our_bot stop", "stop @our_bot", "\u200b/stop", "／stop@our_bot"]) await claim(text);
  expect(received.splice(0)).toEqual(Array(4).fill("/cx stop"));
  for (const text of ["@other_bot stop", "/stop@other_bot", "stop it"]) await claim(text);
  await claim("@our_bot stop", "Ann: [Forwarded from Eve]\n");
  expect(received).toEqual(["@other_bot stop", "/stop@other_bot", "stop it", "@our_bot stop"]);
});
