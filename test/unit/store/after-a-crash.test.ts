import { expect, test } from "vitest";
import type { Store } from "../../../src/store/open-store.ts";
import {
  accept,
  copyAsCrashed,
  newBinding,
  newMessage,
  newQuestion,
  openTestStore,
  privateDirectory,
} from "./store-rig.ts";

function readAll(store: Store, token: string) {
  return {
    bindings: store.bindings.all(),
    messages: store.messages.open(),
    isOurs: store.turns.isOurs("u1"),
    question: store.questions.findByToken(newQuestion().conversation, token),
    parts: store.outbox.due(Number.MAX_SAFE_INTEGER),
    list: store.lists.read("c1"),
  };
}

test("rows of every kind are there after a crash, and after a close [CONV-13a]", () => {
  const directory = privateDirectory();
  const store = openTestStore(directory);
  store.bindings.insert(newBinding());
  accept(store, newMessage("h1"));
  store.turns.record({ id: "u1", place: "here", threadId: "t1", origin: "ours", conversation: "c1" });
  const { token } = store.questions.open(newQuestion());
  store.outbox.add({ key: "k1", conversation: "c1", kind: "final", blocks: [{ model: "the reply" }] });
  store.lists.remember("c1", [{ threadId: "t1", place: "here" }]);
  const written = readAll(store, token);
  expect(written).toMatchObject({
    ...{ bindings: [{}], messages: [{}], isOurs: true, question: { token } },
    ...{ parts: [{ blocks: [{ model: "the reply" }] }], list: [{}] },
  });
  expect(readAll(openTestStore(copyAsCrashed(directory, privateDirectory())), token)).toEqual(written);
  store.close();
  expect(readAll(openTestStore(directory), token)).toEqual(written);
});
