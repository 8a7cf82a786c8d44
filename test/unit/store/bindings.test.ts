import { expect, test } from "vitest";
import { movableClock, newBinding, openTestStore, privateDirectory } from "./store-rig.ts";

test("a binding is found by its id, its conversation and its thread, with everything it holds", () => {
  const directory = privateDirectory();
  const store = openTestStore(directory);
  const unstarted = store.bindings.insert(newBinding());
  expect(unstarted).not.toHaveProperty("threadId");
  const started = store.bindings.insert(
    newBinding({ id: "b2", conversation: "other", threadId: "t1", inForce: { cwd: "/x" }, threadSeen: true }),
  );
  store.close();
  const { bindings } = openTestStore(directory);
  expect(bindings.findById("b1")).toEqual(unstarted);
  expect(bindings.findByConversation("other")).toEqual(started);
  expect(bindings.findByThread("here", "t1")).toEqual([started]);
  expect(bindings.findByThread("elsewhere", "t1")).toEqual([]);
  expect(bindings.all()).toEqual([unstarted, started]);
});

test("an update changes what it names and nothing else", () => {
  const clock = movableClock(1);
  const { bindings } = openTestStore(privateDirectory(), clock);
  const old = bindings.insert(newBinding());
  clock.time = 2;
  const changed = bindings.update("b1", { threadId: "t1", drivers: [], requested: { effort: "high" } });
  expect(changed).toEqual({
    ...old,
    threadId: "t1",
    drivers: [],
    requested: { effort: "high" },
    updatedAt: 2,
  });
  expect(bindings.findById("b1")).toEqual(changed);
  expect(bindings.update("none", { cwd: "/" })).toBeUndefined();
});

test("a conversation has one binding at a time; several may share a thread", () => {
  const { bindings } = openTestStore();
  bindings.insert(newBinding({ threadId: "t1" }));
  expect(() => bindings.insert(newBinding({ id: "b2" }))).toThrow();
  bindings.insert(newBinding({ id: "b3", conversation: "other", threadId: "t1" }));
  expect(bindings.findByThread("here", "t1").map(({ id }) => id)).toEqual(["b1", "b3"]);
  expect(bindings.remove("b1")).toBe(true);
  expect(bindings.remove("b1")).toBe(false);
  expect(bindings.insert(newBinding({ id: "b2" })).id).toBe("b2");
});
