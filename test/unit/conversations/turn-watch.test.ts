import { expect, test } from "vitest";
import { openRig } from "../../rigs/conversation-rig.ts";

const minute = 60_000;

async function openTurn(options: { quietMs?: number; limitMs?: number }) {
  const rig = openRig({ quietMs: minute, ...options });
  rig.bindTo("t1");
  rig.send("one");
  await rig.settle();
  const turnId = rig.server.running().id;
  const hear = (method: string, params = {}) => rig.server.notify("t1", method, { turnId, ...params });
  return { rig, turnId, hear };
}

const working = (rig: ReturnType<typeof openRig>) => rig.said.filter((each) => each.type === "still-working");

test("a quiet turn is explained with what it is doing [CONV-16b]", async () => {
  const { rig, hear } = await openTurn({});
  hear("item/started", { item: { type: "commandExecution", id: "i1", command: "/bin/bash -lc 'npm test'" } });
  await rig.pass(55_000);
  expect(working(rig)).toEqual([]);
  await rig.pass(20_000);
  expect(working(rig)).toMatchObject([{ running: ["npm test"], quietMs: minute, elapsedMs: minute }]);
  await rig.pass(minute);
  expect(working(rig)).toHaveLength(1);
  await rig.pass(minute);
  expect(working(rig)).toHaveLength(2);
  await rig.pass(26 * minute);
  // After 1, 3, 7, 15 and 25 minutes.
  expect(working(rig)).toHaveLength(5);
});

test("a busy turn is mentioned less often [CONV-16b]", async () => {
  const { rig, hear } = await openTurn({});
  for (let second = 0; second < 4 * 60; second += 10) {
    hear("item/agentMessage/delta", { itemId: "a", delta: "." });
    await rig.pass(10_000);
  }
  expect(working(rig)).toEqual([]);
  for (let second = 0; second < 90; second += 10) {
    hear("item/agentMessage/delta", { itemId: "a", delta: "." });
    await rig.pass(10_000);
  }
  expect(working(rig)).toHaveLength(1);
});

test("a turn whose end was never heard is settled from the history, without another word", async () => {
  const { rig, turnId } = await openTurn({});
  const turn = rig.server.running();
  turn.items.push({ type: "agentMessage", id: "a", phase: "final_answer", text: "unheard" });
  Object.assign(turn, { status: "completed", completedAt: rig.clock.now() / 1000, id: turnId });
  await rig.pass(70_000);
  expect(rig.heard()).toEqual(["started", "reply"]);
  expect(rig.finals()).toMatchObject([{ text: "unheard" }]);
});

test("a retry is said [TURN-9e]", async () => {
  const { rig, hear } = await openTurn({});
  hear("error", { willRetry: true, error: { message: "Reconnecting... 1/5" } });
  await rig.settle();
  expect(rig.said.at(-1)).toMatchObject({ type: "retrying", message: "Reconnecting... 1/5" });
});

test("a limit stops the turn, once; time in which a person is asked does not count", async () => {
  const { rig } = await openTurn({ limitMs: 3 * minute });
  await rig.pass(2 * minute);
  rig.server.ask("item/fileChange/requestApproval", { itemId: "i1" });
  await rig.pass(60 * minute, 10_000);
  expect(rig.server.count("turn/interrupt")).toBe(0);
  expect(working(rig)).toHaveLength(1);
  rig.questions.choose(rig.questions.get("c1", undefined), "yes", "ann");
  await rig.pass(2 * minute);
  expect(rig.heard()).toContain("limit-reached");
  expect(rig.server.count("turn/interrupt")).toBe(1);
  expect(rig.finals().at(-1)).toMatchObject({ type: "stopped" });
});

test("a turn of somebody else is neither limited nor said to be ours to stop [TURN-10d]", async () => {
  const rig = openRig({ quietMs: minute, limitMs: 3 * minute });
  rig.bindTo("t1");
  const start = rig.server.hold("turn/start");
  rig.send("mine");
  const held = await start;
  rig.server.join("t1", "theirs", "their id");
  held.release();
  await rig.pass(5 * minute, 5_000);
  expect(new Set(working(rig).map((each) => each.isOurs))).toEqual(new Set([false]));
  expect(rig.heard()).not.toContain("limit-reached");
  expect(rig.server.count("turn/interrupt")).toBe(0);
});

test("without a limit nothing is cut by a clock", async () => {
  const { rig } = await openTurn({ quietMs: 60 * minute });
  await rig.clock.advance(30 * 24 * 60 * minute);
  await rig.settle();
  expect(rig.server.count("turn/interrupt")).toBe(0);
  expect(rig.server.running().status).toBe("inProgress");
});
