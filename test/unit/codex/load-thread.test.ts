// Loading a thread while Codex is still unloading it, against a server in memory.
import { expect, test } from "vitest";
import { CodexClient } from "../../../src/codex/codex-client.ts";
import { loadThread } from "../../../src/codex/load-thread.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { createMemoryPair } from "../../rigs/memory-transport.ts";

interface Asked {
  id: number;
  method: string;
}

const thread = { id: "t", cwd: "/work", status: { type: "idle" } };
const closing = {
  code: -32600,
  message: "thread t is closing; retry thread/resume after the thread is closed",
};

/** A client of a server that answers each `thread/resume` by `answer`. */
async function connect(
  clock: FakeClock,
  answer: (attempt: number) => Record<string, unknown>,
  onAsked: (method: string) => void = () => {},
) {
  const [transport, server] = createMemoryPair();
  let attempts = 0;
  server.onMessage((text) => {
    const { id, method } = JSON.parse(text) as Asked;
    onAsked(method);
    if (id === undefined) return;
    const hello = { result: { userAgent: "x/0.169.0 (test)", codexHome: "/home" } };
    const reply = method === "thread/resume" ? answer(++attempts) : hello;
    server.send(JSON.stringify({ id, ...reply }));
  });
  const options = {
    kind: "private",
    clientVersion: "1",
    instance: "i",
    initializeDeadlineMs: 1_000,
  } as const;
  return CodexClient.open({ ...options, transport, clock, log: silentLog });
}

test("a thread that is closing is asked for again a moment later", async () => {
  const clock = new FakeClock();
  const client = await connect(clock, (attempt) =>
    attempt < 3 ? { error: closing } : { result: { thread, cwd: "/work" } },
  );
  const loading = loadThread(client, "t", clock);
  await clock.advance(100);
  expect((await loading).activity).toBe("idle");
});

test("a thread that never stops closing is given up, and no feed is left", async () => {
  const clock = new FakeClock();
  const client = await connect(clock, () => ({ error: closing }));
  const outcome = expect(loadThread(client, "t", clock)).rejects.toMatchObject({ code: "thread-not-loaded" });
  await clock.advance(2_000);
  await outcome;
});

test("an answer about another thread is refused", async () => {
  const clock = new FakeClock();
  const other = { thread: { ...thread, id: "other" }, cwd: "/work" };
  const client = await connect(clock, () => ({ result: other }));
  await expect(loadThread(client, "t", clock)).rejects.toMatchObject({ code: "thread-other-opened" });
});

test("a load that was called off is undone, because the server may have loaded the thread all the same", async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const undone = Promise.withResolvers<void>();
  const client = await connect(
    clock,
    () => {
      stop.abort();
      return { result: { thread, cwd: "/work" } };
    },
    (method) => method === "thread/unsubscribe" && undone.resolve(),
  );
  await expect(loadThread(client, "t", clock, stop.signal)).rejects.toMatchObject({ code: "cancelled" });
  await undone.promise;
});
