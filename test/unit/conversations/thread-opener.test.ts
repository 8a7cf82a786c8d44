import { expect, test } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import { makeFolder, openRig } from "../../rigs/conversation-rig.ts";

test("a thread that had messages and is gone is said; no empty one takes its place", async () => {
  const rig = openRig();
  rig.bind({ threadId: "t1", threadSeen: true });
  rig.send("one");
  await rig.settle();
  expect(rig.finals()).toMatchObject([{ type: "failed", error: "thread-gone" }]);
  expect(rig.server.count("thread/start")).toBe(0);
});

test("one that never had a message is started anew, and its lane goes with it", async () => {
  const rig = openRig();
  rig.bind({ threadId: "t-lost" });
  rig.send("one");
  rig.send("two");
  await rig.settle();
  expect(rig.store.bindings.findById("b1")?.threadId).toBe(rig.server.last.id);
  rig.send("three");
  await rig.settle();
  expect(rig.server.count("turn/start")).toBe(1);
  for (const text of ["one", "two", "three"]) {
    rig.server.reply(`re ${text}`);
    await rig.settle();
  }
  expect(rig.finals().map((each) => each.text)).toEqual(["re one", "re two", "re three"]);
  expect(rig.server.count("thread/start")).toBe(1);
});

test("policies that somebody raised are refused, and the thread is let go", async () => {
  const rig = openRig();
  rig.bindTo("t1", { requested: {} });
  rig.server.get("t1").sandbox = "dangerFullAccess";
  rig.send("one");
  await rig.pass(35_000);
  expect(rig.finals()).toMatchObject([{ error: "not-allowed" }]);
  expect(rig.server.count("turn/start")).toBe(0);
  expect(rig.server.count("thread/unsubscribe")).toBe(1);
});

test("a resumed thread whose folder moved is followed there, and that is said", async () => {
  const rig = openRig();
  const folder = makeFolder();
  rig.bindTo("t1", { requested: {} });
  rig.server.get("t1").cwd = folder;
  rig.send("one");
  await rig.settle();
  expect(rig.heard()).toEqual(["folder-changed"]);
  expect(rig.store.bindings.findById("b1")?.cwd).toBe(folder);
});

test("a thread of our own gets its folder with every turn, wherever it was", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  rig.server.get("t1").cwd = makeFolder();
  rig.send("one");
  await rig.settle();
  expect(rig.heard()).toEqual([]);
  expect(rig.server.sent("turn/start")).toMatchObject([{ cwd: process.cwd() }]);
});

test("an answered refusal that no new connection mends is told at once", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  rig.server.fail("thread/resume", "something nobody has seen before");
  rig.send("one");
  await rig.settle();
  expect(rig.finals()).toMatchObject([{ error: "backend-protocol-error" }]);
  expect(rig.server.count("thread/resume")).toBe(1);
});

test("a server that will not start is tried for a while, said once, then told", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  rig.place.refusal = new BridgeError("server-exited", "will not start");
  rig.send("one");
  await rig.pass(120_000, 1_000);
  expect(rig.heard()).toEqual(["waiting", "failed"]);
});

test("a long wait for a lock does not use up the patience with a bad connection", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  rig.server.get("t1").refusal = "thread t1 already has an active writer";
  const message = rig.send("one");
  await rig.pass(600_000, 5_000);
  rig.server.cutAt("thread/resume", false);
  delete rig.server.get("t1").refusal;
  await rig.pass(120_000, 1_000);
  expect(rig.stateOf(message)).toBe("running");
});

test("another thread than asked for is an error S2-D15", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  rig.server.add("t2");
  const resume = rig.server.hold("thread/resume");
  rig.send("one");
  (await resume).release({ thread: { id: "t2", cwd: "/", status: { type: "idle" } }, cwd: "/" });
  await rig.settle();
  expect(rig.finals()).toMatchObject([{ error: "thread-other-opened" }]);
});

test("a conversation that was let go meanwhile: its message is told so", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  rig.send("one");
  rig.send("two");
  await rig.settle();
  rig.store.bindings.remove("b1");
  rig.server.reply("re one");
  await rig.settle();
  expect(rig.finals()).toMatchObject([{ text: "re one" }, { error: "not-bound" }]);
});

test("a server that is silent for long is said to be, again and again, ever more rarely [SRV-5h]", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  const initialize = rig.server.hold("initialize");
  const message = rig.send("one");
  await rig.pass(9_000, 1_000);
  expect(rig.heard()).toEqual(["opening"]);
  await rig.pass(46_000, 1_000);
  const waits = rig.said.filter((each) => each.type === "waiting");
  expect(waits.map((each) => [each.reason, each.elapsedMs])).toEqual([
    ["backfill", 10_000],
    ["backfill", 20_000],
    ["backfill", 40_000],
  ]);
  (await initialize).release();
  await rig.pass(3_000, 1_000);
  expect(rig.stateOf(message)).toBe("running");
  const before = rig.said.length;
  await rig.pass(10 * 60_000, 5_000);
  expect(rig.said).toHaveLength(before);
});

test("a thread that takes long to open is no back-fill", async () => {
  const rig = openRig();
  rig.bindTo("t1");
  const resume = rig.server.hold("thread/resume");
  rig.send("one");
  await resume;
  await rig.pass(11_000, 1_000);
  expect(rig.said.at(-1)).toMatchObject({ type: "waiting", reason: "loading", elapsedMs: 10_000 });
});
