// Files of a message whose place is another machine: taken there before the turn, under the paths that they have there.
import { expect, test } from "vitest";
import { BridgeError } from "../../../src/errors.ts";
import { openRig } from "../../rigs/conversation-rig.ts";

const local = "/state/files/abc.csv";
const words = `sum up [it is at ${local}], I say ${local}`;

const inputOf = (rig: ReturnType<typeof openRig>) =>
  rig.server.received.findLast(({ method }) => method === "turn/start")?.params?.input;

test("here the text goes as it was written [NODE-4d]", async () => {
  const rig = openRig();
  rig.bind();
  rig.send(words, "b1", [local]);
  await rig.settle();
  expect(inputOf(rig)).toMatchObject([{ text: words }]);
});

test("there every file is taken to its thread, and the text names it as it is called there [NODE-4d]", async () => {
  const carried: unknown[] = [];
  const rig = openRig({
    carryFile: async (file) => {
      carried.push(file);
      return "/there/x1.csv";
    },
  });
  rig.bind();
  rig.send(words, "b1", [local]);
  await rig.settle();
  const { threadId } = rig.store.bindings.findById("b1") ?? {};
  expect(carried).toEqual([{ threadId, path: local }]);
  expect(inputOf(rig)).toMatchObject([{ text: "sum up [it is at /there/x1.csv], I say /there/x1.csv" }]);
});

test("a connection that goes meanwhile is no end: the file is taken there again [NODE-4d]", async () => {
  let tries = 0;
  const rig = openRig({
    carryFile: async () => {
      tries += 1;
      if (tries === 1) throw new BridgeError("connection-lost", "cut");
      return "/there/x2.csv";
    },
  });
  rig.bind();
  const message = rig.send(words, "b1", [local]);
  await rig.pass(10_000, 500);
  expect([tries, rig.stateOf(message)]).toEqual([2, "running"]);
});

test("what cannot be taken there is said, and nothing runs without it [NODE-4d]", async () => {
  const rig = openRig({
    carryFile: async () => {
      throw new BridgeError("input-too-large", "too large for the node");
    },
  });
  rig.bind();
  rig.send(words, "b1", [local]);
  await rig.settle();
  expect(rig.finals()).toMatchObject([{ type: "failed", error: "input-too-large" }]);
  expect(rig.server.count("turn/start")).toBe(0);
});
