import { expect, test } from "vitest";
import { type MessageState, mayMove, messageStates } from "../../../src/store/message-states.ts";
import {
  accept,
  movableClock,
  newBinding,
  newMessage,
  openTestStore,
  privateDirectory,
} from "./store-rig.ts";

const states = Object.keys(messageStates) as MessageState[];

test("a redelivered message is seen, in whatever state; the same id in another conversation is another [CONV-13i]", () => {
  const store = openTestStore();
  const message = accept(store, newMessage("h1"));
  expect(message).toEqual({
    ...newMessage("h1"),
    files: [],
    id: 1,
    state: "accepted",
    attempts: 0,
    acceptedAt: 1_000_000,
  });
  const again = newMessage("h1", { clientId: "another", text: "changed" });
  expect(store.messages.accept(again)).toBe("seen");
  expect(accept(store, newMessage("h1", { conversation: "terminal:other" })).id).not.toBe(message.id);
  store.messages.move(message.id, "accepted", "dropped");
  expect(store.messages.accept(again)).toBe("seen");
});

test("a client id is never shared, and that is not taken for a redelivery", () => {
  const store = openTestStore();
  accept(store, newMessage("h1", { clientId: "same" }));
  expect(() => store.messages.accept(newMessage("h2", { clientId: "same" }))).toThrow();
});

test("moves that the table does not know are a mistake of the program", () => {
  const store = openTestStore();
  const { id } = accept(store, newMessage("h1"));
  for (const from of states) {
    for (const to of states) {
      if (!mayMove(from, to)) expect(() => store.messages.move(id, from, to)).toThrow("cannot go");
    }
  }
  expect(store.messages.findById(id)?.state).toBe("accepted");
});

test("a move from a state that the message has left changes nothing", () => {
  const store = openTestStore();
  const { id } = accept(store, newMessage("h1"));
  expect(store.messages.move(id, "accepted", "submitted")).toMatchObject({ state: "submitted" });
  expect(store.messages.move(id, "accepted", "dropped")).toBeUndefined();
  expect(store.messages.move(999, "accepted", "dropped")).toBeUndefined();
  expect(store.messages.findById(id)?.state).toBe("submitted");
});

test("times, attempts and turn follow the moves; the text goes when it is delivered", () => {
  const clock = movableClock(10);
  const store = openTestStore(privateDirectory(), clock);
  const { messages } = store;
  const { id } = accept(store, newMessage("h1"));
  clock.time = 20;
  expect(messages.move(id, "accepted", "submitted")).toMatchObject({ attempts: 1, submittedAt: 20 });
  expect(messages.move(id, "submitted", "running", { turnId: "u1" })).toMatchObject({ turnId: "u1" });
  expect(messages.move(id, "running", "interrupted")).toMatchObject({ turnId: "u1" });

  const back = messages.move(id, "interrupted", "accepted", { clientId: "second" });
  expect(back).toMatchObject({ clientId: "second", text: "text of h1", attempts: 1 });
  expect(back).not.toHaveProperty("turnId");
  expect(back).not.toHaveProperty("submittedAt");
  expect(messages.findByClientId("second")?.id).toBe(id);
  expect(messages.findByClientId(newMessage("h1").clientId)).toBeUndefined();

  clock.time = 30;
  messages.move(id, "accepted", "submitted");
  messages.move(id, "submitted", "running", { turnId: "u2" });
  clock.time = 40;
  expect(messages.move(id, "running", "settled")).toMatchObject({
    attempts: 2,
    submittedAt: 30,
    settledAt: 40,
  });
  const delivered = messages.move(id, "settled", "delivered");
  expect(delivered).toMatchObject({ state: "delivered", turnId: "u2", images: [], settledAt: 40 });
  expect(delivered).not.toHaveProperty("text");
});

test.each(["refused", "dropped"] as const)("a message that is %s loses its text, images and files", (end) => {
  const store = openTestStore();
  const accepted = accept(store, { ...newMessage("h1"), files: ["/tmp/a.csv"] });
  expect(accepted.files).toEqual(["/tmp/a.csv"]);
  const moved = store.messages.move(accepted.id, "accepted", end);
  expect(moved).toMatchObject({ images: [], files: [], settledAt: 1_000_000 });
  expect(moved).not.toHaveProperty("text");
});

test("open messages come in the order of acceptance, of all or of one binding, without those that ended", () => {
  const store = openTestStore();
  const ids = ["h1", "h2", "h3", "h4"].map(
    (host, index) => accept(store, newMessage(host, { bindingId: index === 1 ? "b2" : "b1" })).id,
  );
  store.messages.move(ids[0] ?? 0, "accepted", "refused");
  store.messages.move(ids[3] ?? 0, "accepted", "submitted");
  expect(store.messages.open().map(({ id }) => id)).toEqual(ids.slice(1));
  expect(store.messages.openOfBinding("b1").map(({ id }) => id)).toEqual(ids.slice(2));
});

test("those ahead are counted over the whole lane, without those that wait for a person or for delivery", () => {
  const store = openTestStore();
  store.bindings.insert(newBinding({ id: "b1", conversation: "one", threadId: "t" }));
  store.bindings.insert(newBinding({ id: "b2", conversation: "two", threadId: "t" }));
  store.bindings.insert(newBinding({ id: "b3", conversation: "three" }));
  store.bindings.insert(newBinding({ id: "b4", conversation: "four" }));
  const ids = ["b1", "b2", "b1", "b3", "b4", "b3"].map(
    (bindingId, index) => accept(store, newMessage(`h${index}`, { bindingId })).id,
  );
  const ahead = () => ids.map((id) => store.messages.countAhead(id));
  expect(ahead()).toEqual([0, 1, 2, 0, 0, 1]);
  store.messages.move(ids[0] ?? 0, "accepted", "submitted");
  expect(ahead()).toEqual([0, 1, 2, 0, 0, 1]);
  store.messages.move(ids[0] ?? 0, "submitted", "interrupted");
  expect(ahead()).toEqual([0, 0, 1, 0, 0, 1]);
  store.messages.move(ids[3] ?? 0, "accepted", "settled");
  expect(ahead()).toEqual([0, 0, 1, 0, 0, 0]);
});

test("the turn before a message is one that had ended when it was sent, of the same binding", () => {
  const clock = movableClock(10);
  const store = openTestStore(privateDirectory(), clock);
  const { messages } = store;
  const run = (id: number, turnId: string, end: "settled" | undefined) => {
    clock.time += 10;
    messages.move(id, "accepted", "submitted");
    messages.move(id, "submitted", "running", { turnId });
    clock.time += 10;
    if (end) messages.move(id, "running", end);
  };
  const [first, elsewhere, second, third] = [["h1"], ["h2", "b2"], ["h3"], ["h4"]].map(
    ([host = "", bindingId = "b1"]) => accept(store, newMessage(host, { bindingId })).id,
  ) as [number, number, number, number];
  run(first, "u1", "settled");
  run(elsewhere, "u2", "settled");
  run(second, "u3", undefined);
  messages.move(second, "running", "interrupted");
  run(third, "u4", undefined);
  expect([first, elsewhere, second, third].map((id) => messages.findTurnBefore(id))).toEqual([
    ...[undefined, undefined, "u1", "u1"],
  ]);
  // Sent again after the third: its turn is newer than the third's, which is still looked for.
  messages.move(second, "interrupted", "accepted", { clientId: "again" });
  run(second, "u5", "settled");
  expect(messages.findTurnBefore(third)).toBe("u1");
});
