import { expect, test } from "vitest";
import type { NewOutboxPart } from "../../../src/store/outbox.ts";
import { accept, newMessage, openTestStore } from "./store-rig.ts";

const now = 1_000_000;
const part = (key: string, change: Partial<NewOutboxPart> = {}): NewOutboxPart => ({
  key,
  conversation: "c1",
  kind: "final",
  blocks: [{ model: `text of ${key}` }],
  ...change,
});

test("the same part is written once, also after it was delivered", () => {
  const { outbox } = openTestStore();
  expect(outbox.add(part("k1"))).toBe(true);
  expect(outbox.add(part("k1", { blocks: [{ model: "again" }] }))).toBe(false);
  expect(outbox.due(now).map(({ blocks }) => blocks)).toEqual([[{ model: "text of k1" }]]);
  outbox.markSending(1);
  expect(outbox.markDelivered(1, "host-7")).toBe(true);
  expect(outbox.add(part("k1"))).toBe(false);
  expect(outbox.due(now)).toEqual([]);
});

test("a conversation's later part waits for the earlier one, other conversations do not", () => {
  const { outbox } = openTestStore();
  for (const key of ["k1", "k2"]) outbox.add(part(key));
  outbox.add(part("k3", { conversation: "c2" }));
  const due = (at: number) => outbox.due(at).map(({ key }) => key);
  expect(due(now - 1)).toEqual([]);
  expect(due(now)).toEqual(["k1", "k3"]);

  expect(outbox.markSending(1)).toBe(true);
  expect(outbox.markSending(1)).toBe(false);
  expect(due(now)).toEqual(["k3"]);

  expect(outbox.markFailed(1, now + 500)).toBe(true);
  expect(due(now + 499)).toEqual(["k3"]);
  expect(outbox.due(now + 500)[0]).toMatchObject({ key: "k1", attempts: 1, nextAttemptAt: now + 500 });

  outbox.markSending(1);
  outbox.markFailed(1);
  expect(due(now + 500)).toEqual(["k2", "k3"]);
  expect(outbox.markDelivered(1)).toBe(false);
});

test("a part past its time stands in nobody's way; one that is being sent does not expire", () => {
  const { outbox } = openTestStore();
  outbox.add(part("k1", { kind: "notice", expiresAt: now + 10 }));
  outbox.add(part("k2", { kind: "notice", expiresAt: now + 10 }));
  outbox.add(part("k3"));
  outbox.markSending(1);
  expect(outbox.due(now + 10)).toEqual([]);
  expect(outbox.expire(now + 9)).toBe(0);
  expect(outbox.expire(now + 10)).toBe(1);
  outbox.markDelivered(1);
  expect(outbox.due(now + 10).map(({ key }) => key)).toEqual(["k3"]);
  outbox.add(part("k4", { conversation: "c2", expiresAt: now + 10 }));
  outbox.add(part("k5", { conversation: "c2" }));
  expect(outbox.due(now + 10).map(({ key }) => key)).toEqual(["k3", "k5"]);
});

test("at start every undelivered part is there, those that were being sent too", () => {
  const store = openTestStore();
  const { outbox } = store;
  const message = accept(store, newMessage("h1"));
  for (const key of ["k1", "k2", "k3"]) outbox.add(part(key, { messageId: message.id }));
  outbox.add(part("k4"));
  outbox.markSending(1);
  outbox.markDelivered(1);
  outbox.markSending(2);
  expect(outbox.pendingAtStart().map(({ key, state }) => [key, state])).toEqual([
    ["k2", "sending"],
    ["k3", "pending"],
    ["k4", "pending"],
  ]);
  expect(outbox.pendingOfMessage(message.id).map(({ key }) => key)).toEqual(["k2", "k3"]);
});

test("questions are due before replies, replies before notices; a notice that may not be tried yet is in nobody's way", () => {
  const { outbox } = openTestStore();
  outbox.add(part("notice", { kind: "notice" }));
  outbox.add(part("reply"));
  outbox.add(part("question", { kind: "question" }));
  const next = (at = now) => {
    const [due] = outbox.due(at);
    outbox.markSending(due?.id ?? 0);
    outbox.markDelivered(due?.id ?? 0);
    return due?.key;
  };
  expect([next(), next(), next(), next()]).toEqual(["question", "reply", "notice", undefined]);
  outbox.add({ ...part("later", { kind: "notice" }), notBefore: now + 10 });
  outbox.add(part("reply 2"));
  expect([next(), next(), next(now + 10)]).toEqual(["reply 2", undefined, "later"]);
});

test("marks stay, whatever comes after; what is over is forgotten, its blocks and how it was answered", () => {
  const { outbox } = openTestStore();
  const full = {
    blocks: [{ say: ["Ours: ", { code: "a" }, { name: "b" }, { path: "/c" }] }, { list: [["d"]] }],
    typed: [{ literal: "e\n\u0000", as: "diff" as const }, { model: "f" }],
    isSilent: true,
    question: "k3b",
  };
  outbox.add(part("k1", full));
  expect(outbox.due(now)[0]).toMatchObject({ ...full, isPlain: false, maybeSeen: false });
  outbox.markSending(1);
  outbox.markFailed(1, now, { maybeSeen: true });
  outbox.markSending(1);
  outbox.markFailed(1, now, { isPlain: true });
  expect(outbox.due(now)[0]).toMatchObject({ ...full, isPlain: true, maybeSeen: true, attempts: 2 });
  outbox.markSending(1);
  outbox.markFailed(1);
  const [over] = outbox.ofQuestion("k3b");
  expect(over).toMatchObject({ state: "failed", blocks: [] });
  expect(over).not.toHaveProperty("typed");
});

test("the notices of a message end together, but the one that is being sent", () => {
  const store = openTestStore();
  const { outbox } = store;
  const { id: messageId } = accept(store, newMessage("h1"));
  for (const key of ["k1", "k2"]) outbox.add(part(key, { kind: "notice", messageId }));
  outbox.add(part("other", { kind: "notice" }));
  outbox.add(part("reply", { messageId }));
  outbox.markSending(1);
  outbox.expireNotices(messageId);
  expect(outbox.pendingAtStart().map(({ key, state }) => `${key} ${state}`)).toEqual([
    "k1 sending",
    "other pending",
    "reply pending",
  ]);
});
