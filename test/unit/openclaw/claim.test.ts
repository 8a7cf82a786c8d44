// Claims of a bound chat, over a gateway of which only what is looked at is there.
import { expect, test } from "vitest";
import { claimMessage } from "../../../src/hosts/openclaw/claim.ts";
import type { Gateway } from "../../../src/hosts/openclaw/gateway.ts";
import type { HostBinding } from "../../../src/hosts/openclaw/sdk.ts";

const binding: HostBinding = {
  ...{ pluginId: "codex-threads", pluginRoot: "/ours", channel: "telegram", accountId: "default" },
  conversationId: "-7",
};

test("where /codex is switched off, whoever is nobody here is not told so [GATE-3a GATE-8b]", async () => {
  const gateway = {
    api: { id: "codex-threads", rootDir: "/ours", pluginConfig: { codexCommand: "off" } },
    app: { bindings: { findByConversation: () => ({ drivers: ["telegram:8"] }) } },
    modules: { commands: { createInteractiveConversationBindingHelpers: () => ({}) } },
    readConfig: () => ({ commands: { ownerAllowFrom: ["telegram:7"] } }),
  } as unknown as Gateway;
  const claim = (senderId: string) => {
    const said = { content: "/codex status", channel: "telegram", isGroup: true, commandAuthorized: true };
    return claimMessage(gateway, { ...said, senderId }, binding);
  };
  const told = { handled: true, reply: { text: expect.stringContaining("switched off") } };
  expect(await claim("7")).toEqual(told);
  expect(await claim("8")).toEqual(told);
  expect(await claim("9")).toEqual({ handled: true });
});
