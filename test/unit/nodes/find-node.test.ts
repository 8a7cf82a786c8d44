import { describe, expect, test } from "vitest";
import { nodeCommands } from "../../../src/nodes/command-names.ts";
import { findNode, formatNodeLabel, type ListedNode, readNodeState } from "../../../src/nodes/find-node.ts";

const all = Object.values(nodeCommands);
const node = (nodeId: string, more: Partial<ListedNode> = {}): ListedNode => ({
  nodeId,
  connected: true,
  commands: all,
  invocableCommands: all,
  ...more,
});
const laptop = node("a1b2c3d4e5", { displayName: "Laptop", remoteIp: "10.0.0.7" });
const tower = node("f0e1d2c3b4", { displayName: "tower" });
const find = (nodes: ListedNode[], asked?: string) => findNode(nodes, asked, nodeCommands.appServer).nodeId;

describe("the node that a person means [NODE-3a]", () => {
  test.each(["a1b2c3d4e5", "Laptop", "laptop", " laptop ", "10.0.0.7", "a1b2c3"])(
    "%j is the laptop",
    (asked) => {
      expect(find([laptop, tower], asked)).toBe("a1b2c3d4e5");
    },
  );

  test("without a name: the only one that can do it", () => {
    expect(
      find([laptop, node("b", { connected: false }), node("c", { commands: [], invocableCommands: [] })]),
    ).toBe("a1b2c3d4e5");
    expect(() => find([laptop, tower])).toThrow(
      expect.objectContaining({
        code: "node-ambiguous",
        details: expect.objectContaining({
          candidates: "Laptop / a1b2c3d4e5 / 10.0.0.7\ntower / f0e1d2c3b4",
        }),
      }),
    );
    expect(() => find([])).toThrow(expect.objectContaining({ code: "node-unknown" }));
  });

  test.each<[string, ListedNode[], string, Record<string, unknown>]>([
    ["node-unknown", [laptop, tower], "nas", { host: "nas", connected: "Laptop, tower" }],
    ["node-ambiguous", [tower, node("x", { displayName: "Tower" })], "tower", { host: "tower" }],
    ["node-offline", [node("x", { displayName: "nas", connected: false })], "nas", { host: "nas" }],
    [
      "node-not-allowed",
      [node("x", { displayName: "nas", invocableCommands: [] })],
      "nas",
      { command: nodeCommands.appServer, reason: "not-allowed" },
    ],
    [
      "node-not-allowed",
      [node("x", { displayName: "nas", commands: [], invocableCommands: [] })],
      "nas",
      { command: nodeCommands.appServer, reason: "not-offered" },
    ],
  ])("%s", (code, nodes, asked, details) => {
    expect(() => find(nodes, asked)).toThrow(
      expect.objectContaining({ code, details: expect.objectContaining(details) }),
    );
  });
});

test("what a node can do, and what is missing for more [NODE-3a]", () => {
  const { listSessions, resumeSession, appServer } = nodeCommands;
  expect(readNodeState(laptop)).toMatchObject({ ability: "full", connected: true, missing: [] });
  expect(
    readNodeState({
      nodeId: "x",
      commands: [listSessions, resumeSession],
      invocableCommands: [listSessions],
    }),
  ).toEqual({
    nodeId: "x",
    label: "x",
    connected: false,
    ability: "sessions",
    missing: [
      { command: appServer, reason: "not-offered" },
      { command: resumeSession, reason: "not-allowed" },
    ],
  });
  expect(readNodeState({ nodeId: "x" }).ability).toBeUndefined();
  expect(formatNodeLabel({ nodeId: "" })).toBe("node");
});
