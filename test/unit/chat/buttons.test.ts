import { expect, test } from "vitest";
import type { CarriedMessage } from "../../../src/chat/chat-services.ts";
import type { InboundMessage } from "../../../src/chat/inbound.ts";
import type { Button } from "../../../src/store/rows.ts";
import { readShown } from "../../rigs/shown-text.ts";
import { driver, here, owner, stranger, thread, threadId } from "./chat-fixtures.ts";
import { openChat } from "./chat-rig.ts";

type Chat = ReturnType<typeof openChat>;

const type = async (chat: Chat, text: string, change: Partial<InboundMessage> = {}) =>
  (await chat.receive(text, { hasButtons: true, ...change })).reply;
const click = async (chat: Chat, ...given: Parameters<Chat["click"]>) => {
  const { isDone, reply } = await chat.click(...given);
  return { isDone, said: readShown(reply) };
};
const labels = (buttons: Button[][] | undefined) => buttons?.flat().map(({ label }) => label);
const first = (buttons: Button[][] | undefined) => buttons?.[0]?.[0]?.token;

/** A button below a notice or a reply that is bound to nothing but the conversation. */
const make = (chat: Chat, line: string, scope: { actor?: string; messageId?: number } = {}) =>
  first(chat.store.buttons.make([[{ label: line, line }]], { conversation: here, ...scope })) ?? "";

test("sessions: a row binds its thread, once, for who asked [GATE-7a GATE-7b]", async () => {
  const chat = openChat();
  chat.sessions.push(thread(threadId, { name: `the shop ${"x".repeat(99)}` }), thread("t2"));
  const reply = await type(chat, "/cx sessions");
  const [long, short] = labels(reply?.buttons) ?? [];
  expect(long).toMatch(/^1\. the shop x+…$/);
  expect(long?.length).toBeLessThanOrEqual(40);
  expect(short).toBe("2. first words of t2");
  expect(readShown(reply)).toContain("/cx resume <number>");
  const token = first(reply?.buttons);
  const other = await click(chat, token, { actor: { id: "amy", isOwner: true } });
  expect(other).toMatchObject({ isDone: false, said: expect.stringContaining("not allowed") });
  expect(await click(chat, token)).toMatchObject({
    isDone: true,
    said: expect.stringContaining(threadId),
  });
  expect(chat.called("prepareThread")).toEqual([[expect.objectContaining({ threadId, place: "here" })]]);
  expect(await click(chat, token)).toMatchObject({
    isDone: true,
    said: expect.stringContaining("used"),
  });
});

test("model and effort: the others as buttons, eight at most, with the typed way in the text [GATE-7a]", async () => {
  const chat = openChat();
  expect((await type(chat, "/cx model"))?.buttons).toBeUndefined();
  chat.bind({ requested: {}, inForce: { model: "gpt-big" } });
  const models = await type(chat, "/cx model");
  expect(labels(models?.buttons)).toEqual(["gpt-small"]);
  expect(readShown(models)).toContain("/cx model <name>");
  await chat.click(first(models?.buttons));
  expect(chat.called("setSettings")).toEqual([[{ model: "gpt-small" }]]);
  const efforts = await type(chat, "/cx effort");
  expect(labels(efforts?.buttons)).toEqual(["low"]);
  expect(readShown(efforts)).toContain("/cx effort <level>");
  chat.now.models = Array.from({ length: 12 }, (_, at) => ({
    model: `m${at}`,
    supportedReasoningEfforts: [],
  }));
  expect(labels((await type(chat, "/cx model"))?.buttons)).toHaveLength(8);
});

test("a value fits where the host leaves 48 bytes, and hosts without buttons get none [GATE-7c]", async () => {
  const chat = openChat();
  chat.sessions.push(thread(threadId));
  expect((await chat.receive("/cx sessions")).reply).not.toHaveProperty("buttons");
  const token = first((await type(chat, "/cx sessions"))?.buttons) ?? "";
  expect(Buffer.byteLength(`cx:${token}`)).toBeLessThanOrEqual(48);
});

test("who may not stop is told so and the button stays for who may; strangers hear nothing [GATE-7b GATE-8b]", async () => {
  const chat = openChat();
  chat.bind();
  chat.now.active = { actor: owner.id, startedAt: 0 };
  const token = make(chat, "stop");
  expect(await chat.click(token, { actor: stranger, chatKind: "group" })).toEqual({ isDone: false });
  const refused = await click(chat, token, { actor: driver, chatKind: "group" });
  expect(refused).toMatchObject({ isDone: false, said: expect.stringContaining("not allowed") });
  expect(chat.called("stop")).toEqual([]);
  expect(await click(chat, token)).toMatchObject({ isDone: true });
  expect(chat.called("stop")).toHaveLength(1);
});

test("Stop of a turn that is over stops no other [GATE-7d]", async () => {
  const chat = openChat();
  chat.bind();
  await chat.receive("do it");
  const [message] = chat.store.messages.open();
  const messageId = message?.id ?? 0;
  const token = make(chat, "stop", { messageId });
  chat.store.messages.move(messageId, "accepted", "submitted");
  chat.store.messages.move(messageId, "submitted", "interrupted");
  chat.now.active = { actor: owner.id, startedAt: 0 } satisfies CarriedMessage;
  expect(await click(chat, token)).toMatchObject({
    isDone: true,
    said: expect.stringContaining("over"),
  });
  expect(chat.called("stop")).toEqual([]);
});

test("a choice is taken once; a question that was answered otherwise says so [GATE-7b GATE-7d]", async () => {
  const chat = openChat();
  chat.bind();
  const token = chat.ask();
  const session = make(chat, `answer ${token} 2`);
  const no = make(chat, `answer ${token} 3`);
  expect(readShown((await chat.click(session)).reply)).toBe(`Yes, for the session (\`${token}\`).`);
  expect(chat.called("answer")).toEqual([[token, "session"]]);
  expect(await click(chat, no)).toMatchObject({
    isDone: true,
    said: expect.stringContaining("closed"),
  });
  expect(await click(chat, "nonsense")).toMatchObject({
    isDone: true,
    said: expect.stringContaining("over"),
  });
});

test("two clicks at once run it once; one that failed may be tried again [GATE-7b]", async () => {
  const chat = openChat();
  const gate = Promise.withResolvers<void>();
  const { prepareThread } = chat.services.binder;
  let tries = 0;
  chat.services.binder.prepareThread = async (...given) => {
    tries += 1;
    await gate.promise;
    if (tries === 1) throw new Error("held");
    return prepareThread(...given);
  };
  const token = make(chat, `resume ${threadId}`);
  const failing = chat.click(token);
  expect(readShown((await chat.click(token)).reply)).toContain("used");
  gate.resolve();
  expect(await failing).toMatchObject({ isDone: false });
  expect(await click(chat, token)).toMatchObject({ isDone: true });
  expect(tries).toBe(2);
});
