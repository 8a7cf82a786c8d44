// Answers of the host's binding calls that the real gateway gives on some channels only.
import { expect, test } from "vitest";
import { buildBindingGate } from "../../../src/hosts/openclaw/binding-gate.ts";
import type { Gateway } from "../../../src/hosts/openclaw/gateway.ts";
import type { BindingHelpers, HostBinding } from "../../../src/hosts/openclaw/sdk.ts";

const binding: HostBinding = {
  ...{ pluginId: "codex-threads", pluginRoot: "/ours", channel: "telegram", accountId: "default" },
  ...{ conversationId: "7", data: { pendingId: "p1" } },
};

function openGate(helpers: Partial<BindingHelpers>, buttons = true) {
  const gateway = {
    api: {
      runtime: {
        channel: { outbound: { loadAdapter: async () => ({ presentationCapabilities: { buttons } }) } },
      },
    },
    modules: { books: { getSessionBindingService: () => ({ resolveByConversation: () => null }) } },
  } as unknown as Gateway;
  return buildBindingGate(gateway, "telegram", {
    requestConversationBinding: async () => ({ status: "pending", approvalId: "a", reply: { text: "?" } }),
    detachConversationBinding: async () => ({ removed: true }),
    getCurrentConversationBinding: async () => null,
    ...helpers,
  });
}

const request = { pendingId: "p1", summary: ["hold ", { path: "/a\u202eb" }] };
const fails = async () => {
  throw new Error("Telegram runtime not initialized");
};

test("a call that throws although it worked has worked [GATE-4h]", async () => {
  const gate = openGate({
    requestConversationBinding: fails,
    getCurrentConversationBinding: async () => binding,
  });
  expect(await gate.request(request)).toMatchObject({ status: "open" });
});

test("a call that throws and did nothing says why; another request's binding is not ours [GATE-4j]", async () => {
  const closed = { status: "closed", reason: "Telegram runtime not initialized" };
  expect(await openGate({ requestConversationBinding: fails }).request(request)).toEqual(closed);
  const other = { ...binding, data: { pendingId: "p0" } };
  const gate = openGate({
    requestConversationBinding: fails,
    getCurrentConversationBinding: async () => other,
  });
  expect(await gate.request(request)).toEqual(closed);
});

test("a question that nobody can click is not asked [GATE-4j]", async () => {
  expect(await openGate({}).request(request)).toMatchObject({ status: "pending" });
  expect(await openGate({}, false).request(request)).toMatchObject({ status: "closed" });
});

test("what is agreed to is handed over as plain words, hidden characters visible [GATE-4b]", async () => {
  const asked: unknown[] = [];
  const gate = openGate({
    requestConversationBinding: async (given) => {
      asked.push(given);
      return { status: "pending", approvalId: "a", reply: { text: "?" } };
    },
  });
  await gate.request(request);
  expect(asked).toMatchObject([{ summary: "hold /a\\u202eb", data: { pendingId: "p1" } }]);
});

test("letting go never throws [GATE-4g]", async () => {
  await openGate({ detachConversationBinding: fails }).release();
});
