// Questions of a sub-agent's thread, against a server in memory.
import { expect, test } from "vitest";
import { CodexClient } from "../../../src/codex/codex-client.ts";
import type { ServerRequest } from "../../../src/codex/thread-feed.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { createMemoryPair } from "../../rigs/memory-transport.ts";
import { settle } from "../../rigs/settle.ts";

const method = "item/commandExecution/requestApproval";

test("what a sub-agent asks is a question of the turn that started it, and so is its end [TURN-11a]", async () => {
  const [transport, server] = createMemoryPair();
  const say = (message: unknown) => server.send(JSON.stringify(message));
  server.onMessage((text) => {
    const { id, method: asked } = JSON.parse(text) as { id?: number; method?: string };
    if (asked === "initialize") say({ id, result: { userAgent: "x/0.169.0 (test)", codexHome: "/home" } });
  });
  const client = await CodexClient.open({
    ...{ transport, kind: "private", clock: new FakeClock(), log: silentLog, instance: "i" },
    ...{ clientVersion: "1", initializeDeadlineMs: 1_000 },
  });
  const feed = client.feed("parent");
  const asked: ServerRequest[] = [];
  feed.onRequest((request) => asked.push(request));
  const spawn = (threadId: string, child: string) => {
    const item = { type: "collabAgentToolCall", id: child, tool: "spawnAgent", receiverThreadIds: [child] };
    say({ method: "item/completed", params: { threadId, turnId: "x", item } });
  };
  const begin = (threadId: string, id: string) => {
    const turn = { id, rootTurnId: "turn", status: "inProgress", items: [] };
    say({ method: "turn/started", params: { threadId, turn } });
  };
  begin("parent", "turn");
  // The order of these two is not fixed.
  begin("kid", "kid's turn");
  spawn("parent", "kid");
  spawn("kid", "grandkid");
  say({ id: 0, method, params: { threadId: "grandkid", turnId: "too-early" } });
  begin("grandkid", "its-own");
  begin("stranger", "other");
  say({ id: 1, method, params: { threadId: "grandkid", turnId: "its-own", command: "ls" } });
  say({ id: 2, method, params: { threadId: "stranger", turnId: "other" } });
  say({ id: 3, method, params: { threadId: "kid", turnId: "kid's turn" } });
  await settle();
  expect(asked).toEqual([
    { id: 1, method, params: { threadId: "grandkid", turnId: "turn", command: "ls" } },
    { id: 3, method, params: { threadId: "kid", turnId: "turn" } },
  ]);
  say({ method: "serverRequest/resolved", params: { threadId: "grandkid", requestId: 1 } });
  await settle();
  expect(feed.openRequests.map(({ id }) => id)).toEqual([3]);
});
