import { expect, test } from "vitest";
import {
  accept,
  movableClock,
  newMessage,
  newQuestion,
  openTestStore,
  privateDirectory,
} from "./store-rig.ts";

const dayMs = 24 * 60 * 60 * 1000;

test("keepDays after their end rows are forgotten; what is open stays [AUD-5a]", () => {
  const directory = privateDirectory();
  const time = movableClock();
  const store = openTestStore(directory, time);
  const { messages, turns, questions, outbox, lists } = store;
  const ended = accept(store, newMessage("ended"));
  const interrupted = accept(store, newMessage("interrupted"));
  messages.move(ended.id, "accepted", "refused");
  messages.move(interrupted.id, "accepted", "submitted");
  messages.move(interrupted.id, "submitted", "interrupted", { turnId: "cut" });
  for (const id of ["cut", "done", "runs"])
    turns.record({ id, place: "here", threadId: "t", origin: "ours" });
  turns.end("cut", "lost");
  turns.end("done", "completed");
  const closed = questions.open(newQuestion());
  const open = questions.open(newQuestion());
  questions.close(closed.token, "answered", "yes", "ann");
  outbox.add({
    key: "k1",
    conversation: "c",
    kind: "final",
    blocks: [{ model: "one" }],
    messageId: ended.id,
  });
  outbox.add({
    key: "k2",
    conversation: "c",
    kind: "final",
    blocks: [{ model: "two" }],
    messageId: ended.id,
  });
  const first = outbox.due(time.now())[0];
  outbox.markSending(first?.id ?? 0);
  outbox.markDelivered(first?.id ?? 0);
  outbox.add({
    key: "k3",
    conversation: "c2",
    kind: "final",
    blocks: [{ model: "kept back" }],
    messageId: ended.id,
  });
  const [kept] = outbox.due(time.now()).filter(({ key }) => key === "k3");
  outbox.markSending(kept?.id ?? 0);
  outbox.markDelivered(kept?.id ?? 0, undefined, "suppressed");
  const [[button] = []] = store.buttons.make([[{ label: "Stop", line: "stop" }]], { conversation: "c" });
  lists.remember("c", [{ threadId: "t", place: "here" }]);
  store.close();

  time.time += 30 * dayMs;
  const sameDay = openTestStore(directory, time);
  sameDay.prune(30);
  expect(sameDay.messages.findById(ended.id)).toBeDefined();
  expect(sameDay.lists.read("c")).toHaveLength(1);
  expect(sameDay.buttons.find(button?.token ?? "")).toBeDefined();
  sameDay.close();

  time.time += 1;
  const later = openTestStore(directory, time);
  later.prune(31);
  expect(later.messages.findById(ended.id)).toBeDefined();
  later.prune(30);
  expect(later.messages.findById(ended.id)).toBeUndefined();
  expect(later.messages.findById(interrupted.id)?.turnId).toBe("cut");
  expect(later.turns.isOurs("cut")).toBe(true);
  expect(later.turns.findById("done")).toBeUndefined();
  expect(later.turns.running().map(({ id }) => id)).toEqual(["runs"]);
  expect(later.questions.findByToken(closed.conversation, closed.token)).toBeUndefined();
  expect(later.questions.findByToken(open.conversation, open.token)?.state).toBe("open");
  const [left] = later.outbox.pendingAtStart();
  expect(left).toMatchObject({ key: "k2" });
  expect(left).not.toHaveProperty("messageId");
  expect(later.buttons.find(button?.token ?? "")).toBeUndefined();
  expect(later.outbox.add({ key: "k3", conversation: "c2", kind: "final", blocks: [{ model: "one" }] })).toBe(
    true,
  );
  expect(later.outbox.add({ key: "k1", conversation: "c", kind: "final", blocks: [{ model: "one" }] })).toBe(
    true,
  );
  expect(later.lists.read("c")).toEqual([]);
  // A new id, so that a late word about the old message never meets another.
  expect(accept(later, newMessage("ended")).id).toBeGreaterThan(interrupted.id);
});
