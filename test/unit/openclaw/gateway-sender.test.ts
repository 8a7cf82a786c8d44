// What the host is handed for a part, and what its answers mean.
import { expect, test } from "vitest";
import type { OutgoingPart } from "../../../src/conversations/host-sender.ts";
import { formatAddress } from "../../../src/hosts/openclaw/address.ts";
import { GatewaySender } from "../../../src/hosts/openclaw/gateway-sender.ts";
import { ChannelRenderer } from "../../../src/hosts/openclaw/render/channel-renderer.ts";
import type { SendModule, SendResult } from "../../../src/hosts/openclaw/sdk-modules.ts";
import { type Block, code, line, says } from "../../../src/kit/blocks.ts";

type Call = Parameters<SendModule["sendDurableMessageBatch"]>[0];

function open(result: SendResult = { status: "sent", results: [{ messageId: "7" }] }, buttons = true) {
  const calls: Call[] = [];
  const sender = new GatewaySender({
    send: {
      sendDurableMessageBatch: async (call) => {
        calls.push(call);
        return result;
      },
    },
    renderer: new ChannelRenderer({} as never),
    readConfig: () => ({}),
    callTool: undefined,
    hasButtons: async () => buttons,
    repeated: says(line`(Again, perhaps.)`),
  });
  const texts = () =>
    calls.map(({ payloads }) =>
      payloads[0]?.presentation?.blocks.map((block) => (block.type === "text" ? block.text : block.type)),
    );
  return { sender, calls, texts };
}

const blocks: Block[] = [{ literal: "MEDIA:/etc/passwd <b> `x`", as: "command" }];
const part = (channel: string, change: Partial<OutgoingPart> = {}): OutgoingPart => ({
  ...{ conversation: "c", kind: "final", blocks, isSilent: false, isPlain: false, maybeRepeated: false },
  address: formatAddress({ channel, to: "5", accountId: "default" }),
  ...change,
});
const buttons = [[{ label: "Yes", token: "t" }]];
const typed = says(line`${code("/cx yes k3b")}`);

test("on Telegram it is HTML; nowhere does it stand where the host reads directives [GATE-6h]", async () => {
  const { sender, calls, texts } = open();
  await sender.send(part("telegram"));
  await sender.send(part("matrix"));
  expect(texts()).toEqual([
    ["<pre>MEDIA:/etc/passwd &lt;b&gt; `x`</pre>"],
    ["~~~\nMEDIA:/etc/passwd <b> `x`\n~~~"],
  ]);
  expect(calls.map(({ formatting }) => formatting)).toEqual([{ parseMode: "HTML" }, undefined]);
  for (const { payloads, deliveryRetryOwner, durability } of calls) {
    expect(payloads).toHaveLength(1);
    expect(payloads[0]).not.toHaveProperty("text");
    expect({ deliveryRetryOwner, durability }).toEqual({
      deliveryRetryOwner: "caller",
      durability: "required",
    });
  }
});

test("as plain words nothing of it is read either [GATE-6f]", async () => {
  const { sender, texts } = open();
  await sender.send(part("telegram", { isPlain: true, blocks: [{ model: "**a** <b>" }] }));
  await sender.send(part("matrix", { isPlain: true, blocks: [{ model: "**a** `b`" }] }));
  expect(texts()).toEqual([["**a** &lt;b&gt;"], ["~~~\n**a** `b`\n~~~"]]);
});

test("buttons where the channel has them, else how it is typed; what may have been seen says so", async () => {
  const asked = { buttons, typed, maybeRepeated: true };
  const withButtons = open();
  await withButtons.sender.send(part("telegram", asked));
  expect(withButtons.texts()[0]).toEqual([
    expect.stringMatching(/^\(Again, perhaps\.\)\n<pre>[^/]*\/[^/]*\/[^\n]*<\/pre>$/),
    "buttons",
  ]);
  const without = open(undefined, false);
  await without.sender.send(part("telegram", asked));
  expect(without.texts()[0]).toEqual([expect.stringMatching(/<\/pre>\n<code>\/cx yes k3b<\/code>$/)]);
});

test("silent where nobody is to be called [GATE-6g]", async () => {
  const { sender, calls } = open();
  await sender.send(part("telegram", { isSilent: true }));
  await sender.send(part("telegram", { replyTo: "9" }));
  expect(calls.map(({ silent, replyToId }) => [silent, replyToId])).toEqual([
    [true, undefined],
    [undefined, "9"],
  ]);
});

test.each<[SendResult, object]>([
  [{ status: "sent", results: [{ messageId: "7" }] }, { hostId: "7" }],
  [{ status: "sent", results: [] }, {}],
  [{ status: "suppressed", reason: "no_visible_payload" }, { state: "suppressed" }],
  [
    { status: "partial_failed", results: [{ messageId: "7" }], error: "x" },
    { hostId: "7", state: "partial" },
  ],
  [
    { status: "failed", error: new Error("a policy") },
    { notTaken: "passing", reason: "Error: a policy" },
  ],
])("%j", async (result, means) => {
  expect(await open(result).sender.send(part("telegram"))).toEqual(means);
});

test("without an address it is refused", async () => {
  const { sender, calls } = open();
  const { address: _, ...nowhere } = part("telegram");
  expect(await sender.send(nowhere)).toMatchObject({ notTaken: "refused" });
  expect(calls).toEqual([]);
});

test("the host's own question is shown to the letter, with all that the host made [GATE-4b]", async () => {
  const { sender, calls, texts } = open();
  const made = {
    text: "Bind?\n\n/a <b>\u202e",
    presentation: { blocks: [{ type: "buttons", buttons: [] }] },
    interactive: 1,
  };
  await sender.showPrompt({ channel: "telegram", to: "5" }, made as never);
  expect(texts()[0]).toEqual(["Bind?\n\n<code>/a</code> &lt;b&gt;\\u202e", "buttons"]);
  expect(calls[0]?.payloads[0]).toMatchObject({ interactive: 1 });
  expect(calls[0]?.payloads[0]).not.toHaveProperty("text");
  const failing = open({ status: "failed", error: new Error("gone") });
  await expect(failing.sender.showPrompt({ channel: "telegram", to: "5" }, made as never)).rejects.toThrow(
    "gone",
  );
});

test("what nobody sees in a button's label is written as escapes [GATE-6h]", async () => {
  const { sender, calls } = open();
  await sender.send(part("telegram", { buttons: [[{ label: "yes\u001b[8m\u202e", token: "t" }]] }));
  expect(JSON.stringify(calls[0]?.payloads[0]?.presentation)).toContain(JSON.stringify("yes\\x1b[8m\\u202e"));
});
