import { expect, test } from "vitest";
import type { NewOutboxPart } from "../../../src/store/outbox.ts";
import { accept, newMessage, openTestStore } from "./store-rig.ts";

const now = 1_000_000;
const part = (key: string, change: Partial<NewOutboxPart> = {}): NewOutboxPart => ({
  key,
  conversation: "c1",
  kind: "final",
  text: `text of ${key}`,
  ...change,
});

test("the same part is written once, also after it was delivered", () => {
  const { outbox } = openTestStore();
  expect(outbox.add(part("k1"))).toBe(true);
  expect(outbox.add(part("k1", { text: "again" }))).toBe(false);
  expect(outbox.due(now).map(({ text }) => text)).toEqual(["text of k1"]);
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
  outbox.add(part("k1", { kind: "progress", expiresAt: now + 10 }));
  outbox.add(part("k2", { kind: "progress", expiresAt: now + 10 }));
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
