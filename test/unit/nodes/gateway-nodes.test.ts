// The gateway's nodes as places: how they are found, what they are called, and why no channel opens.
import { expect, test } from "vitest";
import { silentLog } from "../../../src/kit/log.ts";
import { nodeCommands } from "../../../src/nodes/command-names.ts";
import type { ListedNode } from "../../../src/nodes/find-node.ts";
import { GatewayNodes } from "../../../src/nodes/gateway-nodes.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

const all = Object.values(nodeCommands);
const annex: ListedNode = {
  ...{ nodeId: "a".repeat(64), displayName: "annex", remoteIp: "10.0.0.7" },
  ...{ connected: true, commands: all, invocableCommands: all },
};

function openNodes(change: Partial<ListedNode> = {}) {
  const now = {
    node: { ...annex, ...change },
    listError: undefined as Error | undefined,
    opened: [] as string[],
  };
  const nodes = new GatewayNodes({
    ...{ clock: new FakeClock(), log: silentLog, version: "0.0.0" },
    network: {
      list: async () => {
        if (now.listError) throw now.listError;
        return [now.node];
      },
      allowed: () => [],
      invoke: async () => ({}),
      openDuplex: async ({ nodeId }) => {
        now.opened.push(nodeId);
        throw new Error("what the host says");
      },
    },
  });
  return { nodes, now };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

test("a node is the same place by name, address, id and key; its name is known as soon as it was listed [NODE-3a]", async () => {
  const { nodes } = openNodes();
  const place = nodes.findPlace(`node:${annex.nodeId}`);
  expect(place?.name).toMatch(/^node aaaa/);
  for (const asked of ["Annex", "10.0.0.7", annex.nodeId, `node:${annex.nodeId}`]) {
    expect(await nodes.find(asked, nodeCommands.appServer)).toBe(place);
  }
  expect(place?.name).toBe("annex");
  expect(nodes.findPlace("local:/home/x/.codex")).toBeUndefined();
});

test("why no channel opens is read from the list, not from what the host says [NODE-3a]", async () => {
  const { nodes, now } = openNodes({ connected: false });
  const place = await nodes.findPlace(`node:${annex.nodeId}`);
  const open = () => codeOf(place?.servers.pick() ?? Promise.resolve());
  expect(await open()).toBe("node-offline");
  now.node = { ...annex, invocableCommands: [], commands: all };
  expect(await open()).toBe("node-not-allowed");
  expect(now.opened).toEqual([]);
  now.node = annex;
  expect(await open()).toBe("connection-lost");
  now.listError = new Error("the host is restarting");
  expect(await open()).toBe("connection-lost");
  expect(now.opened).toHaveLength(2);
});
